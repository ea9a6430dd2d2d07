/** The results of a sweep, run by run, and what summaries make of them. */

import type { Summary } from '../experiments/kit/experiment.js';
import { decodeResult } from '../experiments/kit/pointStore.js';
import { provenanceOf, summaryOf } from '../experiments/kit/runner.js';
import { integer, objectWith, refuse } from '../util/check.js';
import { checkFolder, type SweepFolder } from './folder.js';

/** The points of one run that have a result, in their order, and the keys of those that have none. */
export interface RunResults {
  keys: string[];
  points: { readonly key: string }[];
  results: unknown[];
  missing: string[];
}

function checkRun(folder: SweepFolder, run: number): void {
  checkFolder(folder);
  integer('run', run, 0, folder.plan.runs.length - 1);
}

/**
 * The results of one run, as far as they are there.
 * @throws FormatError if a file is damaged; CheckpointMismatchError if it belongs to another point
 */
export function resultsOf(folder: SweepFolder, run: number): RunResults {
  checkRun(folder, run);
  const store = folder.store();
  const byId = new Map(folder.plan.points.map((point) => [point.id, point]));
  const of: RunResults = { keys: [], points: [], results: [], missing: [] };
  for (const id of folder.plan.runs[run].ids) {
    const { key, identity, point } = byId.get(id)!;
    const bytes = store.load(identity);
    if (bytes === undefined) {
      of.missing.push(key);
      continue;
    }
    of.keys.push(key);
    of.points.push(point);
    of.results.push(decodeResult(bytes, identity, store.nameOf(identity)));
  }
  return of;
}

/**
 * The summary of one run from the results that are there. Where some are missing, its answer says so first, and its
 * numbers name them.
 * @returns undefined if there are too few for the experiment (its `summarisesSome`)
 * @throws what the experiment's summary throws
 */
export function summaryOfRun(folder: SweepFolder, run: number, found: RunResults): Summary | undefined {
  checkRun(folder, run);
  const { results, missing } = objectWith('found', found, ['results', 'missing'], 'results of `resultsOf`');
  if (!Array.isArray(results) || !Array.isArray(missing)) refuse('found', 'results of `resultsOf`', found, 'type');
  const { experiment, runs } = folder.plan;
  if (results.length === 0) return undefined;
  if (missing.length > 0 && !experiment.summarisesSome?.(results)) return undefined;
  const { parameters } = runs[run];
  const summary = summaryOf(experiment, parameters as never, results) as Summary;
  if (missing.length === 0) return summary;
  const all = results.length + missing.length;
  const said = `Of ${all} points ${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing: ${short(missing)}.`;
  return { ...summary, answer: `${said}\n\n${summary.answer}`, numbers: { ...summary.numbers, missing } };
}

/** The first of a list of keys, and how many more there are. */
export function short(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).join('; ');
  return keys.length > 5 ? `${shown}; and ${keys.length - 5} more` : shown;
}

/** One row per point and run: parameters, what the point is, and all plain numbers, words and truths of its result. */
export type Row = Record<string, number | string | boolean | null>;

/**
 * The results as a table, one row per run and point, with the parameters of the run (those that do not vary are left
 * out), the point's own values and those of its result; lists are left out, but for short ones of plain values.
 * @throws as `resultsOf`
 */
export function rowsOf(folder: SweepFolder): Row[] {
  checkFolder(folder);
  const varied = variedIn(folder);
  return folder.plan.runs.flatMap(({ parameters }, run) => {
    const { keys, points, results } = resultsOf(folder, run);
    return keys.map((key, k) => {
      const row: Row = { run, key };
      for (const name of varied) flatten(row, name, parameters[name]);
      const { key: _, ...own } = points[k];
      flatten(row, '', own);
      flatten(row, '', results[k]);
      return row;
    });
  });
}

/** The row of one run: what varies between runs, and the numbers of its summary. */
export function runRowOf(folder: SweepFolder, run: number, { numbers }: Summary): Row {
  const row: Row = { run };
  for (const name of variedIn(folder)) flatten(row, name, folder.plan.runs[run].parameters[name]);
  const { experiment: _, version: __, kernels: ___, preset: ____, parameters: _____, ...own } = numbers;
  flatten(row, '', own);
  return row;
}

/** Names of the parameters that differ between runs. */
function variedIn({ plan: { runs, experiment } }: SweepFolder): string[] {
  const text = (value: unknown) => JSON.stringify(value);
  return Object.keys(experiment.parameters).filter((name) =>
    runs.some(({ parameters }) => text(parameters[name]) !== text(runs[0].parameters[name])),
  );
}

/** Longest list that becomes columns. */
const MAX_LIST = 8;

function flatten(row: Row, path: string, value: unknown): void {
  const named = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    row[path] = value;
  } else if (Array.isArray(value)) {
    if (value.length > MAX_LIST || value.some((entry) => typeof entry === 'object')) return;
    for (const [k, entry] of value.entries()) flatten(row, named(String(k)), entry);
  } else if (typeof value === 'object' && !ArrayBuffer.isView(value)) {
    for (const [name, entry] of Object.entries(value)) flatten(row, named(name), entry);
  }
}

/** The names of all columns, in the order in which they first come. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** Rows as CSV (RFC 4180): an empty field where a row has no value. */
export function csvOf(rows: readonly Row[]): string {
  const columns = columnsOf(rows);
  const field = (value: Row[string] | undefined) => {
    const text = value === undefined || value === null ? '' : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map(field), ...rows.map((row) => columns.map((name) => field(row[name])))];
  return lines.map((line) => `${line.join(',')}\n`).join('');
}

/** Provenance and rows as JSON. */
export function rowsJson(folder: SweepFolder, rows: readonly Row[]): string {
  const { experiment, runs } = folder.plan;
  const { parameters: _, preset: __, ...provenance } = provenanceOf(experiment, runs[0].parameters as never);
  return `${JSON.stringify({ ...provenance, runs: runs.map(({ parameters }) => parameters), rows }, null, 2)}\n`;
}
