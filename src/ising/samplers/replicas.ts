/** Multi-spin updates of 128 replicas of one periodic square lattice. */

import { finite, knownOptions, lengthOf, oneOf, refuse } from '../../util/check.js';
import { REPLICAS } from '../chains/planeRows.js';
import { Planes, type SpinUpdate } from '../chains/planes.js';
import { checkLattice, type SquareLattice } from '../models/lattice.js';
import { PlaneSampler, type PlaneSamplerOptions } from './planeSampler.js';

/** Options of `IsingReplicas`. */
export interface IsingReplicasOptions extends PlaneSamplerOptions {
  /** Even sides, >= 4 for Metropolis and >= 2 for the heat bath. */
  lattice: SquareLattice;
  /** K = J/kT >= 0 of all replicas, or one per replica, [128]. */
  coupling: number | ArrayLike<number>;
  /** Update of a spin. Default metropolis. */
  method?: SpinUpdate;
}

/**
 * 128 independent replicas of one periodic square lattice, one bit each in a vector, by multi-spin Metropolis or heat
 * bath (one thread), optionally with one coupling per replica. For equilibrium far from K_c, for relaxation, for
 * teaching and as a check of the cluster sampler: near K_c the autocorrelation time grows as L^2.17, and `Ising` is the
 * better choice.
 *
 * Metropolis on a checkerboard is not quite ergodic: states in which every site has exactly two unsatisfied bonds only
 * lead to each other, and no other state leads to them. On 4×4 they are 36 of 65,536 states, on larger lattices fewer
 * than one in a million; this is the probability that a replica starts, and stays, there. The heat bath has no such
 * states.
 * @example
 * const replicas = new IsingReplicas({ lattice: square(8), coupling: 0.2 });
 * replicas.sample(128).count; // 128
 */
export class IsingReplicas extends PlaneSampler {
  readonly #coupling: number | Float64Array;

  /**
   * Starts from independent random spins (K = 0), as small K needs: there nearly every flip is accepted, and an ordered
   * start is remembered for long.
   * @throws TypeError or RangeError for an option out of range: an odd side (the checkerboard needs even ones), for
   *   Metropolis a side of 2 (a quarter of the replicas of 2×2 would be stuck), K < 0, a number of couplings other than
   *   128
   */
  constructor(options: IsingReplicasOptions) {
    knownOptions('IsingReplicas', options, ['lattice', 'coupling', 'method', 'seed', 'independence']);
    const lattice = checkLattice(options.lattice);
    const method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
    const [rows, columns] = lattice.shape;
    if (rows % 2 || columns % 2) {
      refuse('lattice', 'even sides (multi-spin coding updates a checkerboard)', `${rows} × ${columns}`);
    }
    if (method === 'metropolis' && (rows < 4 || columns < 4)) {
      refuse('lattice', 'sides >= 4 for the method "metropolis" (heatBath takes sides of 2)', `${rows} × ${columns}`);
    }
    const couplings = checkCouplings(options.coupling);
    const coupling = typeof options.coupling === 'number' ? options.coupling : couplings;
    super(options, (seed) => {
      const start = 'random';
      const planes = new Planes({
        ...{ rows, words: columns / 2, strips: false, method, couplings, bandRows: rows },
        ...{ threads: 1, asked: false, start, seed, label: 'replicas' },
      });
      return {
        source: 'blockspin IsingReplicas',
        lattice,
        method,
        planes,
        chains: REPLICAS,
        start,
        couplings: () => (typeof coupling === 'number' ? { coupling } : { couplings: [...coupling] }),
        sums: () => planes.sums(),
        snapshot: () => planes.snapshot(),
        restore: (snapshot) => planes.restore(snapshot),
      };
    });
    this.#coupling = coupling;
  }

  /** K as in the options: one number, or a fresh array of 128. */
  get coupling(): number | Float64Array {
    return typeof this.#coupling === 'number' ? this.#coupling : this.#coupling.slice();
  }
}

/** One coupling for all, or 128, as an array of 128. */
function checkCouplings(coupling: unknown): Float64Array {
  if (typeof coupling === 'number') return new Float64Array(REPLICAS).fill(checkCoupling('coupling', coupling));
  if (!Array.isArray(coupling) && !ArrayBuffer.isView(coupling)) {
    refuse('coupling', 'finite number >= 0, or 128 such numbers', coupling, 'type');
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
