/** `growLattice`: what it yields and refuses, and whether a grown lattice is critical. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { type Growth, type GrowthOptions, growLattice } from '../../src/ising/samplers/growth.js';
import type { Progress } from '../../src/util/work.js';
import { cases } from '../matrix.js';
import { rejection } from '../rbm/runs.js';
import { criticalTorusCorrelation, rowCorrelation } from '../reference/correlation.js';

const test = suite('ising/growth');

/** The last look at a growing lattice. */
async function grown(options: GrowthOptions): Promise<Growth> {
  let last: Growth | undefined;
  for await (const look of growLattice(options)) last = look;
  return last as Growth;
}

test('yields every level before its first sweep, while it relaxes, and when it is done', async () => {
  const seen: string[] = [];
  const steps: Progress[] = [];
  let before: Uint8Array | undefined;
  const options = {
    size: 128,
    from: 32,
    sweeps: 5,
    every: 2,
    seed: 3,
    onProgress: (step: Progress) => steps.push(step),
  };
  for await (const { spins, size, done, sweeps } of growLattice(options)) {
    assert.equal(spins.lattice.shape, [size, size]);
    assert.is(spins.coupling, criticalCoupling);
    seen.push(`${size} ${done}/${sweeps}`);
    // a refined lattice: 2 × 2 blocks of equal spins, of the level before
    if (done === 0 && before) {
      assert.ok(spins.blockSums(2).every((sum) => Math.abs(sum) === 4));
      assert.equal(
        spins.blockSums(2).map((sum) => sum / 4),
        Int8Array.from(before),
      );
    }
    if (done === sweeps) before = new Uint8Array(spins.blockSums(1).buffer);
  }
  assert.equal(seen, ['32 0/0', '64 0/5', '64 2/5', '64 4/5', '64 5/5', '128 0/5', '128 2/5', '128 4/5', '128 5/5']);
  assert.ok(steps.length > 0);
  const { done, total, unit } = steps.at(-1)!;
  assert.ok(Math.abs(done - 6.25) < 1e-12 && total === 6.25, `${done} of ${total}`);
  assert.is(unit, 'sweeps of the last lattice');
});

test('one seed, one lattice, however it is looked at, on any number of threads', async () => {
  const bytes = async (options: Partial<GrowthOptions>) =>
    (await grown({ size: 256, from: 64, sweeps: 6, ...options })).spins.configurations().bytes;
  const one = await bytes({ threads: 1 });
  assert.equal(await bytes({ threads: 2, every: 1 }), one);
  assert.not.equal(await bytes({ seed: 2 }), one);
  assert.not.equal(await bytes({ method: 'heatBath' }), one);
});

test('a signal and a break stop it', async () => {
  const stop = new AbortController();
  const looks: number[] = [];
  const work = (async () => {
    for await (const { size } of growLattice({ size: 128, from: 32, sweeps: 3, every: 1, signal: stop.signal })) {
      looks.push(size);
      if (looks.length === 3) stop.abort(new Error('enough'));
    }
  })();
  assert.is(((await rejection(work)) as Error).message, 'enough');
  assert.equal(looks, [32, 64, 64]);
  for await (const { spins } of growLattice({ size: 128, from: 32 })) {
    spins.advance();
    break;
  }
});

test('refuses what cannot grow', async () => {
  for (const [options, pattern] of [
    [{ size: 100 }, /^"size" expected 64 times a power of two, got 100$/],
    [{ size: 32 }, /^"size" expected integer >= 64/],
    [{ size: 96, from: 48 }, /^"from" expected a multiple of 32, got 48$/],
    [{ size: 128, from: 16 }, /^"from" expected integer >= 32/],
    [{ size: 128, coupling: -0.4 }, /^"coupling" expected number > 0, got -0.4$/],
    [{ size: 128, coupling: Number.NaN }, /^"coupling" expected finite number/],
    [{ size: 128, sweeps: 0 }, /^"sweeps" expected positive integer/],
    [{ size: 128, every: 1.5 }, /^"every" expected positive integer/],
    [{ size: 128, method: 'wolff' }, /^"method" expected one of metropolis, heatBath/],
    [{ size: 128, seed: -1 }, /^"seed"/],
    [{ size: 128, threads: 0 }, /^"threads"/],
    [{ size: 128, sides: 2 }, /^"sides" expected an option of growLattice/],
  ] as const) {
    assert.match(((await rejection(grown(options as GrowthOptions))) as Error).message, pattern);
  }
});

// Measured at 256² with 400 seeds: after 200 sweeps per level all of G(1) … G(64) are within one standard error of the torus, after 100 two above,
// after 50 four to five, after 10 fifteen; at 1024² with 128 seeds after 400 within 1.3, after 200 two to three above.
for (const [size, seeds] of cases([[128, 48]], [[1024, 16]])) {
  test(`correlations of ${size} × ${size} grown from 64 × 64 are those of the critical torus`, async () => {
    const distances = [1, 2, 4, 8, 16, 32, 64].filter((r) => 2 * r <= size);
    const rows: number[][] = [];
    const energies: number[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const { spins } = await grown({ size, seed, threads: 1 });
      const { bytes } = spins.configurations();
      rows.push(distances.map((r) => rowCorrelation(bytes, size, r)));
      energies.push(spins.measure().energies[0]);
    }
    const scoreOf = (values: number[], exact: number) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
      return (mean - exact) / Math.sqrt(variance / seeds);
    };
    // Student's t of 15 or more degrees: above 4.5 with p < 5e-4 each, and they are strongly correlated
    distances.forEach((r, k) => {
      const score = scoreOf(
        rows.map((row) => row[k]),
        criticalTorusCorrelation(r, size),
      );
      assert.ok(Math.abs(score) < 4.5, `G(${r}): ${score} standard errors`);
    });
    const score = scoreOf(energies, kaufman(size, size, criticalCoupling).energy);
    assert.ok(Math.abs(score) < 4.5, `energy: ${score} standard errors`);
  });
}

test.run();
