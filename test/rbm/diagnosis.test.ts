/** Machines whose chains mix, and machines whose chains do not; units that say nothing; singular values that are known beforehand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chainAutocorrelation, equilibriumCheck, hiddenUnits } from '../../src/rbm/diagnosis/hiddenUnits.js';
import { singularValues } from '../../src/rbm/diagnosis/singularValues.js';
import { gaussianLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { bitRows, randomParameters, randomRows } from '../physics/enumeration.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/diagnosis');

const plain = new Rbm(randomParameters(10, 4, 1, 0.5));
/** Ten spins that one hidden spin holds together: it flips about once in (cosh J)^10 e^{...} steps. */
const magnet = (coupling: number) =>
  new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(10)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: new Float32Array(10).fill(coupling),
  });

test('a machine that mixes is equilibrated, by every seed, with scores that are N(0, 1)', () => {
  const data = plain.gibbs(randomRows(300, 10, 2), { steps: 100, seed: 1 }).visible;
  const scores: number[] = [];
  const memories: number[] = [];
  for (let seed = 0; seed < 60; seed++) {
    const { verdict, largest, memory, series, steps } = equilibriumCheck(plain, data, { chains: 200, steps: 32, seed });
    assert.is(verdict, 'equilibrated', `seed ${seed}: ${largest}`);
    assert.equal(steps, [1, 2, 4, 8, 16, 32]);
    memories.push(memory.z);
    for (const { drift, gap, random } of series) {
      assert.is(random.length, 6);
      scores.push(drift.z, gap.z);
    }
  }
  const squares = scores.reduce((sum, z) => sum + z * z, 0) / scores.length;
  // 360 scores, of which those of one seed are correlated: as if about 120 were independent, 5 errors of √(2/120)
  assert.ok(Math.abs(squares - 1) < 0.65, `mean square ${squares}`);
  const own = memories.reduce((sum, z) => sum + z * z, 0) / memories.length;
  assert.ok(Math.abs(own - 1) < 5 * Math.sqrt(2 / 60), `of memory ${own}`);
});

test('chains that do not cross between equal modes are stuck, though all means agree', () => {
  const modes = Array.from({ length: 50 }, (_, r) => new Uint8Array(10).fill(r % 2));
  const { verdict, memory, series } = equilibriumCheck(magnet(3), bitRows(modes), { chains: 300, steps: 64 });
  assert.is(verdict, 'stuck');
  assert.ok(memory.value > 0.9 && memory.z > 4, JSON.stringify(memory));
  assert.ok(series.every(({ gap, drift }) => Math.abs(gap.z) < 4 && Math.abs(drift.z) < 4));
});

test('chains that cannot get from one state to the other are told from those of the data, and slow ones drift', () => {
  const up = bitRows(Array.from({ length: 50 }, () => new Uint8Array(10).fill(1)));
  const stuck = equilibriumCheck(magnet(3), up, { chains: 300, steps: 64 });
  assert.is(stuck.verdict, 'apart');
  const [, m, square] = stuck.series;
  assert.ok(m.gap.value < -0.8 && m.gap.z < -4, JSON.stringify(m.gap));
  assert.ok(Math.abs(square.gap.z) < 4 && Math.abs(m.drift.z) < 4);
  const persistent = randomRows(300, 10, 4);
  const both = equilibriumCheck(magnet(3), persistent, { chains: 300, steps: 64, persistent: up });
  assert.is(both.verdict, 'apart');
  assert.ok(Math.abs(both.series[1].gap.z) < 4 && (both.series[1].persistentGap?.z ?? 0) < -4);

  // a field that prefers up, and a coupling that lets chains cross rarely
  const slow = new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(10).fill(0.3)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: new Float32Array(10).fill(1.1),
  });
  const drifting = equilibriumCheck(slow, up, { chains: 400, steps: 64 });
  assert.is(drifting.verdict, 'drifting', JSON.stringify(drifting.series[1]));
  assert.ok(drifting.series[1].drift.value > 0);
  // data that the model does not describe are a misfit, not a lack of equilibrium
  const other = equilibriumCheck(plain, up, { chains: 300, steps: 64 });
  assert.is(other.verdict, 'equilibrated');
  assert.ok(other.series[1].misfit.z > 4);
});

test('τ of a chain of two states is what its probability of a flip says', () => {
  // one visible, one hidden spin: v keeps its sign with probability (1 + tanh² J)/2, so ρ(t) = tanh^{2t} J
  const rbm = new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(1)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: Float32Array.of(0.9),
  });
  const rho = Math.tanh(0.9) ** 2;
  const exact = 0.5 + rho / (1 - rho);
  const { magnetisation, freeEnergy } = chainAutocorrelation(rbm, randomRows(100, 1, 1), { count: 400, burnIn: 20 });
  // 40,000 entries: τ within 5 of its errors, about τ √(4 W/n)
  assert.ok(Math.abs((magnetisation.tau ?? 0) - exact) < 0.1, `${magnetisation.tau}, exact ${exact}`);
  assert.ok(Math.abs(magnetisation.mean) < 4 * magnetisation.error);
  assert.is(freeEnergy.error, 0);
  const thinned = chainAutocorrelation(rbm, randomRows(100, 1, 1), { count: 400, every: 3, burnIn: 20 });
  const rare = 0.5 + rho ** 3 / (1 - rho ** 3);
  assert.ok(Math.abs((thinned.magnetisation.tau ?? 0) - rare) < 0.1, `${thinned.magnetisation.tau}, exact ${rare}`);
});

