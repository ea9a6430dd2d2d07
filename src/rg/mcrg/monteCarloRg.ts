/**
 * The Monte Carlo renormalization group of Swendsen: the linearised transformation from correlations of operators between
 * the levels of coarse-graining, without knowing a single renormalised coupling. Source: R. H. Swendsen, Phys. Rev. Lett.
 * 42, 859 (1979); Phys. Rev. B 30, 3866 (1984).
 */

import type { SpinData } from '../../ising/data/spinData.js';
import type { Sampler } from '../../ising/samplers/contract.js';
import { conditionOf, solveDefinite } from '../../linear/definite.js';
import { eigenvalues } from '../../linear/eigen.js';
import type { BlockMoments, Moments } from '../../stats/blockMoments.js';
import { integer, knownOptions, objectWith, refuse } from '../../util/check.js';
import { progress, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { doubtsOf } from './doubts.js';
import { LevelMoments } from './levelMoments.js';
import { LEVEL_OPTIONS, type LevelOptions } from './levels.js';
import type { McrgReport, McrgSector, McrgStep } from './report.js';

/** Configurations per call of a sampler: ten of each of 128 chains. */
const BATCH = 1280;

/** Largest condition number of A: beyond it the inverse is noise. */
const MAX_CONDITION = 1e9;

/**
 * Monte Carlo renormalization group of batches of configurations, sampled at a critical point: `add` as many as are wanted,
 * then `report`. Memory does not grow with their number.
 * @example
 * const ising = new Ising({ lattice: square(16), coupling: 0.4406868, seed: 1 });
 * const mcrg = new MonteCarloRg({ rule: majorityRule({ factor: 2 }), steps: 2 });
 * await mcrg.sample(ising, 2560);
 * mcrg.report().steps[0].even.exponent; // y_T of the first step, near 1
 */
export class MonteCarloRg {
  readonly #moments: LevelMoments;

  /** @throws TypeError or RangeError for an unknown option or no rule; what depends on the data is checked with the first */
  constructor(options: LevelOptions) {
    knownOptions('MonteCarloRg', options, LEVEL_OPTIONS);
    this.#moments = new LevelMoments(options);
  }

  /**
   * Adds configurations: successive samples, in the order in which they were sampled.
   * @throws TypeError or RangeError for data or options that do not fit, before any work
   */
  add(data: SpinData): this {
    this.#moments.add(data);
    return this;
  }

  /**
   * Adds the next `count` configurations of a sampler, in batches, so that memory does not grow with their number.
   * @throws TypeError or RangeError as `add`; rejects with the reason of a signal, after the batches that were added
   */
  async sample(sampler: Sampler, count: number, work: WorkOptions = {}): Promise<this> {
    knownOptions('MonteCarloRg.sample', work, WORK_OPTIONS);
    objectWith('sampler', sampler, ['sampleAsync', 'configurations'], 'Sampler');
    integer('count', count, 0);
    // what does not fit is refused before the first sample
    const present = presentOf(sampler);
    if (present) this.#moments.check(present);
    for (let done = 0; done < count; done += BATCH) {
      const rows = Math.min(BATCH, count - done);
      const data = await sampler.sampleAsync(rows, { signal: work.signal });
      this.add(data);
      work.onProgress?.(progress('sample and measure', done + rows, count, 'configurations'));
    }
    return this;
  }

  /**
   * Exponents of all steps, by A = ⟨S'_α S'_γ⟩_c and B = ⟨S'_γ S_β⟩_c: T = A⁻¹B, y = ln λ/ln b. Errors are of a jackknife
   * over blocks of time.
   * @throws RangeError for fewer than 20 rows per operator, an operator that does not fluctuate on a level, or operators that
   *   are linearly dependent there (condition of A above 1e9), named
   */
  report(): McrgReport {
    const { levels: all, moments } = this.#moments.result('data');
    const { levels, names, rules } = all;
    const { count, blocks } = moments.even;
    const steps = levels.slice(1).map((level, k): McrgStep => {
      const scale = all.scale(k + 1);
      const sector = (parity: 'even' | 'odd') => sectorOf(moments[parity], k + 1, names[parity], scale);
      return {
        step: k + 1,
        fine: levels[k].shape,
        coarse: level.shape,
        scale,
        even: sector('even'),
        odd: sector('odd'),
      };
    });
    return { rules: rules.map(({ name }) => name), count, blocks, steps, doubts: doubtsOf(all, steps) };
  }
}

/**
 * Monte Carlo renormalization group of one set of configurations, see `MonteCarloRg`.
 * @throws TypeError or RangeError as `MonteCarloRg`, `add` and `report`
 */
export function monteCarloRg(data: SpinData, options: LevelOptions): McrgReport {
  knownOptions('monteCarloRg', options, LEVEL_OPTIONS);
  return new MonteCarloRg(options).add(data).report();
}

/** What a sampler holds; coupling from the past holds nothing before its first sample, and is checked by that. */
function presentOf(sampler: Sampler): SpinData | undefined {
  try {
    return sampler.configurations();
  } catch {
    return undefined;
  }
}

function sectorOf(moments: BlockMoments, step: number, names: readonly string[], scale: number): McrgSector {
  const n = names.length;
  const all = moments.moments();
  const correlation = coarseCovariance(all, step, n);
  const still = names.filter((_, k) => !(correlation[k * n + k] > 0));
  if (still.length > 0) {
    const others = still.length > 1 ? ` and ${still.length - 1} others` : '';
    refuse('operators', 'operators that fluctuate', `${still[0]}${others}, constant after step ${step}`);
  }
  const { condition, dependent } = conditionOf(correlation, n);
  if (!(condition < MAX_CONDITION)) {
    refuse(
      'operators',
      `operators that are independent after step ${step}`,
      `${names[dependent]}, which the others determine`,
    );
  }
  const matrix = matrixOf(all, step, n, n);
  const found = eigenvalues(matrix, n);
  const estimates = moments
    .jackknife((own) => [
      ...spectrumOf(own, step, n, n, scale),
      ...names.map((_, m) => leadingOf(own, step, n, m + 1, scale)),
      ...tangentOf(own, step, n),
    ])
    .map((estimate) => (Number.isFinite(estimate.value) && Number.isFinite(estimate.error) ? estimate : null));
  const byOperators = estimates.slice(n, 2 * n);
  const exponent = byOperators[n - 1];
  const half = byOperators[Math.ceil(n / 2) - 1];
  return {
    operators: [...names],
    matrix: [...matrix],
    eigenvalues: found,
    spectrum: estimates.slice(0, n),
    byOperators,
    exponent,
    truncation: n > 1 && exponent && half ? exponent.value - half.value : null,
    condition,
    tangent: names.map((_, k) => estimates.slice(2 * n + k * n, 2 * n + (k + 1) * n)),
  };
}

/** A, [n, n], of the operators on a level. */
function coarseCovariance(moments: Moments, step: number, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) =>
    moments.covariance(step * n + Math.floor(k / n), step * n + (k % n)),
  );
}

