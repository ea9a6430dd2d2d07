/** The RBM as a value: each function against plain sums in float64, by enumeration where there is something to sum over. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Rbm, type RbmParameters } from '../../src/rbm/model/rbm.js';
import type { BitRows } from '../../src/util/bits.js';
import { allClose, refuses } from '../assert.js';
import {
  allStates,
  bitRows,
  downInputs,
  logSumExp,
  randomParameters,
  randomRows,
  rbmEnergy,
  rbmFreeEnergy,
  sigmoid,
  unitsOf,
  upInputs,
} from '../physics/enumeration.js';
import { chiSquareTail, standardNormal } from '../physics/statistics.js';

const test = suite('rbm/rbm');

const asFloats = (rows: BitRows) =>
  Float32Array.from({ length: rows.count * rows.width }, (_, k) =>
    rows.bit(Math.floor(k / rows.width), k % rows.width),
  );

const each = <T>(rows: BitRows, value: (row: Uint8Array) => Iterable<T>): T[] =>
  Array.from({ length: rows.count }, (_, r) => [...value(rows.row(r))]).flat();

/** Sizes that are below, at and past the panels of 20 and the chunks of 200 rows. */
const SIZES: [visible: number, hidden: number, rows: number][] = [
  [1, 1, 1],
  [3, 2, 5],
  [20, 20, 4],
  [21, 41, 199],
  [40, 19, 200],
  [83, 45, 403],
];

test('energy, free energy, inputs and means are the plain sums, on odd sizes too', () => {
  SIZES.forEach(([visible, hidden, rows], k) => {
    const rbm = new Rbm(randomParameters(visible, hidden, k, 0.7));
    const v = randomRows(rows, visible, 100 + k);
    const h = randomRows(rows, hidden, 200 + k);
    const name = `${visible} × ${hidden}`;
    // float32 sums of up to 84 numbers: a few 1e-6
    allClose(
      rbm.hiddenInputs(v),
      each(v, (row) => upInputs(rbm, row)),
      1e-5,
      `hiddenInputs ${name}`,
    );
    allClose(
      rbm.meanHidden(v),
      each(v, (row) => upInputs(rbm, row).map(sigmoid)),
      3e-6,
      `meanHidden ${name}`,
    );
    allClose(
      rbm.meanVisible(h),
      each(h, (row) => downInputs(rbm, row).map(sigmoid)),
      3e-6,
      `meanVisible ${name}`,
    );
    const energies = Float64Array.from({ length: rows }, (_, r) => rbmEnergy(rbm, v.row(r), h.row(r)));
    allClose(rbm.energy(v, h), energies, 2e-5, `energy ${name}`);
    const free = each(v, (row) => {
      const visiblePart = row.reduce((sum, bit, i) => sum - bit * rbm.visibleBias[i], 0);
      return [upInputs(rbm, row).reduce((sum, x) => sum - Math.log1p(Math.exp(x)), visiblePart)];
    });
    allClose(rbm.freeEnergy(v), free, 2e-5, `freeEnergy ${name}`);
  });
});

test('F(v) = -log Σ_h e^{-E(v,h)}, for every v', () => {
  for (const [visible, hidden, deviation] of [
    [7, 5, 1],
    [5, 7, 3],
    [1, 1, 0.1],
    [2, 9, 2],
  ]) {
    const rbm = new Rbm(randomParameters(visible, hidden, visible, deviation));
    const v = allStates(visible);
    const expected = each(v, (row) => [rbmFreeEnergy(rbm, row)]);
    allClose(rbm.freeEnergy(v), expected, 1e-5, `${visible} × ${hidden}`);

    // and by its own energies
    const h = allStates(hidden);
    for (let r = 0; r < v.count; r++) {
      const repeated = bitRows(
        Array.from({ length: h.count }, () => v.row(r)),
        visible,
      );
      const sum = -logSumExp(rbm.energy(repeated, h).map((e) => -e));
      allClose([sum], [expected[r]], 1e-5, `energies of v = ${r}`);
    }
  }
});

test('p(h|v) and p(v|h) are those of the joint distribution', () => {
  const parameters = randomParameters(4, 3, 6, 1.5);
  const rbm = new Rbm(parameters);
  const joint = (v: number, h: number) => Math.exp(-rbmEnergy(parameters, unitsOf(v, 4), unitsOf(h, 3)));
  const expectedHidden: number[] = [];
  for (let v = 0; v < 16; v++) {
    for (let j = 0; j < 3; j++) {
      const sums = [0, 0];
      for (let h = 0; h < 8; h++) sums[(h >> j) & 1] += joint(v, h);
      expectedHidden.push(sums[1] / (sums[0] + sums[1]));
    }
  }
  allClose(rbm.meanHidden(allStates(4)), expectedHidden, 1e-6, 'p(h|v)');
  const expectedVisible: number[] = [];
  for (let h = 0; h < 8; h++) {
    for (let i = 0; i < 4; i++) {
      const sums = [0, 0];
      for (let v = 0; v < 16; v++) sums[(v >> i) & 1] += joint(v, h);
      expectedVisible.push(sums[1] / (sums[0] + sums[1]));
    }
  }
  allClose(rbm.meanVisible(allStates(3)), expectedVisible, 1e-6, 'p(v|h)');
});

