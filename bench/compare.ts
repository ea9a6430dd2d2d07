/** Two runs of the benchmarks: what became slower, or faster, beyond the noise of both. */

import type { Row } from './harness.js';
import { quartiles } from './numbers.js';
import type { Report } from './report.js';

/** Changes below this are never named: code moves in memory from build to build. */
export const MIN_CHANGE = 0.05;

/** A row that both runs have. */
export interface Change {
  case: string;
  contender: string;
  kind: Row['kind'];
  /** Rates, units per second. */
  unit: string;
  before: number;
  after: number;
  /** ln(after/before), as timed. */
  change: number;
  /** The same with the machine's speed taken out: less ln of the calibration's (after/before). */
  corrected: number;
  /** What is beyond it, on both readings, is named. */
  noise: number;
  verdict: 'slower' | 'faster' | 'same';
}

export interface Comparison {
  changes: Change[];
  /** Rows of one run alone. */
  gone: string[];
  added: string[];
  /** Speed of the machine by its calibration, after/before; undefined where a run has none. */
  machine?: number;
  /** Why the two should not be compared; nothing is named then. */
  refusal?: string;
}

/** Half of the interquartile range of ln x. */
const halfRange = ([low, , high]: readonly number[]) => Math.log(high / low) / 2;

/**
 * Noise of a change of ln rate: n = 3 √(h₁² + h₂² + c₁² + c₂²), at least {@link MIN_CHANGE}, with h half the
 * interquartile range of ln rate in each run and c that of the machine's speed in the same rounds. With seven rounds of
 * independent normal noise of a tenth one row in 400 is named by chance, with less noise hardly any; how much a rate
 * changes from process to process, which no single run knows, is to fit into it too.
 */
export function noiseOf(before: Row, after: Row): number {
  const parts = [before, after].flatMap(({ rate, machine }) => [
    halfRange(rate),
    machine?.length ? halfRange(quartiles(machine)) : 0,
  ]);
  return Math.max(MIN_CHANGE, 3 * Math.hypot(...parts));
}

function changeOf(before: Row, after: Row): Change {
  const change = Math.log(after.rate[1] / before.rate[1]);
  const speed = ({ machine }: Row) => (machine?.length ? quartiles(machine)[1] : 1);
  const both = before.machine?.length && after.machine?.length;
  const corrected = both ? change - Math.log(speed(after) / speed(before)) : change;
  const noise = noiseOf(before, after);
  const [least, most] = [Math.min(change, corrected), Math.max(change, corrected)];
  return {
    case: after.case,
    contender: after.contender,
    kind: after.kind,
    unit: after.unit,
    before: before.rate[1],
    after: after.rate[1],
    change,
    corrected,
    noise,
    verdict: most < -noise ? 'slower' : least > noise ? 'faster' : 'same',
  };
}

const keyOf = (row: Row) => `${row.case}: ${row.contender}`;

/** Compares row by row, by name of case and contender. */
export function compare(before: Report, after: Report): Comparison {
  const old = new Map(before.rows.map((row) => [keyOf(row), row]));
  const fresh = new Set(after.rows.map(keyOf));
  const speeds = [before, after].map(({ calibration }) => calibration?.speed[1]);
  const [one, two] = speeds;
  const all: Comparison = {
    changes: after.rows.flatMap((row) => {
      const match = old.get(keyOf(row));
      return match && match.unit === row.unit ? [changeOf(match, row)] : [];
    }),
    gone: [...old.keys()].filter((key) => !fresh.has(key)),
    added: [...fresh].filter((key) => !old.has(key)),
    ...(one && two ? { machine: two / one } : {}),
  };
  if (before.short !== after.short) return { ...all, changes: [], refusal: 'one of them has the short forms' };
  return all;
}

/** What of this package became slower. Twins and peers tell of the machine and of others' versions. */
export const slower = ({ changes }: Comparison): Change[] =>
  changes.filter(({ verdict, kind }) => verdict === 'slower' && kind !== 'twin' && kind !== 'peer');

const percent = (change: number) => {
  const value = 100 * (Math.exp(change) - 1);
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0)} %`;
};

function line({ case: name, contender, change, corrected, noise }: Change): string {
  const noiseText = `noise ±${(100 * (Math.exp(noise) - 1)).toFixed(0)} %`;
  return `  ${percent(change)} (${percent(corrected)} by the calibration, ${noiseText})  ${name}: ${contender}`;
}

/** The comparison in words. */
export function comparisonText(comparison: Comparison, before: Report): string {
  const { changes, gone, added, machine, refusal } = comparison;
  const lines = [`Compared with ${before.date}, commit ${before.package.commit}:`];
  if (refusal) return [...lines, `  not compared: ${refusal}`].join('\n');
  if (machine !== undefined) {
    const warning = Math.abs(Math.log(machine)) > 0.1 ? '; named is only what stands out with and without that' : '';
    lines.push(`  the machine, by its calibration: ${percent(Math.log(machine))}${warning}`);
  }
  const others = changes.filter(({ kind }) => kind === 'twin' || kind === 'peer');
  const own = changes.filter((change) => !others.includes(change));
  for (const verdict of ['slower', 'faster'] as const) {
    const named = own
      .filter((change) => change.verdict === verdict)
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    lines.push(named.length > 0 ? `${verdict}:` : `${verdict}: nothing`, ...named.map(line));
  }
  const moved = others.filter(({ verdict }) => verdict !== 'same');
  if (moved.length > 0) lines.push('twins and peers that changed, which is not judged:', ...moved.map(line));
  if (gone.length > 0) lines.push('in the older run alone:', ...gone.map((key) => `  ${key}`));
  if (added.length > 0) lines.push('in the newer run alone:', ...added.map((key) => `  ${key}`));
  return [
    ...lines,
    `${own.filter(({ verdict }) => verdict === 'same').length} of ${own.length} within their noise`,
  ].join('\n');
}
