/** Texts for the terminal: tables in columns, paragraphs in lines. */

import type { Summary } from '../experiments/contract.js';

/** Facts, tables and the answer, one below the other. */
export function summaryText({ answer, facts, tables }: Pick<Summary, 'answer' | 'facts' | 'tables'>): string {
  const width = Math.max(...facts.map(({ label }) => label.length));
  const lines = facts.map(({ label, value, note }) => `${label.padEnd(width)}  ${value}${note ? `  (${note})` : ''}`);
  const blocks = tables.map(tableText);
  return [lines.join('\n'), ...blocks, ...answer.split('\n\n').map((paragraph) => wrap(paragraph).join('\n'))].join(
    '\n\n',
  );
}

/** What a likelihood is to be compared with. */
export function besideIndependent({ independent }: { independent?: number }): string {
  return independent === undefined ? 'independent units have none' : `independent units have ${independent.toFixed(4)}`;
}

/** Doubts as paragraphs. */
export function doubtsText(doubts: readonly string[] = []): string[] {
  return doubts.map((doubt) => `Doubt: ${doubt}`);
}

export function tableText({ title, columns, rows, note }: Summary['tables'][number]): string {
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  const text = cells.map((row) =>
    row.map((cell, k) => (k ? cell.padStart(widths[k]) : cell.padEnd(widths[k]))).join('  '),
  );
  return [title, ...text, ...(note ? wrap(note) : [])].join('\n');
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
