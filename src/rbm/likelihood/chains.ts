/** What annealing asks of chains, whatever their units are. */

import type { States } from '../model/layers.js';

/** Chains on their way between base and RBM, along values of β that rise from 0 to 1 or fall from 1 to 0. Log weights are gathered in `logWeights`. */
export interface Chains<V extends States> {
  readonly baseLogPartition: number;
  /** What log Z of the RBM is more than that of the chains' own convention. */
  readonly constant: number;
  /** Fresh chains, weights 1: samples of the base, or the given states. */
  start(states?: V): void;
  /** Moves from value number `from` of β to the next, and at most `most` further ones in a few milliseconds: weights, then a step. Returns where it came to. */
  move(from: number, most?: number): number;
  logWeights(): Float64Array;
  states(): V;
}
