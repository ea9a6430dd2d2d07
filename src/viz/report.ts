/**
 * The report: one HTML file with a question, its answer, figures, tables and provenance. It needs no network and no
 * script, follows the reader's light or dark setting, can be printed, and forbids by its content security policy to
 * load anything.
 */

import { knownOptions, refuse } from '../util/check.js';
import { DOMParser } from './frame/dom.js';
import { type Figure, figureName, panelLetter, textOf } from './frame/figure.js';
import { element, escapeText } from './frame/markup.js';
import { formatNumber } from './frame/text.js';

/** A number or short text at the head of the report. */
export interface Fact {
  label: string;
  value: string;
  note?: string;
}

/** A table of the report. */
export interface Table {
  title: string;
  columns: string[];
  /** numbers are shown with six significant digits; use text for another format */
  rows: (string | number)[][];
  note?: string;
}

/** The content of a report. */
export interface ReportOptions {
  title: string;
  subtitle?: string;
  question: string;
  /** plain text; an empty line begins a new paragraph */
  answer: string;
  facts: Fact[];
  figures: Figure[];
  tables?: Table[];
  /** origin of the results: version, seed, parameters, machine, …, in this order */
  provenance: Record<string, string>;
  /** the command that reproduces the report */
  command: string;
}

const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2430;--soft:#5a6472;--line:#dfe3e7;--tint:#f5f6f8;--accent:#1f5f9f}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e4e8ee;--soft:#9aa5b3;--line:#2b333d;--tint:#1a2028;--accent:#7fb4e6}.frame{filter:brightness(.93)}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 Inter,'Helvetica Neue',Helvetica,Arial,'DejaVu Sans',sans-serif;overflow-wrap:break-word}
main{max-width:58rem;margin:0 auto;padding:4.5rem 1.5rem 5rem}
h1{font-size:2.1rem;line-height:1.2;letter-spacing:-.015em;font-weight:650;margin:0;text-wrap:balance}
.subtitle{font-size:1.15rem;line-height:1.5;color:var(--soft);margin:.6rem 0 0;max-width:42rem;text-wrap:balance}
h2{font-size:.82rem;line-height:1.4;letter-spacing:.09em;text-transform:uppercase;font-weight:600;color:var(--accent);margin:3.5rem 0 .9rem}
p{margin:0 0 1em}
.prose{max-width:42rem}
.question{font-size:1.32rem;line-height:1.5;max-width:42rem;margin:0;text-wrap:pretty}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:1.75rem 2rem;margin:2.75rem 0 0;padding:1.75rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.facts div{display:flex;flex-direction:column}
.facts dt{font-size:.84rem;line-height:1.4;color:var(--soft)}
.facts dd{margin:.2rem 0 0}
.facts .value{font-size:1.55rem;line-height:1.25;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.facts .note{font-size:.84rem;line-height:1.45;color:var(--soft)}
figure{margin:0 0 4rem}
figure h3{display:flex;gap:.7em;font-size:1.12rem;line-height:1.4;font-weight:600;margin:0 0 .9rem}
figure h3 .letter{color:var(--soft)}
.frame{background:#fff;border:1px solid var(--line);border-radius:8px;overflow-x:auto;overflow-y:hidden}
.frame svg{display:block;width:100%;height:auto;margin:0 auto}
figcaption{font-size:.9rem;line-height:1.6;color:var(--soft);max-width:46rem;margin:1rem 0 0}
.table{margin:0 0 3rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;line-height:1.45;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:1.12rem;font-weight:600;padding:0 0 .7rem}
th,td{padding:.5rem 1.1rem .5rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
thead th{font-size:.84rem;font-weight:600;color:var(--soft);border-bottom:1px solid var(--soft);vertical-align:bottom}
tbody th{font-weight:500}
.number{text-align:right}
td.number{white-space:nowrap}
.wide table{font-size:.78rem}
.wide thead th{font-size:.74rem}
.wide th,.wide td{padding-right:.6rem}
.wide td.number{white-space:normal}
th:last-child,td:last-child,.wide th:last-child,.wide td:last-child{padding-right:0}
.table .note{font-size:.88rem;color:var(--soft);margin:.7rem 0 0;max-width:46rem}
.provenance{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.35rem 1.75rem;font-size:.9rem;line-height:1.5;margin:0}
.provenance dt{color:var(--soft)}
.provenance dd{margin:0;min-width:0;overflow-wrap:anywhere}
pre{background:var(--tint);border:1px solid var(--line);border-radius:8px;padding:.9rem 1.1rem;margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:.86rem/1.6 ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}
@media (max-width:60rem){table,.wide table{font-size:.74rem}thead th,.wide thead th{font-size:.7rem}th,td{padding-right:.6rem}}
@media (max-width:40rem){table,.wide table{font-size:.7rem}thead th,.wide thead th{font-size:.66rem}th,td,.wide th,.wide td{padding-right:.4rem}td.number{white-space:normal}body{font-size:16px}main{padding:2.5rem 1.1rem 3rem}h1{font-size:1.65rem}.question{font-size:1.15rem}.provenance{grid-template-columns:1fr;gap:0}.provenance dd{margin:0 0 .6rem}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#ccc;--tint:#f6f6f6;--accent:#000}@page{margin:18mm}body{font-size:10.5pt}main{max-width:none;padding:0}figure,.table,.facts,.provenance,pre{break-inside:avoid}h2,h3{break-after:avoid}.frame{border:0;border-radius:0;overflow:visible;filter:none}.frame svg{max-height:210mm}.scroll{overflow:visible}table{font-size:8pt}thead th{font-size:7.5pt}.wide table,.wide thead th{font-size:6.5pt}th,td,.wide th,.wide td{padding-right:.6em}td.number{white-space:normal}}
`;

/** Elements that are not allowed in a drawing: they run code, load resources, or embed HTML. */
const FORBIDDEN = new Set([
  'script',
  'foreignobject',
  'iframe',
  'object',
  'embed',
  'link',
  'style',
  'audio',
  'video',
  'animate',
  'set',
]);

/** Attributes that may hold references to ids of the same document. */
const REFERENCE = /url\(\s*(['"]?)#([^)'"]+)\1\s*\)/g;

/**
 * The SVG of a figure for a page with other figures: every id has the figure's name as its prefix, the heading is
 * removed, and heading and caption of the page name and describe it.
 * @throws RangeError for markup that is not one SVG element, runs code, or refers to anything outside of itself
 */
function inlineFigure(figure: Figure): string {
  const where = `figures["${figure.name}"].svg`;
  const root = new DOMParser().parseFromString(textOf(where, figure.svg), 'image/svg+xml').documentElement as unknown as
    | Element
    | undefined;
  if (root?.tagName !== 'svg') refuse(where, 'one svg element', root?.tagName ?? 'none');
  const inside = [...root.querySelectorAll('*')];
  const prefix = `${figure.name}-`;
  const ids = new Map<string, string>();
  for (const node of [root, ...inside]) {
    const id = node.getAttribute('id');
    if (id !== null) ids.set(id, id.startsWith(prefix) ? id : prefix + id);
  }
  const own = (id: string) => ids.get(id) ?? refuse(where, 'references to its own ids', `#${id}`);
  for (const node of [root, ...inside]) {
    if (FORBIDDEN.has(node.tagName.toLowerCase())) refuse(where, 'no element that runs or loads', node.tagName);
    for (const { name, value } of [...node.attributes]) {
      const plain = name.toLowerCase();
      if (plain.startsWith('on')) refuse(where, 'no event handler', name);
      if (plain === 'href' || plain === 'xlink:href') {
        if (value.startsWith('#')) node.setAttribute(name, `#${own(value.slice(1))}`);
        else if (!value.startsWith('data:image/')) refuse(where, 'links to its own ids or embedded images', value);
      } else if (plain === 'id') node.setAttribute(name, own(value));
      else if (value.includes('url(')) {
        const local = value.replace(REFERENCE, (_, _quote, id) => `url(#${own(id)})`);
        if (local.replace(REFERENCE, '').includes('url(')) refuse(where, 'references to its own ids', value);
        node.setAttribute(name, local);
      }
    }
  }
  for (const child of [...root.children]) {
    if (child.tagName === 'title' || child.tagName === 'desc') child.remove();
  }
  const top = Number(root.getAttribute('data-top') ?? 0);
  const box = (root.getAttribute('viewBox') ?? `0 0 ${figure.width} ${figure.height}`).split(/[\s,]+/).map(Number);
  if (box.length !== 4 || !box.every(Number.isFinite))
    refuse(where, 'a viewBox of four numbers', root.getAttribute('viewBox'));
  if (top > 0) {
    root.querySelector('.heading')?.remove();
    root.removeAttribute('data-top');
    box[1] += top;
    box[3] -= top;
  }
  root.setAttribute('viewBox', box.join(' '));
  root.setAttribute('width', String(box[2]));
  root.setAttribute('height', String(box[3]));
  root.setAttribute('role', 'img');
  root.setAttribute('aria-labelledby', `${prefix}heading`);
  root.setAttribute('aria-describedby', `${prefix}caption`);
  // A drawing is not enlarged much beyond its size, nor shrunk until its text cannot be read.
  root.setAttribute('style', `max-width:${Math.round(box[2] * 1.12)}px`);
  return root.outerHTML;
}

function figureSection(figure: Figure): string {
  const letter = panelLetter(figure.name);
  return element(
    'figure',
    { id: figure.name },
    element(
      'h3',
      { id: `${figure.name}-heading` },
      ...(letter === undefined ? [] : [element('span', { class: 'letter' }, letter)]),
      element('span', {}, escapeText(textOf('figures.title', figure.title))),
    ),
    element(
      'div',
      { class: 'frame', tabindex: '0', role: 'group', 'aria-labelledby': `${figure.name}-heading` },
      inlineFigure(figure),
    ),
    element('figcaption', { id: `${figure.name}-caption` }, escapeText(textOf('figures.caption', figure.caption))),
  );
}

/** Largest number of columns of a table in the usual font size. */
const MAX_COLUMNS = 7;

function tableSection(table: Table, index: number): string {
  const name = `tables[${index}]`;
  textOf(`${name}.title`, table.title);
  if (table.columns.length === 0) refuse(`${name}.columns`, 'at least one column', table.columns);
  table.rows.forEach((row, r) => {
    if (row.length !== table.columns.length) {
      refuse(`${name}.rows[${r}]`, `${table.columns.length} cells`, `${row.length} cells`);
    }
    row.forEach((cell, c) => {
      if (typeof cell === 'number' ? !Number.isFinite(cell) : typeof cell !== 'string') {
        refuse(`${name}.rows[${r}][${c}]`, 'text or a finite number', cell);
      }
    });
  });
  // A column of numbers, or of texts that begin like numbers or mean a missing number, is aligned right.
  const numeric = table.columns.map(
    (_, c) =>
      table.rows.length > 0 &&
      table.rows.every(({ [c]: cell }) => typeof cell === 'number' || /^(?:[×±<>≈−+-]?\s*[\d.]|[—–-]?$)/.test(cell)),
  );
  const right = (c: number) => (numeric[c] && c > 0 ? 'number' : undefined);
  const head = table.columns.map((column, c) => element('th', { scope: 'col', class: right(c) }, escapeText(column)));
  const body = table.rows.map((row) =>
    element(
      'tr',
      {},
      ...row.map((cell, c) => {
        const text = escapeText(typeof cell === 'number' ? formatNumber(cell, 6) : cell);
        // a line may break between a number and its error
        const parted = text.replace(/\(|±/, '<wbr>$&');
        return c === 0 ? element('th', { scope: 'row' }, text) : element('td', { class: right(c) }, parted);
      }),
    ),
  );
  return element(
    'div',
    { class: table.columns.length > MAX_COLUMNS ? 'table wide' : 'table' },
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        {},
        element('caption', {}, escapeText(table.title)),
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...body),
      ),
    ),
    ...(table.note ? [element('p', { class: 'note' }, escapeText(table.note))] : []),
  );
}

function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => element('p', {}, escapeText(part)));
}

