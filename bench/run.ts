/**
 * `npm run bench [-- PATTERN] [options]`: every case of the catalogue against its baselines in this process, and
 * against peers outside it where they are found. Prints a table, writes out/bench.json and the chart beside it. What is
 * missing is said. `npm run bench -- bars` is another thing: how good each way of training is, on bars and stripes, by
 * ten seeds each; it takes minutes, prints a table and writes out/bars.json. So is `npm run bench -- defaults`: which
 * way of training loses least at the worst over a zoo of data sets (defaults/command.ts); it takes hours, and can be
 * stopped and gone on with. And `npm run bench -- precision`: whether 16 bits learn as much as float32
 * (defaults/precision.ts).
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { rasterise } from '../src/cli/words/raster.js';
import { writeFileAtomic } from '../src/io/disk.js';
import { sha256, version } from '../src/wasm/binary.js';
import { defaultThreads } from '../src/wasm/threads.js';
import { resolution, summarise } from './calibration.js';
import { runStudy, STUDIES, type StudyRow, studyLine } from './cases/barsAndStripes.js';
import { catalogue } from './cases/catalogue.js';
import { ratioChart } from './chart.js';
import { compare, comparisonText, slower } from './compare.js';
import { defaults } from './defaults/command.js';
import { precision } from './defaults/precisionCommand.js';
import { type Entry, measureEntry, table } from './harness.js';
import { figureText, markdown } from './markdown.js';
import { digits, withError } from './numbers.js';
import { type Figure, mainJob, sizes, startUp, sweepOnTwo } from './oneOff.js';
import { findPeers } from './peers/find.js';
import { assemble, type Gathered, inFewWords, parseReport, type Report } from './report.js';

const USAGE = `npm run bench [-- PATTERN] [options]
npm run bench -- bars
npm run bench -- defaults [options]    its own: --help names them
npm run bench -- precision [options]   likewise

PATTERN            cases in whose name or group it is found, capitals or not; default all
--rounds N         interleaved rounds, 5 or more; default 7
--threads N        the most threads that are measured; default as many as there are cores, at most 8
--short            the short forms made for tests, in 5 rounds: a few minutes, and numbers that say little
--compare FILE     says what became slower or faster than in that report beyond the noise of both; exit code 1 if something is slower
--list             names the cases and ends
--write            writes BENCHMARKS.md and its chart
--from FILE        measures nothing: shows, compares or writes that report
`;

/** Numbers that need no rounds, by the names under which they are asked for. */
const FIGURES: { name: string; run: (short: boolean) => Figure[] | Promise<Figure[]> }[] = [
  { name: 'sizes: kernels and bundle', run: sizes },
  { name: 'start-up: fresh process', run: (short) => startUp(short ? 3 : 11) },
  { name: 'sweep: two processes', run: (short) => sweepOnTwo(short ? 1 : 5, short ? 200 : 6000) },
  {
    name: 'main job: blockspin run mehta-schwab',
    run: async (short) => [
      await mainJob(short ? ['--side', '8', '--samples', '400', '--hidden', '8,4', '--epochs', '1'] : []),
    ],
  },
];

function options(words: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      threads: { type: 'string' },
      short: { type: 'boolean', default: false },
      compare: { type: 'string' },
      list: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new RangeError(`"PATTERN" expected one word, got ${positionals.join(' ')}`);
  const whole = (name: 'rounds' | 'threads', usual: number, low: number, high: number) => {
    const value = values[name] === undefined ? usual : Number(values[name]);
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      throw new RangeError(`"--${name}" expected integer in [${low}, ${high}], got ${values[name]}`);
    }
    return value;
  };
  return {
    ...values,
    pattern: positionals[0] ?? '',
    rounds: whole('rounds', values.short ? 5 : 7, 5, 10_000),
    threads: whole('threads', defaultThreads(), 1, 64),
  };
}

const finds = (pattern: string, name: string, group = '') =>
  name.toLowerCase().includes(pattern.toLowerCase()) || group.toLowerCase().includes(pattern.toLowerCase());

const say = (text: string) => void process.stderr.write(`${text}\n`);

