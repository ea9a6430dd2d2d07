/** Plans: all points of one or many runs of an experiment, as lines of JSON. */

import { createHash } from 'node:crypto';
import type { AnyExperiment } from '../experiments/kit/experiment.js';
import { checkParameters, resolveParameters } from '../experiments/kit/parameters.js';
import type { PointIdentity } from '../experiments/kit/pointStore.js';
import { identityOf, pointsOf } from '../experiments/kit/runner.js';
import { objectWith, refuse, text as textOf } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { sha256, version } from '../wasm/binary.js';
import type { LoadedExperiment } from './experimentFile.js';

const FORMAT = 1;
/** Max runs of a plan. */
const MAX_RUNS = 100_000;

/** A point of a plan. Runs that have it in common share its result. */
export interface PlannedPoint {
  /** Hash of all that fixes its result: name of its files. */
  readonly id: string;
  /** Its name within its runs. */
  readonly key: string;
  /** Index of the first run that has it. */
  readonly run: number;
  readonly point: { readonly key: string };
  readonly identity: PointIdentity;
}

/** The parameters of one run, and its points in their order. */
export interface PlannedRun {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly ids: readonly string[];
}

/** All points of some runs of an experiment. */
export interface Plan {
  readonly experiment: AnyExperiment;
  /** The module of an experiment that does not belong to the package, and the hash of its file when it was planned. */
  readonly module?: { readonly path: string; readonly sha256: string };
  /** The module as it is now. */
  readonly loaded?: { readonly path: string; readonly sha256: string };
  readonly runs: readonly PlannedRun[];
  /** Each once, in the order of the runs. */
  readonly points: readonly PlannedPoint[];
}

