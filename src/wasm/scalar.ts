/** The kernels of assembly/common.ts, for single numbers and for random numbers that belong to no lattice and no RBM. */

import { binary } from './binaries/common.js';
import type { CommonKernels } from './kernels.js';
import { Machine } from './machine.js';
import { KernelSet } from './module.js';

export const COMMON = /* @__PURE__ */ new KernelSet<CommonKernels>(binary);

let scalar: CommonKernels | undefined;

/** Kernels that use no memory: exp, log, softplus, sigmoid, splitMix, with the same bits on every engine. */
export function kernels(): CommonKernels {
  scalar ??= new Machine(COMMON, { none: 0 }).kernels;
  return scalar;
}
