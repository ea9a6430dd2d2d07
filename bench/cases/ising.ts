/** Spin flips: multi-spin Metropolis and Wolff against their plain TypeScript forms. */

import { criticalCoupling, Ising, IsingReplicas, kaufman, type SamplingMethod, square } from '../../src/index.js';
import { neighbours } from '../../src/ising/lattice.js';
import { carryOut } from '../../src/ising/sampling.js';
import { WolffChain } from '../../src/ising/wolff.js';
import type { Case } from '../harness.js';

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

/** Mean and standard error of independent numbers. */
function estimate(values: number[]): [mean: number, error: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return [mean, Math.sqrt(variance / values.length)];
}

function agree(what: string, values: number[], exact: number): string {
  const [mean, error] = estimate(values);
  if (!(Math.abs(mean - exact) < 5 * error)) throw new Error(`${what}: energy ${mean} ± ${error}, exact ${exact}`);
  return `energy within 5 standard errors of Kaufman's (${((mean - exact) / error).toFixed(1)})`;
}

export function multispinCase(): Case {
  const side = 40;
  const coupling = 0.408;
  const sweeps = 400;
  const replicas = new IsingReplicas({ lattice: square(side), coupling, seed: 1 });
  const naive = naiveMetropolis(side, coupling);
  return {
    name: `Metropolis, ${side}×${side}, K = ${coupling}`,
    unit: 'updates',
    work: sweeps * side * side * 128,
    contenders: [
      { name: '128 replicas, Wasm', run: () => replicas.sweep(sweeps) },
      { name: 'plain TypeScript', run: () => naive.sweep(sweeps), share: 1 / 128 },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      replicas.sweep(2000);
      naive.sweep(2000);
      const plain = Array.from({ length: 50 }, () => {
        naive.sweep(200);
        return naive.energy();
      });
      agree('plain TypeScript', plain, exact);
      return agree('replicas', [...replicas.measure().energies], exact);
    },
  };
}

export function wolffCase(side: number): Case {
  const coupling = criticalCoupling;
  const chain = new WolffChain(square(side), coupling, 1);
  const plain = textbookWolff(side, coupling);
  const flips = 5e6;
  const advance = () => {
    for (let flipped = 0; flipped < flips; ) flipped += chain.advance(4);
  };
  return {
    name: `Wolff, ${side}×${side}, K_c`,
    unit: 'flips',
    work: flips,
    contenders: [
      { name: 'Wasm', run: advance },
      { name: 'textbook TypeScript', run: () => void plain.advance(flips) },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      advance();
      plain.advance(flips);
      // measurements so far apart that they are independent
      const clusters = 200;
      const ours: number[] = [];
      carryOut(chain.machine, chain.series(60, clusters, false), ({ bondSums }) => {
        for (const sum of bondSums) ours.push(-sum / (side * side));
      });
      const theirs = Array.from({ length: 30 }, () => {
        plain.advance(5 * side * side);
        return plain.energy();
      });
      agree('textbook', theirs, exact);
      return agree('Wasm', ours, exact);
    },
  };
}

/** Independent samples, burn-in and pilot run included: 128 replicas against one Wolff chain, both five τ from sample to sample of a chain. */
export function samplesCase(side: number, coupling: number, count: number): Case {
  let seed = 1;
  const sample = (method: SamplingMethod, rows: number) =>
    new Ising({ lattice: square(side), coupling, seed: seed++, method }).sample(rows).provenance.sampling!;
  return {
    name: `samples, ${side}×${side}, K = ${coupling.toPrecision(4)}`,
    unit: 'samples',
    work: count,
    contenders: [
      { name: '128 replicas, Wasm', run: () => void sample('replicas', count) },
      { name: 'Wolff, Wasm', run: () => void sample('wolff', count) },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      const scores = (['wolff', 'replicas'] as const).map((method) => {
        const { energy, effectiveSamples } = sample(method, count);
        const score = (energy!.mean - exact) / energy!.error;
        if (!(Math.abs(score) < 5))
          throw new Error(`${method}: energy ${energy!.mean} ± ${energy!.error}, exact ${exact}`);
        if (!(effectiveSamples! > 0.85 * count)) throw new Error(`${method}: ${effectiveSamples} effective samples`);
        return score.toFixed(1);
      });
      return `energies within 5 standard errors of Kaufman's (${scores.join(', ')}), at least 85% effective samples`;
    },
  };
}
