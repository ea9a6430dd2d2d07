/**
 * The class `Tempering` and the search for its scales: what they refuse, what they report, and that one seed means one set of bytes. Whether the samples are
 * right: test/physics/tempering.test.ts.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { TemperingChain } from '../../src/ising/chains/temperingChain.js';
import { hamiltonianOfData } from '../../src/ising/data/provenance.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { exactAnswer } from '../../src/ising/measure/exactAnswer.js';
import { measure } from '../../src/ising/measure/measure.js';
import { canonicalSeries } from '../../src/ising/measure/series.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, square } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { IsingReplicas } from '../../src/ising/samplers/replicas.js';
import { Tempering, type TemperingOptions } from '../../src/ising/samplers/tempering.js';
import { temperingScales, temperingScalesAsync } from '../../src/ising/samplers/temperingScales.js';
import { reweight } from '../../src/stats/reweight.js';
import type { Progress } from '../../src/util/work.js';
import { refuses } from '../assert.js';

const test = suite('ising/tempering');

const options: TemperingOptions = {
  hamiltonian: isingHamiltonian({ lattice: square(4), coupling: 0.4 }),
  scales: [0.5, 0.8, 1],
  seed: 7,
};

const UPDATES = [
  { method: 'heatBath', order: 'sequential' },
  { method: 'heatBath', order: 'random' },
  { method: 'metropolis', order: 'sequential' },
  { method: 'metropolis', order: 'random' },
] as const;

const make = (changed: object = {}) => new Tempering({ ...options, ...changed });
const bytesOf = (sets: readonly { bytes: Uint8Array }[]) => sets.flatMap(({ bytes }) => [...bytes]);

test('refuses options by name', () => {
  refuses(() => new Tempering(null as never), TypeError, /^"options"/);
  refuses(() => make({ hamiltonian: {} }), TypeError, /^"hamiltonian" expected Hamiltonian/);
  refuses(() => make({ scales: undefined }), TypeError, /^"scales" expected array of numbers >= 0/);
  refuses(() => make({ scales: [1] }), RangeError, '"scales" expected 2 to 1024 scales, got [1]');
  refuses(() => make({ scales: [0.5, Number.NaN] }), RangeError, '"scales[1]" expected finite number, got NaN');
  refuses(() => make({ scales: [-0.5, 1] }), RangeError, '"scales[0]" expected number >= 0, got -0.5');
  refuses(() => make({ scales: [0.5, '1'] }), TypeError, /^"scales\[1\]"/);
  refuses(() => make({ scales: [1, 1e101] }), RangeError, /^"scales\[1\]" expected a scale at which couplings add up/);
  for (const scales of [
    [0.5, 0.5],
    [0.5, 1, 0.8],
    [1, 0.5, 0.5],
  ]) {
    refuses(() => make({ scales }), RangeError, /^"scales" expected scales that rise or fall, got \[/);
  }
  refuses(() => make({ sweepsPerSwap: 0 }), RangeError, /^"sweepsPerSwap"/);
  refuses(() => make({ method: 'wolff' }), RangeError, '"method" expected one of heatBath, metropolis, got "wolff"');
  refuses(() => make({ order: 'none' }), RangeError, /^"order"/);
  refuses(() => make({ seed: 1.5 }), RangeError, /^"seed"/);
  for (const independence of [0, 2e6, Infinity]) refuses(() => make({ independence }), RangeError, /^"independence"/);
  refuses(
    () => make({ method: 'metropolis', scales: [0, 1] }),
    RangeError,
    /^"scales\[0\]" expected number > 0 \(Metropolis/,
  );
  const free = hamiltonianFromTerms({ sites: 4, terms: [] });
  refuses(() => make({ method: 'metropolis', hamiltonian: free }), RangeError, /^"hamiltonian" expected interactions/);
  const sampler = make();
  for (const count of [0, -1, 1.5]) {
    refuses(() => sampler.sample(count), RangeError, /^"count" expected positive integer/);
    refuses(() => sampler.advance(count), RangeError, /^"rounds" expected positive integer/);
  }
  refuses(
    () => sampler.sample(5, { at: [0.7] }),
    RangeError,
    '"at[0]" expected one of the scales 0.5, 0.8, 1, got 0.7',
  );
  refuses(() => sampler.sample(5, { at: [] }), TypeError, /^"at" expected non-empty array of scales/);
  assert.equal(bytesOf(sampler.sample(5)), bytesOf(make().sample(5)), 'refusals use up nothing');
});

for (const updates of UPDATES) {
  test(`one call or many, the same bits, whatever scales are wanted; ${updates.method}, ${updates.order}`, () => {
    for (const h of [options.hamiltonian, isingHamiltonian({ lattice: chain(7), coupling: 0.4, field: 0.2 })]) {
      const at = (seed: number) => make({ hamiltonian: h, ...updates, seed, sweepsPerSwap: 2 });
      const whole = at(7).sample(300);
      const parts = at(7);
      const pieces = [1, 43, 256].map((count) => parts.sample(count));
      whole.forEach((data, k) => {
        assert.equal(bytesOf(pieces.map((sets) => sets[k])), bytesOf([data]));
      });
      assert.not.equal(bytesOf(at(8).sample(300)), bytesOf(whole));
      const some = at(7).sample(300, { at: [1, 0.5] });
      assert.equal(bytesOf(some), bytesOf([whole[2], whole[0]]));

      const [once, often] = [at(7), at(7)];
      once.advance(30);
      for (let k = 0; k < 10; k++) often.advance(3);
      assert.equal(once.measure(), often.measure());
    }
  });
}

test('rounds too long for one call are made in parts', () => {
  const h = isingHamiltonian({ lattice: square(64), coupling: 0.1, field: 0.05 });
  const chainOf = (sweepsPerSwap: number) =>
    new TemperingChain(h, [0.5, 1], { method: 'heatBath', order: 'sequential', sweepsPerSwap }, 3);
  const long = chainOf(50);
  assert.ok(50 * 4096 * 2 > 4e5);
  const pauses = [...long.advance(2)].length;
  assert.ok(pauses > 4, `${pauses}`);
  const other = chainOf(50);
  const rows = [...other.series(2, 1, true)].filter(({ places }) => places.length > 0);
  assert.is(rows.length, 2);
  assert.equal(
    long.state().rungs.map(({ bondSums }) => bondSums[0]),
    rows[1].rungs.map(({ bondSums }) => bondSums[0]),
  );
  assert.equal(long.snapshot(), other.snapshot());
  const counts = long.counts();
  assert.is(counts.rounds, 2);
  assert.ok(counts.turned.every((turned) => turned > 4096));
});

test('measure() tells of the spins', () => {
  const h = edwardsAnderson({ lattice: cubic(2, 3, 4), distribution: 'gaussian', coupling: 0.5, field: 0.1 });
  const chainOf = () => new TemperingChain(h, [0.5, 1], { method: 'heatBath', order: 'random', sweepsPerSwap: 1 }, 3);
  const ladder = chainOf();
  for (const rounds of [0, 1, 24]) {
    for (const _ of ladder.advance(rounds));
    const { rungs } = ladder.state();
    rungs.forEach(({ bondSums, spinSums, bits }, k) => {
      const spins = Array.from(ladder.spinsAt(k), (bit) => 2 * bit - 1);
      assert.is(0 - bondSums[0], h.energy(spins));
      assert.is(
        spinSums[0],
        spins.reduce((sum, s) => sum + s, 0),
      );
      assert.equal(
        [...bits],
        [0, 8, 16].map((from) => spins.slice(from, from + 8).reduce((byte, s, i) => byte | (Number(s > 0) << i), 0)),
      );
    });
  }
  const sampler = new Tempering({ hamiltonian: h, scales: [0.5, 1] });
  const before = sampler.measure();
  assert.equal(sampler.measure(), before, 'looking changes nothing');
  assert.is(before.energies.length, 2);
  assert.ok(before.energies.every((energy) => energy !== 0) && before.magnetisations.every((m) => Math.abs(m) <= 1));
  const rows = sampler.configurations();
  assert.equal(
    Float64Array.from(h.energy(rows), (energy) => energy / h.sites),
    before.energies,
  );
  assert.is(hamiltonianOfData(rows), null, 'rows of several distributions are of none');
});

test('provenance says what was done, and how the configurations travelled', () => {
  const sets = make({ method: 'metropolis' }).sample(400);
  assert.is(sets.length, 3);
  sets.forEach((data, k) => {
    const { source, seed, parameters, sampling } = data.provenance;
    assert.equal([source, seed], ['blockspin Tempering', 7]);
    assert.equal(parameters, {
      lattice: { kind: 'square', boundary: 'periodic' },
      shape: [4, 4],
      coupling: 0.4,
      scale: options.scales[k],
      scales: [0.5, 0.8, 1],
      sweepsPerSwap: 1,
      method: 'metropolis',
      order: 'random',
    });
    const { method, updates, order, chains, interval, energy, tauEnergy, exchanges } = sampling!;
    assert.equal([method, updates, order, chains], ['tempering', 'metropolis', 'random', 1]);
    assert.ok(Number.isInteger(interval) && interval > 1 && tauEnergy! > 0 && energy!.error > 0);
    const mean = (options.scales[k] * options.hamiltonian.energy(data).reduce((a, e) => a + e, 0)) / 400 / 16;
    assert.ok(Math.abs(energy!.mean - mean) < 1e-12);
    const { scale, scales, acceptance, rounds, roundTrips, roundTripRate } = exchanges!;
    assert.equal([scale, scales], [options.scales[k], options.scales]);
    assert.is(rounds, 400 * interval);
    assert.is(roundTripRate, roundTrips / rounds);
    assert.ok(acceptance.length === 2 && acceptance.every((share) => share! > 0.5 && share! < 1), `${acceptance}`);
    assert.ok(roundTripRate > 0.05 && roundTripRate < 1, `${roundTripRate}`);
  });
});

test('a state with an interval that no pilot run finds is refused', () => {
  const sampler = make();
  sampler.sample(3);
  const state = sampler.state();
  const { interval } = state.schedule!;
  assert.ok(make().restore(state).sample(2).length === 3);
  for (const absurd of [0, 1e8, 1e15, 0.5]) {
    const pattern = /^"state.schedule.interval" expected integer in \[1, \d+\], got/;
    refuses(() => make().restore({ ...state, schedule: { interval: absurd } }), RangeError, pattern);
  }
  assert.ok(interval < 1000);
});

/** One Hamiltonian of each way in which provenance tells of one. */
const TOLD = [
  isingHamiltonian({ lattice: square(4), coupling: 0.8 }),
  isingHamiltonian({ lattice: square(4), coupling: 0.8, field: 0.4 }),
  isingHamiltonian({ lattice: square(3), coupling: -0.4, nextNearest: 0.2, plaquette: -0.3 }),
  isingHamiltonian({ lattice: chain(5), coupling: [0.5, 1, -0.3, 0.7, 0.2], field: [0.3, 0, 0, -0.2, 0.5] }),
  edwardsAnderson({ lattice: square(3), distribution: 'gaussian', coupling: 0.9, field: 0.3, seed: 4 }),
  hamiltonianFromTerms({
    sites: 4,
    terms: [
      { sites: [0, 1, 2], coupling: 0.7 },
      { sites: [1, 3], coupling: -0.6 },
    ],
  }),
];

