/** The kernels of coupling from the past against their twins in test/reference, bit for bit, and the order that they must keep. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adjacency } from '../../src/ising/models/gauge.js';
import { Hamiltonian } from '../../src/ising/models/hamiltonian.js';
import { InteractionTable } from '../../src/ising/models/interactionTable.js';
import { streamKey } from '../../src/util/random.js';
import { torusBonds } from '../physics/enumeration.js';
import { sameBits } from '../reference/compare.js';
import * as twin from '../reference/couplingFromThePast.js';
import { Draws } from '../reference/draws.js';
import { Stream } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/couplingFromThePast');

const KEY = streamKey(3, 'coupling test');

/** States of two chains from their bits. */
const paired = (high: ArrayLike<number>, low: ArrayLike<number>) =>
  Uint8Array.from(high, (bit, i) => bit | (low[i] << 1));

test('spins: both chains are the twin’s, and keep their order', () => {
  let met = 0;
  for (const [sites, pairs, strength] of [
    [1, 0, 0],
    [2, 1, 0.5],
    [7, 12, 0.4],
    [64, 128, 0.4],
    [300, 600, 0.3],
  ]) {
    const draws = new Draws(sites);
    const terms = [
      ...Array.from({ length: pairs }, () => ({
        sites: [...draws.permutation(sites).subarray(0, 2)],
        coupling: draws.uniform(0, strength),
      })),
      // fields of both signs, at some sites none
      ...Array.from({ length: Math.ceil(sites / 2) }, () => ({
        sites: [draws.integer(0, sites - 1)],
        coupling: draws.uniform(-1, 1),
      })),
    ];
    const hamiltonian = new Hamiltonian({ sites, terms });
    const interactions = new InteractionTable(hamiltonian);
    const machine = rubbishMachine({
      states: sites,
      ...interactions.regions,
      stream: 64,
      scratch: 4096,
      guard: 64,
    });
    const { kernels, at } = machine;
    interactions.write(machine);
    machine.u8('states').fill(1, 0, sites);
    kernels.seedStreams(at.stream, 1, KEY, 0);
    const stream = new Stream(KEY);
    const chains = [new Uint8Array(sites).fill(1), new Uint8Array(sites)];
    for (const sweeps of [1, 2, 0, 3, 20]) {
      writesOnly(machine, { states: sites, stream: 'all', scratch: 'all' }, () =>
        kernels.coupledSpins(at.states, at.starts, at.table, sites, at.stream, at.scratch, sweeps),
      );
      twin.spinSweeps(chains, hamiltonian.terms, stream, sweeps);
      const what = `${sites} sites, ${sweeps} sweeps`;
      sameBits(machine.u8('states').slice(0, sites), paired(chains[0], chains[1]), what);
      const unequal = chains[0].filter((spin, i) => spin !== chains[1][i]).length;
      assert.is(kernels.undecided(at.states, sites), unequal, what);
      assert.ok(
        chains[0].every((spin, i) => spin >= chains[1][i]),
        `${what}: order`,
      );
      if (unequal === 0) met++;
    }
  }
  assert.ok(met > 5);
});

/** Bonds of random graphs, with double ones, and with a ghost or without. */
function graphs(): { name: string; sites: number; vertices: number; bonds: twin.ClusterBond[] }[] {
  const draws = new Draws(17);
  const random = (vertices: number, count: number, strength: number): twin.ClusterBond[] =>
    Array.from({ length: count }, () => {
      const [a, b] = draws.permutation(vertices);
      return { ends: [a, b], coupling: draws.uniform(0, strength) };
    });
  const torus = (side: number): twin.ClusterBond[] =>
    torusBonds(side).map(([a, b]) => ({ ends: [a, b], coupling: 0.44 }));
  const ghost = (sites: number, field: number): twin.ClusterBond[] =>
    Array.from({ length: sites }, (_, site) => ({ ends: [site, sites], coupling: field }));
  return [
    { name: 'one bond', sites: 2, vertices: 2, bonds: random(2, 1, 1) },
    { name: 'one site and the ghost', sites: 1, vertices: 2, bonds: ghost(1, 0.4) },
    { name: 'few bonds', sites: 9, vertices: 9, bonds: random(9, 7, 2) },
    { name: 'many bonds', sites: 9, vertices: 9, bonds: random(9, 30, 0.4) },
    { name: 'many bonds and the ghost', sites: 9, vertices: 10, bonds: [...random(9, 20, 0.5), ...ghost(9, 0.1)] },
    { name: '5 × 5', sites: 25, vertices: 25, bonds: torus(5) },
    { name: '6 × 6 in a field', sites: 36, vertices: 37, bonds: [...torus(6), ...ghost(36, 0.02)] },
    { name: '12 × 12', sites: 144, vertices: 144, bonds: torus(12) },
  ];
}

