/**
 * The exact RBM of an Ising model: one ±1 hidden unit a bond, weights w and sgn(K)·w with w = ½ arccosh e^{2|K|}, no biases. Its visible marginal is the
 * Ising model, and ln Z_RBM = ln Z_Ising + bonds·(ln 2 + |K|): an oracle at any size, by Kaufman's formula.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { klDivergence } from '../../src/rbm/likelihood/likelihood.js';
import { logPartition } from '../../src/rbm/likelihood/partition.js';
import { spinLayer } from '../../src/rbm/model/layers.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { cases } from '../matrix.js';
import { bondSum, logSumExp, torusBonds } from './enumeration.js';
import { standardNormal } from './statistics.js';

const test = suite('physics/bondRbm');

/** The machine of the L×L torus; `signs` makes some bonds antiferromagnetic. */
function bondRbm(L: number, K: number, signs: (bond: number) => number = () => 1): Rbm {
  const bonds = torusBonds(L);
  const w = 0.5 * Math.acosh(Math.exp(2 * Math.abs(K)));
  const weights = new Float32Array(L * L * bonds.length);
  bonds.forEach(([a, b], k) => {
    weights[a * bonds.length + k] += w;
    weights[b * bonds.length + k] += Math.sign(K) * signs(k) * w;
  });
  return new Rbm<BitRows, BitRows>({
    visibleLayer: spinLayer(new Float32Array(L * L)),
    hiddenLayer: spinLayer(new Float32Array(bonds.length)),
    weights,
  });
}

/** ln Z of the machine. */
const logZ = (L: number, K: number) => kaufman(L, L, K).logPartition + 2 * L * L * (Math.LN2 + Math.abs(K));

test('L = 4: p(v) is the Ising model, KL < 1e-10 with K of both signs, and ln Z is exact to the rounding of w', () => {
  const bonds = torusBonds(4);
  const signs = (bond: number) => (bond % 3 === 0 ? -1 : 1);
  for (const [K, sign] of [
    [0.3, () => 1],
    [0.44, signs],
    [-0.25, () => 1],
  ] as const) {
    const logs = Float64Array.from({ length: 2 ** 16 }, (_, s) => {
      const spin = (i: number) => ((s >> i) & 1 ? 1 : -1);
      return bonds.reduce((sum, [a, b], k) => sum + K * sign(k) * spin(a) * spin(b), 0);
    });
    const total = logSumExp(logs);
    const rbm = bondRbm(4, K, sign);
    const partition = logPartition(rbm, { method: 'exact', layer: 'visible' }).estimate;
    // w is a float32: of relative rounding 3e-8 in 32 bonds
    assert.ok(Math.abs(partition - (total + 32 * (Math.LN2 + Math.abs(K)))) < 1e-5, `K = ${K}: ${partition}`);
    const kl = klDivergence(
      rbm,
      logs.map((x) => Math.exp(x - total)),
      partition,
    );
    assert.ok(Math.abs(kl) < 1e-10, `K = ${K}: KL ${kl}`);
  }
});

// p > 1e-3, two-sided, of each |z|: 3.3
test('ln Z at L = 4, 8 and 16 by annealing, within its own error bar of Kaufman’s', () => {
  for (const [L, K, chains, temperatures] of [
    [4, 0.44, 200, 200],
    [8, 0.44, 120, 300],
    [16, 0.35, 100, 1000],
  ]) {
    const rbm = bondRbm(L, K);
    const exact = logZ(L, K);
    // exact samples of the machine, from another engine
    const samples = new Ising({ lattice: square(L), coupling: K, seed: 1 }).sample(chains);
    const { estimate, error, lower, upper, up, down } = logPartition(rbm, {
      method: 'annealing',
      chains,
      temperatures,
      samples: new BitRows(samples.count, samples.width, samples.bytes),
      seed: 'bonds',
    });
    for (const [name, value, bar] of [
      ['up', up!.logPartition, up!.error],
      ['down', down!.logPartition, down!.error],
      ['both', estimate, error],
    ] as const) {
      assert.ok(Math.abs(value - exact) < 3.3 * bar, `L = ${L}, ${name}: ${value} ± ${bar}, exact ${exact}`);
      assert.ok(bar < 0.5, `L = ${L}, ${name}: ± ${bar}`);
    }
    assert.ok(lower < exact && exact < upper, `L = ${L}: [${lower}, ${upper}], exact ${exact}`);
  }
});

