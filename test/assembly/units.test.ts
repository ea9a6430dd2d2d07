import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { padded } from '../../src/rbm/model/panels.js';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { scoresOf } from '../reference/statistics.js';
import { Stream } from '../reference/streams.js';
import * as twin from '../reference/units.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/units');

const UNITS = [1, 5, 7, 13, 19, 20, 21, 40, 43, 61];
const ROWS = [1, 3, 4, 7, 10, 100];

/** Entries a unit in `transposed`: nibbles of four rows. */
const quads = (rows: number) => Math.ceil(rows / 4);

/** Rows `order` of a matrix [.., units]. */
function take(bits: Uint8Array, units: number, order: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(Array.from(order, (row) => [...bits.subarray(row * units, (row + 1) * units)]).flat());
}

for (const units of UNITS) {
  test(`gather: rows of ${units} bits to indices, with and without order and transposed`, () => {
    for (const rows of ROWS) {
      for (const ordered of [false, true]) {
        for (const across of [0, quads(rows), quads(rows) + 3]) {
          const draws = new Draws(units * 1000 + rows * 10 + across);
          const held = rows + 5;
          const bits = draws.bits(held * units, 0.4);
          const order = ordered
            ? draws.permutation(held).subarray(0, rows)
            : Uint32Array.from({ length: rows }, (_, r) => r);
          const stride = Math.ceil(units / 8);
          const groups = padded(units) / 4;
          const fours = quads(rows) * 4;
          const machine = rubbishMachine({
            bits: held * stride,
            order: rows * 4,
            index: fours * groups * 2,
            transposed: padded(units) * across * 2,
            sums: padded(units) * 4,
            guard: 64,
          });
          const { kernels, at } = machine;
          machine.u8('bits').set(twin.packRows(bits, held, units));
          machine.u32('order').set(order);
          const unused = machine.u16('transposed').slice();
          const from = ordered ? at.order : 0;
          const to = across ? at.transposed : 0;
          const allowed = across
            ? ({ index: 'all', transposed: 'all', sums: 'all' } as const)
            : ({ index: 'all' } as const);
          writesOnly(machine, allowed, () => {
            // in two parts, as threads do
            const middle = Math.floor(groups / 2);
            kernels.gather(at.bits, stride, from, rows, at.index, groups, 0, middle, to, across, at.sums);
            kernels.gather(at.bits, stride, from, rows, at.index, groups, middle, groups, to, across, at.sums);
          });
          const batch = take(bits, units, order);
          // rows up to a multiple of four repeat the first
          const expected = new Uint8Array(fours * units);
          for (let r = 0; r < fours; r++) {
            expected.set(batch.subarray((r < rows ? r : 0) * units, ((r < rows ? r : 0) + 1) * units), r * units);
          }
          sameBits(machine.u16('index').slice(), twin.indexOf(expected, fours, units), `index of ${rows} rows`);
          if (!across) continue;
          const columns = unused;
          const nibbles = twin.indexOf(twin.transpose(batch, rows, units), units, rows, quads(rows));
          for (let i = 0; i < padded(units); i++) {
            const entries =
              i < units ? nibbles.subarray(i * quads(rows), (i + 1) * quads(rows)) : new Uint16Array(quads(rows));
            columns.set(entries, i * across);
          }
          sameBits(machine.u16('transposed').slice(), columns, `transposed of ${rows} rows`);
          const sums = new Float32Array(padded(units));
          sums.set(twin.countUnits(batch, rows, units));
          sameBits(machine.f32('sums').slice(), sums, `sums of ${rows} rows`);
        }
      }
    }
  });
}

