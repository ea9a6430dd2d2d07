/** Numeric arrays as the bytes of a file: their types, the sizes of their entries and the order of their bytes. */

import { integer, refuse } from '../util/check.js';

/** The typed arrays of files: bool is read as Uint8Array of 0 and 1, 64-bit integers as BigInt arrays. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Kind and size of an entry as NumPy writes it, without the byte order. */
export type NumericCode = 'i1' | 'u1' | 'i2' | 'u2' | 'i4' | 'u4' | 'i8' | 'u8' | 'f4' | 'f8';

/** The typed array of each code. */
export const ARRAYS = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

export const CODES = Object.keys(ARRAYS) as NumericCode[];

/**
 * Type of the entries of a typed array.
 * @throws TypeError for anything other than a `NumericArray`
 */
export function codeOf(name: string, data: NumericArray): NumericCode {
  // By the tag, not by the constructor, so that arrays of another frame or worker, and Node's Buffer, are accepted.
  const tag = ArrayBuffer.isView(data) ? (data as NumericArray)[Symbol.toStringTag] : '';
  const code = CODES.find((candidate) => ARRAYS[candidate].name === tag);
  return code ?? refuse(name, 'typed array of 8, 16, 32 or 64 bit integers, or of 32 or 64 bit floats', data, 'type');
}

/** Bytes per entry. */
export function sizeOf(code: NumericCode): number {
  return ARRAYS[code].BYTES_PER_ELEMENT;
}

/** Number of entries of an array of this shape: the product, 1 for []; possibly Infinity or beyond 2^53, never NaN. */
export function countOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
}

/**
 * `shape`, checked against its data.
 * @throws TypeError if not an array of integers >= 0; RangeError if the product is not the length of the data
 */
export function checkedShape(name: string, shape: readonly number[], data: { length: number }): readonly number[] {
  if (!Array.isArray(shape)) refuse(name, 'array of integers >= 0', shape, 'type');
  for (let k = 0; k < shape.length; k++) integer(`${name}[${k}]`, shape[k], 0);
  if (countOf(shape) !== data.length) {
    throw new RangeError(`"${name}" expected ${data.length} entries, as the data have, got [${shape.join(', ')}]`);
  }
  return shape;
}

/** The entries as little-endian bytes: a view on the data if the machine is little-endian, as nearly all are. */
export function littleEndianBytes(data: NumericArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return hostIsLittleEndian() ? bytes : swapBytes(new Uint8Array(bytes), data.BYTES_PER_ELEMENT);
}

/** Bytes [begin, end) as a fresh typed array; the caller has checked that they are whole entries inside `bytes`. */
export function numericArray(
  bytes: Uint8Array,
  begin: number,
  end: number,
  code: NumericCode,
  littleEndian: boolean,
): NumericArray {
  const copy = new Uint8Array(end - begin);
  copy.set(bytes.subarray(begin, end));
  if (littleEndian !== hostIsLittleEndian()) swapBytes(copy, sizeOf(code));
  return new ARRAYS[code](copy.buffer);
}

/**
 * Bytes [begin, end) of IEEE 754 halves (NumPy's f2) as single floats, every value kept; the caller has checked that
 * they are whole entries. A half has 1 sign, 5 exponent (bias 15) and 10 fraction bits.
 */
export function halves(bytes: Uint8Array, begin: number, end: number, littleEndian: boolean): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin, end - begin);
  const singles = new Float32Array((end - begin) / 2);
  const patterns = new Uint32Array(singles.buffer);
  for (let k = 0; k < singles.length; k++) {
    const half = view.getUint16(2 * k, littleEndian);
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    // subnormal halves are normal singles: fraction·2^-24, which is exact
    if (exponent === 0) singles[k] = (sign === 0 ? 1 : -1) * fraction * (1 / 16_777_216);
    else patterns[k] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return singles;
}

/** Bytes [begin, end) of little-endian bfloat16, the upper halves of single floats, as such, every value kept. */
export function brainFloats(bytes: Uint8Array, begin: number, end: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin, end - begin);
  const patterns = Uint32Array.from({ length: (end - begin) / 2 }, (_, k) => view.getUint16(2 * k, true) << 16);
  return new Float32Array(patterns.buffer);
}

function hostIsLittleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}

/** Reverses the bytes of every entry, in place. */
function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  for (let begin = 0; size > 1 && begin < bytes.length; begin += size) {
    for (let low = begin, high = begin + size - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
  return bytes;
}
