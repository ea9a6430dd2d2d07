/** The class `Ising`: what it refuses, and that one seed means one set of bytes. Whether the samples are right: test/physics/equilibrium.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import type { SamplingMethod } from '../../src/ising/data/samplingReport.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising, type IsingOptions } from '../../src/ising/samplers/ising.js';
import { methodFor } from '../../src/ising/samplers/sampler.js';
import type { Progress } from '../../src/util/work.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';

const test = suite('ising/ising');

const options: IsingOptions = { lattice: square(6), coupling: 0.4, seed: 7 };

const methods: SamplingMethod[] = ['wolff', 'replicas'];

const refuses = (changed: object, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(
    () => new Ising({ ...options, ...changed }),
    (error: Error) => error.constructor === kind && pattern.test(error.message),
    JSON.stringify(changed),
  );

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, k) => byte === b[k]);

function joined(...sets: SpinData[]): Uint8Array {
  return Uint8Array.from(sets.flatMap(({ bytes }) => [...bytes]));
}

test('refuses options by name', () => {
  refuses({ coupling: Number.NaN }, RangeError, /^"coupling" expected finite number, got NaN$/);
  refuses({ coupling: Number.POSITIVE_INFINITY }, RangeError, /^"coupling" expected finite number/);
  refuses({ coupling: -0.1 }, RangeError, /^"coupling" expected number >= 0 .*ferromagnet.*, got -0.1$/);
  refuses({ coupling: '0.4' }, TypeError, /^"coupling" expected finite number, got "0.4"$/);
  refuses({ coupling: undefined }, TypeError, /^"coupling"/);
  refuses({ seed: -1 }, RangeError, /^"seed" expected integer >= 0 or non-empty text, got -1$/);
  refuses({ seed: 0.5 }, RangeError, /^"seed"/);
  refuses({ seed: Number.NaN }, RangeError, /^"seed"/);
  refuses({ seed: 2 ** 53 }, RangeError, /^"seed"/);
  refuses({ seed: '' }, TypeError, /^"seed"/);
  refuses({ seed: {} }, TypeError, /^"seed"/);
  refuses({ independence: 0 }, RangeError, /^"independence" expected number > 0, got 0$/);
  refuses({ independence: Number.NaN }, RangeError, /^"independence"/);
  refuses({ independence: '5' }, TypeError, /^"independence"/);
  refuses({ lattice: 6 }, TypeError, /^"lattice"/);
  refuses({ lattice: undefined }, TypeError, /^"lattice"/);
});

test('begins with the start, in every chain, and goes on from it as a chain that came there', () => {
  const start = new Ising({ ...options, method: 'wolff' }).sample(3).slice(2, 3);
  const ising = new Ising({ ...options, start, chains: 2 });
  assert.is(ising.method, 'wolff');
  assert.equal([...ising.configurations().bytes], [...start.bytes, ...start.bytes]);
  const energy = bondSum(start.spins(0), torusBonds(6, 6));
  assert.is(ising.measure().energies[1], -energy / 36);
  // all up is the default
  const up = new SpinData(1, [6, 6], Uint8Array.from([255, 255, 255, 255, 15]), { source: 'test' });
  const [given, usual] = [up, undefined].map((start) => new Ising({ ...options, method: 'wolff', start }));
  given.advance(50);
  usual.advance(50);
  assert.equal(given.configurations().bytes, usual.configurations().bytes);
});

test('refuses a start that does not fit', () => {
  const start = new Ising({ ...options, method: 'wolff' }).configurations();
  refuses({ start, method: 'replicas' }, RangeError, /^"method" expected 'wolff' with a start, got "replicas"$/);
  refuses({ start: new Int8Array(36) }, TypeError, /^"start" expected SpinData of one row/);
  refuses(
    { start, lattice: square(8) },
    RangeError,
    /^"start" expected data of the lattice's shape 8 × 8, got "6 × 6"$/,
  );
  const two = new SpinData(2, [6, 6], new Uint8Array(10), { source: 'test' });
  refuses({ start: two }, RangeError, /^"start" expected SpinData of one row, got "2 rows"$/);
});

for (const method of methods) {
  test(`${method}: refuses a count that is none, at once and later`, async () => {
    const ising = new Ising({ ...options, method });
    for (const count of [0, -1, 2.5, Number.NaN]) {
      assert.throws(
        () => ising.sample(count),
        (e: Error) => e instanceof RangeError && /^"count" expected positive integer/.test(e.message),
      );
      const error = await ising.sampleAsync(count).then(
        () => undefined,
        (reason: Error) => reason,
      );
      assert.ok(error instanceof RangeError, `${count}: ${error}`);
      assert.match(error.message, /^"count"/);
    }
    assert.throws(
      () => ising.sample('3' as never),
      (e: Error) => e instanceof TypeError && /^"count"/.test(e.message),
    );
    // the refusals have used up no random numbers
    assert.ok(same(ising.sample(5).bytes, new Ising({ ...options, method }).sample(5).bytes));
  });

  test(`${method}: 10 samples and 10 more are the same bytes as 20`, () => {
    for (const lattice of [square(6), square(5, 3), square(2), square(16)]) {
      const parts = new Ising({ ...options, method, lattice });
      const whole = new Ising({ ...options, method, lattice }).sample(20);
      assert.ok(same(joined(parts.sample(10), parts.sample(10)), whole.bytes), `${lattice.shape}`);
    }
    const parts = new Ising({ ...options, method });
    const counts = [1, 255, 256, 257, 31];
    assert.ok(
      same(joined(...counts.map((count) => parts.sample(count))), new Ising({ ...options, method }).sample(800).bytes),
      'past slices',
    );
  });

  test(`${method}: one seed, one set of bytes`, () => {
    const bytes = (seed: number | string | undefined) => new Ising({ ...options, method, seed }).sample(30).bytes;
    const seeds = [0, 1, 7, 8, 2 ** 53 - 1, '7', 'seven'];
    const sets = seeds.map(bytes);
    sets.forEach((set, k) => {
      assert.ok(same(set, bytes(seeds[k])), `seed ${seeds[k]} again`);
      sets.slice(0, k).forEach((other, l) => {
        assert.not.ok(same(set, other), `seeds ${seeds[k]} and ${seeds[l]}`);
      });
    });
    assert.ok(same(bytes(undefined), bytes(1)), 'the default is 1');
  });

  test(`${method}: sampleAsync gives the bytes and the provenance of sample`, async () => {
    const once = new Ising({ ...options, method }).sample(700);
    const later = await new Ising({ ...options, method }).sampleAsync(700);
    assert.ok(same(once.bytes, later.bytes));
    assert.equal(once.provenance, later.provenance);
  });

  test(`${method}: the event loop gets its turn, and progress never goes back`, async () => {
    const steps: Progress[] = [];
    let turns = 0;
    const clock = setInterval(() => turns++, 1);
    try {
      await new Ising({ ...options, method, lattice: square(32) }).sampleAsync(1500, {
        onProgress: (progress) => steps.push(progress),
      });
    } finally {
      clearInterval(clock);
    }
    assert.ok(turns >= 3, `${turns} turns`);
    const stages = ['burn-in', 'pilot', 'sample'];
    assert.equal([...new Set(steps.map(({ stage }) => stage))], stages);
    steps.forEach(({ stage, done, total }, k) => {
      assert.ok(done > 0 && done <= total, `${stage}: ${done} of ${total}`);
      if (k === 0) return;
      const before = steps[k - 1];
      const stageBefore = stages.indexOf(before.stage);
      assert.ok(stages.indexOf(stage) >= stageBefore, `${before.stage} → ${stage}`);
      if (stage === before.stage) assert.ok(done > before.done, `${stage}: ${before.done} → ${done}`);
    });
    const last = steps.at(-1)!;
    assert.equal([last.stage, last.done, last.total, last.unit], ['sample', 1500, 1500, 'samples']);
    assert.ok(steps.length > 8);
  });

  test(`${method}: a signal stops it: before the start, and midway`, async () => {
    const reason = new Error('enough');
    const fail = (work: Promise<unknown>) =>
      work.then(
        () => undefined,
        (error: unknown) => error,
      );
    let steps = 0;
    const onProgress = () => {
      steps++;
    };
    assert.is(
      await fail(new Ising({ ...options, method }).sampleAsync(10, { signal: AbortSignal.abort(reason), onProgress })),
      reason,
    );
    assert.is(steps, 0, 'no work');

    const controller = new AbortController();
    const ising = new Ising({ ...options, method });
    const stopped = ising.sampleAsync(1_000_000, {
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        steps++;
        if (stage === 'sample' && done >= 512) controller.abort(reason);
      },
    });
    assert.is(await fail(stopped), reason);
    assert.ok(steps < 40, `${steps} steps`);
    // nothing has happened to the sampler
    assert.ok(same(ising.sample(300).bytes, new Ising({ ...options, method }).sample(300).bytes));
  });

  test(`${method}: the report agrees with the samples themselves`, () => {
    for (const lattice of [square(5, 4), square(2, 3)]) {
      const data = new Ising({ ...options, method, lattice }).sample(500);
      const bonds = torusBonds(...lattice.shape);
      let energy = 0;
      let magnetisation = 0;
      for (let r = 0; r < data.count; r++) {
        const spins = data.spins(r);
        energy -= bondSum(spins, bonds) / data.width / data.count;
        magnetisation += Math.abs(spins.reduce((sum, s) => sum + s, 0)) / data.width / data.count;
      }
      const report = data.provenance.sampling!;
      assert.ok(Math.abs(report.energy!.mean - energy) < 1e-12);
      assert.ok(Math.abs(report.absoluteMagnetisation!.mean - magnetisation) < 1e-12);
      assert.is(data.count * data.stride, data.bytes.length);
      assert.ok(report.interval >= 1 && Number.isInteger(report.interval));
      assert.ok(report.pilotClusterSize! >= 1 && report.pilotClusterSize! <= lattice.sites);
      assert.ok(report.effectiveSamples! > 0 && report.effectiveSamples! <= data.count);
    }
  });
}

test('says nothing of correlations where there are too few samples', () => {
  for (const method of methods) {
    const few = new Ising({ ...options, method }).sample(99).provenance.sampling!;
    assert.equal(
      [few.tauEnergy, few.tauMagnetisation, few.effectiveSamples, few.energy, few.absoluteMagnetisation],
      [null, null, null, null, null],
    );
  }
  const longer = new Ising({ ...options, method: 'wolff' }).sample(100).provenance.sampling!;
  assert.ok(longer.tauEnergy! > 0 && longer.energy!.error > 0 && longer.absoluteMagnetisation!.error > 0);
  assert.equal([longer.method, longer.chains, longer.seeds], ['wolff', 1, 1]);
  // rows of different replicas: independent, and silent about time
  const moment = new Ising({ ...options, method: 'replicas' }).sample(100).provenance.sampling!;
  assert.equal(
    [moment.method, moment.chains, moment.tauEnergy, moment.tauMagnetisation],
    ['replicas', 128, null, null],
  );
  assert.ok(moment.energy!.error > 0 && moment.absoluteMagnetisation!.error > 0);
  assert.ok(moment.effectiveSamples! > 98 && moment.effectiveSamples! <= 100);
  const moments = new Ising({ ...options, method: 'replicas' }).sample(1280).provenance.sampling!;
  assert.ok(moments.tauEnergy! > 0.3 && moments.tauEnergy! < 0.7 && moments.seeds! > 1);
});

test('provenance is enough to make the set again', () => {
  const { parameters, seed, source } = new Ising({ lattice: square(4, 6), coupling: 0.3, seed: 'x' }).sample(
    3,
  ).provenance;
  assert.equal(parameters, { lattice: { kind: 'square', boundary: 'periodic' }, shape: [4, 6], coupling: 0.3 });
  assert.is(seed, 'x');
  assert.is(source, 'blockspin Ising');
});

test('works at both ends: free spins, and hardly any excitation', () => {
  const free = new Ising({ ...options, coupling: 0, method: 'wolff' }).sample(2000).provenance.sampling!;
  assert.is(free.pilotClusterSize, 1);
  for (const method of methods) {
    const { energy } = new Ising({ ...options, coupling: 0, method }).sample(2000).provenance.sampling!;
    assert.ok(Math.abs(energy!.mean) < 4 * energy!.error, `${method}: ${energy!.mean} ± ${energy!.error}`);
    for (const coupling of [2, 20, 400]) {
      for (const lattice of [square(2), square(5, 3), square(8)]) {
        const { energy, absoluteMagnetisation } = new Ising({ ...options, lattice, coupling, method }).sample(200)
          .provenance.sampling!;
        assert.ok(energy!.mean >= -2 && energy!.mean < -1.99, `${method}, K = ${coupling}: ${energy!.mean}`);
        assert.ok(absoluteMagnetisation!.mean > 0.995 && absoluteMagnetisation!.mean <= 1);
      }
    }
  }
});

test('deep in the ordered phase the default is Wolff clusters: replicas with two domains would not end', () => {
  for (const coupling of [0.9, 2]) {
    const { provenance } = new Ising({ lattice: square(32), coupling }).sample(200);
    assert.is(provenance.sampling?.method, 'wolff');
    assert.is(methodFor(isingHamiltonian({ lattice: square(32), coupling })), 'wolff');
    assert.ok((provenance.sampling?.energy?.mean as number) < -1.99);
  }
  assert.is(methodFor(isingHamiltonian({ lattice: square(32), coupling: 0.6 })), 'replicas');
});

test('burnIn: one configuration in equilibrium, the same with pauses and on threads', async () => {
  for (const method of methods) {
    const [coupling, side] = [0.44, method === 'wolff' ? 32 : 8];
    const make = (seed: number, more: object = {}) =>
      new Ising({ lattice: square(side), coupling, method, seed, ...more });
    const energies: number[] = [];
    for (let seed = 1; energies.length < 512; seed++) energies.push(...make(seed).burnIn().measure().energies);
    const exact = kaufman(side, side, coupling);
    const n = energies.length;
    const mean = energies.reduce((sum, energy) => sum + energy, 0) / n;
    const variance = energies.reduce((sum, energy) => sum + (energy - mean) ** 2, 0) / (n - 1);
    // independent configurations, with the variance of the specific heat: |z| > 4 has p = 6e-5, χ² of 511 ± 4 standard deviations
    const expected = exact.specificHeat / (coupling ** 2 * side ** 2);
    assert.ok(Math.abs(mean - exact.energy) < 4 * Math.sqrt(expected / n), `${method}: ${mean}, exact ${exact.energy}`);
    // energies are not normal: their variance is known to a tenth
    assert.ok(Math.abs(variance / expected - 1) < 0.3, `${method}: variance ${variance}, exact ${expected}`);

    const chains = method === 'wolff' ? 3 : 256;
    const sync = make(5, { chains }).burnIn({ sweeps: 4 });
    const steps: Progress[] = [];
    const paused = await make(5, { chains, threads: 2 }).burnInAsync({
      sweeps: 4,
      onProgress: (step) => steps.push(step),
    });
    assert.equal(paused.state(), sync.state());
    assert.equal(steps.at(-1), { stage: 'burn-in', done: 8, total: 8, unit: 'sweeps' });
    // a pilot run is not replaced
    assert.is(sync.state().schedule, null);

    const stop = new AbortController();
    const stopped = make(5);
    const before = stopped.state();
    let error: unknown;
    try {
      await stopped.burnInAsync({
        sweeps: 1e6,
        signal: stop.signal,
        onProgress: () => stop.abort(new Error('enough')),
      });
    } catch (thrown) {
      error = thrown;
    }
    assert.is((error as Error).message, 'enough');
    assert.equal(stopped.state(), before);
  }
  for (const sweeps of [0, 1.5, Number.NaN]) {
    assert.throws(() => new Ising(options).burnIn({ sweeps }), /^"sweeps" expected positive integer/);
  }
});

test('without interactions burnIn ties no parity', () => {
  const odd = Array.from({ length: 40 }, (_, seed) => {
    const free = new Ising({ lattice: square(8), coupling: 0, method: 'wolff', seed }).burnIn();
    return ((64 * free.measure().magnetisations[0] + 64) / 2) % 2;
  }).reduce((sum, parity) => sum + parity, 0);
  // 40 fair coins: outside of 7 … 33 with p = 2e-5
  assert.ok(odd > 6 && odd < 34, `${odd} of 40`);
});

test.run();
