/** The class `SingleSpin`: what it refuses, and that one seed means one set of bytes. Whether the samples are right: test/physics/singleSpin.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { SingleSpin, type SingleSpinOptions } from '../../src/ising/samplers/singleSpin.js';
import { Tempering } from '../../src/ising/samplers/tempering.js';
import type { Progress } from '../../src/util/work.js';

const test = suite('ising/singleSpin');

const options: SingleSpinOptions = { hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }), seed: 7 };

const UPDATES = [
  { method: 'heatBath', order: 'sequential' },
  { method: 'heatBath', order: 'random' },
  { method: 'metropolis', order: 'sequential' },
  { method: 'metropolis', order: 'random' },
] as const;

const refuses = (changed: object, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(
    () => new SingleSpin({ ...options, ...changed }),
    (error: Error) => error.constructor === kind && pattern.test(error.message),
    JSON.stringify(changed),
  );

const bytesOf = (...sets: { bytes: Uint8Array }[]) => sets.flatMap(({ bytes }) => [...bytes]);

test('refuses options by name', () => {
  assert.throws(
    () => new SingleSpin(null as never),
    (error: Error) => error instanceof TypeError && /^"options"/.test(error.message),
  );
  refuses(
    { hamiltonian: undefined },
    TypeError,
    /^"hamiltonian" expected Hamiltonian, as isingHamiltonian\(\) or hamiltonianFromTerms\(\) return/,
  );
  refuses({ hamiltonian: { sites: 2, terms: [] } }, TypeError, /^"hamiltonian"/);
  refuses({ method: 'wolff' }, RangeError, /^"method" expected one of heatBath, metropolis, got "wolff"$/);
  refuses({ order: 'checkerboard' }, RangeError, /^"order" expected one of sequential, random/);
  refuses({ seed: 1.5 }, RangeError, /^"seed"/);
  refuses({ independence: 0 }, RangeError, /^"independence" expected number > 0, got 0$/);
  refuses({ start: [1, -1] }, RangeError, /^"start" expected length 36, got 2$/);
  refuses({ start: new Int8Array(36) }, RangeError, /^"start\[0\]" expected 1 or -1, got 0$/);
  refuses({ start: 'up' }, TypeError, /^"start"/);
});

test('refuses Metropolis where it would flip spins for ever', () => {
  const nothing = hamiltonianFromTerms({ sites: 4, terms: [{ sites: [], coupling: 1 }] });
  const oneFree = isingHamiltonian({
    lattice: graph(4, [
      [0, 1],
      [1, 3],
    ]),
    coupling: 1,
  });
  for (const order of ['sequential', 'random']) {
    refuses(
      { hamiltonian: nothing, method: 'metropolis', order },
      RangeError,
      /^"hamiltonian" expected interactions .*heatBath/,
    );
  }
  refuses(
    { hamiltonian: oneFree, method: 'metropolis', order: 'sequential' },
    RangeError,
    /^"hamiltonian" expected an interaction at every site .*heatBath\), got "none at site 2"$/,
  );
  new SingleSpin({ hamiltonian: oneFree, method: 'metropolis', order: 'random' }).advance(3);
  for (const h of [nothing, oneFree]) new SingleSpin({ hamiltonian: h }).advance(3);
  // what is refused is indeed wrong: without a refusal, free spins would come back to where they were after two sweeps; the heat bath's do not
  const free = new SingleSpin({ hamiltonian: hamiltonianFromTerms({ sites: 64, terms: [] }), seed: 3 });
  const before = free.configurations().bytes;
  free.advance(2);
  assert.not.equal(free.configurations().bytes, before);
});

test('refuses counts that are none', async () => {
  const sampler = new SingleSpin(options);
  for (const count of [0, -1, 1.5, Number.NaN]) {
    for (const work of [() => sampler.sample(count), () => sampler.advance(count)]) {
      assert.throws(
        work,
        (e: Error) => e instanceof RangeError && /^"(count|updates)" expected positive integer/.test(e.message),
      );
    }
    const error = await sampler.sampleAsync(count).then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.ok(error instanceof RangeError && /^"count"/.test(error.message));
  }
  assert.equal(bytesOf(sampler.sample(5)), bytesOf(new SingleSpin(options).sample(5)), 'refusals use up nothing');
});

test('the defaults: heat bath in order, Metropolis in random order', () => {
  const plain = new SingleSpin(options);
  assert.equal([plain.method, plain.order], ['heatBath', 'sequential']);
  assert.is(new SingleSpin({ ...options, method: 'metropolis' }).order, 'random');
  assert.is(new SingleSpin({ ...options, order: 'random' }).method, 'heatBath');
  assert.is(new SingleSpin({ hamiltonian: options.hamiltonian }).seed, 1);
});

for (const updates of UPDATES) {
  test(`one call or many, the same bits; ${updates.method}, ${updates.order}`, () => {
    for (const h of [
      options.hamiltonian,
      isingHamiltonian({ lattice: chain(7), coupling: 0.4, field: 0.2 }),
      isingHamiltonian({ lattice: square(17), coupling: 0.2 }),
    ]) {
      const make = (seed: number) => new SingleSpin({ hamiltonian: h, ...updates, seed });
      const whole = make(7).sample(600);
      const parts = make(7);
      assert.equal(bytesOf(...[1, 255, 256, 88].map((count) => parts.sample(count))), bytesOf(whole));
      assert.not.equal(bytesOf(make(8).sample(600)), bytesOf(whole));

      const [once, often] = [make(7), make(7)];
      once.advance(50);
      for (let k = 0; k < 10; k++) often.advance(5);
      assert.equal(bytesOf(once.configurations()), bytesOf(often.configurations()));
    }
  });
}

test('intervals too long for one call give the bits of short calls', () => {
  // sampling by hand, from the burn-in and the pilot run on, gives the same rows
  const h = isingHamiltonian({ lattice: square(64), coupling: 0.1, field: 0.05 });
  const data = new SingleSpin({ hamiltonian: h, independence: 250, seed: 2 }).sample(2);
  const { interval } = data.provenance.sampling!;
  assert.ok(interval * h.sites > 4e5, `${interval}`);
  const again = new SingleSpin({ hamiltonian: h, seed: 2 });
  again.advance(20 + 2000);
  for (let row = 0; row < 2; row++) {
    again.advance(interval);
    assert.equal(again.configurations().bytes, data.bytes.subarray(row * data.stride, (row + 1) * data.stride));
  }
});

test('measure() and configuration() tell of the same spins', () => {
  const lattice = cubic(2, 3, 4);
  const h = edwardsAnderson({ lattice, distribution: 'gaussian', coupling: 0.5, field: 0.1 });
  const sampler = new SingleSpin({ hamiltonian: h, seed: 3 });
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

test('starts where it is told, else from random spins', () => {
  const start = Int8Array.from({ length: 36 }, (_, i) => (i % 5 ? 1 : -1));
  assert.equal(new SingleSpin({ ...options, start }).configurations().spins(0), start);
  const h = isingHamiltonian({ lattice: square(64), coupling: 0.3 });
  const random = new SingleSpin({ hamiltonian: h }).measure().magnetisations[0];
  // N(0, 1/4096): 4 σ
  assert.ok(Math.abs(random) < 4 / 64, `${random}`);
});

test('shapes: a chain is one row, a cube’s layers lie below each other', () => {
  const shapeOf = (h: SingleSpinOptions['hamiltonian']) => [
    ...new SingleSpin({ hamiltonian: h }).configurations().shape,
  ];
  assert.equal(shapeOf(isingHamiltonian({ lattice: chain(5), coupling: 1 })), [1, 5]);
  assert.equal(shapeOf(isingHamiltonian({ lattice: square(3, 4), coupling: 1 })), [3, 4]);
  assert.equal(shapeOf(isingHamiltonian({ lattice: cubic(2, 3, 4), coupling: 1 })), [6, 4]);
  assert.equal(shapeOf(hamiltonianFromTerms({ sites: 6, terms: [] })), [1, 6]);
});

test('provenance says what was done', () => {
  const data = new SingleSpin({ ...options, method: 'metropolis' }).sample(200);
  const { source, seed, parameters, sampling } = data.provenance;
  assert.equal([source, seed], ['blockspin SingleSpin', 7]);
  assert.equal(parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [6, 6],
    coupling: 0.3,
    method: 'metropolis',
    order: 'random',
  });
  const { method, order, interval, pilotClusterSize, tauEnergy, energy } = sampling!;
  assert.equal([method, order, pilotClusterSize], ['metropolis', 'random', undefined]);
  assert.ok(Number.isInteger(interval) && interval > 1 && tauEnergy! > 0 && energy!.error > 0);
  assert.ok(
    Math.abs(energy!.mean - new SingleSpin(options).hamiltonian.energy(data).reduce((a, e) => a + e, 0) / 200 / 36) <
      1e-12,
  );
  assert.equal(new SingleSpin(options).sample(50).provenance.sampling!.energy, null, 'too few to tell');
});

test('a frozen chain is said to be frozen', () => {
  const start = new Int8Array(36).fill(1);
  const frozen = new SingleSpin({
    ...options,
    hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 50 }),
    start,
  });
  assert.throws(() => frozen.sample(10), /^the chain is frozen: no spin was flipped in 2000 measurements/);
});

test('sampleAsync gives the bytes of sample, tells its progress and stops at a signal', async () => {
  const once = new SingleSpin(options).sample(700);
  const steps: Progress[] = [];
  const later = await new SingleSpin(options).sampleAsync(700, { onProgress: (progress) => steps.push(progress) });
  assert.equal(bytesOf(later), bytesOf(once));
  assert.equal(later.provenance, once.provenance);
  assert.equal([...new Set(steps.map(({ stage }) => stage))], ['burn-in', 'pilot', 'sample']);
  assert.equal(steps.at(-1), { stage: 'sample', done: 700, total: 700, unit: 'samples' });
  const reason = new Error('enough');
  const error = await new SingleSpin(options).sampleAsync(5, { signal: AbortSignal.abort(reason) }).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  assert.is(error, reason);
});

test('sequential Metropolis on a ring is refused: it does not reach every state', () => {
  const ring = isingHamiltonian({ lattice: chain(9), coupling: 0.5 });
  const options = { method: 'metropolis', order: 'sequential' } as const;
  assert.throws(() => new SingleSpin({ hamiltonian: ring, ...options }), /every state of a ring/);
  assert.throws(() => new Tempering({ hamiltonian: ring, scales: [0.5, 1], ...options }), /every state of a ring/);
  for (const other of [
    isingHamiltonian({ lattice: chain(9, { boundary: 'open' }), coupling: 0.5 }),
    isingHamiltonian({ lattice: chain(9), coupling: 0.5, field: 0.1 }),
    isingHamiltonian({ lattice: square(4), coupling: 0.5 }),
  ]) {
    assert.is(new SingleSpin({ hamiltonian: other, ...options }).order, 'sequential');
  }
});

test.run();
