/** Cluster updates of fields and pairs as assembly/ising/clusters.ts does them, on plain lists of interactions. Spins are 0 (down) and 1 (up). */

import { exp } from './math.js';
import { below, type Four, type Stream } from './streams.js';

export interface Term {
  sites: readonly number[];
  coupling: number;
}

/** What is measured of clusters: of those of the last Swendsen-Wang update, or over Wolff's, where a cluster that reached the ghost counts only as one more. */
export interface ClusterSums {
  /** Σ n²; Wolff: Σ n. */
  sizeSquares: number;
  /** Σ M² of clusters without the ghost; Wolff: Σ M²/n. */
  spinSquares: number;
  spinFourths: number;
  largest: number;
  clusters: number;
  active: number;
  ghostSpins: number;
  termSum: number;
  ghostSites: number;
  turned: number;
}

export const NO_SUMS: ClusterSums = {
  sizeSquares: 0,
  spinSquares: 0,
  spinFourths: 0,
  largest: 0,
  clusters: 0,
  active: 0,
  ghostSpins: 0,
  termSum: 0,
  ghostSites: 0,
  turned: 0,
};

interface Bond {
  other: number;
  coupling: number;
}

const sign = (bit: number) => (bit ? 1 : -1);

/** 1 - e^{-2|K|} as a 32-bit threshold. */
function threshold(coupling: number): number {
  return Math.floor(Math.min(2 ** 32 - 1, (1 - exp(-2 * Math.abs(coupling))) * 2 ** 32));
}

/** For a field: even for B > 0, odd for B < 0; 0 without one. */
function fieldThreshold(field: number): number {
  const even = 2 * Math.floor(threshold(field) / 2);
  return field < 0 ? even + 1 : even;
}

/** The model as the updates see it. */
class Model {
  readonly fields: Float64Array;
  readonly hasFields: boolean;
  /** Bonds of each site in the order of the terms, in blocks of four. */
  readonly blocks: Bond[][][];

  constructor(sites: number, terms: readonly Term[]) {
    this.fields = new Float64Array(sites);
    this.hasFields = terms.some((term) => term.sites.length === 1);
    for (const term of terms) if (term.sites.length === 1) this.fields[term.sites[0]] += term.coupling;
    this.blocks = Array.from({ length: sites }, (_, site) => {
      const around = terms
        .filter((term) => term.sites.length === 2 && term.sites.includes(site))
        .map(({ sites: [a, b], coupling }) => ({ other: a === site ? b : a, coupling }));
      return Array.from({ length: Math.ceil(around.length / 4) }, (_, k) => around.slice(4 * k, 4 * k + 4));
    });
  }
}

/** Whether a bond between two bits is active: satisfied, and drawn. */
const activeBond = (a: number, b: number, coupling: number, u: number) =>
  coupling * sign(a) * sign(b) > 0 && u < threshold(coupling);
const activeField = (spin: number, field: number, u: number) => field * sign(spin) > 0 && u < fieldThreshold(field);

/** `clusters` Wolff clusters, spins changed in place; adds to `sums`. Returns the number of sites visited. */
export function wolffClusters(
  spins: Uint8Array,
  terms: readonly Term[],
  stream: Stream,
  clusters: number,
  sums: ClusterSums,
): number {
  const model = new Model(spins.length, terms);
  let visits = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const members = [below(spins.length, stream.next()[0])];
    const joined = new Set(members);
    let ghost = false;
    for (let visited = 0; visited < members.length && !ghost; visited++) {
      const site = members[visited];
      visits++;
      if (model.hasFields) ghost = activeField(spins[site], model.fields[site], stream.next()[0]);
      if (ghost) break;
      for (const block of model.blocks[site]) {
        const four = stream.next();
        block.forEach(({ other, coupling }, lane) => {
          if (joined.has(other) || !activeBond(spins[site], spins[other], coupling, four[lane])) return;
          joined.add(other);
          members.push(other);
        });
      }
    }
    sums.clusters++;
    if (ghost) continue;
    const m = spinSum(members, spins);
    sums.sizeSquares += members.length;
    sums.spinSquares += m ** 2 / members.length;
    sums.turned += members.length;
    for (const site of members) spins[site] = 1 - spins[site];
  }
  return visits;
}

