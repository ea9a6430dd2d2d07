/**
 * Gauge transformations to a ferromagnet. With s_i → g_i s_i, g = ±1, K_ij → g_i g_j K_ij: if some g makes all
 * couplings positive, the model has no frustration (Toulouse, Commun. Phys. 2, 115, 1977), and methods for ferromagnets
 * apply. An example is an antiferromagnet on two sublattices.
 */

import type { Hamiltonian } from './hamiltonian.js';

/** A gauge in which the couplings are ferromagnetic. */
export interface FerromagneticGauge {
  /** 1 at sites where up and down are exchanged: u8 [sites]. */
  turned: Uint8Array;
  /** Couplings in this gauge, in the order of the Hamiltonian's terms. */
  couplings: Float64Array;
}

/**
 * A gauge in which all pairs are ferromagnetic, and with `fields` also all fields >= 0: a field is a pair with a ghost
 * spin that is always up.
 * @returns the gauge, or the reason as text if none exists
 */
export function ferromagneticGauge(
  { sites, couplings, starts, members }: Hamiltonian,
  { fields }: { fields: boolean },
): FerromagneticGauge | string {
  const ghost = sites;
  const edges: [a: number, b: number, t: number][] = [];
  for (let t = 0; t < couplings.length; t++) {
    const size = starts[t + 1] - starts[t];
    const [a, b] = members.subarray(starts[t], starts[t + 1]);
    if (size > 2) return `an interaction of ${size} spins`;
    if (size === 2) edges.push([a, b, t]);
    if (size === 1 && fields) edges.push([a, ghost, t]);
  }
  const around = neighboursOf(sites + 1, edges);
  const sign = new Int8Array(sites + 1);
  // the ghost first: it is never flipped
  for (let root = ghost; root >= 0; root--) {
    if (sign[root] !== 0) continue;
    sign[root] = 1;
    const queue = [root];
    for (const vertex of queue) {
      for (const [next, t] of around(vertex)) {
        const wanted = couplings[t] > 0 ? sign[vertex] : -sign[vertex];
        if (sign[next] === 0) {
          sign[next] = wanted;
          queue.push(next);
        } else if (sign[next] !== wanted) {
          const [a, b] = [Math.min(vertex, next), Math.max(vertex, next)];
          return b === ghost ? `frustration: the field at site ${a}` : `frustration: the bond of sites ${a} and ${b}`;
        }
      }
    }
  }
  const size = (t: number) => starts[t + 1] - starts[t];
  return {
    turned: Uint8Array.from(sign.subarray(0, sites), (g) => (g < 0 ? 1 : 0)),
    couplings: couplings.map((coupling, t) => {
      let gauged = coupling;
      for (let m = starts[t]; m < starts[t] + size(t); m++) gauged *= sign[members[m]];
      return gauged;
    }),
  };
}

/** The neighbours of a vertex with the terms that lead to them. */
function neighboursOf(vertices: number, edges: readonly [number, number, number][]) {
  const lists = adjacency(
    vertices,
    edges.map(([a, b]) => [a, b]),
  );
  return function* (vertex: number): Generator<[next: number, t: number]> {
    for (let k = lists.starts[vertex]; k < lists.starts[vertex + 1]; k++) {
      yield [lists.entries[2 * k], edges[lists.entries[2 * k + 1]][2]];
    }
  };
}

/**
 * Adjacency lists: entries (neighbour, number of the edge), those of vertex v from starts[v] to starts[v + 1] - 1, in
 * the order of the edges.
 */
export function adjacency(
  vertices: number,
  edges: readonly (readonly [number, number])[],
): { starts: Uint32Array; entries: Uint32Array } {
  const starts = new Uint32Array(vertices + 1);
  for (const [a, b] of edges) {
    starts[a + 1]++;
    starts[b + 1]++;
  }
  for (let v = 0; v < vertices; v++) starts[v + 1] += starts[v];
  const ends = starts.slice();
  const entries = new Uint32Array(4 * edges.length);
  edges.forEach(([a, b], edge) => {
    entries.set([b, edge], 2 * ends[a]++);
    entries.set([a, edge], 2 * ends[b]++);
  });
  return { starts, entries };
}
