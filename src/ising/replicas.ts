/**
 * 128 independent replicas of one periodic square lattice, one bit each in a vector, moved together by multi-spin Metropolis (one thread). For equilibrium
 * far from K_c, for teaching and as a check of the cluster sampler: near K_c its memory grows as L^2.17, and `Ising` is the better choice.
 *
 * Metropolis on a checkerboard is not quite ergodic: states in which every site has exactly two unhappy bonds go over into each other for ever, and no other
 * leads there. On 4×4 they are 36 of 65,536 states, on larger lattices fewer than one in a million: so likely is a replica to start, and to stay, there.
 */

import { finite, integer, refuse } from '../util/check.js';
import { checkSeed, type Seed, streamKey } from '../util/random.js';
import { sha256, version } from '../wasm/binary.js';
import { ISING_SCRATCH, STREAM } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import { checkLattice, type SquareLattice } from './lattice.js';
import { SpinData } from './spinData.js';

export const REPLICAS = 128;

export class IsingReplicas {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly seed: Seed;
  readonly #machine;

  /**
   * Starts from independent random spins (K = 0), as small K needs: there nearly every flip is accepted, and what is not random stays so for long.
   * @throws RangeError for an odd side (the checkerboard needs even ones), a side of 2 (a quarter of the replicas of 2×2 would never move on) or K < 0
   */
  constructor(options: { lattice: SquareLattice; coupling: number; seed?: Seed }) {
    this.lattice = checkLattice(options.lattice);
    const [rows, columns] = this.lattice.shape;
    if (rows % 2 || columns % 2 || rows < 4 || columns < 4) {
      refuse('lattice', 'even sides >= 4 (multi-spin Metropolis updates a checkerboard)', `${rows} × ${columns}`);
    }
    this.coupling = finite('coupling', options.coupling);
    if (this.coupling < 0) refuse('coupling', 'number >= 0', this.coupling);
    this.seed = checkSeed('seed', options.seed ?? 1);
    const { sites } = this.lattice;
    this.#machine = new Machine({
      planes: sites * 16,
      stream: STREAM,
      scratch: ISING_SCRATCH,
      bondSums: REPLICAS * 4,
      spinSums: REPLICAS * 4,
    });
    const { kernels, at } = this.#machine;
    kernels.seedStreams(at.stream, 1, streamKey(this.seed, 'multispin'), 0);
    kernels.fillRandom(at.stream, at.planes, sites);
  }

  /** One sweep = one attempted update of every site of every replica. */
  sweep(count = 1): void {
    const { kernels, at } = this.#machine;
    const [rows, columns] = this.lattice.shape;
    // slices of about ten milliseconds: engines compile better code after the first call
    const slice = Math.max(1, Math.floor(1e6 / this.lattice.sites));
    for (let left = integer('count', count); left > 0; left -= slice) {
      kernels.multispin(at.planes, rows, columns, this.coupling, at.stream, at.scratch, Math.min(slice, left));
    }
  }

  /** Energy per site in units of J and magnetisation per site of each replica, in fresh arrays [128]. */
  measure(): { energies: Float64Array; magnetisations: Float64Array } {
    const { kernels, at } = this.#machine;
    const { sites, shape } = this.lattice;
    kernels.multispinSums(at.planes, shape[0], shape[1], at.bondSums, at.spinSums);
    return {
      energies: Float64Array.from(this.#machine.i32('bondSums'), (sum) => -sum / sites),
      magnetisations: Float64Array.from(this.#machine.i32('spinSums'), (sum) => sum / sites),
    };
  }

  /** The 128 configurations of this moment. */
  configurations(): SpinData {
    const [rows, columns] = this.lattice.shape;
    const stride = Math.ceil((rows * columns) / 8);
    const bytes = new Uint8Array(REPLICAS * stride);
    const planes = this.#machine.u8('planes');
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const word = ((((x + y) & 1) * rows + y) * columns) / 2 + (x >> 1);
        const site = y * columns + x;
        for (let replica = 0; replica < REPLICAS; replica++) {
          const bit = (planes[word * 16 + (replica >> 3)] >> (replica & 7)) & 1;
          bytes[replica * stride + (site >> 3)] |= bit << (site & 7);
        }
      }
    }
    return new SpinData(REPLICAS, this.lattice.shape, bytes, {
      source: 'blockspin IsingReplicas',
      parameters: { lattice: 'square, periodic', shape: [rows, columns], coupling: this.coupling },
      seed: this.seed,
      version,
      wasm: sha256,
    });
  }
}
