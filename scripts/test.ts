/**
 * All checks: `tsx scripts/test.ts [--matrix] [pattern ...]`
 *   types and lint, every test file by uvu in Node, and those that test/browser/everyRun.ts names again in headless
 *   Chromium; with --matrix all portable ones there, and the cases that test/matrix.ts leaves to it.
 * A pattern is a regular expression on paths (`rbm`), or `types`, `lint`. The last line of the output is `N passed, N
 * failed[, N skipped]`. A file that ends without counted tests (a crash, a signal, no tests at all) counts as one
 * failure.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isInEveryRun } from '../test/browser/everyRun.js';
import type { FileReport } from '../test/browser/page.js';
import { checkSuites } from '../test/guards/suites.js';
import { CHROMIUM_MISSING, findChromium, root, runTestsInPages } from './browser.js';
import { compileAll, compiled } from './compile.js';
import { cpuSeconds } from './cpu.js';
import type { ProcessReport } from './testFiles.js';

/** The result of one check (a test file, in Node or in Chromium). */
interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Shown only if something failed. */
  output: string;
  /** Lines shown in any case. */
  notes: string[];
}

interface Timed {
  outcome: Outcome;
  seconds: number;
  /** CPU-seconds, where they are known. */
  cpu?: number;
}

const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, output: '', notes: [] };

/** Minutes without output after which a process is stopped, so that a hang is reported; the matrix has tests of half an hour. */
const patience = () => (process.env.BLOCKSPIN_MATRIX === '1' ? 60 : 10);

/** Runs a Node process to its end. */
function node(...command: string[]): Promise<{ stdout: string; stderr: string; problem: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let hung = false;
    const minutes = patience();
    const stop = () => child.kill('SIGKILL');
    const watchdog = setTimeout(() => {
      hung = true;
      stop();
    }, minutes * 60_000);
    process.once('exit', stop);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        output[stream] += text;
        watchdog.refresh();
      });
    }
    child.once('error', (error) => {
      output.stderr += error.message;
    });
    child.once('close', (code, signal) => {
      clearTimeout(watchdog);
      process.off('exit', stop);
      const ended = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      resolve({ ...output, problem: hung ? `said nothing for ${minutes} minutes` : code === 0 ? '' : ended });
    });
  });
}

/** A program that passes or fails as a whole. */
async function program(...command: string[]): Promise<Timed> {
  const start = performance.now();
  const { stdout, stderr, problem } = await node(...command);
  const failed = problem === '' ? 0 : 1;
  const output = [stdout, stderr, problem].join('\n');
  const outcome = { passed: 1 - failed, failed, skipped: 0, output, notes: [] };
  return { outcome, seconds: (performance.now() - start) / 1000 };
}

/** Characters of the output of a failed check that are shown again at the end. */
const OUTPUT_AGAIN = 1500;

/** Whether a test file needs nothing of Node. */
const isPortable = (file: string) => !file.endsWith('.node.test.ts');

/**
 * Files that share a Node process at most; a process that dies costs those after the file that killed it a new start.
 */
const FILES_PER_PROCESS = 12;

/** Files for Node alone that share a process, and in it the compiler's program of the package. */
const ABOUT_NAMES = /^test\/guards\/(api|docs|options)\.node\.test\.ts$/;

/**
 * Groups of files that share a Node process: portable files of one folder. A file for Node alone may change its folder
 * or environment or start processes, and those of test/wasm count memories and threads, so these have a process of
 * their own, as each file has a page of its own in Chromium.
 */
function groupsOf(files: string[]): string[][] {
  const groups: string[][] = [];
  const folders = new Map<string, string[]>();
  for (const file of files) {
    const shared = ABOUT_NAMES.test(file);
    const folder = shared ? ABOUT_NAMES.source : dirname(file);
    const group = folders.get(folder);
    if ((!isPortable(file) && !shared) || folder === 'test/wasm') groups.push([file]);
    else if (group && group.length < FILES_PER_PROCESS) group.push(file);
    else {
      folders.set(folder, [file]);
      groups.push(folders.get(folder)!);
    }
  }
  return groups;
}

/** What is wrong in the text of a test file. */
function problemsOf(file: string): string[] {
  const { breaches, only } = checkSuites(file, readFileSync(join(root, file), 'utf8'));
  return only && process.env.CI ? [...breaches, `${file}: .only left in, so other tests did not run`] : breaches;
}

