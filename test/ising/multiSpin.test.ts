/** One large lattice at one bit a spin: what it refuses, what it tells of itself, and that one seed gives one run however it is made. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { MultiSpin, type MultiSpinOptions } from '../../src/ising/samplers/multiSpin.js';
import type { Progress } from '../../src/util/work.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { chiSquareTail } from '../physics/statistics.js';
import { rejection } from '../rbm/runs.js';

const test = suite('ising/multiSpin');

const options: MultiSpinOptions = { lattice: square(64, 48), coupling: 0.4, seed: 1 };

const refuses = (changed: object, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(
    () => new MultiSpin({ ...options, ...changed }),
    (error: Error) => error.constructor === kind && pattern.test(error.message),
    JSON.stringify(changed),
  );

test('refuses lattices that do not fit, with the nearest that do', () => {
  refuses({ lattice: square(40) }, RangeError, /^"lattice" expected rows in multiples of 32 .*, got 40: .* 32 or 64$/);
  refuses({ lattice: square(33, 32) }, RangeError, /rows .*checkerboard needs even sides.* got 33: .* 32 or 64$/);
  refuses({ lattice: square(64, 40) }, RangeError, /columns in multiples of 16 .*, got 40: .* 32 or 48$/);
  refuses({ lattice: square(64, 7) }, RangeError, /columns .*checkerboard.* got 7: the nearest valid sides are 16$/);
  refuses({ lattice: square(4) }, RangeError, /got 4: the nearest valid sides are 32$/);
  refuses({ lattice: square(64, 64, { boundary: 'open' }) }, TypeError, /^"lattice"/);
  refuses({ lattice: 64 }, TypeError, /^"lattice"/);
});

test('refuses bad options', () => {
  refuses({ coupling: -0.1 }, RangeError, /^"coupling" expected number >= 0, got -0.1$/);
  refuses({ coupling: Number.NaN }, RangeError, /^"coupling" expected finite number, got NaN$/);
  refuses({ coupling: [0.4] }, TypeError, /^"coupling"/);
  refuses({ method: 'wolff' }, RangeError, /^"method" expected one of metropolis, heatBath, got "wolff"$/);
  refuses({ start: 'down' }, RangeError, /^"start" expected one of random, up, got "down"$/);
  refuses({ seed: 1.5 }, RangeError, /^"seed"/);
  for (const threads of [0, 65, 1.5]) refuses({ threads }, RangeError, /^"threads" expected integer in \[1, 64\]/);
  const spins = new MultiSpin(options);
  for (const count of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => spins.advance(count),
      (e: Error) => e instanceof RangeError && /^"updates"/.test(e.message),
    );
  }
});

test('configuration() and measure() tell of the same spins, all sizes', () => {
  for (const [rows, columns] of [
    [32, 16],
    [32, 64],
    [96, 48],
  ]) {
    const bonds = torusBonds(rows, columns);
    for (const method of ['metropolis', 'heatBath'] as const) {
      const spins = new MultiSpin({ ...options, lattice: square(rows, columns), method });
      for (const sweeps of [0, 1, 5]) {
        if (sweeps) spins.advance(sweeps);
        const { energies, magnetisations } = spins.measure();
        const data = spins.configurations();
        assert.equal([data.count, ...data.shape], [1, rows, columns]);
        const values = data.spins(0);
        assert.is(energies[0], -bondSum(values, bonds) / values.length, `${rows} × ${columns}`);
        assert.is(magnetisations[0], values.reduce((sum, s) => sum + s, 0) / values.length);
      }
    }
  }
  assert.equal(new MultiSpin(options).configurations().provenance.parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [64, 48],
    coupling: 0.4,
    method: 'metropolis',
  });
});

const UP = { energies: Float64Array.of(-2), magnetisations: Float64Array.of(1) };

test('starts from random spins, or all up', () => {
  assert.equal(new MultiSpin({ ...options, start: 'up' }).measure(), UP);
  const row = new MultiSpin({ ...options, lattice: square(256) }).configurations().row(0);
  // χ² of rows and of columns of 256 fair coins each: p > 1e-3 on either side
  for (const along of [(k: number) => k >> 8, (k: number) => k & 255]) {
    const counts = new Float64Array(256);
    row.forEach((bit, k) => {
      counts[along(k)] += bit;
    });
    const chi = counts.reduce((sum, count) => sum + (count - 128) ** 2 / 64, 0);
    const p = chiSquareTail(chi, 256);
    assert.ok(p > 1e-3 && p < 0.999, `p = ${p}`);
  }
});

test('at K = 40 all up stays, at K = 0 nothing is left of it', () => {
  for (const method of ['metropolis', 'heatBath'] as const) {
    const cold = new MultiSpin({ ...options, coupling: 40, method, start: 'up' });
    cold.advance(100);
    assert.equal(cold.measure(), UP);
  }
  const hot = new MultiSpin({ ...options, coupling: 0, method: 'heatBath', start: 'up' });
  hot.advance();
  // 3072 fair coins: |z| > 4 has p = 6e-5
  assert.ok(Math.abs(hot.measure().magnetisations[0]) < 4 / Math.sqrt(3072));
});

const bytes = (spins: MultiSpin) => spins.configurations().bytes;

test('one seed, one run, in one call or many', () => {
  const run = (changed: object, ...counts: number[]) => {
    const spins = new MultiSpin({ ...options, ...changed });
    for (const count of counts) spins.advance(count);
    return bytes(spins);
  };
  for (const method of ['metropolis', 'heatBath']) {
    assert.equal(run({ method }, 20), run({ method }, 1, 7, 12));
    assert.not.equal(run({ method }, 20), run({ method, seed: 2 }, 20));
  }
  assert.not.equal(run({}, 20), run({ method: 'heatBath' }, 20));
});

test('one seed, one run, on any number of threads', async () => {
  // blocks of 40 rows of 4 words in bands of 32 rows, 20 of 12 in bands of 11, 16 of 33 in bands of 4
  for (const [rows, columns, bands] of [
    [640, 64, 2],
    [320, 192, 2],
    [256, 528, 4],
  ]) {
    const lattice = square(rows, columns);
    const sync = new MultiSpin({ ...options, lattice });
    sync.advance(12);
    for (const threads of [1, 2, 3]) {
      const spins = new MultiSpin({ ...options, lattice, threads });
      assert.is(spins.threads, threadsAvailable() ? Math.min(threads, bands) : 1);
      const steps: Progress[] = [];
      await spins.advanceAsync(5, { onProgress: (progress) => steps.push(progress) });
      assert.equal(steps.at(-1), { stage: 'sweep', done: 5, total: 5, unit: 'sweeps' });
      spins.advance(4);
      await spins.advanceAsync(2);
      await spins.close();
      await spins.advanceAsync();
      await spins.close();
      assert.equal(bytes(spins), bytes(sync), `${rows} × ${columns}, ${threads} threads`);
      assert.equal(spins.measure(), sync.measure());
    }
  }
});

test('nothing else may be asked while the sampler is at work; a signal stops it between two sweeps', async () => {
  const spins = new MultiSpin({ ...options, lattice: square(256, 512), threads: 2 });
  const kept = spins.state();
  const work = spins.advanceAsync(3);
  for (const ask of [
    () => spins.advance(),
    () => spins.measure(),
    () => spins.configurations(),
    () => spins.state(),
    () => spins.restore(kept),
  ]) {
    assert.throws(ask, /^the sampler is at work/);
  }
  assert.match(((await rejection(spins.advanceAsync())) as Error).message, 'the sampler is at work');
  assert.match(((await rejection(spins.close())) as Error).message, 'the sampler is at work');
  await work;

  const stop = new AbortController();
  let done = 0;
  const error = await rejection(
    spins.advanceAsync(100_000, {
      signal: stop.signal,
      onProgress: (progress) => {
        done = progress.done;
        stop.abort(new Error('enough'));
      },
    }),
  );
  assert.is((error as Error).message, 'enough');
  assert.ok(done > 0 && done < 100_000, `${done}`);
  const expected = new MultiSpin({ ...options, lattice: square(256, 512) });
  expected.advance(3 + done);
  assert.equal(bytes(spins), bytes(expected));
  await spins.close();
});

test('a state is gone on from with the same bits', async () => {
  for (const method of ['metropolis', 'heatBath'] as const) {
    const lattice = square(256, 512);
    const first = new MultiSpin({ ...options, lattice, method });
    first.advance(5);
    const snapshot = first.state();
    const kept = structuredClone(snapshot);
    first.advance(4);
    assert.equal(snapshot, kept, 'a snapshot is a copy');
    const second = new MultiSpin({ ...options, lattice, method, threads: 2 });
    second.restore(snapshot);
    await second.advanceAsync(4);
    await second.close();
    assert.equal(bytes(second), bytes(first));
    assert.equal(second.state(), first.state());
  }
  for (const changed of [
    { lattice: square(96, 32) },
    { seed: 'another' },
    { start: 'up' as const },
    { coupling: 0.3 },
  ]) {
    const other = new MultiSpin({ ...options, ...changed }).state();
    assert.throws(
      () => new MultiSpin(options).restore(other),
      /^"state" expected the state of \{"source":"blockspin MultiSpin"/,
    );
  }
});

test.run();