test('bits and the same bits as means give the same', () => {
  SIZES.forEach(([visible, hidden, rows], k) => {
    const rbm = new Rbm(randomParameters(visible, hidden, 10 + k, 0.5));
    const v = randomRows(rows, visible, k);
    const h = randomRows(rows, hidden, 50 + k);
    allClose(rbm.meanHidden(asFloats(v)), rbm.meanHidden(v), 3e-6, 'meanHidden');
    allClose(rbm.meanVisible(asFloats(h)), rbm.meanVisible(h), 3e-6, 'meanVisible');
  });
});

test('means between 0 and 1 enter linearly', () => {
  const rbm = new Rbm(randomParameters(9, 6, 3));
  const v = Float32Array.from({ length: 18 }, (_, k) => (k % 7) / 7);
  const h = Float32Array.from({ length: 12 }, (_, k) => (k % 5) / 5);
  const up = [0, 1].flatMap((r) => [...upInputs(rbm, v.subarray(9 * r, 9 * r + 9)).map(sigmoid)]);
  const down = [0, 1].flatMap((r) => [...downInputs(rbm, h.subarray(6 * r, 6 * r + 6)).map(sigmoid)]);
  allClose(rbm.meanHidden(v), up, 1e-6, 'up');
  allClose(rbm.meanVisible(h), down, 1e-6, 'down');
});

test('large inputs: probabilities stay in [0, 1], the free energy stays finite', () => {
  const rbm = new Rbm({
    visible: 2,
    hidden: 3,
    weights: Float32Array.of(1e4, -1e4, 0, 1e4, -1e4, 1e30),
    visibleBias: Float32Array.of(0, 1e5),
    hiddenBias: Float32Array.of(0, 0, 200),
  });
  const v = bitRows([[1, 1]]);
  assert.equal([...rbm.meanHidden(v)], [1, 0, 1]);
  const [free] = rbm.freeEnergy(v);
  assert.ok(Number.isFinite(free) && free < -9e29);
});

/** v five times over, row r is vector r mod 5: 3,000 samples each. */
function samples(): { rbm: Rbm; v: BitRows; h: BitRows; p: Float32Array } {
  const rbm = new Rbm(randomParameters(13, 45, 8, 0.4));
  const five = Array.from({ length: 5 }, (_, k) => randomRows(1, 13, k).row(0));
  const v = bitRows(Array.from({ length: 15_000 }, (_, r) => five[r % 5]));
  return { rbm, v, h: rbm.sampleHidden(v, 3), p: rbm.meanHidden(bitRows(five)) };
}

