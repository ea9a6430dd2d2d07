/** Snapshots of a chain of Wolff clusters. What the clusters are: test/assembly/wolff.test.ts, test/ising/ising.test.ts. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ChainSnapshot, runWork } from '../../src/ising/chains/chain.js';
import { WolffChain } from '../../src/ising/chains/wolff.js';
import { square } from '../../src/ising/models/lattice.js';
import { told } from '../reference/slices.js';

const test = suite('ising/wolff');

const rowsOf = (chain: WolffChain, rows: number) =>
  told(chain, chain.series(rows, 3, true)).flatMap(({ bondSums, spinSums, bits }) => [
    ...bondSums,
    ...spinSums,
    ...bits,
  ]);

test('a restored chain goes on with the same bits', () => {
  for (const lattice of [square(2), square(7, 5), square(20)]) {
    const chain = new WolffChain(lattice, 0.4, 1);
    const before = chain.snapshot();
    const first = rowsOf(chain, 300);
    const between = chain.snapshot();
    const second = rowsOf(chain, 20);
    const other = new WolffChain(lattice, 0.4, 2);
    runWork(other.machine, other.advance(17));
    other.restore(between);
    assert.equal(rowsOf(other, 20), second);
    other.restore(before);
    assert.equal(rowsOf(other, 300), first);
    assert.equal(other.snapshot(), between);
  }
});

test('a snapshot is a copy', () => {
  const chain = new WolffChain(square(6), 0.4, 1);
  const snapshot = chain.snapshot();
  const kept = structuredClone(snapshot);
  runWork(chain.machine, chain.advance(9));
  assert.equal(snapshot, kept);
  assert.not.equal(chain.snapshot(), kept);
});

test('refuses what does not fit, and stays as it is', () => {
  const chain = new WolffChain(square(6), 0.4, 1);
  const snapshot = chain.snapshot();
  const wrong = (changed: unknown, pattern: RegExp) =>
    assert.throws(() => chain.restore(changed as ChainSnapshot), pattern);
  wrong(null, /^"snapshot" expected snapshot of a chain, got null$/);
  wrong({}, /^"snapshot.spins" expected Uint8Array, got undefined$/);
  wrong({ ...snapshot, stream: snapshot.spins }, /^"snapshot.stream" expected length 64, got 44$/);
  wrong(new WolffChain(square(8), 0.4, 1).snapshot(), /^"snapshot.spins" expected length 44, got 72$/);
  assert.equal(chain.snapshot(), snapshot);
});

test('spins from elsewhere cannot lead the kernel out of the lattice', () => {
  const chain = new WolffChain(square(6), 0.4, 1);
  const { spins, ...rest } = chain.snapshot();
  chain.restore({ ...rest, spins: (spins as Uint8Array).map((byte) => byte & 1) });
  assert.equal(chain.snapshot(), { ...rest, spins });
});

test.run();
