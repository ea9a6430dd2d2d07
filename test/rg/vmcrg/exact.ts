/** Small systems with blocks, by enumeration of all fine spins. */

import type { Hamiltonian } from '../../../src/ising/models/hamiltonian.js';
import type { Chain, SquareLattice } from '../../../src/ising/models/lattice.js';
import { probabilityUp } from '../../../src/rg/blocking/conditional.js';
import type { BlockingRule } from '../../../src/rg/blocking/rule.js';
import type { OperatorBasis } from '../../../src/rg/operators/basis.js';
import { blockGeometry } from '../../../src/rg/vmcrg/blockGeometry.js';

/** A state of n spins ±1 by its number: bit i is site i, 1 = +1. */
export const spinsOf = (state: number, n: number) =>
  Int8Array.from({ length: n }, (_, i) => 2 * ((state >> i) & 1) - 1);

/** The number of a state. */
export const stateOf = (spins: ArrayLike<number>) =>
  Array.from(spins).reduce((state, spin, i) => state | (spin > 0 ? 1 << i : 0), 0);

/** Number of the coarse state of each fine state. */
export function coarseStates(sites: number, blockSpin: (fine: Int8Array, block: number) => number, blocks: number) {
  return Uint32Array.from({ length: 2 ** sites }, (_, state) => {
    const fine = spinsOf(state, sites);
    return stateOf(Array.from({ length: blocks }, (_, block) => blockSpin(fine, block)));
  });
}

/** e^{-H} of each fine state. */
export function weights(hamiltonian: Hamiltonian): Float64Array {
  return Float64Array.from({ length: 2 ** hamiltonian.sites }, (_, state) =>
    Math.exp(-hamiltonian.energy(spinsOf(state, hamiltonian.sites))),
  );
}

/** S_α of each state, [states][operators]. */
export function operatorValues(basis: OperatorBasis): Float64Array[] {
  return Array.from({ length: 2 ** basis.sites }, (_, state) => {
    const spins = spinsOf(state, basis.sites);
    return Float64Array.from(basis.operators, ({ order, sites }) => {
      let sum = 0;
      for (let at = 0; at < sites.length; at += order) {
        sum += sites.subarray(at, at + order).reduce((product, site) => product * spins[site], 1);
      }
      return sum;
    });
  });
}

/**
 * K' of H' = -Σ K' S' + constant by Parseval: Σ_s S_α ln w(s) = 2^n Σ_γ K'_γ ⟨S_α S_γ⟩ of independent spins; exact if the
 * operators are complete.
 */
export function exactCouplings(coarseWeights: Float64Array, basis: OperatorBasis): number[] {
  const values = operatorValues(basis);
  return basis.operators.map((_, k) => {
    // orbits share no products, so different operators are orthogonal
    const square = values.reduce((sum, own) => sum + own[k] ** 2, 0);
    return values.reduce((sum, own, s) => sum + own[k] * Math.log(coarseWeights[s]), 0) / square;
  });
}

/** T = A⁻¹B of the ensemble with weight e^{-H - V}, by its moments: A and B of these operators. */
export function covariances(
  fineWeights: Float64Array,
  coarseOf: Uint32Array,
  bias: (coarseState: number) => number,
  coarse: readonly Float64Array[],
  fine: readonly Float64Array[],
): { a: number[][]; b: number[][] } {
  const n = coarse[0].length;
  let total = 0;
  const mean = new Float64Array(2 * n);
  const product = Array.from({ length: n }, () => new Float64Array(2 * n));
  fineWeights.forEach((weight, state) => {
    const w = weight * Math.exp(-bias(coarseOf[state]));
    const values = [...coarse[coarseOf[state]], ...fine[state]];
    total += w;
    values.forEach((value, k) => {
      mean[k] += w * value;
      for (let j = 0; j < n; j++) product[j][k] += w * values[j] * value;
    });
  });
  const covariance = (j: number, k: number) => product[j][k] / total - (mean[j] / total) * (mean[k] / total);
  const rows = (from: number) =>
    Array.from({ length: n }, (_, j) => Array.from({ length: n }, (_, k) => covariance(j, from + k)));
  return { a: rows(0), b: rows(n) };
}

