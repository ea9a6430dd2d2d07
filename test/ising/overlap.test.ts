/** Overlaps of two replicas: by hand, and of sampled glasses against exact ones. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exactOverlap } from '../../src/exact/overlap.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { linkOverlapSeries, measureOverlap, overlapSeries } from '../../src/ising/measure/overlap.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import { bitRows } from '../physics/enumeration.js';

const test = suite('ising/overlap');

const dataOf = (rows: number[][], shape: [number, number]) =>
  new SpinData(rows.length, shape, bitRows(rows).bytes, { source: 'this test' });

test('q and q_l of single pairs by hand', () => {
  // a ring of four; bits 1 are +1
  const ring = isingHamiltonian({ lattice: chain(4), coupling: 1 });
  const first = dataOf(
    [
      [1, 1, 1, 1],
      [1, 0, 1, 0],
      [1, 1, 0, 0],
    ],
    [1, 4],
  );
  const second = dataOf(
    [
      [1, 1, 0, 1],
      [0, 1, 0, 1],
      [1, 1, 0, 1],
    ],
    [1, 4],
  );
  assert.equal([...overlapSeries(first, second)], [0.5, -1, 0.5]);
  // one spin that differs turns two of four bonds
  assert.equal([...linkOverlapSeries(first, second, ring)], [0, 1, 0]);
});

for (const [name, field] of [
  ['without a field', 0],
  ['in a field', 0.15],
] as const) {
  test(`a 4×4 glass ${name}: moments, P(q) and q_l within 4.5 errors of the exact ones`, () => {
    const model = edwardsAnderson({ lattice: square(4), distribution: 'gaussian', coupling: 0.8, field, seed: 2 });
    const [first, second] = [1, 2].map((seed) => new SingleSpin({ hamiltonian: model, seed }).sample(4000));
    const answer = measureOverlap(first, second);
    const exact = exactOverlap(model);
    const score = (what: string, found: { mean: number; error: number | null } | null, expected: number | null) => {
      const z = (found!.mean - expected!) / found!.error!;
      assert.ok(Math.abs(z) < 4.5, `${what}: ${found!.mean} ± ${found!.error}, exact ${expected}`);
    };
    if (field === 0) assert.is(answer.overlap, null);
    else score('q', answer.overlap, exact.overlap);
    score('|q|', answer.absoluteOverlap, exact.absoluteOverlap);
    score('q²', answer.overlap2, exact.overlap2);
    score('q⁴', answer.overlap4, exact.overlap4);
    score('q_l', answer.linkOverlap, exact.linkOverlap);
    assert.ok(answer.overlap2.error! < 0.05 * answer.overlap2.mean);
    const u4 = 1 - exact.overlap4 / (3 * exact.overlap2 ** 2);
    assert.ok(Math.abs(answer.binderCumulant!.corrected - u4) < 4.5 * answer.binderCumulant!.error);
    const chi = answer.spinGlassSusceptibility!;
    assert.ok(Math.abs(chi.value - 16 * answer.overlap2.mean) < 1e-12);
    let total = 0;
    answer.distribution.forEach(({ overlap, probability, error }, k) => {
      assert.is(overlap, exact.overlaps[k]);
      total += probability;
      // some 100 entries make an error bar
      if (error === null || probability < 0.025) return;
      const z = (probability - exact.probabilities[k]) / error;
      assert.ok(Math.abs(z) < 4.5, `P(${overlap}) = ${probability} ± ${error}, exact ${exact.probabilities[k]}`);
    });
    assert.ok(Math.abs(total - 1) < 1e-12);
  });
}

test('refuses what is no pair of replicas', () => {
  const model = edwardsAnderson({ lattice: square(4), distribution: 'bimodal', coupling: 0.5, seed: 1 });
  const other = edwardsAnderson({ lattice: square(4), distribution: 'bimodal', coupling: 0.5, seed: 2 });
  const sample = (hamiltonian: typeof model, seed: number, count = 1000) =>
    new SingleSpin({ hamiltonian, seed }).sample(count);
  const first = sample(model, 1);
  assert.throws(() => measureOverlap(first, first), /"second" expected configurations of an independent run/);
  assert.throws(
    () => measureOverlap(first, sample(model, 1)),
    /"second" expected configurations of an independent run/,
  );
  assert.throws(() => measureOverlap(first, sample(other, 2)), /"second" expected data of the same Hamiltonian/);
  assert.throws(() => measureOverlap(first, sample(model, 2, 999)), /"second" expected 1000 configurations/);
  assert.throws(() => measureOverlap(first, null as never), TypeError);
  const [a, b] = [dataOf([[1, 0, 1, 1]], [2, 2]), dataOf([[1, 1, 1, 1]], [2, 2])];
  assert.throws(() => measureOverlap(a, b), /provenance of the data names none/);
  assert.throws(() => measureOverlap(a, dataOf([[1, 0]], [1, 2])), /"second" expected configurations of the shape 2×2/);
  assert.throws(() => linkOverlapSeries(a, b, model), /"hamiltonian" expected a Hamiltonian of 4 sites/);
  assert.throws(
    () => measureOverlap(first, sample(model, 2), { hamiltonian: other }),
    /"hamiltonian" expected the one that/,
  );
});

test.run();
