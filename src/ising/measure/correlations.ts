/** Correlations in space: G(r) along the axes, the structure factor S(k), and the second-moment correlation length. */

import { blocksOf } from '../../stats/blocks.js';
import { type MeanEstimate, meanEstimate } from '../../stats/estimate.js';
import { type Jackknife, jackknifeWhereDefined } from '../../stats/jackknife.js';
import { meanOf } from '../../stats/series.js';
import { integer, knownOptions } from '../../util/check.js';
import type { SpinData } from '../data/spinData.js';
import {
  checkSquareData,
  correlationSum,
  eachConfiguration,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  wave,
} from './series.js';
import type { BlockOptions } from './thermodynamics.js';

/** G(r) = ⟨s_x s_{x+r}⟩, nothing subtracted, averaged over all x; r = 0, 1, … ⌊side/2⌋ in lattice spacings. */
export interface TwoPointFunction {
  /** r across rows, [⌊rows/2⌋ + 1]. */
  alongRows: MeanEstimate[];
  /** r across columns, [⌊columns/2⌋ + 1]. */
  alongColumns: MeanEstimate[];
}

/** The structure factor on the whole grid of wavevectors. */
export interface StructureFactor {
  /** [rows, columns]; entry p·columns + q belongs to k = 2π [p/rows, q/columns]. */
  shape: readonly [number, number];
  /** S(k) ≥ 0; their sum is N, and S(0) = N⟨m²⟩. */
  values: Float64Array;
  /** Standard errors from block means; null if all blocks are equal. */
  errors: (number | null)[];
}

/** Frequency of an energy. */
export interface EnergyLevel {
  /** Energy per site in units of J. */
  energy: number;
  count: number;
  /** count/n. */
  probability: number;
  /** Standard error of the probability from block means; null if all blocks are equal. */
  error: number | null;
}

/**
 * G(r) along both axes, each value with its error by the Γ-method; G(0) = 1 has none. The cost is count · N · (rows +
 * columns)/2 additions.
 * @throws TypeError if not SpinData; RangeError for data of another lattice, several chains that are correlated in
 *   time, or a series that is too short for its τ
 */
export function twoPointFunction(data: SpinData): TwoPointFunction {
  const [rows, columns] = checkSquareData('data', data).shape;
  const table = (side: number): Float64Array[] =>
    Array.from({ length: Math.floor(side / 2) + 1 }, () => new Float64Array(data.count));
  const [down, right] = [table(rows), table(columns)];
  eachConfiguration(data, (spins, row) => {
    down.forEach((series, r) => {
      series[row] = correlationSum(spins, rows, columns, r, 0) / spins.length;
    });
    right.forEach((series, r) => {
      series[row] = correlationSum(spins, rows, columns, 0, r) / spins.length;
    });
  });
  return { alongRows: down.map(meanEstimate), alongColumns: right.map(meanEstimate) };
}

/**
 * S(k) = (1/N) ⟨|Σ_x s_x e^{ik·x}|²⟩ for every wavevector of the lattice, by a discrete Fourier transform along rows
 * and then along columns. For single wavevectors, and for the series itself, see `structureFactorSeries`. The cost is
 * count · N · (columns + 2 rows) multiplications.
 * @throws TypeError or RangeError as `twoPointFunction`, or for `blocks` other than an integer from 2 to count
 */
