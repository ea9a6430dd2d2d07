import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Machine, machineForCall } from '../../src/wasm/machine.js';
import { COMMON } from '../../src/wasm/scalar.js';
import { refuses } from '../assert.js';

const test = suite('wasm/machine');

test('regions lie in order, apart from each other, at multiples of 64, and not at 0', () => {
  const sizes = { one: 1, none: 0, line: 64, odd: 65, page: 65_536, last: 100 };
  const machine = new Machine(COMMON, sizes);
  const names = Object.keys(sizes) as (keyof typeof sizes)[];
  assert.equal(Object.keys(machine.at), names);
  let end = 1;
  for (const name of names) {
    assert.is(machine.at[name] % 64, 0, name);
    assert.ok(machine.at[name] >= end, `${name} begins where the one before ends, or later`);
    end = machine.at[name] + sizes[name];
  }
  assert.ok(end <= machine.memory.buffer.byteLength);
});

test('views show the bytes of their region, as long as it is, zero at first', () => {
  const machine = new Machine(COMMON, { before: 10, region: 64, after: 10 });
  for (const [view, bytes] of [
    ['u8', 1],
    ['u16', 2],
    ['u32', 4],
    ['i32', 4],
    ['f32', 4],
  ] as const) {
    const values = machine[view]('region');
    assert.is(values.length, 64 / bytes, view);
    assert.is(values.BYTES_PER_ELEMENT, bytes, view);
    assert.is(values.byteOffset, machine.at.region, view);
    assert.is(values.buffer, machine.memory.buffer, view);
    assert.ok(values.every((value) => value === 0));
  }
  machine.u8('region').set([0, 0, 0x80, 0xbf]);
  assert.is(machine.f32('region')[0], -1, 'lowest byte first');
  assert.is(machine.u32('region')[0], 0xbf800000);
  assert.is(machine.i32('region')[0], 0xbf800000 | 0);
  assert.is(machine.u16('region')[1], 0xbf80);
});

test('a region of a length that is not a multiple of 4 has its whole numbers', () => {
  const machine = new Machine(COMMON, { region: 7 });
  assert.is(machine.u8('region').length, 7);
  assert.is(machine.u16('region').length, 3);
  assert.is(machine.u32('region').length, 1);
});

test('two machines share nothing', () => {
  const [one, two] = [new Machine(COMMON, { x: 64 }), new Machine(COMMON, { x: 64 })];
  one.u8('x').fill(1);
  assert.ok(two.u8('x').every((byte) => byte === 0));
  one.kernels.seedStreams(one.at.x, 1, 1n, 0);
  assert.ok(two.u8('x').every((byte) => byte === 0));
});

test('the memory has a fixed size', () => {
  const machine = new Machine(COMMON, { x: 100_000 });
  assert.is(machine.memory.buffer.byteLength, 2 * 65_536);
  refuses(() => machine.memory.grow(1), RangeError, /./);
});

test('calls use one memory again, with zeros in it; a larger one takes its place, twice as large', () => {
  const first = machineForCall(COMMON, { x: 100_000 });
  first.u8('x').fill(7);
  const second = machineForCall(COMMON, { y: 64, z: 50_000 });
  assert.is(second.memory, first.memory);
  assert.is(second.kernels, first.kernels);
  for (const name of ['y', 'z'] as const) assert.ok(second.u8(name).every((byte) => byte === 0));
  const bytes = second.memory.buffer.byteLength;
  const third = machineForCall(COMMON, { x: bytes });
  assert.ok(third.memory !== first.memory);
  assert.is(third.memory.buffer.byteLength, 2 * bytes);
  assert.is(machineForCall(COMMON, { x: 2 * bytes - 64 }).memory, third.memory);
  const large = machineForCall(COMMON, { x: 2 ** 26 });
  assert.ok(machineForCall(COMMON, { x: 64 }).memory !== large.memory, 'one of more than 64 MiB is not kept');
});

test('more than 4 GiB are refused, with the size', () => {
  const refused = (regions: Record<string, number>, size: string) =>
    refuses(
      () => new Machine(COMMON, regions),
      RangeError,
      `a memory of ${size} GiB is needed, and WebAssembly has less than 4 GiB`,
    );
  refused({ x: 2 ** 32 }, '4.0');
  refused({ x: 2 ** 31, y: 2 ** 31 }, '4.0');
  refused({ x: 2 ** 34 }, '16.0');
  refused({ x: Number.NaN }, 'NaN');
  refused({ x: Number.POSITIVE_INFINITY }, 'Infinity');
});

if (typeof SharedArrayBuffer !== 'undefined') {
  test('a shared machine has a shared memory, and the same kernels', () => {
    const shared = new Machine(COMMON, { stream: 64, out: 160 }, true);
    const plain = new Machine(COMMON, { stream: 64, out: 160 });
    assert.is(shared.memory.buffer.constructor.name, 'SharedArrayBuffer');
    assert.is(plain.memory.buffer.constructor.name, 'ArrayBuffer');
    for (const { kernels, at } of [shared, plain]) {
      kernels.seedStreams(at.stream, 1, 5n, 0);
      kernels.fillRandom(at.stream, at.out, 10);
    }
    assert.equal([...shared.u32('out')], [...plain.u32('out')]);
  });
}

test.run();
