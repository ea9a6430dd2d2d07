/** The command: what it lists, refuses, reads and compares. What it measures is in the other tests; here one case in its short form. */

import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseReport } from '../../bench/report.js';
import { root } from '../../scripts/browser.js';
import { runSource } from '../program.js';
import { example, row } from './reports.js';

const test = suite('bench/run');

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'blockspin-run-')));
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

const bench = (...words: string[]) => runSource('bench/run.ts', [...words], folder);

function file(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

test.after(() => rmSync(folder, { recursive: true }));

test('names the cases, and those that a word is found in', () => {
  const { stdout, status } = bench('--list', 'WOLFF');
  assert.is(status, 0);
  const lines = stdout.trimEnd().split('\n');
  assert.is(lines[0], 'Cluster updates');
  assert.ok(lines.length >= 2 && lines.slice(1).every((line) => /^ {2}.*wolff/i.test(line)), stdout);
});

test('refuses what it does not know, before anything runs', () => {
  const refused = (pattern: RegExp, ...words: string[]) => {
    const { stderr, stdout, status } = bench(...words);
    assert.is(status, 2, stderr);
    assert.match(stderr, pattern);
    assert.is(stdout, '');
  };
  refused(/^"--rounds" expected integer in \[5, 10000\], got 3\n$/, 'wolff', '--rounds', '3');
  refused(
    /^"old\.json" expected format blockspin-bench\/1, got undefined\n$/,
    'wolff',
    '--compare',
    file('old.json', {}),
  );
});

test('a case in its short form: table, report, chart, BENCHMARKS.md', () => {
  const { stdout, stderr, status } = bench('receptive fields of', '--short', '--threads', '1', '--write');
  assert.is(status, 0, stderr);
  assert.match(stderr, /^ +1\/1 {2}receptive fields of .* … \d+\.\d s, machine [\d.]+ steps\/ns\n$/);
  assert.match(stdout, /\nReceptive fields\n {2}receptive fields of/);
  for (const line of [
    'peers: the short forms have none',
    'whatever has not "receptive fields of"',
    'threads: 1 was asked for',
  ]) {
    assert.match(stdout, `missing: ${line}`);
  }
  const made = parseReport('out/bench.json', readFileSync(join(folder, 'out/bench.json'), 'utf8'));
  assert.is(made.command, 'npm run bench -- receptive fields of --short --threads 1 --write');
  assert.ok(
    made.rows.length >= 2 && made.rows.every(({ machine, check }) => machine!.length === 5 && check.length > 5),
  );
  assert.match(readFileSync(join(folder, 'out/bench.svg'), 'utf8'), /^<svg /);
  assert.match(stdout, /BENCHMARKS\.md, docs\/benchmarks\.svg/);
  const text = readFileSync(join(folder, 'BENCHMARKS.md'), 'utf8');
  const [, picture] = /!\[[^\]]+\]\(([^)]+)\)/.exec(text)!;
  assert.ok(readFileSync(join(folder, picture)).length > 1000);
});

test('a made-up slower row is named, with exit code 1', () => {
  const before = file('before.json', example());
  const rows = example().rows.map((each, k) =>
    k === 3 ? row({ ...each, mean: 3e5, rate: [2.9e5, 3e5, 3.1e5] }) : each,
  );
  const slow = bench('--from', file('slow.json', { ...example(), rows }), '--compare', before);
  assert.is(slow.status, 1, slow.stderr);
  assert.match(slow.stdout, /\nslower:\n {2}−\d\d % .* {2}Wolff, 256×256: Wasm\nfaster: nothing/);
});

test.run();
