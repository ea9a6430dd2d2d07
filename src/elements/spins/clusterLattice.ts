/** A lattice that moves by Wolff clusters, told and read as `MultiSpin`. */

import { Ising, type Moment, type SpinData, type SquareLattice } from '../../ising/index.js';
import type { Seed } from '../../util/random.js';
import { clustersPerSweep } from '../parts/memory.js';

/** What a lattice is told. */
export interface ClusterOptions {
  lattice: SquareLattice;
  /** K = J/kT > 0. */
  coupling: number;
  seed: number;
  /** Spins at the beginning; all up without them. */
  start?: SpinData;
}

/**
 * Clusters in units of sweeps. A sampler of the package has one temperature; at another one the next sampler begins with
 * the present spins and with random numbers of its own.
 */
export class ClusterLattice {
  readonly #lattice: SquareLattice;
  readonly #seed: number;
  #ising: Ising;
  #changes = 0;

  constructor({ lattice, coupling, seed, start }: ClusterOptions) {
    this.#lattice = lattice;
    this.#seed = seed;
    this.#ising = this.#sampler(coupling, seed, start);
  }

  /** A lattice of which the sampler is in equilibrium. */
  static async inEquilibrium(options: Omit<ClusterOptions, 'start'>): Promise<ClusterLattice> {
    const own = new ClusterLattice(options);
    await own.#ising.burnInAsync();
    return own;
  }

  #sampler(coupling: number, seed: Seed, start?: SpinData): Ising {
    return new Ising({ lattice: this.#lattice, coupling, seed, method: 'wolff', threads: 1, ...(start && { start }) });
  }

  /** As many clusters as are counted as a sweep, per sweep. */
  advance(sweeps: number): void {
    const clusters = clustersPerSweep(this.#lattice.shape[0], this.#ising.coupling);
    for (let k = 0; k < sweeps; k++) this.#ising.advance(clusters);
  }

  get coupling(): number {
    return this.#ising.coupling;
  }
  set coupling(coupling: number) {
    if (coupling === this.#ising.coupling) return;
    const seed = JSON.stringify([this.#seed, 'clusters at another temperature', ++this.#changes]);
    this.#ising = this.#sampler(coupling, seed, this.#ising.configurations());
  }

  measure(): Moment {
    return this.#ising.measure();
  }

  configurations(): SpinData {
    return this.#ising.configurations();
  }

  /** Σ s of b × b blocks, row-major, into `out`; b is 1, 2, 4 or 8. */
  blockSums(b: number, { out }: { out: Int16Array }): void {
    blockSumsOf(this.#ising.configurations(), b, out);
  }
}

/** Σ s of b × b blocks of one configuration, row-major, into `out`; b is 1, 2, 4 or 8, and a row is whole bytes. */
export function blockSumsOf({ shape, bytes }: SpinData, b: number, out: Int16Array): void {
  const [rows, columns] = shape;
  const [stride, perByte] = [columns / 8, 8 / b];
  const sums = sumsByByte(b);
  out.fill(0);
  for (let y = 0; y < rows; y++) {
    const row = Math.floor(y / b) * (columns / b);
    for (let k = 0; k < stride; k++) {
      const entry = bytes[y * stride + k] * perByte;
      const block = row + k * perByte;
      for (let j = 0; j < perByte; j++) out[block + j] += sums[entry + j];
    }
  }
}

/** Σ s of the groups of b bits in each byte. */
function sumsByByte(b: number): Int8Array {
  const perByte = 8 / b;
  return Int8Array.from({ length: 256 * perByte }, (_, entry) => {
    const [byte, group] = [Math.floor(entry / perByte), entry % perByte];
    let sum = 0;
    for (let k = group * b; k < (group + 1) * b; k++) sum += 2 * ((byte >> k) & 1) - 1;
    return sum;
  });
}
