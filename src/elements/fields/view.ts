/** What is seen of a stack: receptive fields, and where they are. */

import { type Locality, locality } from '../../fields/index.js';
import type { SpinData } from '../../ising/index.js';
import type { Stack } from '../../rbm/index.js';
import { MAX_FIELDS } from './spec.js';

/** The fields of a layer in numbers, an entry per unit; NaN for a field of zeros. */
export interface LayerPlaces {
  layer: number;
  radii: Float64Array;
  areas: Float64Array;
  /** Rows and columns of the centres. */
  rows: Float64Array;
  columns: Float64Array;
}

/** A stack with what was computed of it; a stack that has changed gets another view. */
export class StackView {
  readonly #fields = new Map<number, Float32Array>();
  readonly #places = new Map<number, LayerPlaces>();
  readonly #limits = new Map<number, number>();

  /**
   * @param order the new site i of the stack's data is the old site order[i]: old sites are shown
   * @param known radii and areas of the weights before they were rounded, by layer
   */
  constructor(
    readonly stack: Stack,
    readonly order?: readonly number[],
    readonly known?: readonly Pick<LayerPlaces, 'radii' | 'areas'>[],
  ) {}

  get layers(): number {
    return this.stack.rbms.length;
  }

  /** The fields of a layer, [units, sites]. */
  fields(layer: number): Float32Array {
    const known = this.#fields.get(layer);
    if (known) return known;
    const fields = this.#placed(this.stack.receptiveFields(layer));
    this.#fields.set(layer, fields);
    return fields;
  }

  /** The field of one unit. */
  field(layer: number, unit: number): Float32Array {
    const sites = this.stack.sizes[0];
    return this.fields(layer).subarray(unit * sites, (unit + 1) * sites);
  }

  place(layer: number, unit: number): Locality | null {
    const place = locality(this.field(layer, unit), this.stack.shape);
    const known = this.known?.[layer - 1];
    return place && known ? { ...place, radius: known.radii[unit], area: known.areas[unit] } : place;
  }

  places(layer: number): LayerPlaces {
    const known = this.#places.get(layer);
    if (known) return known;
    const units = this.stack.sizes[layer];
    const all = Array.from({ length: units }, (_, unit) => this.place(layer, unit));
    const numbers = (of: (place: Locality) => number) =>
      Float64Array.from(all, (place) => (place ? of(place) : Number.NaN));
    const places = {
      layer,
      radii: numbers(({ radius }) => radius),
      areas: numbers(({ area }) => area),
      rows: numbers(({ centre }) => centre[0]),
      columns: numbers(({ centre }) => centre[1]),
    };
    this.#places.set(layer, places);
    return places;
  }

  /** End of the colour scale of a layer: the 99.9th percentile of |r| in the fields that are shown, or the largest if that is 0. */
  limit(layer: number): number {
    const known = this.#limits.get(layer);
    if (known) return known;
    const sizes = this.fields(layer)
      .slice(0, MAX_FIELDS * this.stack.sizes[0])
      .map(Math.abs)
      .sort();
    const limit = sizes[Math.floor(0.999 * (sizes.length - 1))] || sizes[sizes.length - 1] || 1;
    this.#limits.set(layer, limit);
    return limit;
  }

  /** Configurations and their reconstructions from a layer: probabilities of up spins, [rows, sites] each. */
  reconstructions(data: SpinData, layer: number): { spins: Float32Array; means: Float32Array } {
    const means = this.stack.reconstruct(data, layer);
    const spins = Float32Array.from(means, (_, i) => data.bit(Math.floor(i / data.width), i % data.width));
    return { spins: this.#placed(spins), means: this.#placed(means) };
  }

  /** Rows of sites in their old order. */
  #placed(values: Float32Array): Float32Array {
    const { order } = this;
    if (!order) return values;
    const placed = values.slice();
    for (let start = 0; start < values.length; start += order.length) {
      order.forEach((site, i) => {
        placed[start + site] = values[start + i];
      });
    }
    return placed;
  }
}
