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
  /** Couplings in this gauge, in the order of the Hamiltonian's terms; those of the Hamiltonian itself if none changes. */
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
  const size = (t: number) => starts[t + 1] - starts[t];
  let ferromagnet = true;
  for (let t = 0; t < couplings.length; t++) {
    if (size(t) > 2) return `an interaction of ${size(t)} spins`;
    if (couplings[t] < 0 && (size(t) === 2 || (size(t) === 1 && fields))) ferromagnet = false;
  }
  if (ferromagnet) return { turned: new Uint8Array(sites), couplings };
  // pairs of vertices, and the term of each
  const pairs = new Uint32Array(2 * couplings.length);
  const terms = new Uint32Array(couplings.length);
  let edges = 0;
  for (let t = 0; t < couplings.length; t++) {
    if (size(t) === 0 || (size(t) === 1 && !fields)) continue;
    pairs[2 * edges] = members[starts[t]];
    pairs[2 * edges + 1] = size(t) === 2 ? members[starts[t] + 1] : ghost;
    terms[edges++] = t;
  }
  const around = adjacency(sites + 1, pairs.subarray(0, 2 * edges));
  const sign = new Int8Array(sites + 1);
  const queue = new Uint32Array(sites + 1);
  // the ghost first: it is never flipped
  for (let root = ghost; root >= 0; root--) {
    if (sign[root] !== 0) continue;
    sign[root] = 1;
    queue[0] = root;
    for (let next = 0, end = 1; next < end; next++) {
      const vertex = queue[next];
      for (let k = around.starts[vertex]; k < around.starts[vertex + 1]; k++) {
        const other = around.entries[2 * k];
        const wanted = couplings[terms[around.entries[2 * k + 1]]] > 0 ? sign[vertex] : -sign[vertex];
        if (sign[other] === 0) {
          sign[other] = wanted;
          queue[end++] = other;
        } else if (sign[other] !== wanted) {
          const [a, b] = [Math.min(vertex, other), Math.max(vertex, other)];
          return b === ghost ? `frustration: the field at site ${a}` : `frustration: the bond of sites ${a} and ${b}`;
        }
      }
    }
  }
  return {
    turned: Uint8Array.from(sign.subarray(0, sites), (g) => (g < 0 ? 1 : 0)),
    couplings: couplings.map((coupling, t) => {
      let gauged = coupling;
      for (let m = starts[t]; m < starts[t] + size(t); m++) gauged *= sign[members[m]];
      return gauged;
    }),
  };
}

/**
 * Adjacency lists of edges, u32 [edges, 2]: entries (neighbour, number of the edge), those of vertex v from starts[v]
 * to starts[v + 1] - 1, in the order of the edges.
 */
export function adjacency(vertices: number, edges: Uint32Array): { starts: Uint32Array; entries: Uint32Array } {
  const starts = new Uint32Array(vertices + 1);
  for (const vertex of edges) starts[vertex + 1]++;
  for (let v = 0; v < vertices; v++) starts[v + 1] += starts[v];
  const ends = starts.slice();
  const entries = new Uint32Array(2 * edges.length);
  for (let edge = 0; 2 * edge < edges.length; edge++) {
    const [a, b] = [edges[2 * edge], edges[2 * edge + 1]];
    for (let end = 0; end < 2; end++) {
      const at = 2 * ends[end === 0 ? a : b]++;
      entries[at] = end === 0 ? b : a;
      entries[at + 1] = edge;
    }
  }
  return { starts, entries };
}
