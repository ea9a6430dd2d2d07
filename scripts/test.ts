/**
 * All checks: `tsx scripts/test.ts [pattern ...]`
 *   types and lint, each test file by uvu in a Node process of its own, the portable ones again in headless Chromium.
 * A pattern is a regular expression on paths (`rbm`), or `types`, `lint`. The last line of the output is `N passed, N
 * failed[, N skipped]`. Whatever ends in another way than by counted tests (a crash, a signal, no tests at all) counts
 * as one failure.
 */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FileReport } from '../test/browser/page.js';
import { checkSuites } from '../test/guards/suites.js';
import { CHROMIUM_MISSING, findChromium, root, runTestsInPages } from './browser.js';

/** What one check (a test file, in Node or in Chromium) comes to. */
interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Shown only if something failed. */
  output: string;
  /** Lines shown in any case. */
  notes: string[];
}

const NOTHING: Outcome = { passed: 0, failed: 0, skipped: 0, output: '', notes: [] };

/** Minutes after which a process that says nothing more is stopped, so that a hang is reported and not just cut off. */
const PATIENCE = 10;

/** Runs a Node process to its end; its output in the order of arrival. */
function node(...command: string[]): Promise<{ output: string; problem: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let hung = false;
    const stop = () => child.kill('SIGKILL');
    const watchdog = setTimeout(() => {
      hung = true;
      stop();
    }, PATIENCE * 60_000);
    process.once('exit', stop);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      output += error.message;
    });
    child.once('close', (code, signal) => {
      clearTimeout(watchdog);
      process.off('exit', stop);
      const ended = signal === null ? `exit code ${code}` : `killed by ${signal}`;
      resolve({ output, problem: hung ? `did not end within ${PATIENCE} minutes` : code === 0 ? '' : ended });
    });
  });
}

/** A program that passes or fails as a whole. */
async function program(...command: string[]): Promise<Outcome> {
  const { output, problem } = await node(...command);
  const failed = problem === '' ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0, output: `${output}\n${problem}`, notes: [] };
}

/** A test file under uvu. Its closing totals are believed only if they fit the way in which the process ended. */
async function inNode(file: string): Promise<Outcome> {
  const check = checkSuites(file, readFileSync(join(root, file), 'utf8'));
  const pattern = `^${file.replace(/^test\//, '').replace(/[.+]/g, '\\$&')}$`;
  const color = process.stdout.isTTY ? '--color' : '--no-color';
  const { output, problem } = await node('--import', 'tsx', 'node_modules/uvu/bin.js', 'test', pattern, color);
  const plain = stripVTControlCharacters(output);
  const totals = [...plain.matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm)].at(-1);
  const [total, passed, skipped] = totals ? totals.slice(1).map(Number) : [0, 0, 0];
  const problems = [...check.breaches];
  if (check.only && process.env.CI) problems.push(`${file}: .only left in, so other tests did not run`);
  if (!totals) problems.push('the tests did not run to their end');
  else if (total + skipped === 0) problems.push('no tests in this file');
  if (passed < total && !plain.includes(' FAIL ')) problems.push('a hook threw (uvu swallows its message)');
  const unexplained = total - passed + problems.length === 0;
  if (problem !== '' && (unexplained || !/^exit code 1$/.test(problem))) problems.push(problem);
  return {
    passed,
    failed: Math.max(total - passed, problems.length),
    skipped,
    output: [output.trimEnd(), ...problems].join('\n'),
    notes: plain.split('\n').filter((line) => line.startsWith('skipped:')),
  };
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

function show(name: string, outcome: Outcome, seconds?: number): void {
  const { passed, failed, skipped, output, notes } = outcome;
  const counts = [`${passed} passed`, failed > 0 ? `${failed} FAILED` : '', skipped > 0 ? `${skipped} skipped` : ''];
  const time = seconds === undefined ? '' : `  ${seconds.toFixed(1)} s`;
  console.log(`${failed > 0 ? '✘' : '•'} ${name}  ${counts.filter(Boolean).join(', ')}${time}`);
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

async function timed(work: () => Promise<Outcome>): Promise<{ outcome: Outcome; seconds: number }> {
  const start = performance.now();
  const outcome = await work().catch((error) => ({ ...NOTHING, failed: 1, output: String(error?.stack ?? error) }));
  return { outcome, seconds: (performance.now() - start) / 1000 };
}

async function main(patterns: string[]): Promise<void> {
  const selected = (name: string) =>
    patterns.length === 0 || patterns.some((pattern) => new RegExp(pattern, 'i').test(name));
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts') && selected(name))
    .sort();
  const portable = files.filter((name) => !name.endsWith('.node.test.ts'));

  const checks: [name: string, work: () => Promise<Outcome>][] = files.map((file) => [file, () => inNode(file)]);
  const programs: Record<string, string[]> = {
    types: ['node_modules/typescript/bin/tsc', '--noEmit'],
    lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.'],
  };
  for (const name of Object.keys(programs).reverse()) {
    if (patterns.length === 0 || patterns.includes(name)) checks.unshift([name, () => program(...programs[name])]);
  }

  const sum = { passed: 0, failed: 0, skipped: 0 };
  const add = (outcome: Outcome) => {
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += outcome[key];
  };

  // The pages of Chromium run beside the processes of Node, as one more of them; everything is shown in order.
  const turn = turns(availableParallelism());
  const browser = portable.length > 0 ? turn(() => inChromium(portable)) : Promise.resolve([]);
  const running = checks.map(([name, work]) => [name, turn(() => timed(work))] as const);
  for (const [name, result] of running) {
    const { outcome, seconds } = await result;
    add(outcome);
    show(name, outcome, seconds);
  }
  for (const [name, outcome] of await browser) {
    add(outcome);
    show(name, outcome);
  }

  if (sum.passed + sum.failed + sum.skipped === 0) {
    console.log(`✘ nothing matches ${patterns.join(' ')}`);
    sum.failed = 1;
  }
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
