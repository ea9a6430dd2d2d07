/** Products of matrices in float64, by the kernels of assembly/linear/product.ts. */

import { knownOptions, refuse } from '../util/check.js';
import { LEARNING, type LearningMachine } from '../wasm/learning.js';
import { machineForCall } from '../wasm/machine.js';
import { checkFactor, type FloatMatrix, type Matrix } from './matrix.js';
import { Workspace } from './workspace.js';

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

/** A factor that is written where the product is made, such as a block of a tensor. */
export interface WrittenFactor {
  rows: number;
  columns: number;
  /** Writes all elements, row-major, into an array that is valid for the time of the call. */
  write(to: Float64Array): void;
}

/** A factor as the kernels see it: lines of terms, in an array or to be written. */
interface Lines {
  values: Float64Array | Float32Array | WrittenFactor['write'];
  lines: number;
  terms: number;
  lineSteps: number;
  termSteps: number;
}

/**
 * Products of matrices that share one memory, which grows to what the largest product needs and stays: at most 8 bytes per
 * element of both factors and of the largest of the three matrices, and less where one factor is small. A product is 2·rows·terms·columns operations in
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
    const plan = planOf(left, right);
    const values = product(left, right, plan, this.#workspace.room(plan.bytes)).slice();
    return { rows: left.lines, columns: right.lines, values };
  }
}

/** Bytes of lines in panels. */
const panelBytes = (lines: number, terms: number) => Math.ceil(lines / 4) * terms * 32;

/** Bytes of a factor's own numbers. */
const bytesOf = ({ values, lines, terms }: Lines) => (values instanceof Float32Array ? 4 : 8) * lines * terms;

/** Bytes of panels that a second-level cache holds beside others. */
const CACHED = 2 ** 17;

/** Where a product's parts lie, in bytes from its start, and in which parts the larger factor goes through the cache. */
interface Plan {
  /** Whether the larger factor is the one on the right. */
  rightward: boolean;
  /** Lines of the larger factor that are packed at a time. */
  atOnce: number;
  leftPanels: number;
  rightPanels: number;
  /** A factor's own numbers. */
  values: number;
  out: number;
  bytes: number;
}

/**
 * Where one factor is small, the other is packed in parts that stay in the cache until they are multiplied: with 25 rows
 * the way of the panels to the memory and back is a third of the time of a product. Else both are packed at once.
 */
function planOf(left: Lines, right: Lines): Plan {
  const { terms } = left;
  const rightward = right.lines >= left.lines;
  const [small, large] = rightward ? [left, right] : [right, left];
  const part = 8 * Math.max(1, Math.floor(CACHED / (64 * terms)));
  const atOnce = panelBytes(small.lines, terms) > CACHED ? large.lines : Math.min(large.lines, part);
  const leftPanels = TILE;
  const rightPanels = leftPanels + panelBytes(rightward ? left.lines : atOnce, terms);
  const values = rightPanels + panelBytes(rightward ? atOnce : right.lines, terms);
  const most = Math.max(bytesOf(left), bytesOf(right));
  // packed as a whole, a factor gives its place to the result
  const out = atOnce < large.lines ? values + Math.ceil(most / 8) * 8 : values;
  const bytes = Math.max(values + most, out + 8 * left.lines * right.lines);
  return { rightward, atOnce, leftPanels, rightPanels, values, out, bytes };
}

/** A factor's own numbers to this place. */
function copyIn({ values, lines, terms }: Lines, { memory }: LearningMachine<'all'>, place: number): void {
  if (values instanceof Float32Array) new Float32Array(memory.buffer, place, values.length).set(values);
  else if (values instanceof Float64Array) new Float64Array(memory.buffer, place, values.length).set(values);
  else values(new Float64Array(memory.buffer, place, lines * terms));
}

