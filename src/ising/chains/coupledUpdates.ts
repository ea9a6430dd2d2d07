/** The two updates of coupling from the past: states, tables and kernels (assembly/ising/couplingFromThePast.ts). */

import { ISING_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { SAMPLING, type SamplingMachine } from '../../wasm/sampling.js';
import { adjacency, type FerromagneticGauge } from '../models/gauge.js';
import type { Hamiltonian } from '../models/hamiltonian.js';
import { InteractionTable, TermGroups } from '../models/interactionTable.js';

/** Regions of all machines of coupling from the past. */
type Region = 'stream' | 'scratch' | 'states' | 'gauge' | 'groups' | 'members' | 'bits';

/** Updates of the highest and the lowest chain with the same random numbers. */
export interface CoupledUpdates {
  readonly machine: SamplingMachine<Region>;
  /** Number of spins or bonds in a state. */
  readonly places: number;
  /** Number of groups of terms (`TermGroups`). */
  readonly groups: number;
  /** Makes sweeps of both chains; returns their cost in updates of single spins or bonds. */
  sweep(sweeps: number): number;
  /**
   * Writes the spins, 0 or 1, of the common state of both chains; returns their address. `key` is the key of the
   * remaining random numbers.
   */
  settle(key: bigint): number;
}

/** Number of the stream that chooses the spins of clusters: after those of all time blocks. */
const CLUSTER_STREAM = 64;

/** Sizes of the common regions. */
function layout(sites: number, terms: TermGroups, places: number) {
  return {
    stream: STREAM,
    scratch: ISING_SCRATCH,
    states: places + 8,
    gauge: sites,
    ...terms.regions,
    bits: Math.ceil(sites / 8),
  };
}

/** Heat bath of single spins, site after site; pairs must be ferromagnetic in the gauge, fields may be any. */
export function coupledHeatBath(hamiltonian: Hamiltonian, gauge: FerromagneticGauge): CoupledUpdates {
  const { sites, starts, members } = hamiltonian;
  const interactions = new InteractionTable({ sites, couplings: gauge.couplings, starts, members });
  const terms = new TermGroups(hamiltonian);
  const machine = new Machine(SAMPLING, { ...layout(sites, terms, sites), ...interactions.regions });
  const { kernels, at } = machine;
  machine.u8('gauge').set(gauge.turned);
  terms.write(machine);
  interactions.write(machine);
  return {
    machine: machine as SamplingMachine<Region>,
    places: sites,
    groups: terms.count,
    sweep(sweeps) {
      kernels.coupledSpins(at.states, at.starts, at.table, sites, at.stream, at.scratch, sweeps);
      return 2 * sites * sweeps;
    },
    settle() {
      kernels.settleSpins(at.states, at.gauge, sites);
      return at.states;
    },
  };
}

/**
 * Heat bath of single bonds of the random cluster model of q = 2, bond after bond in the order of the terms; pairs and
 * fields must be positive in the gauge. A field is a bond with the ghost. Given the bonds, each cluster has a random
 * spin, that of the ghost is up (Edwards & Sokal, Phys. Rev. D 38, 2009, 1988).
 */
export function coupledRandomCluster(hamiltonian: Hamiltonian, gauge: FerromagneticGauge): CoupledUpdates {
  const { sites, starts: termStarts, members } = hamiltonian;
  const ends: number[] = [];
  const strengths: number[] = [];
  let vertices = sites;
  gauge.couplings.forEach((coupling, t) => {
    const [a, b = sites] = members.subarray(termStarts[t], termStarts[t + 1]);
    if (a === undefined) return;
    if (b === sites) vertices = sites + 1;
    ends.push(a, b);
    strengths.push(coupling);
  });
  const edges = Uint32Array.from(ends);
  const { starts, entries } = adjacency(vertices, edges);
  const words = Math.ceil(sites / 128);
  const terms = new TermGroups(hamiltonian);
  const machine = new Machine(SAMPLING, {
    ...layout(sites, terms, strengths.length),
    ends: edges.byteLength,
    thresholds: strengths.length * 16,
    starts: starts.byteLength,
    entries: entries.byteLength,
    marks: vertices * 4,
    queue: vertices * 8,
    random: words * 16,
    spins: sites + 8,
  });
  const { kernels, at } = machine;
  machine.u8('gauge').set(gauge.turned);
  terms.write(machine);
  machine.u32('ends').set(edges);
  machine.u32('starts').set(starts);
  machine.u32('entries').set(entries);
  const thresholds = machine.f64('thresholds');
  strengths.forEach((coupling, bond) => {
    const x = kernels.exp(-2 * coupling);
    thresholds[2 * bond] = 1 - x;
    thresholds[2 * bond + 1] = (1 - x) / (1 + x);
  });
  return {
    machine: machine as SamplingMachine<Region>,
    places: strengths.length,
    groups: terms.count,
    sweep(sweeps) {
      if (strengths.length === 0) return 0;
      // biome-ignore format: one call
      const visited = kernels.coupledBonds(at.states, at.ends, at.thresholds, strengths.length, at.starts, at.entries, vertices, at.stream, at.scratch, at.marks, at.queue, sweeps);
      // an entry of an adjacency list costs about a third of an update
      return strengths.length * sweeps + visited / 3;
    },
    settle(key) {
      kernels.seedStreams(at.stream, 1, key, CLUSTER_STREAM);
      kernels.fillRandom(at.stream, at.random, words);
      // biome-ignore format: one call
      kernels.clusterSpins(at.states, at.starts, at.entries, vertices, sites, at.random, at.marks, at.queue, at.spins);
      kernels.settleSpins(at.spins, at.gauge, sites);
      return at.spins;
    },
  };
}
