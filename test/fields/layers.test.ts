/** What layers know: block spins, single sites, noise. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockMatch, longWaveShare } from '../../src/fields/index.js';
import { ClippedGaussian, Ising, type SpinData, square } from '../../src/ising/index.js';
import { coarseGrain, majorityRule } from '../../src/rg/index.js';
import { BitRows } from '../../src/util/bits.js';
import { generator, shuffled } from '../../src/wasm/draws.js';
import { near } from '../assert.js';

const test = suite('fields/layers');
const data = new Ising({ lattice: square(16), coupling: 0.4406868, seed: 5 }).sample(1200);
const blocks = majorityRule({ factor: 2 }).apply(data, { seed: 3 });
const coins = new Ising({ lattice: square(8), coupling: 0, seed: 6 }).sample(1200);

/** Rows of chosen units, some of them turned over. */
function taken(rows: BitRows, units: readonly number[], turned: (k: number) => boolean = () => false): BitRows {
  const out = new BitRows(rows.count, units.length);
  for (let row = 0; row < rows.count; row++) {
    units.forEach((unit, k) => {
      if ((rows.bit(row, unit) === 1) !== turned(k)) out.bytes[row * out.stride + (k >> 3)] |= 1 << (k & 7);
    });
  }
  return out;
}

test('block spins hold the long waves, in any order and with any signs; coin tosses hold nothing', () => {
  const own = longWaveShare(data, blocks);
  assert.ok(own.magnetisation > 0.85 && own.magnetisation < 0.97, String(own.magnetisation));
  assert.ok(own.energy > 0.3 && own.energy < 1, String(own.energy));
  const order = shuffled([...Array(64).keys()], generator(1, 'order'));
  const other = longWaveShare(
    data,
    taken(blocks, order, (k) => k % 3 === 0),
  );
  near(other.magnetisation, own.magnetisation, 1e-9, 'magnetisation');
  near(other.energy, own.energy, 1e-9, 'energy');
  const none = longWaveShare(data, coins);
  assert.ok(none.magnetisation < 0.05 && none.energy < 0.05, JSON.stringify(none));
  // the spins themselves hold all of the magnetisation, being linear in them
  near(longWaveShare(data, data).magnetisation, 1, 1e-4, 'of the spins');
  // fewer blocks hold less
  const fewer = longWaveShare(data, coarseGrain(blocks, { rule: 'majority', factor: 2, seed: 4 }));
  assert.ok(fewer.magnetisation < own.magnetisation && fewer.energy < own.energy, JSON.stringify(fewer));
});

test('units that never change tell nothing', () => {
  assert.equal(longWaveShare(data, new BitRows(1200, 4)), { magnetisation: 0, energy: 0 });
  assert.equal([...blockMatch(data, new BitRows(1200, 4), 2)], [0, 0, 0, 0]);
});

test('the best block of a block spin is its own; of a coin it is noise', () => {
  const own = blockMatch(data, blocks, 2);
  assert.is(own.length, 64);
  // ties, some 13 % of the blocks, are random bits here and count as 0 there
  assert.ok(Math.min(...own) > 0.9 && Math.max(...own) < 1, `${Math.min(...own)} ${Math.max(...own)}`);
  const odd = blockMatch(data, coarseGrain(data, { rule: 'decimation', factor: 2 }), 1);
  near(Math.min(...odd), 1, 1e-9, 'single sites');
  const noise = blockMatch(data, coins, 2);
  assert.ok(Math.max(...noise) < 0.16, String(Math.max(...noise)));
});

test('wrong arguments are refused by name', () => {
  assert.throws(() => longWaveShare(data, new BitRows(7, 4)), /^"layer" expected 1200 rows/);
  assert.throws(() => longWaveShare(data.slice(0, 50), new BitRows(50, 4)), /^"data.count"/);
  assert.throws(() => blockMatch(data, blocks, 17), /^"b"/);
  assert.throws(() => blockMatch(new ClippedGaussian({ data }) as unknown as SpinData, blocks, 2), /^"data"/);
});

test.run();