/** The block spins of a rule, and ln of the weight of each of their states, -H': Σ_v P(S'|v) e^{-H(v)}. */
export function renormalised(lattice: Chain | SquareLattice, rule: BlockingRule, hamiltonian: Hamiltonian) {
  const blocks = blockGeometry(lattice, rule).coarse;
  const spins = rule.spins!(lattice);
  const totals = new Float64Array(2 ** blocks.sites);
  weights(hamiltonian).forEach((weight, state) => {
    const fine = spinsOf(state, lattice.sites);
    // the states that are possible, with their weights
    let reached: [number, number][] = [[0, weight]];
    spins.forEach((spin, block) => {
      const up = probabilityUp(spin, fine);
      reached = reached.flatMap(([coarse, own]): [number, number][] => [
        ...(up < 1 ? [[coarse, own * (1 - up)] as [number, number]] : []),
        ...(up > 0 ? [[coarse | (1 << block), own * up] as [number, number]] : []),
      ]);
    });
    for (const [coarse, own] of reached) totals[coarse] += own;
  });
  return { blocks, logs: totals.map(Math.log) };
}

/** KL(uniform ‖ p_V), p_V ∝ e^{-H' - V}, of a V of every state: Ω[V] and a constant. */
export function distance(logs: Float64Array, v: Float64Array): number {
  const exponents = logs.map((log, state) => log - v[state]);
  const most = Math.max(...exponents);
  const logZ = most + Math.log(exponents.reduce((sum, x) => sum + Math.exp(x - most), 0));
  const mean = exponents.reduce((sum, x) => sum + x, 0) / exponents.length;
  return logZ - mean - Math.log(logs.length);
}

/**
 * ln of the weight of each state of the 2 × 2 block spins of a 6 × 6 torus of neighbours' coupling K, majority of 3 × 3: by a transfer
 * matrix from column to column, which carries the numbers of spins up in the upper and lower block.
 */
export function sixBySixMajority(coupling: number): Float64Array {
  const [STATES, COUNTS] = [64, 10];
  const ones = (bits: number) => bits.toString(2).replaceAll('0', '').length;
  const equal = (differing: number) => Math.exp(coupling * (6 - 2 * ones(differing)));
  const within = Float64Array.from({ length: STATES }, (_, c) => equal(c ^ ((c >> 1) | ((c & 1) << 5))));
  const between = Float64Array.from({ length: STATES }, (_, differing) => equal(differing));
  /** Weights by [state of the column, spins up above, spins up below], with one more column. */
  const grown = (vector: Float64Array) => {
    const next = new Float64Array(vector.length);
    for (let c = 0; c < STATES; c++) {
      for (let d = 0; d < STATES; d++) {
        const weight = between[c ^ d] * within[d];
        const shift = ones(d & 7) * COUNTS + ones(d >> 3);
        for (let k = 0; k < COUNTS * COUNTS - shift; k++) {
          const own = vector[c * COUNTS * COUNTS + k];
          if (own > 0) next[d * COUNTS * COUNTS + k + shift] += weight * own;
        }
      }
    }
    return next;
  };
  /** By [signs of the two blocks, state of the column]. */
  const signs = (vector: Float64Array) => {
    const out = [0, 1, 2, 3].map(() => new Float64Array(STATES));
    vector.forEach((weight, at) => {
      const [up, down] = [Math.floor(at / COUNTS) % COUNTS, at % COUNTS];
      out[(up > 4 ? 1 : 0) + (down > 4 ? 2 : 0)][Math.floor(at / COUNTS ** 2)] += weight;
    });
    return out;
  };
  const start = (column: Float64Array) => {
    const vector = new Float64Array(STATES * COUNTS * COUNTS);
    column.forEach((weight, c) => {
      vector[c * COUNTS * COUNTS] = weight;
    });
    return vector;
  };
  const totals = new Float64Array(16);
  for (let first = 0; first < STATES; first++) {
    const own = new Float64Array(STATES * COUNTS * COUNTS);
    own[first * COUNTS * COUNTS + ones(first & 7) * COUNTS + ones(first >> 3)] = within[first];
    signs(grown(grown(own))).forEach((left, a) => {
      signs(grown(grown(grown(start(left))))).forEach((right, b) => {
        const weight = right.reduce((sum, x, c) => sum + x * between[c ^ first], 0);
        // blocks row by row
        totals[(a & 1) | ((b & 1) << 1) | ((a & 2) << 1) | ((b & 2) << 2)] += weight;
      });
    });
  }
  return totals.map(Math.log);
}
