/** The study of the verdict: its criteria as registered, what its exam sees of true block spins, and how runs are judged. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { experiments, resolveParameters } from '../../src/experiments/index.js';
import { BLOCK_STACKS, blockStack } from '../../src/experiments/verdict/blockStacks.js';
import { judgeRuns, type Statistics, statisticsOf } from '../../src/experiments/verdict/criteria.js';
import { couplingsOfStates, examine, referenceOf } from '../../src/experiments/verdict/exam.js';
import { points, type Values } from '../../src/experiments/verdict/points.js';
import { fieldsOf, placeSites } from '../../src/fields/places.js';
import { BitRows } from '../../src/util/bits.js';
import { normalNumbers } from '../../src/wasm/draws.js';
import { near } from '../assert.js';
import { randomRows } from '../physics/enumeration.js';

const test = suite('experiments/verdict');
const OPTIONS = { measured: 400, samples: 2560, seed: 1 };
const [SIDE, HIDDEN] = [20, [100, 25]];

test('true block spins in a random order: found in their places, with the exponents and shares of majority blocks', async () => {
  const majority = await referenceOf(SIDE, HIDDEN, OPTIONS, {});
  const stack = blockStack(SIDE, HIDDEN, BLOCK_STACKS.majority, 7);
  const layers = await examine(stack, OPTIONS, {});
  const found = statisticsOf(layers, majority);
  near(found.area!, 4, 1e-6, 'area');
  near(found.spacing!, 2, 1e-6, 'spacing');
  for (const { placed, misfit, match } of layers) {
    assert.is(placed, 1);
    near(misfit!, 0, 1e-6, 'misfit');
    assert.ok(match > 0.9, String(match));
  }
  // the same configurations, other ties: differences are those of the random bits
  assert.ok(Math.abs(found.thermal!) < 0.05, String(found.thermal));
  assert.ok(Math.abs(found.magnetic!) < 0.01, String(found.magnetic));
  assert.ok(Math.abs(found.magnetisation!) < 0.02, String(found.magnetisation));
  assert.ok(Math.abs(found.energy!) < 0.1, String(found.energy));
});

test('units that always agree have no couplings, and are no error', () => {
  // 16 units are two bytes
  const agreeing = new BitRows(
    200,
    16,
    Uint8Array.from({ length: 400 }, (_, k) => (k % 4 < 2 ? 0 : 255)),
  );
  assert.is(couplingsOfStates(agreeing, placeSites([4, 4])), null);
  const varied = randomRows(2000, 16, 4);
  near(couplingsOfStates(varied, placeSites([4, 4]))!.nearest.value, 0, 0.1, 'K of independent units');
});

test('irregular and incomplete block spins', () => {
  const sizes = (stack: ReturnType<typeof blockStack>, layer: number) =>
    fieldsOf(stack, layer).map((field) => field.filter((value) => value !== 0).length);
  const voronoi = sizes(blockStack(SIDE, HIDDEN, BLOCK_STACKS.irregular, 3), 1);
  assert.is(
    voronoi.reduce((sum, size) => sum + size, 0),
    400,
  );
  assert.ok(new Set(voronoi).size > 3);
  assert.ok(sizes(blockStack(SIDE, HIDDEN, BLOCK_STACKS.jittered, 3), 1).every((size) => size === 4));
  const missing = sizes(blockStack(SIDE, HIDDEN, BLOCK_STACKS['majority less half'], 3), 1);
  assert.is(missing.filter((size) => size === 0).length, 50);
});

/** Runs with normal statistics. */
function runs(count: number, means: Partial<Statistics>, seed: bigint, deviation = 0.02): Statistics[] {
  const all = { area: 4, spacing: 2, thermal: 0, magnetic: 0, magnetisation: 0, energy: 0, ...means };
  const noise = normalNumbers(seed, count * 6, deviation);
  return Array.from({ length: count }, (_, run) => {
    const values = Object.entries(all).map(([name, value], k) => {
      const scale = name === 'magnetic' ? 0.1 : 1;
      return [name, value === null ? null : value + scale * noise[run * 6 + k]];
    });
    return Object.fromEntries(values) as Statistics;
  });
}

test('pass, fail, indistinguishable from null, not evaluable', () => {
  const data = runs(10, { magnetisation: -0.2, spacing: null }, 1n);
  const other = { area: 6, thermal: 0.2, magnetic: null, magnetisation: -0.4 };
  const judged = Object.fromEntries(judgeRuns(data, runs(10, other, 2n)).map((one) => [one.claim, one]));
  assert.is(judged.area.finding, 'pass');
  assert.is(judged.thermal.finding, 'pass');
  // the null has no y_h at all: that runs have it tells them apart
  assert.is(judged.magnetic.finding, 'pass');
  assert.is(judged.magnetic.nullInterval, null);
  assert.is(judged.magnetisation.finding, 'fail');
  assert.is(judged.spacing.finding, 'not evaluable');
  assert.is(judged.energy.finding, 'indistinguishable from null');
  // corrected over the five claims that can be evaluated
  near(judged.area.corrected!, 5 * judged.area.p!, 1e-12, 'Holm');
  // three against three cannot be told apart whatever they are
  const few = judgeRuns(runs(3, {}, 3n), runs(3, { area: 9 }, 4n));
  assert.is(few[0].finding, 'indistinguishable from null');
  assert.is(few[0].p, 0.1);
  // one run in five without the statistic is allowed, two are not
  const partly = (without: number) =>
    judgeRuns([...runs(10 - without, {}, 5n), ...runs(without, { area: null }, 6n)], runs(10, { area: 9 }, 7n))[0];
  assert.equal([partly(2).finding, partly(2).evaluable], ['pass', 8]);
  assert.is(partly(3).finding, 'not evaluable');
});

test('points: data and nulls of each cell; sizes that do not fit are refused', () => {
  const of = (given: Partial<Values>) => points(resolveParameters(experiments.verdict, 'quick', given) as Values);
  const keys = of({}).map(({ key }) => key);
  assert.is(new Set(keys).size, keys.length);
  for (const key of ['paper, ising 2', 'paper, discs 2', 'pcd, gaussian 1', 'tied critical, ising 1', 'irregular 1']) {
    assert.ok(keys.includes(key), key);
  }
  assert.not.ok(keys.some((key) => key.startsWith('large')));
  assert.not.ok(of({ otherRuns: 0 }).some(({ key }) => key.startsWith('pcd')));
  assert.throws(() => of({ hidden: [90, 25] }), /^"hidden" expected squares of divisors/);
  assert.throws(() => of({ side: 18, hidden: [81, 9], largeRuns: 1 }), /^"largeRuns" expected 0 unless/);
});

test.run();
