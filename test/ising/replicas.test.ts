import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { REPLICAS } from '../../src/ising/chains/planeRows.js';
import { hamiltonianSeries, magnetisationSeries } from '../../src/ising/measure/series.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { IsingReplicas, type IsingReplicasOptions } from '../../src/ising/samplers/replicas.js';
import { sampleMean } from '../../src/util/estimate.js';
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
  refuses({ coupling: '1' }, TypeError, /^"coupling" expected finite number >= 0, or 128 such numbers, got "1"$/);
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
      () => replicas.advance(count),
      (e: Error) => e instanceof RangeError && /^"updates"/.test(e.message),
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
      if (sweeps) replicas.advance(sweeps);
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
  for (const count of counts) replicas.advance(count);
  return replicas.configurations().bytes;
};

test('one seed, one run, in one call or many', () => {
  for (const changed of [{}, { method: 'heatBath' as const }, { coupling: couplingsOf(0.2, 0.5) }]) {
    assert.equal(run(changed, 20), run(changed, 20));
    assert.equal(run(changed, 20), run(changed, 1, 7, 12));
    assert.not.equal(run(changed, 20), run({ ...changed, seed: 2 }, 20));
  }
});

test('a state is gone on from with the same bits', () => {
  for (const changed of [{}, { method: 'heatBath' as const }, { coupling: couplingsOf(0.2, 0.5) }]) {
    const first = new IsingReplicas({ ...options, ...changed });
    first.advance(13);
    const snapshot = first.state();
    const kept = structuredClone(snapshot);
    first.advance(9);
    assert.equal(snapshot, kept, 'a snapshot is a copy');
    const second = new IsingReplicas({ ...options, ...changed });
    second.restore(snapshot);
    second.advance(9);
    assert.equal(second.configurations().bytes, first.configurations().bytes);
    assert.equal(second.measure(), first.measure());
    assert.equal(second.state(), first.state());
  }
});

test('refuses the state of another sampler, and then stays as it was', () => {
  const replicas = new IsingReplicas({ ...options, lattice: square(8, 6) });
  const before = replicas.state();
  const [chain] = before.chains;
  const other = new IsingReplicas({ ...options, lattice: square(6, 8) }).state();
  for (const [state, kind, pattern] of [
    [other, RangeError, /^"state" expected the state of /],
    [{ ...before, chains: other.chains }, RangeError, /^"snapshot.rows" expected 8 \(the same lattice\), got 6$/],
    [{ ...before, chains: [{ ...chain, planes: 5 }] }, TypeError, /^"snapshot.planes" expected Uint8Array, got 5$/],
    [
      { ...before, chains: [{ ...chain, streams: new Uint8Array(191) }] },
      RangeError,
      /^"snapshot.streams" expected length 192, got 191$/,
    ],
    [{ ...before, chains: [{}] }, TypeError, /^"snapshot.rows"/],
    [{ ...before, given: -1 }, RangeError, /^"state.given"/],
    [{ ...before, schedule: { interval: 0 } }, RangeError, /^"state.schedule.interval"/],
    [{}, TypeError, /^"state"/],
    [null, TypeError, /^"state"/],
  ] as const) {
    assert.throws(
      () => replicas.restore(state as never),
      (error: Error) => error.constructor === kind && pattern.test(error.message),
    );
  }
  assert.equal(replicas.state(), before);
  // the longest interval that a pilot run of 128 chains may find: 5 τ, τ = 1024/20 steps of 2^15 sweeps
  const longest = 5 * 51.2 * 2 ** 15;
  assert.is(replicas.restore({ ...before, schedule: { interval: longest } }).state().schedule?.interval, longest);
});

test('samples are of the right distribution, whatever the calls, and the report says how independent they are', () => {
  for (const method of ['metropolis', 'heatBath'] as const) {
    const make = () => new IsingReplicas({ lattice: square(8), coupling: 0.4, method, seed: 5 });
    const data = make().sample(3000);
    const { sampling } = data.provenance;
    const exact = kaufman(8, 8, 0.4).energy;
    const { energy, chains, effectiveSamples } = sampling!;
    assert.ok(Math.abs(energy!.mean - exact) < 4 * energy!.error, `${energy!.mean} ± ${energy!.error}, exact ${exact}`);
    assert.is(chains, 128);
    assert.is(sampling!.energyUnit, 'J');
    assert.ok(effectiveSamples! > 0.8 * 3000, `${effectiveSamples}`);
    const parts = make();
    const pieces = [1, 200, 127, 2672].map((count) => parts.sample(count).bytes);
    assert.equal(Uint8Array.from(pieces.flatMap((bytes) => [...bytes])), data.bytes);
    const [first, second] = [make(), make()];
    first.sample(77);
    second.restore(structuredClone(first.state()));
    assert.equal(second.sample(300).bytes, first.sample(300).bytes);
    // turned as a whole with probability ½, independently: |z| > 4 has p = 6e-5
    const up = magnetisationSeries(data).reduce((sum, m) => sum + Math.sign(m), 0);
    assert.ok(Math.abs(up) < 4 * Math.sqrt(3000), `${up}`);
  }
});

test('couplings of their own are sampled too; a frozen chain is refused', () => {
  const coupling = couplingsOf(0.1, 0.3);
  const replicas = new IsingReplicas({ lattice: square(6), coupling, seed: 2 });
  const data = replicas.sample(128 * 60);
  assert.equal([data.provenance.sampling, data.provenance.parameters?.couplings], [undefined, coupling]);
  const energies = hamiltonianSeries(data, isingHamiltonian({ lattice: square(6), coupling: 1 }));
  // each replica against Kaufman: 128 z of N(0, 1), |z| > 5 in any has p = 7e-5
  for (let r = 0; r < 128; r++) {
    const own = Array.from({ length: 60 }, (_, k) => energies[128 * k + r]);
    const { mean, error } = sampleMean(own);
    const z = (mean - kaufman(6, 6, coupling[r]).energy) / error;
    assert.ok(Math.abs(z) < 5.5, `replica ${r}: z = ${z}`);
  }
  const cold = new IsingReplicas({ lattice: square(4), coupling: 30, seed: 2 });
  assert.throws(() => cold.sample(1), /the chains are frozen/);
});

test('sampleAsync gives the rows of sample, and a signal leaves the sampler as it was', async () => {
  const make = () => new IsingReplicas({ lattice: square(8), coupling: 0.3, seed: 4 });
  const [a, b] = [make(), make()];
  assert.equal((await a.sampleAsync(200)).bytes, b.sample(200).bytes);
  const before = a.state();
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('enough'));
  const error = await a.sampleAsync(10_000, { signal: stop.signal, onProgress }).catch((reason) => reason);
  assert.is(error.message, 'enough');
  assert.equal(a.state(), before);
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
    replicas.advance(sweeps);
    const energy = new Float64Array(REPLICAS);
    const magnetisation = new Float64Array(REPLICAS);
    const signed = new Float64Array(REPLICAS);
    const times = 40;
    for (let t = 0; t < times; t++) {
      replicas.advance(10);
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
