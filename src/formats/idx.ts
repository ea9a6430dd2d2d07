/**
 * The IDX format of the MNIST files: one array, big-endian, C order.
 *
 *     offset 0   0  0  type  dimensions
 *     then       one u32 per dimension
 *     then       the entries, without gaps, to the end
 *
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".
 */

import { knownOptions, objectWith, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { gunzip, isGzip } from './gzip.js';
import type { NpyArray } from './npy.js';
import { checkedShape, codeOf, countOf, littleEndianBytes, type NumericCode, numericArray, sizeOf } from './numeric.js';

/** Codes of the types of entries. */
const TYPES: Readonly<Record<number, NumericCode>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };

/** Whether the bytes begin as an IDX file does. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && Object.hasOwn(TYPES, bytes[2]);
}

/**
 * The bytes of an IDX file; not compressed.
 * @throws TypeError or RangeError for data of a type that the format lacks (64-bit integers, unsigned ones of more than
 *   8 bits), for more than 255 dimensions or a side of 2^32, and if the product of the shape is not the data's length
 */
export function encodeIdx(array: NpyArray): Uint8Array<ArrayBuffer> {
  const { shape, data } = objectWith('array', array, ['shape', 'data'], 'array with shape and data');
  const code = codeOf('data', data);
  const type = Object.keys(TYPES).find((key) => TYPES[Number(key)] === code);
  if (type === undefined) refuse('data', 'entries of type u1, i1, i2, i4, f4 or f8', code);
  checkedShape('shape', shape, data);
  if (shape.length > 255) refuse('shape', 'at most 255 dimensions', shape.length);
  shape.forEach((side, k) => {
    if (side >= 2 ** 32) refuse(`shape[${k}]`, 'integer < 2^32', side);
  });
  const begin = 4 + 4 * shape.length;
  const bytes = new Uint8Array(begin + data.byteLength);
  bytes.set([0, 0, Number(type), shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((side, k) => {
    view.setUint32(4 + 4 * k, side);
  });
  bytes.set(littleEndianBytes(data), begin);
  const size = sizeOf(code);
  for (let at = begin; size > 1 && at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}

/**
 * The array of an IDX file, plain or gzipped, in fresh memory.
 * @param path named in errors; offsets count in the file once inflated
 * @param options.limit most bytes of a gzipped file's content; default 2 GiB
 * @throws FormatError for an unknown type, a file shorter or longer than its header says, and as `gunzip`
 */
export function decodeIdx(bytes: Uint8Array, path?: string, options: { limit?: number } = {}): NpyArray {
  knownOptions('decodeIdx', options, ['limit']);
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  if (!isGzip(bytes)) return readIdx(bytes, path);
  const content = gunzip(bytes, path, options.limit);
  try {
    return readIdx(content, path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.reason} at byte ${error.offset} once inflated`, 0, path);
  }
}

function readIdx(bytes: Uint8Array, path?: string): NpyArray {
  const fail = (reason: string, offset: number): never => {
    throw new FormatError(reason, Math.min(offset, bytes.length), path);
  };
  if (bytes.length < 4) fail('ends inside its header', bytes.length);
  if (bytes[0] !== 0 || bytes[1] !== 0) fail('not an IDX file: it does not begin with two zero bytes', 0);
  const code = TYPES[bytes[2]] ?? fail(`entries of type ${bytes[2]} are not supported`, 2);
  const dimensions = bytes[3];
  const begin = 4 + 4 * dimensions;
  if (bytes.length < begin) fail(`ends inside the ${dimensions} sides of its header`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, k) => view.getUint32(4 + 4 * k));
  const needed = countOf(shape) * sizeOf(code);
  const present = bytes.length - begin;
  if (needed > present) {
    fail(`shape [${shape.join(', ').slice(0, 80)}] of ${code} needs ${needed} bytes, ${present} are present`, begin);
  }
  if (needed < present) fail(`${present - needed} bytes after the data`, begin + needed);
  return { shape, data: numericArray(bytes, begin, bytes.length, code, false) };
}
