/**
 * An RBM that is an Ising model, exactly: one ±1 hidden unit a bond, weights w and sgn(K)·w, w = ½ arccosh e^{2|K|}, no biases, since
 * Σ_h e^{h w (s + sgn(K) s')} = 2 cosh(w(s + sgn(K) s')) = 2 e^{|K|} e^{K s s'}. In units of {0,1}: W' = 4W, c_i' = -2 Σ_j W_ij, b_j' = -2 Σ_i W_ij, and
 * F'(v) = H(s) - bonds·(ln 2 + |K|) + Σ W.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../src/ising/measure/observables.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { pseudoLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { allStates, bondSum, logSumExp, torusBonds, unitsOf } from './enumeration.js';

const test = suite('physics/bonds');

/** The RBM of a torus in units of {0,1}, and Σ W of its ±1 form. */
function bondRbm(rows: number, columns: number, coupling: number): { rbm: Rbm; sumOfWeights: number } {
  const bonds = torusBonds(rows, columns);
  const visible = rows * columns;
  const hidden = bonds.length;
  const w = Math.acosh(Math.exp(2 * Math.abs(coupling))) / 2;
  const spin = new Float64Array(visible * hidden);
  bonds.forEach(([a, b], j) => {
    spin[a * hidden + j] += w;
    spin[b * hidden + j] += Math.sign(coupling) * w;
  });
  const visibleBias = new Float64Array(visible);
  const hiddenBias = new Float64Array(hidden);
  spin.forEach((weight, k) => {
    visibleBias[Math.floor(k / hidden)] -= 2 * weight;
    hiddenBias[k % hidden] -= 2 * weight;
  });
  const rbm = new Rbm({
    visible,
    hidden,
    weights: Float32Array.from(spin, (weight) => 4 * weight),
    visibleBias: Float32Array.from(visibleBias),
    hiddenBias: Float32Array.from(hiddenBias),
  });
  return { rbm, sumOfWeights: spin.reduce((sum, weight) => sum + weight, 0) };
}

// Parameters and sums of inputs are float32 numbers of size up to 4: about 1e-7 a hidden unit, a few dozen units.
const BOUND = 2e-5;

test('F(v) is the energy of the Ising model, constant included, for every state', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 3],
    [3, 3],
    [4, 4],
  ]) {
    for (const coupling of [0.408, criticalCoupling, -0.3]) {
      const bonds = torusBonds(rows, columns);
      const { rbm, sumOfWeights } = bondRbm(rows, columns, coupling);
      const constant = sumOfWeights - bonds.length * (Math.LN2 + Math.abs(coupling));
      const free = rbm.freeEnergy(allStates(rbm.visible));
      let worst = 0;
      free.forEach((f, state) => {
        const spins = Array.from(unitsOf(state, rbm.visible), (bit) => 2 * bit - 1);
        const energy = -coupling * bondSum(spins, bonds);
        worst = Math.max(worst, Math.abs(f - energy - constant));
      });
      assert.ok(worst < BOUND, `${rows} × ${columns}, K = ${coupling}: off by ${worst}`);
    }
  }
});

test('its partition function is that of Kaufman', () => {
  for (const [rows, columns] of [
    [2, 2],
    [3, 3],
    [4, 4],
  ]) {
    const { rbm, sumOfWeights } = bondRbm(rows, columns, 0.408);
    const logZ = logSumExp(rbm.freeEnergy(allStates(rbm.visible)).map((f) => -f));
    const expected = kaufman(rows, columns, 0.408).logPartition + rbm.hidden * (Math.LN2 + 0.408) - sumOfWeights;
    assert.ok(Math.abs(logZ - expected) < BOUND, `${rows} × ${columns}: ${logZ}, expected ${expected}`);
  }
});

test('its pseudo-likelihood is the model’s own: configurations in which all sites are alike', () => {
  const checks: [string, (y: number, x: number) => number][] = [
    ['all up', () => 1],
    ['all down', () => 0],
    ['checkerboard', (y, x) => (x + y) & 1],
    ['stripes', (y) => y & 1],
  ];
  for (const coupling of [0.2, criticalCoupling, -0.3]) {
    const { rbm } = bondRbm(4, 6, coupling);
    for (const [name, value] of checks) {
      const bits = Array.from({ length: 24 }, (_, site) => value(Math.floor(site / 6), site % 6));
      const bytes = Uint8Array.from({ length: 3 }, (_, k) =>
        bits.slice(8 * k, 8 * k + 8).reduce((b, bit, i) => b | (bit << i), 0),
      );
      const data = new SpinData(1, [4, 6], bytes, { source: 'this test' });
      const own = isingPseudoLikelihood(data, coupling);
      const { mean } = pseudoLikelihood(rbm, data, { units: 10 });
      assert.ok(Math.abs(mean - own) < BOUND, `K = ${coupling}, ${name}: ${mean}, expected ${own}`);
    }
  }
});

test('its pseudo-likelihood is the model’s own: samples, within 4 errors', () => {
  for (const coupling of [0.2, 0.408, 0.6]) {
    const data = new Ising({ lattice: square(6), coupling, seed: 4 }).sample(600);
    const { rbm } = bondRbm(6, 6, coupling);
    const { mean, error } = pseudoLikelihood(rbm, data, { units: 12 });
    const own = isingPseudoLikelihood(data, coupling);
    assert.ok(error < 0.01 && Math.abs(mean - own) < 4 * error, `K = ${coupling}: ${mean} ± ${error}, expected ${own}`);
  }
});

test('Gibbs steps v → h → v keep the Ising distribution: the energy stays, within 4 errors', () => {
  const coupling = 0.3;
  const bonds = torusBonds(6);
  const { rbm } = bondRbm(6, 6, coupling);
  const data = new Ising({ lattice: square(6), coupling, seed: 9 }).sample(4000);
  let rows = rbm.sampleVisible(rbm.sampleHidden(data, 'up'), 'down');
  rows = rbm.sampleVisible(rbm.sampleHidden(rows, 'up again'), 'down again');
  const energies = Float64Array.from({ length: rows.count }, (_, r) => {
    const spins = Array.from(rows.row(r), (bit) => 2 * bit - 1);
    return -bondSum(spins, bonds) / 36;
  });
  const mean = energies.reduce((sum, e) => sum + e, 0) / energies.length;
  const variance = energies.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (energies.length - 1);
  const error = Math.sqrt(variance / energies.length);
  const exact = kaufman(6, 6, coupling).energy;
  assert.ok(Math.abs(mean - exact) < 4 * error, `${mean} ± ${error}, exact ${exact}`);
});

test.run();
