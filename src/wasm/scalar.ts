/**
 * The kernels for single numbers, which touch no memory: exp, log, softplus, sigmoid, splitMix, the same bits
 * everywhere.
 */

import type { Kernels } from './kernels.js';
import { Machine } from './machine.js';

let scalar: Kernels | undefined;

export function kernels(): Kernels {
  scalar ??= new Machine({ none: 0 }).kernels;
  return scalar;
}
