/** The tempering kernels against their twins in test/reference, bit for bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Hamiltonian } from '../../src/ising/models/hamiltonian.js';
import { InteractionTable, TermGroups } from '../../src/ising/models/interactionTable.js';
import { streamKey } from '../../src/util/random.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import * as twin from '../reference/singleSpin.js';
import { Stream, streams as streamsOf } from '../reference/streams.js';
import { ladderOf, temperingRound, temperingRow } from '../reference/tempering.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';
import { packSpins } from '../reference/wolff.js';

const test = suite('assembly/tempering');

const KEY = streamKey(2, 'tempering test');

const UPDATES: twin.Updates[] = [
  { metropolis: false, anyOrder: false },
  { metropolis: false, anyOrder: true },
  { metropolis: true, anyOrder: false },
  { metropolis: true, anyOrder: true },
];

/** Random interactions of 0 to 5 spins. */
function randomHamiltonian(sites: number, count: number, seed: number): Hamiltonian {
  const draws = new Draws(seed);
  const terms = Array.from({ length: count }, () => ({
    sites: [...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(5, sites)))],
    coupling: draws.uniform(-1, 1),
  }));
  return new Hamiltonian({ sites, terms });
}

function prepare(hamiltonian: Hamiltonian, scales: readonly number[]) {
  const { sites } = hamiltonian;
  const interactions = new InteractionTable(hamiltonian);
  const terms = new TermGroups(hamiltonian);
  const rungs = scales.length;
  const stride = Math.ceil((sites + 8) / 16) * 16;
  const machine = rubbishMachine({
    ladder: rungs * 64,
    spins: rungs * stride,
    ...interactions.regions,
    ...terms.regions,
    streams: (rungs + 1) * 64,
    scratch: 4096,
    spinSums: rungs * 4,
    bits: rungs * Math.ceil(sites / 8),
    guard: 64,
  });
  const { kernels, at } = machine;
  const draws = new Draws(sites);
  const configurations = scales.map(() => draws.bits(sites));
  const spins = machine.u8('spins');
  spins.fill(0xa5);
  machine.f64('ladder').fill(0);
  scales.forEach((scale, k) => {
    machine.f64('ladder')[8 * k] = scale;
    machine.u32('ladder')[16 * k + 10] = k;
    spins.set(configurations[k], k * stride);
  });
  interactions.write(machine);
  terms.write(machine);
  kernels.seedStreams(at.streams, rungs + 1, KEY, 0);
  const advance = ({ metropolis, anyOrder }: twin.Updates, sweeps: number, first: number, rounds: number) =>
    // biome-ignore format: one call
    kernels.tempering(at.ladder, rungs, at.spins, stride, sites, at.starts, at.table, Number(metropolis), Number(anyOrder), at.groups, terms.count, at.members, at.streams, at.scratch, sweeps, first, rounds);
  const row = (even: number, bits: number) =>
    // biome-ignore format: one call
    kernels.temperingRow(at.ladder, rungs, at.spins, stride, sites, even, at.streams, at.scratch, at.spinSums, bits);
  return { machine, stride, advance, row, ladder: ladderOf(scales, configurations) };
}

const CASES: [sites: number, count: number, scales: number[]][] = [
  [1, 1, [0, 1]],
  [2, 3, [1, 0.5]],
  [7, 12, [0.3, 0.7, 1]],
  [13, 30, [2, 1, 0.5, 0.25, 0]],
  [130, 200, [0.1, 0.11, 0.12, 0.13]],
  [300, 500, [0.05, 0.06]],
];

