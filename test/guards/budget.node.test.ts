/**
 * Costs that need no clock: bytes of what is shipped, instructions of each kernel, kernel calls and barriers of a piece
 * of work.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Ising, MultiSpin, square, Training, type TrainingOptions } from '../../src/all.js';
import { instructionCounts } from './instructions.js';
import { countOperations } from './operations.js';
import { beyondMargin, staysNear } from './snapshot.js';

const test = suite('guards/budget');

const built = (name: string) => readFileSync(fileURLToPath(new URL(`../../build/${name}`, import.meta.url)));
const wasm = built('blockspin.wasm');

test('kernels and bundle have the sizes of test/guards/sizes.txt', () => {
  const sizes = new Map(
    ['blockspin.wasm', 'blockspin.min.js'].map((name) => {
      const bytes = built(name);
      return [name, [bytes.length, gzipSync(bytes, { level: 9 }).length]];
    }),
  );
  staysNear('sizes.txt', sizes, ['bytes', 'bytes gzipped'], { share: 0.05, few: 500 });
});

const counts = instructionCounts(wasm);

test('kernels have the instructions of test/guards/instructions.txt', () => {
  const numbers = new Map([...counts].map(([name, { all, innermost, vectors }]) => [name, [all, innermost, vectors]]));
  const columns = ['instructions with all that is called', 'in innermost loops', 'vectors in innermost loops'];
  staysNear('instructions.txt', numbers, columns, { share: 0.05, few: 4 });
});

/** The same counts from the text that the compiler writes, where loops are indented; of functions that call none. */
function countText(text: string): Map<string, number[]> {
  const names = new Map(
    [...text.matchAll(/^ \(export "(\w+)" \(func (\$\S+?)\)\)$/gm)].map(([, name, id]) => [id, name]),
  );
  const result = new Map<string, number[]>();
  for (const [, id, code] of text.matchAll(/^ \(func (\$\S+)[^\n]*\n(.*?)^ \)$/gms)) {
    const name = names.get(id);
    if (name === undefined || /^ +call /m.test(code)) continue;
    const words = code.split('\n').map((line) => line.trim().split(' ')[0]);
    const isInstruction = (word: string) => !/^(\(.*|block|loop|else|end|)$/.test(word);
    const lines = code.split('\n');
    const indent = (line: string) => line.search(/\S/);
    const inner = new Set<number>();
    lines.forEach((line, from) => {
      if (!/^ +loop /.test(line)) return;
      const to = lines.findIndex((other, k) => k > from && indent(other) === indent(line) && other.trim() === 'end');
      const inside = Array.from({ length: to - from - 1 }, (_, k) => from + 1 + k);
      if (!inside.some((k) => words[k] === 'loop')) for (const k of inside) inner.add(k);
    });
    const all = words.filter(isInstruction).length;
    const innermost = [...inner].map((k) => words[k]).filter(isInstruction);
    const vectors = innermost.filter((word) => /^(v128|[if]\d+x\d+)\b/.test(word)).length;
    result.set(name, [all, innermost.length, vectors]);
  }
  return result;
}

test('instructions are counted as in the text of the same kernels', () => {
  const texts = countText(built('blockspin.wat').toString());
  assert.ok(texts.size > 20, `${texts.size} kernels that call nothing`);
  for (const [name, expected] of texts) {
    const { all, innermost, vectors } = counts.get(name)!;
    assert.equal([all, innermost, vectors], expected, name);
  }
});

test('functions that are called count once; loops within loops do not', () => {
  // (import "e" "f" (func)) (export "g" (func 1)): g calls h twice and f; loops in a loop; h is local.get,
  // v128.any_true, drop
  const section = (id: number, ...body: number[]) => [id, body.length, ...body];
  const code = (...body: number[]) => [body.length, ...body];
  const inner = [0x03, 0x40, 0x10, 2, 0x41, 0x80, 0x7f, 0x1a, 0x0b]; // loop: call h, i32.const -128, drop
  const vector = [0x03, 0x40, 0xfd, 12, ...new Array(16).fill(0x0b), 0x1a, 0x0b]; // loop: v128.const with ends inside, drop
  const g = code(0, 0x03, 0x40, 0x10, 0, ...inner, ...vector, 0x0b, 0x10, 2, 0x0b);
  const h = code(1, 1, 0x7b, 0x20, 0, 0xfd, 0x53, 0x1a, 0x0b);
  const bytes = Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 0),
    ...section(2, 1, 1, 101, 1, 102, 0, 0),
    ...section(3, 2, 0, 0),
    ...section(7, 1, 1, 103, 0, 1),
    ...section(10, 2, ...g, ...h),
  ]);
  assert.ok(WebAssembly.validate(bytes));
  assert.equal([...instructionCounts(bytes)], [['g', { all: 10, innermost: 5, vectors: 1 }]]);
});