/** Packs lines of the factor whose numbers lie at this place. */
function packLines(
  { values, terms, lineSteps, termSteps }: Lines,
  first: number,
  count: number,
  { kernels }: LearningMachine<'all'>,
  place: number,
  panels: number,
): void {
  const size = values instanceof Float32Array ? 4 : 8;
  const from = place + first * lineSteps * size;
  if (size === 8) kernels.packPanels(from, count, terms, lineSteps * size, termSteps * size, panels);
  else kernels.packFloatPanels(from, count, terms, lineSteps * size, termSteps * size, panels);
}

/** A·B in the machine's memory, which holds until its next call. */
function product(left: Lines, right: Lines, plan: Plan, machine: LearningMachine<'all'>): Float64Array {
  const { rightward, atOnce } = plan;
  const tile = machine.at.all;
  const place = tile + plan.values;
  const leftPanels = tile + plan.leftPanels;
  const rightPanels = tile + plan.rightPanels;
  const small = rightward ? left : right;
  const large = rightward ? right : left;
  copyIn(small, machine, place);
  packLines(small, 0, small.lines, machine, place, rightward ? leftPanels : rightPanels);
  copyIn(large, machine, place);
  const { lines: rows, terms } = left;
  const { lines: columns } = right;
  const out = new Float64Array(machine.memory.buffer, tile + plan.out, rows * columns);
  for (let first = 0; first < large.lines; first += atOnce) {
    const count = Math.min(atOnce, large.lines - first);
    packLines(large, first, count, machine, place, rightward ? rightPanels : leftPanels);
    if (first === 0) out.fill(0);
    const sums = out.byteOffset + 8 * first * (rightward ? 1 : columns);
    const [height, width] = rightward ? [rows, count] : [count, columns];
    machine.kernels.multiplyPanels(leftPanels, rightPanels, height, width, terms, sums, 8 * columns, tile);
  }
  return out;
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
 * A·B, or with the transposes that the options say, as `Products.multiply`. Up to 64 MiB of memory, enough for
 * factors of 1600×1600, are kept between calls; for many larger products `new Products()` is the better choice.
 * @throws TypeError for a wrong kind; RangeError for matrices that do not fit, an unknown option, or if there is no
 *   memory for them
 */
export function multiply(
  a: Matrix | FloatMatrix,
  b: Matrix | FloatMatrix,
  options: ProductOptions = NO_OPTIONS,
): Matrix {
  const [left, right] = checkFactors(a, b, options);
  const plan = planOf(left, right);
  const values = product(left, right, plan, machineForCall(LEARNING, { all: plan.bytes })).slice();
  return { rows: left.lines, columns: right.lines, values };
}

/**
 * `multiply`, its elements rounded to float32 at last.
 * @throws TypeError or RangeError as `multiply`
 */
export function multiplyToFloats(
  a: Matrix | FloatMatrix,
  b: Matrix | FloatMatrix,
  options: ProductOptions = NO_OPTIONS,
): FloatMatrix {
  const [left, right] = checkFactors(a, b, options);
  const plan = planOf(left, right);
  const machine = machineForCall(LEARNING, { all: plan.bytes });
  const { buffer, byteOffset, length } = product(left, right, plan, machine);
  machine.kernels.roundToFloats(byteOffset, length);
  return { rows: left.lines, columns: right.lines, values: new Float32Array(buffer, byteOffset, length).slice() };
}

/**
 * A·B of factors that are written into the kernels' memory, and taken from there, without copies between: for code that
 * gathers and scatters anyway. The arguments are not checked, and no call in between may use this memory.
 * @param take reads the product, row-major, which holds until it returns
 */
export function multiplyWritten(a: WrittenFactor, b: WrittenFactor, take: (product: Float64Array) => void): void {
  const left: Lines = { values: a.write, lines: a.rows, terms: a.columns, lineSteps: a.columns, termSteps: 1 };
  const right: Lines = { values: b.write, lines: b.columns, terms: b.rows, lineSteps: 1, termSteps: b.columns };
  const plan = planOf(left, right);
  take(product(left, right, plan, machineForCall(LEARNING, { all: plan.bytes })));
}