test('meanUnits: the sigmoid of each input, with a sign; padded rows become zero', () => {
  for (const rows of ROWS) {
    for (const sign of [1, -1]) {
      const fours = quads(rows) * 4;
      const machine = rubbishMachine({ panel: fours * 80, guard: 64 });
      const inputs = new Draws(rows).floats(rows * 20, -100, 100);
      machine.f32('panel').set(inputs);
      writesOnly(machine, { panel: 'all' }, () => machine.kernels.meanUnits(machine.at.panel, rows, sign));
      const expected = new Float32Array(fours * 20);
      expected.set(inputs.map((x) => sign * twin.sigmoid32(x)));
      sameBits(machine.f32('panel').slice(), expected, `${rows} rows`);
    }
  }
});

for (const units of [1, 5, 19, 20, 21, 43]) {
  test(`sampleUnits: ${units} units, probabilities, bits, transposed bits and sums are those of the twin`, () => {
    for (const rows of ROWS) {
      for (const across of [0, quads(rows), quads(rows) + 2]) {
        const draws = new Draws(units * 1000 + rows * 10 + across);
        const inputs = draws.floats(rows * units, -4, 4);
        inputs[0] = -Infinity;
        const panels = padded(units) / 20;
        const groups = padded(units) / 4;
        const fours = quads(rows) * 4;
        const machine = rubbishMachine({
          panel: fours * 80,
          streams: panels * 64,
          scratch: fours * 80,
          index: fours * groups * 2,
          transposed: padded(units) * across * 2,
          sums: padded(units) * 4,
          guard: 64,
        });
        const { kernels, at } = machine;
        const key = streamKey(units, 'units', rows);
        kernels.seedStreams(at.streams, panels, key, 0);
        const streams = Array.from({ length: panels }, (_, p) => new Stream(key, p));
        const expectedMeans = inputs.map(twin.sigmoid32);
        const expected = twin.sampleUnits(expectedMeans, rows, units, streams);

        const means = new Float32Array(rows * units);
        const columns = machine.u16('transposed').slice();
        for (let p = 0; p < panels; p++) {
          // missing units have the input -∞; rows past the end whatever lies there
          const panel = new Float32Array(rows * 20).fill(-Infinity);
          for (let r = 0; r < rows; r++) {
            panel.set(inputs.subarray(r * units + p * 20, r * units + Math.min(units, p * 20 + 20)), r * 20);
          }
          machine.f32('panel').fill(3).set(panel);
          const to = across ? at.transposed + p * 20 * across * 2 : 0;
          const allowed = { panel: 'all', streams: 'all', scratch: 'all', index: 'all' } as const;
          writesOnly(machine, across ? { ...allowed, transposed: 'all', sums: 'all' } : allowed, () => {
            // biome-ignore format: one call
            kernels.sampleUnits(at.panel, rows, at.streams + p * 64, at.scratch, at.index + p * 10, groups, to, across, at.sums + p * 80);
          });
          const values = machine.f32('panel');
          for (let r = 0; r < rows; r++) {
            for (let j = p * 20; j < Math.min(units, p * 20 + 20); j++)
              means[r * units + j] = values[r * 20 + (j % 20)];
          }
          assert.ok(
            values.slice(rows * 20).every((value) => Object.is(value, 0)),
            'padded rows become 0',
          );
        }
        sameBits(means, expectedMeans, 'probabilities');
        assert.is(expected[0], 0, 'an input of -∞ never fires');
        const index = machine.u16('index');
        sameBits(index.slice(0, rows * groups), twin.indexOf(expected, rows, units), 'index');
        assert.ok(
          index.every((entry) => entry % 80 === 0 && entry <= 1200),
          'padded rows hold valid entries',
        );
        if (!across) continue;
        const nibbles = twin.indexOf(twin.transpose(expected, rows, units), units, rows, quads(rows));
        for (let i = 0; i < padded(units); i++) {
          const entries =
            i < units ? nibbles.subarray(i * quads(rows), (i + 1) * quads(rows)) : new Uint16Array(quads(rows));
          columns.set(entries, i * across);
        }
        sameBits(machine.u16('transposed').slice(), columns, 'transposed');
        const sums = new Float32Array(padded(units));
        sums.set(twin.countUnits(expected, rows, units));
        sameBits(machine.f32('sums').slice(), sums, 'sums');
      }
    }
  });
}

