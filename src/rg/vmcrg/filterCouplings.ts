/** Couplings of filters, exactly. */

import { instanceOf, refuse } from '../../util/check.js';
import { kernels } from '../../wasm/scalar.js';
import { membersOf, walsh } from '../tables/walsh.js';
import type { HiddenLayout } from './hiddenLayout.js';
import { RbmPotential } from './rbmPotential.js';

/** A coupling of filters. */
export interface FilterCoupling {
  /** One of its products: [y, x] of each spin, from the first row and column on; on a chain [0, x]. */
  sites: number[][];
  /** K of H = -Σ K Π s. */
  coupling: number;
  /** Products per cell: images that differ by more than a translation. */
  products: number;
}

/**
 * All couplings of an RBM of filters, H = -V, exactly: V = Σ K Π s over all even sets of sites that fit in a filter, with their translations and images, by
 * Walsh's transform of ln 2cosh over the states of a filter. In the order of their part of the variance of H over fair spins, products · K² per cell.
 * @throws TypeError or RangeError for other potentials, or filters of more than 16 sites or half of the lattice
 * @example
 * const potential = filterPotential(square(8), { filters: 1, size: [2, 2], parameters: [0.3, 0.3, 0, 0] });
 * filterCouplings(potential)[0]; // neighbours: K = 2 ln cosh 0.6, two products per cell
 */
export function filterCouplings(potential: RbmPotential): FilterCoupling[] {
  instanceOf('potential', potential, RbmPotential, 'RbmPotential');
  if (!potential.layout.filter) refuse('potential', 'a potential of filters', 'one of dense units', 'range');
  const sets = new FilterSets(potential, 'potential');
  const couplings = sets.couplings(potential.parameters);
  const part = ({ coupling, products }: FilterCoupling) => products * coupling ** 2;
  return sets
    .sites()
    .map((sites, k) => ({ sites, coupling: couplings[k], products: sets.products[k] }))
    .sort((a, b) => part(b) - part(a));
}

/** Most sites of a filter: tables of 2^15 states. */
const MAX_AREA = 16;

/**
 * The even sets of places of a filter, in classes of those that translations and images of the filter take into each other, and the coupling of each class.
 * A set is a number, place d being bit d.
 */
export class FilterSets {
  /** Places of a filter. */
  readonly area: number;
  /** Sets of each class, up to translations. */
  readonly products: Float64Array;
  /** Class of each even set, by its places but the last one, which is in it if those are odd. */
  readonly #classes: Int32Array;
  readonly #high: number;
  readonly #wide: number;
  readonly #lattice: readonly [number, number];
  /** Images of a filter, over the sets of each class. */
  readonly #shares: Float64Array;
  /** Class of each set that is as far up and to the left as it goes. */
  readonly #classOf = new Map<number, number>();

