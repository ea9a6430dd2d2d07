import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../src/ising/measure/observables.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { torusBonds, unitsOf } from '../physics/enumeration.js';

const test = suite('ising/observables');

const provenance = { source: 'this test' };

test('is the log of p(s_i | rest) from two energies, any size', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 3],
    [3, 3],
    [5, 4],
  ]) {
    for (const coupling of [0, 0.408, 1.3, -0.5]) {
      const data = new Ising({ lattice: square(rows, columns), coupling: 0.3, seed: 5 }).sample(20);
      const bonds = torusBonds(rows, columns);
      let sum = 0;
      for (let r = 0; r < data.count; r++) {
        const spins = data.spins(r);
        const energy = (): number => -coupling * bonds.reduce((all, [a, b]) => all + spins[a] * spins[b], 0);
        for (let i = 0; i < spins.length; i++) {
          const here = energy();
          spins[i] *= -1;
          sum -= Math.log(1 + Math.exp(here - energy()));
          spins[i] *= -1;
        }
      }
      const expected = sum / data.count / data.width;
      const answer = isingPseudoLikelihood(data, coupling);
      assert.ok(
        Math.abs(answer - expected) < 1e-12,
        `${rows} × ${columns}, K = ${coupling}: ${answer}, expected ${expected}`,
      );
    }
  }
});

test('no other coupling has a higher expectation: all states of 3 × 3 with their weights', () => {
  const bonds = torusBonds(3);
  const weights: number[] = [];
  const sets: SpinData[] = [];
  for (let state = 0; state < 512; state++) {
    const spins = unitsOf(state, 9);
    const sum = bonds.reduce((all, [a, b]) => all + (spins[a] === spins[b] ? 1 : -1), 0);
    weights.push(Math.exp(0.4 * sum));
    sets.push(new SpinData(1, [3, 3], Uint8Array.of(state & 255, state >> 8), provenance));
  }
  const total = weights.reduce((all, w) => all + w, 0);
  const expectation = (coupling: number) =>
    sets.reduce((all, data, k) => all + (weights[k] / total) * isingPseudoLikelihood(data, coupling), 0);
  const best = expectation(0.4);
  for (const other of [0, 0.3, 0.39, 0.41, 0.5, 1]) assert.ok(expectation(other) < best, `K = ${other}`);
});

test.run();
