/** Buttons over a montage: one per field, of which the arrow keys and Tab reach one at a time. */

import { html, type nothing, svg, type TemplateResult } from 'lit';
import { cornerOf, type Montage, sizeOf } from '../parts/montage.js';

export interface OverlayOptions {
  montage: Montage;
  /** What the whole is called. */
  label: string;
  /** What is said of a field. */
  name: (unit: number) => string;
  /** The field that is enlarged, if it is one of these. */
  chosen: number | undefined;
  choose: (unit: number) => void;
}

/** Keys → steps, in fields. */
const steps = (across: number): Readonly<Record<string, number>> => ({
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -across,
  ArrowDown: across,
});

/** A layer of buttons with the geometry of the montage. */
export function overlay({ montage, label, name, chosen, choose }: OverlayOptions): TemplateResult {
  const { width, height } = sizeOf(montage);
  const { shown, across, shape, site } = montage;
  const reached = chosen !== undefined && chosen < shown ? chosen : 0;
  const moved = (event: KeyboardEvent, unit: number) => {
    const step = steps(across)[event.key];
    const to = unit + (step ?? 0);
    if (step === undefined || to < 0 || to >= shown) return;
    event.preventDefault();
    const all = (event.currentTarget as Element).parentElement?.querySelectorAll<SVGElement>('rect.unit');
    choose(to);
    all?.[to].focus();
  };
  const pressed = (event: KeyboardEvent, unit: number) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(unit);
    } else moved(event, unit);
  };
  return html`<svg class="overlay" viewBox="0 0 ${width} ${height}" role="listbox" aria-label=${label}>
    ${Array.from({ length: shown }, (_, unit) => {
      const [x, y] = cornerOf(unit, montage);
      return svg`<rect class="unit" x=${x} y=${y} width=${shape[1] * site} height=${shape[0] * site} role="option"
        aria-selected=${unit === chosen ? 'true' : 'false'} aria-label=${name(unit)} tabindex=${unit === reached ? 0 : -1}
        @click=${() => choose(unit)} @keydown=${(event: KeyboardEvent) => pressed(event, unit)}><title>${name(unit)}</title></rect>`;
    })}
  </svg>`;
}

/** Room for a picture of this geometry. */
export function room(montage: Montage): TemplateResult | typeof nothing {
  const { width, height } = sizeOf(montage);
  return html`<svg class="overlay" viewBox="0 0 ${width} ${height}" aria-hidden="true"></svg>`;
}
