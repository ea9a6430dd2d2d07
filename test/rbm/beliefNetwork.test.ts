/** A stack as a model of the data, against enumeration of all its states. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { randomRows as randomRowsOf } from '../../src/rbm/model/noise.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { sampleStack, sampleStackAsync, stackBound } from '../../src/rbm/stack/beliefNetwork.js';
import { Stack } from '../../src/rbm/stack/stack.js';
import type { BitRows } from '../../src/util/bits.js';
import { streamKey } from '../../src/util/random.js';
import { refuses } from '../assert.js';
import {
  allStates,
  bitRows,
  downInputs,
  logSumExp,
  randomParameters,
  randomRows,
  sigmoid,
  stateOf,
  unitsOf,
  upInputs,
} from '../physics/enumeration.js';
import { rejection } from './runs.js';

const test = suite('rbm/beliefNetwork');

/** 5 data units, layers of 4, 3 and 2. */
const sizes = [5, 4, 3, 2];
const rbms = [0, 1, 2].map((k) => new Rbm(randomParameters(sizes[k], sizes[k + 1], k + 4, 0.9)));
const stack = new Stack(rbms, [1, 5]);

/** log p of independent units with these log odds. */
const logUnits = (inputs: ArrayLike<number>, x: ArrayLike<number>): number =>
  Array.from(inputs).reduce((sum, a, i) => sum + Math.log(sigmoid(x[i] ? a : -a)), 0);

/** log p(v) of each state of the data, and the exact bound of each, by all ways through the network. */
function exact(): { logP: number[]; bound: number[] } {
  const [below, middle, top] = rbms;
  const states = (units: number) => Array.from({ length: 2 ** units }, (_, s) => unitsOf(s, units));
  const [v, h1, h2, h3] = sizes.map(states);
  const energy = ({ hidden, weights, visibleBias, hiddenBias }: Rbm, x: Uint8Array, y: Uint8Array) => {
    let sum = 0;
    x.forEach((xi, i) => {
      sum += xi * visibleBias[i];
      y.forEach((yj, j) => {
        sum += xi * yj * weights[i * hidden + j];
      });
    });
    y.forEach((yj, j) => {
      sum += yj * hiddenBias[j];
    });
    return -sum;
  };
  const marginal = h2.map((x) => logSumExp(h3.map((y) => -energy(top, x, y))));
  const logZ = logSumExp(marginal);
  const logP: number[] = [];
  const bound: number[] = [];
  for (const x of v) {
    const ways: number[] = [];
    let expected = 0;
    for (const y of h1) {
      for (const [s, z] of h2.entries()) {
        const joint = logUnits(downInputs(below, y), x) + logUnits(downInputs(middle, z), y) + marginal[s] - logZ;
        const q = logUnits(upInputs(below, x), y) + logUnits(upInputs(middle, y), z);
        ways.push(joint);
        expected += Math.exp(q) * (joint - q);
      }
    }
    logP.push(logSumExp(ways));
    bound.push(expected);
  }
  return { logP, bound };
}

const { logP, bound } = exact();
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

test('the bound is that of enumeration within its noise, below the log-likelihood, and tighter by several ways', () => {
  assert.ok(Math.abs(logSumExp(logP)) < 1e-12, 'probabilities sum to 1');
  const data = allStates(5);
  // the rows are all states: the noise left is that of the ways up
  const means = Array.from({ length: 40 }, (_, seed) => stackBound(stack, data, { samples: 10, seed }));
  const found = means.map((one) => one.mean);
  const average = mean(found);
  const error = Math.sqrt(mean(found.map((x) => (x - average) ** 2)) / 39);
  // p = 1e-4 for |z| > 3.9, fixed seeds
  assert.ok(Math.abs(average - mean(bound)) < 3.9 * error, `${average} ± ${error}, exact ${mean(bound)}`);
  assert.ok(error < 0.02, `${error}`);
  assert.ok(mean(bound) < mean(logP) - 10 * error, 'the bound of these is not tight');
  const weighted = mean(means.map((one) => one.weighted));
  assert.ok(weighted > average + 5 * error && weighted < mean(logP) + 3.9 * error, `${weighted}`);
  const many = stackBound(stack, data, { samples: 2000, seed: 7 });
  assert.ok(Math.abs(many.weighted - mean(logP)) < 0.05, `${many.weighted}, exact ${mean(logP)}`);
  for (const one of means) assert.equal([one.lower, one.upper], [one.mean, one.mean]);
});

