/** The runner: runs the points of an experiment, stores finished ones, and makes the summary. */

import { knownOptions, objectWith, oneOf, refuse } from '../../util/check.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Context, Experiment, Point, Summary } from './experiment.js';
import { checkParameters, type ParameterSpecs, type Parametrised, presetOf, type ValuesOf } from './parameters.js';
import { decodeResult, encodeResult, keeping, type PointIdentity, type PointStore } from './pointStore.js';
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

/**
 * What fixes the result of a point, as texts by name: experiment, its definition, kernels, the point itself and the
 * parameters that it reads. Two points of equal identity have the same result, whatever runs they belong to.
 * @throws TypeError if the point is not what JSON can hold, or reads a parameter that its experiment does not have
 */
export function identityOf<Specs extends ParameterSpecs, Own extends Point>(
  // biome-ignore lint/suspicious/noExplicitAny: results and summaries play no role here
  experiment: Experiment<Specs, Own, any, any>,
  parameters: ValuesOf<Specs>,
  point: Own,
): PointIdentity {
  const text = JSON.stringify(point);
  if (text === undefined || JSON.stringify(JSON.parse(text)) !== text || typeof point.key !== 'string') {
    refuse('point', 'plain value with a key', point, 'type');
  }
  const identity: Record<string, string> = {
    experiment: experiment.name,
    definition: String(experiment.definition ?? 1),
    kernels: sha256,
    point: text,
  };
  for (const name of readBy(experiment, point)) identity[name] = JSON.stringify(parameters[name]);
  return identity;
}

function readBy<Specs extends ParameterSpecs, Own extends Point>(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  experiment: Experiment<Specs, Own, any, any>,
  point: Own,
): readonly (keyof Specs & string)[] {
  const names = Object.keys(experiment.parameters);
  const read = experiment.reads?.(point) ?? names;
  for (const name of read) oneOf('reads', name, names);
  return read;
}

/**
 * The points of an experiment for these parameters.
 * @throws TypeError or RangeError naming an unknown or missing parameter, one out of range, or points that are not there
 *   or share a key
 */
export function pointsOf<Specs extends ParameterSpecs, Own extends Point>(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  experiment: Experiment<Specs, Own, any, any>,
  parameters: ValuesOf<Specs>,
): Own[] {
  checkParameters(experiment.name, experiment.parameters, parameters);
  const points = experiment.points(parameters);
  if (!Array.isArray(points) || points.length === 0) refuse('points', 'non-empty array of points', points, 'type');
  const keys = new Set<string>();
  for (const { key } of points) {
    if (keys.has(key)) refuse('points', 'points with a key each', key);
    keys.add(key);
  }
  return points;
}

/**
 * The result of one point: that in the store, or that of its run, which is then saved. A point that is stopped or fails
 * keeps its last checkpoint in the store.
 * @throws CheckpointMismatchError or FormatError for a file of the store that is of another point or damaged; what the
 *   run throws, such as the reason of the signal
 */
export async function resultOf<Specs extends ParameterSpecs, Own extends Point, Result>(
  // biome-ignore lint/suspicious/noExplicitAny: the summary plays no role here
  experiment: Experiment<Specs, Own, Result, any>,
  parameters: ValuesOf<Specs>,
  point: Own,
  context: Omit<Context, 'identity' | 'checkpoint'> & { store?: PointStore },
): Promise<Result> {
  const { store, ...options } = context;
  const identity = identityOf(experiment, parameters, point);
  const kept = store?.load(identity);
  if (kept) return decodeResult(kept, identity, store?.nameOf(identity)) as Result;
  options.signal?.throwIfAborted();
  const checkpoint = store && keeping(store.checkpoint(identity));
  const read = onlyThese(parameters, readBy(experiment, point), experiment.name);
  try {
    const result = await experiment.run(point, read, { ...options, identity, ...(checkpoint && { checkpoint }) });
    store?.save(identity, encodeResult(result, identity));
    return result;
  } catch (error) {
    checkpoint?.keep();
    throw error;
  }
}

/** The parameters that a point reads; to read another throws, since its change would not change the point's identity. */
function onlyThese<Specs extends ParameterSpecs>(
  parameters: ValuesOf<Specs>,
  names: readonly (keyof Specs & string)[],
  experiment: string,
): ValuesOf<Specs> {
  const left = Object.keys(parameters).filter((name) => !names.includes(name));
  const own = Object.fromEntries(names.map((name) => [name, parameters[name]]));
  for (const name of left) {
    Object.defineProperty(own, name, {
      get() {
        throw new TypeError(`a point of ${experiment} read the parameter "${name}", which its "reads" does not name`);
      },
    });
  }
  return own as ValuesOf<Specs>;
}

/**
 * The summary of results, with provenance and verdicts in its numbers.
 * @param results in the order of the points
 * @throws what the summary throws
 */
export function summaryOf<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>(
  experiment: Experiment<Specs, Own, Result, Outcome>,
  parameters: ValuesOf<Specs>,
  results: Result[],
): Outcome {
  const outcome = experiment.summarise(parameters, results);
  const { numbers, verdicts = [], tables } = outcome;
  return {
    ...outcome,
    numbers: {
      ...provenanceOf(experiment, parameters),
      ...(verdicts.length > 0 && { criteria: verdicts }),
      ...numbers,
    },
    tables: verdicts.length > 0 ? [verdictTable(verdicts), ...tables] : tables,
  };
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
  const points = pointsOf(experiment, parameters);
  const results: Result[] = [];
  for (const [k, point] of points.entries()) {
    const onProgress = (progress: Progress) =>
      context.onProgress?.({ ...progress, overall: (k + (progress.overall ?? 0)) / points.length });
    results.push(await resultOf(experiment, parameters, point, { ...context, onProgress }));
  }
  return summaryOf(experiment, parameters, results);
}
