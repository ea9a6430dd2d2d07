/** One of the two stacks, with all that is found of it. */

import type { Locality } from '../../fields/index.js';
import { reorderSites, type SpinData, siteOrder } from '../../ising/index.js';
import type { Stack } from '../../rbm/index.js';
import type { Mean } from '../../stats/index.js';
import type { Palette } from '../base/messages.js';
import type { Settings } from './experiment.js';
import type { StackHashes } from './hash.js';
import { blockShare, generated, neighbourCorrelation, reconstructedShare } from './measurements.js';
import { drawConfigurations, drawField, drawFields, drawPairs, numbersOf } from './pictures.js';
import type { Result } from './results.js';
import { SHOWN, type Side } from './spec.js';
import { type LayerPlaces, StackView } from './view.js';

/** On held-out configurations; of the layer that is shown. */
export interface Measured {
  layer: number;
  /** Share of the spins that come back from this layer. */
  reconstructed: Mean<number>;
  /** The same from as many block spins by majority, and from the sign of the magnetisation. */
  blocks: Mean<number> | null;
  sign: Mean<number> | null;
  /** ⟨s s'⟩ of neighbours, in the data and in what the stack generates. */
  neighbours: Mean<number>;
  ownNeighbours: Mean<number> | null;
}

export interface SideReport {
  /** Layers that there are. */
  layers: number;
  /** Fields of the layer that is shown. */
  places: LayerPlaces;
  /** Pseudo-log-likelihood per unit after each epoch, by layer. */
  history: number[][];
  measured: Measured | null;
  /** SHA-256 of the whole stack as a safetensors file, when it is trained. */
  hash: string | null;
  /** Whether the hash, and that of each layer, is that of the results that came with the element; null if unknown. */
  same: boolean | null;
  sameLayers: (boolean | null)[];
}

/** Configurations of its own that a stack makes. */
const OWN = 200;

/** A stack, on the spins or on their control. */
export class Exhibit {
  view: StackView | undefined;
  history: number[][] = [];
  hashes: StackHashes = { stack: null, layers: [] };
  heldOut: SpinData | undefined;
  readonly #side: Side;
  readonly #settings: Settings;
  #restored: boolean;
  readonly #measured = new Map<number, Omit<Measured, 'ownNeighbours'>>();
  #result: Result | undefined;
  #own: SpinData | undefined;
  #ownNeighbours: Mean<number> | null = null;

  /** @param restored whether the sites of a shuffled control are put back in what is shown */
  constructor(side: Side, settings: Settings, restored: boolean) {
    this.#side = side;
    this.#settings = settings;
    this.#restored = restored;
  }

  /** Takes a result of the file. */
  take(result: Result): void {
    this.#result = result;
    this.history = result.history;
    this.hashes = result.hashes;
    this.show(result.stack);
  }

  /** Takes another stack, or the same one after an epoch. */
  show(stack: Stack): void {
    const order = this.#restored ? this.#order : undefined;
    const moved = this.#order !== undefined && !this.#restored;
    this.view = new StackView(stack, order, moved ? undefined : this.#result?.places);
  }

  /** Puts the sites of a shuffled control back, or not. */
  restore(on: boolean): void {
    this.#restored = on;
    if (this.view) this.show(this.view.stack);
  }

  /** The new site i of a shuffled control is the old site order[i]. */
  get #order(): number[] | undefined {
    const { control, size, seed } = this.#settings;
    return this.#side === 'control' && control === 'shuffled' ? siteOrder(size ** 2, seed) : undefined;
  }

  /** Data with the sites put back. */
  #placed(data: SpinData): SpinData {
    const order = this.#order;
    if (order === undefined) return data;
    const back: number[] = [];
    order.forEach((site, i) => {
      back[site] = i;
    });
    return reorderSites(data, back);
  }

  isMeasured(layer: number): boolean {
    return this.#measured.has(layer);
  }

  /** Measures a layer on the held-out configurations. */
  async measure(layer: number): Promise<void> {
    const { view, heldOut } = this;
    if (!view || !heldOut) return;
    const { stack } = view;
    // of the weights before they were rounded, where that is known
    const reconstructed = this.#result?.shares[layer - 1] ?? (await reconstructedShare(stack, heldOut, layer));
    const placed = this.#placed(heldOut);
    this.#measured.set(layer, {
      layer,
      reconstructed,
      blocks: blockShare(placed, stack.sizes[layer]),
      sign: blockShare(placed, 1),
      neighbours: neighbourCorrelation(placed),
    });
  }

  get hasOwn(): boolean {
    return this.#own !== undefined;
  }

  /** Makes configurations of the stack's own. */
  async generate(number: number, signal: AbortSignal): Promise<void> {
    if (!this.view) return;
    const seed = JSON.stringify([this.#settings.seed, 'own', number]);
    this.#own = await generated(this.view.stack, OWN, seed, signal);
    this.#ownNeighbours = neighbourCorrelation(this.#placed(this.#own));
  }

  forgetOwn(): void {
    this.#own = undefined;
  }

  /** Draws one of its pictures. */
  draw(canvas: OffscreenCanvas, what: string, layer: number, unit: number, palette: Palette): void {
    const { view, heldOut } = this;
    if (view === undefined) return;
    const { shape } = view.stack;
    if (what === 'fields') drawFields(canvas, view, layer, palette);
    if (what === 'pairs' && heldOut) {
      drawPairs(canvas, view.reconstructions(heldOut.slice(0, SHOWN), layer), shape, palette);
    }
    if (what === 'own' && this.#own) {
      const rows = this.#own.slice(0, SHOWN);
      drawConfigurations(canvas, numbersOf(this.#restored ? this.#placed(rows) : rows), shape, palette);
    }
    if (what === 'place' || what === 'centred') {
      const { number, field, place } = this.unit(layer, unit) ?? {};
      if (number !== undefined && field) drawField(canvas, field, shape, place ?? null, what === 'centred', palette);
    }
  }

  /** A unit of a layer, or its last one. */
  unit(layer: number, unit: number): { number: number; field: Float32Array; place: Locality | null } | null {
    const { view } = this;
    if (view === undefined) return null;
    const number = Math.min(unit, view.stack.sizes[layer] - 1);
    return { number, field: view.field(layer, number), place: view.place(layer, number) };
  }

  /** @param expected hashes of the results that came with the element, if they are of these settings */
  report(layer: number, expected: StackHashes | undefined): SideReport | null {
    const { view, history, hashes } = this;
    if (view === undefined) return null;
    const found = this.#measured.get(layer);
    const same = (a: string | null, b: string | null | undefined) => (a && b ? a === b : null);
    return {
      layers: view.layers,
      places: view.places(layer),
      history,
      measured: found ? { ...found, ownNeighbours: this.#ownNeighbours } : null,
      hash: hashes.stack,
      same: same(hashes.stack, expected?.stack),
      sameLayers: hashes.layers.map((one, k) => same(one, expected?.layers[k])),
    };
  }
}
