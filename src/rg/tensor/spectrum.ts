/**
 * Eigenvalues of the transfer matrix of a row of tensors, closed to a ring, by block Krylov iteration: the row is never
 * made as a matrix, and every charge is a problem of its own.
 */

import { type Eigenvalue, eigenvalues } from '../../linear/index.js';
import { DOWN, LEFT, RIGHT, UP } from './network.js';
import {
  assemble,
  type BlockTensor,
  contract,
  dimensionOf,
  identity,
  type Leg,
  matricise,
  opposite,
  permute,
} from './tensor.js';

/** An eigenvalue of a transfer matrix, and the charge of its state. */
export interface TransferEigenvalue extends Eigenvalue {
  charge: number;
}

/** Dimension of the Krylov space; the eigenvalues of a small matrix are found up to 100 rows. */
const KRYLOV = 64;

/** Vectors that are multiplied at once, so that eigenvalues of a multiplicity up to this number are all found. */
const MAX_BLOCK = 4;

/** Numbers that the largest tensor on the way may have: 128 MiB. */
export const MAX_VALUES = 2 ** 24;

/** Numbers of the largest tensor on the way when a row is multiplied with a vector. */
function largestOnTheWay(tensors: readonly BlockTensor[], row: number): number {
  const most = (leg: number) => Math.max(...tensors.map((tensor) => dimensionOf(tensor.legs[leg])));
  return most(UP) ** row * most(LEFT) * most(RIGHT);
}

/** Whether a row of tensors can be multiplied with a vector within MAX_VALUES. */
export function rowFits(tensors: readonly BlockTensor[], row: number): boolean {
  return largestOnTheWay(tensors, row) <= MAX_VALUES;
}

/**
 * The leading eigenvalues of the transfer matrix of `row` tensors side by side (the given ones, in turn), after which the ring is turned by
 * `shift` tensors; those of the largest modulus first. In full where the matrix of a charge has at most 64 rows.
 */
export function transferSpectrum(tensors: readonly BlockTensor[], row: number, shift: number): TransferEigenvalue[] {
  const order = tensors[0].legs[0].sizes.length;
  const found = Array.from({ length: order }, (_, charge) =>
    ofCharge(tensors, row, shift, charge).map((each) => ({ ...each, charge })),
  ).flat();
  const modulus = ({ real, imaginary }: Eigenvalue) => Math.hypot(real, imaginary);
  return found.sort((x, y) => modulus(y) - modulus(x) || y.real - x.real || y.imaginary - x.imaginary);
}

/** The eigenvalues with a state of one charge. */
function ofCharge(tensors: readonly BlockTensor[], row: number, shift: number, charge: number): Eigenvalue[] {
  const order = tensors[0].legs[0].sizes.length;
  // what the lower legs are summed with
  const legs = Array.from({ length: row }, (_, k) => opposite(tensors[k % tensors.length].legs[DOWN]));
  const places = legs.map((_, k) => k);
  /** A leg that gives the vectors of this charge the total charge 0. */
  const counter = (count: number): Leg => ({
    sizes: Array.from({ length: order }, (_, c) => (c === charge ? count : 0)),
    arrow: -1,
  });
  const apply = (vectors: Float64Array[]): Float64Array[] => {
    const [n, count] = [vectors[0].length, vectors.length];
    const blocks = Array.from({ length: order }, (_, c) => ({
      rows: c === charge ? n : 0,
      columns: c === charge ? count : 0,
      values: c === charge ? interleaved(vectors) : new Float64Array(0),
    }));
    const next = timesRow(tensors, assemble(blocks, [...legs, counter(count)], row), row);
    const turned = shift === 0 ? next : permute(next, [...places.map((k) => (k + shift) % row), row]);
    const { values } = matricise(turned, places, [row])[charge];
    return vectors.map((_, k) => Float64Array.from({ length: n }, (_, i) => values[i * count + k]));
  };
  const size = sizeOfCharge(legs, charge);
  if (size === 0) return [];
  const room = MAX_VALUES / largestOnTheWay(tensors, row);
  return krylov(apply, size, Math.max(1, Math.min(MAX_BLOCK, Math.floor(room))));
}

