import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { coarseGrain } from '../../src/rg/blocking/block.js';
import { layerRule } from '../../src/rg/blocking/layers.js';
import { blockObservables } from '../../src/rg/blocking/observables.js';
import {
  type BlockingRule,
  decimationRule,
  functionRule,
  iteratedRule,
  majorityRule,
  productRule,
  softRule,
} from '../../src/rg/blocking/rule.js';
import { historyOf, softThresholds } from '../../src/rg/blocking/step.js';
import { refuses } from '../assert.js';
import { chiSquareTail } from '../physics/statistics.js';

const test = suite('rg/rule');

const data = new Ising({ lattice: square(8), coupling: 0.44, seed: 3 }).sample(500);

/** Rows [from, to) as data of their own. */
const part = (all: SpinData, from: number, to: number) =>
  new SpinData(to - from, all.shape, all.bytes.slice(from * all.stride, to * all.stride), all.provenance);

/** One hidden unit of weight 2w per 2 × 2 block of 4 × 4, in {0,1}: p(1|v) = 1/(1 + e^{-2wS}). */
function blockRbm(w: number): Rbm {
  const weights = new Float32Array(16 * 4);
  const hiddenBias = new Float32Array(4).fill(-8 * w);
  for (let i = 0; i < 16; i++) weights[i * 4 + 2 * Math.floor(i / 8) + (Math.floor(i / 2) % 2)] = 4 * w;
  return new Rbm({ visible: 16, hidden: 4, weights, visibleBias: new Float32Array(16), hiddenBias });
}

const RULES: Record<string, { rule: BlockingRule; size: number }> = {
  majority: { rule: majorityRule({ factor: 2 }), size: 8 },
  'majority, first': { rule: majorityRule({ factor: 4, ties: 'first' }), size: 8 },
  decimation: { rule: decimationRule({ factor: 2, site: [1, 0] }), size: 8 },
  soft: { rule: softRule({ factor: 2, weight: 0.7 }), size: 8 },
  'soft, twice': { rule: iteratedRule(softRule({ factor: 2, weight: 1 }), 2), size: 8 },
  function: {
    rule: functionRule({
      name: 'coin or first',
      factor: 2,
      probability: ([a, b]) => (a === b ? (a > 0 ? 1 : 0) : 0.5),
    }),
    size: 8,
  },
  product: { rule: productRule([majorityRule({ factor: 2 }), decimationRule({ factor: [1, 2] })]), size: 8 },
  layer: { rule: layerRule(blockRbm(0.7), { shape: [2, 2] }), size: 4 },
};

for (const [name, { rule, size }] of Object.entries(RULES)) {
  test(`${name}: the same bits in one call and in batches, others by another seed, and a provenance`, () => {
    const fine = size === 8 ? data : majorityRule({ factor: 2 }).apply(data);
    const coarse = rule.apply(fine, { seed: 5 });
    assert.is(coarse.count, fine.count);
    const factor = [fine.shape[0] / coarse.shape[0], fine.shape[1] / coarse.shape[1]];
    assert.equal(typeof rule.factor === 'number' ? [rule.factor, rule.factor] : [...rule.factor], factor);
    assert.ok(rule.scale > 1);
    const rows = [0, 1, 130, 500].slice(1).flatMap((to, k) => {
      const from = [0, 1, 130][k];
      return [...rule.apply(part(fine, from, to), { seed: 5, firstRow: from }).bytes];
    });
    assert.equal(Uint8Array.from(rows), coarse.bytes);
    const other = rule.apply(fine, { seed: 6 }).bytes;
    const random = !['decimation', 'majority, first'].includes(name);
    assert.is(String(other) !== String(coarse.bytes), random);
    const steps = historyOf(coarse).slice(historyOf(fine).length);
    assert.equal(steps.at(-1)?.shape, [...coarse.shape]);
    assert.ok(steps.every((step) => typeof step.rule === 'string'));
    assert.equal(JSON.parse(JSON.stringify(coarse.provenance)), coarse.provenance);
  });
}

test('coarseGrain is these rules by their names', () => {
  const same = (a: SpinData, b: SpinData) => {
    assert.equal(a.bytes, b.bytes);
    assert.equal(a.provenance, b.provenance);
  };
  same(
    coarseGrain(data, { rule: 'majority', factor: 2, steps: 2, seed: 4 }),
    iteratedRule(majorityRule({ factor: 2 }), 2).apply(data, { seed: 4 }),
  );
  same(coarseGrain(data, { rule: 'soft', weight: 0.9, factor: 2 }), softRule({ factor: 2, weight: 0.9 }).apply(data));
  same(coarseGrain(data, { rule: 'decimation', factor: 2 }), decimationRule({ factor: 2 }).apply(data));
});

test('the soft rule has the probabilities of Kadanoff, and for large w is a majority', () => {
  // all 16 states of a 2 × 2 block, many times: χ² of each state's count of +1 is N(0, 1)²
  const count = 2 ** 16;
  const block = new SpinData(
    count,
    [2, 2],
    Uint8Array.from({ length: count }, (_, r) => r % 16),
    { source: 'this test' },
  );
  for (const weight of [0.1, 0.5, 1.147]) {
    const coarse = softRule({ factor: 2, weight }).apply(block, { seed: `w ${weight}` });
    const ups = new Float64Array(16);
    for (let r = 0; r < count; r++) ups[r % 16] += coarse.bit(r, 0);
    let chi = 0;
    ups.forEach((up, state) => {
      const sum = [0, 1, 2, 3].reduce((all, i) => all + 2 * ((state >> i) & 1) - 1, 0);
      const p = 1 / (1 + Math.exp(-2 * weight * sum));
      chi += (up - (count / 16) * p) ** 2 / ((count / 16) * p * (1 - p));
    });
    const tail = chiSquareTail(chi, 16);
    assert.ok(tail > 1e-4 && tail < 1 - 1e-4, `w = ${weight}: p = ${tail}`);
  }
  const hard = softRule({ factor: 3, weight: 1e3 }).apply(
    new SpinData(4, [3, 3], Uint8Array.of(0xff, 1, 0x1f, 0, 0x0f, 0, 0, 0), { source: 'this test' }),
  );
  assert.equal(
    [0, 1, 2, 3].map((r) => hard.bit(r, 0)),
    [1, 1, 0, 0],
  );
});