test('units that are the same for every row are named', () => {
  const weights = new Float32Array(10 * 4);
  for (let i = 0; i < 10; i++) weights[i * 4 + 3] = i % 2 ? 2 : -2;
  const rbm = new Rbm({
    visible: 10,
    hidden: 4,
    weights,
    visibleBias: new Float32Array(10),
    hiddenBias: Float32Array.of(-9, 9, 0.2, 0),
  });
  const found = hiddenUnits(rbm, randomRows(100, 10, 3));
  assert.equal(
    found.map(({ state }) => state),
    ['off', 'on', 'constant', 'alive'],
  );
  assert.ok(Math.abs(found[2].mean - 1 / (1 + Math.exp(-0.2))) < 1e-6);
  assert.is(found[3].norm, Math.sqrt(40));
  assert.ok(found[3].least < 0.1 && found[3].most > 0.9);
});

test('singular values are those that a matrix was made of', () => {
  const draw = normal(xoshiro128(seedWords(8)));
  /** A reflection I - 2uuᵀ/|u|² applied to the rows of a matrix [n][…]. */
  const reflected = (matrix: number[][]): number[][] => {
    const u = matrix.map(() => draw());
    const norm = u.reduce((sum, x) => sum + x * x, 0);
    return matrix.map((row, i) =>
      row.map((value, k) => value - (2 * u[i] * matrix.reduce((sum, other, j) => sum + u[j] * other[k], 0)) / norm),
    );
  };
  const transposed = (matrix: number[][]) => matrix[0].map((_, k) => matrix.map((row) => row[k]));
  for (const [rows, columns, values] of [
    [7, 4, [5, 2, 1, 0.001]],
    [4, 7, [5, 5, 5, 1e-3]],
    [6, 6, [3, 2, 1, 0, 0, 0]],
    [1, 3, [2]],
    [20, 15, Array.from({ length: 15 }, (_, k) => 2 ** -k)],
  ] as const) {
    let matrix = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (__, k) => (i === k ? values[i] : 0)),
    );
    for (let k = 0; k < 3; k++) matrix = transposed(reflected(transposed(reflected(matrix))));
    const found = singularValues(Float64Array.from(matrix.flat()), rows, columns);
    assert.is(found.length, Math.min(rows, columns));
    [...values]
      .sort((a, b) => b - a)
      .forEach((value, k) => {
        assert.ok(Math.abs(found[k] - value) < 1e-13 * values[0] * 10, `${rows}×${columns}: ${found[k]}, ${value}`);
      });
  }
  assert.equal(singularValues(new Float32Array(6), 2, 3), new Float64Array(2));
  const { weights } = plain;
  const squares = singularValues(weights, 10, 4).reduce((sum, s) => sum + s * s, 0);
  assert.ok(Math.abs(squares / weights.reduce((sum, w) => sum + w * w, 0) - 1) < 1e-12);
  refuses(() => singularValues(weights, 10, 5), RangeError, '"matrix" expected length 50, got 40');
  refuses(
    () => singularValues(Float32Array.of(1, Number.NaN), 1, 2),
    RangeError,
    '"matrix[1]" expected finite number, got NaN',
  );
});

test('what is no such machine or no such rows is refused by name', () => {
  const rows = randomRows(5, 10, 1);
  refuses(
    () => equilibriumCheck(plain, randomRows(5, 9, 1)),
    RangeError,
    /^"data" expected at least one row of 10 bits, got 5 of 9$/,
  );
  refuses(() => equilibriumCheck(plain, new BitRows(0, 10)), RangeError, /^"data"/);
  refuses(() => equilibriumCheck(plain, rows, { persistent: randomRows(5, 9, 1) }), RangeError, /^"persistent"/);
  refuses(() => equilibriumCheck(plain, rows, { chains: 1 }), RangeError, /^"chains"/);
  refuses(() => equilibriumCheck(plain, rows, { steps: 1 }), RangeError, /^"steps"/);
  const real = new Rbm<States, States>({
    visibleLayer: gaussianLayer(new Float32Array(10)),
    hiddenLayer: gaussianLayer(new Float32Array(4)),
    weights: new Float32Array(40),
  });
  refuses(
    () => equilibriumCheck(real as never, rows),
    RangeError,
    /^"rbm" expected visible units of two values, got "gaussian"$/,
  );
  refuses(() => hiddenUnits(real as never, rows), RangeError, /^"rbm" expected hidden units of two values/);
  refuses(() => chainAutocorrelation(plain, new BitRows(0, 10)), RangeError, /^"start" expected at least one row/);
});

test.run();