function bondMachine({ sites, vertices, bonds }: ReturnType<typeof graphs>[number]) {
  const { starts, entries } = adjacency(vertices, Uint32Array.from(bonds.flatMap(({ ends }) => ends)));
  const machine = rubbishMachine({
    states: bonds.length,
    ends: bonds.length * 8,
    thresholds: bonds.length * 16,
    starts: starts.byteLength,
    entries: entries.byteLength,
    marks: vertices * 4,
    queue: vertices * 8,
    random: Math.ceil(sites / 128) * 16,
    spins: sites,
    gauge: sites,
    stream: 64,
    scratch: 4096,
    guard: 64,
  });
  machine.u32('ends').set(bonds.flatMap(({ ends }) => [...ends]));
  machine.u32('starts').set(starts);
  machine.u32('entries').set(entries);
  const { kernels } = machine;
  bonds.forEach(({ coupling }, k) => {
    const x = kernels.exp(-2 * coupling);
    machine.f64('thresholds').set([1 - x, (1 - x) / (1 + x)], 2 * k);
  });
  return machine;
}

for (const graph of graphs()) {
  test(`bonds: both chains are the twin’s, and keep their order; ${graph.name}`, () => {
    const { vertices, bonds } = graph;
    const machine = bondMachine(graph);
    const { kernels, at } = machine;
    const sweep = (sweeps: number) =>
      // biome-ignore format: one call
      kernels.coupledBonds(at.states, at.ends, at.thresholds, bonds.length, at.starts, at.entries, vertices, at.stream, at.scratch, at.marks, at.queue, sweeps);
    const stream = new Stream(KEY, 5);
    kernels.seedStreams(at.stream, 1, KEY, 5);
    const chains = [new Uint8Array(bonds.length).fill(1), new Uint8Array(bonds.length)];
    machine.u8('states').fill(1, 0, bonds.length);
    let visited = 0;
    for (const sweeps of [1, 0, 2, 4]) {
      const allowed = { states: bonds.length, stream: 'all', scratch: 'all', marks: 'all', queue: 'all' } as const;
      writesOnly(machine, allowed, () => {
        visited += sweep(sweeps);
      });
      twin.bondSweeps(chains, bonds, stream, sweeps);
      const what = `${graph.name}, ${sweeps} sweeps`;
      sameBits(machine.u8('states').slice(0, bonds.length), paired(chains[0], chains[1]), what);
      assert.ok(
        chains[0].every((open, i) => open >= chains[1][i]),
        `${what}: order`,
      );
    }
    assert.ok(Number.isInteger(visited) && (visited > 0 || bonds.length < 10), `${visited}`);
  });

  test(`clusters have the twin’s spins; ${graph.name}`, () => {
    const { sites, vertices, bonds } = graph;
    const machine = bondMachine(graph);
    const { kernels, at } = machine;
    const draws = new Draws(5);
    for (const share of [0, 0.3, 0.6, 1]) {
      const open = draws.bits(bonds.length, share);
      machine.u8('states').set(open);
      const random = draws.bits(machine.u8('random').length * 8);
      machine.u8('random').fill(0);
      random.forEach((bit, i) => {
        machine.u8('random')[i >> 3] |= bit << (i & 7);
      });
      writesOnly(machine, { spins: sites, marks: 'all', queue: 'all' }, () =>
        // biome-ignore format: one call
        kernels.clusterSpins(at.states, at.starts, at.entries, vertices, sites, at.random, at.marks, at.queue, at.spins),
      );
      const expected = twin.clusterSpins(bonds, open, sites, machine.u8('random').slice());
      sameBits(machine.u8('spins').slice(0, sites), expected, `${graph.name}, ${share} open`);

      const gauge = draws.bits(sites);
      machine.u8('gauge').set(gauge);
      writesOnly(machine, { spins: sites }, () => kernels.settleSpins(at.spins, at.gauge, sites));
      sameBits(
        machine.u8('spins').slice(0, sites),
        expected.map((spin, i) => spin ^ gauge[i]),
        'in the gauge',
      );
    }
  });
}

test.run();
