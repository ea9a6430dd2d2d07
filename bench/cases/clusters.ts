/**
 * Cluster updates at K_c: Wolff and Swendsen-Wang against the textbook in TypeScript (and in C, bench/peers). Checked
 * bit for bit against the readable twins, and by Kaufman's energies.
 */

import { criticalCoupling, isingHamiltonian, kaufman, square } from '../../src/all.js';
import { runWork, type SpinChain } from '../../src/ising/chains/chain.js';
import { type ClusterMethod, PairClusterChain } from '../../src/ising/chains/clusterChain.js';
import { WolffChain } from '../../src/ising/chains/wolff.js';
import { neighbours } from '../../src/ising/models/lattice.js';
import { BitRows } from '../../src/util/bits.js';
import { streamKey } from '../../src/util/random.js';
import * as clustersTwin from '../../test/reference/clusters.js';
import { Stream } from '../../test/reference/streams.js';
import { wolff as wolffTwin } from '../../test/reference/wolff.js';
import type { Entry } from '../harness.js';
import { agree, same } from './agree.js';
import { type Body, entry } from './entry.js';
import { Uniform } from './uniform.js';

/** A lattice with its neighbours in a table, from all up. */
class PlainClusters {
  readonly spins: Int8Array;
  readonly table: Uint32Array;
  readonly bond: number;
  readonly random = new Uniform(1);

  constructor(side: number, coupling: number) {
    this.spins = new Int8Array(side * side).fill(1);
    this.table = neighbours(square(side));
    this.bond = 1 - Math.exp(-2 * coupling);
  }

  /** Per site, in units of J. */
  energy(): number {
    const { spins, table } = this;
    let sum = 0;
    for (let i = 0; i < spins.length; i++) sum += spins[i] * (spins[table[4 * i]] + spins[table[4 * i + 1]]);
    return -sum / spins.length;
  }
}

/** Wolff's algorithm from the textbook: a stack, a branch for each neighbour. */
export class PlainWolff extends PlainClusters {
  readonly #stack = new Int32Array(this.spins.length);

  /** One cluster; the number of spins that it turns. */
  cluster(): number {
    const { spins, table, bond, random } = this;
    const stack = this.#stack;
    const seed = Math.floor(random.next() * spins.length);
    const old = spins[seed];
    let flipped = 0;
    spins[seed] = -old;
    stack[0] = seed;
    for (let top = 1; top > 0; ) {
      const site = stack[--top];
      flipped++;
      for (let k = 0; k < 4; k++) {
        const next = table[4 * site + k];
        if (spins[next] === old && random.next() < bond) {
          spins[next] = -old;
          stack[top++] = next;
        }
      }
    }
    return flipped;
  }

  /** So many clusters: the number of spins that they turn. */
  updates(count: number): number {
    let flipped = 0;
    for (let k = 0; k < count; k++) flipped += this.cluster();
    return flipped;
  }

  /**
   * Flips clusters until at least this many spins have been flipped: the last cluster is then larger than average, so
   * nothing may be measured there.
   */
  advance(flips: number): void {
    for (let flipped = 0; flipped < flips; ) flipped += this.cluster();
  }
}

/** Swendsen and Wang from the textbook: a forest of labels with union-find, each bond drawn in turn. */
class PlainSwendsenWang extends PlainClusters {
  readonly #parent = new Int32Array(this.spins.length);
  readonly #turned = new Int8Array(this.spins.length);

