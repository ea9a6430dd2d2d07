/** What layers know: block spins, single sites, noise. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockMatch, farInformation, longWaveShare } from '../../src/fields/index.js';
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
  assert.equal([...blockMatch(data, new BitRows(1200, 4), 2).correlations], [0, 0, 0, 0]);
});

test('the best block of a block spin is its own; of a coin it is noise', () => {
  const { correlations: own, sites } = blockMatch(data, blocks, 2);
  assert.is(own.length, 64);
  assert.equal(
    [...sites],
    Array.from({ length: 64 }, (_, k) => 32 * Math.floor(k / 8) + 2 * (k % 8)),
  );
  // ties, some 13 % of the blocks, are random bits here and count as 0 there
  assert.ok(Math.min(...own) > 0.9 && Math.max(...own) < 1, `${Math.min(...own)} ${Math.max(...own)}`);
  const { correlations: odd } = blockMatch(data, coarseGrain(data, { rule: 'decimation', factor: 2 }), 1);
  near(Math.min(...odd), 1, 1e-9, 'single sites');
  const { correlations: noise } = blockMatch(data, coins, 2);
  assert.ok(Math.max(...noise) < 0.16, String(Math.max(...noise)));
});

/** Mutual information of the first bit and the far magnetisation, over all configurations of the 4×4 Ising model. */
function exactFarInformation(coupling: number, bitOf: (spins: readonly number[]) => number, far: readonly number[]) {
  const joint = new Map<string, number>();
  let total = 0;
  for (let state = 0; state < 2 ** 16; state++) {
    const s = Array.from({ length: 16 }, (_, i) => 2 * ((state >> i) & 1) - 1);
    const bonds = s.reduce((sum, x, i) => sum + x * (s[i - (i % 4) + ((i + 1) % 4)] + s[(i + 4) % 16]), 0);
    const weight = Math.exp(coupling * bonds);
    const key = `${bitOf(s)} ${far.reduce((sum, i) => sum + s[i], 0)}`;
    joint.set(key, (joint.get(key) ?? 0) + weight);
    total += weight;
  }
  const part = (index: number, value: string) =>
    [...joint].reduce((sum, [key, weight]) => sum + (key.split(' ')[index] === value ? weight : 0), 0) / total;
  return [...joint].reduce((sum, [key, weight]) => {
    const [bit, m] = key.split(' ');
    return sum + (weight / total) * Math.log2(weight / total / (part(0, bit) * part(1, m)));
  }, 0);
}

test('bits about far spins: those of all configurations, a little less for fewer classes', () => {
  const small = new Ising({ lattice: square(4), coupling: 0.4, seed: 9 }).sample(100_000);
  // one site, and the sites outside of the square of 2×2 about a corner of it
  const far = Array.from({ length: 16 }, (_, i) => i).filter((i) => i >= 8 || i % 4 >= 2);
  const exact = exactFarInformation(0.4, (s) => s[0], far);
  const [found] = farInformation(small, taken(small, [0]), [[0.5, 0.5]]);
  assert.ok(found > 0.9 * exact && found < exact + 0.004, `${found}, exact ${exact}`);
  // a unit that is turned over tells as much
  const [turned] = farInformation(
    small,
    taken(small, [0], () => true),
    [[0.5, 0.5]],
  );
  near(turned, found, 1e-12, 'turned over');
});

test('blocks tell of far spins, more of them the larger they are; coins and constants tell nothing', () => {
  const centres = (side: number) =>
    Array.from({ length: side * side }, (_, k) => {
      const b = 16 / side;
      return [b * Math.floor(k / side) + (b - 1) / 2, b * (k % side) + (b - 1) / 2] as const;
    });
  const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const [sites, two, four, none] = [
    mean(farInformation(data, data, centres(16))),
    mean(farInformation(data, blocks, centres(8))),
    mean(farInformation(data, majorityRule({ factor: 4 }).apply(data, { seed: 3 }), centres(4))),
    mean(farInformation(data, coins, centres(8))),
  ];
  assert.ok(sites > 0.1 && two > sites + 0.02 && four > two + 0.02, `${sites} ${two} ${four}`);
  assert.ok(Math.abs(none) < 0.0015, String(none));
  assert.equal([...farInformation(data, new BitRows(1200, 2), centres(8).slice(0, 2))], [0, 0]);
});

test('wrong arguments are refused by name', () => {
  assert.throws(() => longWaveShare(data, new BitRows(7, 4)), /^"layer" expected 1200 rows/);
  assert.throws(() => longWaveShare(data.slice(0, 50), new BitRows(50, 4)), /^"data.count"/);
  assert.throws(() => blockMatch(data, blocks, 17), /^"b"/);
  assert.throws(() => farInformation(data, blocks, [[0, 0]]), /^"centres" expected 64/);
  assert.throws(() => farInformation(data, new BitRows(7, 4), []), /^"layer" expected 1200 rows/);
  assert.throws(() => blockMatch(new ClippedGaussian({ data }) as unknown as SpinData, blocks, 2), /^"data"/);
});

test.run();
