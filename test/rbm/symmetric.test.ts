import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { flipSymmetric, Translations, translationInvariant } from '../../src/rbm/model/symmetric.js';
import type { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { allStates, bitRows, randomRows } from '../physics/enumeration.js';
import { Draws } from '../reference/draws.js';

const test = suite('rbm/symmetric');

/** Every row, its sites moved by `by` on the torus. */
function moved(rows: BitRows, [height, width]: [number, number], [dy, dx]: [number, number]): BitRows {
  return bitRows(
    Array.from({ length: rows.count }, (_, r) => {
      const row = rows.row(r);
      return Uint8Array.from({ length: height * width }, (_, i) => {
        const y = (Math.floor(i / width) - dy + height) % height;
        const x = ((i % width) - dx + width) % width;
        return row[y * width + x];
      });
    }),
  );
}

const flipped = (rows: BitRows) =>
  bitRows(Array.from({ length: rows.count }, (_, r) => rows.row(r).map((bit) => 1 - bit)));

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, k) => Math.abs(x - b[k])).reduce((most, d) => Math.max(most, d), 0);

for (const units of ['spins', 'bits'] as const) {
  test(`tied over translations, p(v) is translation invariant: ${units}`, () => {
    const draws = new Draws(4);
    const shape: [number, number] = [3, 5];
    const rbm = translationInvariant({
      shape,
      filters: draws.floats(2 * 15, -1, 1),
      visibleBias: 0.3,
      hiddenBias: draws.floats(2, -1, 1),
      units,
    });
    assert.is(rbm.hidden, 30);
    const v = randomRows(50, 15, 1);
    const free = rbm.freeEnergy(v);
    for (const by of [
      [0, 1],
      [1, 0],
      [2, 3],
    ] as [number, number][]) {
      assert.ok(largestDifference(rbm.freeEnergy(moved(v, shape, by)), free) < 1e-13, `moved by ${by}`);
    }
    // another permutation of the sites does change it
    const others = bitRows(Array.from({ length: 50 }, (_, r) => exchanged(v.row(r))));
    assert.ok(largestDifference(rbm.freeEnergy(others), free) > 0.1);
  });
}

/** The first two sites exchanged. */
const exchanged = (row: Uint8Array) => Uint8Array.from([row[1], row[0], ...row.slice(2)]);

test('hidden units are the convolution with their filter: unit (k, s) sees filter k shifted by s', () => {
  const filters = new Float32Array(12);
  filters[0] = 1; // filter 0: the site itself
  filters[6 + 1] = 2; // filter 1: the next site to the right, on 2×3
  const rbm = translationInvariant({ shape: [2, 3], filters });
  const v = bitRows([[1, 0, 0, 0, 1, 1]]);
  const s = [1, -1, -1, -1, 1, 1];
  const right = [1, 2, 0, 4, 5, 3].map((i) => 2 * s[i]);
  assert.equal([...rbm.hiddenInputs(v)], [...s, ...right]);
});

test('with a stride, hidden units are those at every so many sites, row-major on the coarse torus', () => {
  const draws = new Draws(6);
  const options = { shape: [4, 6], filters: draws.floats(2 * 24, -1, 1), hiddenBias: Float32Array.of(0.25, -0.5) };
  const [every, second] = [translationInvariant(options), translationInvariant({ ...options, stride: 2 })];
  assert.is(second.hidden, 2 * 6);
  const fine = [0, 2, 4, 12, 14, 16];
  const v = randomRows(20, 24, 3);
  const [all, some] = [every.hiddenInputs(v), second.hiddenInputs(v)];
  for (let r = 0; r < 20; r++) {
    for (let j = 0; j < 12; j++) {
      const [k, s] = [Math.floor(j / 6), j % 6];
      assert.is(some[r * 12 + j], all[r * 48 + k * 24 + fine[s]]);
    }
  }
  const free = second.freeEnergy(v);
  assert.ok(largestDifference(second.freeEnergy(moved(v, [4, 6], [2, 4])), free) < 1e-13);
  assert.ok(largestDifference(second.freeEnergy(moved(v, [4, 6], [0, 1])), free) > 0.1);
});