for (const updates of UPDATES) {
  test(`rounds and rows are the twin’s; ${updates.metropolis ? 'Metropolis' : 'heat bath'}, ${updates.anyOrder ? 'random' : 'sequential'} order`, () => {
    let exchanged = 0;
    let trips = 0;
    for (const [sites, count, scales] of CASES) {
      const hamiltonian = randomHamiltonian(sites, count, sites);
      const { terms } = hamiltonian;
      const { machine, stride, advance, row, ladder } = prepare(hamiltonian, scales);
      const streams = streamsOf(KEY, scales.length + 1);
      const written = {
        ladder: 'all',
        spins: 'all',
        streams: 'all',
        scratch: 'all',
      } as const;
      for (const [sweeps, rounds] of [
        [1, 1],
        [2, 3],
        [0, 2],
        [1, sites < 20 ? 40 : 5],
        [1, 0],
      ]) {
        const what = `${sites} sites, ${scales.length} scales, ${rounds} rounds of ${sweeps}`;
        writesOnly(machine, written, () => advance(updates, sweeps, ladder.rounds % 2, rounds));
        for (let k = 0; k < rounds; k++) temperingRound(ladder, terms, updates, streams, sweeps);

        const doubles = machine.f64('ladder').slice();
        const words = machine.u32('ladder').slice();
        const column = (k: number) => scales.map((_, rung) => doubles[8 * rung + k]);
        sameBits(Float64Array.from(column(1)), Float64Array.from(ladder.sums), `${what}: sums`);
        assert.equal(column(0), scales, what);
        assert.equal(column(2), ladder.turned, what);
        assert.equal(column(3), ladder.accepted, what);
        assert.equal(column(4), ladder.attempted, what);
        assert.equal(column(6), ladder.roundTrips, what);
        const word = (k: number) => scales.map((_, rung) => words[16 * rung + k]);
        assert.equal(word(10), ladder.at, what);
        assert.equal(word(11), ladder.ends, what);

        for (const even of [0, 1]) {
          for (const keep of [true, false]) {
            const more = { spins: 'all', streams: 'all', scratch: 'all', spinSums: 'all' } as const;
            writesOnly(machine, keep ? { ...more, bits: 'all' } : more, () => row(even, keep ? machine.at.bits : 0));
            const rows = temperingRow(ladder, even === 1, streams);
            const sums = rows.map((spins) => spins.reduce((sum, spin) => sum + 2 * spin - 1, 0));
            sameBits(machine.i32('spinSums').slice(), Int32Array.from(sums), `${what}: Σ s`);
            if (keep)
              sameBits(machine.u8('bits').slice(), Uint8Array.from(rows.flatMap((s) => [...packSpins(s)])), what);
          }
        }
        ladder.configurations.forEach((spins, c) => {
          sameBits(machine.u8('spins').slice(c * stride, c * stride + sites), spins, `${what}: spins`);
        });
      }
      exchanged += ladder.accepted.reduce((sum, n) => sum + n, 0);
      trips += ladder.roundTrips.reduce((sum, n) => sum + n, 0);
    }
    assert.ok(exchanged > 30 && trips > 5, `${exchanged} exchanges, ${trips} round trips`);
  });
}

test('sweeps at scale 1 are those of singleSpin; at another, those of the scaled Hamiltonian', () => {
  for (const updates of UPDATES) {
    const hamiltonian = randomHamiltonian(30, 60, 4);
    for (const scale of [1, 0.5, 4]) {
      // a power of 2 scales couplings and fields without rounding
      const scaled = hamiltonian.terms.map(({ sites, coupling }) => ({ sites, coupling: scale * coupling }));
      const { machine } = prepare(hamiltonian, [1, 2]);
      const { kernels, at } = machine;
      const spins = machine.u8('spins').slice(0, 30);
      const { metropolis, anyOrder } = updates;
      // biome-ignore format: one call
      const turned = kernels.scaledSpin(at.spins, at.starts, at.table, 30, scale, Number(metropolis), Number(anyOrder), at.streams, at.scratch, 9);
      assert.is(turned, twin.singleSpin(spins, scaled, updates, new Stream(KEY), 9));
      sameBits(machine.u8('spins').slice(0, 30), spins, `scale ${scale}`);
    }
  }
});

test('sweeps of each rung in parts, then a round without sweeps, are a round', () => {
  for (const updates of UPDATES) {
    const hamiltonian = randomHamiltonian(50, 80, 6);
    const scales = [0.5, 1, 1.5];
    const [whole, parts] = [prepare(hamiltonian, scales), prepare(hamiltonian, scales)];
    const { kernels, at } = parts.machine;
    const { metropolis, anyOrder } = updates;
    for (let round = 0; round < 4; round++) {
      whole.advance(updates, 12, round % 2, 1);
      scales.forEach((scale, k) => {
        const spins = at.spins + parts.machine.u32('ladder')[16 * k + 10] * parts.stride;
        for (const sweeps of [5, 7]) {
          // biome-ignore format: one call
          const turned = kernels.scaledSpin(spins, at.starts, at.table, 50, scale, Number(metropolis), Number(anyOrder), at.streams + 64 * k, at.scratch, sweeps);
          parts.machine.f64('ladder')[8 * k + 2] += turned;
        }
      });
      parts.advance(updates, 0, round % 2, 1);
    }
    for (const region of ['ladder', 'spins', 'streams'] as const) {
      sameBits(parts.machine.u8(region).slice(), whole.machine.u8(region).slice(), region);
    }
  }
});

test.run();