/** What one file came to: its report, if it ran to its end, and what else is wrong with it. */
function outcomeOf(report: ProcessReport | undefined, said: string, problems: string[]): Timed {
  const sum = (key: 'total' | 'passed' | 'skipped') =>
    (report?.suites ?? []).reduce((all, suite) => all + suite[key], 0);
  const [total, passed, skipped] = [sum('total'), sum('passed'), sum('skipped')];
  const texts = (report?.suites ?? []).map(({ errors }) => errors);
  const all = [...(report?.errors ?? []), ...problems];
  if (report === undefined) all.unshift('the tests did not run to their end');
  else if (total + skipped === 0 && report.errors.length === 0) all.push('no tests in this file');
  if (report?.suites.some(({ passed, total, errors }) => passed < total && errors === '')) {
    all.push('a hook threw (uvu swallows its message)');
  }
  return {
    seconds: report?.seconds ?? 0,
    cpu: report?.cpu,
    outcome: {
      passed,
      failed: Math.max(total - passed, all.length),
      skipped,
      output: [said, ...texts, ...all].join('\n'),
      notes: stripVTControlCharacters(said)
        .split('\n')
        .filter((line) => line.startsWith('skipped:')),
    },
  };
}

/**
 * Test files under uvu in one Node process, and in a new one those that come after a file that did not run to its end.
 */
async function inNode(files: string[]): Promise<Map<string, Timed>> {
  const outcomes = new Map<string, Timed>();
  while (outcomes.size < files.length) {
    const rest = files.slice(outcomes.size);
    const mark = `== ${randomUUID()}`;
    const program = ['--enable-source-maps', compiled('scripts/testFiles.ts')];
    const { stdout, stderr, problem } = await node(...program, mark, ...rest.map((file) => compiled(file)));
    const [said, warned] = [stdout, stderr].map((text) => text.split(`\n${mark} `));
    // the first part is what the first file said; each other begins with the report of the file before
    const parts = (k: number) => [said, warned].map((texts) => (texts[k] ?? '').replace(k > 0 ? /^.*\n/ : '', ''));
    const reports = said.slice(1).map((text) => JSON.parse(text.slice(0, text.indexOf('\n'))) as ProcessReport);
    for (const [k, file] of rest.entries()) {
      const report = reports[k];
      const problems = problemsOf(file);
      const last = report === undefined || report.last === true || k === rest.length - 1;
      if (last && problem !== '') problems.push(problem);
      outcomes.set(file, outcomeOf(report, parts(k).join(''), problems));
      if (last) break;
    }
  }
  return outcomes;
}

/** What a page reported of a test file. */
function inPage({ suites, errors }: FileReport): Outcome {
  const sum = (value: (suite: FileReport['suites'][number]) => number) =>
    suites.reduce((all, suite) => all + value(suite), 0);
  const [total, passed, skipped] = [
    sum((suite) => suite.total),
    sum((suite) => suite.passed),
    sum((suite) => suite.skipped),
  ];
  const problems = [...errors];
  if (total + skipped === 0 && problems.length === 0) problems.push('no tests in this file');
  const texts = suites.map(({ name, passed, total, errors }) => {
    const silent = passed < total && errors === '' ? ': a hook threw (uvu swallows its message)' : '';
    return ` ${name} (${passed} / ${total})${silent}\n${stripVTControlCharacters(errors)}`;
  });
  return {
    passed,
    failed: total - passed + problems.length,
    skipped,
    output: [...texts, ...problems].join('\n'),
    notes: [],
  };
}

/** All portable test files in Chromium; a file without a report counts as failed. */
async function inChromium(files: string[]): Promise<[name: string, Outcome][]> {
  const results: [string, Outcome][] = [];
  const single = (name: string, outcome: Partial<Outcome>): [string, Outcome] => [
    `${name} (Chromium)`,
    { ...NOTHING, ...outcome },
  ];
  try {
    const chromium = findChromium();
    if (chromium === undefined) {
      const note = `skipped: ${CHROMIUM_MISSING} (${files.length} test files)`;
      return [single('portable tests', { skipped: files.length, notes: [note] })];
    }
    await runTestsInPages(files, {
      chromium,
      onFile: (report) => results.push([`${report.file} (Chromium)`, inPage(report)]),
    });
  } catch (error) {
    // Without a single report it was the bundle or the start of Chromium that failed, not one file.
    const done = results.length;
    results.push(single(done === 0 ? 'portable tests' : files[done], { failed: 1, output: (error as Error).message }));
    if (done > 0) {
      for (const file of files.slice(done + 1)) results.push(single(file, { failed: 1, output: 'did not run' }));
    }
  }
  return results;
}

