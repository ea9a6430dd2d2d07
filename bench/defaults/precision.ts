/**
 * Whether training in 16 bits learns as much as in float32 (`precision`, docs/training.md): a population of each, by
 * the same seeds, on the same rows.
 *
 *   d_s = L16_s - L32_s,   L the mean log-likelihood per held-out row in nats, s the seed
 *
 * CRITERION, written before the first run. The two are equivalent on a data set if the 90 % interval of the mean of d
 * over the seeds, by Student's t, lies inside ±0.2 % of what float32 has learned there, the mean of L32 minus the
 * likelihood of independent units: two one-sided tests at 5 % (Schuirmann 1987). `auto` may take 16 bits only if all
 * data sets are equivalent by at least 20 seeds. An interval that is too wide is no equivalence.
 *
 * Power. With 20 seeds the interval is ±0.39 deviations of d, so d may scatter by 0.5 % of what was learned. Log Z is
 * exact where there are 16 hidden units or fewer; elsewhere it is annealed, each RBM with its own error, which is part
 * of the scatter. Runs on large layers are short (the rate then falls to zero all the sooner): a pair of runs with its
 * log Z is to take about a minute.
 */

import {
  BitRows,
  criticalCoupling,
  Ising,
  logLikelihood,
  type PartitionOptions,
  type Precision,
  square,
  trainRbm,
} from '../../src/all.js';
import { independentLikelihood } from './regret.js';
import { strokeImages } from './strokes.js';
import { evaluated, ZOO } from './zoo.js';

/** Share of what was learned that does not matter. */
export const BOUND = 0.002;
/** Least number of seeds. */
export const SEEDS = 20;

export interface PrecisionSet {
  /** Unique. */
  name: string;
  hidden: number;
  /** Epochs, and passes over the rows in each. */
  length: { epochs: number; passes: number };
  partition: PartitionOptions<BitRows>;
  data(): { train: BitRows; heldOut: BitRows };
}

/** What came of a pair of runs. */
export interface Pair {
  set: string;
  seed: number;
  /** Mean log p of a held-out row, in nats. */
  float32: number;
  fixed16: number;
  /** The same of independent units with the means of the training rows. */
  independent: number;
}

/** A sample of the Ising model cut in two. */
const torus = (side: number, coupling: number, rows: number, others: number) => () => {
  const all = new Ising({ lattice: square(side), coupling, seed: 1 }).sample(rows + others);
  const part = (from: number, to: number) =>
    new BitRows(to - from, all.width, all.bytes.slice(from * all.stride, to * all.stride));
  return { train: part(0, rows), heldOut: part(rows, rows + others) };
};

const EXACT = { method: 'exact' } as const;
const annealing = (temperatures: number) => ({ method: 'annealing', chains: 100, temperatures }) as const;

/** Small sets of the zoo, 5000 updates each: `auto` leaves them to float32, since 16 bits are no faster there. */
const SMALL = [
  'Ising 8×8, K = 0.3, 16 hidden',
  'Ising 8×8, K = 0.4407, 16 hidden',
  'Ising 8×8, K = 0.5, 16 hidden',
  'Ising 8×8, K = 0.6, 16 hidden',
  '±J glass 6×6, 16 hidden',
  'two-mode, 8 hidden',
  'bars and stripes 4×4, 16 hidden',
  'shifting bar, 4 of 9, 16 hidden',
  'digits 8×8, 16 hidden',
];

const small = ZOO.filter(({ name }) => SMALL.includes(name)).map(({ name, hidden, data }): PrecisionSet => {
  const updates = 5000;
  return {
    name,
    hidden,
    /** By the number of rows, which are made when they are asked for. */
    get length() {
      const each = Math.ceil(data().train.count / 100);
      return { epochs: 50, passes: Math.round(updates / 50 / each) || 1 };
    },
    partition: EXACT,
    data: () => ({ train: data().train, heldOut: evaluated(data()) }),
  };
});

