/** The conditional distribution P(S'|v) of a blocking rule: independent coarse spins, each a function of some fine ones. */

import { objectWith, refuse } from '../../util/check.js';
import { kernels } from '../../wasm/scalar.js';
import { type Blocks, sitesOfBlocks } from './blocks.js';

/** A coarse spin that sees v through its input x = bias + Σ_i w_i v_i, v_i = ±1. */
export interface InputSpin {
  /**
   * normalised: P(S' = ±1|v) = 1/(1 + e^{∓2x}), a hidden unit of an RBM of ±1 units; hard: its limit for large x, the sign
   * of x, and either sign with probability ½ if x = 0.
   */
  kind: 'normalised' | 'hard';
  /** Fine sites with a weight, rising. */
  sites: Uint32Array;
  /** w_i of each of them; of a hard spin only their ratios matter. */
  weights: Float64Array;
  /** b. */
  bias: number;
}

/** A coarse spin by a function of the user. */
export interface FunctionSpin {
  kind: 'function';
  /** The sites of its block, in the order in which `probability` takes them. */
  sites: Uint32Array;
  /** P(S' = +1 | block), the block as ±1. */
  probability: (block: Int8Array) => number;
}

/** P(S'_k|v) of one coarse spin; P(S'|v) is their product. */
export type CoarseSpin = InputSpin | FunctionSpin;

/**
 * P(S' = +1 | v) of a coarse spin, in [0, 1].
 * @param v ±1 of all fine sites
 * @throws TypeError if not a coarse spin or no array of numbers; RangeError if it has fewer sites than the spin sees
 */
export function probabilityUp(spin: CoarseSpin, v: ArrayLike<number>): number {
  objectWith('spin', spin, ['kind', 'sites'], 'coarse spin, as BlockingRule.spins() returns');
  objectWith('v', v, ['length'], 'array of ±1');
  const last = spin.sites.reduce((most, site) => Math.max(most, site), 0);
  if (!(last < v.length)) refuse('v', `at least ${last + 1} spins`, v.length);
  if (spin.kind === 'function') return spin.probability(Int8Array.from(spin.sites, (site) => v[site]));
  const { sites, weights, bias } = spin;
  let x = bias;
  for (let i = 0; i < sites.length; i++) x += weights[i] * v[sites[i]];
  if (spin.kind === 'normalised') return kernels().sigmoid(2 * x);
  return x === 0 ? 0.5 : x > 0 ? 1 : 0;
}

/** A coarse spin of one weight w for all its sites, of any order; w = Infinity is the majority. */
export function blockSpin(sites: ArrayLike<number>, w: number): InputSpin {
  return {
    kind: w === Infinity ? 'hard' : 'normalised',
    sites: Uint32Array.from(sites).sort(),
    weights: new Float64Array(sites.length).fill(w === Infinity ? 1 : w),
    bias: 0,
  };
}

/** The sites of each block, one after the other. */
export function blockLists(blocks: Blocks): Uint32Array[] {
  const { size } = blocks;
  const sites = sitesOfBlocks(blocks);
  return Array.from({ length: sites.length / size }, (_, k) => sites.slice(k * size, (k + 1) * size));
}

/** A coarse spin of weights at sites, which are sorted. */
export function inputSpin(sites: ArrayLike<number>, weights: ArrayLike<number>, bias: number): InputSpin {
  const order = Array.from({ length: sites.length }, (_, i) => i).sort((a, b) => sites[a] - sites[b]);
  return {
    kind: 'normalised',
    sites: Uint32Array.from(order, (i) => sites[i]),
    weights: Float64Array.from(order, (i) => weights[i]),
    bias,
  };
}
