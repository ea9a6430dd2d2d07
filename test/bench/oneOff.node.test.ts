/** Figures of a single measurement: they are of this source, and measured at all. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mainJob, sizes, startUp, sweepOnTwo } from '../../bench/oneOff.js';

const test = suite('bench/oneOff');

test('sizes are those of the files, and gzipped they are smaller', () => {
  const figures = sizes();
  assert.is(new Set(figures.map(({ name }) => name)).size, 4);
  for (const file of ['blockspin.wasm', 'blockspin.min.js']) {
    const bytes = readFileSync(fileURLToPath(new URL(`../../build/${file}`, import.meta.url)));
    const [plain, zipped] = figures.filter(({ name }) => name.includes(file));
    assert.is(plain.value, bytes.length);
    assert.is(zipped.value, gzipSync(bytes, { level: 9 }).length);
    assert.ok(zipped.value < 0.9 * plain.value);
    assert.is(gunzipSync(gzipSync(bytes, { level: 9 })).length, plain.value);
  }
});

test('a fresh process has the samples of this one; the import is a part of the whole', async () => {
  const [imported, first] = await startUp(3);
  for (const { value, quartiles } of [imported, first]) {
    assert.ok(value > 0 && quartiles![0] <= value && value <= quartiles![1]);
  }
  assert.ok(imported.value < first.value);
});

test('the main job runs from end to end, and a failure is one', async () => {
  const words = ['--side', '8', '--samples', '400', '--hidden', '8,4', '--epochs', '1'];
  const { name, value, unit } = await mainJob(words);
  assert.is(name, 'main job: blockspin run mehta-schwab --side 8 --samples 400 --hidden 8,4 --epochs 1');
  assert.is(unit, 's');
  assert.ok(value > 0.1);
  let reason = '';
  await mainJob(['--side', '-1']).catch((error: Error) => {
    reason = error.message;
  });
  assert.match(reason, /^exit code 2: /);
});

test('a sweep on one process and on two', async () => {
  const [one, two, gain] = await sweepOnTwo(1, 200);
  assert.equal([one.unit, two.unit, gain.unit], ['s', 's', 'times']);
  assert.is(gain.value, one.value / two.value);
});

test.run();
