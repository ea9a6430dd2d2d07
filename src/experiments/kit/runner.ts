/** Runs the points of an experiment, keeps those that are finished, and sums up. */

import { knownOptions, objectWith } from '../../util/check.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Context, Experiment, Point, Summary } from './experiment.js';
import { checkParameters, type ParameterSpecs, type Parametrised, presetOf, type ValuesOf } from './parameters.js';
import { decodeResult, encodeResult, type PointStore, stateOfPoint } from './pointStore.js';
import { verdictTable } from './verdict.js';

/** Where results come from: what it takes to make them again. */
export interface Provenance {
  experiment: string;
  /** Of the package, and the SHA-256 of its kernels. */
  version: string;
  kernels: string;
  /** The preset that the parameters are, whatever the seed; null for others. */
  preset: string | null;
  parameters: Record<string, unknown>;
}

export function provenanceOf<Specs extends ParameterSpecs>(
  experiment: Parametrised<Specs> & { readonly name: string },
  parameters: ValuesOf<Specs>,
): Provenance {
  const preset = presetOf(experiment, parameters);
  return { experiment: experiment.name, version, kernels: sha256, preset, parameters };
}

/** What must agree for what was kept to be of this run: a field per parameter, for refusals to name. */
function identityOf({ experiment, version, kernels, parameters }: Provenance): Record<string, string> {
  const own = Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]);
  return { experiment, version, kernels, ...Object.fromEntries(own) };
}

/**
 * Runs all points here, one after the other, and sums up; provenance and verdicts come into the numbers. Where there is
 * a store, results of finished points are kept in it, and a run that was stopped goes on with the point that it was at.
 * @throws TypeError or RangeError naming an unknown or missing parameter, one out of range, or an unknown name in the
 *   context; CheckpointMismatchError if what the store has is of another run
 */
export async function runExperiment<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>(
  experiment: Experiment<Specs, Own, Result, Outcome>,
  parameters: ValuesOf<Specs>,
  context: Omit<Context, 'identity' | 'checkpoint'> & { store?: PointStore },
): Promise<Outcome> {
  objectWith('experiment', experiment, ['name', 'parameters', 'presets', 'points', 'run'] as never[], 'an experiment');
  knownOptions('runExperiment', context, ['threads', 'store', ...WORK_OPTIONS], 'context');
  checkParameters(experiment.name, experiment.parameters, parameters);
  const provenance = provenanceOf(experiment, parameters);
  const { store, ...options } = context;
  const points = experiment.points(parameters);
  const results: Result[] = [];
  for (const [k, point] of points.entries()) {
    const own: Context = { ...options, identity: { ...identityOf(provenance), point: point.key } };
    const onProgress = (progress: Progress) =>
      options.onProgress?.({ ...progress, overall: (k + (progress.overall ?? 0)) / points.length });
    results.push(
      await resultOf(point.key, store, own, (more) => {
        options.signal?.throwIfAborted();
        return experiment.run(point, parameters, { ...own, ...more, onProgress });
      }),
    );
  }
  const outcome = experiment.summarise(parameters, results);
  const { numbers, verdicts = [], tables } = outcome;
  return {
    ...outcome,
    numbers: { ...provenance, ...(verdicts.length > 0 && { criteria: verdicts }), ...numbers },
    tables: verdicts.length > 0 ? [verdictTable(verdicts), ...tables] : tables,
  };
}

/** The result that the store has, or that of the work, which the store keeps. */
async function resultOf<Result>(
  key: string,
  store: PointStore | undefined,
  { identity = {} }: Context,
  work: (context: Pick<Context, 'checkpoint'>) => Promise<Result>,
): Promise<Result> {
  if (store === undefined) return work({});
  const kept = store.load(key);
  if (kept) return decodeResult(kept, identity, store.nameOf(key)) as Result;
  const checkpoint = stateOfPoint(store.state, identity);
  try {
    const result = await work({ checkpoint });
    store.save(key, encodeResult(result, identity));
    return result;
  } catch (error) {
    checkpoint.keep();
    throw error;
  }
}