/** Number of index tuples of legs with this total charge. */
function sizeOfCharge(legs: readonly Leg[], charge: number): number {
  const order = legs[0].sizes.length;
  let counts: number[] = Array.from({ length: order }, (_, c) => (c === 0 ? 1 : 0));
  for (const { sizes, arrow } of legs) {
    const next = new Array<number>(order).fill(0);
    counts.forEach((count, c) => {
      sizes.forEach((size, own) => {
        next[(c + arrow * own + order) % order] += count * size;
      });
    });
    counts = next;
  }
  return counts[charge];
}

function interleaved(vectors: readonly Float64Array[]): Float64Array {
  const [n, count] = [vectors[0].length, vectors.length];
  const values = new Float64Array(n * count);
  vectors.forEach((vector, k) => {
    for (let i = 0; i < n; i++) values[i * count + k] = vector[i];
  });
  return values;
}

/** The row of tensors times a tensor of one leg per place of the row, and one more that stays. */
function timesRow(tensors: readonly BlockTensor[], vectors: BlockTensor, row: number): BlockTensor {
  const tensor = tensors[0];
  if (row === 1) {
    const matrix = contract(tensor, [LEFT, RIGHT], identity(tensor.legs[RIGHT]), [0, 1]);
    return contract(matrix, [1], vectors, [0]);
  }
  // legs: places to come, counter, the left end of the row, places done, its right end
  let state = contract(vectors, [0], tensor, [DOWN]);
  for (let k = 1; k < row - 1; k++) {
    state = contract(state, [0, state.legs.length - 1], tensors[k % tensors.length], [DOWN, LEFT]);
  }
  state = contract(state, [0, 2, state.legs.length - 1], tensors[(row - 1) % tensors.length], [DOWN, RIGHT, LEFT]);
  // counter, then the places in their order
  return permute(state, [...Array.from({ length: row }, (_, k) => k + 1), 0]);
}

/** Eigenvalues of an operator on vectors of n numbers, projected on a Krylov space of up to 64 dimensions. */
function krylov(apply: (vectors: Float64Array[]) => Float64Array[], n: number, block: number): Eigenvalue[] {
  const most = Math.min(n, KRYLOV);
  const basis: Float64Array[] = [];
  const images: Float64Array[] = [];
  let candidates = startVectors(n, Math.min(block, most));
  let started = candidates.length;
  while (basis.length < most) {
    const fresh: Float64Array[] = [];
    for (const vector of candidates) {
      if (basis.length < most && orthogonalise(vector, basis)) {
        basis.push(vector);
        fresh.push(vector);
      }
    }
    // an invariant space: go on from anywhere, what is outside of it may have eigenvalues, too
    if (fresh.length === 0) {
      candidates = startVectors(n, 1, started++);
      continue;
    }
    candidates = apply(fresh);
    for (const image of candidates) images.push(image.slice());
  }
  const projected = new Float64Array(most * most);
  for (let i = 0; i < most; i++) for (let j = 0; j < most; j++) projected[i * most + j] = dot(basis[i], images[j]);
  return eigenvalues(projected, most);
}

/** Vectors of numbers in [-1, 1), always the same: hashes of their place and of the vector's number. */
function startVectors(n: number, count: number, from = 0): Float64Array[] {
  return Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => {
      let bits = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(from + k + 1, 0x85ebca6b);
      bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
      bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
      return (bits ^ (bits >>> 15)) / 2 ** 31;
    }),
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Makes a vector orthogonal to a basis and of length 1; false if nothing is left of it. */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): boolean {
  const before = Math.sqrt(dot(vector, vector));
  for (let pass = 0; pass < 2; pass++) {
    for (const other of basis) {
      const share = dot(vector, other);
      for (let k = 0; k < vector.length; k++) vector[k] -= share * other[k];
    }
  }
  const norm = Math.sqrt(dot(vector, vector));
  if (!(norm > 1e-13 * before) || before === 0) return false;
  for (let k = 0; k < vector.length; k++) vector[k] /= norm;
  return true;
}
