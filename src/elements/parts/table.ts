/** The table that stands behind a chart, for those who cannot see it and for those who want the numbers. */

import { html, nothing, type TemplateResult } from 'lit';
import { labelOf } from '../base/labels.js';

export interface Table {
  title: string;
  head: readonly string[];
  /** Rows as they are shown; numbers with a point. */
  rows: readonly (readonly string[])[];
}

/** Rows that are shown; laying out some hundred more would block the page for longer than a frame or two. */
const SHOWN = 64;

/** A table with its title; of a long one the first rows, and where the others are. */
export function tableOf({ title, head, rows }: Table): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${labelOf(title)}><table>
    <caption class="small quiet">${labelOf(title)}</caption>
    <thead><tr>${head.map((name) => html`<th scope="col">${labelOf(name)}</th>`)}</tr></thead>
    <tbody>${rows.slice(0, SHOWN).map((row) => html`<tr>${row.map((cell, k) => (k === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}</tbody>
  </table>${rows.length > SHOWN ? html`<p class="small quiet">${labelOf('The first rows; the CSV file of the menu has all.')}</p>` : nothing}</div>`;
}

/** Tables as one CSV file (RFC 4180), each after a line with its title. */
export function csvOf(tables: readonly Table[]): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (cells: readonly string[]) => `${cells.map(cell).join(',')}\r\n`;
  if (tables.length === 1) return line(tables[0].head) + tables[0].rows.map(line).join('');
  return tables.map(({ title, head, rows }) => line([title]) + line(head) + rows.map(line).join('')).join('\r\n');
}