/** One epoch of 100 rows in minibatches of 20. */
const epoch = (options: Partial<TrainingOptions>) => async () => {
  const data = new Ising({ lattice: square(6), coupling: 0.4, seed: 1 }).sample(100);
  const training = await Training.start(data, {
    hidden: 20,
    epochs: 10,
    batchSize: 20,
    threads: 1,
    seed: 1,
    ...options,
  });
  await training.runEpoch();
  await training.close();
};

/**
 * Training runs minibatches in slices of a given time, so only the number of barriers per minibatch is the same on
 * every machine.
 */
const WORKS: [name: string, kernels: boolean, work: () => unknown][] = [
  [
    'Ising, 128 replicas: 1000 samples of 16×16',
    true,
    () => new Ising({ lattice: square(16), coupling: 0.4, seed: 1, method: 'replicas' }).sample(1000),
  ],
  [
    'Ising, Wolff: 100 samples of 64×64',
    true,
    () => new Ising({ lattice: square(64), coupling: 0.4, seed: 1, method: 'wolff' }).sample(100),
  ],
  [
    'MultiSpin: 10 sweeps of 256×256',
    true,
    () => new MultiSpin({ lattice: square(256), coupling: 0.4, seed: 1, threads: 1 }).advance(10),
  ],
  ['CD-1: 5 minibatches', false, epoch({ algorithm: 'cd', centred: false })],
  ['CD-5: 5 minibatches', false, epoch({ algorithm: 'cd', centred: false, steps: 5 })],
  ['PCD-1: 5 minibatches', false, epoch({ algorithm: 'pcd', centred: false })],
  ['PCD-1, centred: 5 minibatches', false, epoch({ algorithm: 'pcd' })],
  ['parallel tempering: 5 minibatches', false, epoch({ algorithm: 'tempering' })],
];

test('work asks for the barriers and kernel calls of test/guards/operations.txt', async () => {
  const numbers = new Map<string, number[]>();
  for (const [name, kernels, work] of WORKS) {
    const calls = await countOperations(work);
    const barriers = calls.get('barrier') ?? 0;
    const all = [...calls.values()].reduce((sum, count) => sum + count, 0) - barriers;
    assert.ok(all > 0, `${name}: no kernel was called`);
    numbers.set(name, kernels ? [barriers, all] : [barriers]);
  }
  staysNear('operations.txt', numbers, ['barriers', 'kernel calls'], { share: 0.05, few: 0 });
});

test('what is beyond its margin is named', () => {
  const committed = '# a, b\nsame       100 10\nkernel v2  100 10\nold        1 2\nzero       0 0\n';
  const now = new Map([
    ['same', [105, 12]],
    ['kernel v2', [120, 7]],
    ['new', [1, 2]],
    ['zero', [0, 3]],
  ]);
  assert.equal(beyondMargin(committed, now, ['all', 'inner'], { share: 0.05, few: 2 }), [
    'kernel v2: all 100, now 120 (+20 %)',
    'kernel v2: inner 10, now 7 (-30 %)',
    'new: new',
    'zero: inner 0, now 3',
    'old: gone',
  ]);
  assert.equal(beyondMargin('', new Map([['x', [1]]]), ['all'], { share: 1, few: 1 }), ['x: new']);
});

test.run();
