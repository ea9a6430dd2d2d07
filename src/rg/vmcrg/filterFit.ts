/** Couplings of filters, exactly; and filters whose free energy has given couplings: a Hamiltonian of block spins written as an RBM. */

import type { Chain, SquareLattice } from '../../ising/models/lattice.js';
import { type Descent, descend, type LeastSquares, type LeastSquaresPoint } from '../../linear/leastSquares.js';
import { finite, instanceOf, integer, knownOptions, lengthOf, positive, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { normalNumbers } from '../../wasm/draws.js';
import { kernels } from '../../wasm/scalar.js';
import { operatorBasis } from '../operators/basis.js';
import { imagesOf, type LatticeOperator } from '../operators/latticeOperator.js';
import { membersOf, walsh } from '../tables/walsh.js';
import type { HiddenLayout } from './hiddenLayout.js';
import { type FilterPotentialOptions, filterPotential, MAX_FIELD, RbmPotential } from './rbmPotential.js';

/** Options of `fitFilters`. */
export interface FitFiltersOptions extends Omit<FilterPotentialOptions, 'parameters'> {
  /** Even operators, whose couplings are given; all others are to be 0. */
  operators: readonly LatticeOperator[];
  /** K of H = -Σ K S, which is V = Σ K S, one per operator. */
  couplings: ArrayLike<number>;
  /** Random starts, of which the best goes on after a quarter of the steps; default 8. */
  starts?: number;
  /** Steps, at most; default 100. */
  iterations?: number;
  /** Distance of the whole lattice, in nats, above `unreachable`, that is near enough; default 1e-5. */
  tolerance?: number;
  /** Default 0. */
  seed?: Seed;
}

/** Result of `fitFilters`. */
export interface FilterFit {
  potential: RbmPotential;
  /**
   * ½ Var_p(V - Σ K S), p uniform, of the whole lattice, in nats: to second order KL(p ‖ p_V) if H' is -Σ K S, so that half of the
   * sum of the squared differences of all couplings.
   */
  distance: number;
  /** What of it is couplings of products that are larger than a filter. */
  unreachable: number;
}

const FIT_OPTIONS = [
  'operators',
  'couplings',
  'filters',
  'size',
  'images',
  'starts',
  'iterations',
  'tolerance',
  'seed',
] as const;

/** Most sites of a filter: tables of 2^15 states. */
const MAX_AREA = 16;
const MAX_PARAMETERS = 500;

/**
 * Filters, V = Σ ln 2cosh(Σ w s') as by `filterPotential`, whose couplings are nearest to given ones. The couplings of a filter are the Walsh coefficients
 * of ln 2cosh over the states of its sites, exactly; their squared distance from the given ones is minimised by Levenberg-Marquardt steps from random
 * starts. No sampling: it writes a list of couplings as an RBM, as a start of `variationalRbm`, and it tells how many filters a Hamiltonian needs.
 * @throws TypeError or RangeError for options out of range, filters of more than 16 sites or half of the lattice, or odd operators
 * @example
 * const operators = standardOperators('square', 'even').slice(0, 2);
 * const { potential, distance } = fitFilters(square(15), { operators, couplings: [0.39, 0.07], filters: 2, size: [2, 2] });
 * distance; // some 1e-5: two filters have these two couplings, and hardly a plaquette
 */
export function fitFilters(lattice: Chain | SquareLattice, options: FitFiltersOptions): FilterFit {
  knownOptions('fitFilters', options, FIT_OPTIONS);
  const { operators, couplings, filters, size, images, seed } = options;
  const shared = { filters, size, ...(images === undefined ? {} : { images }) };
  const empty = filterPotential(lattice, shared);
  const count = empty.parameters.length;
  if (count > MAX_PARAMETERS) refuse('filters', `at most ${MAX_PARAMETERS} weights`, count);
  const starts = integer('starts', options.starts ?? 8, 1, 10_000);
  const iterations = integer('iterations', options.iterations ?? 100, 1, 100_000);
  const enough = positive('tolerance', options.tolerance ?? 1e-5) / lattice.sites;
  const key = streamKey(seed ?? 0, 'filters');
  operatorBasis(lattice, operators);
  lengthOf('couplings', couplings, operators.length);
  const window = new Window(empty, 'size');
  const targets = new Float64Array(window.multiplicities.length);
  let unreachable = 0;
  operators.forEach((operator, k) => {
    if (operator.sites.length % 2 === 1) refuse(`operators[${k}]`, 'an even operator', operator.name, 'range');
    const coupling = finite(`couplings[${k}]`, couplings[k]);
    for (const image of imagesOf(operator)) {
      const found = window.classOf(image);
      if (found >= 0) targets[found] = coupling;
      else unreachable += coupling ** 2 / 2;
    }
  });
  const fit = new Fit(window, filters, targets);
  const deviation = 1 / Math.sqrt(window.area);
  const short = Math.ceil(iterations / 4);
  let best: Descent<Point> | undefined;
  for (let start = 0; start < starts && !(best && best.at.loss < enough); start++) {
    const own = descend(fit, fit.start(normalNumbers(key, count, deviation, start)), { iterations: short, enough });
    if (!best || own.at.loss < best.at.loss) best = own;
  }
  const { parameters, loss } = descend(fit, best!, { iterations: iterations - short, enough }).at;
  const { sites } = lattice;
  return {
    potential: filterPotential(lattice, { ...shared, parameters }),
    distance: sites * (loss + unreachable),
    unreachable: sites * unreachable,
  };
}

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
  const { layout, parameters } = potential;
  if (!layout.filter) refuse('potential', 'a potential of filters', 'one of dense units', 'range');
  const window = new Window(potential, 'potential');
  const { residuals } = new Fit(
    window,
    parameters.length / window.area,
    new Float64Array(window.multiplicities.length),
  ).point(parameters) as Point;
  const part = ({ coupling, products }: FilterCoupling) => products * coupling ** 2;
  return window
    .sites()
    .map((sites, k) => ({ sites, coupling: residuals[k], products: window.multiplicities[k] }))
    .sort((a, b) => part(b) - part(a));
}

