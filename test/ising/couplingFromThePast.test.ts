/**
 * The class `CouplingFromThePast`: what it takes and refuses, its report, and that one seed means one set of bytes. Whether the samples are right:
 * test/physics/couplingFromThePast.test.ts.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coupledHeatBath } from '../../src/ising/chains/coupledUpdates.js';
import { PastChain } from '../../src/ising/chains/pastChain.js';
import { measure } from '../../src/ising/measure/measure.js';
import { ferromagneticGauge } from '../../src/ising/models/gauge.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import { CouplingFromThePast, type CouplingFromThePastOptions } from '../../src/ising/samplers/couplingFromThePast.js';
import type { Progress } from '../../src/util/work.js';
import { refuses } from '../assert.js';
import { told } from '../reference/slices.js';

const test = suite('ising/couplingFromThePast');

const options: CouplingFromThePastOptions = {
  hamiltonian: isingHamiltonian({ lattice: square(6), coupling: 0.3 }),
  seed: 7,
};
const METHODS = ['heatBath', 'randomCluster'] as const;
const bytesOf = (...sets: { bytes: Uint8Array }[]) => sets.flatMap(({ bytes }) => [...bytes]);
const make = (changed: object = {}) => new CouplingFromThePast({ ...options, ...changed });

test('refuses options by name', () => {
  refuses(() => new CouplingFromThePast(null as never), TypeError, /^"options"/);
  refuses(() => make({ hamiltonian: {} }), TypeError, /^"hamiltonian" expected Hamiltonian/);
  refuses(() => make({ method: 'wolff' }), RangeError, '"method" expected one of heatBath, randomCluster, got "wolff"');
  refuses(() => make({ seed: -1 }), RangeError, /^"seed"/);
  refuses(() => make({ longest: 0 }), RangeError, /^"longest" expected integer in \[1, /);
  refuses(() => make({ longest: 1.5 }), RangeError, /^"longest"/);
  for (const count of [0, -1, 1.5, Number.NaN]) {
    refuses(() => make().sample(count), RangeError, /^"count" expected positive integer/);
  }
});

test('refuses what is no ferromagnet in any gauge, by name', () => {
  const frustrated =
    /^"hamiltonian" expected pairs that are ferromagnetic in some gauge(, fields included)?, got "frustration: /;
  for (const method of [undefined, ...METHODS]) {
    refuses(
      () => make({ hamiltonian: isingHamiltonian({ lattice: triangular(3), coupling: -0.2 }), method }),
      RangeError,
      frustrated,
    );
    refuses(
      () => make({ hamiltonian: edwardsAnderson({ lattice: square(4), distribution: 'bimodal' }), method }),
      RangeError,
      frustrated,
    );
    const three = hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 0.1 }] });
    refuses(() => make({ hamiltonian: three, method }), RangeError, /got "an interaction of 3 spins"$/);
  }
  const mixed = isingHamiltonian({ lattice: square(3), coupling: 0.2, field: [1, 0, 0, 0, -1, 0, 0, 0, 0] });
  refuses(
    () => make({ hamiltonian: mixed, method: 'randomCluster' }),
    RangeError,
    /fields included, got "frustration: /,
  );
});

test('the default method is random clusters, or the heat bath where fields forbid them', () => {
  assert.is(make().method, 'randomCluster');
  assert.is(make({ hamiltonian: isingHamiltonian({ lattice: square(4), coupling: -0.3 }) }).method, 'randomCluster');
  assert.is(
    make({ hamiltonian: isingHamiltonian({ lattice: chain(4), coupling: 0.3, field: -1 }) }).method,
    'randomCluster',
  );
  assert.is(
    make({ hamiltonian: isingHamiltonian({ lattice: chain(4), coupling: -0.3, field: 0.1 }) }).method,
    'heatBath',
  );
  assert.is(
    make({ hamiltonian: isingHamiltonian({ lattice: chain(3), coupling: 0.3, field: [1, 0, -1] }) }).method,
    'heatBath',
  );
  assert.is(make({ method: 'heatBath' }).method, 'heatBath');
});

for (const method of METHODS) {
  test(`one call or many, the same bits; ${method}`, () => {
    for (const h of [
      options.hamiltonian,
      isingHamiltonian({ lattice: chain(7), coupling: 0.4, field: 0.2 }),
      isingHamiltonian({ lattice: square(12), coupling: 0.2 }),
    ]) {
      const at = (seed: number) => make({ hamiltonian: h, method, seed });
      const whole = at(7).sample(300);
      const parts = at(7);
      assert.equal(bytesOf(...[1, 200, 99].map((count) => parts.sample(count))), bytesOf(whole));
      assert.not.equal(bytesOf(at(8).sample(300)), bytesOf(whole));
    }
  });
}

test('a limit on the way back makes the whole call fail, and takes up no samples', () => {
  const cold = isingHamiltonian({ lattice: square(8), coupling: 0.6 });
  const sampler = make({ hamiltonian: cold, method: 'heatBath', longest: 300 });
  for (let again = 0; again < 2; again++) {
    refuses(
      () => sampler.sample(5),
      Error,
      `sample 0 did not coalesce within 256 sweeps: no sample is returned, since those that did would be biased; use method 'randomCluster', or a larger "longest"`,
    );
  }
  // a limit that some samples meet: what comes before the first of them is given if it alone is asked for, and the rest never
  const warm = isingHamiltonian({ lattice: square(6), coupling: 0.3 });
  const free = make({ hamiltonian: warm, method: 'heatBath' });
  const depths = Array.from({ length: 40 }, () => free.sample(1).provenance.sampling!.past!.longest);
  const usual = [...depths].sort((a, b) => a - b)[20];
  const first = depths.findIndex((depth) => depth > usual);
  assert.ok(first > 0 && first < 40, `${depths}`);
  const limited = make({ hamiltonian: warm, method: 'heatBath', longest: usual });
  refuses(
    () => limited.sample(first + 1),
    Error,
    new RegExp(`^sample ${first} did not coalesce within ${usual} sweeps`),
  );
  assert.equal(bytesOf(limited.sample(first)), bytesOf(make({ hamiltonian: warm, method: 'heatBath' }).sample(first)));
});

test('provenance says what was done, and the report that the rows are independent', () => {
  const data = make().sample(400);
  const { source, seed, parameters, sampling } = data.provenance;
  assert.equal([source, seed], ['blockspin CouplingFromThePast', 7]);
  assert.equal(parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [6, 6],
    coupling: 0.3,
    method: 'randomCluster',
  });
  const { energy, absoluteMagnetisation, past, ...rest } = sampling!;
  assert.equal(rest, {
    method: 'couplingFromThePast',
    updates: 'randomCluster',
    energyUnit: 'kT',
    interval: 1,
    chains: 1,
    independence: 2,
    tauEnergy: 0.5,
    tauMagnetisation: 0.5,
    effectiveSamples: 400,
  });
  const energies = options.hamiltonian.energy(data).map((e) => e / 36);
  const mean = energies.reduce((sum, e) => sum + e, 0) / 400;
  const variance = energies.reduce((sum, e) => sum + (e - mean) ** 2, 0) / 399;
  assert.ok(Math.abs(energy!.mean - mean) < 1e-12);
  assert.ok(Math.abs(energy!.error / Math.sqrt(variance / 400) - 1) < 1e-5, 'the plain standard error');
  assert.ok(absoluteMagnetisation!.error > 0);
  assert.ok(past!.mean >= 1 && past!.longest >= past!.mean && Number.isInteger(Math.log2(past!.longest)));
  assert.is(make().sample(50).provenance.sampling!.effectiveSamples, 50);
});

test('measure takes the rows as they are', () => {
  const data = make().sample(2000);
  const { energy, blocks } = measure(data, { coupling: 0.3 });
  assert.ok(energy.error! > 0 && energy.tau! < 0.7 && blocks > 10, `${energy.error}, ${energy.tau}`);
  // the provenance survives JSON
  assert.equal(JSON.parse(JSON.stringify(data.provenance)), data.provenance);
});

test('sampleAsync gives the bytes of sample, tells its progress, stops at a signal, and one call at a time', async () => {
  const hard = { hamiltonian: isingHamiltonian({ lattice: square(16), coupling: 0.44 }) };
  const once = make(hard).sample(30);
  const steps: Progress[] = [];
  const sampler = make(hard);
  const running = sampler.sampleAsync(30, { onProgress: (progress) => steps.push(progress) });
  refuses(() => sampler.sample(1), Error, /^sampling is in progress/);
  const later = await running;
  assert.equal(bytesOf(later), bytesOf(once));
  assert.equal(later.provenance, once.provenance);
  assert.ok(steps.length > 1, `${steps.length} pauses`);
  assert.equal(steps.at(-1), { stage: 'sample', done: 30, total: 30, unit: 'samples' });

  const stopping = new AbortController();
  const stopped = make(hard);
  const reason = await stopped
    .sampleAsync(30, { signal: stopping.signal, onProgress: () => stopping.abort(new Error('enough')) })
    .then(
      () => undefined,
      (thrown: Error) => thrown,
    );
  assert.is(reason?.message, 'enough');
  assert.equal(bytesOf(stopped.sample(30)), bytesOf(once), 'what was stopped took up no samples');
});

test('a chain goes on from a snapshot with the same bits', () => {
  const h = options.hamiltonian;
  const gauge = ferromagneticGauge(h, { fields: false });
  if (typeof gauge === 'string') return assert.unreachable(gauge);
  const chainOf = () => new PastChain(36, h.even, coupledHeatBath(h, gauge), 7, 2 ** 16);
  const rows = (past: PastChain, count: number) => told(past, past.series(count)).flatMap(({ bits }) => [...bits]);
  const past = chainOf();
  rows(past, 3);
  const snapshot = past.snapshot();
  assert.equal(snapshot, { sample: 3 });
  const expected = rows(past, 4);
  const other = chainOf();
  other.restore(snapshot);
  assert.equal(rows(other, 4), expected);
  past.restore(snapshot);
  assert.equal(rows(past, 4), expected);
  refuses(() => other.restore({}), TypeError, /^"snapshot.sample" expected number/);
  refuses(() => other.restore({ sample: -1 }), RangeError, /^"snapshot.sample"/);
  refuses(() => other.restore(null as never), TypeError, /^"snapshot"/);
});

test.run();
