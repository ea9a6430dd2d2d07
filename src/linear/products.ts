/** Products of matrices in float64, by the kernels of assembly/linear/product.ts. */

import { knownOptions, refuse } from '../util/check.js';
import type { Machine } from '../wasm/machine.js';
import { checkFactor, type FloatMatrix, type Matrix } from './matrix.js';
import { forOneCall, Workspace } from './workspace.js';

/** Options of a product. */
export interface ProductOptions {
  /** Aᵀ instead of A. Default false. */
  transposeA?: boolean;
  /** Bᵀ instead of B. Default false. */
  transposeB?: boolean;
}

const NO_OPTIONS: ProductOptions = {};

/** Bytes of the kernel's tile. */
const TILE = 128;

/** A factor as the kernels see it: lines of terms. */
interface Lines {
  values: Float64Array | Float32Array;
  lines: number;
  terms: number;
  lineSteps: number;
  termSteps: number;
}

/**
 * Products of matrices that share one memory, which grows to what the largest product needs and stays: 8 bytes per
 * element of both factors and of the largest of the three matrices. A product is 2·rows·terms·columns operations in
 * float64. Each element of it is 0 plus one product after another, in the order of the terms, everything rounded to
 * float64, as three plain loops have it: so the bits depend on nothing but the factors, and an infinite number or NaN
 * reaches the elements that it reaches there.
 */
export class Products {
  readonly #workspace = new Workspace();

  /** Bytes held. */
  get bytes(): number {
    return this.#workspace.bytes;
  }

  /**
   * A·B, or with the transposes that the options say.
   * @param a [rows, terms] (`transposeA`: [terms, rows]); read, not kept; of float32 numbers too
   * @param b [terms, columns] (`transposeB`: [columns, terms]); read, not kept; of float32 numbers too
   * @returns [rows, columns] in a fresh array
   * @throws TypeError for a wrong kind; RangeError for matrices that do not fit, an unknown option, or if there is no
   *   memory for them
   */
  multiply(a: Matrix | FloatMatrix, b: Matrix | FloatMatrix, options: ProductOptions = NO_OPTIONS): Matrix {
    const [left, right] = checkFactors(a, b, options);
    return product(left, right, this.#workspace.room(roomFor(left, right)));
  }
}

/** Bytes of a factor in panels. */
const panelBytes = ({ lines, terms }: Lines) => Math.ceil(lines / 4) * terms * 32;

/** Bytes of all that a product needs. A factor's own numbers, and then those of the result, lie at the same place. */
function roomFor(left: Lines, right: Lines): number {
  const most = Math.max(left.values.byteLength, right.values.byteLength, 8 * left.lines * right.lines);
  return TILE + panelBytes(left) + panelBytes(right) + most;
}

function product(left: Lines, right: Lines, { kernels, at, memory }: Machine<'all'>): Matrix {
  const [rows, columns, terms] = [left.lines, right.lines, left.terms];
  const tile = at.all;
  const leftPanels = tile + TILE;
  const rightPanels = leftPanels + panelBytes(left);
  const place = rightPanels + panelBytes(right);
  const pack = ({ values, lines, lineSteps, termSteps }: Lines, panels: number) => {
    const size = values.BYTES_PER_ELEMENT;
    if (values instanceof Float64Array) {
      new Float64Array(memory.buffer, place, values.length).set(values);
      kernels.packPanels(place, lines, terms, lineSteps * size, termSteps * size, panels);
    } else {
      new Float32Array(memory.buffer, place, values.length).set(values);
      kernels.packFloatPanels(place, lines, terms, lineSteps * size, termSteps * size, panels);
    }
  };
  pack(left, leftPanels);
  pack(right, rightPanels);
  const out = new Float64Array(memory.buffer, place, rows * columns);
  out.fill(0);
  kernels.multiplyPanels(leftPanels, rightPanels, rows, columns, terms, place, tile);
  return { rows, columns, values: out.slice() };
}

/** Rows of A and columns of B as lines of the same terms. */
function checkFactors(a: Matrix | FloatMatrix, b: Matrix | FloatMatrix, options: ProductOptions): [Lines, Lines] {
  const { transposeA = false, transposeB = false } = knownOptions('multiply', options, ['transposeA', 'transposeB']);
  checkFactor('a', a);
  checkFactor('b', b);
  if (typeof transposeA !== 'boolean') refuse('transposeA', 'true or false', transposeA, 'type');
  if (typeof transposeB !== 'boolean') refuse('transposeB', 'true or false', transposeB, 'type');
  const left = linesOf(a, transposeA);
  const right = linesOf(b, !transposeB);
  if (right.terms !== left.terms) {
    refuse('b', `matrix of ${left.terms} ${transposeB ? 'columns' : 'rows'}`, `${b.rows}×${b.columns}`);
  }
  return [left, right];
}

/** The rows of a matrix, or its columns. */
function linesOf({ rows, columns, values }: Matrix | FloatMatrix, ofColumns: boolean): Lines {
  return ofColumns
    ? { values, lines: columns, terms: rows, lineSteps: 1, termSteps: columns }
    : { values, lines: rows, terms: columns, lineSteps: columns, termSteps: 1 };
}

/**
 * A·B, or with the transposes that the options say, as `Products.multiply`. Up to 16 MiB of memory, enough for
 * factors of 800×800, are kept between calls; for many larger products `new Products()` is the better choice.
 * @throws TypeError for a wrong kind; RangeError for matrices that do not fit, an unknown option, or if there is no
 *   memory for them
 */
export function multiply(
  a: Matrix | FloatMatrix,
  b: Matrix | FloatMatrix,
  options: ProductOptions = NO_OPTIONS,
): Matrix {
  const [left, right] = checkFactors(a, b, options);
  return product(left, right, forOneCall(roomFor(left, right)));
}
