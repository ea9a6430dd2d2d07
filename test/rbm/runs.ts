/** Short training runs for tests. */

import type { TrainingOptions } from '../../src/rbm/engines/options.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import type { RbmParameters } from '../../src/rbm/model/rbm.js';
import { Training } from '../../src/rbm/training/training.js';
import type { BitRows } from '../../src/util/bits.js';

/** Plain contrastive divergence: what the fast kernel does. */
export const PLAIN = { algorithm: 'cd', centred: false, schedule: 'constant', learningRate: 0.1 } as const;

/** A run from `state` (or afresh) to the end of its epochs; the state then. */
export async function train(data: BitRows, options: TrainingOptions, state?: TrainingState): Promise<TrainingState> {
  const training = await Training.start(data, { threads: 1, ...options }, state);
  try {
    while (training.epoch < training.options.epochs) await training.runEpoch();
    return training.state();
  } finally {
    await training.close();
  }
}

/** Parameters as the state of a run that has done nothing yet: no velocity. */
export function stateFrom(
  { weights, visibleBias, hiddenBias }: RbmParameters,
  changed: Partial<TrainingState> = {},
): TrainingState {
  return {
    epoch: 0,
    weights,
    visibleBias,
    hiddenBias,
    velocity: new Float32Array(weights.length),
    visibleVelocity: new Float32Array(visibleBias.length),
    hiddenVelocity: new Float32Array(hiddenBias.length),
    history: [],
    ...changed,
  };
}

/** A text that is equal for the same bits: of the parameters of an RBM, or of a state with its velocities. */
export function bitsOf(state: RbmParameters | TrainingState): string {
  const arrays = [state.weights, state.visibleBias, state.hiddenBias];
  if ('velocity' in state) arrays.push(state.velocity, state.visibleVelocity, state.hiddenVelocity);
  // two 32-bit hashes: enough to tell, and short when a test fails
  let first = 0x811c9dc5;
  let second = 1;
  for (const array of arrays) {
    for (const word of new Uint32Array(array.slice().buffer)) {
      first = Math.imul(first ^ word, 0x01000193);
      first ^= first >>> 15;
      second = Math.imul(second + word, 0x9e3779b1);
      second ^= second >>> 13;
    }
  }
  return `${arrays.map(({ length }) => length).join('+')}: ${[first, second].map((x) => (x >>> 0).toString(16)).join(' ')}`;
}

/** What a promise is rejected with. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}