  #root(site: number): number {
    const parent = this.#parent;
    let at = site;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  updates(count: number): void {
    const { spins, table, bond, random } = this;
    const parent = this.#parent;
    for (let step = 0; step < count; step++) {
      for (let i = 0; i < parent.length; i++) parent[i] = i;
      for (let i = 0; i < parent.length; i++) {
        for (let k = 0; k < 2; k++) {
          const next = table[4 * i + k];
          if (spins[next] !== spins[i] || random.next() >= bond) continue;
          const [a, b] = [this.#root(i), this.#root(next)];
          if (a < b) parent[b] = a;
          else parent[a] = b;
        }
      }
      // the root of a cluster is its lowest site
      for (let i = 0; i < parent.length; i++) {
        const root = this.#root(i);
        if (root === i) this.#turned[i] = random.next() < 0.5 ? -1 : 1;
        spins[i] *= this.#turned[root];
      }
    }
  }
}

type Plain = PlainWolff | PlainSwendsenWang;

/** Energies per site in units of J, `interval` updates apart; `unit` is what a chain's sums have for J. */
function energiesOf(chain: SpinChain, count: number, interval: number, unit: number): number[] {
  const energies: number[] = [];
  runWork(chain.machine, chain.series(count, interval, false), ({ bondSums }) => {
    for (const sum of bondSums) energies.push(-sum / (unit * chain.sites));
  });
  return energies;
}

const hamiltonianOf = (side: number) => isingHamiltonian({ lattice: square(side), coupling: criticalCoupling });

/** From all up, as the others. */
function graphChain(side: number, method: ClusterMethod): PairClusterChain {
  return new PairClusterChain(hamiltonianOf(side), method, 1, new Int8Array(side * side).fill(1));
}

const advance = (chain: PairClusterChain | WolffChain, updates: number): number =>
  runWork(chain.machine, chain.advance(updates));

/** Clusters of a 10 × 10 lattice, site by site. */
function checkWolff(): void {
  const side = 10;
  const chain = new WolffChain(square(side), criticalCoupling, 3);
  advance(chain, 60);
  const spins = new Uint8Array(side * side).fill(1);
  wolffTwin(spins, neighbours(square(side)), criticalCoupling, new Stream(streamKey(3, 'wolff', 0)), 60);
  same(
    'spins of Ising',
    (chain.snapshot().spins as Uint8Array).subarray(0, side * side).map((byte) => byte & 1),
    spins,
  );
}

/** The same on a graph. */
function checkGraph(method: ClusterMethod): void {
  const side = 10;
  const chain = graphChain(side, method);
  const spins = new Uint8Array(side * side).fill(1);
  const { terms } = hamiltonianOf(side);
  const stream = new Stream(streamKey(1, `clusters ${method}`, 0));
  // one call of the kernel, which draws ahead
  advance(chain, 40);
  if (method === 'wolff') clustersTwin.wolffClusters(spins, terms, stream, 40, { ...clustersTwin.NO_SUMS });
  else for (let k = 0; k < 40; k++) clustersTwin.swendsenWang(spins, terms, stream);
  same('spins of Clusters', new BitRows(1, side * side, chain.present().bits).row(0), spins);
}

/**
 * Energies of the chains of a smaller lattice, with enough updates between samples that they are independent; returns
 * the distance of the first from Kaufman's energy.
 */
function checkEnergies(side: number, apart: number, graph: PairClusterChain, plain: Plain, chain?: WolffChain): string {
  const exact = kaufman(side, side, criticalCoupling).energy;
  const [settling, count] = [20 * apart, 40];
  advance(graph, settling);
  plain.updates(settling);
  const theirs = Array.from({ length: count }, () => {
    plain.updates(apart);
    return plain.energy();
  });
  agree('textbook', theirs, exact);
  const score = agree('Clusters', energiesOf(graph, count, apart, criticalCoupling), exact);
  if (!chain) return score;
  advance(chain, settling);
  return agree('Ising', energiesOf(chain, count, apart, 1), exact);
}

/** Lattices on which energies are checked. */
const checkedSide = (short: boolean) => (short ? 16 : 64);

export const CLUSTER_SIDES = [64, 256, 1024];
export const WOLFF_FLIPS = 5e6;
export const wolffName = (side: number) => `Wolff, ${side}×${side}, K_c`;

function wolffCase(side: number, short: boolean): Body {
  const sites = side ** 2;
  const chain = new WolffChain(square(side), criticalCoupling, 1);
  const graph = graphChain(side, 'wolff');
  const plain = new PlainWolff(side, criticalCoupling);
  const flips = short ? 2e4 : WOLFF_FLIPS;
  const few = Math.max(1, Math.round((short ? 2e4 : 4e5) / sites));
  const flip = (make: (clusters: number) => number, wanted: number) => {
    for (let flipped = 0; flipped < wanted; ) flipped += make(few);
  };
  const ours = (wanted: number) => flip((clusters) => runWork(chain.machine, chain.advance(clusters)), wanted);
  const general = (wanted: number) => flip((clusters) => advance(graph, clusters), wanted);
  // what a flip costs depends on what clusters look like: away from the start
  for (const settle of [ours, general, (wanted: number) => plain.advance(wanted)]) settle(10 * sites);
  return {
    unit: 'flips',
    work: flips,
    contenders: [
      { name: 'Ising, Wasm', run: () => ours(flips) },
      { name: 'Clusters (any graph), Wasm', run: () => general(flips) },
      { name: 'textbook TypeScript', run: () => plain.advance(flips) },
    ],
    check: () => {
      checkWolff();
      checkGraph('wolff');
      const small = checkedSide(short);
      const score = checkEnergies(
        small,
        60,
        graphChain(small, 'wolff'),
        new PlainWolff(small, criticalCoupling),
        new WolffChain(square(small), criticalCoupling, 2),
      );
      return `spins equal the twins'; energy of ${small}×${small} ${score} standard errors from Kaufman's`;
    },
  };
}

export const swendsenWangSteps = (side: number) => Math.ceil(2e6 / side ** 2);
export const swendsenWangName = (side: number) => `Swendsen-Wang, ${side}×${side}, K_c`;

function swendsenWangCase(side: number, short: boolean): Body {
  const sites = side ** 2;
  const chain = graphChain(side, 'swendsenWang');
  const plain = new PlainSwendsenWang(side, criticalCoupling);
  const steps = short ? 4 : swendsenWangSteps(side);
  advance(chain, 20);
  plain.updates(20);
  return {
    unit: 'sites',
    work: steps * sites,
    contenders: [
      { name: 'Clusters (any graph), Wasm', run: () => void advance(chain, steps) },
      { name: 'with improved estimators', run: () => runWork(chain.machine, chain.clusterSeries(steps, 1)) },
      { name: 'textbook TypeScript', run: () => plain.updates(steps) },
    ],
    check: () => {
      checkGraph('swendsenWang');
      const small = checkedSide(short);
      const theirs = new PlainSwendsenWang(small, criticalCoupling);
      const score = checkEnergies(small, 30, graphChain(small, 'swendsenWang'), theirs);
      return `spins equal the twin's; energy of ${small}×${small} ${score} standard errors from Kaufman's`;
    },
  };
}

export function clusterEntries(): Entry[] {
  const group = 'Cluster updates';
  return [
    ...CLUSTER_SIDES.map((side) =>
      entry({ name: wolffName(side), group, series: { name: 'Wolff, cost of a flip', x: side ** 2 } }, (short) =>
        wolffCase(short ? 32 : side, short),
      ),
    ),
    ...CLUSTER_SIDES.map((side) =>
      entry(
        { name: swendsenWangName(side), group, series: { name: 'Swendsen-Wang, cost of a site', x: side ** 2 } },
        (short) => swendsenWangCase(short ? 32 : side, short),
      ),
    ),
  ];
}
