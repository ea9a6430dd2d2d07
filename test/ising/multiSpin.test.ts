/** One large lattice at one bit a spin: what it refuses, what it tells of itself, and that one seed gives one run however it is made. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { solveInfiniteStrip } from '../../src/exact/strip.js';
import { SpinData } from '../../src/ising/data/spinData.js';
import { measure } from '../../src/ising/measure/measure.js';
import { square } from '../../src/ising/models/lattice.js';
import { MultiSpin, type MultiSpinOptions } from '../../src/ising/samplers/multiSpin.js';
import type { Progress } from '../../src/util/work.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { chiSquareTail } from '../physics/statistics.js';
import { rejection } from '../rbm/runs.js';
import { blockSumsOf, windowOf } from '../reference/multispin.js';

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
  refuses({ coupling: Number.POSITIVE_INFINITY }, RangeError, /^"coupling" expected finite number, got Infinity$/);
  refuses({ field: Number.NaN }, RangeError, /^"field" expected finite number, got NaN$/);
  refuses({ field: '0' }, TypeError, /^"field" expected finite number/);
  refuses({ coupling: Number.NaN }, RangeError, /^"coupling" expected finite number, got NaN$/);
  refuses({ coupling: [0.4] }, TypeError, /^"coupling"/);
  refuses({ method: 'wolff' }, RangeError, /^"method" expected one of metropolis, heatBath, got "wolff"$/);
  refuses({ start: 'down' }, RangeError, /^"start" expected one of random, up, got "down"$/);
  refuses(
    { start: new Uint8Array(384) },
    TypeError,
    /^"start" expected random, up, or SpinData of one row, got Uint8Array$/,
  );
  const other = new SpinData(1, [48, 64], new Uint8Array(384), { source: 'test' });
  refuses({ start: other }, RangeError, /^"start" expected data of the lattice's shape 64 × 48, got "48 × 64"$/);
  const two = new SpinData(2, [64, 48], new Uint8Array(768), { source: 'test' });
  refuses({ start: two }, RangeError, /^"start" expected SpinData of one row, got "2 rows"$/);
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

const thrown = (work: () => unknown, kind: ErrorConstructor, pattern: RegExp) =>
  assert.throws(work, (error: Error) => error.constructor === kind && pattern.test(error.message), String(pattern));

test('starts from a configuration', () => {
  const first = new MultiSpin(options);
  first.advance(10);
  const start = first.configurations();
  const spins = new MultiSpin({ ...options, start });
  assert.equal(bytes(spins), start.bytes);
  assert.equal(spins.measure(), first.measure());
  // another start is another sampler
  spins.advance();
  const other = new MultiSpin({ ...options, start: spins.configurations() });
  assert.not.equal(other.identity, spins.identity);
  thrown(() => other.restore(spins.state()), RangeError, /^"state" expected the state of/);
  assert.is(new MultiSpin({ ...options, start }).identity, spins.identity);
});

test('blockSums and bits tell of the same spins as configurations()', () => {
  const [rows, columns] = [96, 48];
  const spins = new MultiSpin({ ...options, lattice: square(rows, columns) });
  spins.advance(3);
  const row = spins.configurations().row(0);
  const shape: [number, number] = [rows, columns];
  for (const b of [1, 2, 4, 8, 16]) {
    for (const window of [
      undefined,
      { row: 1, column: 2, rows: 2, columns: 1 },
      { row: rows / b - 1, column: columns / b - 1, rows: rows / b, columns: columns / b },
    ]) {
      const all = window ?? { row: 0, column: 0, rows: rows / b, columns: columns / b };
      const sites = { row: all.row * b, column: all.column * b, rows: all.rows * b, columns: all.columns * b };
      const expected = blockSumsOf(row, shape, b, sites);
      const sums = spins.blockSums(b, { window });
      assert.is(sums.constructor, b > 8 ? Int16Array : Int8Array);
      assert.equal([...sums], expected, `b = ${b}, ${JSON.stringify(window)}`);
      const out = new Int16Array(expected.length);
      assert.is(spins.blockSums(b, { window, out }), out);
      assert.equal([...out], expected);
    }
  }
  assert.equal(spins.bits(), spins.configurations().bytes);
  const window = { row: 90, column: 45, rows: 20, columns: 13 };
  assert.equal(spins.bits({ window }), windowOf(row, shape, window));
  const out = new Uint8Array(40);
  assert.is(spins.bits({ window, out }), out);
});

test('blockSums and bits refuse blocks that do not tile, windows off the lattice, and arrays that do not fit', () => {
  const spins = new MultiSpin(options); // 64 × 48
  for (const b of [3, 32, 64]) {
    thrown(
      () => spins.blockSums(b),
      RangeError,
      /^"b" expected power of two up to 32 that divides the sides 64 × 48, got /,
    );
  }
  for (const b of [0, -1, 1.5]) thrown(() => spins.blockSums(b), RangeError, /^"b" expected positive integer/);
  thrown(() => spins.blockSums('2' as never), TypeError, /^"b"/);
  const window = { row: 0, column: 0, rows: 8, columns: 6 };
  const sums = (changed: object) => () => spins.blockSums(8, { window: { ...window, ...changed } });
  thrown(sums({ row: 8 }), RangeError, /^"window.row" expected integer in \[0, 7\], got 8$/);
  thrown(sums({ column: -1 }), RangeError, /^"window.column" expected integer in \[0, 5\], got -1$/);
  thrown(sums({ rows: 9 }), RangeError, /^"window.rows" expected integer in \[1, 8\], got 9$/);
  thrown(sums({ columns: 0 }), RangeError, /^"window.columns"/);
  thrown(sums({ height: 2 }), RangeError, /^"height" expected an option of window/);
  thrown(() => spins.blockSums(8, { window: [0, 0, 8, 6] as never }), TypeError, /^"window"/);
  thrown(() => spins.blockSums(8, { out: new Int8Array(47) }), RangeError, /^"out" expected length 48, got 47$/);
  thrown(
    () => spins.blockSums(16, { out: new Int8Array(12) }),
    TypeError,
    /^"out" expected Int16Array, got Int8Array$/,
  );
  thrown(() => spins.blockSums(8, { out: new Uint8Array(48) as never }), TypeError, /^"out" expected Int8Array or/);
  thrown(() => spins.bits({ window: { ...window, columns: 49 } }), RangeError, /^"window.columns"/);
  thrown(() => spins.bits({ out: new Uint8Array(383) }), RangeError, /^"out" expected length 384, got 383$/);
  thrown(
    () => spins.bits({ out: new Int8Array(384) as never }),
    TypeError,
    /^"out" expected Uint8Array, got Int8Array$/,
  );
});

test('coupling and field can be changed between sweeps', () => {
  for (const method of ['metropolis', 'heatBath'] as const) {
    const spins = new MultiSpin({ ...options, method });
    spins.advance(3);
    const start = spins.configurations();
    // on its way from one coupling to the other, it is what a sampler of the other one would be with the same streams
    const turned = new MultiSpin({ ...options, coupling: 0.6, method });
    turned.advance(3);
    turned.coupling = 0.4;
    assert.is(turned.coupling, 0.4);
    turned.restore({ ...spins.state(), identity: turned.identity });
    turned.advance(4);
    spins.advance(4);
    assert.equal(bytes(turned), bytes(spins), 'the coupling that was set, and the one of the state');
    spins.coupling = 0.6;
    assert.is(spins.configurations().provenance.parameters?.coupling, 0.6);
    spins.advance(4);
    turned.advance(4);
    assert.not.equal(bytes(turned), bytes(spins));
    // a field orders, whatever its sign; without one the old kernel goes on
    for (const field of [3, -3]) {
      spins.field = field;
      assert.is(spins.configurations().provenance.parameters?.field, field);
      spins.advance(10);
      assert.ok(spins.measure().magnetisations[0] * Math.sign(field) > 0.95);
    }
    spins.field = 0;
    assert.not.ok('field' in (spins.configurations().provenance.parameters ?? {}));
    assert.not.equal(bytes(spins), start.bytes);
  }
});

test('a change that is refused changes nothing', async () => {
  const spins = new MultiSpin({ ...options, lattice: square(256, 512), threads: 2 });
  spins.field = 0.1;
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    thrown(
      () => {
        spins.coupling = bad;
      },
      RangeError,
      /^"coupling" expected finite number/,
    );
    thrown(
      () => {
        spins.field = bad;
      },
      RangeError,
      /^"field" expected finite number/,
    );
  }
  thrown(
    () => {
      spins.field = '1' as never;
    },
    TypeError,
    /^"field"/,
  );
  const work = spins.advanceAsync(3);
  thrown(
    () => {
      spins.coupling = 0.5;
    },
    Error,
    /^the sampler is at work/,
  );
  thrown(
    () => {
      spins.blockSums(4);
    },
    Error,
    /^the sampler is at work/,
  );
  thrown(
    () => {
      spins.bits();
    },
    Error,
    /^the sampler is at work/,
  );
  await work;
  assert.equal([spins.coupling, spins.field], [0.4, 0.1]);
  const sync = new MultiSpin({ ...options, lattice: square(256, 512), field: 0.1 });
  sync.advance(3);
  assert.equal(bytes(spins), bytes(sync), 'a field on two threads');
  await spins.close();
});

test('a state carries coupling and field; samples after a change are of the new model', () => {
  const spins = new MultiSpin({ ...options, lattice: square(32, 16), coupling: 0.2 });
  const identity = spins.identity;
  const kept = spins.state();
  spins.sample(2);
  assert.ok(spins.state().schedule);
  spins.coupling = 0.1;
  spins.field = 0.3;
  assert.is(spins.identity, identity);
  assert.is(spins.state().schedule, null);
  const state = spins.state();
  const data = spins.sample(400);
  const other = new MultiSpin({ ...options, lattice: square(32, 16), coupling: 0.2 });
  other.restore(state);
  assert.equal([other.coupling, other.field], [0.1, 0.3]);
  assert.equal(other.sample(400), data);
  assert.equal([data.provenance.parameters?.coupling, data.provenance.parameters?.field], [0.1, 0.3]);
  // no sample was flipped as a whole: m is that of the field, 5 standard errors wide (p = 6e-7)
  const exact = solveInfiniteStrip({ width: 16, coupling: 0.1, field: 0.3 });
  const { mean, error } = measure(data).magnetisation!;
  assert.ok(Math.abs(mean - exact.magnetisation) < 5 * error!, `${mean} ± ${error}, exact ${exact.magnetisation}`);
  spins.restore(kept);
  assert.equal([spins.coupling, spins.field], [0.2, 0]);
  assert.equal(
    spins.sample(2).bytes,
    new MultiSpin({ ...options, lattice: square(32, 16), coupling: 0.2 }).sample(2).bytes,
  );
  for (const [name, bad] of [
    ['coupling', Number.NaN],
    ['field', undefined],
  ] as const) {
    const broken = { ...kept, chains: [{ ...kept.chains[0], [name]: bad }] };
    assert.throws(() => spins.restore(broken as never), new RegExp(`^"snapshot.${name}" expected`));
  }
});

test.run();
