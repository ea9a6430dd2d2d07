/**
 * RBMs with the symmetries of spins on a torus: parameters tied over translations, and distributions that are invariant
 * under a flip of all spins.
 */

import type { BitRows } from '../../util/bits.js';
import { finite, integer, knownOptions, lengthOf, positiveIntegers, refuse, show } from '../../util/check.js';
import { bitLayer, checkBias, type Floats, type Layer, spinLayer } from './layers.js';
import { finiteFloats, Rbm } from './rbm.js';

/** Max sites for tables up to 4 GiB. */
const MAX_SITES = 2 ** 15;

/**
 * The stride of a lattice of translations.
 * @throws TypeError or RangeError if not a positive integer, or not a divisor of all sides
 */
export function checkStride(name: string, stride: unknown, shape: readonly number[]): number {
  const checked = integer(name, stride);
  if (shape.some((side) => side % checked)) refuse(name, `common divisor of the sides ${show(shape)}`, stride);
  return checked;
}

/**
 * The translations of a torus by multiples of a stride, and their action on the weights of an RBM: visible unit i is
 * site i of the torus (row-major, any number of dimensions), and hidden unit k·count + s belongs to filter k, shifted by
 * stride times the vector of site s of the coarse torus (row-major, sides / stride):
 *   W[i, k·count + s] = filter_k[i - stride·s]
 * coordinate by coordinate, modulo the sides. With stride 1 these are all translations, and count = sites.
 */
export class Translations {
  /** Number of sites of the torus. */
  readonly sites: number;
  /** Number of translations: sites of the coarse torus, hidden units per filter. */
  readonly count: number;
  /** i - stride·s, [s, i]. */
  readonly #difference: Uint32Array;

  /**
   * @param shape sides of the torus
   * @param stride sites from one hidden unit of a filter to the next, in all directions
   * @throws TypeError or RangeError if not a non-empty array of positive integers, for more than 2^15 sites, or for a
   *   stride that is not a positive integer or does not divide all sides
   */
  constructor(
    readonly shape: readonly number[],
    readonly stride = 1,
  ) {
    positiveIntegers('shape', shape);
    checkStride('stride', stride, shape);
    this.sites = shape.reduce((product, side) => product * side, 1);
    this.count = shape.reduce((product, side) => product * (side / stride), 1);
    const { sites, count } = this;
    integer('sites of the torus', sites, 1, MAX_SITES);
    const difference = new Uint32Array(count * sites);
    for (let s = 0; s < count; s++) {
      for (let i = 0; i < sites; i++) {
        let [site, coarse] = [i, s];
        let place = 0;
        let step = 1;
        for (let d = shape.length - 1; d >= 0; d--) {
          const side = shape[d];
          const coarseSide = side / stride;
          place += step * (((site % side) - stride * (coarse % coarseSide) + side) % side);
          site = Math.floor(site / side);
          coarse = Math.floor(coarse / coarseSide);
          step *= side;
        }
        difference[s * sites + i] = place;
      }
    }
    this.#difference = difference;
  }

  /** Site d shifted by translation s, u32 [count, sites]. */
  shifts(): Uint32Array {
    const { sites, count } = this;
    const shifted = new Uint32Array(count * sites);
    for (let s = 0; s < count; s++) {
      for (let i = 0; i < sites; i++) shifted[s * sites + this.#difference[s * sites + i]] = i;
    }
    return shifted;
  }

  /**
   * Filters [filters, sites] → weights, row-major [sites, filters·count].
   * @throws RangeError for a length that is not a positive multiple of the number of sites
   */
  expand(filters: Float32Array): Float32Array {
    const { sites, count } = this;
    const n = this.#filters('filters', filters, sites);
    const weights = new Float32Array(sites * n * count);
    this.#each(n, (weight, filter) => {
      weights[weight] = filters[filter];
    });
    return weights;
  }

  /** One number per filter → one per hidden unit. */
  expandBias(biases: Floats): Float32Array {
    return Float32Array.from({ length: biases.length * this.count }, (_, j) => biases[Math.floor(j / this.count)]);
  }

  /**
   * Weights → filters [filters, sites], the mean over translations: the nearest tied weights in least squares. Of a
   * gradient by the weights it is the gradient by the filters, Σ over translations, divided by `count`; so
   * `expand(project(gradient))` is the tied part of a gradient, and a step along it keeps tied weights tied.
   * @throws RangeError for a length that is not a positive multiple of sites·count
   */
  project(weights: Float32Array): Float32Array {
    const { sites, count } = this;
    const n = this.#filters('weights', weights, sites * count);
    const sums = new Float64Array(n * sites);
    this.#each(n, (weight, filter) => {
      sums[filter] += weights[weight];
    });
    return Float32Array.from(sums, (sum) => sum / count);
  }

  /**
   * Hidden biases → one per filter, the mean over translations.
   * @throws RangeError for a length that is not a positive multiple of `count`
   */
  projectBias(bias: Floats): Float32Array {
    const { count } = this;
    return Float32Array.from({ length: this.#filters('bias', bias, count) }, (_, k) => {
      let sum = 0;
      for (let s = 0; s < count; s++) sum += bias[k * count + s];
      return sum / count;
    });
  }

  /** Calls `f` with the index of each weight and of its entry in the filters. */
  #each(filters: number, f: (weight: number, filter: number) => void): void {
    const { sites, count } = this;
    for (let i = 0; i < sites; i++) {
      for (let k = 0; k < filters; k++) {
        for (let s = 0; s < count; s++) {
          f((i * filters + k) * count + s, k * sites + this.#difference[s * sites + i]);
        }
      }
    }
  }

  #filters(name: string, values: { length: number }, each: number): number {
    if (values.length === 0 || values.length % each) {
      throw new RangeError(`"${name}" expected a multiple of ${each} numbers, got ${values.length}`);
    }
    return values.length / each;
  }
}

