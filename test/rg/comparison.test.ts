import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { compareWithBlocks, compareWithDecimation, matchToBlocks } from '../../src/rg/map/comparison.js';
import { matchFreeEnergy } from '../../src/rg/map/counterexamples.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { torusBonds } from '../physics/enumeration.js';
import { QUARTERS } from './draws.js';

const test = suite('rg/comparison');

test('an RBM that decimates is recognised: copies of one sublattice, in any order and turned; others are not', () => {
  const coupling = 0.4;
  const h = isingHamiltonian({ lattice: square(4), coupling });
  const kept = [10, 0, 2, 5, 7, 8, 13, 15];
  const weights = new Float64Array(16 * 8);
  kept.forEach((site, j) => {
    const sign = j % 3 === 0 ? -1 : 1;
    weights[site * 8 + j] = sign * 14;
    for (const [a, b] of torusBonds(4)) {
      if (a === site) weights[b * 8 + j] += sign * coupling;
      if (b === site) weights[a * 8 + j] += sign * coupling;
    }
  });
  const rbm = matchFreeEnergy(h, new SpinRbm({ visible: 16, hidden: 8, weights }));
  const found = compareWithDecimation(h, rbm);
  assert.equal(found?.copied, kept);
  assert.is(found?.sets.length, 255);
  assert.ok((found?.gap as number) < 1e-9, `${found?.gap}`);
  assert.is(found?.weakest, 14);
  // pairs one step of the sublattice apart: (ln cosh 4K)/8 for each spin between them, and corrections from the torus;
  // far from 0 in any case
  const trained = found?.trained ?? [];
  assert.ok(Math.max(...trained) > Math.log(Math.cosh(4 * coupling)) / 8);
  // another model's couplings do not fit
  assert.ok(
    (compareWithDecimation(isingHamiltonian({ lattice: square(4), coupling: 0.3 }), rbm)?.gap as number) > 0.01,
  );
  weights[10 * 8 + 1] = 15; // two hidden spins after the same site
  assert.is(compareWithDecimation(h, new SpinRbm({ visible: 16, hidden: 8, weights })), null);
  assert.is(
    compareWithDecimation(h, new SpinRbm({ visible: 16, hidden: 1, weights: new Float64Array(16).fill(1) })),
    null,
  );
});

test('hidden spins are matched to blocks, in their order and with positive weights', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
  const order = [2, 0, 3, 1];
  const own = (scale: (unit: number) => number) => {
    const weights = new Float64Array(64).fill(0.01);
    order.forEach((block, unit) => {
      for (const site of QUARTERS[block]) weights[site * 4 + unit] = scale(unit);
    });
    return new SpinRbm({ visible: 16, hidden: 4, weights, hiddenBias: Float64Array.of(0.1, 0.2, 0.3, 0.4) });
  };
  const matched = matchToBlocks(
    own((unit) => (unit === 1 ? -0.5 : 0.5)),
    QUARTERS,
  );
  QUARTERS.forEach((sites, block) => {
    for (const site of sites) assert.is(matched.weights[site * 4 + block], 0.5);
  });
  assert.equal([...matched.hiddenBias], [-0.2, 0.4, 0.1, 0.3]);
  // weights of one size in the block and none outside: 4 of 16 sites carry all, so the largest is 4 times the mean
  const weights = own(() => 0.5).weights.map((w) => (w === 0.5 ? w : 0));
  const found = compareWithBlocks(h, new SpinRbm({ visible: 16, hidden: 4, weights }), QUARTERS, [
    [0, 1],
    [0, 3],
  ]);
  assert.equal([found.inside, found.outside, found.peak], [0.5, 0, 4]);
  assert.ok(found.blocks[0] > found.blocks[1] && found.blocks[1] > 0, `${found.blocks}`);
});

test.run();
