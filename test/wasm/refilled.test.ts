import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RefilledMachine } from '../../src/wasm/machine.js';
import { COMMON } from '../../src/wasm/scalar.js';

const test = suite('wasm/refilled');

const made = (value: number, length = 4) =>
  new RefilledMachine(
    COMMON,
    { numbers: length * 4, doubles: 16, out: 64 },
    { numbers: new Float32Array(length).fill(value), doubles: Float64Array.of(value, -value) },
  );

test('contents at the beginning of their regions, zeros elsewhere', () => {
  const machine = new RefilledMachine(
    COMMON,
    { before: 8, numbers: 64, after: 8 },
    { numbers: Float32Array.of(1, 2, 3) },
  ).get();
  assert.equal([...machine.f32('numbers').subarray(0, 5)], [1, 2, 3, 0, 0]);
  assert.ok([...machine.u8('before'), ...machine.u8('after')].every((byte) => byte === 0));
});

test('one that was used lately is as its last call left it', () => {
  const machine = made(5);
  machine.get().u8('out').fill(7);
  made(6).get();
  assert.ok(
    machine
      .get()
      .u8('out')
      .every((byte) => byte === 7),
  );
});

test('any number of them lies in a few memories, and each has its own contents whenever it is used', () => {
  const machines = Array.from({ length: 40 }, (_, k) => made(k, 1 + k * 100));
  const memories = new Set<WebAssembly.Memory>();
  for (let round = 0; round < 3; round++) {
    for (const k of round === 1 ? [...machines.keys()].reverse() : machines.keys()) {
      const machine = machines[k].get();
      if (round > 0) memories.add(machine.memory);
      assert.ok(machine.f32('numbers').every((value) => value === k));
      assert.equal([...machine.f64('doubles')], [k, -k]);
      assert.ok(
        machine.u8('out').every((byte) => byte === 0 || byte === k + 1),
        'nothing is left of another',
      );
      machine.u8('out').fill(k + 1);
    }
  }
  assert.ok(memories.size <= 16, `${memories.size} memories`);
});

test('a large one keeps its memory', () => {
  const large = made(3, 2 ** 21);
  const { memory } = large.get();
  for (let k = 0; k < 20; k++) made(k).get();
  assert.is(large.get().memory, memory);
  assert.ok(large.get().f32('numbers')[2 ** 21 - 1] === 3);
});

test.run();
