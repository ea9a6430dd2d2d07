/** The runner: runs the points of an experiment, stores finished ones, and makes the summary. */

import { knownOptions, objectWith } from '../../util/check.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Context, Experiment, Point, Summary } from './experiment.js';
import { checkParameters, type ParameterSpecs, type Parametrised, presetOf, type ValuesOf } from './parameters.js';
import { decodeResult, encodeResult, type PointStore, stateOfPoint } from './pointStore.js';
import { verdictTable } from './verdict.js';

/** The origin of results, from which they can be reproduced. */
export interface Provenance {
  experiment: string;
  /** Version of the package. */
  version: string;
  /** SHA-256 of the kernels. */
  kernels: string;
  /** The preset with these parameters, apart from the seed; null if there is none. */
  preset: string | null;
  parameters: Record<string, unknown>;
}

/**
 * The provenance of results with these parameters.
 * @throws TypeError or RangeError for a preset with an invalid value
 */
export function provenanceOf<Specs extends ParameterSpecs>(
  experiment: Parametrised<Specs> & { readonly name: string },
  parameters: ValuesOf<Specs>,
): Provenance {
  const preset = presetOf(experiment, parameters);
  return { experiment: experiment.name, version, kernels: sha256, preset, parameters };
}

/** The identity of a run, one field per parameter, so that errors can name the difference. */
function identityOf({ experiment, version, kernels, parameters }: Provenance): Record<string, string> {
  const own = Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]);
  return { experiment, version, kernels, ...Object.fromEntries(own) };
}

/**
 * Runs all points in this process, one after the other, and returns the summary, with provenance and verdicts in its
 * numbers. With a store, results of finished points are saved, and a stopped run continues with the interrupted point.
 * @throws TypeError or RangeError naming an unknown or missing parameter, one out of range, or an unknown name in the
 *   context; CheckpointMismatchError if the store belongs to another run; the reason of the signal if it stops
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

/** The result in the store, or that of the work, which is then saved. */
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
