/** Kernels for single numbers. */

import type { Kernels } from './kernels.js';
import { Machine } from './machine.js';

let scalar: Kernels | undefined;

/** Kernels that use no memory: exp, log, softplus, sigmoid, splitMix, with the same bits on every engine. */
export function kernels(): Kernels {
  scalar ??= new Machine({ none: 0 }).kernels;
  return scalar;
}