/** Options of `translationInvariant`. */
export interface TranslationInvariantOptions {
  /** Sides of the torus; visible unit i is site i, row-major. */
  shape: readonly number[];
  /** Sites from one hidden unit of a filter to the next, in all directions. Default 1. */
  stride?: number;
  /** The weights of hidden unit (k, 0), [filters, sites]. */
  filters: Float32Array;
  /** c, the same for each site. Default 0. */
  visibleBias?: number;
  /** b, one per filter. Default 0. */
  hiddenBias?: Floats;
  /** Kind of units of both layers. Default 'spins'. */
  units?: 'spins' | 'bits';
}

/**
 * The convolutional RBM on a torus: one hidden unit for each translation of each filter, see `Translations`. p(v) is
 * invariant under translations by multiples of the stride.
 * @throws TypeError or RangeError for an option of a wrong kind, length or value
 */
export function translationInvariant(options: TranslationInvariantOptions): Rbm {
  knownOptions('translationInvariant', options, ['shape', 'stride', 'filters', 'visibleBias', 'hiddenBias', 'units']);
  const translations = new Translations(options.shape, options.stride);
  const { sites } = translations;
  if (!(options.filters instanceof Float32Array)) refuse('filters', 'Float32Array', options.filters, 'type');
  const weights = translations.expand(options.filters);
  const count = options.filters.length / sites;
  const hidden = checkBias('hiddenBias', options.hiddenBias ?? new Float32Array(count), count);
  const visible = finite('visibleBias', options.visibleBias ?? 0);
  const layer = layerOf(options.units ?? 'spins');
  return new Rbm<BitRows, BitRows>({
    visibleLayer: layer(new Float32Array(sites).fill(visible)),
    hiddenLayer: layer(translations.expandBias(hidden)),
    weights,
  });
}

/** Options of `flipSymmetric`. */
export interface FlipSymmetricOptions {
  visible: number;
  /** Row-major [visible, filters]. */
  weights: Float32Array;
  /**
   * b, one per column of weights. With it, each column gives a pair of hidden units, (w, b) and (-w, b), with numbers j
   * and columns + j, since a single unit with a bias would break the symmetry. Default: one hidden unit per column,
   * without bias.
   */
  hiddenBias?: Floats;
}

/**
 * An RBM of ±1 units with p(v) = p(-v) exactly: no visible bias, and hidden units without bias or in pairs.
 * @throws TypeError or RangeError for an option of a wrong kind, length or value
 */
export function flipSymmetric(options: FlipSymmetricOptions): Rbm {
  knownOptions('flipSymmetric', options, ['visible', 'weights', 'hiddenBias']);
  const visible = integer('visible', options.visible);
  if (!(options.weights instanceof Float32Array)) refuse('weights', 'Float32Array', options.weights, 'type');
  const columns = Math.floor(options.weights.length / visible);
  lengthOf('weights', options.weights, visible * Math.max(1, columns));
  const weights = finiteFloats('weights', options.weights, visible * columns);
  const visibleLayer = spinLayer(new Float32Array(visible));
  if (options.hiddenBias === undefined) {
    return new Rbm<BitRows, BitRows>({ visibleLayer, hiddenLayer: spinLayer(new Float32Array(columns)), weights });
  }
  const bias = checkBias('hiddenBias', options.hiddenBias, columns);
  const paired = new Float32Array(2 * weights.length);
  for (let i = 0; i < visible; i++) {
    for (let j = 0; j < columns; j++) {
      paired[i * 2 * columns + j] = weights[i * columns + j];
      paired[i * 2 * columns + columns + j] = -weights[i * columns + j];
    }
  }
  const hiddenLayer = spinLayer(Float64Array.from([...bias, ...bias]));
  return new Rbm<BitRows, BitRows>({ visibleLayer, hiddenLayer, weights: paired });
}

function layerOf(units: string): (bias: Floats) => Layer<BitRows> {
  if (units === 'bits') return bitLayer;
  if (units === 'spins') return spinLayer;
  return refuse('units', 'one of spins, bits', units);
}