// Each of six Hamiltonians at two scales: three quantities within 5 of their errors; a false alarm in one of 50,000 such tests, for other seeds.
test('rows at scale s are of s·H for every reader: measure, exact answers, hamiltonianOfData, canonicalSeries', () => {
  for (const h of TOLD) {
    for (const data of new Tempering({ hamiltonian: h, scales: [0.3, 1], seed: 5 }).sample(4000)) {
      const scale = data.provenance.parameters!.scale as number;
      const where = `scale ${scale} of ${JSON.stringify(h.parameters).slice(0, 80)}`;
      const times = hamiltonianFromTerms({
        sites: h.sites,
        shape: h.shape,
        terms: h.terms.map(({ sites, coupling }) => ({ sites, coupling: scale * coupling })),
      });
      const exact = enumerateTerms(times);
      const known = hamiltonianOfData(data)!;
      const told = exactAnswer(known)!;
      for (const [found, expected] of [
        [told.logPartition, exact.logPartition],
        [told.energy, exact.energy / h.sites],
        [told.specificHeat!, exact.heatCapacity / h.sites],
      ]) {
        assert.ok(Math.abs(found - expected) < 1e-12, `${where}: ${found}, exact ${expected}`);
      }
      const { energy, energyUnit, specificHeat, absoluteMagnetisation: m, coupling } = measure(data);
      const unit = energyUnit === 'J' ? coupling! : 1;
      for (const [name, found, error, expected] of [
        ['energy', unit * energy.mean, unit * energy.error!, exact.energy / h.sites],
        ['C', specificHeat!.corrected, specificHeat!.error, exact.heatCapacity / h.sites],
        ['|m|', m.mean, m.error!, exact.meanAbsoluteMagnetisation],
      ] as const) {
        assert.ok(Math.abs(found - expected) < 5 * error, `${where}, ${name}: ${found} ± ${error}, exact ${expected}`);
      }
      // told in words it is the same, by whichever multiplication
      assert.is(measure(data, { hamiltonian: times }).energy.mean, measure(data, { hamiltonian: known }).energy.mean);
      const series = canonicalSeries(data, { hamiltonian: h, coupling: scale });
      assert.equal(Array.from(series.energies), [...h.energy(data)]);
      assert.is(series.observables!.magnetisation === undefined, h.even);
      const to = reweight(series, scale + 0.02, ({ energy }) => energy);
      const nearby = enumerateTerms({
        sites: h.sites,
        terms: h.terms.map((term) => ({ ...term, coupling: (scale + 0.02) * term.coupling })),
      });
      const z = (to.corrected - nearby.energy / (scale + 0.02)) / to.error;
      assert.ok(Math.abs(z) < 5, `${where}: reweighted energy ${to.corrected} ± ${to.error}, z = ${z}`);
      if (scale === 1) continue;
      refuses(
        () => measure(data, { hamiltonian: h }),
        RangeError,
        /^"hamiltonian" expected the one that the data were/,
      );
      refuses(
        () => canonicalSeries(data, { hamiltonian: h }),
        RangeError,
        /^"hamiltonian" expected one .*at coupling 1/,
      );
    }
  }
});

