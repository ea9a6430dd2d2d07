/** Single-spin updates: multi-spin coding against Metropolis as everybody writes it first, in TypeScript and in C, and two threads against one. */

import { IsingReplicas, kaufman, MultiSpin, type SpinUpdate, square } from '../../src/index.js';
import { neighbours } from '../../src/ising/lattice.js';
import type { Case, Contender } from '../harness.js';
import { agree } from './ising.js';

/** Metropolis as everybody writes it first: one lattice, one site after the other, Math.random. Returns the energy a site. */
function naiveMetropolis(side: number, coupling: number) {
  const spins = new Int8Array(side * side).fill(1);
  const table = neighbours(square(side));
  const accept = [0, 1, 2, 3, 4].map((half) => Math.exp(-2 * coupling * (2 * half - 4)));
  const around = (i: number) =>
    spins[table[4 * i]] + spins[table[4 * i + 1]] + spins[table[4 * i + 2]] + spins[table[4 * i + 3]];
  return {
    sweep(count: number) {
      for (let sweep = 0; sweep < count; sweep++) {
        for (let i = 0; i < spins.length; i++) {
          if (Math.random() < accept[(spins[i] * around(i) + 4) / 2]) spins[i] = -spins[i];
        }
      }
    },
    energy() {
      let sum = 0;
      for (let i = 0; i < spins.length; i++) sum += spins[i] * (spins[table[4 * i]] + spins[table[4 * i + 1]]);
      return -sum / spins.length;
    },
  };
}

const coupling = 0.408;

/** The plain one, relaxed and checked, and its energy as 50 numbers. */
function plainEnergies(naive: ReturnType<typeof naiveMetropolis>): number[] {
  naive.sweep(2000);
  return Array.from({ length: 50 }, () => {
    naive.sweep(200);
    return naive.energy();
  });
}

export function replicasCase(method: SpinUpdate): Case {
  const side = 40;
  const sweeps = 400;
  const replicas = new IsingReplicas({ lattice: square(side), coupling, method, seed: 1 });
  const each = Array.from({ length: 128 }, (_, r) => 0.2 + 0.0016 * r);
  const own = new IsingReplicas({ lattice: square(side), coupling: each, method, seed: 1 });
  const naive = naiveMetropolis(side, coupling);
  return {
    name: `${method}, 128 replicas of ${side}×${side}, K = ${coupling}`,
    unit: 'updates',
    work: sweeps * side * side * 128,
    contenders: [
      { name: 'Wasm', run: () => replicas.sweep(sweeps) },
      { name: 'Wasm, a coupling for each', run: () => own.sweep(sweeps) },
      { name: 'plain TypeScript Metropolis', run: () => naive.sweep(sweeps), share: 1 / 128 },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      replicas.sweep(2000);
      own.sweep(2000);
      agree('plain TypeScript', plainEnergies(naive), exact);
      const differences = own.measure().energies.map((energy, r) => energy - kaufman(side, side, each[r]).energy);
      agree('own couplings', [...differences], 0);
      return agree('replicas', [...replicas.measure().energies], exact);
    },
  };
}

/** One large lattice on one thread; `others` are programs outside. */
export function multiSpinCase(side: number, method: SpinUpdate, others: Contender[] = []): Case {
  const sweeps = 100;
  const spins = new MultiSpin({ lattice: square(side), coupling, method, seed: 1, threads: 1 });
  const naive = naiveMetropolis(side, coupling);
  return {
    name: `${method}, ${side}×${side}, K = ${coupling}`,
    unit: 'updates',
    work: sweeps * side * side,
    contenders: [
      { name: 'Wasm, one bit a spin', run: () => spins.sweep(sweeps) },
      { name: 'plain TypeScript Metropolis', run: () => naive.sweep(1), share: 1 / sweeps },
      ...others,
    ],
    check: () => {
      const small = 64;
      agree(
        'plain TypeScript',
        plainEnergies(naiveMetropolis(small, coupling)),
        kaufman(small, small, coupling).energy,
      );
      spins.sweep(2000);
      naive.sweep(20);
      const energies = Array.from({ length: 40 }, () => {
        spins.sweep(100);
        return spins.measure().energy;
      });
      return agree('one bit a spin', energies, kaufman(side, side, coupling).energy);
    },
  };
}

/** Sweeps of a lattice that two cores share, against one core. */
export function threadsCase(side: number, threads: number): Case {
  const sweeps = 20;
  const hot = 0.2; // in equilibrium after some tens of sweeps
  const start = (count: number) => new MultiSpin({ lattice: square(side), coupling: hot, seed: 1, threads: count });
  const many = start(threads);
  const one = start(1);
  return {
    name: `metropolis, ${side}×${side}, ${threads} threads`,
    unit: 'updates',
    work: sweeps * side * side,
    contenders: [
      { name: `Wasm, ${threads} threads`, run: () => many.sweepAsync(sweeps) },
      { name: 'Wasm, 1 thread', run: () => one.sweepAsync(sweeps) },
    ],
    check: async () => {
      const energies: number[] = [];
      for (let k = 0; k < 20; k++) {
        await many.sweepAsync(15);
        one.sweep(15);
        if (k >= 4) energies.push(many.measure().energy);
      }
      const [a, b] = [many, one].map((spins) => spins.configuration().bytes);
      if (!a.every((byte, k) => byte === b[k])) throw new Error('spins depend on the number of threads');
      return `same spins as on 1 thread; ${agree('threads', energies, kaufman(side, side, hot).energy)}`;
    },
  };
}
