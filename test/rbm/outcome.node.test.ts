/**
 * Machines that have gone wrong in known ways, each of which is told; and machines that are right, of which nothing is.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { type OutcomeOptions, trainingOutcome, trainingOutcomeAsync } from '../../src/rbm/diagnosis/outcome.js';
import { logOdds } from '../../src/rbm/engines/state.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { logPartition } from '../../src/rbm/likelihood/partition.js';
import { gaussianLayer, reluLayer, type States, spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { trainExactly } from '../../src/rg/map/exactTraining.js';
import type { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { refuses } from '../assert.js';
import { cases } from '../matrix.js';
import { randomRows } from '../physics/enumeration.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/outcome');

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

/** The same machine in float32, as training gives it. */
function machineOf({ visibleBias, hiddenBias, weights }: SpinRbm): Rbm {
  return new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(Float32Array.from(visibleBias)),
    hiddenLayer: spinLayer(Float32Array.from(hiddenBias)),
    weights: Float32Array.from(weights),
  });
}

/** Independent configurations of the L×L torus. */
function torusRows(L: number, coupling: number, count: number, seed: number): BitRows {
  return new Ising({ lattice: square(L), coupling, seed }).sample(count);
}

/** All 0 or all 1, turn by turn. */
function twoModes(count: number, width = 64): BitRows {
  const rows = new BitRows(count, width);
  for (let r = 1; r < count; r += 2) rows.bytes.fill(255, r * rows.stride, (r + 1) * rows.stride);
  return rows;
}

/** One hidden spin that holds 64 spins together: two modes of equal weight, but for a bias on every unit. */
const twoModeRbm = (bias = 0) =>
  new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(64).fill(bias)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: new Float32Array(64).fill(3),
  });

const doubtsOf = (rbm: Rbm, rows: BitRows, options: OutcomeOptions<BitRows> = {}) =>
  trainingOutcome(rbm, rows, options).doubts;

const among = (doubts: string[], pattern: RegExp) => doubts.filter((doubt) => pattern.test(doubt)).length;

test('two modes: none lost, none doubted, log Z exact; with a bias of 10 on all units one is lost, and told', () => {
  const rows = twoModes(2000);
  const good = trainingOutcome(twoModeRbm(), rows);
  assert.equal(good.doubts, []);
  assert.ok(Math.abs((good.logLikelihood?.mean ?? 0) + Math.LN2) < 0.4, `${good.logLikelihood?.mean}`);
  assert.ok(Math.abs((good.logLikelihood?.independent ?? 0) + 64 * Math.LN2) < 1e-9);
  assert.is(good.partition?.method, 'exact');
  assert.equal(
    good.modes?.map(({ share }) => share),
    [0.5, 0.5],
  );
  for (const seed of [1, 2]) {
    const { doubts, modes } = trainingOutcome(twoModeRbm(10), rows, { seed });
    assert.is(among(doubts, /^The model has lost a mode: to 50 % of the rows, .* it gives -1280\.\d+ nats per row/), 1);
    assert.is(among(doubts, /^The modes of the model have other weights .*: on one side .* 50 % of the rows/), 1);
    assert.ok(modes?.some(({ modelShare }) => (modelShare?.value ?? 1) < 1e-9));
  }
});

// Each of some 10 comparisons of a machine is told from 4 or 5 standard errors on; 180 machines in the matrix: p < 1e-2 for any word.
test('machines that are the model that the rows are from: no word in 20 seeds each, at any coupling', () => {
  for (const [L, coupling] of cases(
    [[4, 0.44]],
    [
      [4, 0.1],
      [4, 0.8],
    ],
  )) {
    const rbm = machineOf(bondRbm(isingHamiltonian({ lattice: square(L), coupling })));
    for (const seed of SEEDS) {
      const all = torusRows(L, coupling, 700, seed);
      const rows = new BitRows(600, L * L, all.bytes.slice(0, 600 * all.stride));
      const chains = new BitRows(100, L * L, all.bytes.slice(600 * all.stride));
      assert.equal(doubtsOf(rbm, rows, { chains, seed }), [], `K = ${coupling}, seed ${seed}`);
    }
  }
});

test('machines trained exactly on the 3×3 torus, K above K_c: no word in 20 seeds', () => {
  const hamiltonian = isingHamiltonian({ lattice: square(3), coupling: 0.5 });
  const rbm = machineOf(trainExactly(hamiltonian, { hidden: 3, seed: 1 }).rbm);
  for (const seed of SEEDS) assert.equal(doubtsOf(rbm, torusRows(3, 0.5, 500, seed), { seed }), [], `seed ${seed}`);
});

