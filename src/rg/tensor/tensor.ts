/**
 * Tensors that conserve a charge. Every index of a leg has a charge c in Z_q, and an entry can differ from 0 only where
 * Σ arrow·c over all legs is 0 mod q: for the Ising model q = 2 and the charge is the parity under a flip of all spins,
 * for Potts models it is that of the cyclic shift of the states; q = 1 is no symmetry at all. Entries are kept in a
 * plain row-major array, zeros included, with the indices of a leg in the order of their charges; whatever costs time
 * (products, singular values) works on the blocks of one charge, which are gathered from there. That is q to q² times
 * less work than without the symmetry, and the charges of everything that comes out are exact.
 */

import { type Matrix, truncatedSvd } from '../../linear/index.js';
import { multiplyWritten } from '../../linear/products.js';

/** A leg of a tensor. */
export interface Leg {
  /** Number of indices of each charge 0 to q - 1; indices are in the order of their charges. */
  sizes: readonly number[];
  /** Sign with which the charge counts; two legs that are summed over have opposite ones. */
  arrow: 1 | -1;
}

/** A tensor of any number of legs. */
export interface BlockTensor {
  legs: readonly Leg[];
  /** Row-major, last leg fastest. */
  values: Float64Array;
}

/** Dimension χ of a leg. */
export function dimensionOf(leg: Leg): number {
  return leg.sizes.reduce((sum, size) => sum + size, 0);
}

/** The leg that fits to another one. */
export function opposite({ sizes, arrow }: Leg): Leg {
  return { sizes, arrow: arrow === 1 ? -1 : 1 };
}

/** The charge of each index of a leg. */
function chargesOf(leg: Leg): Int32Array {
  const charges = new Int32Array(dimensionOf(leg));
  let from = 0;
  leg.sizes.forEach((size, charge) => {
    charges.fill(charge, from, from + size);
    from += size;
  });
  return charges;
}

/** δ between a leg and its opposite: contracting both legs of the tensor that owns `leg` takes a trace. */
export function identity(leg: Leg): BlockTensor {
  const n = dimensionOf(leg);
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) values[i * n + i] = 1;
  return { legs: [leg, opposite(leg)], values };
}

/** The same numbers with all arrows turned: the conjugate of a real tensor. */
export function flipped({ legs, values }: BlockTensor): BlockTensor {
  return { legs: legs.map(opposite), values };
}

/** A tensor of zeros. */
export function zeros(legs: readonly Leg[]): BlockTensor {
  return { legs, values: new Float64Array(legs.reduce((size, leg) => size * dimensionOf(leg), 1)) };
}

/** Tables that are kept, and the numbers that they may have together. */
const kept = new Map<string, Int32Array[]>();
const MAX_KEPT = 2 ** 20;
let keptNumbers = 0;

/**
 * The places in `values` of the index tuples of some legs of a tensor, by the sum of their signed charges mod q. The
 * same few shapes come again and again, so the tables are kept.
 */
