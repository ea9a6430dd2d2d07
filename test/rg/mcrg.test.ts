import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { samplerFor } from '../../src/ising/samplers/sampler.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { filterRule } from '../../src/rg/blocking/filter.js';
import { placedLayerRule } from '../../src/rg/blocking/placed.js';
import { type BlockingRule, decimationRule, majorityRule, softRule } from '../../src/rg/blocking/rule.js';
import { matchLattices } from '../../src/rg/mcrg/matching.js';
import { MonteCarloRg, monteCarloRg } from '../../src/rg/mcrg/monteCarloRg.js';
import { latticeOperator, standardOperators } from '../../src/rg/operators/latticeOperator.js';
import type { Estimate } from '../../src/util/estimate.js';
import { near, refuses } from '../assert.js';

const test = suite('rg/mcrg');

const CRITICAL = Math.log(1 + Math.SQRT2) / 2;
const majority = majorityRule({ factor: 2 });
const ising = (L: number, count: number, seed: number, coupling = CRITICAL) =>
  new Ising({ lattice: square(L), coupling, seed }).sample(count);
const part = (all: SpinData, from: number, to: number) =>
  new SpinData(to - from, all.shape, all.bytes.slice(from * all.stride, to * all.stride), all.provenance);

test('decimation of a chain: λ is dK′/dK = tanh 2K at every step, since nn is all there is', () => {
  const K = 0.7;
  const hamiltonian = isingHamiltonian({ lattice: chain(64), coupling: K });
  const data = new Clusters({ hamiltonian, seed: 3 }).sample(20_000);
  const { steps } = monteCarloRg(data, {
    rule: decimationRule({ factor: 2 }),
    steps: 2,
    operators: { even: [latticeOperator('chain', 'nn')], odd: [latticeOperator('chain', 'field')] },
  });
  let coupling = K;
  for (const { even, step } of steps) {
    const { value, error } = even.exponent as { value: number; error: number };
    assert.ok(error < 0.03, `error ${error}`);
    near(value, Math.log2(Math.tanh(2 * coupling)), 4 * error, `step ${step}`);
    coupling = Math.log(Math.cosh(2 * coupling)) / 2;
  }
});

test('a report doubts rules that are too soft, and exponents that the operators decide', () => {
  const data = ising(32, 6400, 2);
  const doubtsOf = (rule: BlockingRule) => monteCarloRg(data, { rule, steps: 2 }).doubts;
  assert.equal(doubtsOf(majority), []);
  assert.equal(doubtsOf(softRule({ factor: 2, weight: 1.15 })), []);
  const [soft, ...truncated] = doubtsOf(softRule({ factor: 2, weight: 0.4 }));
  assert.is(
    soft,
    'soft rule, w = 0.4, b = 2: the weight per spin of a block, 0.400, is below 2.5 b^(-y_h) = 0.682. ' +
      'The exponents depend on the operators more than on the weight.',
  );
  assert.match(truncated.join(), /^y_T of step 1: the second half of the operators changes it by 0\.0\d\d, \d+ times/);
  // the limit is b^(-15/8) = 0.2726, of weights that differ by their mean
  const none = /is below b\^\(-y_h\) = 0\.273\. Iterated, the rule has no critical fixed point/;
  assert.match(doubtsOf(softRule({ factor: 2, weight: 0.27 }))[0], none);
  assert.not.match(doubtsOf(softRule({ factor: 2, weight: 0.275 }))[0], none);
  assert.match(doubtsOf(filterRule({ weights: [0.5, -0.2, 0.1, 0.2], size: 2, stride: 2 }))[0], none);
});

test('a rule that turns spins over has no y_h, and the report says why; that of the turned rule is in the spectrum', () => {
  const data = ising(32, 6400, 2);
  const of = (sign: number) =>
    monteCarloRg(data, { rule: filterRule({ weights: new Array(4).fill(sign), size: 2, stride: 2 }) });
  const [turned, upright] = [of(-1), of(1)];
  assert.is(turned.steps[0].odd.exponent, null);
  assert.is(turned.doubts.length, upright.doubts.length + 1);
  assert.match(
    turned.doubts.join(' '),
    /y_h of step 1: the leading eigenvalue, -3\.\d+, is negative\. The rule turns spins over, as a filter does/,
  );
  const { value, error } = turned.steps[0].odd.spectrum[0] as Estimate<number>;
  const expected = upright.steps[0].odd.exponent as Estimate<number>;
  near(value, expected.value, 4 * Math.hypot(error, expected.error), 'y_h');
  near(turned.steps[0].even.exponent!.value, upright.steps[0].even.exponent!.value, 0.02, 'y_T');
});