const spinSum = (members: readonly number[], spins: Uint8Array) =>
  members.reduce((sum, site) => sum + sign(spins[site]), 0);

/**
 * One update of Swendsen and Wang, spins changed in place: the bonds to the ghost first, four sites to a four of random numbers; its cluster; then the
 * clusters of the other sites, from the lowest number. All bonds of a site to sites whose bonds have not been drawn yet are drawn when its turn comes.
 * @returns the clusters and the label of each site's: 0 for the ghost's, then 1, 2, …
 */
export function swendsenWang(
  spins: Uint8Array,
  terms: readonly Term[],
  stream: Stream,
): { sums: ClusterSums; labels: Uint32Array; sizes: number[] } {
  const model = new Model(spins.length, terms);
  const labels = new Uint32Array(spins.length);
  const joined = new Uint8Array(spins.length);
  const drawn = new Uint8Array(spins.length);
  const sums = { ...NO_SUMS };
  const sizes: number[] = [];
  const coins: number[] = [];

  const grow = (members: number[], label: number, turn: number) => {
    for (const site of members) {
      drawn[site] = 1;
      labels[site] = label;
      for (const block of model.blocks[site]) {
        const four = stream.next();
        block.forEach(({ other, coupling }, lane) => {
          if (drawn[other] || !activeBond(spins[site], spins[other], coupling, four[lane])) return;
          sums.active++;
          if (!joined[other]) members.push(other);
          joined[other] = 1;
        });
      }
    }
    const n = members.length;
    if (n === 0) return;
    const m = spinSum(members, spins);
    sizes.push(n);
    sums.clusters++;
    sums.largest = Math.max(sums.largest, n);
    sums.sizeSquares += n ** 2;
    if (label > 0) {
      sums.spinSquares += m * m;
      sums.spinFourths += m * m * (m * m);
    } else {
      sums.ghostSpins = m;
      sums.ghostSites = n;
    }
    if (turn) sums.turned += n;
    if (turn) for (const site of members) spins[site] = 1 - spins[site];
  };

  if (model.hasFields) {
    const held: number[] = [];
    for (let site = 0; site < spins.length; site += 4) {
      const four = stream.next();
      for (let lane = 0; lane < 4 && site + lane < spins.length; lane++) {
        if (!activeField(spins[site + lane], model.fields[site + lane], four[lane])) continue;
        sums.active++;
        joined[site + lane] = 1;
        held.push(site + lane);
      }
    }
    grow(held, 0, 0);
  }
  let label = 0;
  for (let site = 0; site < spins.length; site++) {
    if (drawn[site]) continue;
    if (coins.length === 0) coins.push(...bits(stream.next()));
    joined[site] = 1;
    grow([site], ++label, coins.shift()!);
  }
  return { sums, labels, sizes };
}

/** The first 64 bits of a four, lowest first. */
function bits([a, b]: Four): number[] {
  return [a, b].flatMap((word) => Array.from({ length: 32 }, (_, bit) => (word >>> bit) & 1));
}

/** Σ K Π s over terms whose sites have one label; for a field: label 0. In the order of the terms. */
export function clusterTermSum(terms: readonly Term[], spins: Uint8Array, labels: Uint32Array): number {
  let sum = 0;
  for (const { sites, coupling } of terms) {
    const other = sites.length === 2 ? labels[sites[1]] : 0;
    if (sites.length > 0 && labels[sites[0]] !== other) continue;
    sum += sites.reduce((product, site) => product * sign(spins[site]), coupling);
  }
  return sum;
}

/** Number of the class of a size: 1 to 15 are classes of their own; then each power of two and its multiples by 9/8, 10/8, … begin one. */
export function sizeClass(size: number): number {
  if (size < 16) return size;
  let power = 16;
  let octaves = 0;
  while (2 * power <= size) {
    power *= 2;
    octaves++;
  }
  return 16 + 8 * octaves + Math.floor((8 * (size - power)) / power);
}
