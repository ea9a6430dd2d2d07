/** Products around each site, as the biased walkers read them; the memory layout is in assembly/rg/biased.ts. */

import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import type { SpinOperator } from '../operators/productSums.js';

/** Products that share one coupling. */
export type ProductGroup = Pick<SpinOperator, 'order' | 'sites'>;

/** Products of a group around one site, at most: their sum is a byte with a sign. */
const MAX_PRODUCTS = 127;
/** Bytes of a plane of 16 walkers. */
const PLANE = 16;

/** The terms of a Hamiltonian by coupling and number of spins; a term of no spins is left out. */
export function groupsOf({ couplings, starts, members }: Hamiltonian): { groups: ProductGroup[]; values: number[] } {
  const found = new Map<string, { order: number; value: number; sites: number[] }>();
  couplings.forEach((value, t) => {
    const order = starts[t + 1] - starts[t];
    if (order === 0) return;
    const key = `${order} ${value}`;
    const group = found.get(key) ?? { order, value, sites: [] };
    for (let m = starts[t]; m < starts[t + 1]; m++) group.sites.push(members[m]);
    found.set(key, group);
  });
  const all = [...found.values()];
  return {
    groups: all.map(({ order, sites }) => ({ order, sites: Uint32Array.from(sites) })),
    values: all.map(({ value }) => value),
  };
}

/** K (-1)^(order - 1) of each group, as the kernel reads it. */
export function signedCouplings(groups: readonly ProductGroup[], values: ArrayLike<number>): Float32Array {
  return Float32Array.from(groups, ({ order }, k) => (order % 2 ? values[k] : -values[k]));
}

/** The list of each site, in this order of sites. */
export function fieldTable(sites: number, order: ArrayLike<number>, groups: readonly ProductGroup[]): Uint32Array {
  // of each group: the other sites of all products around site 0, around site 1, …
  const around = groups.map(({ order: spins, sites: members }) => {
    const starts = new Uint32Array(sites + 1);
    for (const site of members) starts[site + 1] += spins - 1;
    for (let site = 0; site < sites; site++) starts[site + 1] += starts[site];
    const counts = new Uint32Array(sites);
    const others = new Uint32Array(members.length * (spins - 1));
    members.forEach((site, at) => {
      const first = at - (at % spins);
      let to = starts[site] + counts[site]++ * (spins - 1);
      for (let k = first; k < first + spins; k++) if (k !== at) others[to++] = members[k];
    });
    return { starts, counts, others, each: spins - 1 };
  });
  const words: number[] = [];
  for (let k = 0; k < order.length; k++) {
    const site = order[k];
    const head = words.length;
    words.push(0);
    around.forEach(({ starts, counts, others, each }, group) => {
      for (let done = 0; done < counts[site]; done += MAX_PRODUCTS) {
        const some = Math.min(MAX_PRODUCTS, counts[site] - done);
        words[head]++;
        words.push(4 * group, some, each);
        const first = starts[site] + done * each;
        for (let at = first; at < first + some * each; at++) words.push(PLANE * others[at]);
      }
    });
  }
  return Uint32Array.from(words);
}
