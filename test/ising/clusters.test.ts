/** The class `Clusters`: what it refuses, and that one seed means one set of bytes. Whether the samples are right: test/physics/clusters.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChainSnapshot, runWork } from '../../src/ising/chains/chain.js';
import { PairClusterChain } from '../../src/ising/chains/clusterChain.js';
import { type Hamiltonian, hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters, type ClustersOptions } from '../../src/ising/samplers/clusters.js';
import type { Progress } from '../../src/util/work.js';
import { told } from '../reference/slices.js';

const test = suite('ising/clusters');

const options: ClustersOptions = { hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }), seed: 7 };
const METHODS = ['wolff', 'swendsenWang'] as const;

const refuses = (changed: object, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(
    () => new Clusters({ ...options, ...changed }),
    (error: Error) => error.constructor === kind && pattern.test(error.message),
    JSON.stringify(changed),
  );

const bytesOf = (...sets: { bytes: Uint8Array }[]) => sets.flatMap(({ bytes }) => [...bytes]);

const models = [
  options.hamiltonian,
  isingHamiltonian({ lattice: chain(7), coupling: -0.4, field: 0.2 }),
  edwardsAnderson({ lattice: square(17), distribution: 'gaussian', coupling: 0.4 }),
];

test('refuses options by name', () => {
  assert.throws(
    () => new Clusters(null as never),
    (error: Error) => error instanceof TypeError && /^"options"/.test(error.message),
  );
  refuses(
    { hamiltonian: undefined },
    TypeError,
    /^"hamiltonian" expected Hamiltonian, as isingHamiltonian\(\) or hamiltonianFromTerms\(\)/,
  );
  refuses({ method: 'heatBath' }, RangeError, /^"method" expected one of wolff, swendsenWang, got "heatBath"$/);
  refuses({ seed: 1.5 }, RangeError, /^"seed"/);
  refuses({ independence: 0 }, RangeError, /^"independence" expected number > 0, got 0$/);
  refuses({ start: [1, -1] }, RangeError, /^"start" expected length 36, got 2$/);
  refuses({ start: new Int8Array(36) }, RangeError, /^"start\[0\]" expected 1 or -1, got 0$/);
});

test('refuses terms of more than two sites, and says which', () => {
  const plaquette = isingHamiltonian({ lattice: square(3), coupling: 0.2, plaquette: 0.1 });
  refuses(
    { hamiltonian: plaquette },
    RangeError,
    /^"hamiltonian" expected fields and pairs \(SingleSpin takes terms of any order\), got "4 sites in term 18"$/,
  );
  const three = hamiltonianFromTerms({
    sites: 4,
    terms: [
      { sites: [], coupling: 1 },
      { sites: [1], coupling: 1 },
      { sites: [1, 2, 3], coupling: 1e-9 },
    ],
  });
  refuses({ hamiltonian: three }, RangeError, /got "3 sites in term 2"$/);
});

test('refuses counts that are none', async () => {
  const sampler = new Clusters(options);
  for (const count of [0, -1, 1.5, Number.NaN]) {
    for (const work of [
      () => sampler.sample(count),
      () => sampler.advance(count),
      () => sampler.improved(count),
      () => sampler.sampleAsync(count),
      () => sampler.improvedAsync(count),
    ]) {
      const error = await Promise.resolve()
        .then(work)
        .then(
          () => undefined,
          (reason: Error) => reason,
        );
      assert.ok(error instanceof RangeError && /^"(count|updates)" expected positive integer/.test(error.message));
    }
  }
  assert.equal(bytesOf(sampler.sample(5)), bytesOf(new Clusters(options).sample(5)), 'refusals use up nothing');
});

test('the defaults, and constants that change nothing', () => {
  const plain = new Clusters({ hamiltonian: options.hamiltonian });
  assert.equal([plain.method, plain.seed], ['wolff', 1]);
  const { sites, terms } = options.hamiltonian;
  const shifted = hamiltonianFromTerms({ sites, terms: [{ sites: [], coupling: 5 }, ...terms] });
  for (const method of METHODS) {
    const [a, b] = [options.hamiltonian, shifted].map((h) => new Clusters({ ...options, hamiltonian: h, method }));
    assert.equal(bytesOf(a.sample(50)), bytesOf(b.sample(50)));
    assert.ok(Math.abs(a.measure().energies[0] - b.measure().energies[0] - 5 / 36) < 1e-12);
  }
});

for (const method of METHODS) {
  test(`one call or many, the same bits; ${method}`, () => {
    for (const h of models) {
      const make = (seed: number) => new Clusters({ hamiltonian: h, method, seed });
      const whole = make(7).sample(600);
      const parts = make(7);
      assert.equal(bytesOf(...[1, 255, 256, 88].map((count) => parts.sample(count))), bytesOf(whole));
      assert.not.equal(bytesOf(make(8).sample(600)), bytesOf(whole));

      const [once, often] = [make(7), make(7)];
      once.advance(500);
      for (let k = 0; k < 100; k++) often.advance(5);
      assert.equal(bytesOf(once.configurations()), bytesOf(often.configurations()));
    }
  });

  test(`intervals too long for one call give the bits of short calls; ${method}`, () => {
    const h = isingHamiltonian({ lattice: square(64), coupling: 0.1 });
    const rows = (interval: number, parts: number) => {
      const chain64 = new PairClusterChain(h, method, 3, undefined);
      const found: number[] = [];
      for (let row = 0; row < 3; row++) {
        for (let part = 1; part < parts; part++) runWork(chain64.machine, chain64.advance(interval / parts));
        for (const { bits } of told(chain64, chain64.series(1, interval / parts, true))) found.push(...bits);
      }
      return found;
    };
    const long = method === 'wolff' ? 600_000 : 300;
    assert.equal(rows(long, 1), rows(long, 30));
  });

  test(`a restored sampler goes on with the same bits; ${method}`, () => {
    for (const h of models) {
      const make = () => new Clusters({ hamiltonian: h, method, seed: 7 });
      const sampler = make();
      const before = sampler.state();
      sampler.advance(33);
      const stepped = sampler.state();
      const first = sampler.sample(40);
      const sampled = sampler.state();
      const second = sampler.sample(300);
      // into samplers that have been elsewhere
      const other = make();
      other.sample(10);
      other.restore(before);
      other.advance(33);
      assert.equal(bytesOf(other.sample(40), other.sample(300)), bytesOf(first, second), 'from the start');
      other.restore(stepped);
      assert.equal(bytesOf(other.sample(40)), bytesOf(first), 'before the pilot run');
      const third = make();
      third.restore(sampled);
      assert.equal(bytesOf(third.sample(300)), bytesOf(second), 'after it');
      assert.equal(third.state(), sampler.state());
    }
  });

  test(`provenance says what was done; ${method}`, () => {
    const data = new Clusters({ ...options, method }).sample(200);
    const { source, seed, parameters, sampling } = data.provenance;
    assert.equal([source, seed], ['blockspin Clusters', 7]);
    assert.equal(parameters, {
      lattice: { kind: 'square', boundary: 'periodic' },
      shape: [6, 6],
      coupling: 0.3,
      method,
    });
    const { method: told, chains, seeds, interval, pilotClusterSize, energy } = sampling!;
    assert.equal([told, chains, seeds], [method, 1, method === 'wolff' ? 1 : 36]);
    assert.ok(Number.isInteger(interval) && interval >= 1 && energy!.error > 0);
    assert.ok(pilotClusterSize! > (method === 'wolff' ? 2 : 14) && pilotClusterSize! < 22, `${pilotClusterSize}`);
    const mean = options.hamiltonian.energy(data).reduce((a, e) => a + e, 0) / 200 / 36;
    assert.ok(Math.abs(energy!.mean - mean) < 1e-12);
    assert.is(new Clusters({ ...options, method }).sample(50).provenance.sampling!.energy, null, 'too few to tell');
  });

  test(`measure() and configurations() tell of the same spins; ${method}`, () => {
    const h = edwardsAnderson({ lattice: cubic(2, 3, 4), distribution: 'gaussian', coupling: 0.5, field: 0.1 });
    const sampler = new Clusters({ hamiltonian: h, method, seed: 3 });
    for (let k = 0; k < 5; k++) {
      const before = sampler.configurations().bytes;
      const { energies, magnetisations } = sampler.measure();
      const data = sampler.configurations();
      assert.equal(data.bytes, before, 'looking changes nothing');
      assert.equal([data.count, ...data.shape], [1, 6, 4]);
      assert.is(energies[0], h.energy(data)[0] / 24);
      assert.is(magnetisations[0], data.spins(0).reduce((sum, s) => sum + s, 0) / 24);
      sampler.advance(3);
    }
  });

  test(`sampleAsync gives the bytes of sample, tells its progress and stops at a signal; ${method}`, async () => {
    const once = new Clusters({ ...options, method }).sample(700);
    const steps: Progress[] = [];
    const sampler = new Clusters({ ...options, method });
    const later = await sampler.sampleAsync(700, { onProgress: (progress) => steps.push(progress) });
    assert.equal(bytesOf(later), bytesOf(once));
    assert.equal(later.provenance, once.provenance);
    assert.equal([...new Set(steps.map(({ stage }) => stage))], ['burn-in', 'pilot', 'sample']);
    assert.equal(steps.at(-1), { stage: 'sample', done: 700, total: 700, unit: 'samples' });
    const reason = new Error('enough');
    const error = await sampler.sampleAsync(5, { signal: AbortSignal.abort(reason) }).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    assert.is(error, reason);
  });

  test(`improved: one call or many, and the same from improvedAsync; ${method}`, async () => {
    const make = () => new Clusters({ ...options, method });
    const whole = make().improved(300);
    assert.equal(await make().improvedAsync(300), whole);
    const parts = make();
    const pieces = [100, 1, 199].map((count) => parts.improved(count));
    assert.equal(
      pieces.flatMap(({ magnetisation2 }) => [...magnetisation2]),
      [...whole.magnetisation2],
    );
    assert.equal(
      pieces.flatMap(({ all }) => [...(all?.sizes ?? [])]),
      [...(whole.all?.sizes ?? [])],
    );
    assert.equal(parts.configurations().bytes.length, 5);
  });
}

test('a chain refuses snapshots that do not fit, and stays as it is', () => {
  const chainOf = (h: Hamiltonian) => new PairClusterChain(h, 'wolff', 7, undefined);
  const walker = chainOf(options.hamiltonian);
  const snapshot = walker.snapshot();
  const wrong = (changed: unknown, kind: ErrorConstructor, pattern: RegExp) =>
    assert.throws(
      () => walker.restore(changed as ChainSnapshot),
      (error: Error) => error.constructor === kind && pattern.test(error.message),
    );
  wrong(null, TypeError, /^"snapshot" expected snapshot of a chain/);
  wrong({}, TypeError, /^"snapshot.updates"/);
  wrong({ ...snapshot, updates: -1 }, RangeError, /^"snapshot.updates" expected integer >= 0, got -1$/);
  wrong({ ...snapshot, spins: new Uint8Array(3) }, RangeError, /^"snapshot.spins" expected length 44, got 3$/);
  wrong({ ...snapshot, draws: 5 }, TypeError, /^"snapshot.draws" expected Uint8Array, got 5$/);
  wrong(chainOf(models[1]).snapshot(), RangeError, /^"snapshot.spins"/);
  assert.equal(walker.snapshot(), snapshot);
  // bytes that are no spins do no harm
  walker.restore({ ...snapshot, spins: new Uint8Array(44).fill(255), draws: new Uint8Array(4100).fill(255) });
  assert.is(walker.present().spinSums[0], 36);
  runWork(walker.machine, walker.advance(100));
});

test('refuses improved estimators of Wolff clusters in a field', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.3, field: 0.1 });
  assert.throws(
    () => new Clusters({ hamiltonian: h }).improved(10),
    /^"method" expected 'swendsenWang' for improved estimators in a field, got "wolff"$/,
  );
  assert.is(new Clusters({ hamiltonian: h, method: 'swendsenWang' }).improved(10).count, 10);
});

test('starts where it is told, else from random spins', () => {
  const start = Int8Array.from({ length: 36 }, (_, i) => (i % 5 ? 1 : -1));
  assert.equal(new Clusters({ ...options, start }).configurations().spins(0), start);
  const random = new Clusters({ hamiltonian: isingHamiltonian({ lattice: square(64), coupling: 0.3 }) }).measure()
    .magnetisations[0];
  // N(0, 1/4096): 4 σ
  assert.ok(Math.abs(random) < 4 / 64, `${random}`);
});

test('a chain that a strong field holds fast is said to be frozen', () => {
  for (const method of METHODS) {
    const h = isingHamiltonian({ lattice: square(4), coupling: 0.1, field: 40 });
    const frozen = new Clusters({ hamiltonian: h, method, start: new Int8Array(16).fill(1) });
    assert.throws(() => frozen.sample(10), /^the chain is frozen: no spin was flipped in 2000 measurements/);
  }
});

test.run();