/** A⁻¹B of the first m of n operators. */
function matrixOf(moments: Moments, step: number, n: number, m: number): Float64Array {
  const of = (level: number) =>
    Float64Array.from({ length: m * m }, (_, k) =>
      moments.covariance(step * n + Math.floor(k / m), level * n + (k % m)),
    );
  return solveDefinite(of(step), of(step - 1), m);
}

/** ln|λ|/ln b of all eigenvalues with the first m operators. */
function spectrumOf(moments: Moments, step: number, n: number, m: number, scale: number): number[] {
  const matrix = matrixOf(moments, step, n, m);
  if (!matrix.every(Number.isFinite)) return new Array<number>(m).fill(Number.NaN);
  return eigenvalues(matrix, m).map(({ real, imaginary }) => Math.log(Math.hypot(real, imaginary)) / Math.log(scale));
}

/** ln λ/ln b of the leading eigenvalue; NaN unless it is real and positive. */
function leadingOf(moments: Moments, step: number, n: number, m: number, scale: number): number {
  const matrix = matrixOf(moments, step, n, m);
  if (!matrix.every(Number.isFinite)) return Number.NaN;
  const [{ real, imaginary }] = eigenvalues(matrix, m);
  return imaginary === 0 && real > 0 ? Math.log(real) / Math.log(scale) : Number.NaN;
}

function tangentOf(moments: Moments, step: number, n: number): number[] {
  return Array.from({ length: n * n }, (_, k) => {
    const row = step * n + Math.floor(k / n);
    return moments.covariance(row, k % n) / moments.covariance(row, 0);
  });
}
