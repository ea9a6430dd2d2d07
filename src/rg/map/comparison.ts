/** The hidden layer of an RBM beside coarse-grained spins: those of blocks by majority, and those kept by decimation. */

import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { hamiltonianOf, membersOf, walsh } from '../tables/walsh.js';
import { decimationOperator, majorityOperator, rbmOperator } from './operators.js';
import { SpinRbm } from './spinRbm.js';
import { mutualInformation, variationalStep } from './variational.js';

/** An RBM with a hidden spin per block, beside block spins. */
export interface BlockComparison {
  /** Sets of hidden spins, numbered as blocks. */
  sets: number[][];
  /**
   * Couplings of the RBM, its hidden spins matched to the blocks with the largest weights, with the signs of these
   * weights.
   */
  trained: number[];
  /** Couplings of the majorities of the blocks. */
  blocks: number[];
  /** Mean |W| of a hidden spin to its own block, and to the others. */
  inside: number;
  outside: number;
  /** Largest |W| over the mean |W|, averaged over the hidden spins: 1 = all equal, N = a copy of one of N sites. */
  peak: number;
  information: { trained: number; blocks: number };
}

/**
 * The comparison with block spins by majority.
 * @param blocks disjoint sets of sites of one size, as many as hidden spins, that cover the lattice
 * @param sets the sets of hidden spins whose couplings are compared
 */
export function compareWithBlocks(
  hamiltonian: Hamiltonian,
  rbm: SpinRbm,
  blocks: readonly (readonly number[])[],
  sets: number[][],
): BlockComparison {
  const { sites } = hamiltonian;
  const majority = majorityOperator(sites, blocks);
  const matched = matchToBlocks(rbm, blocks);
  const couplingsOf = (energies: Float64Array) => {
    const { terms } = hamiltonianOf(energies, { cut: 0 }).hamiltonian;
    return sets.map((set) => terms.find((term) => term.sites.join() === set.join())?.coupling ?? 0);
  };
  const count = blocks.length;
  const fields = blocks.map((own, block) => {
    const sizes = Array.from({ length: sites }, (_, site) => Math.abs(matched.weights[site * count + block]));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const within = own.reduce((sum, site) => sum + sizes[site], 0);
    return {
      inside: within / sites,
      outside: (total - within) / (sites * (count - 1)),
      peak: (Math.max(...sizes) * sites) / total / count,
    };
  });
  const sum = (of: 'inside' | 'outside' | 'peak') => fields.reduce((all, field) => all + field[of], 0);
  return {
    sets,
    trained: couplingsOf(matched.hiddenEnergyTable()),
    blocks: couplingsOf(variationalStep(hamiltonian, majority).energies),
    inside: sum('inside'),
    outside: sum('outside'),
    peak: sum('peak'),
    information: {
      trained: mutualInformation(hamiltonian, rbmOperator(hamiltonian, rbm)),
      blocks: mutualInformation(hamiltonian, majority),
    },
  };
}

/** The same RBM, with the order and signs of its hidden spins for which Σ_blocks |Σ W of the block| is largest. */
export function matchToBlocks(rbm: SpinRbm, blocks: readonly (readonly number[])[]): SpinRbm {
  const { weights, hidden, hiddenBias } = rbm;
  const pull = (unit: number, block: number) =>
    blocks[block].reduce((sum, site) => sum + weights[site * hidden + unit], 0);
  let best: number[] = [];
  let most = -Infinity;
  for (const order of orders(hidden)) {
    const sum = order.reduce((all, unit, block) => all + Math.abs(pull(unit, block)), 0);
    if (sum > most) [best, most] = [order, sum];
  }
  const signs = best.map((unit, block) => (pull(unit, block) < 0 ? -1 : 1));
  return new SpinRbm({
    ...rbm,
    weights: weights.map((_, k) => signs[k % hidden] * weights[k - (k % hidden) + best[k % hidden]]),
    hiddenBias: hiddenBias.map((_, block) => signs[block] * hiddenBias[best[block]]),
  });
}

/** All orders of 0 … n - 1. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, k) => [...order.slice(0, k), n - 1, ...order.slice(k)]),
  );
}

/** An RBM whose hidden spins are copies of some visible ones, beside decimation. */
export interface DecimationComparison {
  /** The site that each hidden spin follows. */
  copied: number[];
  /** All non-empty sets of hidden spins. */
  sets: number[][];
  /** Couplings of the RBM's hidden spins, with signs such that each is the copy of its spin and not the negative. */
  trained: number[];
  /** Couplings of the copied sites after decimation. */
  decimated: number[];
  /** Largest difference of the two. */
  gap: number;
  /** Min |W| of a hidden spin to the site that it follows. */
  weakest: number;
}

/** Max hidden spins for a comparison of all 2^hidden couplings. */
const MAX_COMPARED = 10;

/**
 * The comparison with decimation, if the RBM is one: each hidden spin has one weight that is larger than the sum of its
 * others, so that it follows that spin for any values of the others, and no two follow the same. Null otherwise, and
 * for more than 10 hidden spins.
 */
export function compareWithDecimation(hamiltonian: Hamiltonian, rbm: SpinRbm): DecimationComparison | null {
  const { visible, hidden, weights } = rbm;
  if (hidden > MAX_COMPARED) return null;
  const copied: number[] = [];
  for (let j = 0; j < hidden; j++) {
    const sizes = Array.from({ length: visible }, (_, i) => Math.abs(weights[i * hidden + j]));
    const largest = Math.max(...sizes);
    if (largest <= sizes.reduce((sum, size) => sum + size, 0) - largest) return null;
    copied.push(sizes.indexOf(largest));
  }
  if (new Set(copied).size < hidden) return null;
  const signs = copied.map((site, j) => Math.sign(weights[site * hidden + j]));
  const turned = new SpinRbm({
    ...rbm,
    weights: weights.map((w, k) => signs[k % hidden] * w),
    hiddenBias: rbm.hiddenBias.map((b, j) => signs[j] * b),
  });
  const decimated = walsh(variationalStep(hamiltonian, decimationOperator(visible, copied)).energies.slice());
  const trained = walsh(turned.hiddenEnergyTable());
  const all = Array.from({ length: 2 ** hidden - 1 }, (_, k) => k + 1);
  return {
    copied,
    sets: all.map(membersOf),
    trained: all.map((set) => -trained[set]),
    decimated: all.map((set) => -decimated[set]),
    gap: all.reduce((most, set) => Math.max(most, Math.abs(trained[set] - decimated[set])), 0),
    weakest: Math.min(...copied.map((site, j) => Math.abs(weights[site * hidden + j]))),
  };
}
