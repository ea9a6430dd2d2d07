import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { REPLICAS } from '../../src/ising/chains/planes.js';
import { square } from '../../src/ising/models/lattice.js';
import { IsingReplicas, type IsingReplicasOptions } from '../../src/ising/samplers/replicas.js';
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
  refuses({ coupling: '1' }, TypeError, /^"coupling" expected finite number >= 0, or 128 of them, got "1"$/);
  refuses({ coupling: [0.4, 0.5] }, RangeError, /^"coupling" expected length 128, got 2$/);
  const couplings: unknown[] = Array(128).fill(0.4);
  refuses({ coupling: couplings.with(127, -1) }, RangeError, /^"coupling\[127\]" expected number >= 0, got -1$/);
  refuses({ coupling: couplings.with(3, Number.NaN) }, RangeError, /^"coupling\[3\]" expected finite number, got NaN$/);
  refuses({ coupling: couplings.with(3, '0.4') }, TypeError, /^"coupling\[3\]"/);
  refuses({ method: 'glauber' }, RangeError, /^"method" expected one of metropolis, heatBath, got "glauber"$/);
  for (const lattice of [square(2), square(2, 4), square(4, 2)]) {
    refuses({ lattice }, RangeError, /^"lattice" expected sides >= 4 for the method "metropolis"/);
    assert.is(new IsingReplicas({ ...options, lattice, method: 'heatBath' }).measure().energies.length, 128);
  }
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

const run = (changed: Partial<IsingReplicasOptions>, ...counts: number[]) => {
  const replicas = new IsingReplicas({ ...options, ...changed });
  for (const count of counts) replicas.sweep(count);
  return replicas.configurations().bytes;
};

test('one seed, one run, in one call or many', () => {
  for (const changed of [{}, { method: 'heatBath' as const }, { coupling: couplingsOf(0.2, 0.5) }]) {
    assert.equal(run(changed, 20), run(changed, 20));
    assert.equal(run(changed, 20), run(changed, 1, 7, 12));
    assert.not.equal(run(changed, 20), run({ ...changed, seed: 2 }, 20));
  }
});

test('a snapshot is gone on from with the same bits', () => {
  for (const changed of [{}, { method: 'heatBath' as const }, { coupling: couplingsOf(0.2, 0.5) }]) {
    const first = new IsingReplicas({ ...options, ...changed });
    first.sweep(13);
    const snapshot = first.snapshot();
    const kept = structuredClone(snapshot);
    first.sweep(9);
    assert.equal(snapshot, kept, 'a snapshot is a copy');
    const second = new IsingReplicas({ ...options, ...changed, seed: 'another' });
    second.restore(snapshot);
    second.sweep(9);
    assert.equal(second.configurations().bytes, first.configurations().bytes);
    assert.equal(second.measure(), first.measure());
    assert.equal(second.snapshot(), first.snapshot());
  }
});

test('refuses a snapshot of another lattice, and then stays as it was', () => {
  const replicas = new IsingReplicas({ ...options, lattice: square(8, 6) });
  const before = replicas.snapshot();
  const other = new IsingReplicas({ ...options, lattice: square(6, 8) }).snapshot();
  for (const [snapshot, kind, pattern] of [
    [other, RangeError, /^"snapshot.rows" expected 8 \(the same lattice\), got 6$/],
    [{ ...before, planes: 5 }, TypeError, /^"snapshot.planes" expected Uint8Array, got 5$/],
    [{ ...before, streams: new Uint8Array(191) }, RangeError, /^"snapshot.streams" expected length 192, got 191$/],
    [{}, TypeError, /^"snapshot.rows"/],
    [null, TypeError, /^"snapshot"/],
  ] as const) {
    assert.throws(
      () => replicas.restore(snapshot as never),
      (error: Error) => error.constructor === kind && pattern.test(error.message),
    );
  }
  assert.equal(replicas.snapshot(), before);
});

/** 128 couplings from `low` to `high`. */
function couplingsOf(low: number, high: number): number[] {
  return Array.from({ length: REPLICAS }, (_, r) => low + ((high - low) * r) / (REPLICAS - 1));
}

test('couplings are told, and provenance names them', () => {
  const one = new IsingReplicas(options);
  assert.is(one.coupling, 0.4);
  assert.is(one.configurations().provenance.parameters!.coupling, 0.4);
  const couplings = couplingsOf(0.1, 0.6);
  const many = new IsingReplicas({ ...options, coupling: couplings, method: 'heatBath' });
  assert.equal([...(many.coupling as Float64Array)], couplings);
  assert.equal(many.configurations().provenance.parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [8, 8],
    couplings,
    method: 'heatBath',
  });
});

// Each replica's average over time is one independent value: 128 of them give the error. |z| < 4, p = 6e-5 a comparison.
for (const [method, coupling, sweeps] of [
  ['metropolis', 0, 100],
  ['metropolis', 0.2, 200],
  ['metropolis', 0.408, 500],
  ['metropolis', 0.6, 20_000],
  ['heatBath', 0, 100],
  ['heatBath', 0.2, 200],
  ['heatBath', 0.408, 500],
  ['heatBath', 0.6, 20_000],
] as const) {
  test(`${method}: energy and |m| of 8 × 8 in equilibrium, K = ${coupling}`, () => {
    const replicas = new IsingReplicas({ ...options, coupling, method });
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
