/**
 * What a way of training loses on a data set, and how much at the worst.
 *
 *   regret = (best - LL)/(best - independent)
 *
 * of mean log-likelihoods per row, in nats: 0 for the best RBM known of that many hidden units, 1 for independent units
 * with the training rows' means, more for what is worse than those, ∞ for training that diverged.
 */

import type { BitRows } from '../../src/all.js';

/** (best - likelihood)/(best - independent). @throws RangeError unless the best is better than independent units */
export function regret(likelihood: number, { best, independent }: { best: number; independent: number }): number {
  if (!(best > independent)) throw new RangeError(`"best" expected number > ${independent}, got ${best}`);
  return (best - likelihood) / (best - independent);
}

/** Mean log p of a row, in nats, of independent units with p = (ones + ½)/(rows + 1), counted in the training rows. */
export function independentLikelihood(train: BitRows, rows: BitRows): number {
  const on = train.means().map((mean) => (mean * train.count + 0.5) / (train.count + 1));
  return rows.means().reduce((sum, mean, i) => sum + mean * Math.log(on[i]) + (1 - mean) * Math.log1p(-on[i]), 0);
}

/** The value below which such a share of the values lies, linear between them; values may be infinite. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('"values" expected at least one number, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  const part = place - Math.floor(place);
  // not low + (high - low)·part: ∞ - ∞ is no number
  return part === 0 || low === high ? low : (1 - part) * low + part * high;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);
/** The worse quartile of regrets: their upper one. */
export const upperQuartile = (values: readonly number[]) => quantile(values, 0.75);

/** Regrets of one competitor at one budget on one data set, one for each seed. */
export interface Cell {
  set: string;
  competitor: string;
  budget: number;
  regrets: readonly number[];
}

/** A competitor at one budget, over data sets. */
export interface Standing {
  competitor: string;
  budget: number;
  /** The largest upper quartile, and on which set. */
  worst: number;
  where: string;
  /** Mean over the sets of the median. */
  mean: number;
  /** On how many sets it was run. */
  sets: number;
}

/** Standings of each competitor at each budget, in order of appearance. */
export function standings(cells: readonly Cell[]): Standing[] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = JSON.stringify([cell.competitor, cell.budget]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()].map((group) => {
    const quartiles = group.map(({ regrets }) => upperQuartile(regrets));
    const worst = Math.max(...quartiles);
    const { competitor, budget } = group[0];
    return {
      competitor,
      budget,
      worst,
      where: group[quartiles.indexOf(worst)].set,
      mean: group.reduce((sum, { regrets }) => sum + median(regrets), 0) / group.length,
      sets: group.length,
    };
  });
}

/** Names of competitors, the least worst regret at any budget first; those of equal worst by their means. */
export function ranking(all: readonly Standing[]): string[] {
  const totals = new Map<string, { worst: number; mean: number }>();
  for (const { competitor, worst, mean } of all) {
    const total = totals.get(competitor) ?? { worst: 0, mean: 0 };
    totals.set(competitor, { worst: Math.max(total.worst, worst), mean: total.mean + mean });
  }
  const difference = (a: number, b: number) => (a === b ? 0 : a - b);
  return [...totals]
    .sort(([, a], [, b]) => difference(a.worst, b.worst) || difference(a.mean, b.mean))
    .map(([competitor]) => competitor);
}
