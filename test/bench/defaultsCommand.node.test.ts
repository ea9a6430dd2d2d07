/** The study of defaults from the command line: what it refuses, goes on with, writes and says. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Journal } from '../../bench/defaults/journal.js';

const test = suite('bench/defaults command');

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-defaults-')));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
const results = join(folder, 'out/defaults.json');

function defaults(...words: string[]) {
  const command = ['--import', 'tsx', join(root, 'bench/run.ts'), 'defaults', ...words];
  return spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
}

const journal = () => Journal.parse('results', readFileSync(results, 'utf8'));

test.after(() => rmSync(folder, { recursive: true }));

test('refuses what it does not know, before anything runs', () => {
  const { stderr, stdout, status } = defaults('--budget', '3,1');
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, /^"--budget" expected rising numbers in \(0, 10000\], got 3,1\n$/);
});

test('goes on where it stopped, in two processes, and writes the page', () => {
  const words = ['--apart', '--only', '3x3', '--competitors', 'cd-1, 0.', '--budget', '0.01', '--no-reference'];
  const first = defaults(...words, '--seeds', '1');
  assert.ok(first.status === 0 || first.status === 1, first.stderr);
  assert.match(first.stderr, /^5 runs, 0 of them finished before\n/);
  const before = journal();
  assert.is(before.size, 5);

  // one run is lost, and another seed is asked for
  const lost = new Journal();
  for (const entry of before.entries().slice(1)) lost.add(entry);
  writeFileSync(results, lost.text());
  mkdirSync(join(folder, 'docs'));
  const page = join(folder, 'docs/page.md');
  const marks = ['begin', 'end'].map((word) => `<!-- tables of npm run bench -- defaults: ${word} -->`);
  writeFileSync(page, `before\n${marks.join('\n')}\nafter\n`);
  const second = defaults(...words, '--seeds', '2', '--jobs', '2', '--write', 'docs/page.md');
  assert.is(second.status, first.status, second.stderr);
  assert.match(second.stderr, /^10 runs, 4 of them finished before\n/);
  const after = journal();
  assert.is(after.size, 10);
  // the lost run has the same bits, in another process
  const [gone] = before.entries();
  assert.is(after.find(gone)?.logLikelihood, gone.logLikelihood);
  assert.match(second.stdout, /\| way of training \| worst at 0\.01 /);
  assert.match(second.stdout, /\n\d of 2 checks passed\n/);
  assert.match(readFileSync(page, 'utf8'), /^before\n.*\| default \|.*\nafter\n$/s);
});

test.run();
