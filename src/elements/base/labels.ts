/** The words on controls, axes, tables and buttons in the language of the page. */

import { refuse } from '../../util/check.js';

const own = new Map<string, string>();
const listeners = new Set<() => void>();

/**
 * Translates the labels of all figures on the page: of controls and their choices, axes, tables, and common buttons. Each
 * call adds to what is known; labels without a translation stay English, and so do whole sentences. A label
 * is named as it stands on the figure, `T_c` for a T with a subscript.
 * @param texts English label → yours, such as { temperature: 'Temperatur', Play: 'Start' }; an empty text takes a
 *   translation back
 * @throws TypeError for anything but an object of texts; then nothing has changed
 * @example
 * labels({ temperature: 'température', Pause: 'pause', 'heat bath': 'bain thermique' });
 */
export function labels(texts: Readonly<Record<string, string>>): void {
  if (texts === null || typeof texts !== 'object') refuse('texts', 'object of texts', texts, 'type');
  const entries = Object.entries(texts);
  for (const [label, text] of entries) if (typeof text !== 'string') refuse(`texts["${label}"]`, 'text', text, 'type');
  for (const [label, text] of entries) {
    if (text === '') own.delete(label);
    else own.set(label, text);
  }
  for (const listener of [...listeners]) listener();
}

/** A label in the language of the page. */
export const labelOf = (label: string): string => own.get(label) ?? label;

/** Calls the listener whenever labels change; returns what ends that. */
export function onLabels(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