test('spins below T_c, K = 1: persistent chains lose a mode and it is told, tempered ones do not; two seeds', async () => {
  for (const seed of [1, 2]) {
    const rows = torusRows(8, 1, 1000, seed);
    const bad = await trainRbm(rows, {
      hidden: 8,
      epochs: 120,
      algorithm: 'pcd',
      seed,
      threads: 1,
      outcome: false,
      learningRate: 0.1,
      schedule: 'constant',
    });
    const told = doubtsOf(bad.rbm, rows, { history: bad.history, initialDeviation: 0.01 });
    // the proxy saw nothing of it
    assert.ok((bad.history.at(-1)?.pseudoLikelihood ?? -1) > -0.1);
    assert.ok(among(told, /lost a mode|have other weights/) > 0, `seed ${seed}: ${told.join('\n')}`);
    const good = await trainRbm(rows, {
      hidden: 8,
      epochs: 40,
      seed,
      threads: 1,
      algorithm: 'tempering',
      outcome: false,
    });
    assert.equal(doubtsOf(good.rbm, rows, { history: good.history, initialDeviation: 0.01 }), [], `seed ${seed}`);
  }
});

test('weights that have hardly moved, once and in full sentences', async () => {
  const rows = torusRows(4, 0.44, 300, 1);
  const { rbm, history } = await trainRbm(rows, {
    hidden: 4,
    epochs: 1,
    algorithm: 'pcd',
    seed: 1,
    threads: 1,
    outcome: false,
  });
  const [only, ...others] = doubtsOf(rbm, rows, { history, initialDeviation: 0.01 });
  assert.match(
    only,
    /^The weights have hardly moved: the largest is 0\.0\d+, as in a random start of deviation 0\.01\. /,
  );
  assert.match(only, /train longer \(more epochs\), or with a larger learningRate\.$/);
  assert.equal(others, []);
});

test('nothing learned, where pairs of units tell that there is something; nothing said where there is nothing', () => {
  const empty = (rows: BitRows) =>
    new Rbm({
      visible: rows.width,
      hidden: 2,
      weights: new Float32Array(rows.width * 2),
      visibleBias: logOdds(rows.means(), rows.count),
      hiddenBias: new Float32Array(2),
    });
  for (const seed of [1, 2]) {
    const spins = torusRows(8, 0.4, 1000, seed);
    const told = doubtsOf(empty(spins), spins);
    assert.is(told.length, 1);
    assert.match(
      told[0],
      /^The model has learned next to nothing .* a tree of pairs would be \d+\.\d+ more\. Train longer/,
    );
  }
  for (const seed of SEEDS) {
    const independent = randomRows(500, 40, seed, (i) => 0.1 + 0.02 * i);
    assert.equal(doubtsOf(empty(independent), independent), [], `seed ${seed}`);
  }
});

test('a machine below independent units', () => {
  const draw = normal(xoshiro128(seedWords(5)));
  const rbm = new Rbm({
    visible: 36,
    hidden: 10,
    weights: Float32Array.from({ length: 360 }, () => draw()),
    visibleBias: new Float32Array(36),
    hiddenBias: new Float32Array(10),
  });
  const rows = torusRows(6, 0.2, 500, 1);
  const { doubts, logLikelihood: found } = trainingOutcome(rbm, rows);
  assert.is(found?.mean, logLikelihood(rbm, rows).mean);
  assert.is(
    among(doubts, /^The log-likelihood, -\d+\.\d\d nats per row, is below that of independent units, -24\.\d\d/),
    1,
  );
});

test('persistent chains that have left the model, with weights or without', () => {
  const rbm = machineOf(bondRbm(isingHamiltonian({ lattice: square(4), coupling: 0.5 })));
  const rows = torusRows(4, 0.5, 500, 1);
  const chains = new BitRows(100, 16);
  for (let r = 0; r < 100; r++) if (r % 10) chains.bytes.fill(255, 2 * r, 2 * r + 2);
  for (const seed of [1, 2]) {
    const told = doubtsOf(rbm, rows, { chains, seed });
    assert.is(told.length, 1);
    assert.match(told[0], /^The persistent chains do not follow the model: .* annealed samples .*tempering/);
  }
  // with weights that make them samples again: as many up as down, and others from the model
  const own = torusRows(4, 0.5, 200, 9);
  const mixed = new BitRows(300, 16, Uint8Array.from([...chains.bytes, ...own.bytes]));
  const chainWeights = Array.from({ length: 300 }, (_, r) => (r < 100 ? 0 : 1));
  assert.equal(doubtsOf(rbm, rows, { chains: mixed, chainWeights }), []);
});

test('rows of weight are there so many times, and a machine trained on them is judged by them', () => {
  const rows = twoModes(400);
  const sampleWeights = Array.from({ length: 400 }, (_, r) => (r % 2 ? 9 : 1));
  // p(all 1) = 0.9
  const tilted = new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(64).fill(Math.log(9) / 128)),
    hiddenLayer: spinLayer(new Float32Array(1)),
    weights: new Float32Array(64).fill(3),
  });
  const { doubts, modes } = trainingOutcome(tilted, rows, { sampleWeights });
  assert.equal(doubts, []);
  assert.ok(Math.abs((modes?.[0].share ?? 0) - 0.1) < 1e-12);
  assert.is(among(doubtsOf(tilted, rows), /have other weights/), 1);
});

