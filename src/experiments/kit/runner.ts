/** Runs the points of an experiment, keeps those that are finished, and sums up. */

import type { Tensor } from '../../formats/safetensors.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../io/checkpoint.js';
import { knownOptions, objectWith } from '../../util/check.js';
import { FormatError } from '../../util/errors.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import type { Context, Experiment, Point, Summary } from './experiment.js';
import { checkParameters, type ParameterSpecs, type Parametrised, presetOf, type ValuesOf } from './parameters.js';
import { verdictTable } from './verdict.js';

type Content = Pick<Parameters<typeof encodeCheckpoint>[0], 'progress' | 'tensors'>;

/** Stands in the JSON of a checkpoint where a typed array was. */
const TENSOR = '$tensor';

/** Results as a checkpoint takes them: typed arrays become tensors. */
function contentOf(results: Readonly<Record<string, unknown>>): Content {
  const tensors: Record<string, Tensor> = {};
  const plain = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) {
      const name = String(Object.keys(tensors).length);
      const data = value as Tensor['data'];
      tensors[name] = { shape: [data.length], data };
      return { [TENSOR]: name };
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([name, entry]) => [name, plain(entry)]));
  };
  return { progress: { finished: plain(results) }, tensors };
}

/** The results that `contentOf` took apart. @throws FormatError if they are no object, or name a tensor that is not there */
function finishedIn<Result>({ progress, tensors }: Content, path?: string): Record<string, Result> {
  const { finished } = progress;
  if (finished === null || typeof finished !== 'object' || Array.isArray(finished)) {
    throw new FormatError('is a checkpoint, but not that of several points', 8, path);
  }
  const whole = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== 'object') return value;
    if (TENSOR in value) {
      const name = String(value[TENSOR]);
      if (Object.hasOwn(tensors, name)) return tensors[name].data;
      throw new FormatError(`has no tensor ${JSON.stringify(name)}, which its results name`, 8, path);
    }
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, whole(entry)]));
  };
  return whole(finished) as Record<string, Result>;
}

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

/** What must agree for a checkpoint to be of this run: a field for each parameter, so that a refusal can name those that differ. */
function identityOf({ experiment, version, kernels, parameters }: Provenance): Record<string, string> {
  const own = Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]);
  return { experiment, version, kernels, ...Object.fromEntries(own) };
}

/**
 * Runs all points here, one after the other, and sums up; provenance and verdicts come into the numbers. A single point has the checkpoint to itself; of several,
 * the finished ones are kept in it (their results are plain: numbers, texts, arrays, typed arrays, objects), and a run that was stopped goes on with the next.
 * @throws TypeError or RangeError naming an unknown or missing parameter, one out of range, or an unknown name in the context; CheckpointMismatchError if the
 *   checkpoint is that of another run
 */
export async function runExperiment<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>(
  experiment: Experiment<Specs, Own, Result, Outcome>,
  parameters: ValuesOf<Specs>,
  context: Omit<Context, 'identity'>,
): Promise<Outcome> {
  objectWith('experiment', experiment, ['name', 'parameters', 'presets', 'points', 'run'] as never[], 'an experiment');
  knownOptions('runExperiment', context, ['threads', 'checkpoint', ...WORK_OPTIONS], 'context');
  checkParameters(experiment.name, experiment.parameters, parameters);
  const provenance = provenanceOf(experiment, parameters);
  const results = await resultsOf(experiment, parameters, { ...context, identity: identityOf(provenance) });
  const outcome = experiment.summarise(parameters, results);
  const { numbers, verdicts = [], tables } = outcome;
  return {
    ...outcome,
    numbers: { ...provenance, ...(verdicts.length > 0 && { criteria: verdicts }), ...numbers },
    tables: verdicts.length > 0 ? [verdictTable(verdicts), ...tables] : tables,
  };
}

async function resultsOf<Specs extends ParameterSpecs, Own extends Point, Result>(
  experiment: Experiment<Specs, Own, Result, Summary>,
  parameters: ValuesOf<Specs>,
  context: Context & { identity: Readonly<Record<string, string>> },
): Promise<Result[]> {
  const points = experiment.points(parameters);
  if (points.length === 1) return [await experiment.run(points[0], parameters, context)];

  const { checkpoint, identity, onProgress } = context;
  const saved = checkpoint?.load();
  const finished = saved
    ? finishedIn<Result>(decodeCheckpoint(saved, identity, checkpoint?.name), checkpoint?.name)
    : {};
  for (const [k, point] of points.entries()) {
    if (Object.hasOwn(finished, point.key)) continue;
    const tell = (progress: Progress) =>
      onProgress?.({ ...progress, overall: (k + (progress.overall ?? 0)) / points.length });
    try {
      context.signal?.throwIfAborted();
      finished[point.key] = await experiment.run(point, parameters, {
        ...context,
        checkpoint: undefined,
        onProgress: tell,
      });
    } finally {
      const stopped = !Object.hasOwn(finished, point.key);
      checkpoint?.save(() => encodeCheckpoint({ identity, ...contentOf(finished) }), stopped);
    }
  }
  return points.map(({ key }) => finished[key]);
}
