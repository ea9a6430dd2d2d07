/** The single-spin kernels against their twins in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Hamiltonian } from '../../src/ising/models/hamiltonian.js';
import { InteractionTable, TermGroups } from '../../src/ising/models/interactionTable.js';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import * as twin from '../reference/singleSpin.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';
import { packSpins } from '../reference/wolff.js';

const test = suite('assembly/singleSpin');

const KEY = streamKey(1, 'single spin test');
const ROWS = 5;

/** Random interactions of 0 to 5 spins, some sites with none; half of them with one of two couplings, so that some are groups. */
function randomTerms(sites: number, count: number, seed: number): twin.Term[] {
  const draws = new Draws(seed);
  return Array.from({ length: count }, () => ({
    sites: [...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(5, sites)))],
    coupling: draws.integer(0, 1) === 1 ? draws.uniform(-1, 1) : draws.integer(0, 1) - 0.5,
  }));
}

function prepare(hamiltonian: Hamiltonian, seed: number) {
  const { sites } = hamiltonian;
  const interactions = new InteractionTable(hamiltonian);
  const terms = new TermGroups(hamiltonian);
  const stride = Math.ceil(sites / 8);
  const machine = rubbishMachine({
    spins: sites + 8,
    ...interactions.regions,
    ...terms.regions,
    stream: 64,
    scratch: 4096,
    termSums: ROWS * 8,
    spinSums: ROWS * 4,
    bits: ROWS * stride,
    guard: 64,
  });
  const { kernels, at } = machine;
  const spins = new Draws(seed).bits(sites);
  machine.u8('spins').set(spins);
  interactions.write(machine);
  terms.write(machine);
  kernels.seedStreams(at.stream, 1, KEY, 0);
  const advance = ({ metropolis, anyOrder }: twin.Updates, sweeps: number) =>
    // biome-ignore format: one call
    kernels.singleSpin(at.spins, at.starts, at.table, sites, Number(metropolis), Number(anyOrder), at.stream, at.scratch, sweeps);
  const series = ({ metropolis, anyOrder }: twin.Updates, even: number, interval: number, bits: number) =>
    // biome-ignore format: one call
    kernels.singleSpinSeries(at.spins, at.starts, at.table, sites, Number(metropolis), Number(anyOrder), at.stream, at.scratch, at.groups, terms.count, at.members, even, interval, ROWS, at.termSums, at.spinSums, bits);
  return { machine, spins, stride, groups: terms.count, advance, series };
}

const UPDATES: twin.Updates[] = [
  { metropolis: false, anyOrder: false },
  { metropolis: false, anyOrder: true },
  { metropolis: true, anyOrder: false },
  { metropolis: true, anyOrder: true },
];

