/**
 * Counted work, so that ways of training are compared at equal cost on any machine. The unit is a row product: one row
 * of bits times W, V·H multiply-adds; a row's share of the gradient is as much again. With B rows in a minibatch, M
 * chains, k Gibbs steps, R rungs, n models on the ladder and N the smaller of V and H, an update costs
 *
 *   cd           (3 + 2k)·B          up, k times down and up, the gradient of both sides
 *   pcd          2B + (2k + 1)·M     up and gradient of the data; k times up and down, and the gradient of the chains
 *   population   2B + (2k + 2.43)·M as pcd, and the weights of the chains; 0.4·M is the annealing of all chains by 200
 *                                    temperatures every 1000 updates (src/rbm/engines/refresh.ts), M/32 are the moves
 *                                    to the data of an eighth of the chains every 8 updates (assembly/rbm/proposals.ts)
 *   tempering    2B + (2kR + 2)·M    k steps on every rung, energies, and the gradient at the first
 *   trajectory   2B + (3kn + 2)·M    the same, each rung with the energy under its neighbour
 *   exact        2B + 2ᴺ·(1 + 4/N)   a state adds a row of N to the inputs, one to the means and N/2 to ⟨s y⟩
 *                                    (exactModel.ts), in float64, of which a vector holds half as many
 *
 * Exponentials, random numbers and what an epoch costs besides are not counted.
 */

import type { CheckedOptions } from '../../src/rbm/engines/checkedOptions.js';
import { REFRESH_TEMPERATURES, REFRESHED } from '../../src/rbm/engines/refresh.js';

/** Row products of a budget of 1: 1000 updates of PCD-1 with 100 chains and minibatches of 100 rows. */
export const BUDGET_UNIT = 500_000;
/** Epochs of a run at the most: of a few rows many passes make an epoch. */
const MAX_EPOCHS = 100;

/** What a run learns from, and into what. */
export interface Shape {
  rows: number;
  visible: number;
  hidden: number;
}

/** What the work depends on; `algorithm` is any word, since packages of other versions know others. */
export type Recipe = Pick<CheckedOptions, 'steps' | 'chains' | 'batchSize' | 'betas'> & { algorithm: string };

/** Rows of a minibatch: all, if there are fewer than asked for. */
export function batchOf({ batchSize }: Pick<Recipe, 'batchSize'>, rows: number): number {
  return Math.min(batchSize, rows);
}

/**
 * Row products per update.
 * @param models mean number of models of a trajectory, as its records say
 * @throws RangeError for an algorithm whose cost is not known
 */
export function workPerUpdate(recipe: Recipe, { rows, visible, hidden }: Shape, models = 1): number {
  const { algorithm, steps: k, chains: M, betas } = recipe;
  const B = batchOf(recipe, rows);
  const N = Math.min(visible, hidden);
  switch (algorithm) {
    case 'cd':
      return (3 + 2 * k) * B;
    case 'pcd':
      return 2 * B + (2 * k + 1) * M;
    case 'population':
      return 2 * B + (2 * k + 2 + (2 * REFRESH_TEMPERATURES) / REFRESHED + 1 / 32) * M;
    case 'tempering':
      return 2 * B + (2 * k * betas.length + 2) * M;
    case 'trajectory':
      return 2 * B + (3 * k * models + 2) * M;
    case 'exact':
      return 2 * B + 2 ** N * (1 + 4 / N);
    default:
      throw new RangeError(`"algorithm" expected one whose cost is known, got ${algorithm}`);
  }
}

/** Epochs, and passes over the data in each. */
export interface Length {
  epochs: number;
  passes: number;
}

/**
 * The largest number of whole passes within `updates`, in at most `most` epochs; no epoch if there is not one whole
 * pass.
 */
export function lengthOf(updates: number, rows: number, batch: number, most = MAX_EPOCHS): Length {
  const total = Math.floor((updates * batch) / rows);
  if (total === 0) return { epochs: 0, passes: 1 };
  const passes = Math.ceil(total / most);
  return { epochs: Math.floor(total / passes), passes };
}

/** Updates of a run: the last minibatch of an epoch may have fewer rows. */
export function updatesOf({ epochs, passes }: Length, rows: number, batch: number): number {
  return epochs * Math.ceil((rows * passes) / batch);
}
