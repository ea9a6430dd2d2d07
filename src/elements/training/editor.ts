/** The grid on which the reader draws patterns, by pointer or keyboard. */

import { html, type TemplateResult } from 'lit';
import { thumbnail } from './patternList.js';
import { type Patterns, readPatterns, resized, writePatterns } from './patterns.js';

/** Sides of the grid on offer. */
const SIDES = [3, 4, 5, 6, 7, 8];

/** What the editor needs of its figure. */
interface Drawn {
  readonly values: { readonly patterns: string };
  assign(name: string, value: unknown): void;
  requestUpdate(): void;
  readonly renderRoot: HTMLElement | DocumentFragment;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** State of the editor: which pattern is on the grid, and the cell that the keyboard is at. */
export class PatternEditor {
  readonly #figure: Drawn;
  #chosen = 0;
  #focus = 0;
  /** The value that a pressed pointer paints. */
  #paint: number | undefined;

  constructor(figure: Drawn) {
    this.#figure = figure;
  }

  render(): TemplateResult | string {
    let all: Patterns;
    try {
      all = readPatterns(this.#figure.values.patterns);
    } catch {
      return ''; // the figure tells why
    }
    const { shape, patterns } = all;
    this.#chosen = Math.min(this.#chosen, patterns.length - 1);
    const [height, width] = shape;
    const { cells, count } = patterns[this.#chosen];
    return html`<div class="editor" part="editor">
      <div class="grid" role="grid" aria-label="Pattern ${this.#chosen + 1} of ${patterns.length}: ${height} lines of ${width} cells. Arrow keys move, space sets or clears a cell."
        @keydown=${(event: KeyboardEvent) => this.#key(event, all)}
        @pointerdown=${(event: PointerEvent) => this.#press(event, all)}
        @pointermove=${(event: PointerEvent) => this.#move(event, all)}
        @pointerup=${() => this.#release()} @pointercancel=${() => this.#release()}>
        ${Array.from(
          { length: height },
          (_, y) =>
            html`<div class="line" role="row">${Array.from({ length: width }, (_, x) => {
              const i = y * width + x;
              return html`<span class="cell ${cells[i] ? 'set' : ''}" role="gridcell" data-cell=${i} aria-selected=${cells[i] === 1}
              aria-label="line ${y + 1}, column ${x + 1}: ${cells[i] ? 'set' : 'empty'}" tabindex=${i === Math.min(this.#focus, cells.length - 1) ? 0 : -1}></span>`;
            })}</div>`,
        )}
      </div>
      <div class="stack grow">
        <div class="row" role="group" aria-label="Patterns">
          ${patterns.map(
            (
              pattern,
              k,
            ) => html`<button class="thumb" aria-pressed=${k === this.#chosen} aria-label="Pattern ${k + 1}, ${pattern.count} of ${sum(patterns)} rows"
            @click=${() => this.#choose(k)}><svg viewBox="0 0 28 28" aria-hidden="true">${thumbnail(Uint8Array.from(pattern.cells), shape, 28)}</svg><span>×${pattern.count}</span></button>`,
          )}
          <button aria-label="Add a pattern" title="Add a pattern" @click=${() => this.#add(all)}>+</button>
        </div>
        <div class="row">
          <label class="row small">rows <input type="number" min="1" max="99999" .value=${String(count)} aria-label="Rows of this pattern"
            @change=${(event: Event) => this.#count(all, Number((event.target as HTMLInputElement).value))}></label>
          <button class="small" @click=${() => this.#fill(all, () => 0)}>Clear</button>
          <button class="small" @click=${() => this.#fill(all, (cell) => 1 - cell)}>Invert</button>
          <button class="small" ?disabled=${patterns.length === 1} @click=${() => this.#remove(all)}>Remove</button>
          <label class="row small">grid <select aria-label="Size of the grid" @change=${(event: Event) => {
            const side = Number((event.target as HTMLSelectElement).value);
            this.#write(resized(all, [side, side]));
          }}>${(SIDES.includes(height) && height === width ? SIDES : [height, ...SIDES]).map((side, k) =>
            height !== width && k === 0
              ? html`<option selected disabled>${height} × ${width}</option>`
              : html`<option value=${side} ?selected=${side === height && height === width}>${side} × ${side}</option>`,
          )}</select></label>
        </div>
        <p class="small quiet note">Draw with the pointer, or with arrow keys and space. Each change begins the training anew.</p>
      </div>
    </div>`;
  }

  #write(all: Patterns): void {
    this.#figure.assign('patterns', writePatterns(all));
  }

  #choose(k: number): void {
    this.#chosen = k;
    this.#figure.requestUpdate();
  }

  #set({ shape, patterns }: Patterns, i: number, value: number): void {
    if (patterns[this.#chosen].cells[i] === value) return;
    patterns[this.#chosen].cells[i] = value;
    this.#write({ shape, patterns });
  }

  #fill({ shape, patterns }: Patterns, cell: (present: number) => number): void {
    patterns[this.#chosen].cells = patterns[this.#chosen].cells.map(cell);
    this.#write({ shape, patterns });
  }

  #count({ shape, patterns }: Patterns, count: number): void {
    if (Number.isInteger(count) && count >= 1 && count <= 99_999) patterns[this.#chosen].count = count;
    this.#write({ shape, patterns });
    this.#figure.requestUpdate();
  }

  #add({ shape, patterns }: Patterns): void {
    patterns.push({ cells: patterns[this.#chosen].cells.map(() => 0), count: 1 });
    this.#chosen = patterns.length - 1;
    this.#write({ shape, patterns });
  }

  #remove({ shape, patterns }: Patterns): void {
    patterns.splice(this.#chosen, 1);
    this.#chosen = Math.max(0, this.#chosen - 1);
    this.#write({ shape, patterns });
  }

  #key(event: KeyboardEvent, all: Patterns): void {
    const [height, width] = all.shape;
    const at = Math.min(this.#focus, height * width - 1);
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      this.#set(all, at, 1 - all.patterns[this.#chosen].cells[at]);
      return;
    }
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const y = Math.max(0, Math.min(height - 1, Math.floor(at / width) + move[0]));
    const x = Math.max(0, Math.min(width - 1, (at % width) + move[1]));
    this.#focus = y * width + x;
    this.#figure.requestUpdate();
    this.#figure.renderRoot.querySelector<HTMLElement>(`[data-cell="${this.#focus}"]`)?.focus();
  }

  #press(event: PointerEvent, all: Patterns): void {
    const i = cellAt(event);
    if (i === undefined) return;
    event.preventDefault();
    this.#focus = i;
    this.#paint = 1 - all.patterns[this.#chosen].cells[i];
    // a finger would keep its first cell
    (event.target as HTMLElement).releasePointerCapture?.(event.pointerId);
    this.#set(all, i, this.#paint);
  }

  #move(event: PointerEvent, all: Patterns): void {
    if (event.buttons === 0) this.#release();
    const i = cellAt(event);
    if (this.#paint !== undefined && i !== undefined) this.#set(all, i, this.#paint);
  }

  #release(): void {
    this.#paint = undefined;
  }
}

const sum = (patterns: Patterns['patterns']): number => patterns.reduce((total, { count }) => total + count, 0);

function cellAt(event: PointerEvent): number | undefined {
  const { cell } = (event.target as HTMLElement).dataset;
  return cell === undefined ? undefined : Number(cell);
}
