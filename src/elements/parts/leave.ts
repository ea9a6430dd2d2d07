/** All that leaves a figure: code for one's own page or program, pictures, numbers. */

import { html, nothing, type TemplateResult } from 'lit';
import { labelOf } from '../base/labels.js';
import { attributeOf, type FigureSpec, type Value } from '../base/spec.js';
import { svgTextOf } from './svgFile.js';
import { csvOf, type Table } from './table.js';

/** How the same is done without the page. */
export interface Elsewhere {
  /** A whole program for Node or a page, that gives the same bits. */
  program?: string;
  /** A command line, `npx blockspin …`. */
  command?: string;
  /** Files beside pictures, tables and state: label → what makes it. */
  files?: readonly { label: string; name: string; make: () => Promise<Blob> | Blob }[];
}

/** What the menu needs of its figure. */
interface Source extends HTMLElement {
  readonly spec: FigureSpec;
  readonly state: Record<string, Value>;
  readonly report: unknown;
  tables(): readonly Table[];
  call(method: string, argument?: unknown): Promise<unknown>;
  hash(): Promise<string | null>;
}

/** For a plain page: the folder that it has beside it, its script, and the tag. */
export const pageOf = (figure: Pick<Source, 'spec' | 'state'>): string =>
  `<!-- elements is a copy of node_modules/blockspin/build/elements -->
<script type="module" src="./elements/index.js"></script>\n${tagOf(figure)}`;

/** What a bundler takes in place of that script. */
export const IMPORT = "import 'blockspin/elements';";

/** The tag with the properties that differ from their defaults. */
function tagOf(figure: Pick<Source, 'spec' | 'state'>): string {
  const attributes = Object.entries(figure.state).map(([name, value]) =>
    value === true
      ? ` ${attributeOf(name)}`
      : ` ${attributeOf(name)}="${String(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
  );
  const { tag } = figure.spec;
  return `<${tag}${attributes.join('')}></${tag}>`;
}

function save(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const text = (content: string, type: string) => new Blob([content], { type });

/** Makes a file and saves it; a refusal is shown beside the buttons. */
async function offer(event: Event, name: string, make: () => Promise<Blob> | Blob): Promise<void> {
  const told = (event.currentTarget as HTMLElement).closest('.leave')!.querySelector('[role=status]')!;
  try {
    save(name, await make());
    told.textContent = `${name} is in your downloads.`;
  } catch (error) {
    told.textContent = (error as Error).message;
  }
}

/** Says the hash of what the seed fixes. */
async function tellHash(event: Event, figure: Source): Promise<void> {
  const told = (event.currentTarget as HTMLElement).closest('.leave')!.querySelector('[role=status]')!;
  try {
    const hash = await figure.hash();
    told.textContent = `SHA-256 of ${figure.spec.bits}: ${hash ?? 'only in pages that are served by https'}`;
  } catch (error) {
    told.textContent = (error as Error).message;
  }
}

async function copy(event: Event, content: string): Promise<void> {
  const button = event.currentTarget as HTMLElement;
  const told = button.closest('.leave')!.querySelector('[role=status]')!;
  try {
    await navigator.clipboard.writeText(content);
    told.textContent = 'Copied.';
  } catch {
    told.textContent = 'This page may not use the clipboard: select the text and copy it.';
  }
}

const snippet = (name: string, content: string | undefined) =>
  content === undefined
    ? nothing
    : html`<div class="snippet"><div class="row"><span class="quiet small grow">${labelOf(name)}</span><button class="small" @click=${(event: Event) => copy(event, content)}>${labelOf('Copy')}</button></div>
        <pre tabindex="0"><code>${content}</code></pre></div>`;

/** Snippets of code, and buttons for files. */
export function leaveMenu(figure: Source, { program, command, files = [] }: Elsewhere): TemplateResult {
  const base = figure.spec.tag;
  const root = figure.shadowRoot;
  const canvases = [...(root?.querySelectorAll<HTMLCanvasElement>('canvas[data-scene]') ?? [])];
  const charts = [...(root?.querySelectorAll<SVGSVGElement>('svg.plot') ?? [])];
  const tables = figure.tables();
  const button = (label: string, name: string, make: () => Promise<Blob> | Blob) =>
    html`<button class="small" @click=${(event: Event) => offer(event, name, make)}>${label}</button>`;
  return html`<div class="stack">
      ${snippet('In your own page', pageOf(figure))} ${snippet('With a bundler, in place of the script', IMPORT)} ${snippet('The same in TypeScript, with the same bits', program)} ${snippet('On the command line', command)}
      <div class="row">
        ${canvases.map((canvas) => button(`PNG: ${canvas.dataset.scene}`, `${base}-${canvas.dataset.scene}.png`, () => figure.call('picture', canvas.dataset.scene) as Promise<Blob>))}
        ${charts.map((chart, k) => button(charts.length === 1 ? 'SVG' : `SVG: chart ${k + 1}`, `${base}-${k + 1}.svg`, () => text(svgTextOf(chart), 'image/svg+xml')))}
        ${tables.length > 0 ? button('CSV', `${base}.csv`, () => text(csvOf(tables), 'text/csv')) : nothing}
        ${button('JSON', `${base}.json`, () => text(JSON.stringify({ element: base, state: figure.state, report: figure.report }, null, 2), 'application/json'))}
        ${figure.spec.bits === undefined ? nothing : html`<button class="small" @click=${(event: Event) => tellHash(event, figure)}>SHA-256</button>`}
        ${files.map(({ label, name, make }) => button(label, name, make))}
      </div>
      <p role="status" class="small quiet told"></p>
    </div>`;
}
