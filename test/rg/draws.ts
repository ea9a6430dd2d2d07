/** Random Hamiltonians and RBMs of spins. */

import { Hamiltonian } from '../../src/ising/models/hamiltonian.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import type { Draws } from '../reference/draws.js';

/** Terms of up to `order` spins, couplings uniform in ±scale, and a constant. */
export function randomHamiltonian(draws: Draws, sites: number, count: number, order = 4, scale = 1): Hamiltonian {
  const terms = Array.from({ length: count }, () => ({
    sites: [...draws.permutation(sites).subarray(0, draws.integer(0, Math.min(order, sites)))],
    coupling: draws.uniform(-scale, scale),
  }));
  return new Hamiltonian({ sites, terms });
}

/** Parameters uniform in ±scale; a weight is 0 with probability `zero`. */
export function randomRbm(draws: Draws, visible: number, hidden: number, scale = 1, zero = 0): SpinRbm {
  const numbers = (n: number) => Float64Array.from({ length: n }, () => draws.uniform(-scale, scale));
  return new SpinRbm({
    visible,
    hidden,
    weights: numbers(visible * hidden).map((w) => (draws.uniform() < zero ? 0 : w)),
    visibleBias: numbers(visible),
    hiddenBias: numbers(hidden),
    constant: draws.uniform(-3, 3),
  });
}

/** Blocks of four of the 4×4 lattice. */
export const QUARTERS = [
  [0, 1, 4, 5],
  [2, 3, 6, 7],
  [8, 9, 12, 13],
  [10, 11, 14, 15],
];