/** z of the ways up and down and of both, Jensen's bias of the former taken off; `own`: samples of the annealing itself, else exact ones. */
function scores(L: number, K: number, chains: number, temperatures: number, seeds: number, own: boolean) {
  const rbm = bondRbm(L, K);
  const exact = logZ(L, K);
  const all = new Ising({ lattice: square(L), coupling: K, seed: 1 }).sample(own ? 1 : chains * seeds);
  const z = { up: [] as number[], down: [] as number[], both: [] as number[] };
  let doubts = 0;
  let held = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const bytes = all.bytes.slice(seed * chains * all.stride, (seed + 1) * chains * all.stride);
    const samples = own ? undefined : new BitRows(chains, all.width, bytes);
    const answer = logPartition(rbm, { method: 'annealing', chains, temperatures, samples, seed });
    const { up, down, estimate, error, lower, upper, doubt } = answer;
    z.up.push((up!.logPartition + up!.error ** 2 / 2 - exact) / up!.error);
    z.down.push((down!.logPartition - down!.error ** 2 / 2 - exact) / down!.error);
    z.both.push((estimate - exact) / error);
    if (doubt) doubts++;
    if (lower <= exact && exact <= upper) held++;
  }
  return { z, doubts, held };
}

// mean and variance of z over 100 seeds, two-sided p > 1e-3 each
for (const [L, K, chains, temperatures, own] of cases(
  [
    [4, criticalCoupling, 200, 60, false],
    [4, criticalCoupling, 200, 60, true],
  ],
  [[8, 0.36, 200, 120, true]],
)) {
  const whose = own ? 'its own samples' : 'exact samples';
  test(`L = ${L}: errors of annealing from ${whose} are N(0, 1), doubts are few, and nearly all brackets hold`, () => {
    const { z, doubts, held } = scores(L, K, chains, temperatures, 100, own);
    for (const [name, values] of Object.entries(z)) {
      const { mean, variance, pMean, pVariance } = standardNormal(values);
      assert.ok(pMean > 1e-3, `${name}: mean of z ${mean}, p = ${pMean}`);
      assert.ok(pVariance > 1e-3, `${name}: variance of z ${variance}, p = ${pVariance}`);
    }
    assert.ok(doubts <= 10, `${doubts} doubts`);
    assert.ok(held >= 90, `${held} brackets of 100 hold`);
  });
}

test('L = 16 at K_c: chains too few for their path say that they are not to be trusted, 6 seeds of 6', () => {
  assert.is(scores(16, criticalCoupling, 60, 60, 6, true).doubts, 6);
});

// mean and variance of z over chains of their own, two-sided p > 1e-3 each
test('Gibbs samples have the exact Ising energy: L = 8, from all spins down and from all up', () => {
  const L = 8;
  const bonds = torusBonds(L);
  for (const [K, steps] of [
    [0.25, 60],
    [0.36, 150],
  ]) {
    const rbm = bondRbm(L, K);
    const exact = kaufman(L, L, K).energy * L * L;
    const variance = (kaufman(L, L, K).specificHeat * L * L) / K ** 2;
    for (const start of [0, 0xff]) {
      const chains = 1500;
      const first = new BitRows(chains, L * L, new Uint8Array((chains * L * L) / 8).fill(start));
      const { visible } = rbm.gibbs(first, { steps, seed: start });
      const z = Array.from({ length: chains }, (_, r) => {
        const spins = Array.from(visible.row(r), (bit) => 2 * bit - 1);
        return (-bondSum(spins, bonds) - exact) / Math.sqrt(variance);
      });
      const { mean, pMean } = standardNormal(z);
      assert.ok(pMean > 1e-3, `K = ${K}, start ${start}: mean of z ${mean}, p = ${pMean}`);
      const spread = z.reduce((sum, x) => sum + x * x, 0) / chains;
      assert.ok(Math.abs(spread - 1) < 0.2, `K = ${K}: variance of the energy ${spread} of the exact one`);
    }
  }
});

test.run();
