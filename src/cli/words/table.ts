/** Texts for the terminal: tables in columns, paragraphs in lines. */

import type { Summary } from '../../experiments/kit/experiment.js';

/**
 * Characters that control a terminal: control characters except the end of a line, and marks for the direction of
 * writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const OBEYED = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text without control characters, which names from files may contain. */
export function printable(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line. */
function inLine(text: string): string {
  return printable(text.replaceAll('\n', '\\n'));
}

/** Facts, tables and the answer as text. */
export function summaryText({ answer, facts, tables }: Pick<Summary, 'answer' | 'facts' | 'tables'>): string {
  const width = Math.max(...facts.map(({ label }) => label.length));
  const lines = facts.map(({ label, value, note }) =>
    inLine(`${label.padEnd(width)}  ${value}${note ? `  (${note})` : ''}`),
  );
  const blocks = tables.map(tableText);
  return [
    lines.join('\n'),
    ...blocks,
    ...answer.split('\n\n').map((paragraph) => wrap(printable(paragraph)).join('\n')),
  ].join('\n\n');
}

/** The likelihood of independent units, for comparison. */
export function besideIndependent({ independent }: { independent?: number }): string {
  return independent === undefined ? 'independent units have none' : `independent units have ${independent.toFixed(4)}`;
}

/** Doubts as paragraphs. */
export function doubtsText(doubts: readonly string[] = []): string[] {
  return doubts.map((doubt) => `Doubt: ${doubt}`);
}

/** A table as text. */
export function tableText({ title, columns, rows, note }: Summary['tables'][number]): string {
  const cells = [columns, ...rows.map((row) => row.map((cell) => inLine(String(cell))))];
  const widths = columns.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  const text = cells.map((row) =>
    row.map((cell, k) => (k ? cell.padStart(widths[k]) : cell.padEnd(widths[k]))).join('  '),
  );
  return [inLine(title), ...text, ...(note ? wrap(printable(note)) : [])].join('\n');
}

function wrap(text: string, width = 100): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
