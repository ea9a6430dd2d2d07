/** RBMs of one kind, each trained on configurations of its own: means over them, and how far these are from the truth. */

import { spreadOf } from '../../stats/sample.js';
import type { Estimate } from '../../util/estimate.js';
import type { Observable } from './observables.js';
import type { RbmPoint } from './rbmPoint.js';

/** Mean over the RBMs of an observable of their configurations, and its standard deviation. */
export const meanOfModels = (runs: readonly RbmPoint[], name: Observable): Estimate<number> =>
  spreadOf(runs.map(({ model }) => model[name].value));

/** The reference value: exact if known, otherwise that of all fresh configurations. */
export function truthOf(runs: readonly RbmPoint[], name: Observable): Estimate<number> {
  const exact = runs[0].exact[name];
  if (exact !== null) return { value: exact, error: 0 };
  const fresh = runs.map((run) => (run.fresh as Record<Observable, Estimate<number>>)[name]);
  const error = Math.sqrt(fresh.reduce((sum, one) => sum + one.error ** 2, 0)) / fresh.length;
  return { value: spreadOf(fresh.map(({ value }) => value)).value, error };
}

/** Mean - truth, with the standard error of both. */
export function gapOf(runs: readonly RbmPoint[], name: Observable): Estimate<number> {
  const [own, right] = [meanOfModels(runs, name), truthOf(runs, name)];
  const sampling = Math.hypot(...runs.map(({ model }) => model[name].error)) / runs.length;
  const error = Math.max(own.error / Math.sqrt(runs.length), sampling);
  return { value: own.value - right.value, error: Math.hypot(error, right.error) };
}

/** Differences of the halves of the chains in standard errors; none for RBMs with other averages. */
export const chainsApart = (runs: readonly RbmPoint[]): number[] =>
  runs.flatMap(({ drawn }) => (drawn.method === 'chains' ? Object.values(drawn.forgotten).map(Math.abs) : []));