/**
 * The page as one string of HTML.
 * @throws TypeError for a part that is not text; RangeError for figures of the same name, drawings that run code or
 *   refer to anything outside themselves, rows that do not fit their columns, or cells that are not finite
 */
export function report(options: ReportOptions): string {
  knownOptions('report', options, [
    'title',
    'subtitle',
    'question',
    'answer',
    'facts',
    'figures',
    'tables',
    'provenance',
    'command',
  ]);
  for (const part of ['title', 'question', 'answer', 'command'] as const) textOf(part, options[part]);
  if (options.subtitle !== undefined) textOf('subtitle', options.subtitle);
  const names = options.figures.map(({ name }) => figureName(name));
  names.forEach((name, k) => {
    if (names.indexOf(name) !== k) refuse(`figures[${k}].name`, 'a name of its own', name);
  });
  const facts = options.facts.map(({ label, value, note }, k) =>
    element(
      'div',
      {},
      element('dt', {}, escapeText(textOf(`facts[${k}].label`, label))),
      element('dd', { class: 'value' }, escapeText(textOf(`facts[${k}].value`, value))),
      ...(note ? [element('dd', { class: 'note' }, escapeText(textOf(`facts[${k}].note`, note)))] : []),
    ),
  );
  const origin = Object.entries(options.provenance).map(
    ([label, value]) =>
      element('dt', {}, escapeText(label)) + element('dd', {}, escapeText(textOf(`provenance["${label}"]`, value))),
  );
  const section = (heading: string, ...content: string[]) =>
    content.length === 0 ? '' : element('section', {}, element('h2', {}, heading), ...content);
  const answer = paragraphs(options.answer);
  const main = element(
    'main',
    {},
    element(
      'header',
      {},
      element('h1', {}, escapeText(options.title)),
      ...(options.subtitle ? [element('p', { class: 'subtitle' }, escapeText(options.subtitle))] : []),
    ),
    section('Question', element('p', { class: 'question' }, escapeText(options.question))),
    section('Answer', ...(answer.length > 0 ? [element('div', { class: 'prose' }, ...answer)] : [])),
    ...(facts.length > 0 ? [element('dl', { class: 'facts' }, ...facts)] : []),
    section('Figures', ...options.figures.map(figureSection)),
    section('Tables', ...(options.tables ?? []).map(tableSection)),
    section('Make it again', element('pre', {}, element('code', {}, escapeText(options.command)))),
    section('Provenance', ...(origin.length > 0 ? [element('dl', { class: 'provenance' }, ...origin)] : [])),
  );
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(options.title)}</title>
<style>${STYLE}</style>
</head>
<body>
${main}
</body>
</html>
`;
}