test('units fire with their probability, each of the 20 places alone', () => {
  const rows = 20_000;
  const machine = rubbishMachine({
    panel: rows * 80,
    stream: 64,
    scratch: rows * 80,
    index: rows * 10,
    transposed: rows * 10,
    sums: 80,
  });
  const { kernels, at } = machine;
  kernels.seedStreams(at.stream, 1, streamKey(1, 'fire'), 0);
  const scores: number[] = [];
  for (const input of [-7, -2.2, -0.1, 0, 1, 5, 9]) {
    machine.f32('panel').fill(input);
    kernels.sampleUnits(at.panel, rows, at.stream, at.scratch, at.index, 5, at.transposed, rows / 4, at.sums);
    const p = Math.ceil(2 ** 24 * twin.sigmoid32(input)) / 2 ** 24;
    for (const sum of machine.f32('sums')) scores.push((sum - rows * p) / Math.sqrt(rows * p * (1 - p)));
  }
  const all = scoresOf(scores);
  // 140 scores: one above 5 has p = 8e-5 (counts of p = 1.2e-4 are not quite normal: 2e-4), |mean| and |spread| above 4 have 6e-5 each
  assert.ok(all.largest < 5 && Math.abs(all.mean) < 4 && Math.abs(all.spread) < 4, JSON.stringify(all));
});

/** The state of xoshiro128++ one step before. */
function stepBack([a, b, c, d]: number[]): number[] {
  const mixed = (d >>> 11) | (d << 21); // s1 ^ s3 of the state before
  const first = a ^ mixed;
  let second = b ^ c; // = s1 ^ (s1 << 9)
  second ^= second << 9;
  second ^= second << 18;
  return [first, second, b ^ second ^ first, mixed ^ second].map((word) => word >>> 0);
}

test('a unit fires if u < p, and not if u = p: every place of a panel', () => {
  const machine = rubbishMachine({ panel: 320, stream: 64, scratch: 320, index: 40 });
  const { kernels, at } = machine;
  for (let unit = 0; unit < 20; unit++) {
    for (let row = 0; row < 4; row++) {
      for (const [number, expected] of [
        [0x80000000, 0],
        [0x7fffffff, 1],
      ]) {
        kernels.seedStreams(at.stream, 1, 1n, 0);
        // the state whose next output is `number`, and so many steps before it as there are fours before this unit's
        let state = [number, 1, 2, -number >>> 0];
        for (let back = 4 * (unit >> 2) + row; back > 0; back--) state = stepBack(state);
        state.forEach((word, w) => {
          machine.u32('stream')[4 * w + (unit & 3)] = word;
        });
        machine.f32('panel').fill(0); // p = 1/2
        kernels.sampleUnits(at.panel, 4, at.stream, at.scratch, at.index, 5, 0, 0, 0);
        assert.is(machine.u32('scratch')[4 * (4 * (unit >> 2) + row) + (unit & 3)], number);
        const entry = machine.u16('index')[5 * row + (unit >> 2)];
        assert.is(((entry / 80) >> (unit & 3)) & 1, expected, `unit ${unit} of row ${row}`);
      }
    }
  }
});

test('packIndex: indices back to rows of bits, of any width', () => {
  for (const units of UNITS) {
    for (const rows of ROWS) {
      const bits = new Draws(units * 1000 + rows).bits(rows * units);
      const groups = padded(units) / 4;
      const stride = Math.ceil(units / 8);
      const machine = rubbishMachine({ index: rows * groups * 2, bits: rows * stride, guard: 64 });
      const { kernels, at } = machine;
      machine.u16('index').set(twin.indexOf(bits, rows, units));
      writesOnly(machine, { bits: 'all' }, () => kernels.packIndex(at.index, rows, groups, at.bits, stride));
      sameBits(machine.u8('bits').slice(), twin.packRows(bits, rows, units), `${rows} rows of ${units} bits`);
    }
  }
});

test.run();
