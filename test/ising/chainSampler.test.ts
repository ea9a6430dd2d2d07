/** What all samplers of Markov chains have in common: several chains, threads, stopping and going on. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { decodeSamplerState, encodeSamplerState } from '../../src/io/samplerState.js';
import type { SpinData } from '../../src/ising/data/spinData.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import type { ChainOptions, ChainSampler } from '../../src/ising/samplers/chainSampler.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { SingleSpin } from '../../src/ising/samplers/singleSpin.js';
import { standardNormal } from '../physics/statistics.js';

const test = suite('ising/chainSampler');

/** Every sampler, small; `together` chains move in one machine. */
const samplers: { name: string; together: number; make: (options: ChainOptions) => ChainSampler }[] = [
  {
    name: 'replicas',
    together: 128,
    make: (options) => new Ising({ lattice: square(5, 4), coupling: 0.4, method: 'replicas', ...options }),
  },
  {
    name: 'wolff',
    together: 1,
    make: (options) => new Ising({ lattice: square(5, 4), coupling: 0.4, method: 'wolff', ...options }),
  },
  {
    name: 'clusters',
    together: 1,
    make: (options) =>
      new Clusters({ hamiltonian: isingHamiltonian({ lattice: square(5, 4), coupling: 0.3, field: 0.1 }), ...options }),
  },
  {
    name: 'swendsenWang',
    together: 1,
    make: (options) =>
      new Clusters({
        hamiltonian: isingHamiltonian({ lattice: square(5, 4), coupling: 0.3 }),
        method: 'swendsenWang',
        ...options,
      }),
  },
  {
    name: 'heatBath',
    together: 1,
    make: (options) =>
      new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: chain(11), coupling: 0.4, field: 0.1 }), ...options }),
  },
];

const bytes = (...sets: SpinData[]) => sets.flatMap((set) => [...set.bytes]);

async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => assert.unreachable('expected a rejection') as never,
    (error) => error,
  );
}

for (const { name, together, make } of samplers) {
  test(`${name}: the first of several chains is the one of one chain, and the others are different`, () => {
    const one = make({ seed: 5 });
    const three = make({ seed: 5, chains: 3 * together });
    const starts = three.state().chains;
    assert.is(starts.length, 3);
    assert.equal(starts[0], one.state().chains[0]);
    assert.is(new Set(starts.map(({ stream }) => String(stream))).size, 3);
    const data = three.sample(30 * together);
    assert.is(data.provenance.sampling!.chains, 3 * together);
    const rows = (first: number) =>
      Array.from({ length: 10 }, (_, moment) => {
        const from = (3 * moment + first) * together * data.stride;
        return String(data.bytes.slice(from, from + together * data.stride));
      });
    assert.is(new Set([0, 1, 2].map((k) => String(rows(k)))).size, 3);
  });

  for (const chains of [1, 3]) {
    const options = { seed: 9, chains: chains * together };

    test(`${name}, ${options.chains} chains: in one call or many, at once or with threads, the same bits`, async () => {
      const whole = make(options).sample(700);
      const parts = make(options);
      assert.equal(bytes(...[1, 130, 269, 300].map((count) => parts.sample(count))), bytes(whole));
      for (const threads of [1, 2, 4]) {
        const sampler = make({ ...options, threads });
        const data = await sampler.sampleAsync(400);
        assert.equal(
          bytes(data, sampler.sample(100), await sampler.sampleAsync(200)),
          bytes(whole),
          `${threads} threads`,
        );
      }
    });

    test(`${name}, ${options.chains} chains: stopped and gone on from its state, the same bits`, async () => {
      const whole = make(options).sample(500);
      for (const first of [0, 77, 256]) {
        const sampler = make(options);
        const begun = first ? bytes(sampler.sample(first)) : [];
        const file = encodeSamplerState(sampler.state());
        const other = make({ ...options, threads: 2 });
        other.restore(decodeSamplerState(file, other.identity));
        assert.equal([...begun, ...bytes(await other.sampleAsync(500 - first))], bytes(whole));
        // and the one that was asked for its state goes on as if it had not been
        assert.equal([...begun, ...bytes(sampler.sample(500 - first))], bytes(whole));
      }
    });
  }

  test(`${name}: a sampler that a signal stops is as it was before the call`, async () => {
    for (const threads of [1, 2]) {
      const sampler = make({ seed: 3, chains: 2 * together, threads });
      const first = sampler.sample(50);
      const controller = new AbortController();
      const reason = new Error('enough');
      const stopped = sampler.sampleAsync(1e6, {
        signal: controller.signal,
        onProgress: ({ done }) => done > 1000 && controller.abort(reason),
      });
      assert.is(await rejection(stopped), reason);
      const whole = make({ seed: 3, chains: 2 * together }).sample(150);
      assert.equal(bytes(first, sampler.sample(100)), bytes(whole));
    }
  });

  test(`${name}: refuses a state that is not its own`, () => {
    const sampler = make({ seed: 1 });
    const state = sampler.state();
    const refuses = (changed: object, pattern: RegExp) =>
      assert.throws(
        () => make({ seed: 1 }).restore({ ...state, ...changed }),
        (error: Error) => pattern.test(error.message),
      );
    assert.throws(() => make({ seed: 2 }).restore(state), /^"state" expected the state of /.source);
    refuses({ chains: [] }, /^"state.chains" expected 1 snapshots, got 0/);
    refuses({ chains: [{}] }, /^"snapshot\./);
    refuses({ chains: [{ ...state.chains[0], spins: new Uint8Array(3) }] }, /^"snapshot.spins" expected length/);
    refuses({ given: -1 }, /^"state.given"/);
    refuses({ schedule: { interval: 0 } }, /^"state.schedule.interval"/);
    // longer than any pilot run can find: sampling would not end
    for (const interval of [1e8, 1e15, 2 ** 53, Infinity, Number.NaN]) {
      refuses({ schedule: { interval } }, /^"state.schedule.interval" expected integer in \[1, \d+\], got/);
    }
    assert.throws(() => make({ independence: 1e7 }), /^"independence" expected number in \(0, 1e6\]/.source);
    assert.throws(() => sampler.restore(null as never), /^"state"/.source);
  });

  test(`${name}: refuses chains and threads that are none`, () => {
    for (const chains of [0, -1, 1.5, Number.NaN, ...(together > 1 ? [1, 129] : [])]) {
      assert.throws(
        () => make({ chains }),
        (error: Error) => error instanceof RangeError && /^"chains"/.test(error.message),
      );
    }
    assert.throws(
      () => make({ threads: 0 }),
      (error: Error) => /^"threads"/.test(error.message),
    );
  });
}

// z of 60 seeds, two-sided p of mean and variance each > 1e-3.
test('error bars of several correlated chains are honest: z of 60 seeds are N(0, 1)', () => {
  const exact = kaufman(8, 8, criticalCoupling).energy;
  const z = Array.from({ length: 60 }, (_, seed) => {
    const sampler = new Ising({
      lattice: square(8),
      coupling: criticalCoupling,
      method: 'wolff',
      seed,
      chains: 3,
      independence: 0.7,
    });
    const { energy } = sampler.sample(1500).provenance.sampling!;
    return (energy!.mean - exact) / energy!.error;
  });
  const { mean, variance, pMean, pVariance } = standardNormal(z);
  assert.ok(pMean > 1e-3, `mean of z ${mean}, p = ${pMean}`);
  assert.ok(pVariance > 1e-3, `variance of z ${variance}, p = ${pVariance}`);
});

test.run();