export function structureFactor(data: SpinData, options: BlockOptions = {}): StructureFactor {
  knownOptions('structureFactor', options, ['blocks']);
  const [rows, columns] = checkSquareData('data', data).shape;
  const sites = rows * columns;
  const blocks = options.blocks ?? blocksOf('data', [magnetisationSeries(data).map((m) => m * m)]);
  const means = new BlockMeans(data.count, blocks, sites);
  // S(k) = S(-k) for a real function: half the columns of wavevectors are enough
  const half = Math.floor(columns / 2) + 1;
  const wavesX = Array.from({ length: half }, (_, q) => wave(q, columns));
  const wavesY = Array.from({ length: rows }, (_, p) => wave(p, rows));
  const real = new Float64Array(rows);
  const imaginary = new Float64Array(rows);
  eachConfiguration(data, (spins, row) => {
    const sums = means.blockOf(row);
    for (let q = 0; q < half; q++) {
      const [cosineX, sineX] = wavesX[q];
      for (let y = 0, i = 0; y < rows; y++) {
        let c = 0;
        let s = 0;
        for (let x = 0; x < columns; x++, i++) {
          c += cosineX[x] * spins[i];
          s += sineX[x] * spins[i];
        }
        real[y] = c;
        imaginary[y] = s;
      }
      for (let p = 0; p < rows; p++) {
        const [cosineY, sineY] = wavesY[p];
        let c = 0;
        let s = 0;
        for (let y = 0; y < rows; y++) {
          c += cosineY[y] * real[y] - sineY[y] * imaginary[y];
          s += cosineY[y] * imaginary[y] + sineY[y] * real[y];
        }
        const power = (c * c + s * s) / sites;
        sums[p * columns + q] += power;
        const opposite = ((rows - p) % rows) * columns + ((columns - q) % columns);
        if (q > 0 && 2 * q < columns) sums[opposite] += power;
      }
    }
  });
  return { shape: [rows, columns], ...means.estimates() };
}

/**
 * Second-moment correlation length of the disordered phase, ξ = √(S(0)/S(k) - 1) / (2 sin(k/2)) in lattice spacings, k
 * = 2π/side the smallest wavevector along the longer side, on a square the mean of S over both axes. Biased on lattices
 * that are not many ξ wide, as are all such definitions.
 *
 * S(0) = N⟨m²⟩ contains all of m, so that in an ordered lattice ξ grows as √N without being a length: see
 * `connectedCorrelationLength`. This is so for a value above the longer side, for which null is returned; at K_c of the
 * square lattice ξ/side is 0.905 (Salas & Sokal, J. Stat. Phys. 98, 551 (2000)).
 * @returns null if ξ exceeds the longer side, or if with all data or without one of the blocks S(k) ≥ S(0) or S(k) = 0,
 *   and if nothing fluctuates
 * @throws TypeError or RangeError as `structureFactor`
 */
export function correlationLength(data: SpinData, options: BlockOptions = {}): Jackknife | null {
  knownOptions('correlationLength', options, ['blocks']);
  return isOrdered(data) ? null : secondMomentLength(data, options, false);
}

/**
 * The second-moment correlation length of the connected correlations of an ordered lattice: S(0) - N⟨|m|⟩² in place of
 * S(0), as χ' in place of χ. In the disordered phase this subtracts a part of the fluctuations (2/π of them for
 * Gaussian m), and the result is too short: use `correlationLength` there.
 * @returns null as `correlationLength`, except for the longer side, which is not a limit here
 * @throws TypeError or RangeError as `structureFactor`
 */
export function connectedCorrelationLength(data: SpinData, options: BlockOptions = {}): Jackknife | null {
  knownOptions('connectedCorrelationLength', options, ['blocks']);
  return secondMomentLength(data, options, true);
}

/**
 * Whether ξ with all of m in S(0) would be longer than the longer side: the lattice is ordered.
 */
export function isOrdered(data: SpinData): boolean {
  const { zero, first, side } = wavesOf(data);
  const [s0, s1] = [meanOf(zero), meanOf(first)];
  return s0 > s1 * (1 + (2 * side * Math.sin(Math.PI / side)) ** 2);
}

function secondMomentLength(data: SpinData, options: BlockOptions, connected: boolean): Jackknife | null {
  const { zero, first, side } = wavesOf(data);
  // a single site has no wavevector
  if (side === 1) return null;
  const absolute = zero.map(Math.sqrt);
  const length = ([s0, s1, m]: ArrayLike<number> & Iterable<number>): number => {
    const power = connected ? s0 - m * m : s0;
    const defined = s1 > 1e-12 * s0 && power > s1;
    return defined ? Math.sqrt(power / s1 - 1) / (2 * Math.sin(Math.PI / side)) : Number.NaN;
  };
  return jackknifeWhereDefined([zero, first, absolute], length, {
    blocks: options.blocks ?? blocksOf('data', [zero, first]),
  });
}

