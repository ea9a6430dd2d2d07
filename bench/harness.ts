/**
 * Timing that survives a noisy machine: a case and its baseline run in turn, A B A B …, after a warm-up; each round gives one ratio; medians and quartiles
 * of times and ratios are reported. Portable: the same file runs in Node and in a page.
 */

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
}

export interface Contender {
  name: string;
  run: () => void | Promise<void>;
  /** Share of `work` that one run of this contender does; a slow baseline may do less. Default 1. */
  share?: number;
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
  /** The case; with `short`, a small form that is over in a second, for tests. Contenders are those that every place has; peers outside are added. */
  make: (short: boolean) => Case | Promise<Case>;
}

export interface Row {
  case: string;
  contender: string;
  unit: string;
  /** Units a second: median and quartiles over the rounds. */
  rate: [low: number, median: number, high: number];
  /** Ours against this one, pair by pair: median and quartiles; absent for ours. */
  ratio?: [low: number, median: number, high: number];
  rounds: number;
  check: string;
}

const quartiles = (values: number[]): [number, number, number] => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = (sorted.length - 1) * share;
    const low = Math.floor(place);
    const high = Math.ceil(place);
    return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
  };
  return [at(0.25), at(0.5), at(0.75)];
};

/** Measures a case in `rounds` >= 5 interleaved rounds. */
export async function measure(subject: Case, rounds: number): Promise<Row[]> {
  const check = await subject.check();
  const seconds: number[][] = subject.contenders.map(() => []);
  for (const { run } of subject.contenders) await run(); // warm-up, compilation
  for (let round = 0; round < rounds; round++) {
    for (const [k, { run, share = 1 }] of subject.contenders.entries()) {
      const start = performance.now();
      await run();
      seconds[k].push((performance.now() - start) / 1000 / share);
    }
  }
  return subject.contenders.map(({ name }, k) => ({
    case: subject.name,
    contender: name,
    unit: subject.unit,
    rate: quartiles(seconds[k].map((time) => subject.work / time)),
    ratio: k === 0 ? undefined : quartiles(seconds[k].map((time, round) => time / seconds[0][round])),
    rounds,
    check,
  }));
}

/** A number with its order of magnitude in the unit: 3.1 G, 45 k. */
export function compact(value: number): string {
  for (const [power, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= power) return `${(value / power).toPrecision(3)} ${letter}`;
  }
  return `${value.toPrecision(3)} `;
}

/** The rows as a table of text. */
export function table(rows: Row[]): string {
  const cells = [['case', 'contender', 'rate', 'quartiles', 'ours is faster by', 'quartiles']];
  for (const { case: name, contender, unit, rate, ratio } of rows) {
    cells.push([
      name,
      contender,
      `${compact(rate[1])}${unit}/s`,
      `${compact(rate[0])}– ${compact(rate[2])}`,
      ratio ? `×${ratio[1].toPrecision(3)}` : '',
      ratio ? `${ratio[0].toPrecision(3)} – ${ratio[2].toPrecision(3)}` : '',
    ]);
  }
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
