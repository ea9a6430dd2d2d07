import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Machine } from '../../src/wasm/machine.js';
import { COMMON } from '../../src/wasm/scalar.js';

const test = suite('wasm/machine in Node');

// In Node only: a page may not have so many addresses left. Pages of memory that nobody touches cost nothing.
test('regions of 2 GiB and more have views, and kernels reach what lies behind them', () => {
  const machine = new Machine(COMMON, { large: 2 ** 31 + 64, stream: 64, out: 64 });
  assert.is(machine.u8('large').length, 2 ** 31 + 64);
  assert.is(machine.u16('large').length, 2 ** 30 + 32);
  for (const view of ['u32', 'i32', 'f32'] as const) assert.is(machine[view]('large').length, 2 ** 29 + 16, view);
  const small = new Machine(COMMON, { stream: 64, out: 64 });
  for (const { kernels, at } of [machine, small]) {
    kernels.seedStreams(at.stream, 1, 5n, 0);
    kernels.fillRandom(at.stream, at.out, 4);
  }
  assert.equal([...machine.u32('out')], [...small.u32('out')]);
});

test.run();