test('project takes expanded filters back, is a projection, and gives the gradient by the filters', () => {
  for (const [shape, stride] of [[[7]], [[3, 4]], [[2, 3, 2]], [[6], 3], [[4, 6], 2], [[2, 4, 2], 2], [[3, 3], 3]] as [
    number[],
    number?,
  ][]) {
    const translations = new Translations(shape, stride);
    const { sites, count } = translations;
    assert.is(count, sites / (stride ?? 1) ** shape.length);
    const draws = new Draws(sites);
    const filters = draws.floats(3 * sites, -1, 1);
    assert.equal(translations.project(translations.expand(filters)), filters);
    const gradient = draws.floats(3 * sites * count, -1, 1);
    const tied = translations.expand(translations.project(gradient));
    assert.ok(largestDifference(translations.project(tied), translations.project(gradient)) < 1e-6);
    // ⟨gradient, expand(f)⟩ = count·⟨project(gradient), f⟩
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, k) => sum + x * b[k], 0);
    const whole = dot(gradient, translations.expand(filters));
    assert.ok(Math.abs(whole - count * dot(translations.project(gradient), filters)) < 1e-4, `${shape}`);
    const bias = draws.floats(3, -1, 1);
    assert.ok(largestDifference(translations.projectBias(translations.expandBias(bias)), bias) < 1e-7);
    // site d of a filter lies where the shifts say
    const [shifts, weights] = [translations.shifts(), translations.expand(filters)];
    assert.is(shifts.length, count * sites);
    shifts.forEach((i, k) => {
      const [s, d] = [Math.floor(k / sites), k % sites];
      assert.is(weights[i * 3 * count + 2 * count + s], filters[2 * sites + d]);
    });
  }
});

test('flip symmetric without biases and with pairs: p(v) = p(-v), and not by chance', () => {
  const draws = new Draws(9);
  const weights = draws.floats(6 * 4, -1, 1);
  const v = allStates(6);
  const plain = flipSymmetric({ visible: 6, weights });
  assert.is(plain.hidden, 4);
  assert.ok(largestDifference(plain.freeEnergy(flipped(v)), plain.freeEnergy(v)) < 1e-13);
  const paired = flipSymmetric({ visible: 6, weights, hiddenBias: draws.floats(4, -1, 1) });
  assert.is(paired.hidden, 8);
  assert.ok(largestDifference(paired.freeEnergy(flipped(v)), paired.freeEnergy(v)) < 1e-13);
  assert.ok(largestDifference(paired.freeEnergy(v), plain.freeEnergy(v)) > 0.1);
  const tied = translationInvariant({
    shape: [2, 3],
    filters: draws.floats(6, -1, 1),
    hiddenBias: Float32Array.of(0.5),
  });
  assert.ok(largestDifference(tied.freeEnergy(flipped(v)), tied.freeEnergy(v)) > 0.1);
});

test('refuses what does not fit', () => {
  const filters = new Float32Array(12);
  refuses(
    () => translationInvariant({ shape: [5], filters }),
    RangeError,
    '"filters" expected a multiple of 5 numbers, got 12',
  );
  refuses(() => translationInvariant({ shape: [], filters }), TypeError, /^"shape" expected/);
  refuses(
    () => translationInvariant({ shape: [6], filters, hiddenBias: new Float32Array(3) }),
    RangeError,
    '"hiddenBias" expected length 2, got 3',
  );
  refuses(
    () => translationInvariant({ shape: [6], filters, units: 'gaussian' as never }),
    RangeError,
    /^"units" expected/,
  );
  refuses(() => flipSymmetric({ visible: 5, weights: filters }), RangeError, '"weights" expected length 10, got 12');
  refuses(() => flipSymmetric({ visible: 13, weights: filters }), RangeError, '"weights" expected length 13, got 12');
  refuses(
    () => translationInvariant({ shape: [6], filters, stride: 0 }),
    RangeError,
    /^"stride" expected positive integer/,
  );
  refuses(() => new Translations([4, 6], 4), RangeError, '"stride" expected common divisor of the sides [4, 6], got 4');
  refuses(() => new Translations([4, 6], '2' as never), TypeError, /^"stride" expected positive integer/);
  refuses(() => new Translations([2]).project(new Float32Array(6)), RangeError, /^"weights" expected a multiple of 4/);
});

test.run();