/** Series of S(0) = N m² and of S(k) at the smallest wavevector along the longer side, over both axes of a square. */
function wavesOf(data: SpinData): { zero: Float64Array; first: Float64Array; side: number } {
  const [rows, columns] = checkSquareData('data', data).shape;
  const side = Math.max(rows, columns);
  const zero = magnetisationSeries(data).map((m) => m * m * data.width);
  const axes: [number, number][] = [];
  if (rows === side) axes.push([1, 0]);
  if (columns === side) axes.push([0, 1]);
  const first = new Float64Array(data.count);
  for (const axis of axes) {
    structureFactorSeries(data, axis).forEach((power, row) => {
      first[row] += power / axes.length;
    });
  }
  return { zero, first, side };
}

/**
 * All energies in the data, in rising order, and their frequencies.
 * @throws TypeError or RangeError as `energySeries`, for a series that is too short for its τ, or for `blocks` other
 *   than an integer from 2 to count
 */
export function energyHistogram(data: SpinData, options: BlockOptions = {}): EnergyLevel[] {
  knownOptions('energyHistogram', options, ['blocks']);
  const energies = energySeries(data);
  const levels = Float64Array.from(new Set(energies)).sort();
  const numbers = new Map(Array.from(levels, (energy, level) => [energy, level]));
  const means = new BlockMeans(data.count, options.blocks ?? blocksOf('data', [energies]), levels.length);
  const counts = new Float64Array(levels.length);
  energies.forEach((energy, row) => {
    const level = numbers.get(energy) as number;
    counts[level]++;
    means.blockOf(row)[level]++;
  });
  const { errors } = means.estimates();
  return Array.from(levels, (energy, level) => ({
    energy,
    count: counts[level],
    probability: counts[level] / data.count,
    error: errors[level],
  }));
}

/** Means of many quantities over blocks of consecutive rows, whose lengths differ by at most one. */
export class BlockMeans {
  readonly #sums: Float64Array[];
  readonly #starts: number[];

  /** @throws TypeError or RangeError if `blocks` is not an integer from 2 to count */
  constructor(
    private readonly count: number,
    blocks: number,
    private readonly quantities: number,
  ) {
    integer('blocks', blocks, 2, count);
    this.#sums = Array.from({ length: blocks }, () => new Float64Array(quantities));
    this.#starts = Array.from({ length: blocks + 1 }, (_, j) => Math.floor((j * count) / blocks));
  }

  /** Sums of the block that `row` is in, to add to. */
  blockOf(row: number): Float64Array {
    return this.#sums[Math.ceil(((row + 1) * this.#sums.length) / this.count) - 1];
  }

  /**
   * The jackknife of a mean in closed form: error² = (1/B) Σ (mean of block j - mean)²/(hⱼ - 1), hⱼ = n/(length of
   * block j).
   */
  estimates(): { values: Float64Array; errors: (number | null)[] } {
    const values = new Float64Array(this.quantities);
    for (const sums of this.#sums) {
      for (let k = 0; k < values.length; k++) values[k] += sums[k] / this.count;
    }
    const errors = Array.from(values, (mean, k) => {
      let squares = 0;
      let still = true;
      this.#sums.forEach((sums, j) => {
        const length = this.#starts[j + 1] - this.#starts[j];
        const deviation = sums[k] / length - mean;
        // differences by rounding are not fluctuations
        if (Math.abs(deviation) > 1e-12 * Math.abs(mean) + 1e-20) still = false;
        squares += (deviation * deviation) / (this.count / length - 1);
      });
      return still ? null : Math.sqrt(squares / this.#sums.length);
    });
    return { values, errors };
  }
}
