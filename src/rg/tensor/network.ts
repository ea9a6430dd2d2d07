/**
 * Networks of one repeated tensor: the translations that they have, and the tori that their tensors make when closed.
 * All lengths are in lattice spacings, as complex numbers: a is the translation from a tensor to its right neighbour, b
 * to the upper one, and τ = b/a.
 */

import { type BlockTensor, contract, dimensionOf, identity } from './tensor.js';

/** A complex number. */
export interface Complex {
  real: number;
  imaginary: number;
}

/** A network that covers a lattice with copies of one tensor; made by `isingTensor`, `pottsTensor` and the like. */
export interface TensorNetwork {
  /** T with the legs left, up, right, down; right is summed with the left leg of the neighbour, up with its lower leg. */
  readonly tensor: BlockTensor;
  /** τ = b/a of the translations to the upper and to the right neighbour: i on the square lattice. */
  readonly tau: Complex;
  /** Lattice sites per tensor. */
  readonly sites: number;
}

export const LEFT = 0;
export const UP = 1;
export const RIGHT = 2;
export const DOWN = 3;

/** Number of indices of the legs left and up of a network's tensor. */
export function bondsOf(tensor: BlockTensor): [horizontal: number, vertical: number] {
  return [dimensionOf(tensor.legs[LEFT]), dimensionOf(tensor.legs[UP])];
}

/** The matrix (up, down) that is left when left and right are summed: the transfer matrix of one tensor. */
export function closeRow(tensor: BlockTensor): BlockTensor {
  const leg = tensor.legs[RIGHT];
  return contract(tensor, [LEFT, RIGHT], identity(leg), [0, 1]);
}

/** Tr T: the network of one tensor, closed in both directions. */
export function trace(tensor: BlockTensor): number {
  const matrix = closeRow(tensor);
  const n = dimensionOf(matrix.legs[0]);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix.values[i * n + i];
  return sum;
}

/** z/w. */
export function divide(z: Complex, w: Complex): Complex {
  const size = w.real * w.real + w.imaginary * w.imaginary;
  return {
    real: (z.real * w.real + z.imaginary * w.imaginary) / size,
    imaginary: (z.imaginary * w.real - z.real * w.imaginary) / size,
  };
}

/** (τ - 1)/(τ + 1): the modular parameter after a step that turns the lattice by 45°. */
export function turned({ real, imaginary }: Complex): Complex {
  return divide({ real: real - 1, imaginary }, { real: real + 1, imaginary });
}