test('square lattice, L = 32, majority of 2 × 2: published first steps, y_T and y_h of the second', () => {
  const report = monteCarloRg(ising(32, 40_000, 5), { rule: majority, steps: 2 });
  const [first, second] = report.steps;
  assert.equal(
    [first.fine, first.coarse, second.coarse],
    [
      [32, 32],
      [16, 16],
      [8, 8],
    ],
  );
  assert.is(first.scale, 2);
  // Swendsen 1984: 0.904, 0.966, 0.968 with 1, 2, 3 operators
  [0.904, 0.966, 0.968].forEach((published, m) => {
    const { value, error } = first.even.byOperators[m] as { value: number; error: number };
    assert.ok(error < 0.008, `error ${error}`);
    near(value, published, 0.004 + 3 * error, `${m + 1} operators`);
  });
  const [yT, yH] = [second.even.exponent, second.odd.exponent] as { value: number; error: number }[];
  assert.ok(yT.error < 0.008 && yH.error < 6e-4, `errors ${yT.error}, ${yH.error}`);
  near(yT.value, 1, 4 * yT.error, 'y_T');
  near(yH.value, 1.875, 0.0012 + 3 * yH.error, 'y_h');
  assert.ok(Math.abs(second.even.truncation as number) < 0.02);
  assert.ok(first.even.condition > 10 && first.even.condition < 1e5);
  // the normal of the critical surface: √2 for nnn, 0.5139 for plaquettes (Wu & Car 2019)
  const [, nnn, plaquette] = second.even.tangent[0] as { value: number; error: number }[];
  near(nnn.value, Math.SQRT2, 0.004 + 4 * nnn.error, 'nnn');
  near(plaquette.value, 0.5139, 0.003 + 4 * plaquette.error, 'plaquette');
});

test('errors are those of repeated runs: 24 seeds', () => {
  const runs = Array.from({ length: 24 }, (_, k) => {
    const { steps } = monteCarloRg(ising(16, 1500, 100 + k), { rule: majority, steps: 1 });
    return [steps[0].even.exponent, steps[0].odd.exponent] as { value: number; error: number }[];
  });
  for (const k of [0, 1]) {
    const own = runs.map((run) => run[k]);
    const mean = own.reduce((sum, { value }) => sum + value, 0) / own.length;
    const squares = own.reduce((sum, { value, error }) => sum + ((value - mean) / error) ** 2, 0);
    // χ² of 23 degrees of freedom: 8.0 to 46 in 99.8 %
    assert.ok(squares > 8 && squares < 46, `χ² ${squares}`);
  }
});

test('batches give the numbers of one call; ties do not depend on them', () => {
  const data = ising(16, 400, 2);
  const whole = monteCarloRg(data, { rule: majority, steps: 2, seed: 9 });
  const batches = new MonteCarloRg({ rule: majority, steps: 2, seed: 9 });
  batches.add(part(data, 0, 130)).add(part(data, 130, 400));
  assert.equal(batches.report(), whole);
  assert.not.equal(monteCarloRg(data, { rule: majority, steps: 2, seed: 8 }), whole);
  // rules may differ from step to step
  const rules = monteCarloRg(data, { rule: [majority, decimationRule({ factor: 2 })], seed: 9 });
  assert.equal(rules.steps[0], whole.steps[0]);
  assert.equal(rules.rules, [majority.name, 'decimation, b = 2']);
});

for (const method of ['auto', 'wolff', 'swendsenWang', 'heatBath', 'couplingFromThePast'] as const) {
  test(`sampling by itself is adding what the sampler gives: ${method}`, async () => {
    const sampler = () => samplerFor(isingHamiltonian({ lattice: square(8), coupling: 0.4 }), { method, seed: 3 });
    const own = await new MonteCarloRg({ rule: majority }).sample(sampler(), 300);
    assert.equal(own.report(), new MonteCarloRg({ rule: majority }).add(sampler().sample(300)).report());
  });
}

test('sampling refuses blocks that do not tile before the first sample, and stops by a signal', async () => {
  let samples = 0;
  const ising16 = new Ising({ lattice: square(16), coupling: 0.4 });
  const counted = Object.assign(Object.create(ising16) as Ising, {
    configurations: () => ising16.configurations(),
    sampleAsync: (...args: Parameters<Ising['sampleAsync']>) => {
      samples++;
      return ising16.sampleAsync(...args);
    },
  });
  const refused = await new MonteCarloRg({ rule: majorityRule({ factor: 3 }) }).sample(counted, 100).catch(String);
  assert.match(refused as string, /multiple of 3/);
  assert.is(samples, 0);
  const controller = new AbortController();
  const rg = new MonteCarloRg({ rule: majority });
  const onProgress = () => controller.abort(new Error('enough'));
  const stopped = await rg.sample(counted, 5000, { signal: controller.signal, onProgress }).catch(String);
  assert.is(stopped, 'Error: enough');
  // what was added before stays
  assert.is(rg.report().count, 1280);
});

