/**
 * What an experiment is: a question, parameters, independent points, a summary, figures. The command line, a page, a test and a cluster drive this one
 * contract, and none of them knows what is inside.
 *
 * Points share nothing and are seeded by their own content, so any engine may run them in any order, and a retry gives the same bytes. A long point saves
 * checkpoints through its context and goes on from them.
 */

import { decodeCheckpoint, encodeCheckpoint } from '../../io/checkpoint.js';
import type { Tensor } from '../../io/safetensors.js';
import { finite, integer, oneOf, positiveIntegers, refuse, within } from '../../util/check.js';
import { checkSeed, type Seed, seedOfText } from '../../util/random.js';
import type { Progress, WorkOptions } from '../../util/work.js';
import type { Figure } from '../../viz/figure.js';
import { sha256, version } from '../../wasm/binary.js';

/** A parameter as the command line and a page show it. */
export type ParameterSpec = { doc: string } & (
  | { kind: 'integer'; default: number; low: number; high?: number }
  | { kind: 'number'; default: number; low: number; high: number }
  | { kind: 'integers'; default: number[] }
  | { kind: 'numbers'; default: number[]; low: number; high: number }
  | { kind: 'choice'; default: string; choices: readonly string[] }
  | { kind: 'seed'; default: Seed }
);

export type ParameterSpecs<Parameters> = { readonly [name in keyof Parameters]: ParameterSpec };

/** Where a point keeps what it needs to go on later. */
export interface CheckpointStore {
  /** How errors call it: a path. */
  readonly name: string;
  /** The bytes saved last by a run that did not end, if there are any. */
  load(): Uint8Array | undefined;
  /** Offers a checkpoint: taken at once if `now`, else when the last one is old enough. */
  save(bytes: () => Uint8Array, now: boolean): void;
}

export interface Context extends WorkOptions {
  threads?: number;
  checkpoint?: CheckpointStore;
}

/** What a summary says, whatever the experiment. */
export interface Summary {
  /** Every number: JSON, a pure function of the parameters. */
  numbers: Record<string, unknown>;
  /** The answer to the question, in paragraphs, with its limits. */
  answer: string;
  facts: { label: string; value: string; note?: string }[];
  tables: { title: string; columns: string[]; rows: (string | number)[][]; note?: string }[];
  /** Files beside the figures, by name. */
  files: Record<string, Uint8Array>;
}

export interface Experiment<Parameters extends object, Point, Result, Outcome extends Summary> {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly parameters: ParameterSpecs<Parameters>;
  /** Named sets of parameters; the first is the default. */
  readonly presets: Readonly<Record<string, { doc: string; values: Partial<Parameters> }>>;
  points(parameters: Parameters): Point[];
  run(point: Point, context: Context): Promise<Result>;
  summarise(results: Result[]): Outcome;
  figures(outcome: Outcome): Figure[];
}

/** An experiment of unknown insides. */
// biome-ignore lint/suspicious/noExplicitAny: an engine passes values from one member to the next without looking at them
export type AnyExperiment = Experiment<any, any, any, any>;

/**
 * The parameters of a run: defaults, then the preset's, then those given.
 * @throws RangeError or TypeError naming an unknown preset or parameter, or a value out of range
 */
export function resolveParameters<P extends object>(
  experiment: Experiment<P, never, never, never> | AnyExperiment,
  preset: string | undefined,
  given: Readonly<Record<string, unknown>> = {},
): P {
  const specs = experiment.parameters as Record<string, ParameterSpec>;
  const names = Object.keys(specs);
  const presets = Object.keys(experiment.presets);
  const chosen = oneOf('preset', preset ?? presets[0], presets);
  for (const name of Object.keys(given)) oneOf('parameter', name, names);
  const values = { ...experiment.presets[chosen].values, ...given } as Record<string, unknown>;
  return Object.fromEntries(
    names.map((name) => [name, checkParameter(name, specs[name], values[name] ?? specs[name].default)]),
  ) as P;
}

