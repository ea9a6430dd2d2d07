/** The study of defaults from the command line: what it refuses, goes on with, writes and says. */

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Journal } from '../../bench/defaults/journal.js';
import {
  bitsOf,
  competitorsOf,
  jobsOf,
  keyOf,
  type Plan,
  setsOf,
  summarise,
  work,
} from '../../bench/defaults/study.js';
import { root } from '../../scripts/browser.js';
import { runSource } from '../program.js';

const test = suite('bench/defaults command');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-defaults-')));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
const results = join(folder, 'bench/defaults/results.json');

const defaults = (...words: string[]) => runSource('bench/run.ts', ['defaults', ...words], folder);

test.after(() => rmSync(folder, { recursive: true }));

test('refuses what it does not know, before anything runs', () => {
  const { stderr, stdout, status } = defaults('--budget', '3,1');
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /^"--budget" expected rising numbers in \(0, 10000\], got 3,1\n$/);
});

test('goes on where it stopped, in two processes, and writes the page', async () => {
  const { competitors } = competitorsOf('cd-1, 0.1');
  const plan: Plan = {
    sets: setsOf('apart', '3x3'),
    competitors,
    bits: await bitsOf(competitors),
    budgets: [0.01],
    seeds: 2,
    reference: false,
  };
  const jobs = jobsOf(plan);
  const whole = new Journal();
  for (const job of jobs) whole.add({ ...keyOf(job, plan), ...(await work(job)) });
  const part = new Journal();
  for (const entry of whole.entries().slice(0, 2)) part.add(entry);
  mkdirSync(join(folder, 'bench/defaults'), { recursive: true });
  writeFileSync(results, part.text());
  const marks = ['begin', 'end'].map((word) => `<!-- tables of npm run bench -- defaults: ${word} -->`);
  writeFileSync(join(folder, 'page.md'), `before\n${marks.join('\n')}\nafter\n`);

  const words = [
    '--apart',
    '--only',
    '3x3',
    '--competitors',
    'cd-1, 0.1',
    '--budget',
    '0.01',
    '--no-reference',
    '--all',
  ];
  const { stderr, stdout, status } = defaults(...words, '--seeds', '2', '--jobs', '2', '--write', 'page.md');
  assert.match(stderr, /^4 runs, 2 of them finished before\n/);
  // the same bits as in this process
  const after = Journal.parse('results', readFileSync(results, 'utf8'));
  assert.is(after.size, 4);
  for (const job of jobs) {
    assert.is(
      after.find(keyOf(job, plan))?.logLikelihood,
      whole.find(keyOf(job, plan))?.logLikelihood,
      JSON.stringify(job),
    );
  }
  const passed = summarise(plan, whole).checks.every((check) => check.passed);
  assert.is(status, passed ? 0 : 1, stderr);
  assert.match(stdout, /\n\d of 2 checks passed\n/);
  assert.match(readFileSync(join(folder, 'page.md'), 'utf8'), /^before\n.*\| default \|.*\nafter\n$/s);

  // --report tells what there is, and runs nothing
  const told = defaults(...words, '--seeds', '3', '--report');
  assert.match(told.stderr, /^6 runs, 4 of them finished before\n$/);
  assert.match(told.stdout, /\nmissing: 2 runs that are not finished\n/);
  assert.is(Journal.parse('results', readFileSync(results, 'utf8')).size, 4);
});

test.run();
