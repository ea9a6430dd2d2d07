/**
 * The weights as a table of cells that can be dragged to the left and right, typed into, or moved by keys: up and down
 * change a weight by 0.05 (with Shift by 0.5), left and right go to its neighbours.
 */

import { html, type TemplateResult } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';
import { subscript } from './words.js';

/** How strongly a cell is coloured, 0 … 1: set on the element itself, since policies forbid style attributes. */
class Tint extends Directive {
  render(_weight: number): void {}

  override update({ element }: ElementPart, [weight]: [number]): void {
    (element as HTMLElement).style.setProperty('--strength', `${Math.round(42 * (1 - Math.exp(-Math.abs(weight))))}%`);
  }
}

const tint = directive(Tint);

/** As it fits into a cell; no decimals for a weight that is not there. */
const shown = (weight: number): string => {
  if (weight === 0) return '0';
  const text = weight.toFixed(Math.abs(weight) < 9.995 ? 2 : 1);
  return text === '-0.00' ? '0.00' : text;
};

/** Change of a weight per pixel of a drag, and per key. */
const PER_PIXEL = 0.02;
const PER_KEY = 0.05;
const MOVED = 3;

interface Drag {
  k: number;
  x: number;
  weight: number;
  moved: boolean;
}

export interface Weights {
  sites: number;
  hidden: number;
  /** Row-major [sites, hidden]. */
  weights: ArrayLike<number>;
}

/** The table and what happens in it. */
export class WeightTable {
  #drag: Drag | undefined;
  #weights: ArrayLike<number> = [];

  /**
   * @param changed is told the number of a weight and its new value
   * @param refused is told what was typed and is no number
   */
  constructor(
    readonly changed: (k: number, weight: number) => void,
    readonly refused: (text: string) => void,
  ) {}

  render({ sites, hidden, weights }: Weights): TemplateResult {
    this.#weights = weights;
    const columns = Array.from({ length: sites }, (_, i) => i);
    const rows = Array.from({ length: hidden }, (_, j) => j);
    return html`<table class="weights" part="weights" aria-label="Weights between hidden and visible spins"
        @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#cancel}
        @mousedown=${this.#mouse} @keydown=${this.#key} @change=${this.#typed} @focusin=${this.#focus}>
      <thead><tr><td></td>${columns.map((i) => html`<th scope="col">v${subscript(i + 1)}</th>`)}</tr></thead>
      <tbody>${rows.map(
        (j) =>
          html`<tr><th scope="row">h${subscript(j + 1)}</th>${columns.map((i) => this.#cell(i, j, i * hidden + j))}</tr>`,
      )}</tbody>
    </table>`;
  }

  #cell(i: number, j: number, k: number): TemplateResult {
    const weight = this.#weights[k];
    return html`<td class=${weight < 0 ? 'negative' : 'positive'} ${tint(weight)}><input type="text" inputmode="decimal" autocomplete="off" role="spinbutton"
      data-k=${k} tabindex=${k === 0 ? 0 : -1} aria-label="weight of hidden spin ${j + 1} to visible spin ${i + 1}" aria-valuenow=${shown(weight)}
      .value=${shown(weight)}></td>`;
  }

  readonly #down = (event: PointerEvent): void => {
    const cell = cellOf(event);
    if (!cell || cell.matches(':focus') || event.button !== 0) return;
    const k = Number(cell.dataset.k);
    this.#drag = { k, x: event.clientX, weight: this.#weights[k], moved: false };
    cell.setPointerCapture(event.pointerId);
  };

  /** A press does not yet mean to type. */
  readonly #mouse = (event: MouseEvent): void => {
    if (cellOf(event)?.matches(':focus') === false) event.preventDefault();
  };

  readonly #move = ({ clientX }: PointerEvent): void => {
    const drag = this.#drag;
    if (!drag) return;
    const distance = clientX - drag.x;
    drag.moved ||= Math.abs(distance) > MOVED;
    if (drag.moved) this.changed(drag.k, rounded(drag.weight + PER_PIXEL * distance));
  };

  readonly #up = (event: PointerEvent): void => {
    if (this.#drag?.moved === false) select(cellOf(event));
    this.#drag = undefined;
  };

  readonly #cancel = (): void => {
    this.#drag = undefined;
  };

  readonly #focus = (event: FocusEvent): void => {
    const cell = cellOf(event);
    for (const other of event.currentTarget instanceof Element ? inputsOf(event.currentTarget) : [])
      other.tabIndex = -1;
    if (cell) cell.tabIndex = 0;
    cell?.select();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const cell = cellOf(event);
    if (!cell) return;
    const k = Number(cell.dataset.k);
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by !== undefined) {
      this.changed(k, rounded(this.#weights[k] + by * PER_KEY * (event.shiftKey ? 10 : 1)));
      cell.value = shown(this.#weights[k]);
    } else if (event.key === 'Escape') {
      cell.value = shown(this.#weights[k]);
      cell.select();
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const right = event.key === 'ArrowRight';
      const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
      const edge = cell.selectionStart === cell.selectionEnd && cell.selectionStart === (right ? cell.value.length : 0);
      const cells = inputsOf(event.currentTarget as Element);
      const next = cells[cells.indexOf(cell) + (right ? 1 : -1)];
      if (!(whole || edge) || !next) return;
      next.focus();
    } else return;
    event.preventDefault();
  };

  readonly #typed = (event: Event): void => {
    const cell = cellOf(event);
    if (!cell) return;
    event.stopPropagation();
    const k = Number(cell.dataset.k);
    const text = cell.value.trim().replace(',', '.').replace('−', '-');
    const weight = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(weight)) this.changed(k, weight);
    else this.refused(cell.value);
    cell.value = shown(Number.isFinite(weight) ? weight : this.#weights[k]);
  };
}

const rounded = (weight: number): number => Math.round(100 * weight) / 100;

const cellOf = ({ target }: Event): HTMLInputElement | undefined =>
  target instanceof HTMLInputElement && target.dataset.k !== undefined ? target : undefined;

const inputsOf = (table: Element): HTMLInputElement[] => [...table.querySelectorAll<HTMLInputElement>('input')];

function select(cell: HTMLInputElement | undefined): void {
  cell?.focus();
  cell?.select();
}