test('sampleHidden: every unit fires as often as its mean says', () => {
  const { h, p } = samples();
  const counts = new Float64Array(5 * 45);
  for (let r = 0; r < h.count; r++) for (let j = 0; j < 45; j++) counts[(r % 5) * 45 + j] += h.bit(r, j);
  const z = Array.from(counts, (count, k) => (count - 3000 * p[k]) / Math.sqrt(3000 * p[k] * (1 - p[k])));
  const chi = z.reduce((sum, x) => sum + x * x, 0);
  const tail = chiSquareTail(chi, z.length);
  assert.ok(tail > 1e-3 && tail < 0.999, `χ² = ${chi} of ${z.length}, p = ${tail}`);
  const { pMean } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z: p = ${pMean}`);
});

test('sampleHidden: units are independent of each other, and rows of other rows', () => {
  const { h, p } = samples();
  const residual = (r: number, j: number) => {
    const q = p[(r % 5) * 45 + j];
    return (h.bit(r, j) - q) / Math.sqrt(q * (1 - q));
  };
  /** Σ of products of standardised residuals, as z. */
  const correlation = (rowStep: number, unit: number, other: number) => {
    let sum = 0;
    let n = 0;
    for (let r = 0; r + rowStep < h.count; r++, n++) sum += residual(r, unit) * residual(r + rowStep, other);
    return sum / Math.sqrt(n);
  };
  const z: number[] = [];
  // in one row: neighbours, the same lane of the next vector, the same place in the next panels
  for (let j = 0; j < 45; j++)
    for (const step of [1, 4, 20, 40]) if (j + step < 45) z.push(correlation(0, j, j + step));
  // the same unit in later rows: next, next block of four, next chunk
  for (let j = 0; j < 45; j += 2) for (const rows of [1, 4, 200]) z.push(correlation(rows, j, j));
  const { pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3 && pVariance > 1e-3, `p = ${pMean}, ${pVariance} of ${z.length} correlations`);
});

test('sampleVisible: frequencies agree with the means', () => {
  const rbm = new Rbm(randomParameters(23, 7, 12, 0.8));
  const one = randomRows(1, 7, 4);
  const h = bitRows(Array.from({ length: 4000 }, () => one.row(0)));
  const p = rbm.meanVisible(one);
  const frequencies = rbm.sampleVisible(h, 'x').means();
  const chi = p.reduce((sum, q, i) => sum + (4000 * (frequencies[i] - q) ** 2) / (q * (1 - q)), 0);
  const tail = chiSquareTail(chi, 23);
  assert.ok(tail > 1e-3 && tail < 0.999, `χ² = ${chi} of 23, p = ${tail}`);
});

test('certain units are certain', () => {
  const rbm = new Rbm({
    visible: 2,
    hidden: 3,
    weights: new Float32Array(6),
    visibleBias: Float32Array.of(100, -100),
    hiddenBias: Float32Array.of(-100, 100, -100),
  });
  const h = rbm.sampleHidden(randomRows(1000, 2, 1), 1);
  assert.equal([...h.means()], [0, 1, 0]);
  assert.equal([...rbm.sampleVisible(h, 1).means()], [1, 0]);
});

test('one seed, one sample', () => {
  const rbm = new Rbm(randomParameters(30, 30, 2, 0.3));
  const v = randomRows(300, 30, 1);
  const draw = (seed: number | string) => rbm.sampleHidden(v, seed).bytes;
  assert.equal(draw(1), draw(1));
  assert.not.equal(draw(1), draw(2));
  assert.not.equal(draw(1), draw('1'));
  assert.equal(draw(1), new Rbm(rbm).sampleHidden(v, 1).bytes);
  assert.not.equal(draw(1), rbm.sampleVisible(v, 1).bytes);
});

test('no rows, no answers', () => {
  const rbm = new Rbm(randomParameters(5, 4, 1));
  const none = bitRows([], 5);
  assert.is(rbm.freeEnergy(none).length, 0);
  assert.is(rbm.meanHidden(none).length, 0);
  assert.is(rbm.sampleHidden(none, 1).count, 0);
});

test('refuses rows of another width', () => {
  const rbm = new Rbm(randomParameters(5, 4, 1));
  const five = randomRows(2, 5, 1);
  const four = randomRows(2, 4, 1);
  const wrong = /^"(v|h)" expected (5|4) bits per row, got (5|4)$/;
  for (const work of [
    () => rbm.energy(four, four),
    () => rbm.energy(five, five),
    () => rbm.freeEnergy(four),
    () => rbm.hiddenInputs(four),
    () => rbm.meanHidden(four),
    () => rbm.meanVisible(five),
    () => rbm.sampleHidden(four, 1),
    () => rbm.sampleVisible(five, 1),
  ]) {
    refuses(work, RangeError, wrong);
  }
  refuses(() => rbm.energy(five, randomRows(3, 4, 1)), RangeError, /^"h" expected 2 rows as in "v", got 3$/);
  refuses(() => rbm.meanHidden(new Float32Array(9)), RangeError, /multiple of 5 numbers, got 9/);
  refuses(() => rbm.meanVisible(new Float32Array(9)), RangeError, /multiple of 4 numbers, got 9/);
  refuses(() => rbm.sampleHidden(five, -1), RangeError, /^"seed"/);
  refuses(() => rbm.sampleVisible(four, undefined as never), TypeError, /^"seed"/);
});

test('refuses parameters that do not fit or are not finite', () => {
  const good = randomParameters(5, 4, 1);
  const build = (changed: Partial<Record<keyof RbmParameters, unknown>>) => () =>
    new Rbm({ ...good, ...changed } as never);
  refuses(build({ visible: 0 }), RangeError, /^"visible" expected positive integer, got 0$/);
  refuses(build({ visible: 4.5 }), RangeError, /^"visible"/);
  refuses(build({ hidden: Number.NaN }), RangeError, /^"hidden" expected positive integer, got NaN$/);
  refuses(build({ hidden: '4' }), TypeError, /^"hidden"/);
  refuses(build({ visible: 4 }), RangeError, /^"weights" expected length 16, got 20$/);
  refuses(build({ weights: new Float32Array(19) }), RangeError, /^"weights" expected length 20, got 19$/);
  refuses(build({ weights: [...good.weights] }), TypeError, /^"weights" expected Float32Array/);
  refuses(build({ weights: Float64Array.from(good.weights) }), TypeError, /^"weights" expected Float32Array/);
  refuses(build({ visibleBias: new Float32Array(4) }), RangeError, /^"visibleBias" expected length 5, got 4$/);
  refuses(build({ hiddenBias: undefined }), TypeError, /^"hiddenBias" expected Float32Array, got undefined$/);
  for (const [name, length, at] of [
    ['weights', 20, 7],
    ['visibleBias', 5, 4],
    ['hiddenBias', 4, 0],
  ] as const) {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const values = new Float32Array(length);
      values[at] = bad;
      refuses(
        build({ [name]: values }),
        RangeError,
        new RegExp(`^"${name}\\[${at}\\]" expected finite number, got ${bad}$`),
      );
    }
  }
});

test.run();