test('two lattices match at the critical coupling, from a K beside it', () => {
  const at = (L: number) => ising(L, 15_000, L, 0.438);
  const { steps, coupling } = matchLattices(at(32), at(16), { rule: majority, steps: 3 });
  assert.is(coupling, 0.438);
  assert.equal(
    steps.map(({ shape }) => shape),
    [
      [16, 16],
      [8, 8],
      [4, 4],
    ],
  );
  for (const { operator, estimate } of steps[2].criticalCouplings) {
    const { value, error } = estimate as { value: number; error: number };
    assert.ok(error < 6e-4, `error ${error}`);
    near(value, CRITICAL, 3e-4 + 3.5 * error, operator);
  }
});

test('a layer of placed units: operators of the graph of neighbours, exponents of the soft rule that it is', () => {
  const L = 16;
  const w = 0.9;
  const blocks = (L / 2) ** 2;
  // one unit per 2 × 2 block in an order without meaning, in {0,1}: weight 4w, bias -8w
  const order = Array.from({ length: blocks }, (_, k) => (k * 29 + 7) % blocks);
  const weights = new Float32Array(L * L * blocks);
  for (let i = 0; i < L * L; i++) {
    const block = (L / 2) * Math.floor(i / (2 * L)) + Math.floor((i % L) / 2);
    weights[i * blocks + order[block]] = 4 * w;
  }
  const hiddenBias = new Float32Array(blocks).fill(-8 * w);
  const rbm = new Rbm({ visible: L * L, hidden: blocks, weights, visibleBias: new Float32Array(L * L), hiddenBias });
  const data = ising(L, 12_000, 4);
  const placed = monteCarloRg(data, { rule: placedLayerRule(rbm, { shape: [L, L] }) }).steps[0];
  assert.equal(placed.even.operators, ['nn', 'second', 'square', 'fork']);
  assert.equal(placed.odd.operators, ['field', 'path']);
  assert.is(placed.scale, 2);
  const soft = monteCarloRg(data, { rule: softRule({ factor: 2, weight: w }) }).steps[0];
  for (const [parity, tolerance] of [
    ['even', 0.03],
    ['odd', 0.003],
  ] as const) {
    const [one, other] = [placed[parity].exponent, soft[parity].exponent] as { value: number; error: number }[];
    near(one.value, other.value, tolerance + 3 * other.error, parity);
  }
  refuses(
    () => monteCarloRg(data, { rule: placedLayerRule(rbm, { shape: [L, L] }), operators: {} }),
    RangeError,
    /spins with places/,
  );
});

test('refused by name, before any work', () => {
  const data = ising(16, 300, 1);
  const even = standardOperators('square', 'even');
  refuses(() => monteCarloRg(data, { rule: majority, step: 2 } as never), RangeError, /step/);
  refuses(() => monteCarloRg(data, { rule: {} as never }), TypeError, /rule/);
  refuses(() => monteCarloRg(data, { rule: [majority], steps: 2 }), RangeError, /number of rules/);
  refuses(() => monteCarloRg(data, { rule: majority, steps: 5 }), RangeError, /in step 5: .*multiple of 2/);
  refuses(() => monteCarloRg(data, { rule: majority, steps: 4 }), RangeError, /"steps" expected 3 or fewer/);
  refuses(() => monteCarloRg(data, { rule: majority, operators: { odd: even } }), RangeError, /odd number of spins/);
  refuses(
    () => monteCarloRg(data, { rule: majority, steps: 3, operators: { even } }),
    RangeError,
    /third, with a site/,
  );
  refuses(() => monteCarloRg(part(data, 0, 50), { rule: majority }), RangeError, /140 rows/);
  refuses(() => new MonteCarloRg({ rule: majority }).report(), RangeError, /got none/);
  const still = new SpinData(300, [16, 16], new Uint8Array(300 * 32), { source: 'test' });
  refuses(() => monteCarloRg(still, { rule: majority }), RangeError, /nn and 6 others, constant after step 1/);
  refuses(() => new MonteCarloRg({ rule: majority }).add(data).add(ising(8, 10, 1)), RangeError, /spins of 16 × 16/);
  refuses(() => new MonteCarloRg({ rule: majority }).add(data).add(ising(16, 10, 1, 0.3)), RangeError, /same model/);
  refuses(() => new MonteCarloRg({} as never), TypeError, /rule/);
  refuses(() => matchLattices(data, ising(8, 300, 1, 0.43), { rule: majority }), RangeError, /same coupling/);
  refuses(() => matchLattices(data, data, { rule: majority }), RangeError, /sides 8 × 8/);
  refuses(() => matchLattices(data, ising(8, 300, 1), { rule: majority, steps: 1 }), RangeError, /2 steps/);
});

test.run();
