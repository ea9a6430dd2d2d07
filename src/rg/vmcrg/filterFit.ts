/** Filters whose free energy has given couplings: a Hamiltonian of block spins written as an RBM. */

import type { Chain, SquareLattice } from '../../ising/models/lattice.js';
import {
  type Descent,
  descend,
  type LeastSquares,
  type LeastSquaresPoint,
  NormalEquations,
} from '../../linear/leastSquares.js';
import { finite, integer, knownOptions, lengthOf, positive, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { normalNumbers } from '../../wasm/draws.js';
import { operatorBasis } from '../operators/basis.js';
import { imagesOf, type LatticeOperator } from '../operators/latticeOperator.js';
import { FilterSets } from './filterCouplings.js';
import { type FilterPotentialOptions, filterPotential, MAX_FIELD, type RbmPotential } from './rbmPotential.js';

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
  /** Of the starts; default 1. */
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
  const { operators, couplings, filters, size, images } = options;
  const shared = { filters, size, ...(images === undefined ? {} : { images }) };
  const empty = filterPotential(lattice, shared);
  const count = empty.parameters.length;
  if (count > MAX_PARAMETERS) refuse('filters', `at most ${MAX_PARAMETERS} weights`, count);
  const starts = integer('starts', options.starts ?? 8, 1, 10_000);
  const iterations = integer('iterations', options.iterations ?? 100, 1, 100_000);
  const enough = positive('tolerance', options.tolerance ?? 1e-5) / lattice.sites;
  const key = streamKey(checkSeed('seed', options.seed ?? 1), 'filters');
  operatorBasis(lattice, operators);
  lengthOf('couplings', couplings, operators.length);
  const sets = new FilterSets(empty, 'size');
  const targets = new Float64Array(sets.products.length);
  let unreachable = 0;
  operators.forEach((operator, k) => {
    if (operator.sites.length % 2 === 1) refuse(`operators[${k}]`, 'an even operator', operator.name, 'range');
    const coupling = finite(`couplings[${k}]`, couplings[k]);
    for (const image of imagesOf(operator)) {
      const found = sets.classOf(image);
      if (found === null)
        refuse(`operators[${k}]`, 'an operator of less than half the lattice', operator.name, 'range');
      if (found >= 0) targets[found] = coupling;
      else unreachable += coupling ** 2 / 2;
    }
  });
  const fit = new Fit(sets, filters, targets);
  const deviation = 1 / Math.sqrt(sets.area);
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

/** Weights, half the sum of the squared differences of all couplings per cell, and these. */
interface Point extends LeastSquaresPoint {
  /** By class. */
  residuals: Float64Array;
}

/** Damping at first. */
const FIRST = 1;

/** Largest Σ|w| of a filter, below that of a potential by more than rounding. */
const LARGEST = MAX_FIELD * (1 - 1e-12);

/** Least squares of the couplings of filters. */
class Fit implements LeastSquares<Point> {
  readonly #sets: FilterSets;
  readonly #filters: number;
  readonly #targets: Float64Array;

  constructor(sets: FilterSets, filters: number, targets: Float64Array) {
    this.#sets = sets;
    this.#filters = filters;
    this.#targets = targets;
  }

  /** Before the first step; weights are made smaller where they are too large together. */
  start(weights: Float32Array): Descent<Point> {
    const scale = Math.min(1, MAX_FIELD / 2 / this.#largest(Float64Array.from(weights)));
    return { at: this.point(Float64Array.from(weights, (w) => scale * w)) as Point, damping: FIRST };
  }

  /** null where Σ|w| of a filter is too large. */
  point(parameters: Float64Array): Point | null {
    if (!(this.#largest(parameters) <= LARGEST)) return null;
    const residuals = this.#sets.couplings(parameters).map((coupling, k) => coupling - this.#targets[k]);
    const { products } = this.#sets;
    const loss = residuals.reduce((sum, r, k) => sum + (products[k] * r * r) / 2, 0);
    return { parameters, loss, residuals };
  }

  normal({ parameters, residuals }: Point): NormalEquations {
    const p = parameters.length;
    const jacobian = this.#sets.jacobian(parameters);
    const normal = new NormalEquations(p);
    residuals.forEach((r, k) => {
      normal.add(jacobian.subarray(k * p, (k + 1) * p), r, this.#sets.products[k]);
    });
    return normal;
  }

  /** The largest Σ|w| of a filter. */
  #largest(parameters: Float64Array): number {
    const { area } = this.#sets;
    const sums = new Float64Array(this.#filters);
    parameters.forEach((w, k) => {
      sums[Math.floor(k / area)] += Math.abs(w);
    });
    return sums.reduce((most, sum) => Math.max(most, sum), 0);
  }
}