function git(...words: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function commit(): string {
  const id = git('rev-parse', '--short=12', 'HEAD');
  if (id === undefined) return 'unknown';
  return git('status', '--porcelain') === '' ? id : `${id} with changes`;
}

/** Of what this runs on. */
function place(threads: number): Record<string, string> {
  const cores = availableParallelism();
  return {
    Machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cores} core${cores > 1 ? 's' : ''}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    System: `${type()}, ${process.arch}`,
    Engine: `Node ${process.version}, V8 ${process.versions.v8}`,
    Threads: `at most ${threads}`,
    'Load before': loadavg()
      .map((load) => load.toFixed(2))
      .join(', '),
  };
}

/** The cases of the study on bars and stripes. */
async function bars(): Promise<void> {
  const studies: StudyRow[] = [];
  for (const study of STUDIES) {
    for (const flipped of [false, true]) {
      studies.push(await runStudy(study, flipped, 10));
      console.log(studyLine(studies.at(-1)!));
    }
  }
  mkdirSync('out', { recursive: true });
  writeFileAtomic('out/bars.json', `${JSON.stringify({ version, seeds: 10, studies }, null, 2)}\n`);
  process.exitCode = studies.some(({ reached }) => reached === false) ? 1 : 0;
}

/** The entry with its peers, which end in any case. */
async function bench(entry: Entry, gathered: Gathered): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-bench-'));
  try {
    // peers do the whole work, which the short forms do not
    const { found, missing } = gathered.short ? { found: [], missing: [] } : await findPeers(entry.name, folder);
    gathered.missing.push(...missing);
    try {
      const { rounds, short } = gathered;
      const { shortest } = gathered.clock;
      const rows = await measureEntry(entry, {
        rounds,
        short,
        others: found,
        shortest,
        ...(short ? { warmUp: 10 } : {}),
        signal: stop.signal,
      });
      gathered.rows.push(...rows);
    } finally {
      for (const peer of found) peer.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ctrl-C ends the case that runs; what was measured before is kept. */
const stop = new AbortController();

/** Measures what is wanted, one thing after the other; after each the report is written, so that nothing is lost. */
async function measureAll({ pattern, rounds, threads, short }: ReturnType<typeof options>): Promise<Report> {
  const entries = catalogue(threads).filter(({ name, group }) => finds(pattern, name, group));
  const figures = FIGURES.filter(({ name }) => finds(pattern, name));
  if (entries.length + figures.length === 0)
    throw new RangeError(`no case has "${pattern}" in its name: --list names them`);
  const step = resolution();
  const gathered: Gathered = {
    package: { version, commit: commit(), kernels: sha256 },
    place: place(threads),
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
    date: new Date().toISOString(),
    rounds,
    threads,
    short,
    clock: { resolution: step, shortest: Math.max(short ? 2 : 20, 200 * step) },
    rows: [],
    figures: [],
    missing: [],
    failed: [],
  };
  if (pattern !== '') gathered.missing.push(`whatever has not "${pattern}" in its name or group: it was not asked for`);
  if (short) gathered.missing.push('peers: the short forms have none');
  if (threads === 1) gathered.missing.push('threads: 1 was asked for, or there is one core');
  else if (threads > availableParallelism()) {
    gathered.missing.push(`cores: ${threads} threads were asked for, of ${availableParallelism()} cores`);
  }
  const total = entries.length + figures.length;
  let done = 0;
  const one = async (name: string, work: () => Promise<void>) => {
    done++;
    if (stop.signal.aborted) {
      gathered.missing.push(`"${name}": stopped before`);
      return;
    }
    const start = performance.now();
    process.stderr.write(`${`${done}/${total}`.padStart(7)}  ${name} …`);
    try {
      await work();
      const last = summarise(gathered.rows.at(-1)?.machine ?? []);
      const speed = last ? `, machine ${digits(last.speed[1])} steps/ns` : '';
      say(` ${((performance.now() - start) / 1000).toFixed(1)} s${speed}`);
    } catch (error) {
      if (stop.signal.aborted) gathered.missing.push(`"${name}": stopped before`);
      else gathered.failed.push({ name, reason: (error as Error).message });
      say(stop.signal.aborted ? ' stopped' : ` FAILED: ${(error as Error).message}`);
    }
    save(assemble(gathered));
  };
  for (const entry of entries) await one(entry.name, () => bench(entry, gathered));
  for (const { name, run } of figures) {
    await one(name, async () => void gathered.figures.push(...(await run(short))));
  }
  return assemble(gathered);
}

function save(report: Report): void {
  mkdirSync('out', { recursive: true });
  writeFileAtomic('out/bench.json', `${JSON.stringify(report, null, 1)}\n`);
}

/** The chart as SVG; the path, or undefined where there is nothing to be drawn. */
function draw(report: Report, path: string): string | undefined {
  const chart = ratioChart(report);
  if (chart === undefined) return undefined;
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, chart.svg);
  return path;
}

/** What a run leaves in out/: the report, the chart as SVG, and as PNG where that can be made. @returns the paths */
async function leave(report: Report): Promise<string[]> {
  save(report);
  const paths = ['out/bench.json'];
  const chart = draw(report, 'out/bench.svg');
  if (chart === undefined) return paths;
  const png = await rasterise(readFileSync(chart, 'utf8'));
  if (png === undefined) say('no PNG of the chart: @resvg/resvg-js is not installed');
  else writeFileAtomic('out/bench.png', png);
  return [...paths, chart, ...(png === undefined ? [] : ['out/bench.png'])];
}

/** The report in words on the terminal. */
function show(report: Report): void {
  if (report.rows.length > 0) console.log(table(report.rows));
  if (report.fits.length > 0) console.log('\nrate ∝ x^-b');
  for (const fit of report.fits) {
    console.log(
      `  b = ${withError(fit)}  ${fit.series}: ${fit.contender} (${fit.points} points, x = ${fit.from} – ${fit.to})`,
    );
  }
  for (const figure of report.figures) console.log(`${figure.name}: ${figureText(figure)}`);
  const { calibration } = report;
  if (calibration) {
    const [low, middle, high] = calibration.speed.map(digits);
    console.log(`\nmachine by its calibration: ${middle} steps/ns (quartiles ${low} – ${high})`);
    if (calibration.slowRounds > 0) {
      console.log(
        `~ it was more than 10 % slower than it can be in ${calibration.slowRounds} of ${calibration.rounds} rounds`,
      );
    }
  }
  for (const line of inFewWords(report.missing)) console.log(`missing: ${line}`);
  for (const { name, reason } of report.failed) console.log(`FAILED: ${name}: ${reason}`);
}

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  if (first === 'defaults') {
    process.exitCode = await defaults(others, stop.signal);
    return;
  }
  if (first === 'precision') {
    process.exitCode = await precision(others, stop.signal);
    return;
  }
  const wanted = options(process.argv.slice(2));
  if (wanted.help) return void process.stdout.write(USAGE);
  if (wanted.pattern === 'bars') return bars();
  if (wanted.list) {
    let group = '';
    const all = [
      ...catalogue(wanted.threads),
      ...FIGURES.map(({ name }) => ({ name, group: 'Sizes, starts, end to end' })),
    ];
    for (const each of all.filter(({ name, group }) => finds(wanted.pattern, name, group))) {
      if (each.group !== group) console.log(each.group);
      group = each.group;
      console.log(`  ${each.name}`);
    }
    return;
  }
  // files are read before minutes are spent
  const read = (path: string) => parseReport(path, readFileSync(path, 'utf8'));
  const before = wanted.compare === undefined ? undefined : read(wanted.compare);
  const report = wanted.from === undefined ? await measureAll(wanted) : read(wanted.from);
  show(report);
  if (wanted.from === undefined) console.log(`\n${(await leave(report)).join(', ')}`);
  if (wanted.write) {
    const chart = draw(report, 'docs/benchmarks.svg');
    writeFileAtomic('BENCHMARKS.md', markdown(report, chart));
    console.log(['BENCHMARKS.md', ...(chart === undefined ? [] : [chart])].join(', '));
  }
  if (report.failed.length > 0) process.exitCode = 1;
  if (stop.signal.aborted) process.exitCode = 130;
  if (before) {
    const comparison = compare(before, report);
    console.log(`\n${comparisonText(comparison, before)}`);
    if (comparison.refusal !== undefined || slower(comparison).length > 0) process.exitCode = 1;
  }
}

process.once('SIGINT', () => stop.abort(new Error('stopped')));
try {
  await main();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 2;
}
