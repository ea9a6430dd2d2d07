/** The renormalization group linearised at a Hamiltonian, from covariances of a biased ensemble. */

import type { EnsembleWork } from '../../ising/chains/ensemble.js';
import { conditionOf, solveDefinite } from '../../linear/definite.js';
import { type Eigenvalue, eigenvalues } from '../../linear/eigen.js';
import { checkList, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import { progress } from '../../util/work.js';
import type { OperatorBasis } from '../operators/basis.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import type { SpinOperator } from '../operators/productSums.js';
import {
  type BiasedEnsemble,
  basesOf,
  type EnsemblePlan,
  ensemblePlan,
  VMCRG_OPTIONS,
  VMCRG_WORK_OPTIONS,
  type VmcrgOptions,
  type VmcrgWorkOptions,
} from './biasedEnsemble.js';
import { WALKERS } from './biasedWalkers.js';
import { type Bias, biasedBy } from './fixedBias.js';

/** Options of `linearisedVmcrg`. */
export interface LinearisedVmcrgOptions extends VmcrgOptions {
  /** Default: no bias, the canonical ensemble of H, where single spins move slowly near a critical point. */
  bias?: Bias;
  /** Operators even in the spins, of both lattices. */
  even?: readonly LatticeOperator[];
  /** Operators odd in the spins, of both lattices. One of both lists is needed. */
  odd?: readonly LatticeOperator[];
  /**
   * Blocks up to which correlations are summed, along each side and in both directions; `lattice`: over the whole
   * lattice. Default 4 with a bias, where correlations end soon, and else the whole lattice.
   */
  radius?: number | 'lattice';
  /**
   * A of A⁻¹B: measured, or of independent block spins, as they are at the minimum of Ω for a complete basis. Default
   * measured.
   */
  covariance?: 'measured' | 'independent';
  /** Sweeps per walker, in which is measured; default 20 000. */
  sweeps?: number;
  /** Sweeps between two measurements; default 3. */
  interval?: number;
  /**
   * Parts of the run for errors by the jackknife, each much longer than the autocorrelation time; default 32. Of sums over
   * the whole lattice each walker is a part of its own, so that slow correlations do not matter, and there is no choice.
   */
  bins?: number;
}

/** The linearised flow of operators of one parity. */
export interface LinearisedSector {
  operators: string[];
  /** T_αβ = ∂K'_α/∂K_β, [n, n]. */
  matrix: Float64Array;
  /** ⟨S'_α⟩ per product: 0 where the bias makes block spins independent. */
  means: Float64Array;
  /** The largest modulus first. */
  eigenvalues: Eigenvalue[];
  /** Real part of the first eigenvalue; its error by the jackknife, which knows nothing of truncation. */
  leading: Estimate<number>;
  /** y = ln λ/ln b of that eigenvalue; NaN if it is not positive. */
  exponent: Estimate<number>;
  /**
   * `leading` minus that with the first half of the operators: the size of the error of truncation, which with a bias is often
   * many statistical ones (b = 3: λ_e is 2.3 with 7 even operators, 2.9 with 13 and 3 at the fixed point). Null for one operator.
   */
  truncation: number | null;
}

/** Result of `linearisedVmcrg`. */
export interface LinearisedVmcrg {
  even?: LinearisedSector;
  odd?: LinearisedSector;
  /** Measurements per walker. */
  measurements: number;
}

const LINEARISED_VMCRG_OPTIONS = [
  ...VMCRG_OPTIONS,
  'bias',
  'even',
  'odd',
  'radius',
  'covariance',
  'sweeps',
  'interval',
  'bins',
] as const;

/**
 * T = ∂K'/∂K at a Hamiltonian, and its leading eigenvalues λ_e and λ_o: T = A⁻¹B with covariances A_αγ = ⟨S'_α S'_γ⟩_c and
 * B_γβ = ⟨S'_γ S_β⟩_c of the ensemble with weight e^{-H - V}. It is the change of the J at which ⟨S'⟩_V keeps its value,
 * exactly for the V that minimises Ω, and truncated to the operators. Without a bias (V = 0) T is Swendsen's matrix.
 *
 * With a bias correlations reach a few blocks only. So both covariances are sums of correlations of each coarse product
 * with what lies within `radius` blocks of it: farther ones are noise, which grows with the lattice. (b = 3, L = 45,
 * K = 0.436: λ_e = 2.871(9), 2.900(13), 2.923(15), 2.927(21) for radius 2, 3, 4, 5 of one run.) Errors are those of a
 * jackknife over time, with all walkers pooled, or over walkers for sums over the whole lattice. Fluctuations of T bias
 * the leading eigenvalue in second order, well below its error.
 * @throws TypeError or RangeError for an option of a wrong kind or value, operators of the wrong parity, a radius whose
 *   windows do not fit into 16 bits; Error if A is singular, with the operator at fault
 * @example
 * const lattice = square(12);
 * const even = standardOperators('square', 'even').slice(0, 3);
 * const hamiltonian = isingHamiltonian({ lattice, coupling: 0.44 });
 * const options = { lattice, hamiltonian, rule: majorityRule({ factor: 3 }), sweeps: 1000 };
 * const { bias } = variationalMcrg({ ...options, operators: even });
 * linearisedVmcrg({ ...options, bias: { operators: even, parameters: bias }, even }).even?.exponent; // y_T
 * @see Wu & Car, Phys. Rev. Lett. 119, 220602 (2017); Swendsen, Phys. Rev. Lett. 42, 859 (1979)
 */
export function linearisedVmcrg(options: LinearisedVmcrgOptions): LinearisedVmcrg {
  knownOptions('linearisedVmcrg', options, LINEARISED_VMCRG_OPTIONS);
  const linearisation = new Linearisation(options, undefined);
  return linearisation.ensemble.finish(linearisation.work());
}

/**
 * `linearisedVmcrg` with pauses, on threads: stops at the signal, reports progress. The same result.
 * @throws TypeError, RangeError or Error as `linearisedVmcrg`; the signal's reason; Error if threads that were asked for
 *   cannot be started
 */
export async function linearisedVmcrgAsync(
  options: LinearisedVmcrgOptions & VmcrgWorkOptions,
): Promise<LinearisedVmcrg> {
  knownOptions('linearisedVmcrgAsync', options, [...LINEARISED_VMCRG_OPTIONS, ...VMCRG_WORK_OPTIONS]);
  const linearisation = new Linearisation(options, options);
  return linearisation.ensemble.finishWithPauses(linearisation.work(), options);
}

/** Sums over measurements of one bin, [n, 2n] and [2n] of each list of operators after the other. */
interface Sums {
  products: Float64Array;
  means: Float64Array;
}

class Linearisation {
  readonly ensemble: BiasedEnsemble;
  readonly #plan: EnsemblePlan;
  readonly #lists: { name: 'even' | 'odd'; coarse: OperatorBasis; fine: OperatorBasis }[];
  readonly #radius: number | undefined;
  readonly #independent: boolean;
  /** Whether H and V are even in the spins: means of odd operators are then 0, and known. */
  readonly #symmetric: boolean;
  readonly #interval: number;
  /** Parts of the run in time, and measurements in each. */
  readonly #parts: number;
  readonly #rows: number;
  /** Configurations in a bin of the jackknife. */
  readonly #binSize: number;

  constructor(options: LinearisedVmcrgOptions, threads: { threads?: number } | undefined) {
    this.#plan = ensemblePlan(options, options.bias === undefined ? 5000 : 200);
    const { geometry } = this.#plan;
    this.#lists = (['even', 'odd'] as const).flatMap((name) => {
      const operators = options[name];
      if (operators === undefined) return [];
      checkList(name, operators, 'list of operators');
      const bases = basesOf(name, operators, geometry);
      const other = bases.coarse.operators.find(({ order }) => order % 2 !== (name === 'odd' ? 1 : 0));
      if (other) refuse(name, `operators that are ${name} in the spins`, other.name);
      return [{ name, ...bases }];
    });
    if (this.#lists.length === 0) refuse('even', 'a list of operators, or one as "odd"', options.even, 'type');
    const radius = options.radius ?? (options.bias === undefined ? 'lattice' : 4);
    this.#radius = radius === 'lattice' ? undefined : integer('radius', radius, 0, 2 ** 20);
    const covariance = oneOf('covariance', options.covariance ?? 'measured', ['measured', 'independent']);
    this.#independent = covariance === 'independent';
    if (this.#independent && options.bias === undefined) {
      refuse('covariance', '"measured" without a bias: block spins are not independent', covariance);
    }
    if (this.#radius === undefined && options.bins !== undefined) {
      refuse('bins', 'none for sums over the whole lattice: each walker is one', options.bins);
    }
    this.#parts = integer('bins', options.bins ?? 32, 4, 10_000);
    const sweeps = integer('sweeps', options.sweeps ?? 20_000, this.#parts);
    this.#interval = integer('interval', options.interval ?? 3, 1, Math.floor(sweeps / this.#parts));
    this.#rows = Math.floor(sweeps / (this.#parts * this.#interval));
    this.#binSize = this.#rows * (this.#radius === undefined ? this.#parts : this.#plan.machines * WALKERS);
    const measured = this.#lists.map(({ coarse, fine }) => ({ coarse: coarse.operators, fine: fine.operators }));
    const { ensemble, even } = biasedBy(
      'bias',
      options.bias,
      this.#plan,
      { measured, ...(this.#radius !== undefined && { radius: this.#radius }) },
      threads,
    );
    this.ensemble = ensemble;
    this.#symmetric = even;
  }

  *work(): EnsembleWork<LinearisedVmcrg> {
    yield* this.ensemble.sweeps('burn-in', this.#plan.burnIn);
    const sums: Sums[] = [];
    for (let part = 0; part < this.#parts; part++) {
      const report = (rows: number) => {
        const done = (part * this.#rows + rows) * this.#interval;
        return progress('measure', done, this.#parts * this.#rows * this.#interval, 'sweeps');
      };
      if (this.#radius === undefined) {
        this.#addTotals(yield* this.ensemble.totals(this.#rows, this.#interval, report), sums);
      } else {
        sums.push(yield* this.ensemble.products(this.#rows, this.#interval, report));
      }
    }
    const total = sums.reduce(plus);
    let [product, mean] = [0, 0];
    const sectors = this.#lists.map(({ name, coarse }) => {
      const n = coarse.operators.length;
      const [fromProduct, fromMean] = [product, mean];
      product += 2 * n * n;
      mean += 2 * n;
      const noMeans = name === 'odd' && this.#symmetric ? new Float64Array(2 * n) : undefined;
      const matrixOf = ({ products, means }: Sums, count: number, kept = n) =>
        this.#matrix(
          coarse,
          kept,
          products.subarray(fromProduct, fromProduct + 2 * n * n),
          noMeans ?? means.subarray(fromMean, fromMean + 2 * n),
          count,
        );
      const matrix = matrixOf(total, sums.length * this.#binSize);
      const without = sums.map((bin) => matrixOf(minus(total, bin), (sums.length - 1) * this.#binSize));
      const count = sums.length * this.#binSize;
      const means = Float64Array.from(coarse.products, (products, k) => total.means[fromMean + k] / (count * products));
      const sector = this.#sector(coarse.names, matrix, without);
      const half = Math.ceil(n / 2);
      const [{ real }] = eigenvalues(matrixOf(total, sums.length * this.#binSize, half), half);
      const truncation = n > 1 ? sector.leading.value - real : null;
      return [name, { ...sector, truncation, means }] as const;
    });
    return { ...Object.fromEntries(sectors), measurements: this.#parts * this.#rows };
  }

  /** Adds sums over the whole lattice, in the form that `windowProducts` gives those over windows, to those of each walker. */
  #addTotals(totals: Int32Array, sums: Sums[]): void {
    const all = this.#lists.reduce((sum, { coarse }) => sum + 2 * coarse.operators.length, 0);
    const size = this.#lists.reduce((sum, { coarse }) => sum + 2 * coarse.operators.length ** 2, 0);
    const walkers = this.#plan.machines * WALKERS;
    while (sums.length < walkers) sums.push({ products: new Float64Array(size), means: new Float64Array(all) });
    const values = new Float64Array(all);
    for (let row = 0; row < this.#rows; row++) {
      for (let walker = 0; walker < walkers; walker++) {
        const { products, means } = sums[walker];
        const machine = Math.floor(walker / WALKERS);
        const from = (row * this.#plan.machines + machine) * all * WALKERS + (walker % WALKERS);
        for (let k = 0; k < all; k++) {
          values[k] = totals[from + k * WALKERS];
          means[k] += values[k];
        }
        let [to, first] = [0, 0];
        for (const { coarse } of this.#lists) {
          const n = coarse.operators.length;
          for (let j = first; j < first + n; j++) {
            for (let k = first; k < first + 2 * n; k++) products[to++] += values[j] * values[k];
          }
          first += 2 * n;
        }
      }
    }
  }

  /** T of the first `kept` operators by sums over `count` configurations. */
  #matrix(
    { names, operators: coarse }: OperatorBasis,
    kept: number,
    products: Float64Array,
    means: Float64Array,
    count: number,
  ): Float64Array {
    const n = coarse.length;
    const { shape } = this.#plan.geometry;
    const cells = shape[0] * shape[1];
    const reach = this.#radius === undefined ? cells : 2 * this.#radius + 1;
    const window = this.#radius === undefined ? cells : Math.min(reach, shape[0]) * Math.min(reach, shape[1]);
    // per configuration: Σ_cells ⟨a b_window⟩ - cells·window ⟨a⟩⟨b⟩ of means per cell
    const covariance = (j: number, k: number) =>
      products[j * 2 * n + k] / count - ((means[j] / count) * (means[k] / count) * window) / cells;
    const known = this.#independent ? independentCovariance(coarse.slice(0, kept)) : undefined;
    const pairs = { length: kept * kept };
    const a = known ?? Float64Array.from(pairs, (_, at) => covariance(Math.floor(at / kept), at % kept));
    const b = Float64Array.from(pairs, (_, at) => covariance(Math.floor(at / kept), n + (at % kept)));
    const matrix = solveDefinite(a, b, kept);
    if (!matrix.every(Number.isFinite)) {
      const { dependent } = conditionOf(a, kept);
      throw new Error(
        `the covariance of the block spins' operators is singular: ${names[dependent]} does not fluctuate by itself`,
      );
    }
    return matrix;
  }

  #sector(
    operators: string[],
    matrix: Float64Array,
    without: readonly Float64Array[],
  ): Omit<LinearisedSector, 'means' | 'truncation'> {
    const n = operators.length;
    const { factor, fine } = this.#plan.geometry;
    const logFactor = fine.kind === 'chain' ? Math.log(factor[1]) : Math.log(factor[0] * factor[1]) / 2;
    const values = eigenvalues(matrix, n);
    const value = values[0].real;
    const parts = without.map((each) => eigenvalues(each, n)[0].real);
    const center = parts.reduce((sum, x) => sum + x, 0) / parts.length;
    const squares = parts.reduce((sum, x) => sum + (x - center) ** 2, 0);
    const error = Math.sqrt(((parts.length - 1) / parts.length) * squares);
    return {
      operators,
      matrix,
      eigenvalues: values,
      leading: { value, error },
      exponent: { value: Math.log(value) / logFactor, error: error / (Math.abs(value) * logFactor) },
    };
  }
}

/** ⟨S_α S_γ⟩ of independent spins ±1: the number of equal products, each as often as it occurs in both. */
function independentCovariance(operators: readonly SpinOperator[]): Float64Array {
  const n = operators.length;
  const counts = operators.map(({ order, sites }) => {
    const found = new Map<string, number>();
    for (let at = 0; at < sites.length; at += order) {
      const key = sites
        .slice(at, at + order)
        .sort()
        .join();
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    return found;
  });
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [a, b] = [counts[Math.floor(at / n)], counts[at % n]];
    let sum = 0;
    for (const [key, count] of a) sum += count * (b.get(key) ?? 0);
    return sum;
  });
}

function plus(a: Sums, b: Sums): Sums {
  return { products: a.products.map((x, k) => x + b.products[k]), means: a.means.map((x, k) => x + b.means[k]) };
}

function minus(a: Sums, b: Sums): Sums {
  return { products: a.products.map((x, k) => x - b.products[k]), means: a.means.map((x, k) => x - b.means[k]) };
}
