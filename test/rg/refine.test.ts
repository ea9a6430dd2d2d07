/** `refine`: every spin becomes a block, and blocking takes it back. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { measure } from '../../src/ising/measure/measure.js';
import { chain, cubic, square, triangular } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { MultiSpin } from '../../src/ising/samplers/multiSpin.js';
import { samplerFor } from '../../src/ising/samplers/sampler.js';
import { coarseGrain } from '../../src/rg/blocking/block.js';
import { refine } from '../../src/rg/blocking/refine.js';
import { sha256, version } from '../../src/wasm/binary.js';
import { refineSpins } from '../reference/refine.js';

const test = suite('rg/refine');

test('rows of odd and of large lattices, any factor, against the plain loop', () => {
  for (const [rows, columns, count] of [
    [3, 5, 4],
    [6, 10, 3],
    [130, 200, 2],
  ]) {
    const data = new Ising({ lattice: square(rows, columns), coupling: 0.4 }).sample(count);
    for (const b of [2, 3, 5]) {
      const fine = refine(data, b);
      assert.equal([fine.count, ...fine.shape], [count, rows * b, columns * b]);
      for (let r = 0; r < count; r++) assert.equal(fine.row(r), refineSpins(data.row(r), rows, columns, b));
    }
  }
});

test('the kernel works in slices of large lattices', () => {
  const spins = new MultiSpin({ lattice: square(1024, 1040), coupling: 0.5 });
  spins.advance(3);
  const data = spins.configurations();
  for (const b of [2, 5]) {
    const fine = refine(data, b);
    const back = coarseGrain(fine, { rule: 'decimation', factor: b });
    assert.equal(back.bytes, data.bytes);
    let [wrong, width] = [0, 1040 * b];
    for (let k = 0; k < 5000; k++) {
      const [y, x] = [(k * 7919) % (1024 * b), (k * 104729) % width];
      if (fine.bit(0, y * width + x) !== data.bit(0, Math.floor(y / b) * 1040 + Math.floor(x / b))) wrong++;
    }
    assert.is(wrong, 0);
  }
});

test('blocking takes it back, on square and triangular lattices', () => {
  const hamiltonian = isingHamiltonian({ lattice: triangular(6, 9), coupling: 0.3 });
  for (const data of [
    new Ising({ lattice: square(8, 12), coupling: 0.44 }).sample(20),
    samplerFor(hamiltonian).sample(20),
  ]) {
    for (const factor of [2, 3]) {
      const fine = refine(data, factor);
      for (const rule of ['majority', 'decimation'] as const) {
        assert.equal(coarseGrain(fine, { rule, factor }).bytes, data.bytes);
      }
    }
  }
});

test('provenance: the origin, the factor, the lattice', () => {
  const data = new Ising({ lattice: square(8), coupling: 0.44, seed: 3 }).sample(200);
  const { provenance } = refine(refine(data, 2), 3);
  assert.equal(provenance.parameters, {
    lattice: { kind: 'square', boundary: 'periodic' },
    shape: [48, 48],
    model: 'refined spins',
    factor: 6,
    origin: { source: 'blockspin Ising', seed: 3, parameters: data.provenance.parameters, version, wasm: sha256 },
  });
  assert.is(provenance.sampling?.chains, 128);
  assert.is(provenance.sampling?.energy, null);
  assert.equal(refine(refine(data, 2), 3), refine(data, 6));
  assert.throws(
    () => measure(refine(data, 2)),
    /^"options" expected { coupling } or { hamiltonian }, since the provenance of the data names none/,
  );
  const bare = refine(new SpinData(1, [2, 2], Uint8Array.of(5), { source: 'mine' }), 2);
  assert.equal(bare.provenance.parameters?.shape, [4, 4]);
  assert.equal(bare.row(0), Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0));
});

test('what cannot be refined is refused', () => {
  const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(1);
  for (const factor of [1, 0, 2.5, Number.NaN]) {
    assert.throws(() => refine(data, factor), /^"factor" expected integer >= 2, got/);
  }
  assert.throws(
    () => refine(data, '2' as never),
    (e: Error) => e instanceof TypeError && /^"factor"/.test(e.message),
  );
  assert.throws(
    () => refine(data, 2 ** 30),
    (e: Error) => e instanceof RangeError && /^"factor"/.test(e.message),
  );
  assert.throws(
    () => refine({} as never, 2),
    (e: Error) => e instanceof TypeError && /^"data"/.test(e.message),
  );
  const of = (lattice: Parameters<typeof isingHamiltonian>[0]['lattice']) =>
    samplerFor(isingHamiltonian({ lattice, coupling: 0.1 })).sample(1);
  assert.throws(() => refine(of(chain(6)), 2), /^"data" expected data of a square or triangular lattice, got "chain"$/);
  assert.throws(() => refine(of(cubic(2, 3, 4)), 2), /^"data" .* got "cubic"$/);
  assert.throws(
    () => refine(of(triangular(3, 9, { twist: 3 })), 2),
    /^"data" expected data of a lattice without a twist/,
  );
});

test('a MultiSpin starts from it', () => {
  const small = new MultiSpin({ lattice: square(32), coupling: 0.44 });
  small.advance(20);
  const start = refine(small.configurations(), 2);
  const large = new MultiSpin({ lattice: square(64), coupling: 0.44, start });
  assert.equal(large.configurations().bytes, start.bytes);
  assert.is(large.measure().magnetisations[0], small.measure().magnetisations[0]);
  // walls are twice as long, and between four times as many spins: -2 + w becomes -2 + w/2
  assert.ok(Math.abs(large.measure().energies[0] + 2 - (small.measure().energies[0] + 2) / 2) < 1e-12);
});

test.run();