test('one RBM is its log-likelihood, and a mirror image on top changes nothing', () => {
  const [rbm] = rbms;
  const data = randomRows(20, 5, 3);
  const own = logLikelihood(rbm, data, { method: 'exact' });
  const alone = stackBound(new Stack([rbm], [1, 5]), data);
  assert.ok(Math.abs(alone.mean - own.mean) < 1e-12 && Math.abs(alone.error - own.error) < 1e-12);
  // p_2(h) of the mirror is p_1(h): then q is the posterior, and every way up has the same weight, p(v)
  const tied = stackBound(new Stack([rbm, rbm.mirror()], [1, 5]), data, { samples: 3 });
  assert.ok(Math.abs(tied.mean - own.mean) < 1e-6, `${tied.mean}, ${own.mean}`);
  assert.ok(Math.abs(tied.weighted - tied.mean) < 1e-6);
  const bracket = stackBound(new Stack([rbm], [1, 5]), data, {
    partition: { method: 'annealing', chains: 50, temperatures: 50 },
  });
  assert.ok(bracket.lower < bracket.mean && bracket.mean < bracket.upper);
  assert.ok(bracket.lower < own.mean && own.mean < bracket.upper);
});

test('rows are samples of the network, and a seed has its own', () => {
  const count = 40_000;
  const rows = sampleStack(stack, { count, steps: 40, seed: 5 });
  const counts = new Float64Array(32);
  for (let r = 0; r < count; r++) counts[stateOf(rows, r)]++;
  const chi2 = logP.reduce((sum, log, s) => {
    const expected = count * Math.exp(log);
    return sum + (counts[s] - expected) ** 2 / expected;
  }, 0);
  // χ² with 31 degrees of freedom: p = 1e-4 at 67
  assert.ok(chi2 < 67, `χ² ${chi2} with 31 degrees of freedom`);
  assert.equal(
    sampleStack(stack, { count: 50, steps: 3, seed: 1 }),
    sampleStack(stack, { count: 50, steps: 3, seed: 1 }),
  );
  // the same noise from another start: most rows have met before they are down, not all
  const start = randomRows(count, 5, 1);
  const near = sampleStack(stack, { count, steps: 1, seed: 1, start });
  assert.equal([near.count, near.width], [count, 5]);
  assert.not.equal(near.bytes, sampleStack(stack, { count, steps: 1, seed: 1 }).bytes);
  refuses(() => sampleStack(stack, { count: 49, start }), RangeError, '"start" expected 49 rows, got 40000');
  refuses(() => sampleStack(stack, { count: 0 }), RangeError, /^"count"/);
  refuses(() => sampleStack(stack, { count: 2, steps: 0 }), RangeError, /^"steps"/);
  refuses(() => stackBound(stack, randomRows(3, 6, 1)), RangeError, /expected 5 bits per row, got 6/);
  refuses(() => stackBound(stack, randomRows(3, 5, 1), { samples: 0 }), RangeError, /^"samples"/);
});

/** log of what is drawn by going up and down once with the clamped units held, from rows that are all `state`. */
function reconstructed(rows: BitRows, state: number, mask: number): number[] {
  const count = 40_000;
  const start = bitRows(Array.from({ length: count }, () => rows.row(0)));
  const up = rbms[1].sampleHidden(rbms[0].sampleHidden(start, 1), 2);
  const down = rbms[0].sampleVisible(rbms[1].sampleVisible(up, 3), 4);
  const counts = new Float64Array(32);
  for (let r = 0; r < count; r++) counts[(stateOf(down, r) & ~mask) | state]++;
  return Array.from(counts, (n, s) => ((s & mask) === state ? Math.log(Math.max(n, 1) / count) : -Infinity));
}