function checkParameter(name: string, spec: ParameterSpec, value: unknown): unknown {
  switch (spec.kind) {
    case 'integer':
      return integer(name, value, spec.low, spec.high);
    case 'number':
      return within(name, finite(name, value), spec.low, spec.high);
    case 'integers':
      return positiveIntegers(name, value);
    case 'numbers':
      if (!Array.isArray(value) || value.length === 0) refuse(name, 'non-empty array of numbers', value, 'type');
      return value.map((entry, k) => within(`${name}[${k}]`, finite(`${name}[${k}]`, entry), spec.low, spec.high));
    case 'choice':
      return oneOf(name, value, spec.choices);
    case 'seed':
      return checkSeed(name, value);
  }
}

/**
 * A parameter from its text on a command line.
 * @throws RangeError if the text is not of the parameter's kind
 */
export function parseParameter(name: string, spec: ParameterSpec, text: string): unknown {
  const number = (part: string) => {
    if (part.trim() === '') refuse(name, 'number', text);
    return Number(part);
  };
  /** 2:2.6:7 is seven numbers from 2 to 2.6. */
  const spaced = (part: string) => {
    const [from, to, count] = part.split(':').map(number);
    if (to === undefined) return [from];
    integer(`${name} (from:to:count)`, count ?? Number.NaN, 2, 10_000);
    return Array.from({ length: count }, (_, k) => Number((from + ((to - from) * k) / (count - 1)).toPrecision(12)));
  };
  switch (spec.kind) {
    case 'integers':
      return checkParameter(name, spec, text.split(',').map(number));
    case 'numbers':
      return checkParameter(name, spec, text.split(',').flatMap(spaced));
    case 'choice':
      return checkParameter(name, spec, text);
    case 'seed':
      return checkParameter(name, spec, seedOfText(name, text));
    default:
      return checkParameter(name, spec, number(text));
  }
}

type Content = Pick<Parameters<typeof encodeCheckpoint>[0], 'progress' | 'tensors'>;

/** Stands in the JSON of a checkpoint where a typed array was. */
const TENSOR = '$tensor';

/** Results as a checkpoint takes them: typed arrays become tensors. */
function contentOf(results: readonly unknown[]): Content {
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

/** The results that `contentOf` took apart. */
function finishedIn<Result>({ progress, tensors }: Content): Result[] {
  const whole = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== 'object') return value;
    if (TENSOR in value) return tensors[String(value[TENSOR])].data;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, whole(entry)]));
  };
  return whole(progress.finished) as Result[];
}

/**
 * Runs all points here, one after the other, and sums up. A single point has the checkpoint to itself; of several, the finished ones are kept in it (their
 * results are plain: numbers, texts, arrays, typed arrays, objects), and a run that was stopped goes on with the next.
 * @throws CheckpointMismatchError if the checkpoint is that of another run
 */
export async function runExperiment<P extends object, Point, Result, Outcome extends Summary>(
  experiment: Experiment<P, Point, Result, Outcome>,
  parameters: P,
  context: Context,
): Promise<Outcome> {
  const points = experiment.points(parameters);
  if (points.length === 1) return experiment.summarise([await experiment.run(points[0], context)]);

  const { checkpoint, onProgress } = context;
  const identity = { experiment: experiment.name, version, kernels: sha256, parameters: JSON.stringify(parameters) };
  const saved = checkpoint?.load();
  const results = saved ? finishedIn<Result>(decodeCheckpoint(saved, identity, checkpoint?.name)) : [];
  while (results.length < points.length) {
    const done = results.length;
    const tell = (progress: Progress) => {
      onProgress?.({ ...progress, overall: (done + (progress.overall ?? 0)) / points.length });
    };
    try {
      context.signal?.throwIfAborted();
      results.push(await experiment.run(points[done], { ...context, checkpoint: undefined, onProgress: tell }));
    } finally {
      checkpoint?.save(() => encodeCheckpoint({ identity, ...contentOf(results) }), results.length === done);
    }
  }
  return experiment.summarise(results);
}
