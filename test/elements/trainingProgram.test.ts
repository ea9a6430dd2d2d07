/** The program that <blockspin-training> prints gives the numbers of the figure; patterns as text. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as blockspin from '../../src/all.js';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { DRAWN, readPatterns, resized, writePatterns } from '../../src/elements/training/patterns.js';
import { PRESETS } from '../../src/elements/training/presets.js';
import { passesOf, programOf, updatesPerEpoch } from '../../src/elements/training/program.js';
import { TrainingScene } from '../../src/elements/training/scene.js';
import { TRAINING, type TrainingValues } from '../../src/elements/training/spec.js';
import { encodeNpy } from '../../src/formats/npy.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { cases } from '../matrix.js';

const test = suite('elements/trainingProgram');

/** What a program prints, with the package's names in place of its imports. */
async function printed(program: string, file = new Uint8Array()): Promise<unknown[][]> {
  const lines: unknown[][] = [];
  const code = program.replace(/^import .*$/gm, '').replace('] as const;', '];');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const run = new AsyncFunction('console', 'readFileSync', ...Object.keys(blockspin), code);
  await run({ log: (...values: unknown[]) => lines.push(values) }, () => file, ...Object.values(blockspin));
  return lines;
}

const valuesOf = (values: Partial<TrainingValues>): TrainingValues => ({
  ...defaultsOf(TRAINING.properties),
  hiddenUnits: 3,
  updates: 60,
  epochs: 3,
  third: 'none',
  speed: 0,
  ...values,
});

for (const data of cases(['drawn', 'bars3', 'bar', 'digits', 'ising', 'file'], ['bars', 'shifter'])) {
  test(`the program of ${data} prints the numbers of the figure, in the middle and at the end`, async () => {
    const values = valuesOf({ data, size: 3, temperature: 2.5 });
    const scene = await TrainingScene.start(values);
    const rows = Uint8Array.from([1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0]);
    const bytes = encodeNpy({ shape: [3, 4], data: rows });
    if (data === 'file') await scene.calls.load({ name: 'rows.npy', bytes, greys: false });
    const known = scene.report().data!;
    for (const epochs of [2, 1]) {
      for (let k = 0; k < epochs; k++) await scene.calls.step();
      const { machines } = scene.report();
      const program = programOf(values, machines, known);
      const numbers = (await printed(program, bytes)).map(([number]) => number);
      assert.equal(
        numbers,
        machines.map(({ logLikelihood }) => logLikelihood),
        program,
      );
    }
    assert.ok(scene.report().machines.every(({ state }) => state === 'done'));
  });
}

test('a program of more rows than are measured, with log Z annealed, prints the same', async () => {
  const values = valuesOf({ data: 'file', hiddenUnits: 40, second: 'none', algorithm: 'cd', updates: 20, epochs: 1 });
  const scene = await TrainingScene.start(values);
  const bits = Uint8Array.from({ length: 2100 * 36 }, (_, k) => ((k * 2654435761) >>> 7) & 1);
  const bytes = encodeNpy({ shape: [2100, 36], data: bits });
  await scene.calls.load({ name: 'rows.npy', bytes, greys: false });
  const known = scene.report().data!;
  await scene.calls.step();
  const { machines } = scene.report();
  const program = programOf(values, machines, known);
  assert.match(program, /measured = new BitRows\(2000/);
  assert.match(program, /method: 'annealing'/);
  assert.is((await printed(program, bytes))[0][0], machines[0].logLikelihood);
});

test('passes come as near to the updates that are asked for as they can', () => {
  for (const [rows, updates, epochs, expected] of [
    [32, 10_000, 100, 100],
    [2000, 10_000, 100, 100],
    [2000, 1000, 100, 20],
    [6, 300, 6, 50],
    [250, 300, 10, 30],
  ]) {
    assert.is(updatesPerEpoch(rows, passesOf({ updates, epochs }, rows)), expected, `${rows} rows`);
  }
});

test('patterns are read and written, and wrong ones refused', () => {
  const drawn = readPatterns(DRAWN);
  assert.equal(drawn.shape, [5, 5]);
  assert.equal(
    drawn.patterns.map(({ count }) => count),
    [3, 2, 1],
  );
  assert.is(writePatterns(drawn), DRAWN);
  assert.equal(readPatterns('01_10').patterns.length, 2);
  const larger = resized(drawn, [6, 6]);
  assert.equal(resized(larger, [5, 5]), drawn);
  for (const text of ['', 'abc', '010-11', '01 011', '01*0', '01*x', '01-']) {
    refuses(() => readPatterns(text), RangeError, /^"patterns" expected pictures of equal size such as/);
  }
});

test('presets are states that the element takes', () => {
  for (const { name, state } of PRESETS) {
    for (const property of Object.keys(state)) assert.ok(property in TRAINING.properties, `${name}: ${property}`);
  }
});

test('rows are counted whatever their width', async () => {
  const wide = new BitRows(2, 300);
  wide.bytes[37] = 8;
  const scene = await TrainingScene.start(valuesOf({ data: 'file', second: 'none' }));
  await scene.calls.load({
    name: 'x.npy',
    bytes: encodeNpy({ shape: [2, 300], data: Uint8Array.from([...wide.row(0), ...wide.row(1)]) }),
    greys: false,
  });
  assert.is(scene.report().data!.different, 2);
});

test.run();
