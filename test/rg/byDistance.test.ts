import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placeSites } from '../../src/fields/places.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { contrastOf, couplingsByDistance, meanSizes } from '../../src/rg/couplings/byDistance.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { type ShellCouplings, shellCouplings } from '../../src/rg/couplings/shells.js';
import { finish } from '../../src/util/work.js';

const test = suite('rg/byDistance');

test('the bond RBM of the torus, seen by the measurement: K at distance 1 and nothing else, all |K| nearest', () => {
  const coupling = 0.4;
  const side = 8;
  const rbm = bondRbm(isingHamiltonian({ lattice: square(side), coupling }));
  const options = { pairs: 5, seed: 1, stage: 'couplings' };
  const { bins, nearest, effective, range, strongest } = finish(
    couplingsByDistance(rbm, placeSites([side, side]), options),
  );
  assert.ok(Math.abs(nearest.share - 1) < 1e-10 && Math.abs(effective - coupling) < 1e-10);
  assert.ok(Math.abs(nearest.pairs - 128 / (32 * 63)) < 1e-12);
  for (const { distance, size, pairs, sampled, shuffled } of bins) {
    assert.ok(Math.abs(size - (distance < 1.2 ? coupling : 0)) < 1e-10, `${distance}: ${size}`);
    assert.is(pairs, sampled);
    // with the units exchanged 128 of 2016 pairs have K, wherever they are
    const [low, high] = shuffled as [number, number];
    assert.ok(low < (coupling * 128) / 2016 && high > (coupling * 128) / 2016 && high < coupling / 2);
  }
  assert.is(range, null);
  assert.is(strongest?.filter(([, , k]) => Math.abs(k - coupling) < 1e-10).length, 128);
  assert.ok(strongest?.slice(0, 128).every(([, , k]) => Math.abs(k - coupling) < 1e-10));
  // in a larger layer a few pairs of each distance say the same: here the couplings of one distance are all alike
  const large = bondRbm(isingHamiltonian({ lattice: square(11), coupling }));
  const few = finish(couplingsByDistance(large, placeSites([11, 11]), options));
  assert.ok(Math.abs(few.effective - coupling) < 1e-10 && few.bins.every(({ sampled }) => sampled === 5));
  assert.is(few.strongest, null);
});

test('shells of Ising data: K and three zeros', () => {
  const data = new Ising({ lattice: square(8), coupling: 0.35, seed: 5 }).sample(1500);
  const found = shellCouplings(data, placeSites([8, 8])) as ShellCouplings;
  assert.equal(
    found.shells.map(({ name, partners }) => [name, partners]),
    [
      ['nearest', 4],
      ['second', 4],
      ['third', 12],
      ['rest', 43],
    ],
  );
  // five scores: one above 4.2 has p = 1e-4
  const scores = found.shells.map(({ coupling, error }, k) => (coupling - (k === 0 ? 0.35 : 0)) / error);
  const { value, error } = found.effective;
  assert.ok(
    [...scores, (value - 0.35) / error].every((score) => Math.abs(score) < 4.2),
    `${scores} ${value}`,
  );
});

/** Bins at distances ½, 1, 2 with these |K|. */
const layer = (sizes: number[], shuffled: [number, number] | null) => ({
  bins: [0.5, 1, 2].map((distance, k) => ({
    distance,
    pairs: 10 * (k + 1),
    sampled: 5,
    mean: 0,
    size: sizes[k],
    error: 0.01,
    shuffled,
  })),
  nearest: { share: 0, pairs: 0 },
  effective: 0,
  correction: 0,
  range: null,
  strongest: null,
});

test('neighbours over all pairs; 1 where all couplings are zero', () => {
  assert.ok(Math.abs(contrastOf(layer([0, 0.6, 0.2], null).bins) - 0.6 / ((12 + 6) / 60)) < 1e-12);
  assert.is(contrastOf(layer([0, 0, 0], null).bins), 1);
});

test('means over layers at their common distances; a single layer keeps the error of its pairs', () => {
  const one = layer([9, 0.2, 0.1], [0.1, 0.3]);
  const means = meanSizes([one, layer([9, 0.4, 0.1], [0.3, 0.5])], 0.75, 6);
  assert.equal(
    means.map(({ distance }) => distance),
    [1, 2],
  );
  assert.ok(Math.abs(means[0].size.value - 0.3) < 1e-12 && Math.abs(means[0].size.error - 0.1) < 1e-12);
  assert.ok(Math.abs((means[0].exchanged?.value as number) - 0.3) < 1e-12);
  assert.ok(Math.abs((means[0].exchanged?.error as number) - 0.1) < 1e-12);
  assert.equal(meanSizes([one], 0.75, 1.5)[0].size, { value: 0.2, error: 0.01 });
  // no band where a layer has too few pairs for one, or none has
  for (const layers of [[one, layer([9, 0.4, 0.1], null)], [layer([9, 0.4, 0.1], null)]]) {
    assert.is(meanSizes(layers, 0.75, 6)[0].exchanged, null);
  }
  assert.equal(meanSizes([one, { ...one, bins: one.bins.slice(0, 2) }], 0.75, 6).length, 1);
  assert.equal(meanSizes([], 0.75, 6), []);
});

test.run();