  /** @param name of the argument that has the filters */
  constructor({ layout }: RbmPotential, name: string) {
    const { size, lattice } = layout.filter as NonNullable<HiddenLayout['filter']>;
    const [high, wide] = size;
    if (high * wide > MAX_AREA) refuse(name, `filters of at most ${MAX_AREA} sites`, `${high} × ${wide}`);
    if (size.some((length, axis) => length > 1 && 2 * (length - 1) >= lattice[axis])) {
      refuse(name, 'filters of at most half the lattice', `${high} × ${wide} on ${lattice[0]} × ${lattice[1]}`);
    }
    this.#high = high;
    this.#wide = wide;
    this.#lattice = lattice;
    this.area = high * wide;
    // of the first filter: the place whose weight stands at each place
    const turns = layout.unitWeights.filter((list) => list.every((parameter) => parameter < this.area));
    const last = 1 << (this.area - 1);
    this.#classes = new Int32Array(last).fill(-1);
    const products: number[] = [];
    for (let rest = 1; rest < last; rest++) {
      const own = this.#moved(isOdd(rest) ? rest | last : rest);
      let found = this.#classOf.get(own);
      if (found === undefined) {
        found = products.length;
        const orbit = new Set(turns.map((turn) => this.#moved(turned(own, turn))));
        for (const image of orbit) this.#classOf.set(image, found);
        products.push(orbit.size);
      }
      this.#classes[rest] = found;
    }
    this.products = Float64Array.from(products);
    this.#shares = this.products.map((count) => turns.length / count);
  }

  /** Class of an even number of sites [y, x] or [x]; -1 if they do not fit in a filter, and null if they reach half across the lattice. */
  classOf(sites: readonly (readonly number[])[]): number | null {
    const places = sites.map((site) => (site.length === 1 ? [0, site[0]] : site));
    const spans = [0, 1].map((axis) => {
      const all = places.map((place) => place[axis]);
      return { least: Math.min(...all), reach: Math.max(...all) - Math.min(...all) };
    });
    if (spans.some(({ reach }, axis) => reach > 0 && 2 * reach >= this.#lattice[axis])) return null;
    if (spans[0].reach >= this.#high || spans[1].reach >= this.#wide) return -1;
    const set = places.reduce(
      (all, [y, x]) => all | (1 << ((y - spans[0].least) * this.#wide + x - spans[1].least)),
      0,
    );
    return this.#classOf.get(set) as number;
  }

  /** One set of each class: its sites [y, x], from the first row and column on. */
  sites(): number[][][] {
    const first: number[][][] = [];
    for (const [set, k] of this.#classOf) {
      first[k] ??= membersOf(set).map((place) => [Math.floor(place / this.#wide), place % this.#wide]);
    }
    return first;
  }

  /** K of each class: Walsh coefficients ⟨Π s ln 2cosh x⟩ of fair spins, of all filters with their images together. */
  couplings(parameters: Float64Array): Float64Array {
    const couplings = new Float64Array(this.products.length);
    for (let first = 0; first < parameters.length; first += this.area) {
      // ln 2cosh x is even: states with the last spin up tell all
      const own = walsh(fieldsOf(parameters.subarray(first, first + this.area)).map(logTwoCosh));
      for (let rest = 1; rest < own.length; rest++) {
        const k = this.#classes[rest];
        couplings[k] += own[rest] * this.#shares[k];
      }
    }
    return couplings;
  }

  /** ∂K/∂w = ⟨Π s · s_i tanh x⟩, [classes, parameters]. */
  jacobian(parameters: Float64Array): Float64Array {
    const p = parameters.length;
    const jacobian = new Float64Array(this.products.length * p);
    for (let first = 0; first < p; first += this.area) {
      const own = walsh(fieldsOf(parameters.subarray(first, first + this.area)).map(tanh));
      for (let rest = 1; rest < own.length; rest++) {
        const k = this.#classes[rest];
        const to = k * p + first;
        for (let i = 0; i < this.area - 1; i++) jacobian[to + i] += this.#shares[k] * own[rest ^ (1 << i)];
        jacobian[to + this.area - 1] += this.#shares[k] * own[rest];
      }
    }
    return jacobian;
  }

  /** The set moved as far up and to the left as it goes. */
  #moved(set: number): number {
    let [column, row] = [0, 0];
    for (let y = 0; y < this.#high; y++) column |= 1 << (y * this.#wide);
    for (let x = 0; x < this.#wide; x++) row |= 1 << x;
    let moved = set;
    while ((moved & row) === 0) moved >>>= this.#wide;
    while ((moved & column) === 0) moved >>>= 1;
    return moved;
  }
}

function isOdd(set: number): boolean {
  let odd = false;
  for (let rest = set; rest !== 0; rest &= rest - 1) odd = !odd;
  return odd;
}

function turned(set: number, turn: readonly number[]): number {
  return turn.reduce((image, place, at) => image | (((set >> place) & 1) << at), 0);
}

const logTwoCosh = (x: number) => kernels().softplus(2 * x) - x;
const tanh = (x: number) => 2 * kernels().sigmoid(2 * x) - 1;

/** x = Σ w s of the states of a filter's sites of which the last is up; bit i of a state is 1 where s_i = +1. */
function fieldsOf(w: Float64Array): Float64Array {
  const last = w.length - 1;
  const x = new Float64Array(1 << last);
  x[0] = w.reduce((sum, value, i) => sum + (i < last ? -value : value), 0);
  for (let state = 1; state < x.length; state++) {
    x[state] = x[state & (state - 1)] + 2 * w[31 - Math.clz32(state & -state)];
  }
  return x;
}
