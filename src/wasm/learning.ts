/** The kernels of assembly/learning.ts: RBMs, block spins, matrices. */

import { binary } from './binaries/learning.js';
import type { LearningKernels } from './kernels.js';
import type { Machine } from './machine.js';
import { KernelSet } from './module.js';

export const LEARNING = /* @__PURE__ */ new KernelSet<LearningKernels>(binary);

/** A machine with them. */
export type LearningMachine<Name extends string = string> = Machine<Name, LearningKernels>;
