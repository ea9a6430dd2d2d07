import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { chainAverages, hiddenLayerAverages, summedAverages } from '../../src/rg/thermodynamics/averages.js';
import { OBSERVABLES } from '../../src/rg/thermodynamics/observables.js';
import type { RbmPoint } from '../../src/rg/thermodynamics/rbmPoint.js';
import { chainsApart, gapOf, meanOfModels, truthOf } from '../../src/rg/thermodynamics/rbmRuns.js';
import { distinctRows } from '../../src/rg/thermodynamics/states.js';
import { BitRows } from '../../src/util/bits.js';
import { finish } from '../../src/util/work.js';
import { exactEnergy } from '../experiments/torusEnergy.js';

const test = suite('rg/thermodynamics');

const seeds = (purpose: string | number) => `averages ${purpose}`;

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

test('an RBM that is the Ising model has its thermodynamics, and KL 0', () => {
  const { model, divergence } = summedAverages(
    bondRbm(2.269),
    isingHamiltonian({ lattice: square(4), coupling: 1 / 2.269 }),
    2.269,
  );
  assert.ok(Math.abs(model.energy.value - exactEnergy(2.269)) < 1e-5, `${model.energy.value}`);
  assert.ok(Math.abs(divergence.value) < 1e-6, `${divergence.value}`);
});

test('sums over states, draws from the summed hidden layer and chains agree', () => {
  // 10 hidden units, weak weights and a bias that breaks the symmetry; 16 z-scores, p about 1e-3 beyond 4
  const weights = Float32Array.from({ length: 160 }, (_, k) => Math.sin(3 * k + 1));
  const visibleBias = Float32Array.from({ length: 16 }, (_, i) => Math.cos(5 * i) / 2);
  const hiddenBias = Float32Array.from({ length: 10 }, (_, j) => Math.sin(7 * j));
  const rbm = new Rbm({ visible: 16, hidden: 10, weights, visibleBias, hiddenBias });
  const { model } = summedAverages(rbm, isingHamiltonian({ lattice: square(4), coupling: 1 / 2 }), 2);
  const data = new SpinData(20_000, [4, 4], new Uint8Array(40_000), { source: 'all spins down' });
  const drawn = hiddenLayerAverages(rbm, { shape: data.shape, temperature: 2, seed: 1 });
  const chained = finish(chainAverages(rbm, data, { temperature: 2, seeds }));
  for (const name of OBSERVABLES) {
    for (const { value, error } of [drawn.model[name], chained.model[name]]) {
      const z = (value - model[name].value) / error;
      assert.ok(Math.abs(z) < 4, `${name}: z = ${z}`);
    }
  }
  for (const z of Object.values(chained.drawn.forgotten)) assert.ok(Math.abs(z) < 4, `halves ${z} apart`);
});

test('chains that cannot have forgotten their start are told apart', () => {
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
  const { drawn } = finish(chainAverages(rbm, data, { temperature: 2.269, seeds }));
  assert.ok(Math.abs(drawn.forgotten.energy) > 10 && Math.abs(drawn.forgotten.absoluteMagnetisation) > 10);
});

test('distinct rows and how often they are there', () => {
  const { rows, weights } = distinctRows(new BitRows(5, 10, Uint8Array.of(1, 2, 7, 0, 1, 2, 1, 0, 7, 0)));
  assert.equal([...rows.bytes], [1, 2, 7, 0, 1, 0]);
  assert.equal(weights, [2, 2, 1]);
});

test('RBMs of one kind: their mean, the truth by exact values or fresh configurations, and the gap with its error', () => {
  const value = (mean: number, error = 0) => ({ value: mean, error });
  const observed = (mean: number, error = 0) =>
    Object.fromEntries(OBSERVABLES.map((name) => [name, value(mean, error)])) as RbmPoint['model'];
  const run = (mean: number, fresh: number): RbmPoint => ({
    data: observed(0),
    exact: { energy: -1, specificHeat: null, absoluteMagnetisation: null, connectedSusceptibility: null },
    training: '',
    model: observed(mean, 0.3),
    drawn: {
      method: 'chains',
      chains: 1,
      burnIn: 1,
      taken: 1,
      spacing: 1,
      forgotten: { energy: -2, absoluteMagnetisation: 1 },
    },
    fresh: observed(fresh, 0.4),
    divergence: value(0),
  });
  const runs = [run(1, 2), run(3, 4)];
  assert.equal(meanOfModels(runs, 'energy'), value(2, Math.SQRT2));
  assert.equal(truthOf(runs, 'energy'), value(-1));
  const truth = truthOf(runs, 'specificHeat');
  assert.ok(truth.value === 3 && Math.abs(truth.error - 0.4 / Math.SQRT2) < 1e-12);
  // the spread of two runs gives 1; beside it the error of the truth
  const gap = gapOf(runs, 'specificHeat');
  assert.ok(gap.value === -1 && Math.abs(gap.error - Math.hypot(1, 0.4 / Math.SQRT2)) < 1e-12, `${gap.error}`);
  // a single run has no spread: its own error
  assert.ok(Math.abs(gapOf([runs[0]], 'energy').error - 0.3) < 1e-12);
  assert.equal(chainsApart(runs), [2, 1, 2, 1]);
});

test.run();
