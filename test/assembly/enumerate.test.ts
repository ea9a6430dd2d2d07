/** The enumeration kernels against their twin in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ENUMERATE_SCRATCH } from '../../src/wasm/kernels.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import * as twin from '../reference/enumerate.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/enumerate');

function prepare(sites: number, terms: number, seed: number, strength = 1) {
  const draws = new Draws(seed);
  const masks = Uint32Array.from({ length: terms }, () => draws.integer(0, 2 ** sites - 1));
  const couplings = Float64Array.from({ length: terms }, () => draws.uniform(-strength, strength));
  const machine = rubbishMachine({
    masks: masks.byteLength,
    couplings: couplings.byteLength,
    scratch: ENUMERATE_SCRATCH,
    sums: 64,
    part: 64,
    guard: 64,
  });
  machine.u32('masks').set(masks);
  machine.f64('couplings').set(couplings);
  machine.u8('sums').fill(0);
  return { machine, masks, couplings };
}

test('sums of blocks are the twin’s, in one call and in many', () => {
  for (const [sites, low, terms, strength] of [
    [1, 1, 2, 1],
    [2, 1, 5, 1],
    [3, 3, 9, 1],
    [6, 2, 0, 1],
    [7, 4, 30, 1],
    [10, 10, 200, 1],
    [12, 10, 60, 1],
    [9, 5, 20, 1e3],
    [9, 5, 20, 1e100],
  ]) {
    const { machine, masks, couplings } = prepare(sites, terms, sites + low, strength);
    const { kernels, at } = machine;
    const blocks = 2 ** (sites - low);
    const expected = twin.enumerateStates(masks, couplings, sites, low, 0, blocks, new Float64Array(8));
    const what = `${sites} sites, blocks of 2^${low}, |K| <= ${strength}`;
    writesOnly(machine, { scratch: 'all', sums: 'all' }, () => {
      kernels.enumerateStates(at.masks, at.couplings, terms, sites, low, 0, blocks, at.scratch, at.sums);
    });
    sameBits(machine.f64('sums').slice(), expected, what);
    assert.ok(
      expected.every((value) => Number.isFinite(value)),
      what,
    );

    machine.f64('sums').fill(0);
    for (let first = 0; first < blocks; first++) {
      kernels.enumerateStates(at.masks, at.couplings, terms, sites, low, first, 1, at.scratch, at.sums);
    }
    sameBits(machine.f64('sums').slice(), expected, `${what}, block by block`);
  }
});

test('mergeSums is the twin’s, whichever reference is higher', () => {
  const { machine } = prepare(4, 3, 1);
  const { kernels, at } = machine;
  const a = Float64Array.of(3.5, 2, 1, 4, -0.5, 3, 9, 80);
  for (const reference of [3.5, 3.6, -700, 900, 1e100, -1e100]) {
    const b = Float64Array.of(reference, 1, 0.3, 0.2, 0.1, 2, 5, 30);
    for (const [first, second] of [
      [a, b],
      [b, a],
      [new Float64Array(8), a],
    ]) {
      machine.f64('sums').set(first);
      machine.f64('part').set(second);
      writesOnly(machine, { sums: 'all', part: 'all' }, () => kernels.mergeSums(at.sums, at.part));
      sameBits(machine.f64('sums').slice(), twin.mergedSums(first, second), `reference ${reference}`);
    }
  }
});

test('the transform is its definition', () => {
  const a = Float64Array.from({ length: 64 }, (_, k) => ((k * 37) % 11) - 5);
  const parity = (x: number): number => (x === 0 ? 0 : (x & 1) ^ parity(x >> 1));
  const expected = a.map((_, j) => a.reduce((sum, value, k) => sum + (parity(j & k) ? -value : value), 0));
  const transformed = a.slice();
  twin.walshHadamard(transformed);
  assert.equal([...transformed], [...expected]);
});

test.run();
