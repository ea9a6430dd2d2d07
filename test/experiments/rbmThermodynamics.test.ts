import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { spreadOf } from '../../src/experiments/kit/statistics.js';
import { rbmThermodynamics } from '../../src/experiments/rbm-thermodynamics/index.js';
import {
  drawnByChains,
  drawnIndependently,
  OBSERVABLES,
  type RbmThermodynamicsResult,
  summed,
} from '../../src/experiments/rbm-thermodynamics/point.js';
import { groupsOf } from '../../src/experiments/rbm-thermodynamics/summary.js';
import { distinctRows, type RbmThermodynamicsPoint } from '../../src/experiments/rbm-thermodynamics/training.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { pointsInMemory } from './pointsInMemory.js';
import { exactEnergy } from './torusEnergy.js';

const test = suite('experiments/rbm-thermodynamics');

/**
 * An RBM of a hidden unit for each bond of the 4×4 torus, whose p(v) is Boltzmann's: cosh 2w = e^{2K} for ±1 units,
 * here as {0,1}.
 */
function bondRbm(temperature: number): Rbm {
  const w = Math.acosh(Math.exp(2 / temperature)) / 2;
  const weights = new Float32Array(16 * 32);
  const visibleBias = new Float32Array(16);
  for (let i = 0; i < 16; i++) {
    [(i & 12) | ((i + 1) & 3), (i + 4) & 15].forEach((j, way) => {
      const unit = 2 * i + way;
      weights[i * 32 + unit] = 4 * w;
      weights[j * 32 + unit] = 4 * w;
      visibleBias[i] -= 2 * w;
      visibleBias[j] -= 2 * w;
    });
  }
  return new Rbm({ visible: 16, hidden: 32, weights, visibleBias, hiddenBias: new Float32Array(32).fill(-4 * w) });
}

const at = (given: Partial<RbmThermodynamicsPoint>): RbmThermodynamicsPoint => ({
  key: 'point',
  size: 4,
  temperature: 2.269,
  hidden: 16,
  target: 'configurations',
  samples: 100_000,
  iterations: 1,
  restarts: 1,
  epochs: 1,
  seed: '1',
  ...given,
});

test('an RBM that is the Ising model has its thermodynamics, and KL 0', () => {
  const { model, divergence } = summed(
    bondRbm(2.269),
    isingHamiltonian({ lattice: square(4), coupling: 1 / 2.269 }),
    2.269,
  );
  assert.ok(Math.abs(model.energy.value - exactEnergy(2.269)) < 1e-5, `${model.energy.value}`);
  assert.ok(Math.abs(divergence.value) < 1e-6, `${divergence.value}`);
});

test('sums over states, draws from the summed hidden layer and chains agree', async () => {
  // 10 hidden units, weak weights and a bias that breaks the symmetry; 16 z-scores, p about 1e-3 beyond 4
  const weights = Float32Array.from({ length: 160 }, (_, k) => Math.sin(3 * k + 1));
  const visibleBias = Float32Array.from({ length: 16 }, (_, i) => Math.cos(5 * i) / 2);
  const hiddenBias = Float32Array.from({ length: 10 }, (_, j) => Math.sin(7 * j));
  const rbm = new Rbm({ visible: 16, hidden: 10, weights, visibleBias, hiddenBias });
  const point = at({ hidden: 10, temperature: 2 });
  const { model } = summed(rbm, isingHamiltonian({ lattice: square(4), coupling: 1 / 2 }), 2);
  const data = new SpinData(20_000, [4, 4], new Uint8Array(40_000), { source: 'all spins down' });
  const drawn = drawnIndependently(rbm, data, point);
  const chained = await drawnByChains(rbm, data, point, {});
  for (const name of OBSERVABLES) {
    for (const { value, error } of [drawn.model[name], chained.model[name]]) {
      const z = (value - model[name].value) / error;
      assert.ok(Math.abs(z) < 4, `${name}: z = ${z}`);
    }
  }
  for (const z of Object.values(chained.drawn.forgotten)) assert.ok(Math.abs(z) < 4, `halves ${z} apart`);
});