test('the coupling of a scale is told and must be met, and a scale that cannot be is refused', () => {
  const rows = make().sample(3000)[0];
  assert.is(measure(rows).coupling, 0.2);
  assert.is(measure(rows, { coupling: 0.2 }).coupling, 0.2);
  assert.is(canonicalSeries(rows, { coupling: 0.2 }).coupling, 0.2);
  for (const work of [measure, canonicalSeries]) {
    refuses(
      () => work(rows, { coupling: 0.4 }),
      RangeError,
      '"coupling" expected the one that the data were sampled at, 0.2, got 0.4',
    );
  }
  for (const scale of [-1, Number.NaN, '1', null]) {
    const parameters = { ...rows.provenance.parameters, scale };
    const data = new SpinData(3000, [4, 4], rows.bytes, { source: 'a test', parameters });
    const kind = typeof scale === 'number' ? RangeError : TypeError;
    for (const read of [measure, hamiltonianOfData]) refuses(() => read(data), kind, /^"provenance.parameters.scale"/);
  }
  const replicas = new IsingReplicas({ lattice: square(4), coupling: Array.from({ length: 128 }, (_, k) => k / 400) });
  const many = replicas.configurations();
  refuses(
    () => measure(many, { coupling: 0.2 }),
    RangeError,
    '"data" expected rows of one coupling, got "one coupling per row"',
  );
});

