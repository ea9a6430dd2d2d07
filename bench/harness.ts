/**
 * Timing that survives a noisy machine: all ways of doing a thing run in turn, A B C A B C …, after a warm-up; each
 * round gives one ratio; medians and quartiles of rates and ratios are reported. Before each round and after the last
 * runs a loop of known work, so that it is known how fast the machine was in each round. Portable: the same file runs
 * in Node and in a page.
 */

import { calibrate, speedsOfRounds } from './calibration.js';
import { digits, perTime, type Quartiles, quartiles } from './numbers.js';

/** One thing measured in two or more ways. */
export interface Case {
  name: string;
  /** What `work` counts, such as `spin flips`. */
  unit: string;
  /** How much of it one run does. */
  work: number;
  /** The first is ours; ratios are (others' time)/(ours), so more than 1 means that ours is faster. */
  contenders: Contender[];
  /** Throws unless the contenders agree; says how that was checked. */
  check: () => string | Promise<string>;
  /** Gives threads back. */
  close?: () => Promise<void>;
}

/** A way of this package, a plain one that is kept in the tree, or a program of others. */
export type Kind = 'ours' | 'twin' | 'peer';

export interface Contender {
  name: string;
  run: () => void | Promise<void>;
  /** Share of `work` that one run of this contender does; a slow baseline may do less. Default 1. */
  share?: number;
  /** Default: ours, but a twin where the name says TypeScript and it does not come first. */
  kind?: Kind;
}

/** A line of the catalogue (bench/cases/catalogue.ts): a case that is made only when it is wanted. */
export interface Entry {
  /** As its rows are called; what is asked for on the command line is looked for in it. */
  name: string;
  /** The heading above it. */
  group: string;
  /** Threads that it needs; default 1. */
  threads?: number;
  /** A point of a series, over which the exponent of the cost is fitted: rate ∝ x^-exponent. */
  series?: { name: string; x: number };
  /**
   * The case; with `short`, a small form that is over in a second, for tests. Contenders are those that every place
   * has; peers outside are added.
   */
  make: (short: boolean) => Case | Promise<Case>;
}

export interface Row {
  case: string;
  contender: string;
  unit: string;
  /** Units a second: median and quartiles over the rounds. */
  rate: Quartiles;
  /** Ours against this one, pair by pair: median and quartiles; absent for ours. */
  ratio?: Quartiles;
  rounds: number;
  check: string;
  kind?: Kind;
  group?: string;
  series?: { name: string; x: number };
  /** Runs in one timing. */
  repetitions?: number;
  /** How fast the machine was in each round: steps of the calibration loop a nanosecond. */
  machine?: number[];
  /** Rounds in which it was more than a tenth slower than it can be. */
  slowRounds?: number;
}

/** How times are taken. */
export interface Method {
  /** Milliseconds. Default performance.now. */
  clock?: () => number;
  /** Milliseconds that one timing takes at least, by repetition. Default 20. */
  shortest?: number;
  /** Milliseconds for which each contender runs before it is timed. Default 100. */
  warmUp?: number;
  /** The loop of known work; returns steps done. */
  calibrate?: () => number;
  /** Called after each round. */
  onRound?: (done: number) => void;
  /** When aborted, the case ends at the next timing by throwing the signal's reason. */
  signal?: AbortSignal;
}

const now = () => performance.now();

async function time(run: Contender['run'], repetitions: number, clock: () => number): Promise<number> {
  const start = clock();
  for (let k = 0; k < repetitions; k++) {
    const result = run();
    if (result) await result;
  }
  return clock() - start;
}

/** Runs it in batches that double until one is long enough and all together are; returns how many runs a timing has. */
async function settle(run: Contender['run'], shortest: number, warmUp: number, clock: () => number): Promise<number> {
  let count = 1;
  for (let spent = 0; ; ) {
    const taken = await time(run, count, clock);
    spent += taken;
    if (taken < shortest) count *= 2;
    else {
      count = Math.max(1, Math.ceil((count * shortest) / taken));
      if (spent >= warmUp) return count;
    }
  }
}