test('chains that cannot have forgotten their start are told apart', async () => {
  // one hidden unit, on or off for good: all spins up, or those of odd rows down; data all up, coin tosses end at
  // either
  const odd = (i: number) => (i >> 2) % 2 === 1;
  const rbm = new Rbm({
    visible: 16,
    hidden: 1,
    weights: Float32Array.from({ length: 16 }, (_, i) => (odd(i) ? 20 : 0)),
    visibleBias: Float32Array.from({ length: 16 }, (_, i) => (odd(i) ? -10 : 10)),
    hiddenBias: Float32Array.of(-80),
  });
  const data = new SpinData(1000, [4, 4], new Uint8Array(2000).fill(255), { source: 'all up' });
  const { drawn } = await drawnByChains(rbm, data, at({ hidden: 1 }), {});
  assert.ok(Math.abs(drawn.forgotten.energy) > 10 && Math.abs(drawn.forgotten.absoluteMagnetisation) > 10);
});

test('distinct rows and how often they are there', () => {
  const { rows, weights } = distinctRows(new BitRows(5, 10, Uint8Array.of(1, 2, 7, 0, 1, 2, 1, 0, 7, 0)));
  assert.equal([...rows.bytes], [1, 2, 7, 0, 1, 0]);
  assert.equal(weights, [2, 2, 1]);
});

test('groups: mean and spread over the seeds, the limit apart', () => {
  const result = (run: number, value: number, target: 'configurations' | 'boltzmann') =>
    ({ point: at({ target, seed: `${run}` }), model: { energy: { value, error: 0 } } }) as RbmThermodynamicsResult;
  const [group, ...others] = groupsOf([
    result(0, -1.5, 'configurations'),
    result(1, -1.6, 'configurations'),
    result(0, -1.7, 'boltzmann'),
  ]);
  assert.is(others.length, 0);
  assert.is(group.runs.length, 2);
  assert.is(group.limit?.model.energy.value, -1.7);
  const { value, error } = spreadOf(group.runs.map(({ model }) => model.energy.value));
  assert.ok(Math.abs(value + 1.55) < 1e-12 && Math.abs(error - Math.sqrt(0.005)) < 1e-12);
});

test('a tiny run: all three ways to average, a stopped run goes on, figures and tables without NaN', async () => {
  const parameters = resolveParameters(rbmThermodynamics, 'quick', {
    sizes: [4, 5],
    temperatures: [2.269],
    hidden: [2, 17],
    seeds: [2, 1],
    samples: [2000],
    limits: 'yes',
    iterations: 2,
    restarts: 2,
    epochs: 1,
  });
  let last = 0;
  const outcome = await runExperiment(rbmThermodynamics, parameters, {
    threads: 1,
    onProgress: ({ overall = 0 }) => {
      assert.ok(overall >= last - 1e-9 && overall <= 1 + 1e-9, `overall went from ${last} to ${overall}`);
      last = overall;
    },
  });
  assert.equal(
    outcome.results.map(({ point, drawn }) => `${point.target}, ${drawn.method}`),
    [
      ...['configurations', 'configurations', 'boltzmann'].map((target) => `${target}, states`),
      ...['configurations', 'configurations', 'boltzmann'].map((target) => `${target}, states`),
      'configurations, hidden layer',
      'configurations, chains',
    ],
  );
  const store = pointsInMemory();
  const stop = new AbortController();
  const stopped = await runExperiment(rbmThermodynamics, parameters, {
    threads: 1,
    store,
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage.startsWith('L = 5, T = 2.269, 2 hidden')) stop.abort(new Error('stopped'));
    },
  }).catch((error: Error) => error.message);
  assert.is(stopped, 'stopped');
  const resumed = await runExperiment(rbmThermodynamics, parameters, { threads: 1, store });
  assert.equal(JSON.stringify(resumed.numbers), JSON.stringify(outcome.numbers));
  const figures = await rbmThermodynamics.figures(outcome);
  assert.is(figures.length, 11);
  const text = JSON.stringify([outcome.numbers, outcome.tables, outcome.facts, outcome.answer, figures]);
  assert.not.match(text, /NaN|undefined|Infinity/);
});

test.run();
