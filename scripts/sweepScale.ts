/**
 * How sweeps scale: `npx tsx scripts/sweepScale.ts`, some nine minutes on a quiet machine. Measures one process against
 * two on equal points, interleaved with a loop of plain arithmetic (what the second core is worth here), and the costs of
 * the points of a real sweep; from these it simulates many workers. Writes docs/sweeps-scale.svg and prints the numbers
 * that docs/sweeps.md quotes.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, EQUAL, equalPoints } from '../bench/sweep.js';
import { writeFileAtomic } from '../src/io/disk.js';
import { loadExperiment, planOf, SweepFolder, simulateSweep } from '../src/sweep/index.js';
import { costsIn } from '../src/sweep/status.js';
import { lineChart } from '../src/viz/index.js';
import { root } from './browser.js';

const ROUNDS = 5;

const folder = mkdtempSync(join(tmpdir(), 'blockspin-scale-'));
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

const LOOP =
  'let x = 1; for (let k = 0; k < 3e8; k++) x = (x * 1.0000001 + k) % 1000; process.exitCode = x > 2000 ? 1 : 0;';

/** Seconds of plain arithmetic in this number of processes at once. */
async function arithmetic(processes: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from(
      { length: processes },
      () => new Promise((resolve) => spawn(process.execPath, ['-e', LOOP]).once('close', resolve)),
    ),
  );
  return (performance.now() - start) / 1000;
}

const cores: number[] = [];
const { one, two } = await equalPoints(ROUNDS, 12_000, async (alone, both) => {
  cores.push((2 * (await arithmetic(1))) / (await arithmetic(2)));
  console.log(
    `${alone.toFixed(1)} s, ${both.toFixed(1)} s, ×${(alone / both).toFixed(3)}; arithmetic ×${cores.at(-1)!.toFixed(3)}`,
  );
});
console.log(
  `two processes: ×${median(one.map((seconds, k) => seconds / two[k])).toFixed(2)} one, on ${EQUAL} equal points; arithmetic ×${median(cores).toFixed(2)}; equal bytes`,
);

// costs of points that differ: sizes and couplings of one study, a seed each
const loaded = await loadExperiment('thermodynamics');
const parameters = (seed: number) => ({
  ...{
    lattice: 'square',
    boundary: 'periodic',
    sizes: [16, 32, 64, 96],
    couplings: [0.3, 0.4, 0.43, 0.4407, 0.45, 0.5],
  },
  ...{ field: 0, samples: 20_000, method: 'auto', seed },
});
const costly = SweepFolder.create(join(folder, 'costs'), planOf(loaded, [parameters(1), parameters(2)]));
await command('work', costly.path, '--jobs', '1');
const measured = costsIn(costly).map(({ seconds }) => seconds);
const mean = measured.reduce((a, b) => a + b, 0) / measured.length;
console.log(
  `costs of ${measured.length} points: mean ${mean.toFixed(2)} s, from ${Math.min(...measured).toFixed(2)} to ${Math.max(...measured).toFixed(2)} s`,
);

/** Points as they are on clusters: the spread as measured, ten minutes on average. */
const costs = measured.map((seconds) => (seconds * 600) / mean);
const POINTS = 20_000;
const WORKERS = [10, 30, 100, 300, 1000, 3000];
const simulated = (workers: number, more: object = {}) => simulateSweep(costs, { points: POINTS, workers, ...more });
const series = [
  { label: 'any worker takes the next point', more: {} },
  { label: 'each worker has a part', more: { split: true } },
  { label: 'one failure per worker and day', more: { failuresPerHour: 1 / 24 } },
  { label: 'the same, no checkpoints', more: { failuresPerHour: 1 / 24, checkpointEvery: Number.POSITIVE_INFINITY } },
].map(({ label, more }) => ({
  label,
  x: WORKERS.map((workers) => Math.log10(workers)),
  y: WORKERS.map((workers) => simulated(workers, more).efficiency),
}));
for (const { label, y } of series) {
  console.log(`${label}: ${WORKERS.map((workers, k) => `${workers}: ${(100 * y[k]).toFixed(1)} %`).join(', ')}`);
}
for (const [label, more] of [
  ['no failures', {}],
  ['a part each', { split: true }],
  ['a failure per worker and day', { failuresPerHour: 1 / 24 }],
  ['a failure per worker and hour', { failuresPerHour: 1 }],
  ['the same, a checkpoint per 5 minutes', { failuresPerHour: 1, checkpointEvery: 300 }],
  ['the same, no checkpoints', { failuresPerHour: 1, checkpointEvery: Number.POSITIVE_INFINITY }],
] as const) {
  const { seconds, ideal, tail, lost, failures } = simulated(1000, more);
  console.log(
    `1000 workers, ${label}: ${(seconds / 3600).toFixed(2)} h (ideal ${(ideal / 3600).toFixed(2)}), tail ${(tail / 60).toFixed(0)} min, ${failures} failures, ${(lost / 3600).toFixed(0)} h lost`,
  );
}
const { svg } = await lineChart({
  name: 'sweeps-scale',
  title: 'Share of the workers’ time that goes into finished points (simulated)',
  series,
  xLabel: 'log₁₀ of the number of workers',
  yLabel: 'efficiency',
  caption: `A simulation, not a measurement: ${POINTS.toLocaleString('en')} points of ten minutes on average, with the measured spread of costs of thermodynamics.`,
});
writeFileAtomic(join(root, 'docs/sweeps-scale.svg'), svg);
rmSync(folder, { recursive: true, force: true });
