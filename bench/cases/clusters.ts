/** Cluster updates at K_c: Wolff and Swendsen-Wang against the textbook in TypeScript and in C. */

import { criticalCoupling, ising, kaufman, square } from '../../src/index.js';
import { PairClusterChain } from '../../src/ising/clusterChain.js';
import { neighbours } from '../../src/ising/lattice.js';
import { carryOut, type SpinChain } from '../../src/ising/sampling.js';
import { WolffChain } from '../../src/ising/wolff.js';
import type { Case } from '../harness.js';
import type { Peer } from '../peers/peer.js';
import { agree } from './ising.js';

/** Wolff's algorithm from the textbook: a stack, a branch for each neighbour, Math.random. */
function textbookWolff(side: number, coupling: number) {
  const spins = new Int8Array(side * side).fill(1);
  const table = neighbours(square(side));
  const stack = new Int32Array(side * side);
  const bond = 1 - Math.exp(-2 * coupling);
  return {
    advance(flips: number) {
      let flipped = 0;
      while (flipped < flips) {
        const seed = Math.floor(Math.random() * spins.length);
        const old = spins[seed];
        spins[seed] = -old;
        stack[0] = seed;
        for (let top = 1; top > 0; ) {
          const site = stack[--top];
          flipped++;
          for (let k = 0; k < 4; k++) {
            const next = table[4 * site + k];
            if (spins[next] === old && Math.random() < bond) {
              spins[next] = -old;
              stack[top++] = next;
            }
          }
        }
      }
      return flipped;
    },
    energy() {
      let sum = 0;
      for (let i = 0; i < spins.length; i++) sum += spins[i] * (spins[table[4 * i]] + spins[table[4 * i + 1]]);
      return -sum / spins.length;
    },
  };
}

/** Swendsen and Wang from the textbook: a forest of labels, each bond drawn in turn, Math.random. */
function textbookSwendsenWang(side: number, coupling: number) {
  const spins = new Int8Array(side * side).fill(1);
  const table = neighbours(square(side));
  const parent = new Int32Array(side * side);
  const turned = new Int8Array(side * side);
  const bond = 1 - Math.exp(-2 * coupling);
  const root = (site: number) => {
    let at = site;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  return {
    step() {
      for (let i = 0; i < parent.length; i++) parent[i] = i;
      for (let i = 0; i < parent.length; i++) {
        for (let k = 0; k < 2; k++) {
          const next = table[4 * i + k];
          if (spins[next] !== spins[i] || Math.random() >= bond) continue;
          const [a, b] = [root(i), root(next)];
          if (a < b) parent[b] = a;
          else parent[a] = b;
        }
      }
      for (let i = 0; i < parent.length; i++) {
        const at = root(i);
        if (at === i) turned[i] = Math.random() < 0.5 ? -1 : 1;
        spins[i] *= turned[at];
      }
    },
    energy() {
      let sum = 0;
      for (let i = 0; i < spins.length; i++) sum += spins[i] * (spins[table[4 * i]] + spins[table[4 * i + 1]]);
      return -sum / spins.length;
    },
  };
}

/** Energies per site in units of J, `interval` updates apart. */
function energiesOf(chain: SpinChain, count: number, interval: number, unit: number): number[] {
  const energies: number[] = [];
  carryOut(chain.machine, chain.series(count, interval, false), ({ bondSums }) => {
    for (const sum of bondSums) energies.push(-sum / (unit * chain.sites));
  });
  return energies;
}

/** An all-up start, as the others have. */
function pairChain(side: number, method: 'wolff' | 'swendsenWang'): PairClusterChain {
  const hamiltonian = ising({ lattice: square(side), coupling: criticalCoupling });
  return new PairClusterChain(hamiltonian, method, 1, new Int8Array(side * side).fill(1));
}

function advance(chain: PairClusterChain, updates: number): number {
  return carryOut(chain.machine, chain.advance(updates));
}

export const wolffName = (side: number) => `Wolff, ${side}×${side}, K_c`;

/** @param peers the C program, if it could be had; its greeting holds energies */
export function wolffCase(side: number, peers: Peer[]): Case {
  const sites = side * side;
  const chain = new WolffChain(square(side), criticalCoupling, 1);
  const graph = pairChain(side, 'wolff');
  const plain = textbookWolff(side, criticalCoupling);
  const flips = 5e6;
  const few = Math.max(1, Math.round(4e5 / sites));
  const flip = (make: (clusters: number) => number, wanted: number) => {
    for (let flipped = 0; flipped < wanted; ) flipped += make(few);
  };
  const burnIn = 30 * sites;
  return {
    name: wolffName(side),
    unit: 'flips',
    work: flips,
    contenders: [
      { name: 'Ising, Wasm', run: () => flip((clusters) => chain.advance(clusters), flips) },
      { name: 'Clusters (any graph), Wasm', run: () => flip((clusters) => advance(graph, clusters), flips) },
      { name: 'textbook TypeScript', run: () => void plain.advance(flips) },
      ...peers,
    ],
    check: () => {
      const exact = kaufman(side, side, criticalCoupling).energy;
      flip((clusters) => chain.advance(clusters), burnIn);
      flip((clusters) => advance(graph, clusters), burnIn);
      plain.advance(burnIn);
      // measurements so far apart that they are independent
      const interval = 20 * few;
      const theirs = Array.from({ length: 30 }, () => {
        plain.advance(5 * sites);
        return plain.energy();
      });
      agree('textbook', theirs, exact);
      agree('Clusters', energiesOf(graph, 40, interval, criticalCoupling), exact);
      for (const { name, greeting } of peers) agree(name, greeting.energies as number[], exact);
      return agree('Wasm', energiesOf(chain, 40, interval, 1), exact);
    },
  };
}

export function swendsenWangCase(side: number): Case {
  const sites = side * side;
  const chain = pairChain(side, 'swendsenWang');
  const plain = textbookSwendsenWang(side, criticalCoupling);
  const steps = Math.ceil(2e6 / sites);
  return {
    name: `Swendsen-Wang, ${side}×${side}, K_c`,
    unit: 'sites',
    work: steps * sites,
    contenders: [
      { name: 'Clusters (any graph), Wasm', run: () => void advance(chain, steps) },
      {
        name: 'with improved estimators',
        run: () => carryOut(chain.machine, chain.clusterSeries(steps, 1)),
      },
      {
        name: 'textbook TypeScript',
        run: () => {
          for (let step = 0; step < steps; step++) plain.step();
        },
      },
    ],
    check: () => {
      const exact = kaufman(side, side, criticalCoupling).energy;
      advance(chain, 100);
      for (let step = 0; step < 100; step++) plain.step();
      const theirs = Array.from({ length: 25 }, () => {
        for (let step = 0; step < 30; step++) plain.step();
        return plain.energy();
      });
      agree('textbook', theirs, exact);
      return agree('Wasm', energiesOf(chain, 40, 40, criticalCoupling), exact);
    },
  };
}
