/**
 * `npm run bench -- precision`: the study of 16 bits from the command line, with its results in
 * bench/defaults/precision.json.
 */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readIfPresent, writeFileAtomic } from '../../src/io/disk.js';
import { type Equivalence, equivalence, type Pair, PRECISION_SETS, runPair, SEEDS } from './precision.js';
import { finds } from './study.js';
import { withTables } from './tables.js';

const USAGE = `npm run bench -- precision [options]

Trains a population in float32 and in 16 bits by the same seeds on each data set and says whether they learn the same (bench/defaults/precision.ts has the
criterion). What is finished is in bench/defaults/precision.json and is not run again: remove its lines after a change of kernels. Hours.

--seeds N        seeds 1 to N; default ${SEEDS}
--from N         the first of them; default 1, others for runs side by side
--only PATTERN   data sets in whose name it is found; default all
--report         runs nothing: the table of what is finished
--write FILE     replaces the table between the marks of that page, such as docs/training.md
`;

const PATH = 'bench/defaults/precision.json';
const MAKER = 'npm run bench -- precision';

function finished(): Pair[] {
  const bytes = readIfPresent(PATH);
  return bytes === undefined ? [] : (JSON.parse(new TextDecoder().decode(bytes)) as Pair[]);
}

/** One pair a line, sets in their order. */
function save(pair: Pair): void {
  const place = ({ set }: Pair) => PRECISION_SETS.findIndex(({ name }) => name === set);
  const pairs = [...finished(), pair].sort((a, b) => place(a) - place(b) || a.seed - b.seed);
  writeFileAtomic(PATH, `[\n${pairs.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
}

const minus = (text: string) => text.replace('-', '−');
const digits = (value: number, of: number) =>
  minus(value.toFixed(Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(of))))));

function line(name: string, { seeds, learned, mean, low, high, bound, shown }: Equivalence): string {
  const show = (value: number) => digits(value, bound);
  const cells = [
    name,
    seeds,
    minus(learned.toFixed(2)),
    show(mean),
    `${show(low)} to ${show(high)}`,
    `±${show(bound)}`,
  ];
  return `| ${[...cells, shown ? 'yes' : 'no'].join(' | ')} |`;
}

export function precisionTable(pairs: readonly Pair[]): string {
  const rows = PRECISION_SETS.flatMap(({ name }) => {
    const own = pairs.filter(({ set }) => set === name);
    return own.length > 0 ? [line(name, equivalence(own))] : [];
  });
  const head = '| data, hidden units | seeds | learned | fixed16 minus float32 | 90 % interval | bound | equivalent |';
  return [head, '|---|---:|---:|---:|---:|---:|---|', ...rows].join('\n');
}

/**
 * Runs what is asked for and prints it. @returns the exit code: 1 if a data set is not equivalent, 130 if it was
 * stopped
 */
export async function precision(words: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seeds: { type: 'string', default: String(SEEDS) },
      from: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      report: { type: 'boolean', default: false },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [seeds, from] = [Number(values.seeds), Number(values.from)];
  for (const [name, value] of [
    ['seeds', seeds],
    ['from', from],
  ] as const) {
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`"--${name}" expected integer >= 1, got ${value}`);
  }
  const sets = PRECISION_SETS.filter(({ name }) => finds(values.only, name));
  if (sets.length === 0) throw new RangeError(`no data set has "${values.only}" in its name`);
  const page = values.write === undefined ? undefined : readFileSync(values.write, 'utf8');
  if (page !== undefined) withTables(values.write as string, page, '', MAKER);
  for (let seed = from; seed <= seeds && !values.report; seed++) {
    for (const set of sets) {
      if (signal.aborted) return 130;
      if (finished().some((pair) => pair.set === set.name && pair.seed === seed)) continue;
      const pair = await runPair(set, seed);
      save(pair);
      const { float32, fixed16 } = pair;
      process.stderr.write(`${set.name}, seed ${seed}: ${float32.toFixed(4)}, ${(fixed16 - float32).toFixed(4)}\n`);
    }
  }
  const pairs = finished();
  console.log(precisionTable(pairs));
  if (page !== undefined)
    writeFileAtomic(values.write as string, withTables(values.write as string, page, precisionTable(pairs), MAKER));
  return sets.every(({ name }) => equivalence(pairs.filter(({ set }) => set === name)).shown) ? 0 : 1;
}
