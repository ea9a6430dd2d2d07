/** The contract of annealed chains, for units of all kinds. */

import type { States } from '../model/layers.js';

/** Chains between base and RBM, along values of β that rise from 0 to 1 or fall from 1 to 0. */
export interface Chains<V extends States> {
  readonly baseLogPartition: number;
  /** log Z of the RBM minus that in the chains' own convention. */
  readonly constant: number;
  /** Starts the chains with weights 1 from samples of the base, or from `states`. */
  start(states?: V): void;
  /**
   * Moves from value number `from` of β to the next, or at most `most` values in a few milliseconds: weights, then a
   * Gibbs step each. Returns the number of the last value.
   */
  move(from: number, most?: number): number;
  /** The log weights of the chains so far. */
  logWeights(): Float64Array;
  /** The current states of the chains. */
  states(): V;
}
