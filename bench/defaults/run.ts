/** One run of the study: a data set, a competitor, a budget and a seed, to the likelihood of the RBM that comes out. */

import {
  type BitRows,
  barsAndStripes,
  DivergenceError,
  type EpochRecord,
  logLikelihood,
  type Rbm,
  trainRbm,
} from '../../src/all.js';
import { crc32 } from '../../src/formats/crc32.js';
import { checkTrainingOptions } from '../../src/rbm/engines/checkedOptions.js';
import type { Competitor, Way } from './competitors.js';
import {
  BUDGET_UNIT,
  batchOf,
  type Length,
  lengthOf,
  type Recipe,
  type Shape,
  updatesOf,
  workPerUpdate,
} from './cost.js';
import { type Data, type DataSet, evaluated } from './zoo.js';

/** What is to be run. */
export interface Task {
  set: DataSet;
  competitor: Competitor;
  /** In units of 500,000 row products. */
  budget: number;
  seed: number;
}

/** What came of it. */
export interface Outcome {
  /** Mean log p of an evaluated row, in nats; -Infinity if training diverged. */
  logLikelihood: number;
  updates: number;
  /** Row products that they cost, in budgets of 1. */
  spent: number;
  /** Mean number of models of a trajectory. */
  models?: number;
  seconds: number;
}

/** Models that a trajectory is thought to have until one has been run. */
const FIRST_GUESS = 4;
/** The length of a trajectory is good if it spends this share of its budget, from and to. */
const GOOD_SHARE = [0.9, 1.1] as const;
/** Whole runs of a trajectory in search of its length. */
const MAX_TRIES = 4;

/** The options after the package's checks, including its defaults. */
function recipeOf(way: Way, hidden: number): Recipe & { threads: number } {
  return checkTrainingOptions({ ...way, hidden, epochs: 1, threads: 1 });
}

export function shapeOf({ hidden }: DataSet, { train }: Data): Shape {
  return { rows: train.count, visible: train.width, hidden };
}

const checksum = (content: unknown) =>
  crc32(new TextEncoder().encode(JSON.stringify(content)))
    .toString(16)
    .padStart(8, '0');

/** Checksum of the rows and the number of hidden units. */
export function rowsChecksum(set: DataSet): string {
  const data = set.data();
  const rows = evaluated(data);
  return checksum([shapeOf(set, data), crc32(data.train.bytes), rows.count, crc32(rows.bytes)]);
}

/** Checksum of the options with those that the package fills in. */
export function optionsChecksum(set: DataSet, way: Way): string {
  return checksum(recipeOf(way, set.hidden));
}

/**
 * Checksum of the RBM after two epochs of a thousand updates: a competitor whose code has changed comes to another one,
 * and its old runs do not count.
 */
export async function trainingBits(way: Way): Promise<string> {
  const rows = barsAndStripes(3);
  const { rbm } = await train(rows, { ...way, batchSize: rows.count }, { epochs: 2, passes: 1000, hidden: 4, seed: 1 });
  return rbm === undefined ? 'diverged' : checksum(Array.from(rbm.weights));
}

/** Mean log p of a row, in nats, with log Z exact; -Infinity where there is no number. */
export function score(rbm: Rbm, rows: BitRows): number {
  const { mean } = logLikelihood(rbm, rows, { method: 'exact' });
  return Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : mean;
}

/** Mean number of models over the epochs; undefined if this is no trajectory. */
function meanModels(history: readonly EpochRecord[]): number | undefined {
  const counts = history.flatMap(({ models }) => models ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, n) => sum + n, 0) / counts.length;
}

/** Trains for a budget and says how good the last RBM is. How many models a trajectory will have is found by trying. */
export async function run({ set, competitor, budget, seed }: Task): Promise<Outcome> {
  const data = set.data();
  const shape = shapeOf(set, data);
  const recipe = recipeOf(competitor.options, set.hidden);
  const batch = batchOf(recipe, shape.rows);
  const start = performance.now();
  let models = recipe.algorithm === 'trajectory' ? FIRST_GUESS : 1;
  for (let attempt = 1; ; attempt++) {
    const affordable = Math.floor((budget * BUDGET_UNIT) / workPerUpdate(recipe, shape, models));
    const length = lengthOf(affordable, shape.rows, batch);
    const { rbm, history } = await train(data.train, competitor.options, { ...length, hidden: set.hidden, seed });
    const counted = meanModels(history) ?? models;
    const updates = updatesOf(length, shape.rows, batch);
    const share = workPerUpdate(recipe, shape, counted) / workPerUpdate(recipe, shape, models);
    const good = rbm === undefined || (share >= GOOD_SHARE[0] && share <= GOOD_SHARE[1]);
    if (!good && attempt < MAX_TRIES) {
      // longer runs have more models: half of the way is enough once the guess is near
      models = attempt === 1 ? counted : (models + counted) / 2;
      continue;
    }
    return {
      logLikelihood: rbm === undefined ? Number.NEGATIVE_INFINITY : score(rbm, evaluated(data)),
      updates,
      spent: (updates * workPerUpdate(recipe, shape, counted)) / BUDGET_UNIT,
      ...(recipe.algorithm === 'trajectory' ? { models: counted } : {}),
      seconds: (performance.now() - start) / 1000,
    };
  }
}

/** The last RBM and its records; without an RBM if training diverged. */
async function train(
  rows: BitRows,
  way: Way,
  others: Length & { hidden: number; seed: number },
): Promise<{ rbm?: Rbm; history: EpochRecord[] }> {
  const history: EpochRecord[] = [];
  try {
    const onEpoch = (record: EpochRecord) => void history.push(record);
    const { rbm } = await trainRbm(rows, { ...way, ...others, threads: 1, outcome: false, onEpoch });
    return { rbm, history };
  } catch (error) {
    if (error instanceof DivergenceError) return { history };
    throw error;
  }
}
