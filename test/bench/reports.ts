/** Reports made up for the tests: rows with known rates and a known spread. */

import type { Row } from '../../bench/harness.js';
import { type Quartiles, quartiles } from '../../bench/numbers.js';
import { assemble, type Gathered, type Report } from '../../bench/report.js';

/** Numbers of mean 0 and deviation 1, the same for a seed on every engine but for the last bits. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let k = 0; k < 10; k++) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

export interface Made extends Partial<Row> {
  /** Median rate and relative noise of a round. */
  mean?: number;
  noise?: number;
  speed?: number;
  speedNoise?: number;
}

/** A row of seven rounds about a mean. */
export function row({ mean = 1e6, noise = 0.01, speed = 0.4, speedNoise = 0.003, ...rest }: Made, seed = 1): Row {
  const next = normals(seed);
  const about = (middle: number, width: number) => Array.from({ length: 7 }, () => middle * Math.exp(width * next()));
  return {
    case: 'Wolff, 64×64',
    contender: 'Wasm',
    unit: 'flips',
    rate: quartiles(about(mean, noise)),
    rounds: 7,
    check: 'equal bits',
    kind: 'ours',
    group: 'Cluster updates',
    machine: about(speed, speedNoise),
    ...rest,
  };
}

export function report(rows: Row[], rest: Partial<Gathered> = {}): Report {
  return assemble({
    package: { version: '1.2.3', commit: 'abcdef012345', kernels: '0123456789abcdef' },
    place: { Machine: 'Abacus 3, 2 cores', Engine: 'Node v1' },
    command: 'npm run bench -- --rounds 7',
    date: '2026-01-02T03:04:05.678Z',
    rounds: 7,
    threads: 2,
    short: false,
    clock: { resolution: 0.00005, shortest: 20 },
    rows,
    figures: [],
    missing: [],
    failed: [],
    ...rest,
  });
}

/** Two cases of two groups, with a twin, a peer and another way of ours; what a chart and a page have to show. */
export function example(): Report {
  const ratio = (middle: number): Quartiles => [middle * 0.9, middle, middle * 1.2];
  const product = { case: 'v·W, 100 rows of 784 bits × 784×500 float32', group: 'Products', unit: 'multiply-adds' };
  return report(
    [
      row({ series: { name: 'Wolff, cost of a flip', x: 4096 } }),
      row({ contender: 'textbook TypeScript', kind: 'twin', ratio: ratio(4.25), mean: 2e5 }),
      row({ contender: 'textbook C (cc 12 | -O3)', kind: 'peer', ratio: ratio(0.8), mean: 1.2e6 }),
      row({ case: 'Wolff, 256×256', mean: 5e5, series: { name: 'Wolff, cost of a flip', x: 65536 } }),
      row({ case: 'Wolff, 256×256', contender: 'Clusters (any graph), Wasm', ratio: ratio(1.7), mean: 3e5 }),
      row({ ...product, contender: 'Wasm, tables of sums', mean: 2.2e10 }),
      row({ ...product, contender: 'plain TypeScript, dense', kind: 'twin', ratio: ratio(312), mean: 7e7 }),
    ],
    {
      figures: [
        { name: 'kernels', unit: 'bytes', value: 53_600, check: 'those of the source' },
        { name: 'start', unit: 'ms', value: 62.4, quartiles: [61, 70.25], check: 'samples as here' },
      ],
      missing: [
        'PyTorch float32 for "CD-1, 784-500" (/usr/bin/python3): No module named torch',
        'PyTorch float32 for "CD-1, 1600-400" (/usr/bin/python3): No module named torch',
      ],
    },
  );
}