function show(name: string, outcome: Outcome, seconds?: number, cpu?: number): void {
  const { passed, failed, skipped, output, notes } = outcome;
  const counts = [`${passed} passed`, failed > 0 ? `${failed} FAILED` : '', skipped > 0 ? `${skipped} skipped` : ''];
  const time = seconds === undefined ? '' : `  ${seconds.toFixed(1)} s`;
  const work = cpu === undefined ? '' : `, ${cpu.toFixed(1)} CPU-s`;
  console.log(`${failed > 0 ? '✘' : '•'} ${name}  ${counts.filter(Boolean).join(', ')}${time}${work}`);
  for (const note of notes) console.log(`  ${note}`);
  if (failed > 0) console.log(`\n${output.trim()}\n`);
}

/** At most `width` pieces of work at once, begun in the order in which they came. */
function turns(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (width > 0) width--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else width++;
    }
  };
}

async function main(words: string[]): Promise<void> {
  const matrix = words.includes('--matrix');
  const patterns = words.filter((word) => word !== '--matrix');
  if (matrix) process.env.BLOCKSPIN_MATRIX = '1';
  const selected = (name: string) =>
    patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern, 'i').test(name));
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts') && selected(name))
    .sort();
  const portable = files.filter(isPortable);
  const inPages = matrix ? portable : portable.filter(isInEveryRun);

  const sum = { passed: 0, failed: 0, skipped: 0 };
  const broken: [name: string, output: string][] = [];
  const tell = (name: string, outcome: Outcome, seconds?: number, cpu?: number) => {
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += outcome[key];
    if (outcome.failed > 0) broken.push([name, outcome.output]);
    show(name, outcome, seconds, cpu);
  };

  if (files.length > 0) await compileAll();
  // The pages of Chromium run beside the processes of Node, as one more of them; everything is shown in order.
  const turn = turns(availableParallelism() + 1);
  const browser = inPages.length > 0 ? turn(() => inChromium(inPages)) : Promise.resolve([]);
  const programs = Object.entries({
    types: [
      'node_modules/typescript/bin/tsc',
      '--noEmit',
      '--incremental',
      '--tsBuildInfoFile',
      'build/types.tsbuildinfo',
    ],
    lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.'],
  })
    .filter(([name]) => patterns.length === 0 || patterns.includes(name))
    .map(([name, command]) => [name, turn(() => program(...command))] as const);
  const outcomes = new Map<string, Promise<Map<string, Timed>>>();
  for (const group of groupsOf(files)) {
    const outcome = turn(() => inNode(group));
    for (const file of group) outcomes.set(file, outcome);
  }

  for (const [name, result] of programs) {
    const { outcome, seconds } = await result;
    tell(name, outcome, seconds);
  }
  for (const file of files) {
    const { outcome, seconds, cpu } = (await outcomes.get(file)!).get(file)!;
    tell(file, outcome, seconds, cpu);
  }
  for (const [name, outcome] of await browser) tell(name, outcome);

  if (sum.passed + sum.failed + sum.skipped === 0) {
    console.log(`✘ nothing matches ${patterns.join(' ')}`);
    sum.failed = 1;
  }
  const left = portable.length - inPages.length;
  if (left > 0)
    console.log(
      `\nleft to npm run matrix: ${left} of ${portable.length} portable files in Chromium, long forms of tests`,
    );
  // what failed is said again, where a reader of a long output looks first
  for (const [name, output] of broken) console.log(`\n✘ ${name}\n${output.trim().slice(-OUTPUT_AGAIN)}`);
  const cpu = cpuSeconds();
  console.log(
    `${(performance.now() / 1000).toFixed(0)} s${cpu === undefined ? '' : `, ${cpu.toFixed(0)} CPU-seconds`}`,
  );
  process.exitCode = sum.failed > 0 ? 1 : 0;
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
try {
  await main(process.argv.slice(2));
} catch (error) {
  console.log(`${(error as Error).stack}\n\n0 passed, 1 failed`);
  process.exitCode = 1;
}
