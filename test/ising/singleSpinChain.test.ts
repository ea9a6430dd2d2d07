/** Snapshots of a chain of single-spin updates. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runWork } from '../../src/ising/chains/chain.js';
import { SingleSpinChain } from '../../src/ising/chains/singleSpinChain.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { refuses } from '../assert.js';
import { told } from '../reference/slices.js';

const test = suite('ising/singleSpinChain');

test('a chain goes on from a snapshot with the same bits', () => {
  for (const h of [
    isingHamiltonian({ lattice: square(5), coupling: 0.3 }),
    isingHamiltonian({ lattice: chain(19), coupling: 0.5, field: 0.1 }),
  ]) {
    for (const method of ['heatBath', 'metropolis'] as const) {
      for (const order of ['sequential', 'random'] as const) {
        const chainOf = (seed: number) => new SingleSpinChain(h, { method, order }, seed, undefined);
        const first = chainOf(1);
        runWork(first.machine, first.advance(13));
        const snapshot = first.snapshot();
        const rows = told(first, first.series(30, 2, true));
        const second = chainOf(2);
        second.restore(snapshot);
        assert.equal(second.snapshot(), snapshot);
        assert.equal(told(second, second.series(30, 2, true)), rows);
        first.restore(snapshot);
        assert.equal(told(first, first.series(30, 2, true)), rows);
      }
    }
  }
});

test('a snapshot is a copy, and a wrong one is refused and changes nothing', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.3 });
  const walker = new SingleSpinChain(h, { method: 'heatBath', order: 'sequential' }, 1, undefined);
  const snapshot = walker.snapshot();
  const kept = structuredClone(snapshot);
  runWork(walker.machine, walker.advance(5));
  assert.equal(snapshot, kept);
  walker.restore(snapshot);
  const spins = snapshot.spins as Uint8Array;
  refuses(() => walker.restore(null as never), TypeError, /^"snapshot" expected snapshot of a chain/);
  refuses(() => walker.restore({ spins }), TypeError, /^"snapshot.stream" expected Uint8Array/);
  refuses(() => walker.restore({ ...snapshot, spins: 3 }), TypeError, /^"snapshot.spins" expected Uint8Array, got 3$/);
  refuses(
    () => walker.restore({ ...snapshot, spins: new Uint8Array(99) }),
    RangeError,
    /^"snapshot.spins" expected length 17/,
  );
  refuses(
    () => walker.restore({ ...snapshot, spins: spins.slice().fill(7) }),
    RangeError,
    /^"snapshot.spins\[0\]" expected 0 or 1/,
  );
  assert.equal(walker.snapshot(), kept);
});

test.run();