test('few rows, rows that are alike, one unit, and real units: no word, and nothing breaks', () => {
  const one = (rows: BitRows) =>
    new Rbm({
      visible: rows.width,
      hidden: 1,
      weights: new Float32Array(rows.width).fill(0.01),
      visibleBias: logOdds(rows.means(), rows.count),
      hiddenBias: new Float32Array(1),
    });
  for (const rows of [
    new BitRows(1, 9),
    randomRows(1, 9, 1),
    new BitRows(2, 9),
    randomRows(2, 9, 1),
    randomRows(3, 1, 1),
  ]) {
    const { doubts, rows: judged, logLikelihood: found } = trainingOutcome(one(rows), rows);
    assert.equal(doubts, []);
    assert.is(judged, rows.count);
    assert.ok(Number.isFinite(found?.mean));
  }
  const draw = normal(xoshiro128(seedWords(3)));
  const values = Float32Array.from({ length: 200 * 5 }, () => draw());
  const constant = values.map((x, k) => (k % 5 === 2 ? 1 : x));
  for (const [kind, data] of [
    ['gaussian', values],
    ['gaussian', constant],
    ['relu', values.map(Math.abs)],
  ] as const) {
    const bias = new Float32Array(5);
    const rbm = new Rbm<States, States>({
      visibleLayer: (kind === 'relu' ? reluLayer(bias) : gaussianLayer(bias)) as never,
      hiddenLayer: reluLayer(new Float32Array(2)) as never,
      weights: new Float32Array(10).fill(0.01),
    });
    const { doubts, logLikelihood: found } = trainingOutcome(rbm, new RealRows(200, 5, data));
    assert.equal(doubts, [], kind);
    assert.is(found?.independent !== undefined, data === values);
  }
});

test('real units in both layers whose weights leave no distribution', () => {
  const rbm = new Rbm<States, States>({
    visibleLayer: gaussianLayer(new Float32Array(3)) as never,
    hiddenLayer: gaussianLayer(new Float32Array(3)) as never,
    weights: new Float32Array(9).fill(30),
  });
  const outcome = trainingOutcome(
    rbm,
    new RealRows(
      20,
      3,
      Float32Array.from({ length: 60 }, (_, k) => Math.sin(k)),
    ),
  );
  assert.equal(outcome.doubts, [
    'log Z is not finite: with such large weights the energy of real units is unbounded below, and there is no distribution, even if the chains do not show it. Use two-valued hidden units, or a smaller learningRate.',
  ]);
  assert.is(outcome.logLikelihood, undefined);
});

test('many rows are judged by some, one seed gives one answer, with pauses too, and log Z may be given', async () => {
  const rows = torusRows(4, 0.3, 5000, 1);
  const rbm = machineOf(bondRbm(isingHamiltonian({ lattice: square(4), coupling: 0.3 })));
  const outcome = trainingOutcome(rbm, rows, { seed: 5 });
  assert.is(outcome.rows, 2000);
  assert.equal(await trainingOutcomeAsync(rbm, rows, { seed: 5 }), outcome);
  assert.not.equal(trainingOutcome(rbm, rows, { seed: 6 }).logLikelihood, outcome.logLikelihood);
  const partition = logPartition(rbm, { method: 'annealing', chains: 100, temperatures: 100 });
  assert.is(trainingOutcome(rbm, rows, { partition }).partition, partition);
});

test('refuses what does not fit', () => {
  const rbm = twoModeRbm();
  refuses(() => trainingOutcome(rbm, new BitRows(0, 64)), RangeError, '"rows" expected at least one row, got none');
  refuses(() => trainingOutcome(rbm, new BitRows(3, 63)), RangeError, '"rows" expected rows of 64 units, got 63');
  refuses(
    () => trainingOutcome(rbm, new BitRows(3, 64), { sampleWeights: [1] }),
    RangeError,
    '"sampleWeights" expected length 3, got 1',
  );
});

test('what never was learned is not called lost, and a remedy is not what was done already', async () => {
  const rows = twoModes(400);
  const once = await trainRbm(rows, { hidden: 4, epochs: 1, seed: 1, threads: 1 });
  assert.is(among(once.doubts, /weights have hardly moved/), 1, once.doubts.join('\n'));
  assert.is(among(once.doubts, /lost a mode/), 0, once.doubts.join('\n'));
  const history = [{ epoch: 1, largestWeight: 5 }];
  const lost = (more: object) =>
    doubtsOf(twoModeRbm(10), rows, { history: history.map((seen) => ({ ...seen, ...more })) });
  assert.is(among(lost({}), /lost a mode.*Use algorithm 'population' or 'tempering'/), 1);
  assert.is(among(lost({ effectiveShare: 0.9 }), /lost a mode.*Train longer, with more chains/), 1);
});

test.run();
