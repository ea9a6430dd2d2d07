/**
 * Bars and stripes with 8 hidden units, by each way of training: the exact log-likelihood, summed over the rows, at the
 * end and at its best on the way; mean, spread and worst of ten seeds, for the images and for their negatives. The best
 * possible is -41.5888 (3×3, 16 rows) and -108.1310 (4×4, 32 rows). Portable: the same file runs in Node and in a page.
 */

import { BitRows, barsAndStripes, logLikelihood, Training, type TrainingOptions } from '../../src/all.js';

export interface Study {
  name: string;
  /** The images are n×n. */
  n: number;
  options: Omit<TrainingOptions, 'hidden'>;
  /** What the mean at the end must reach; left out where the likelihood is known to fall. */
  least?: number;
}

const pcd = { algorithm: 'pcd', epochs: 50, passes: 1000 } as const;
const falling = { epochs: 50, passes: 1000, learningRate: 0.1, schedule: 'constant' } as const;

export const STUDIES: Study[] = [
  {
    name: 'exact gradient',
    n: 3,
    options: { algorithm: 'exact', epochs: 50, passes: 200, learningRate: 0.5 },
    least: -41.8,
  },
  {
    name: 'exact gradient',
    n: 4,
    options: { algorithm: 'exact', epochs: 50, passes: 200, learningRate: 0.2 },
    least: -113.5,
  },
  {
    name: 'parallel tempering, 10 replicas',
    n: 4,
    options: { algorithm: 'tempering', epochs: 50, passes: 400, learningRate: 0.1, chains: 32 },
    least: -115,
  },
  {
    name: 'trajectory tempering, rate 0.02 to 0',
    n: 4,
    options: { algorithm: 'trajectory', epochs: 50, passes: 1000, learningRate: 0.02 },
    least: -115,
  },
  { name: 'PCD-1, rate 0.02 to 0 (the defaults)', n: 4, options: { ...pcd, learningRate: 0.02 }, least: -124 },
  { name: 'PCD-1, rate 0.1, constant, 32 chains', n: 4, options: { ...pcd, ...falling, chains: 32 } },
  { name: 'plain CD-1, rate 0.1, constant', n: 4, options: { ...falling, algorithm: 'cd', centred: false } },
  { name: 'CD-1, rate 0.1, constant, centred', n: 4, options: { ...falling, algorithm: 'cd' } },
];

/** The images, or their negatives. */
function images(n: number, flipped: boolean): BitRows {
  const rows = barsAndStripes(n);
  if (!flipped) return rows;
  const negative = new BitRows(rows.count, rows.width);
  for (let r = 0; r < rows.count; r++) {
    for (let i = 0; i < rows.width; i++) {
      if (!rows.bit(r, i)) negative.bytes[r * rows.stride + (i >> 3)] |= 1 << (i & 7);
    }
  }
  return negative;
}

export interface StudyRow {
  study: string;
  size: string;
  rows: 'plain' | 'flipped';
  /** At the end: mean, standard deviation and worst of the seeds. */
  mean: number;
  spread: number;
  worst: number;
  /** Mean over the seeds of the best on the way. */
  peak: number;
  /** Whether the mean is what was asked for. */
  reached?: boolean;
  seconds: number;
}

export async function runStudy({ name, n, options, least }: Study, flipped: boolean, seeds: number): Promise<StudyRow> {
  const data = images(n, flipped);
  const start = performance.now();
  const ends: number[] = [];
  const peaks: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const training = await Training.start(data, { hidden: 8, threads: 1, ...options, seed });
    let last = -Infinity;
    let peak = -Infinity;
    while (!training.finished) {
      await training.runEpoch();
      last = logLikelihood(training.rbm(), data).mean * data.count;
      peak = Math.max(peak, last);
    }
    await training.close();
    ends.push(last);
    peaks.push(peak);
  }
  const average = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const mean = average(ends);
  return {
    study: name,
    size: `${n}×${n}`,
    rows: flipped ? 'flipped' : 'plain',
    mean,
    spread: Math.sqrt(ends.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (seeds - 1)),
    worst: Math.min(...ends),
    peak: average(peaks),
    ...(least === undefined ? {} : { reached: mean >= least }),
    seconds: (performance.now() - start) / 1000,
  };
}

/** One line of text a study. */
export function studyLine({ study, size, rows, mean, spread, worst, peak, reached, seconds }: StudyRow): string {
  const number = (x: number) => x.toFixed(2).padStart(8);
  const verdict = reached === undefined ? 'falls' : reached ? 'reached' : 'MISSED';
  return [
    `${study.padEnd(38)} ${size} ${rows.padEnd(7)}`,
    `end ${number(mean)} ± ${number(spread).trim().padEnd(6)} worst ${number(worst)}  best on the way ${number(peak)}`,
    `${verdict}  ${seconds.toFixed(0)} s`,
  ].join('  ');
}
