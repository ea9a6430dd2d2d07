/**
 * The best known RBM of a data set, unless a competitor finds a better one. Where the exact gradient of all rows is
 * affordable, a quasi-Newton descent along it from several starts; elsewhere long runs of persistent chains. Of
 * all RBMs on the way the best for the evaluated rows counts: what is asked for is what RBMs of that size can be.
 */

import {
  type AnyRbm,
  BitRows,
  DivergenceError,
  maximiseLikelihoodAsync,
  type Rbm,
  type SpinRbm,
  trainRbm,
} from '../../src/all.js';
import type { Way } from './competitors.js';
import { BUDGET_UNIT, batchOf, lengthOf, workPerUpdate } from './cost.js';
import { type Outcome, score, shapeOf } from './run.js';
import { type DataSet, evaluated } from './zoo.js';

/** Largest product of states of the smaller layer and units of the larger one: a gradient then takes about 0.2 s. */
const MAX_EXACT = 2 ** 23;
/** Steps of a descent between two looks at the evaluated rows, and in all. */
const LOOK = 20;
const MAX_STEPS = 400;
/** A descent ends after `PATIENCE` successive evaluations without an improvement of `BETTER` nats. */
const PATIENCE = 2;
const BETTER = 5e-3;
/** Starts of a descent: many, where a gradient costs next to nothing. */
const STARTS = { quick: 8, slow: 2 };
const QUICK = 2 ** 16;

/** Budgets of a long run, for small and for large layers. */
const LONG = { small: 100, large: 20 };
const LARGE = 512;

const LONG_WAYS: readonly Way[] = [
  { algorithm: 'cd', steps: 10, learningRate: 0.1 },
  { algorithm: 'pcd', learningRate: 0.1 },
  { algorithm: 'tempering', replicas: 4, learningRate: 0.1 },
];

/** The best mean log p of an evaluated row that is reached, in nats. */
export async function reference(set: DataSet): Promise<Outcome> {
  const start = performance.now();
  const { train } = set.data();
  const [small, large] = [Math.min(train.width, set.hidden), Math.max(train.width, set.hidden)];
  const size = 2 ** small * large;
  const affordable = size <= MAX_EXACT && small <= 16;
  const best = affordable ? await descents(set, size <= QUICK ? STARTS.quick : STARTS.slow) : await longRuns(set);
  return { ...best, seconds: (performance.now() - start) / 1000 };
}

type Found = Omit<Outcome, 'seconds'>;

async function descents(set: DataSet, starts: number): Promise<Found> {
  const { train, heldOut } = set.data();
  const { rows, weights } = distinct(train);
  // without other rows the training rows' own likelihood never falls: no need to look at it on the way
  const look = heldOut === undefined ? MAX_STEPS : LOOK;
  let best = Number.NEGATIVE_INFINITY;
  let updates = 0;
  for (let seed = 1; seed <= starts; seed++) {
    let rbm: SpinRbm | undefined;
    let own = Number.NEGATIVE_INFINITY;
    for (let steps = 0, since = 0; steps < MAX_STEPS && since < PATIENCE; steps += look) {
      const found = await maximiseLikelihoodAsync(rows, {
        hidden: set.hidden,
        weights,
        iterations: look,
        seed,
        start: rbm,
      });
      rbm = found.rbm;
      updates += found.evaluations;
      const now = heldOut === undefined ? found.logLikelihood : spinLikelihood(rbm, heldOut);
      since = now > own + BETTER ? 0 : since + 1;
      own = Math.max(own, now);
      if (found.converged) break;
    }
    best = Math.max(best, own);
  }
  const { visible, hidden } = shapeOf(set, set.data());
  const work = workPerUpdate(
    { algorithm: 'exact', steps: 1, chains: 1, batchSize: rows.count, betas: [1] },
    { rows: rows.count, visible, hidden },
  );
  return { logLikelihood: best, updates, spent: (updates * work) / BUDGET_UNIT };
}

/** -H(v) - log Z, the mean over rows, in nats. */
function spinLikelihood(rbm: SpinRbm, rows: BitRows): number {
  return -rbm.visibleEnergies(rows).reduce((sum, energy) => sum + energy, 0) / rows.count - rbm.logPartition();
}

async function longRuns(set: DataSet): Promise<Found> {
  const data = set.data();
  const shape = shapeOf(set, data);
  const budget = shape.visible > LARGE ? LONG.large : LONG.small;
  let best = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const way of LONG_WAYS) {
    const { steps = 1 } = way;
    const betas = Array.from({ length: typeof way.replicas === 'number' ? way.replicas : 1 }, () => 1);
    const recipe = { algorithm: `${way.algorithm}`, steps, chains: 100, batchSize: 100, betas };
    const updates = Math.floor((budget * BUDGET_UNIT) / workPerUpdate(recipe, shape));
    const length = lengthOf(updates, shape.rows, batchOf(recipe, shape.rows), LOOKS);
    total += updates;
    try {
      const options = { ...way, batchSize: 100, momentum: 0.9, schedule: 'linear', threads: 1 } as const;
      const validation = (rbm: AnyRbm) => score(rbm as Rbm, evaluated(data));
      const { best: found } = await trainRbm(data.train, { ...options, ...length, hidden: set.hidden, validation });
      best = Math.max(best, found?.score ?? best);
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
    }
  }
  return { logLikelihood: best, updates: total, spent: budget * LONG_WAYS.length };
}

/** Epochs of a long run: after each the evaluated rows are looked at. */
const LOOKS = 25;

/** Each row once, with how often it was there. */
function distinct(rows: BitRows): { rows: BitRows; weights: number[] } {
  const numbers = new Map<string, { row: number; count: number }>();
  const bytesOf = (r: number) => rows.bytes.subarray(r * rows.stride, (r + 1) * rows.stride);
  for (let r = 0; r < rows.count; r++) {
    const key = bytesOf(r).join();
    const known = numbers.get(key);
    if (known) known.count++;
    else numbers.set(key, { row: r, count: 1 });
  }
  const kept = [...numbers.values()];
  const bytes = new Uint8Array(kept.length * rows.stride);
  kept.forEach(({ row }, k) => {
    bytes.set(bytesOf(row), k * rows.stride);
  });
  return { rows: new BitRows(kept.length, rows.width, bytes), weights: kept.map(({ count }) => count) };
}
