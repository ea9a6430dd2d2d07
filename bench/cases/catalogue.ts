/**
 * All that is measured, in the order in which it is printed. Portable: the same list in Node and in a page; what is
 * outside is in bench/peers.
 */

import type { Entry } from '../harness.js';
import { biasedEntries } from './biased.js';
import { blockEntries } from './block.js';
import { clusterEntries } from './clusters.js';
import { fieldEntries } from './fields.js';
import { likelihoodEntries } from './likelihood.js';
import { linearEntries } from './linear.js';
import { liveLatticeEntries } from './liveLattice.js';
import { operatorEntries } from './operators.js';
import { productEntries } from './products.js';
import { reachEntries } from './reach.js';
import { sampleEntries } from './samples.js';
import { singleSpinEntries } from './singleSpin.js';
import { startUpEntries } from './startUp.js';
import { tensorEntries } from './tensor.js';
import { trainingEntries } from './training.js';

/** @param threads the most threads to be measured */
export function catalogue(threads: number): Entry[] {
  return [
    ...singleSpinEntries(threads),
    ...liveLatticeEntries(),
    ...clusterEntries(),
    ...sampleEntries(),
    ...blockEntries(),
    ...operatorEntries(),
    ...biasedEntries(),
    ...productEntries(),
    ...trainingEntries(threads),
    ...reachEntries(),
    ...likelihoodEntries(),
    ...fieldEntries(),
    ...linearEntries(),
    ...tensorEntries(),
    ...startUpEntries(),
  ];
}
