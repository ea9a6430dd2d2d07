/**
 * Freedom of a network: X and X⁻¹ can be put on both ends of a bond. Truncations cut by norms, which depend on it, so
 * tensors whose two ends differ, such as a site with the triangle to its upper right, are balanced first.
 */

import { type Matrix, multiply, symmetricEigen } from '../../linear/index.js';
import { DOWN, LEFT, RIGHT, UP } from './network.js';
import { type BlockTensor, contract, dimensionOf, flipped, type Leg, opposite, permute } from './tensor.js';

/** Sweeps over all bonds, and the change of a gauge that ends them sooner. */
const MAX_SWEEPS = 30;
const BALANCED = 1e-10;

/** A bond without an inverse gauge: least share of the largest eigenvalue of a Gram matrix. */
const SINGULAR = 1e-8;

/**
 * The tensors of a torus (row-major, the upper neighbours in the next row) with every bond in the gauge in which the
 * Gram matrices of its two ends are equal: by sweeps over the bonds, as no bond is alone.
 * Source: Acuaviva, Makam, Nieuwboer, Pérez-García, Sittner, Walter & Witteveen, arXiv:2209.14358 (the minimal
 * canonical form).
 */
export function balanced(tensors: readonly BlockTensor[], rows: number, columns: number): BlockTensor[] {
  const all = [...tensors];
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let change = 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const here = y * columns + x;
        change = Math.max(
          change,
          balance(all, here, RIGHT, y * columns + ((x + 1) % columns), LEFT),
          balance(all, here, UP, ((y + 1) % rows) * columns + x, DOWN),
        );
      }
    }
    if (change < BALANCED) break;
  }
  return all;
}

/** Balances the bond from one leg to another, and returns how far X was from 1. */
function balance(all: BlockTensor[], from: number, leg: number, to: number, other: number): number {
  const R = gram(all[from], leg);
  const L = gram(all[to], other);
  const root = power(R, 0.5);
  const inverseRoot = power(R, -0.5);
  if (root === undefined || inverseRoot === undefined) return 0;
  const middle = power(symmetric(multiply(multiply(root, L), root)), 0.5);
  if (middle === undefined) return 0;
  // X² R X² = L
  const square = symmetric(multiply(multiply(inverseRoot, middle), inverseRoot));
  const X = power(square, 0.5);
  const inverse = power(square, -0.5);
  if (X === undefined || inverse === undefined) return 0;
  all[from] = applied(all[from], leg, X);
  all[to] = applied(all[to], other, inverse);
  return X.values.reduce((most, x, k) => Math.max(most, Math.abs(x - (k % (X.rows + 1) === 0 ? 1 : 0))), 0);
}

/** Σ T T over all legs but one. */
function gram(tensor: BlockTensor, leg: number): Matrix {
  const rest = [0, 1, 2, 3].filter((k) => k !== leg);
  const { values } = contract(tensor, rest, flipped(tensor), rest);
  const n = dimensionOf(tensor.legs[leg]);
  return symmetric({ rows: n, columns: n, values });
}

function symmetric({ rows: n, values }: Matrix): Matrix {
  return { rows: n, columns: n, values: values.map((x, k) => (x + values[(k % n) * n + Math.floor(k / n)]) / 2) };
}

/** A power of a positive symmetric matrix; undefined if it is singular. */
function power(matrix: Matrix, exponent: number): Matrix | undefined {
  const { values, vectors } = symmetricEigen(matrix);
  const n = values.length;
  if (!(values[n - 1] > SINGULAR * values[0])) return undefined;
  const scaled = vectors.values.map((x, k) => x * values[k % n] ** exponent);
  return symmetric(multiply({ rows: n, columns: n, values: scaled }, vectors, { transposeB: true }));
}

/** A tensor with a symmetric matrix on one leg; entries between different charges, rounding errors, are left out. */
function applied(tensor: BlockTensor, leg: number, matrix: Matrix): BlockTensor {
  const own: Leg = tensor.legs[leg];
  const charges = own.sizes.flatMap((size, charge) => new Array<number>(size).fill(charge));
  const n = matrix.rows;
  const values = matrix.values.map((x, k) => (charges[k % n] === charges[Math.floor(k / n)] ? x : 0));
  const last = contract(tensor, [leg], { legs: [opposite(own), own], values }, [0]);
  return permute(
    last,
    [0, 1, 2, 3].map((k) => (k === leg ? 3 : k < leg ? k : k - 1)),
  );
}
