/**
 * 128 independent replicas of one periodic square lattice, one bit each in a vector, moved together by multi-spin Metropolis or heat bath (one thread),
 * each at its own coupling if so wished. For equilibrium far from K_c, for relaxation, for teaching and as a check of the cluster sampler: near K_c its
 * memory grows as L^2.17, and `Ising` is the better choice.
 *
 * Metropolis on a checkerboard is not quite ergodic: states in which every site has exactly two unhappy bonds go over into each other for ever, and no other
 * leads there. On 4×4 they are 36 of 65,536 states, on larger lattices fewer than one in a million: so likely is a replica to start, and to stay, there.
 * The heat bath has no such states.
 */

import { finite, integer, knownOptions, lengthOf, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { sha256, version } from '../../wasm/binary.js';
import type { ChainSnapshot } from '../chains/chain.js';
import { Planes, REPLICAS, type SpinUpdate } from '../chains/planes.js';
import { SpinData } from '../data/spinData.js';
import { checkLattice, nameOfLattice, type SquareLattice } from '../models/lattice.js';

export interface IsingReplicasOptions {
  /** Even sides, >= 4 for Metropolis and >= 2 for the heat bath. */
  lattice: SquareLattice;
  /** K = J/kT >= 0 of all replicas, or of each. */
  coupling: number | ArrayLike<number>;
  /** Default metropolis. */
  method?: SpinUpdate;
  seed?: Seed;
}

export class IsingReplicas {
  readonly lattice: SquareLattice;
  readonly method: SpinUpdate;
  readonly seed: Seed;
  readonly #couplings: Float64Array;
  readonly #given: number | ArrayLike<number>;
  readonly #planes: Planes;

  /**
   * Starts from independent random spins (K = 0), as small K needs: there nearly every flip is accepted, and what is not random stays so for long.
   * @throws TypeError or RangeError for an option out of range: an odd side (the checkerboard needs even ones), for Metropolis a side of 2 (a quarter of
   * the replicas of 2×2 would never move on), K < 0, couplings that are not 128
   */
  constructor(options: IsingReplicasOptions) {
    knownOptions('IsingReplicas', options, ['lattice', 'coupling', 'method', 'seed']);
    this.lattice = checkLattice(options.lattice);
    this.method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
    const [rows, columns] = this.lattice.shape;
    if (rows % 2 || columns % 2) {
      refuse('lattice', 'even sides (multi-spin coding updates a checkerboard)', `${rows} × ${columns}`);
    }
    if (this.method === 'metropolis' && (rows < 4 || columns < 4)) {
      refuse('lattice', 'sides >= 4 for the method "metropolis" (heatBath takes sides of 2)', `${rows} × ${columns}`);
    }
    this.#couplings = checkCouplings(options.coupling);
    this.#given = typeof options.coupling === 'number' ? options.coupling : this.#couplings;
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#planes = new Planes({
      rows,
      words: columns / 2,
      strips: false,
      method: this.method,
      couplings: this.#couplings,
      bandRows: rows,
      threads: 1,
      asked: false,
      start: 'random',
      seed: this.seed,
      label: 'replicas',
    });
  }

  /** K as it was given: one number, or a fresh array of 128. */
  get coupling(): number | Float64Array {
    return typeof this.#given === 'number' ? this.#given : this.#couplings.slice();
  }

  /** One sweep = one attempted update of every site of every replica. */
  sweep(count = 1): void {
    this.#planes.sweep(integer('count', count));
  }

  /** Energy per site in units of J and magnetisation per site of each replica, in fresh arrays [128]. */
  measure(): { energies: Float64Array; magnetisations: Float64Array } {
    const { sites } = this.lattice;
    const { bondSums, spinSums } = this.#planes.sums();
    return {
      energies: Float64Array.from(bondSums, (sum) => -sum / sites),
      magnetisations: Float64Array.from(spinSums, (sum) => sum / sites),
    };
  }

  /** The 128 configurations of this moment. */
  configurations(): SpinData {
    const [rows, columns] = this.lattice.shape;
    const stride = Math.ceil((rows * columns) / 8);
    const bytes = new Uint8Array(REPLICAS * stride);
    this.#planes.eachWord((y, x, word) => {
      const site = y * columns + x;
      for (let replica = 0; replica < REPLICAS; replica++) {
        const bit = (word[replica >> 3] >> (replica & 7)) & 1;
        bytes[replica * stride + (site >> 3)] |= bit << (site & 7);
      }
    });
    const coupling = typeof this.#given === 'number' ? { coupling: this.#given } : { couplings: [...this.#couplings] };
    return new SpinData(REPLICAS, this.lattice.shape, bytes, {
      source: 'blockspin IsingReplicas',
      parameters: { lattice: nameOfLattice(this.lattice), shape: [rows, columns], ...coupling, method: this.method },
      seed: this.seed,
      version,
      wasm: sha256,
    });
  }

  /** All that changes as the replicas move, copied. */
  snapshot(): ChainSnapshot {
    return this.#planes.snapshot();
  }

  /**
   * Goes on from a snapshot of replicas with the same options, with the bits that those would have gone on with.
   * @throws TypeError or RangeError for a snapshot of another lattice
   */
  restore(snapshot: ChainSnapshot): void {
    this.#planes.restore(snapshot);
  }
}

/** One coupling for all, or 128 of them, as 128. */
function checkCouplings(coupling: unknown): Float64Array {
  if (typeof coupling === 'number') return new Float64Array(REPLICAS).fill(checkCoupling('coupling', coupling));
  if (!Array.isArray(coupling) && !ArrayBuffer.isView(coupling)) {
    refuse('coupling', 'finite number >= 0, or 128 of them', coupling, 'type');
  }
  const values = Array.from(
    lengthOf('coupling', coupling as unknown as ArrayLike<unknown> & { length: number }, REPLICAS),
  );
  return Float64Array.from(values, (value, k) => checkCoupling(`coupling[${k}]`, value));
}

/** @throws TypeError or RangeError if not a finite number >= 0 */
export function checkCoupling(name: string, coupling: unknown): number {
  const value = finite(name, coupling);
  if (value < 0) refuse(name, 'number >= 0', value);
  return value;
}
