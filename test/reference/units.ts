/** Binary units (assembly/rbm/units.ts): inputs to probabilities, probabilities to bits, bits to the kernels' table indices and back. */

import { type Stream, uniform } from './streams.js';

const { fround } = Math;

/** Units of a panel: each panel draws from a stream of its own. */
export const PANEL = 20;
/** An index entry is this times a nibble. */
const ENTRY = 80;

/** n rounded up to a multiple of m. */
export const roundUp = (n: number, m: number) => Math.ceil(n / m) * m;

/** eˣ in f32 for x in ±87 and beyond that e^±87: 2ᵏ·(1 + r + r²/2 + … + r⁶/720), every operation rounded to f32. */
export function exp32(x: number): number {
  const clamped = Math.min(Math.max(x, -87), 87);
  // adding 1.5·2²³ leaves no bits for a fraction: the nearest integer, ties to even
  const k = fround(fround(fround(clamped * fround(Math.LOG2E)) + 12582912) - 12582912);
  let r = fround(clamped - fround(k * fround(0.693359375)));
  r = fround(r - fround(k * fround(-2.1219444e-4)));
  let sum = fround(fround(r * fround(1 / 720)) + fround(1 / 120));
  sum = fround(fround(sum * r) + fround(1 / 24));
  sum = fround(fround(sum * r) + fround(1 / 6));
  sum = fround(fround(sum * r) + 0.5);
  sum = fround(fround(fround(sum * r) * r) + fround(r + 1));
  return fround(sum * 2 ** k);
}

/** σ(x) = 1/(1 + e^-x) in f32; exactly 0 below -87. */
export function sigmoid32(x: number): number {
  if (x < -87) return 0;
  return fround(1 / fround(1 + exp32(-x)));
}

/**
 * One bit [u < p] a unit. A panel's stream gives one four of numbers for each row (rows rounded up to multiples of four) and each four units; the rows of
 * the first four units come first, then those of the next four.
 * @param means p, [rows, units]
 * @param streams one a panel of 20 units
 * @returns [rows, units]
 */
export function sampleUnits(means: Float32Array, rows: number, units: number, streams: Stream[]): Uint8Array {
  const bits = new Uint8Array(rows * units);
  const padded = roundUp(rows, 4);
  streams.forEach((stream, panel) => {
    const numbers = stream.fill(padded * (PANEL / 4));
    for (let j = panel * PANEL; j < Math.min((panel + 1) * PANEL, units); j++) {
      for (let r = 0; r < rows; r++) {
        const four = ((j % PANEL) >> 2) * padded + r;
        const u = uniform(numbers[4 * four + (j & 3)]);
        bits[r * units + j] = u < means[r * units + j] ? 1 : 0;
      }
    }
  });
  return bits;
}

/**
 * The kernels' index of rows of bits: entry g of a row is 80 times the nibble of units 4g .. 4g+3, units that are missing being 0.
 * @param bits [rows, units]
 * @param groups entries a row; as many as whole panels have, when left out
 * @returns [rows, groups]
 */
export function indexOf(
  bits: Uint8Array,
  rows: number,
  units: number,
  groups: number = roundUp(units, PANEL) / 4,
): Uint16Array {
  const index = new Uint16Array(rows * groups);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < units; i++) index[r * groups + (i >> 2)] += bits[r * units + i] * (ENTRY << (i & 3));
  }
  return index;
}

/** [rows, columns] → [columns, rows]. */
export function transpose<T extends Uint8Array | Float32Array>(matrix: T, rows: number, columns: number): T {
  const result = matrix.slice() as T;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  return result;
}

/** Number of rows in which each unit is 1. */
export function countUnits(bits: Uint8Array, rows: number, units: number): Float32Array {
  const sums = new Float32Array(units);
  for (let r = 0; r < rows; r++) for (let i = 0; i < units; i++) sums[i] += bits[r * units + i];
  return sums;
}

/** Rows of 0 and 1 → rows of bits, ceil(units/8) bytes each, least significant bit first. */
export function packRows(bits: Uint8Array, rows: number, units: number): Uint8Array {
  const stride = Math.ceil(units / 8);
  const bytes = new Uint8Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < units; i++) bytes[r * stride + (i >> 3)] |= bits[r * units + i] << (i & 7);
  }
  return bytes;
}
