/** The kernels of assembly/sampling.ts: spins that move, and sums over them. */

import { binary } from './binaries/sampling.js';
import type { SamplingKernels } from './kernels.js';
import type { Machine } from './machine.js';
import { KernelSet } from './module.js';

export const SAMPLING = /* @__PURE__ */ new KernelSet<SamplingKernels>(binary);

/** A machine with them. */
export type SamplingMachine<Name extends string = string> = Machine<Name, SamplingKernels>;