/** The name of the files of a point: 80 bits of a hash of its identity. */
export function idOf(identity: PointIdentity): string {
  const text = JSON.stringify(Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

/** Checks that this is an experiment as `loadExperiment` gives it. */
function checkLoaded(loaded: LoadedExperiment): LoadedExperiment {
  const { experiment } = objectWith('loaded', loaded, ['experiment'], '{ experiment } of loadExperiment');
  const members = ['name', 'parameters', 'presets', 'points', 'run', 'summarise'];
  objectWith('loaded.experiment', experiment, members, 'an experiment');
  return loaded;
}

/**
 * The plan of these runs.
 * @throws TypeError or RangeError naming a parameter that is unknown, missing or out of range
 */
export function planOf(loaded: LoadedExperiment, runs: readonly Readonly<Record<string, unknown>>[]): Plan {
  const { experiment, module } = checkLoaded(loaded);
  if (!Array.isArray(runs)) refuse('runs', 'array of sets of parameters', runs, 'type');
  if (runs.length === 0 || runs.length > MAX_RUNS) refuse('runs', `1 to ${MAX_RUNS} runs`, runs.length);
  const points = new Map<string, PlannedPoint>();
  const planned = runs.map((parameters, run) => {
    const ids = pointsOf(experiment, parameters).map((point) => {
      const identity = identityOf(experiment, parameters, point);
      const id = idOf(identity);
      if (!points.has(id)) points.set(id, { id, key: point.key, run, point, identity });
      return id;
    });
    return { parameters, ids };
  });
  return { experiment, ...(module && { module, loaded: module }), runs: planned, points: [...points.values()] };
}

/**
 * Sets of parameters for all combinations of some values: the first name varies slowest.
 * @param varied values by names of parameters
 * @throws TypeError or RangeError naming an unknown preset or parameter, or a value out of range
 */
export function combinations(
  experiment: AnyExperiment,
  preset: string | undefined,
  given: Readonly<Record<string, unknown>>,
  varied: Readonly<Record<string, readonly unknown[]>> = {},
): Record<string, unknown>[] {
  objectWith('experiment', experiment, ['parameters', 'presets'], 'an experiment');
  objectWith('given', given, [], 'parameters by name');
  objectWith('varied', varied, [], 'lists of values by names of parameters');
  for (const [name, values] of Object.entries(varied)) {
    if (!Array.isArray(values) || values.length === 0)
      refuse(`varied.${name}`, 'non-empty array of values', values, 'type');
  }
  const count = Object.values(varied).reduce((product, values) => product * values.length, 1);
  if (count > MAX_RUNS) refuse('vary', `at most ${MAX_RUNS} combinations`, count);
  let sets: Record<string, unknown>[] = [{ ...given }];
  for (const [name, values] of Object.entries(varied)) {
    if (Object.hasOwn(given, name)) refuse('vary', `parameters that are not given as well`, name);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  return sets.map((set) => resolveParameters(experiment, preset, set) as Record<string, unknown>);
}

/**
 * Checks that the module of the user's experiment is as it was when it was planned: its results would be mixed with
 * those of another otherwise.
 * @throws Error if it has changed
 */
export function checkModule({ module, loaded }: Plan): void {
  if (module === undefined || module.sha256 === loaded?.sha256) return;
  throw new Error(
    `${loaded?.path ?? module.path} has changed since the plan was made: plan again (raise its "definition" if points give other numbers than before), and work with --change-plan`,
  );
}

/** What a plan begins with: all that must agree for its results to be used. */
interface Head {
  blockspin: 'plan';
  format: number;
  version: string;
  kernels: string;
  experiment: string;
  definition: number;
  module: { path: string; sha256: string } | null;
  runs: number;
  points: number;
}

function headOf({ experiment, module, runs, points }: Plan): Head {
  return {
    blockspin: 'plan',
    format: FORMAT,
    version,
    kernels: sha256,
    experiment: experiment.name,
    definition: experiment.definition ?? 1,
    module: module ?? null,
    runs: runs.length,
    points: points.length,
  };
}

/** A plan as lines of JSON: its head, its runs, its points. */
export function encodePlan(plan: Plan): string {
  const lines: unknown[] = [headOf(plan)];
  for (const [run, { parameters }] of plan.runs.entries()) lines.push({ run, parameters });
  for (const { id, key, run } of plan.points) lines.push({ point: id, key, run });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * The module that a plan names, if its experiment does not belong to the package, so that it can be loaded.
 * @throws FormatError if this is not the text of a plan
 */
export function experimentOfPlan(text: string, path?: string): { name: string; module: string | undefined } {
  const { experiment, module } = decodeHead(text, path);
  return { name: experiment, module: module?.path };
}

function decodeHead(text: string, path?: string): Head {
  if (text.trim() === '') throw new FormatError('is empty: it holds no plan of blockspin', 0, path);
  const head = jsonLine<Head>(text.slice(0, text.indexOf('\n') + 1 || undefined), 1, path);
  if (head?.blockspin !== 'plan') throw new FormatError('holds no plan of blockspin', 0, path);
  if (head.format !== FORMAT) {
    throw new FormatError(`is a plan in format ${head.format}, and this version reads format ${FORMAT}`, 0, path);
  }
  return head;
}

function jsonLine<T>(line: string, number: number, path?: string): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new FormatError(`holds no plan of blockspin: line ${number} should be JSON`, 0, path);
  }
}

/**
 * The plan from its text.
 * @throws FormatError if it is not the text of a plan, is cut short, or was made by another version of the package, of
 *   the kernels or of the experiment
 */
export function decodePlan(text: string, loaded: LoadedExperiment, path?: string): Plan {
  const head = decodeHead(textOf('text', text), path);
  const { experiment } = checkLoaded(loaded);
  const here: Record<string, unknown> = {
    ...{ version, kernels: sha256, experiment: experiment.name, definition: experiment.definition ?? 1 },
  };
  for (const [name, value] of Object.entries(here)) {
    const there = head[name as keyof Head];
    if (there === value) continue;
    const both = `"${name}" is ${JSON.stringify(there)} there and ${JSON.stringify(value)} here`;
    throw new FormatError(`is a plan of another version (${both}): make it again by "blockspin plan"`, 0, path);
  }
  const lines = text.trimEnd().split('\n');
  if (lines.length !== 1 + head.runs + head.points) {
    throw new FormatError(`has ${lines.length} lines of ${1 + head.runs + head.points}: it is cut short`, 0, path);
  }
  const runs = lines.slice(1, 1 + head.runs).map((line, k) => {
    const { run, parameters } = jsonLine<{ run: number; parameters: Record<string, unknown> }>(line, k + 2, path);
    if (run !== k) throw new FormatError(`has run ${run} where run ${k} was expected`, 0, path);
    checkParameters(experiment.name, experiment.parameters, parameters);
    return parameters;
  });
  const plan = { ...planOf(loaded, runs), ...(head.module && { module: head.module }) };
  for (const [k, { id, key }] of plan.points.entries()) {
    const { point } = jsonLine<{ point: string }>(lines[1 + head.runs + k] ?? 'null', 2 + head.runs + k, path) ?? {};
    if (point === id) continue;
    const which = `point "${key}" is ${point} there and ${id} here`;
    throw new FormatError(`does not belong to this experiment as it is now (${which}): make it again`, 0, path);
  }
  return plan;
}

/**
 * What differs between two plans, in words; undefined if nothing does.
 * @param there the text of a plan, of whatever version
 */
export function differenceOfPlans(there: string, here: Plan, path?: string): string | undefined {
  const text = encodePlan(here);
  if (there === text) return undefined;
  const [head, own] = [decodeHead(there, path), headOf(here)] as unknown as Record<string, unknown>[];
  const differing = Object.keys(own).filter((name) => name !== 'module' && head[name] !== own[name]);
  const says = (name: string, one: unknown, other: unknown) =>
    `"${name}" is ${JSON.stringify(JSON.stringify(one))} there and ${JSON.stringify(JSON.stringify(other))} here`;
  const ofHead = differing.filter((name) => name !== 'points').map((name) => says(name, head[name], own[name]));
  if (ofHead.length > 0) return ofHead.join(', ');
  const lines = there.split('\n');
  for (const [run, { parameters }] of here.runs.entries()) {
    const other = jsonLine<{ parameters?: Record<string, unknown> }>(lines[1 + run], run + 2, path).parameters ?? {};
    const names = Object.keys(parameters).filter((k) => JSON.stringify(parameters[k]) !== JSON.stringify(other[k]));
    if (names.length > 0) return names.map((name) => says(name, other[name], parameters[name])).join(', ');
  }
  const [before, now] = [head.module, own.module] as Head['module'][];
  if (JSON.stringify(before) === JSON.stringify(now)) return 'its points are others';
  return before?.path === now?.path
    ? `${now?.path} has changed since (its "definition" must grow if points give other numbers)`
    : `its experiment was of ${before?.path ?? 'the package'}`;
}