test('scales that are too far apart, or frozen, are named', () => {
  const cold = isingHamiltonian({ lattice: square(8), coupling: 3 });
  refuses(
    () => make({ hamiltonian: cold, scales: [0.05, 1] }).sample(1),
    Error,
    'scales 0.05 and 1 are too far apart: they never exchanged in 2000 rounds (temperingScales finds closer ones)',
  );
  refuses(
    () =>
      make({ hamiltonian: isingHamiltonian({ lattice: chain(5), coupling: 0, field: 400 }), scales: [1, 1.5] }).sample(
        1,
      ),
    Error,
    'the chains are frozen: no spin was flipped in 2000 rounds',
  );
});

test('sampleAsync gives the bytes of sample, tells its progress and stops at a signal', async () => {
  const once = make().sample(300);
  const steps: Progress[] = [];
  const later = await make().sampleAsync(300, { onProgress: (progress) => steps.push(progress) });
  assert.equal(bytesOf(later), bytesOf(once));
  assert.equal(later[1].provenance, once[1].provenance);
  assert.equal([...new Set(steps.map(({ stage }) => stage))], ['burn-in', 'pilot', 'sample']);
  assert.equal(steps.at(-1), { stage: 'sample', done: 300, total: 300, unit: 'samples' });
  const reason = new Error('enough');
  const error = await make()
    .sampleAsync(5, { signal: AbortSignal.abort(reason) })
    .then(
      () => undefined,
      (thrown: Error) => thrown,
    );
  assert.is(error, reason);
});

test('a chain goes on from a snapshot with the same bits, exchanges and counts', () => {
  for (const { method, order } of UPDATES) {
    const chainOf = (seed: number) =>
      new TemperingChain(options.hamiltonian, options.scales, { method, order, sweepsPerSwap: 1 }, seed);
    const ladder = chainOf(1);
    for (const _ of ladder.advance(33));
    const snapshot = ladder.snapshot();
    const rows = [...ladder.series(20, 3, true)];
    const counts = ladder.counts();
    const other = chainOf(2);
    other.restore(snapshot);
    assert.equal([...other.series(20, 3, true)], rows);
    assert.equal(other.counts(), counts);
    ladder.restore(snapshot);
    assert.equal([...ladder.series(20, 3, true)], rows);
  }
});