const kindOf = ({ kind, name }: Contender, k: number): Kind =>
  kind ?? (k > 0 && /TypeScript/.test(name) ? 'twin' : 'ours');

/**
 * Measures a case in `rounds` interleaved rounds, after its check has passed.
 * @throws Error of the check if the contenders do not agree
 */
export async function measure(subject: Case, rounds: number, method: Method = {}): Promise<Row[]> {
  const { clock = now, shortest = 20, warmUp = 100, onRound, signal } = method;
  const steps = method.calibrate ?? calibrate;
  const check = await subject.check();
  const repetitions: number[] = [];
  for (const { run } of subject.contenders) {
    signal?.throwIfAborted();
    repetitions.push(await settle(run, shortest, warmUp, clock));
  }
  const seconds: number[][] = subject.contenders.map(() => []);
  const speeds: number[] = [];
  const calibration = () => {
    const start = clock();
    const done = steps();
    speeds.push(done / ((clock() - start) * 1e6));
  };
  steps(); // its own warm-up
  calibration();
  for (let round = 0; round < rounds; round++) {
    for (const [k, { run, share = 1 }] of subject.contenders.entries()) {
      signal?.throwIfAborted();
      seconds[k].push((await time(run, repetitions[k], clock)) / 1000 / repetitions[k] / share);
    }
    calibration();
    onRound?.(round + 1);
  }
  return subject.contenders.map((contender, k) => ({
    case: subject.name,
    contender: contender.name,
    unit: subject.unit,
    rate: quartiles(seconds[k].map((each) => subject.work / each)),
    ...(k === 0 ? {} : { ratio: quartiles(seconds[k].map((each, round) => each / seconds[0][round])) }),
    rounds,
    check,
    kind: kindOf(contender, k),
    repetitions: repetitions[k],
    machine: speedsOfRounds(speeds),
  }));
}

/** Measures an entry in all its ways, those of `others` among them; its threads end in any case. */
export async function measureEntry(
  { name, group, series, make }: Entry,
  { rounds, short = false, others = [], ...method }: Method & { rounds: number; short?: boolean; others?: Contender[] },
): Promise<Row[]> {
  const made = await make(short);
  try {
    const peers = others.map((peer) => ({ kind: 'peer' as const, ...peer }));
    const rows = await measure({ ...made, name, contenders: [...made.contenders, ...peers] }, rounds, method);
    return rows.map((row) => ({ ...row, group, ...(series ? { series } : {}) }));
  } finally {
    await made.close?.();
  }
}

/** Marks a row in the tables whose rounds were disturbed. */
export const disturbed = ({ slowRounds = 0, rounds }: Row): string =>
  slowRounds > 0 ? `~ ${slowRounds}/${rounds}` : '';

/** The rows as a table of text, by groups. */
export function table(rows: Row[]): string {
  const lines: (string[] | string)[] = [];
  let [group, name] = ['', ''];
  for (const row of rows) {
    if ((row.group ?? '') !== group) {
      group = row.group ?? '';
      lines.push('', group);
    }
    if (row.case !== name) {
      name = row.case;
      lines.push(`  ${name}`);
    }
    const [low, , high] = row.ratio ?? row.rate;
    lines.push([
      `    ${row.contender}`,
      perTime(row.rate[1], row.unit),
      `${perTime(row.rate[0], '', row.rate[1])} – ${perTime(row.rate[2], '', row.rate[1])}`,
      row.ratio ? `×${digits(row.ratio[1])}` : '',
      row.ratio ? `${digits(low)} – ${digits(high)}` : '',
      disturbed(row),
    ]);
  }
  const head = ['case', 'rate', 'quartiles', 'ours is faster by', 'quartiles', 'slow rounds'];
  const cells = lines.filter((line) => typeof line !== 'string');
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const text = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [text(head), ...lines.map((line) => (typeof line === 'string' ? line : text(line)))].join('\n');
}