export const PRECISION_SETS: readonly PrecisionSet[] = [
  ...small,
  {
    name: 'strokes 28×28, 16 hidden',
    hidden: 16,
    length: { epochs: 25, passes: 2 },
    partition: EXACT,
    data: () => ({ train: strokeImages(2000, 1), heldOut: strokeImages(500, 2) }),
  },
  {
    name: 'Ising 16×16, K = K_c, 64 hidden',
    hidden: 64,
    length: { epochs: 20, passes: 2 },
    partition: annealing(2000),
    data: torus(16, criticalCoupling, 5000, 1000),
  },
  {
    name: 'Ising 40×40, K = K_c, 16 hidden',
    hidden: 16,
    length: { epochs: 20, passes: 1 },
    partition: EXACT,
    data: torus(40, criticalCoupling, 5000, 1000),
  },
  {
    name: 'Ising 64×64, K = 0.408, 16 hidden',
    hidden: 16,
    length: { epochs: 20, passes: 1 },
    partition: EXACT,
    data: torus(64, 0.408, 2000, 500),
  },
  {
    name: 'Ising 28×28, K = 0.408, 100 hidden',
    hidden: 100,
    length: { epochs: 20, passes: 2 },
    partition: annealing(1000),
    data: torus(28, 0.408, 2000, 500),
  },
  {
    name: 'Ising 40×40, K = 0.408, 400 hidden',
    hidden: 400,
    length: { epochs: 4, passes: 3 },
    partition: annealing(800),
    data: torus(40, 0.408, 5000, 1000),
  },
  {
    name: 'Ising 64×64, K = 0.408, 1024 hidden',
    hidden: 1024,
    length: { epochs: 3, passes: 2 },
    partition: annealing(300),
    data: torus(64, 0.408, 2000, 500),
  },
];

/** Both trainings by a seed. */
export async function runPair({ name, hidden, length, partition, data }: PrecisionSet, seed: number): Promise<Pair> {
  const { train, heldOut } = data();
  const likelihood = async (precision: Precision) => {
    const { rbm } = await trainRbm(train, { hidden, ...length, precision, seed, threads: 1, outcome: false });
    const own = partition.method === 'exact' ? partition : { ...partition, data: train, seed };
    return logLikelihood(rbm, heldOut, own).mean;
  };
  const float32 = await likelihood('float32');
  const fixed16 = await likelihood('fixed16');
  return { set: name, seed, float32, fixed16, independent: independentLikelihood(train, heldOut) };
}

/**
 * The value that Student's t exceeds with probability 5 % (Cornish & Fisher; within 2e-3 from ten degrees of freedom
 * on).
 */
export function studentLimit(degrees: number): number {
  const z = 1.6448536;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}

export interface Equivalence {
  seeds: number;
  /** Mean of L32 minus independent units. */
  learned: number;
  /** Mean of d, and its 90 % interval; ±∞ for one seed. */
  mean: number;
  low: number;
  high: number;
  /** BOUND of what was learned. */
  bound: number;
  /** Whether the interval is inside of it, and there are enough seeds. */
  shown: boolean;
}

export function equivalence(pairs: readonly Pair[]): Equivalence {
  const seeds = pairs.length;
  const meanOf = (of: (pair: Pair) => number) => pairs.reduce((sum, pair) => sum + of(pair), 0) / seeds;
  const difference = ({ float32, fixed16 }: Pair) => fixed16 - float32;
  const learned = meanOf(({ float32, independent }) => float32 - independent);
  const mean = meanOf(difference);
  const squares = pairs.reduce((sum, pair) => sum + (difference(pair) - mean) ** 2, 0);
  const half = seeds > 1 ? studentLimit(seeds - 1) * Math.sqrt(squares / (seeds - 1) / seeds) : Infinity;
  const bound = BOUND * learned;
  const shown = seeds >= SEEDS && mean - half > -bound && mean + half < bound;
  return { seeds, learned, mean, low: mean - half, high: mean + half, bound, shown };
}