function offsetsByCharge(legs: readonly Leg[], chosen: readonly number[]): Int32Array[] {
  const key = `${legs.map(({ sizes, arrow }) => `${arrow}*${sizes}`).join()}:${chosen}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const groups = makeOffsets(legs, chosen);
  const numbers = groups.reduce((sum, group) => sum + group.length, 0);
  if (numbers > MAX_KEPT / 4) return groups;
  if (keptNumbers + numbers > MAX_KEPT) {
    kept.clear();
    keptNumbers = 0;
  }
  kept.set(key, groups);
  keptNumbers += numbers;
  return groups;
}

function makeOffsets(legs: readonly Leg[], chosen: readonly number[]): Int32Array[] {
  const order = legs[0].sizes.length;
  const strides = new Array<number>(legs.length).fill(1);
  for (let k = legs.length - 2; k >= 0; k--) strides[k] = strides[k + 1] * dimensionOf(legs[k + 1]);
  let offsets = Int32Array.of(0);
  let charges = Int32Array.of(0);
  for (const k of chosen) {
    const own = chargesOf(legs[k]);
    const { arrow } = legs[k];
    const nextOffsets = new Int32Array(offsets.length * own.length);
    const nextCharges = new Int32Array(offsets.length * own.length);
    let place = 0;
    for (let i = 0; i < offsets.length; i++) {
      for (let j = 0; j < own.length; j++) {
        nextOffsets[place] = offsets[i] + j * strides[k];
        nextCharges[place++] = (charges[i] + arrow * own[j] + order) % order;
      }
    }
    [offsets, charges] = [nextOffsets, nextCharges];
  }
  const counts = new Int32Array(order);
  for (let i = 0; i < charges.length; i++) counts[charges[i]]++;
  const groups = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let i = 0; i < charges.length; i++) groups[charges[i]][counts[charges[i]]++] = offsets[i];
  return groups;
}

/** Entries at the places row + column for each row and column, row-major, into `to`. */
function gather(all: Float64Array, rows: Int32Array, columns: Int32Array, to: Float64Array): void {
  const n = columns.length;
  for (let i = 0, place = 0; i < rows.length; i++) {
    const row = rows[i];
    for (let j = 0; j < n; j++) to[place++] = all[row + columns[j]];
  }
}

/** Entries, row-major, to the places row + column. */
function scatter(from: Float64Array, rows: Int32Array, columns: Int32Array, all: Float64Array): void {
  const n = columns.length;
  for (let i = 0, place = 0; i < rows.length; i++) {
    const row = rows[i];
    for (let j = 0; j < n; j++) all[row + columns[j]] = from[place++];
  }
}

/** The blocks of a tensor read as a matrix: one per charge of its rows. */
export function matricise(tensor: BlockTensor, rows: readonly number[], columns: readonly number[]): Matrix[] {
  const order = tensor.legs[0].sizes.length;
  const left = offsetsByCharge(tensor.legs, rows);
  const right = offsetsByCharge(tensor.legs, columns);
  return left.map((from, charge) => {
    const to = right[(order - charge) % order];
    const values = new Float64Array(from.length * to.length);
    gather(tensor.values, from, to, values);
    return { rows: from.length, columns: to.length, values };
  });
}

/** The inverse of `matricise`: a tensor with these legs, of which the first `split` are the rows of the blocks. */
export function assemble(blocks: readonly Matrix[], legs: readonly Leg[], split: number): BlockTensor {
  const tensor = zeros(legs);
  const order = legs[0].sizes.length;
  const places = legs.map((_, k) => k);
  const left = offsetsByCharge(legs, places.slice(0, split));
  const right = offsetsByCharge(legs, places.slice(split));
  blocks.forEach(({ values }, charge) => {
    scatter(values, left[charge], right[(order - charge) % order], tensor.values);
  });
  return tensor;
}

/** The legs of a tensor that are not among some, in their order. */
function others(tensor: BlockTensor, chosen: readonly number[]): number[] {
  return tensor.legs.map((_, k) => k).filter((k) => !chosen.includes(k));
}

/**
 * Σ over pairs of legs: leg `summedA[k]` of a with leg `summedB[k]` of b. The legs of the result are the others of a,
 * then the others of b, each in their order.
 */
export function contract(
  a: BlockTensor,
  summedA: readonly number[],
  b: BlockTensor,
  summedB: readonly number[],
): BlockTensor {
  const [freeA, freeB] = [others(a, summedA), others(b, summedB)];
  const legs = [...freeA.map((k) => a.legs[k]), ...freeB.map((k) => b.legs[k])];
  const result = zeros(legs);
  const order = a.legs[0].sizes.length;
  const opposite = (charge: number) => (order - charge) % order;
  const rowsA = offsetsByCharge(a.legs, freeA);
  const columnsA = offsetsByCharge(a.legs, summedA);
  const rowsB = offsetsByCharge(b.legs, summedB);
  const columnsB = offsetsByCharge(b.legs, freeB);
  const places = legs.map((_, k) => k);
  const rows = offsetsByCharge(legs, places.slice(0, freeA.length));
  const columns = offsetsByCharge(legs, places.slice(freeA.length));
  for (let charge = 0; charge < order; charge++) {
    // block `charge` of a, by the charge of its rows, meets block `charge` of b: its columns have the opposite one
    const [fromA, toA] = [rowsA[charge], columnsA[opposite(charge)]];
    const [fromB, toB] = [rowsB[charge], columnsB[opposite(charge)]];
    if (fromA.length * toA.length * toB.length === 0) continue;
    multiplyWritten(
      { rows: fromA.length, columns: toA.length, write: (to) => gather(a.values, fromA, toA, to) },
      { rows: fromB.length, columns: toB.length, write: (to) => gather(b.values, fromB, toB, to) },
      (product) => scatter(product, rows[charge], columns[opposite(charge)], result.values),
    );
  }
  return result;
}

/** Σ over all legs: leg k of a with leg `summed[k]` of b. */
export function contractAll(a: BlockTensor, b: BlockTensor, summed: readonly number[]): number {
  const { values } = permute(b, summed);
  return a.values.reduce((sum, x, place) => sum + x * values[place], 0);
}

/** The tensor with its legs in another order: leg k of the result is leg `order[k]`. */
export function permute(tensor: BlockTensor, order: readonly number[]): BlockTensor {
  return assemble(
    matricise(tensor, order.slice(0, 1), order.slice(1)),
    order.map((k) => tensor.legs[k]),
    1,
  );
}

/** A copy whose entries are multiplied by a factor per index of one leg. */
export function scaleLeg(tensor: BlockTensor, leg: number, factors: ArrayLike<number>): BlockTensor {
  const inner = tensor.legs.slice(leg + 1).reduce((size, each) => size * dimensionOf(each), 1);
  const n = dimensionOf(tensor.legs[leg]);
  const values = tensor.values.slice();
  for (let place = 0; place < values.length; ) {
    for (let j = 0; j < n; j++) {
      const factor = factors[j];
      for (let k = 0; k < inner; k++) values[place++] *= factor;
    }
  }
  return { legs: tensor.legs, values };
}

/** A copy with all entries multiplied by a number. */
export function scaled(tensor: BlockTensor, factor: number): BlockTensor {
  const values = new Float64Array(tensor.values.length);
  for (let k = 0; k < values.length; k++) values[k] = tensor.values[k] * factor;
  return { legs: tensor.legs, values };
}

/** Σ x² of all entries, the square of the norm. */
export function squaredNorm({ values }: BlockTensor): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
  return sum;
}

/** The leading terms of M = Σ_α s_α u_α v_α. */
export interface Split {
  /** The row legs, then the new one. */
  u: BlockTensor;
  /** Singular values in the order of the new leg's indices: by charge, within one descending. */
  s: Float64Array;
  /** The new leg, then the column legs. */
  v: BlockTensor;
  /** Σ of squares of the singular values left out, as a share of that of all. */
  discarded: number;
}

/** Singular values below this share of the largest are rounding. */
const NEGLIGIBLE = 1e-14;

/**
 * The `rank` largest singular values of a tensor as a matrix of `rows` (legs) by the other legs, over all charges; the
 * same number from everywhere, so that which charges are kept is decided by the values alone.
 */
export function split(tensor: BlockTensor, rows: readonly number[], rank: number, negligible = NEGLIGIBLE): Split {
  const columns = others(tensor, rows);
  const blocks = matricise(tensor, rows, columns);
  const full = blocks.map((block) => Math.min(block.rows, block.columns));
  // most often the charges share the bond evenly: those where even the last value asked for is kept are asked for more
  let asked = full.map((most) => Math.min(most, Math.ceil((1.25 * rank) / blocks.length) + 2));
  const parts = blocks.map((block, charge) => leading(block, asked[charge]));
  const values = () => parts.map(({ s }) => s);
  for (;;) {
    const { least } = largest(values(), rank, 0);
    const short = asked.map(
      (count, charge) => count < Math.min(full[charge], rank) && parts[charge].s[count - 1] >= least,
    );
    if (!short.includes(true)) break;
    asked = asked.map((count, charge) => (short[charge] ? Math.min(full[charge], rank) : count));
    short.forEach((again, charge) => {
      if (again) parts[charge] = leading(blocks[charge], asked[charge]);
    });
  }
  const { sizes } = largest(values(), rank, negligible);
  const legs = tensor.legs;
  const inward: Leg = { sizes, arrow: -1 };
  const u = assemble(
    parts.map((part, charge) => firstColumns(part.u, sizes[charge])),
    [...rows.map((k) => legs[k]), inward],
    rows.length,
  );
  const v = assemble(
    parts.map((part, charge) => transposed(firstColumns(part.v, sizes[charge]))),
    [opposite(inward), ...columns.map((k) => legs[k])],
    1,
  );
  const s = Float64Array.from(parts.flatMap((part, charge) => [...part.s.slice(0, sizes[charge])]));
  const all = squaredNorm(tensor);
  return { u, s, v, discarded: all > 0 ? Math.max(0, 1 - s.reduce((sum, x) => sum + x * x, 0) / all) : 0 };
}

function leading(block: Matrix, count: number): { u: Matrix; s: Float64Array; v: Matrix } {
  if (count === 0 || block.values.every((x) => x === 0)) {
    const empty = (rows: number) => ({ rows, columns: 0, values: new Float64Array(0) });
    return { u: empty(block.rows), s: new Float64Array(0), v: empty(block.columns) };
  }
  return truncatedSvd(block, count);
}

/**
 * How many values of each charge are among the `rank` largest of all, given those of each charge in descending order;
 * of values that are equal the first charges' are taken. Those up to a share of the largest are left out.
 */
export function largest(
  values: readonly Float64Array[],
  rank: number,
  negligible: number,
): { sizes: number[]; least: number } {
  const sorted = values.flatMap((own) => [...own]).sort((a, b) => b - a);
  const least = sorted[rank - 1] ?? 0;
  const sizes = values.map((own) => own.filter((x) => x >= least && x > negligible * sorted[0]).length);
  for (let excess = sizes.reduce((sum, size) => sum + size, 0) - rank; excess > 0; excess--) {
    sizes[sizes.findLastIndex((size, charge) => size > 0 && values[charge][size - 1] === least)]--;
  }
  return { sizes, least };
}

/** The first columns of a matrix. */
export function firstColumns(a: Matrix, count: number): Matrix {
  const values = new Float64Array(a.rows * count);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < count; j++) values[i * count + j] = a.values[i * a.columns + j];
  }
  return { rows: a.rows, columns: count, values };
}

function transposed(a: Matrix): Matrix {
  const values = new Float64Array(a.values.length);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) values[j * a.rows + i] = a.values[i * a.columns + j];
  }
  return { rows: a.columns, columns: a.rows, values };
}
