/** The benchmarks are right before they are quick: every check passes on small forms, every contender runs, and every name is found by its peers. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { agree, close, same } from '../../bench/cases/agree.js';
import { catalogue } from '../../bench/cases/catalogue.js';
import type { Case } from '../../bench/harness.js';
import { namesWithPeers } from '../../bench/peers/find.js';

const test = suite('bench/catalogue');

const THREADS = 2;
const entries = catalogue(THREADS);

test('names are unique, and say what they are without the heading', () => {
  const names = entries.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const { name, group } of entries) assert.ok(name.length > 5 && group.length > 0, name);
});

test('entries of a heading stand together, in the same order whatever the threads', () => {
  const headings = entries.map(({ group }) => group).filter((group, k, all) => group !== all[k - 1]);
  assert.is(new Set(headings).size, headings.length);
  const one = catalogue(1);
  assert.ok(one.every(({ threads = 1 }) => threads === 1));
  const few = new Set(one.map(({ name }) => name));
  assert.equal(
    one.map(({ name }) => name),
    entries.map(({ name }) => name).filter((name) => few.has(name)),
  );
  for (const threads of [3, 8]) {
    const most = catalogue(threads).map((entry) => entry.threads ?? 1);
    assert.is(Math.max(...most), threads);
  }
});

test('a series has two points or more, all different', () => {
  const series = new Map<string, number[]>();
  for (const { series: point } of entries) {
    if (point) series.set(point.name, [...(series.get(point.name) ?? []), point.x]);
  }
  assert.ok(series.size >= 6);
  for (const [name, points] of series) {
    assert.ok(points.length >= 2, name);
    assert.is(new Set(points).size, points.length, name);
  }
});

// on threads the three sizes have one short form, which takes longest
const repeated = (name: string) => /(784-500|4096-1024), 2 threads$/.test(name);

for (const { name, make } of entries.filter(({ name }) => !repeated(name))) {
  test(`${name}: the check passes and all contenders run`, async () => {
    const subject: Case & { close?: () => Promise<void> } = await make(true);
    assert.is(subject.name, name);
    assert.ok(subject.work > 0 && subject.unit.length > 0);
    assert.ok((await subject.check()).length > 5);
    const contenders = subject.contenders.map((contender) => contender.name);
    assert.is(new Set(contenders).size, contenders.length);
    for (const { run, share = 1 } of subject.contenders) {
      assert.ok(share > 0);
      await run();
    }
    await subject.close?.();
  });
}

test('peers are looked for under names that there are', () => {
  const names = new Set(entries.map(({ name }) => name));
  // the finders know training on any number of threads
  const known = namesWithPeers().filter((name) => !/(\d+) threads$/.test(name) || name.endsWith(` ${THREADS} threads`));
  assert.ok(known.length > 20);
  for (const name of known) assert.ok(names.has(name), name);
});

test('what a page loads of the cases needs no Node', () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    // src has a guard of its own
    if (seen.has(path) || /\/src\//.test(path)) return;
    seen.add(path);
    for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles) {
      assert.not.ok(fileName.startsWith('node:') || fileName.includes('/peers/'), `${path} imports ${fileName}`);
      assert.not.match(fileName, /(io\/node|src\/node|cli)/);
      if (fileName.startsWith('.')) visit(join(dirname(path), fileName.replace(/\.js$/, '.ts')));
    }
  };
  visit(fileURLToPath(new URL('../../bench/cases/catalogue.ts', import.meta.url)));
  for (const file of ['bench/cases/training.ts', 'test/reference/multispin.ts']) {
    assert.ok([...seen].some((path) => path.endsWith(file)));
  }
});

test('checks see what is wrong', () => {
  const refused = (work: () => unknown, pattern: RegExp) =>
    assert.throws(work, (error: Error) => pattern.test(error.message));
  same('x', Uint8Array.of(1, 2), Uint8Array.of(1, 2));
  refused(() => same('x', Uint8Array.of(1, 2), Uint8Array.of(1, 3)), /^x: number 1 is 2, expected 3$/);
  refused(() => same('x', Uint8Array.of(1), Uint8Array.of(1, 3)), /^x: 1 numbers, expected 2$/);
  refused(() => same('x', Float32Array.of(0), Float32Array.of(-0)), /number 0/);
  assert.is(close('x', [1, 2], [1, 2.5], 0.5), 'within 5e-1');
  refused(() => close('x', [1, 2], [1, 2.6], 0.5), /^x: number 1/);
  refused(() => close('x', [1, Number.NaN], [1, 2], 0.5), /^x: number 1/);
  refused(() => close('x', [], [1], 0.5), /^x: 0 numbers/);
  assert.is(agree('x', [-1, 1], 0.5), '-0.5');
  refused(() => agree('x', [-1, 1, -1, 1], 4), /^x: mean 0 ±/);
  refused(() => agree('x', [1], 1), /^x: mean 1 ± NaN/);
  refused(() => agree('x', [1, Number.NaN], 1), /^x: mean NaN/);
  refused(() => agree('x', [], 1), /^x/);
});

test.run();
