import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { square } from '../../src/ising/lattice.js';
import { IsingReplicas, REPLICAS } from '../../src/ising/replicas.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { chiSquareTail } from '../physics/statistics.js';
import { magnetisationDistribution, meanAbsoluteMagnetisation } from '../physics/torus.js';

const test = suite('ising/replicas');

const options = { lattice: square(8), coupling: 0.4, seed: 1 };

const refuses = (changed: object, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(
    () => new IsingReplicas({ ...options, ...changed }),
    (error: Error) => error.constructor === kind && pattern.test(error.message),
    JSON.stringify(changed),
  );

test('refuses odd sides and bad options', () => {
  for (const lattice of [square(3), square(4, 5), square(5, 4)]) {
    refuses({ lattice }, RangeError, /^"lattice" expected even sides .*checkerboard/);
  }
  refuses({ lattice: 8 }, TypeError, /^"lattice"/);
  refuses({ coupling: Number.NaN }, RangeError, /^"coupling" expected finite number, got NaN$/);
  refuses({ coupling: -0.1 }, RangeError, /^"coupling" expected number >= 0, got -0.1$/);
  refuses({ coupling: '1' }, TypeError, /^"coupling"/);
  refuses({ seed: 1.5 }, RangeError, /^"seed"/);
  refuses({ seed: null, coupling: null }, TypeError, /^"coupling"/);
  const replicas = new IsingReplicas(options);
  for (const count of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => replicas.sweep(count),
      (e: Error) => e instanceof RangeError && /^"count"/.test(e.message),
    );
  }
});

test('configurations() and measure() tell of the same spins, all sizes', () => {
  for (const [rows, columns] of [
    [4, 4],
    [4, 6],
    [6, 4],
    [10, 6],
  ]) {
    const replicas = new IsingReplicas({ ...options, lattice: square(rows, columns) });
    const bonds = torusBonds(rows, columns);
    for (const sweeps of [0, 1, 5]) {
      if (sweeps) replicas.sweep(sweeps);
      const { energies, magnetisations } = replicas.measure();
      const data = replicas.configurations();
      assert.equal([data.count, energies.length, magnetisations.length, ...data.shape], [128, 128, 128, rows, columns]);
      for (let r = 0; r < REPLICAS; r++) {
        const spins = data.spins(r);
        assert.is(energies[r], -bondSum(spins, bonds) / data.width, `${rows} × ${columns}, replica ${r}`);
        assert.is(magnetisations[r], spins.reduce((sum, s) => sum + s, 0) / data.width);
      }
    }
  }
});

test('starts from independent random spins', () => {
  const data = new IsingReplicas({ ...options, lattice: square(16) }).configurations();
  // 256 sites up or down with ½ in each of 128 replicas, and in 128 replicas at each site: χ², p > 1e-3 on either side
  const perReplica = Array.from({ length: 128 }, (_, r) => data.row(r).reduce((sum, bit) => sum + bit, 0));
  const perSite = Array.from(data.means(), (mean) => mean * 128);
  for (const [counts, trials] of [
    [perReplica, 256],
    [perSite, 128],
  ] as const) {
    const square = counts.reduce((sum, count) => sum + (count - trials / 2) ** 2 / (trials / 4), 0);
    const p = chiSquareTail(square, counts.length);
    assert.ok(p > 1e-3 && p < 0.999, `p = ${p}`);
  }
});

test('one seed, one run', () => {
  const run = (seed: number) => {
    const replicas = new IsingReplicas({ ...options, seed });
    replicas.sweep(20);
    return replicas.configurations().bytes;
  };
  assert.equal(run(1), run(1));
  assert.not.equal(run(1), run(2));
});

// Each replica's average over time is one independent value: 128 of them give the error. |z| < 4, p = 6e-5 a comparison.
for (const [coupling, sweeps] of [
  [0, 100],
  [0.2, 200],
  [0.408, 500],
  [0.6, 20_000],
]) {
  test(`energy and |m| of 8 × 8 in equilibrium, K = ${coupling}`, () => {
    const replicas = new IsingReplicas({ ...options, coupling });
    replicas.sweep(sweeps);
    const energy = new Float64Array(REPLICAS);
    const magnetisation = new Float64Array(REPLICAS);
    const signed = new Float64Array(REPLICAS);
    const times = 40;
    for (let t = 0; t < times; t++) {
      replicas.sweep(10);
      const { energies, magnetisations } = replicas.measure();
      for (let r = 0; r < REPLICAS; r++) {
        energy[r] += energies[r] / times;
        magnetisation[r] += Math.abs(magnetisations[r]) / times;
        signed[r] += magnetisations[r] / times;
      }
    }
    const exact = {
      energy: kaufman(8, 8, coupling).energy,
      magnetisation: meanAbsoluteMagnetisation(magnetisationDistribution(8, 8, coupling).probabilities),
    };
    const agrees = (values: Float64Array, expected: number, what: string) => {
      const mean = values.reduce((sum, x) => sum + x, 0) / REPLICAS;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (REPLICAS - 1);
      const error = Math.sqrt(variance / REPLICAS);
      assert.ok(
        error < 0.1 && Math.abs(mean - expected) < 4 * error,
        `${what}: ${mean} ± ${error}, expected ${expected}`,
      );
    };
    agrees(energy, exact.energy, 'energy');
    agrees(magnetisation, exact.magnetisation, '|m|');
    agrees(signed, 0, 'm');
  });
}

test.run();