const isOdd = (set: number) => {
  let odd = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) odd ^= 1;
  return odd === 1;
};

/**
 * The even sets of places of a filter, in classes of those that translations and images of the filter take into each other. A set is a number, place d
 * being bit d.
 */
class Window {
  readonly area: number;
  /** Images of a filter. */
  readonly images: number;
  /** Class of each even set, by its places but the last one, which is in it if those are odd. */
  readonly classes: Int32Array;
  /** Sets of each class, up to translations. */
  readonly multiplicities: Float64Array;
  readonly #high: number;
  readonly #wide: number;
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
    this.area = high * wide;
    // of the first filter: the place whose weight stands at each place
    const turns = layout.unitWeights.filter((list) => list.every((parameter) => parameter < this.area));
    this.images = turns.length;
    const last = 1 << (this.area - 1);
    this.classes = new Int32Array(last).fill(-1);
    const multiplicities: number[] = [];
    for (let rest = 1; rest < last; rest++) {
      const set = isOdd(rest) ? rest | last : rest;
      const own = this.#moved(set);
      let found = this.#classOf.get(own);
      if (found === undefined) {
        found = multiplicities.length;
        const orbit = new Set(turns.map((turn) => this.#moved(turned(own, turn))));
        for (const image of orbit) this.#classOf.set(image, found);
        multiplicities.push(orbit.size);
      }
      this.classes[rest] = found;
    }
    this.multiplicities = Float64Array.from(multiplicities);
  }

  /** Class of sites [y, x] or [x]; -1 if they do not fit in a filter. */
  classOf(sites: readonly (readonly number[])[]): number {
    const places = sites.map((site) => (site.length === 1 ? [0, site[0]] : [...site]));
    const [top, left] = [0, 1].map((axis) => Math.min(...places.map((place) => place[axis])));
    let set = 0;
    for (const [y, x] of places) {
      if (y - top >= this.#high || x - left >= this.#wide) return -1;
      set |= 1 << ((y - top) * this.#wide + x - left);
    }
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

function turned(set: number, turn: readonly number[]): number {
  return turn.reduce((image, place, at) => image | (((set >> place) & 1) << at), 0);
}

/** Weights, half the sum of the squared differences of all couplings per cell, and these. */
interface Point extends LeastSquaresPoint {
  /** By class. */
  residuals: Float64Array;
}

/** Damping at first. */
const FIRST = 1;

/** Least squares of the couplings of filters. */
class Fit implements LeastSquares<Point> {
  readonly #window: Window;
  readonly #filters: number;
  readonly #targets: Float64Array;

  constructor(window: Window, filters: number, targets: Float64Array) {
    this.#window = window;
    this.#filters = filters;
    this.#targets = targets;
  }

  /** Before the first step; weights are made smaller where they are too large together. */
  start(weights: Float32Array): Descent<Point> {
    const { area } = this.#window;
    const sums = Float64Array.from({ length: this.#filters }, (_, filter) =>
      weights.subarray(filter * area, (filter + 1) * area).reduce((sum, w) => sum + Math.abs(w), 0),
    );
    const scale = Math.min(1, MAX_FIELD / 2 / Math.max(...sums));
    return { at: this.point(Float64Array.from(weights, (w) => scale * w)) as Point, damping: FIRST };
  }

  /** The couplings of weights; null where |w| of a filter is too large. */
  point(parameters: Float64Array): Point | null {
    const { area, images, classes, multiplicities } = this.#window;
    const residuals = this.#targets.map((target) => -target);
    for (let filter = 0; filter < this.#filters; filter++) {
      const w = parameters.subarray(filter * area, (filter + 1) * area);
      if (!(w.reduce((sum, x) => sum + Math.abs(x), 0) <= MAX_FIELD)) return null;
      // ln 2cosh x is even: states with the last spin up tell all
      const own = walsh(fields(w).map((x) => kernels().softplus(2 * x) - x));
      for (let rest = 1; rest < own.length; rest++) {
        const k = classes[rest];
        residuals[k] += (own[rest] * images) / multiplicities[k];
      }
    }
    const loss = residuals.reduce((sum, r, k) => sum + (multiplicities[k] * r * r) / 2, 0);
    return { parameters, loss, residuals };
  }

  /** JᵀJ and Jᵀr, J the derivatives of the couplings, ∂K_S/∂w_i = ⟨s_S s_i tanh x⟩ of fair spins. */
  normal({ parameters, residuals }: Point) {
    const { area, images, classes, multiplicities } = this.#window;
    const p = parameters.length;
    const jacobian = new Float64Array(residuals.length * p);
    for (let filter = 0; filter < this.#filters; filter++) {
      const w = parameters.subarray(filter * area, (filter + 1) * area);
      const own = walsh(fields(w).map((x) => 2 * kernels().sigmoid(2 * x) - 1));
      for (let rest = 1; rest < own.length; rest++) {
        const k = classes[rest];
        const share = images / multiplicities[k];
        const to = k * p + filter * area;
        for (let i = 0; i < area - 1; i++) jacobian[to + i] += share * own[rest ^ (1 << i)];
        jacobian[to + area - 1] += share * own[rest];
      }
    }
    const curvature = new Float64Array(p * p);
    const slope = new Float64Array(p);
    for (let k = 0; k < residuals.length; k++) {
      for (let i = 0; i < p; i++) {
        const weighted = multiplicities[k] * jacobian[k * p + i];
        slope[i] += weighted * residuals[k];
        for (let j = 0; j <= i; j++) curvature[i * p + j] += weighted * jacobian[k * p + j];
      }
    }
    for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) curvature[j * p + i] = curvature[i * p + j];
    return { curvature, slope };
  }
}

/** x = Σ w s of the states of a filter's sites of which the last is up; bit i of a state is 1 where s_i = +1. */
function fields(w: Float64Array): Float64Array {
  const last = w.length - 1;
  const x = new Float64Array(1 << last);
  x[0] = w.reduce((sum, value, i) => sum + (i < last ? -value : value), 0);
  for (let state = 1; state < x.length; state++) {
    x[state] = x[state & (state - 1)] + 2 * w[31 - Math.clz32(state & -state)];
  }
  return x;
}