for (const updates of UPDATES) {
  const name = `${updates.metropolis ? 'Metropolis' : 'heat bath'}, ${updates.anyOrder ? 'random' : 'sequential'} order`;

  test(`${name}: the spins and the count are the twin’s`, () => {
    // 300 sites are more than one buffer of random numbers a sweep; 256 exactly one
    for (const [sites, count] of [
      [1, 0],
      [1, 1],
      [2, 3],
      [7, 12],
      [13, 60],
      [256, 300],
      [300, 500],
    ]) {
      const hamiltonian = new Hamiltonian({ sites, terms: randomTerms(sites, count, sites) });
      const { machine, spins, advance } = prepare(hamiltonian, 3);
      const stream = new Stream(KEY);
      for (const sweeps of [1, 3, 0, 2]) {
        const expected = twin.singleSpin(spins, hamiltonian.terms, updates, stream, sweeps);
        let turned = -1;
        writesOnly(machine, { spins: sites, stream: 'all', scratch: 'all' }, () => {
          turned = advance(updates, sweeps);
        });
        assert.is(turned, expected, `${sites} sites`);
        sameBits(machine.u8('spins').slice(0, sites), spins, `${sites} sites, ${sweeps} sweeps`);
      }
    }
  });

  test(`${name}: a series measures what the twin measures`, () => {
    for (const [sites, count] of [
      [1, 1],
      [8, 10],
      [11, 30],
      [130, 200],
    ]) {
      for (const even of [0, 1]) {
        for (const keep of [true, false]) {
          const hamiltonian = new Hamiltonian({ sites, terms: randomTerms(sites, count, 7 * sites) });
          const { terms } = hamiltonian;
          const { machine, spins, stride, series } = prepare(hamiltonian, 4);
          const stream = new Stream(KEY);
          const sums = new Float64Array(ROWS);
          const spinSums = new Int32Array(ROWS);
          const bits = new Uint8Array(ROWS * stride).fill(0xa5);
          let expected = 0;
          for (let row = 0; row < ROWS; row++) {
            expected += twin.singleSpin(spins, terms, updates, stream, 2);
            if (even) twin.turnAll(spins, stream);
            sums[row] = twin.termSum(terms, spins);
            spinSums[row] = spins.reduce((sum, spin) => sum + 2 * spin - 1, 0);
            if (keep) bits.set(packSpins(spins), row * stride);
          }
          let turned = -1;
          const written = { spins: sites, stream: 'all', scratch: 'all', termSums: 'all', spinSums: 'all' } as const;
          writesOnly(machine, keep ? { ...written, bits: 'all' } : written, () => {
            turned = series(updates, even, 2, keep ? machine.at.bits : 0);
          });
          const what = `${sites} sites, even ${even}, keep ${keep}`;
          assert.is(turned, expected, what);
          sameBits(machine.f64('termSums').slice(), sums, what);
          sameBits(machine.i32('spinSums').slice(), spinSums, what);
          sameBits(machine.u8('bits').slice(), bits, what);
          sameBits(machine.u8('spins').slice(0, sites), spins, what);
        }
      }
    }
  });
}

test('the sum over terms is the Hamiltonian’s own energy', () => {
  for (const sites of [1, 5, 40]) {
    const hamiltonian = new Hamiltonian({ sites, terms: randomTerms(sites, 3 * sites, sites + 1) });
    const { machine, spins, groups } = prepare(hamiltonian, 9);
    const { kernels, at } = machine;
    const sum = kernels.termSum(at.spins, at.groups, groups, at.members);
    assert.is(0 - sum, hamiltonian.energy(Array.from(spins, (bit) => 2 * bit - 1)));
  }
});

test('more equal interactions of a site than a group has room for', () => {
  const sites = 600;
  const terms = [
    ...Array.from({ length: sites - 1 }, (_, k) => ({ sites: [0, k + 1], coupling: 0.01 })),
    // a term of many sites beside them
    { sites: Array.from({ length: 400 }, (_, k) => k), coupling: 0.3 },
  ];
  const { machine, spins, groups, advance } = prepare(new Hamiltonian({ sites, terms }), 5);
  assert.is(groups, 2);
  const stream = new Stream(KEY);
  for (const updates of UPDATES) {
    assert.is(advance(updates, 3), twin.singleSpin(spins, terms, updates, stream, 3));
    sameBits(machine.u8('spins').slice(0, sites), spins, 'a star');
  }
  const { kernels, at } = machine;
  assert.is(kernels.termSum(at.spins, at.groups, groups, at.members), twin.termSum(terms, spins));
});

test('very strong fields: what cannot happen does not, and nothing overflows', () => {
  for (const updates of UPDATES) {
    const terms = Array.from({ length: 9 }, (_, site) => ({ sites: [site], coupling: site % 2 ? 1e6 : -1e6 }));
    const { machine, advance } = prepare(new Hamiltonian({ sites: 9, terms }), 2);
    advance(updates, 200);
    assert.equal([...machine.u8('spins').slice(0, 9)], [0, 1, 0, 1, 0, 1, 0, 1, 0]);
    assert.is(advance(updates, 100), 0);
  }
});

test.run();
