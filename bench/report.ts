/**
 * What a run of the benchmarks leaves: one JSON file, from which tables, chart and BENCHMARKS.md are made and with
 * which later runs are compared.
 */

import { refuse } from '../src/util/check.js';
import { type Calibration, slowRounds, summarise } from './calibration.js';
import type { Row } from './harness.js';
import { exponents, type Fit } from './numbers.js';
import type { Figure } from './oneOff.js';

export const FORMAT = 'blockspin-bench/1';

/** An entry that gave no numbers although it should have: its check failed, or it threw. */
export interface Failure {
  name: string;
  reason: string;
}

/** What a run gathers. */
export interface Gathered {
  /** Version, commit and hash of the kernels. */
  package: { version: string; commit: string; kernels: string };
  /** Machine, system, engine, … by their labels, in order. */
  place: Record<string, string>;
  command: string;
  /** ISO 8601. */
  date: string;
  rounds: number;
  threads: number;
  short: boolean;
  /** Milliseconds: the clock's least step, and how long a timing is at least. */
  clock: { resolution: number; shortest: number };
  rows: Row[];
  figures: Figure[];
  missing: string[];
  failed: Failure[];
}

export interface Report extends Gathered {
  format: typeof FORMAT;
  calibration?: Calibration;
  fits: Fit[];
}

/** The report of what was gathered: rows learn how many of their rounds were slow, series become exponents. */
export function assemble(gathered: Gathered): Report {
  const machine = rounds(gathered.rows);
  const calibration = summarise(machine);
  const rows = gathered.rows.map((row) =>
    row.machine && calibration ? { ...row, slowRounds: slowRounds(row.machine, calibration.reference) } : row,
  );
  const ours = new Map<string, string>();
  const points = rows.flatMap(({ series, contender, ratio, rate, kind }) => {
    // a peer's program is another one for another size
    if (series === undefined || kind === 'peer') return [];
    // what comes first in its case is one line, by its first name
    if (!ratio && !ours.has(series.name)) ours.set(series.name, contender.replace(/, \d+ threads?$/, ''));
    const name = ratio ? contender : ours.get(series.name)!;
    return [{ series: series.name, contender: name, x: series.x, rate: rate[1] }];
  });
  return { format: FORMAT, ...gathered, rows, calibration, fits: exponents(points) };
}

/** The speeds of the machine in all rounds; those that rows of a case have in common count once. */
function rounds(rows: readonly Row[]): number[] {
  return rows.flatMap((row, k) => (row.case === rows[k - 1]?.case ? [] : (row.machine ?? [])));
}

/**
 * The report in a file's text.
 * @param name of the file, for the message
 * @throws RangeError naming the file if it is no JSON, or JSON of another format
 */
export function parseReport(name: string, text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse(name, `a report of the benchmarks (format ${FORMAT})`, 'no JSON');
  }
  const { format, rows, missing, fits, figures, failed } = (value ?? {}) as Partial<Report>;
  if (format !== FORMAT) refuse(name, `format ${FORMAT}`, format);
  for (const list of [rows, missing, fits, figures, failed]) {
    if (!Array.isArray(list)) refuse(name, 'lists of rows, figures, fits, missing and failed', list);
  }
  const numbers = (list: unknown, length: number) =>
    Array.isArray(list) && list.length === length && list.every((each) => Number.isFinite(each) && each > 0);
  const bad = (rows as Row[]).find(({ rate, ratio }) => !numbers(rate, 3) || (ratio && !numbers(ratio, 3)));
  if (bad) refuse(name, 'three numbers > 0 as rate and ratio', `${bad.case}: ${JSON.stringify(bad.rate)}`);
  return value as Report;
}

const MISSING = /^(.+) for "(.+)" (\(.+?\): .+)$/s;

/** Peers that are missing for the same reason in one line: `NumPy (python3): reason; in 3 cases`. */
export function inFewWords(missing: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of missing) {
    const [, peer, , reason] = MISSING.exec(line) ?? [];
    const key = peer === undefined ? line : `${peer} ${reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (count > 1 ? `${line} (${count} cases)` : line));
}

/** Rows by their groups, in order of appearance. */
export function groupsOf(rows: readonly Row[]): Map<string, Row[]> {
  const result = new Map<string, Row[]>();
  for (const row of rows) {
    const group = row.group ?? 'Cases';
    result.set(group, [...(result.get(group) ?? []), row]);
  }
  return result;
}
