/**
 * Coupling from the past as assembly/ising/couplingFromThePast.ts does it, written to be read: two chains that are separate lists, and connectivity by
 * walking everywhere that can be reached.
 */

import { exp } from './math.js';
import { localField, type Term, uniform53 } from './singleSpin.js';
import { Stream, splitMix } from './streams.js';

type Fours = Pick<Stream, 'next'>;

/** Up with probability 1/(1 + e^{-2h}), decided by one number: a higher field never lowers the spin. */
export function heatBath(field: number, u: number): number {
  return u * (1 + exp(-2 * field)) < 1 ? 1 : 0;
}

/** `sweeps` sweeps of all chains under the same random numbers, in place. */
export function spinSweeps(chains: readonly Uint8Array[], terms: readonly Term[], stream: Fours, sweeps: number): void {
  const sites = chains[0].length;
  const around = Array.from({ length: sites }, (_, site) => terms.filter((term) => term.sites.includes(site)));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let site = 0; site < sites; site++) {
      const u = uniform53(stream.next());
      for (const spins of chains) spins[site] = heatBath(localField(around[site], spins, site), u);
    }
  }
}

/** A bond between two vertices, of coupling K > 0. */
export interface ClusterBond {
  ends: readonly [number, number];
  coupling: number;
}

/** Vertices that open bonds connect with `from`. */
function reached(from: number, bonds: readonly ClusterBond[], open: ArrayLike<number>, without = -1): Set<number> {
  const found = new Set([from]);
  for (const vertex of found) {
    bonds.forEach(({ ends: [a, b] }, k) => {
      if (k === without || !open[k]) return;
      if (a === vertex) found.add(b);
      if (b === vertex) found.add(a);
    });
  }
  return found;
}

/** Open with probability p = 1 - e^{-2K} if the ends are connected anyway, else p/(2 - p). */
export function bondUpdate(bonds: readonly ClusterBond[], open: ArrayLike<number>, bond: number, u: number): number {
  const { ends, coupling } = bonds[bond];
  const x = exp(-2 * coupling);
  if (u >= 1 - x) return 0;
  if (u < (1 - x) / (1 + x)) return 1;
  return reached(ends[0], bonds, open, bond).has(ends[1]) ? 1 : 0;
}

/** `sweeps` sweeps of all chains under the same random numbers, in place. */
export function bondSweeps(
  chains: readonly Uint8Array[],
  bonds: readonly ClusterBond[],
  stream: Fours,
  sweeps: number,
): void {
  for (let sweep = 0; sweep < sweeps; sweep++) {
    bonds.forEach((_, bond) => {
      const u = uniform53(stream.next());
      for (const open of chains) open[bond] = bondUpdate(bonds, open, bond, u);
    });
  }
}

/** A spin for each cluster: up for the ghost's (vertex `sites`, if there is one), bit i of the numbers for that of first site i. */
export function clusterSpins(
  bonds: readonly ClusterBond[],
  open: ArrayLike<number>,
  sites: number,
  bits: Uint8Array,
): Uint8Array {
  const spins = new Uint8Array(sites);
  for (let site = sites - 1; site >= 0; site--) {
    const cluster = reached(site, bonds, open);
    const first = Math.min(...cluster);
    spins[site] = cluster.has(sites) ? 1 : (bits[first >> 3] >> (first & 7)) & 1;
  }
  return spins;
}

/** The high and the low chain, begun 2^block sweeps before time 0 and run to it; equal, or not. */
function fromPast(
  places: number,
  key: bigint,
  block: number,
  sweep: (chains: Uint8Array[], stream: Stream, sweeps: number) => void,
): Uint8Array[] {
  const chains = [new Uint8Array(places).fill(1), new Uint8Array(places)];
  for (let b = block; b >= 0; b--) sweep(chains, new Stream(key, b), b === 0 ? 1 : 2 ** (b - 1));
  return chains;
}

/** Begins earlier and earlier; the state at time 0, and how far back that was. */
function exactly(
  places: number,
  key: bigint,
  sweep: (chains: Uint8Array[], stream: Stream, sweeps: number) => void,
): { state: Uint8Array; sweeps: number } {
  for (let block = 0; ; block++) {
    const [high, low] = fromPast(places, key, block, sweep);
    if (high.every((value, i) => value === low[i])) return { state: high, sweeps: 2 ** block };
  }
}

/** Sample number `sample` of ferromagnetic pairs in any fields. */
export function exactSpins(sites: number, terms: readonly Term[], key: bigint, sample: number) {
  return exactly(sites, splitMix(key, BigInt(sample)), (chains, stream, sweeps) =>
    spinSweeps(chains, terms, stream, sweeps),
  );
}

/** Sample number `sample` of the random cluster model, and the spins of its clusters. */
export function exactClusters(sites: number, bonds: readonly ClusterBond[], key: bigint, sample: number) {
  const own = splitMix(key, BigInt(sample));
  const { state, sweeps } = exactly(bonds.length, own, (chains, stream, count) =>
    bondSweeps(chains, bonds, stream, count),
  );
  const words = new Stream(own, 64).fill(Math.ceil(sites / 128));
  return { state: clusterSpins(bonds, state, sites, new Uint8Array(words.buffer)), open: state, sweeps };
}