test('snapshots of other chains are refused, and change nothing', () => {
  const updates = { method: 'heatBath', order: 'sequential', sweepsPerSwap: 1 } as const;
  const ladder = new TemperingChain(options.hamiltonian, [0.5, 1], updates, 1);
  const snapshot = ladder.snapshot();
  const { ladder: rungs, spins, round } = snapshot as { ladder: Uint8Array; spins: Uint8Array; round: number };
  const changed = (bytes: Uint8Array, at: number, value: number) => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  for (const [wrong, kind, pattern] of [
    [null, TypeError, /^"snapshot" expected snapshot of a chain/],
    [{}, TypeError, /^"snapshot.ladder" expected Uint8Array/],
    [{ ...snapshot, spins: spins.slice(1) }, RangeError, /^"snapshot.spins" expected length/],
    [{ ...snapshot, spins: changed(spins, 3, 2) }, RangeError, /^"snapshot.spins\[3\]" expected 0 or 1, got 2$/],
    [{ ...snapshot, round: round + 0.5 }, RangeError, /^"snapshot.round"/],
    [{ ...snapshot, ladder: changed(rungs, 7, 0x7f) }, RangeError, /^"snapshot.ladder" expected scale 0.5 at rung 0/],
    [{ ...snapshot, ladder: changed(rungs, 40, 1) }, RangeError, /^"snapshot.ladder" expected each configuration/],
    [{ ...snapshot, ladder: changed(rungs, 43, 9) }, RangeError, /^"snapshot.ladder" expected each configuration/],
    [{ ...snapshot, ladder: changed(rungs, 44, 3) }, RangeError, /^"snapshot.ladder" expected an end/],
  ] as const) {
    refuses(() => ladder.restore(wrong as never), kind as never, pattern);
  }
  assert.equal(ladder.snapshot(), snapshot);
});

test('temperingScales: neighbours exchange as often as asked', () => {
  const h = edwardsAnderson({ lattice: square(6), distribution: 'gaussian', coupling: 1.5, seed: 2 });
  for (const [from, to, acceptance] of [
    [0.1, 1, 0.5],
    [1, 0, 0.7],
  ]) {
    const scales = temperingScales({ hamiltonian: h, from, to, acceptance });
    assert.is(scales[0], from);
    assert.is(scales.at(-1), to);
    const data = new Tempering({ hamiltonian: h, scales, seed: 5 }).sample(100)[0];
    const shares = data.provenance.sampling!.exchanges!.acceptance as number[];
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // as many scales as it takes: the next smaller number would be too few
    assert.ok(mean > acceptance - 0.03 && mean < acceptance + 0.08, `${shares}`);
    shares.forEach((share) => {
      assert.ok(Math.abs(share - mean) < 0.08, `${shares}`);
    });
  }
});

test('temperingScales refuses by name, repeats itself, and waits for nobody', async () => {
  const { hamiltonian: h } = options;
  refuses(() => temperingScales(null as never), TypeError, /^"options"/);
  refuses(() => temperingScales({ hamiltonian: h, from: -1 }), RangeError, /^"from" expected number >= 0/);
  refuses(() => temperingScales({ hamiltonian: h, from: 1 }), RangeError, /^"to" expected a scale other than 1/);
  refuses(() => temperingScales({ hamiltonian: h, from: 0, acceptance: 1 }), RangeError, /^"acceptance"/);
  refuses(
    () => temperingScales({ hamiltonian: h, from: 0, method: 'metropolis' }),
    RangeError,
    /^"from" expected number > 0/,
  );
  const scales = temperingScales({ hamiltonian: h, from: 0, seed: 3 });
  assert.equal(await temperingScalesAsync({ hamiltonian: h, from: 0, seed: 3 }), scales);
  const controller = new AbortController();
  const error = await temperingScalesAsync(
    { hamiltonian: h, from: 0 },
    { signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) },
  ).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  assert.is(error?.message, 'enough');
  // no barrier: two scales do
  assert.equal(temperingScales({ hamiltonian: hamiltonianFromTerms({ sites: 3, terms: [] }), from: 0 }), [0, 1]);
});

test.run();
