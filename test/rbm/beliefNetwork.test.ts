/** A stack as a model of the data, against enumeration of all its states. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sampleStack, stackBound } from '../../src/rbm/beliefNetwork.js';
import { logLikelihood } from '../../src/rbm/likelihood.js';
import { Rbm } from '../../src/rbm/rbm.js';
import { Stack } from '../../src/rbm/stack.js';
import {
  allStates,
  downInputs,
  logSumExp,
  randomParameters,
  randomRows,
  sigmoid,
  stateOf,
  unitsOf,
  upInputs,
} from '../physics/enumeration.js';
import { refuses } from '../reference/refusal.js';

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
  refuses(() => stackBound(stack, randomRows(3, 6, 1)), RangeError, /expected 5 bits a row, got 6/);
  refuses(() => stackBound(stack, randomRows(3, 5, 1), { samples: 0 }), RangeError, /^"samples"/);
});

test.run();