test('thresholds of the soft rule: P(-S) = 1 - P(S) to the last bit', () => {
  for (const [weight, size] of [
    [0.3, 4],
    [1.1, 9],
    [7, 16],
    [1e-9, 2],
  ] as const) {
    const thresholds = softThresholds(weight, size);
    assert.is(thresholds.length, size + 1);
    thresholds.forEach((threshold, n) => {
      const mirrored = thresholds[size - n];
      if (threshold === 2 ** 32 - 1) assert.is(mirrored, 0);
      else if (threshold > 0) assert.is(threshold + mirrored, 2 ** 32);
      const p = 1 / (1 + Math.exp(-2 * weight * (2 * n - size)));
      assert.ok(Math.abs(threshold / 2 ** 32 - p) <= 2 ** -32, `n = ${n}`);
    });
  }
});

test('a layer of one unit per block is the soft rule', () => {
  const count = 40_000;
  const fine = new Ising({ lattice: square(4), coupling: 0.3, seed: 8 }).sample(count);
  const [layer, soft] = [layerRule(blockRbm(0.6), { shape: [2, 2] }), softRule({ factor: 2, weight: 0.6 })].map(
    (rule) => rule.apply(fine, { seed: 2 }),
  );
  // agreement with the majority where there is one: two independent estimates of one number
  const shares = [layer, soft].map((coarse) => {
    let right = 0;
    for (let r = 0; r < count; r++) {
      for (let k = 0; k < 4; k++) {
        const corner = Math.floor(k / 2) * 8 + (k % 2) * 2;
        const sum = [0, 1, 4, 5].reduce((all, i) => all + 2 * fine.bit(r, corner + i) - 1, 0);
        right += sum > 0 ? coarse.bit(r, k) : sum < 0 ? 1 - coarse.bit(r, k) : 0.5;
      }
    }
    return right / (4 * count);
  });
  // standard error of the difference below √(2·0.25/160,000) = 0.0018
  assert.ok(Math.abs(shares[0] - shares[1]) < 4 * 0.0018, `${shares}`);
});

test('units without places are no lattice: they have no neighbours and no blocks', () => {
  const fine = majorityRule({ factor: 2 }).apply(data);
  const placed = layerRule(blockRbm(1), { shape: [2, 2] }).apply(fine);
  assert.is(blockObservables(placed).step, 2);
  const loose = layerRule(blockRbm(1)).apply(fine);
  assert.equal(loose.shape, [1, 4]);
  refuses(() => blockObservables(loose), RangeError, /got "units without places"/);
  refuses(() => majorityRule({ factor: 2 }).apply(loose), RangeError, /got "units without places"/);
});

test('refuses what is no rule, before any work', () => {
  refuses(() => majorityRule({ factor: 1 }), RangeError, /^"factor"/);
  refuses(() => majorityRule({ factor: 2, ties: 'last' as never }), RangeError, /^"ties"/);
  refuses(() => softRule({ factor: 2, weight: 0 }), RangeError, /^"weight"/);
  refuses(
    () => softRule({ factor: [12, 12], weight: 1 }),
    RangeError,
    /^"factor" expected blocks of at most 127 sites, got 144/,
  );
  refuses(() => softRule({ factor: 2 } as never), TypeError, /^"weight"/);
  refuses(() => decimationRule({ factor: 2, site: [2, 0] }), RangeError, /^"site\[0\]"/);
  refuses(() => productRule([]), RangeError, /^"rules"/);
  refuses(() => productRule([{} as never]), TypeError, /^"rules\[0\]"/);
  refuses(() => iteratedRule(majorityRule({ factor: 2 }), 0), RangeError, /^"steps"/);
  refuses(() => layerRule(blockRbm(1), { shape: [3, 2] }), RangeError, /^"shape" expected 4 units/);
  refuses(() => layerRule(blockRbm(1), { units: [4] }), RangeError, /^"units\[0\]"/);
  refuses(() => layerRule(blockRbm(1)).apply(data), RangeError, /^"data" expected 16 spins/);
  refuses(() => softRule({ factor: 3, weight: 1 }).apply(data), RangeError, /a multiple of 3 such as 6 or 9/);
  const wrong = functionRule({ name: 'two', factor: 2, probability: () => 2 });
  refuses(() => wrong.apply(data), RangeError, /^"probability" expected number in \[0, 1\], got 2/);
  refuses(() => majorityRule({ factor: 2 }).apply(data, { rows: 1 } as never), RangeError, /rows/);
});

test('a function that blocks other data while it is asked changes nothing', () => {
  const few = part(data, 0, 20);
  const probability = ([a, b]: ArrayLike<number> & Iterable<number>) => (a === b ? 0.9 : 0.2);
  const plain = functionRule({ name: 'pairs', factor: 2, probability });
  const within = functionRule({
    name: 'pairs',
    factor: 2,
    probability: (spins) => {
      majorityRule({ factor: 2 }).apply(few, { seed: 1 });
      return probability(spins);
    },
  });
  assert.equal(within.apply(few, { seed: 2 }).bytes, plain.apply(few, { seed: 2 }).bytes);
});

test.run();