test('with clamped units, rows are samples of p(the others | these), by enumeration', () => {
  const count = 4000;
  let power = 0;
  for (const [clamp, kept] of [
    [[0, 3], 0b01001],
    [[0, 3], 0b00001],
    [[1], 0b00010],
  ]) {
    const start = bitRows(Array.from({ length: count }, () => unitsOf(kept as number, 5)));
    const rows = sampleStack(stack, { count, steps: 20, seed: 3, start, clamp: clamp as number[] });
    const mask = (clamp as number[]).reduce((bits, i) => bits | (1 << i), 0);
    const allowed = logP.map((log, s) => ((s & mask) === kept ? log : -Infinity));
    const norm = logSumExp(allowed);
    const counts = new Float64Array(32);
    for (let r = 0; r < count; r++) counts[stateOf(rows, r)]++;
    const chi2 = (logs: readonly number[]) =>
      logs.reduce((sum, log, s) => {
        if (log === -Infinity) return sum + counts[s];
        const expected = count * Math.exp(log);
        return sum + (counts[s] - expected) ** 2 / expected;
      }, 0);
    const found = chi2(allowed.map((log) => log - norm));
    const states = 2 ** (5 - (clamp as number[]).length);
    // 7 or 15 degrees of freedom: p = 1e-4 at 29 and 43
    assert.ok(found < (states === 8 ? 29 : 43), `clamped ${clamp}: χ² ${found} of ${states} states`);
    power = Math.max(power, chi2(reconstructed(start, kept as number, mask)));
  }
  assert.ok(power > 43, `one way up and down from the rows is something else, and this sees it: χ² ${power}`);
  // of one RBM, and of none
  const alone = new Stack([rbms[0]], [1, 5]);
  const start = randomRows(40, 5, 2);
  const held = sampleStack(alone, { count: 40, steps: 9, seed: 1, start, clamp: [2, 4] });
  assert.equal(held, rbms[0].gibbs(start, { steps: 9, seed: '[1,"top"]', clamp: [2, 4] }).visible);
  refuses(
    () => sampleStack(stack, { count: 2, clamp: [1] }),
    RangeError,
    /^"clamp" expected rows to take the values from/,
  );
  refuses(
    () => sampleStack(stack, { count: 40, start, clamp: [5] }),
    RangeError,
    /^"clamp\[0\]" expected integer in \[0, 4\]/,
  );
});

test('saturated units: inputs beyond the range of the exponential change nothing', () => {
  // v0 = h0 for certain, h0 = y0 for certain; v1 is free
  const deep = [
    new Rbm({
      visible: 2,
      hidden: 1,
      weights: Float32Array.of(2000, 0),
      visibleBias: Float32Array.of(-1000, 1),
      hiddenBias: Float32Array.of(0),
    }),
    new Rbm({
      visible: 1,
      hidden: 1,
      weights: Float32Array.of(2000),
      visibleBias: Float32Array.of(-1000),
      hiddenBias: Float32Array.of(-1000),
    }),
  ];
  const network = new Stack(deep, [1, 2]);
  const start = bitRows(Array.from({ length: 4000 }, (_, r) => [r % 2, 0]));
  const rows = sampleStack(network, { count: 4000, steps: 5, seed: 1, start, clamp: [0] });
  let ones = 0;
  for (let r = 0; r < 4000; r++) {
    assert.is(rows.bit(r, 0), r % 2);
    ones += rows.bit(r, 1);
  }
  // σ(1) = 0.731: 4 standard errors
  assert.ok(Math.abs(ones / 4000 - sigmoid(1)) < 0.028, `${ones / 4000}`);
});

test('in pieces with pauses the bits are the same; progress comes, and a signal stops it', async () => {
  const seen: number[] = [];
  const options = { count: 30_000, steps: 40, seed: 4 };
  const rows = await sampleStackAsync(stack, { ...options, onProgress: ({ done }) => seen.push(done) });
  assert.equal(rows.bytes, sampleStack(stack, options).bytes);
  const whole = rbms[2].gibbs(randomRowsOf(30_000, 3, streamKey(4, 'start')), { steps: 40, seed: '[4,"top"]' }).visible;
  const down = rbms[0].sampleVisible(rbms[1].sampleVisible(whole, '[4,"down",1]'), '[4,"down",0]');
  assert.equal(rows.bytes, down.bytes);
  assert.ok(seen.length > 2 && seen.at(-1) === 40, `${seen}`);
  const start = randomRows(3000, 5, 2);
  const steps: number[] = [];
  const clamped = { count: 3000, steps: 100, seed: 4, start, clamp: [1] };
  await sampleStackAsync(stack, { ...clamped, onProgress: ({ done }) => steps.push(done) });
  assert.ok(steps.length > 0 && steps.every((done, k) => done > (steps[k - 1] ?? 0) && done <= 100));
  const reason = new Error('enough');
  assert.is(await rejection(sampleStackAsync(stack, { ...clamped, signal: AbortSignal.abort(reason) })), reason);
});

test.run();
