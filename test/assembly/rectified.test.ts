import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sameBits } from '../reference/compare.js';
import { rectifiedNormals } from '../reference/rectified.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/rectified');

test('rectified normals are the twin’s, to the last bit, on both sides of the change of method', () => {
  const means = Float64Array.from(
    { length: 2001 },
    (_, k) => [-1e6, -30, -0.4, -0.39999, 0, 50][k % 6] + (k % 7) / 3 - 1,
  );
  const machine = rubbishMachine({
    stream: 64,
    scratch: 16,
    means: means.byteLength,
    out: means.length * 4,
    guard: 64,
  });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, 77n, 5);
  machine.f64('means').set(means);
  writesOnly(machine, { stream: 'all', scratch: 'all', out: means.length * 4 }, () =>
    kernels.rectifiedNormals(at.stream, at.scratch, at.means, at.out, means.length),
  );
  const twin = new Stream(77n, 5);
  sameBits(machine.f32('out').slice(0, means.length), rectifiedNormals(twin, means), 'numbers');
  assert.ok(machine.f32('out').every((x) => x >= 0));
  // and the stream goes on where the twin's does
  kernels.fillRandom(at.stream, at.scratch, 1);
  assert.equal([...machine.u32('scratch').slice(0, 4)], twin.next());
});

test('means whose squares are no numbers end too, at the edge', () => {
  const machine = rubbishMachine({ stream: 64, scratch: 16, means: 40, out: 20, guard: 64 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, 77n, 5);
  const means = Float64Array.of(-1e99, -1e101, -1e160, -1.7e308, 1e300);
  machine.f64('means').set(means);
  kernels.rectifiedNormals(at.stream, at.scratch, at.means, at.out, 5);
  sameBits(machine.f32('out').slice(), rectifiedNormals(new Stream(77n, 5), means), 'numbers');
  assert.equal([...machine.f32('out')], [0, 0, 0, 0, Infinity]);
});

test('of means that are not finite no number is sought in vain: NaN', () => {
  const machine = rubbishMachine({ stream: 64, scratch: 16, means: 32, out: 16, guard: 64 });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, 77n, 5);
  const means = Float64Array.of(Number.NaN, Infinity, -Infinity, 1);
  machine.f64('means').set(means);
  kernels.rectifiedNormals(at.stream, at.scratch, at.means, at.out, 4);
  sameBits(machine.f32('out').slice(), rectifiedNormals(new Stream(77n, 5), means), 'numbers');
  assert.equal([...machine.f32('out')].map(Number.isNaN), [true, true, true, false]);
});

test.run();
