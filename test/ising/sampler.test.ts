/** The one place that knows all samplers: which it chooses, what each refuses, and that each draws from the same distribution. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, cubic, graph, square, triangular } from '../../src/ising/models/lattice.js';
import { edwardsAnderson, isingHamiltonian } from '../../src/ising/models/models.js';
import {
  methodFor,
  SAMPLER_METHODS,
  type SamplerMethod,
  sample,
  samplerFor,
} from '../../src/ising/samplers/sampler.js';

const test = suite('ising/sampler');

const torus = isingHamiltonian({ lattice: square(4), coupling: 0.35 });

test('auto takes the fastest sampler that knows the Hamiltonian, and says which', () => {
  const glass = edwardsAnderson({ lattice: square(3), distribution: 'bimodal', coupling: 0.4, seed: 2 });
  for (const [h, method] of [
    [torus, 'replicas'],
    [isingHamiltonian({ lattice: square(6, 2), coupling: 0.2 }), 'replicas'],
    [isingHamiltonian({ lattice: square(4), coupling: 0.35, field: 0 }), 'replicas'],
    // the same terms under no builder's name
    [hamiltonianFromTerms({ sites: 16, shape: [4, 4], terms: torus.terms }), 'replicas'],
    [isingHamiltonian({ lattice: square(200), coupling: 0.1 }), 'wolff'],
    [isingHamiltonian({ lattice: square(4), coupling: 0.35, field: 0.1 }), 'swendsenWang'],
    [isingHamiltonian({ lattice: square(4), coupling: -0.35 }), 'swendsenWang'],
    [isingHamiltonian({ lattice: square(4, 4, { boundary: 'open' }), coupling: 0.35 }), 'swendsenWang'],
    [isingHamiltonian({ lattice: triangular(4), coupling: 0.2 }), 'swendsenWang'],
    [isingHamiltonian({ lattice: cubic(3), coupling: 0.2 }), 'swendsenWang'],
    [isingHamiltonian({ lattice: chain(9), coupling: 0.2 }), 'swendsenWang'],
    // frustration, or more than pairs: Σ tanh|K| below 1, or not
    [isingHamiltonian({ lattice: triangular(4), coupling: -0.16 }), 'heatBath'],
    [isingHamiltonian({ lattice: triangular(4), coupling: -0.17 }), 'tempering'],
    [isingHamiltonian({ lattice: square(4), coupling: 0.1, plaquette: 0.04 }), 'heatBath'],
    [isingHamiltonian({ lattice: square(4), coupling: 0.1, plaquette: 0.06 }), 'tempering'],
    [isingHamiltonian({ lattice: square(4), coupling: -0.2, field: 0.1 }), 'heatBath'],
    [glass, 'tempering'],
  ] as const) {
    const { provenance } = sample(h, { count: 4 });
    assert.is(provenance.sampling?.method, method, JSON.stringify(h.parameters).slice(0, 90));
  }
});

// |z| < 4.5 for energy and |m| of each method: a false alarm in one of 10,000 such tests, for other seeds.
test('every method draws from the same distribution', () => {
  const exact = enumerateTerms(torus);
  for (const method of SAMPLER_METHODS) {
    const data = sample(torus, { method, count: 4000, seed: 8 });
    const energies = torus.energy(data).map((energy) => energy / 16);
    const sizes = Float64Array.from(
      { length: data.count },
      (_, r) => Math.abs(data.spins(r).reduce((sum, s) => sum + s, 0)) / 16,
    );
    for (const [name, values, value] of [
      ['energy', energies, exact.energy / 16],
      ['|m|', sizes, exact.meanAbsoluteMagnetisation],
    ] as const) {
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
      const z = (mean - value) / Math.sqrt(variance / values.length);
      assert.ok(Math.abs(z) < 4.5, `${method}: ${name} ${mean}, exact ${value}, z = ${z}`);
    }
  }
});

test('a second call goes on from the first; options reach the sampler', async () => {
  for (const method of SAMPLER_METHODS) {
    const one = samplerFor(torus, { method, seed: 3 });
    const whole = sample(torus, { method, seed: 3, count: 300 });
    const parts = [one.sample(100), await one.sampleAsync(200)];
    assert.equal(
      parts.flatMap(({ bytes }) => [...bytes]),
      [...whole.bytes],
      method,
    );
  }
  const { sampling } = sample(torus, { method: 'heatBath', chains: 3, independence: 2, count: 200 }).provenance;
  assert.equal([sampling?.chains, sampling?.independence], [3, 2]);
});

test('refuses what it does not take, by name', () => {
  const plaquettes = isingHamiltonian({ lattice: square(4), coupling: 0.2, plaquette: 0.1 });
  const frustrated = graph(3, [
    [0, 1],
    [1, 2],
    [2, 0],
  ]);
  const refuses = (h: unknown, options: object, pattern: RegExp) =>
    assert.throws(
      () => samplerFor(h as never, options),
      (error: Error) => pattern.test(error.message),
      String(pattern),
    );
  refuses({}, {}, /^"hamiltonian"/);
  refuses(torus, { method: 'magic' }, /^"method" expected one of auto, replicas/);
  refuses(torus, { seed: -1 }, /^"seed"/);
  refuses(plaquettes, { method: 'replicas' }, /^"hamiltonian" expected one coupling >= 0.*"replicas"/);
  for (const method of ['wolff', 'swendsenWang', 'couplingFromThePast'] satisfies SamplerMethod[]) {
    refuses(plaquettes, { method }, /4 (sites|spins)/);
  }
  refuses(isingHamiltonian({ lattice: frustrated, coupling: -1 }), { method: 'couplingFromThePast' }, /ferromagnetic/);
  assert.throws(() => sample(torus, {} as never), /"count"/);
  assert.throws(() => sample(torus, null as never), /"options"/);
});

test('methodFor names the method, and refuses what the sampler would refuse, without building one', () => {
  const torus = isingHamiltonian({ lattice: square(8), coupling: 0.4 });
  assert.is(methodFor(torus), 'replicas');
  for (const [options, pattern] of [
    [{ chains: 5 }, /^"chains" expected integer in \[128/],
    [{ chains: 200 }, /^"chains" expected multiple of 128/],
    [{ independence: 1e9 }, /^"independence"/],
    [{ threads: 0 }, /^"threads"/],
    [{ seed: 0.5 }, /^"seed"/],
    [{ method: 'swendsenWang', chains: 0 }, /^"chains"/],
  ] as const) {
    assert.throws(() => methodFor(torus, options as never), pattern);
    assert.throws(() => samplerFor(torus, options as never), pattern);
  }
});

test.run();
