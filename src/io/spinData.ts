/** Spin configurations as an .npz file, and from the files of other programs. */

import { strictJson } from '../formats/json.js';
import { decodeNpy, inspectNpy, type NpyArray, tuple } from '../formats/npy.js';
import { decodeNpz, encodeNpz, readNpz } from '../formats/npz.js';
import { type Provenance, planeOf, SpinData } from '../ising/data/spinData.js';
import { instanceOf, knownOptions, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { checkSpinArrayOptions, fitSpins, indexOf, type SpinArrayOptions, Unfit } from './spinArray.js';
import { decodeSpinFile, isSpinFile } from './spinFile.js';
import { refuseOthers, refuseStranger } from './stranger.js';

/**
 * Configurations as the bytes of an .npz file: `bits` (u8 [count, ceil(sites/8)], least significant bit first), `shape`
 * and `provenance` (JSON). Equal data give equal bytes. In NumPy:
 *   f = np.load('data.npz')
 *   x = np.unpackbits(f['bits'], axis=1, count=f['shape'].prod(), bitorder='little')
 *   spins = 2 * x.reshape(-1, *f['shape']).astype('i1') - 1
 * @throws TypeError if not SpinData; RangeError beyond 4 GiB: use .bits files (`encodeSpinFile`)
 * @example
 * const data = new Ising({ lattice: square(4), coupling: 0.4 }).sample(8);
 * decodeSpinData(encodeSpinData(data)).count; // 8
 */
export function encodeSpinData(data: SpinData): Uint8Array {
  instanceOf('data', data, SpinData, 'SpinData');
  return encodeNpz({
    bits: { shape: [data.count, data.stride], data: data.bytes },
    shape: { shape: [2], data: Int32Array.from(data.shape) },
    provenance: JSON.stringify(data.provenance),
  });
}

/**
 * Configurations from the bytes of an .npz file by `encodeSpinData`.
 * @param path named in errors
 * @throws FormatError if the file is not one that `encodeSpinData` could have written
 */
export function decodeOwnSpinData(bytes: Uint8Array, path?: string): SpinData {
  return ownSpinData(decodeNpz(bytes, path, { strict: true }), path);
}

/** Options for configurations of other programs. */
export interface SpinDecodeOptions extends SpinArrayOptions {
  /** Name of the array in an .npz file; optional if there is only one array, or only one of two or more dimensions. */
  array?: string;
  /** Largest size in bytes that a compressed file may inflate to; default 4 GiB. */
  limit?: number;
}

/**
 * Configurations from the bytes of a file: .npy or .npz with ±1, 0/1 or bool in any integer or float type (see
 * `SpinArrayOptions`), or the .npz and .bits files of this package, which have their own shape and provenance. The
 * format is recognised by the first bytes, not by the name.
 * @param path named in errors
 * @throws TypeError or RangeError for an option out of range; FormatError if the file is damaged, inflates to more than
 *   the limit, or its array is not one of configurations, with the first wrong entry
 * @example
 * const spins = Int8Array.of(1, -1, 1, 1, -1, -1, 1, -1); // two configurations of 2×2
 * const data = decodeSpinData(encodeNpy({ shape: [2, 2, 2], data: spins }));
 * data.count; // 2
 */
export function decodeSpinData(bytes: Uint8Array, options: SpinDecodeOptions = {}, path?: string): SpinData {
  knownOptions('decodeSpinData', options, ['array', 'limit', 'shape', 'values', 'packed', 'provenance']);
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  checkSpinArrayOptions(options);
  const expected = '.npz, .npy or .bits';
  refuseStranger(bytes, expected, path);
  if (isSpinFile(bytes)) return sameShape(decodeSpinFile(bytes, path), options, path);
  if (bytes[0] === 0x93)
    return fitFile(decodeNpy(bytes, path), options, 'array', path, (entry) => entryOffset(bytes, entry));
  refuseOthers(bytes, expected, path);
  if (options.array !== undefined) {
    const { [options.array]: array } = decodeNpz(bytes, path, { only: options.array, limit: options.limit });
    return fitFile(array, options, JSON.stringify(options.array), path);
  }
  const { arrays, left } = readNpz(bytes, path, { limit: options.limit });
  if (isOwnSpinData(arrays)) {
    const [other] = left.values();
    if (other !== undefined) throw new FormatError(other, 0, path);
    return sameShape(ownSpinData(arrays, path), options, path);
  }
  const name = onlyArray(arrays, left, path);
  return fitFile(arrays[name], options, JSON.stringify(name), path);
}

/** Whether the archive is one of `encodeSpinData`, by the names of its entries. */
export function isOwnSpinData(entries: object): boolean {
  return 'bits' in entries && 'shape' in entries && 'provenance' in entries;
}

function ownSpinData(entries: Record<string, NpyArray | string>, path?: string): SpinData {
  const { bits, shape, provenance, ...others } = entries;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new FormatError(`entry ${JSON.stringify(other)} belongs to no file of spins`, 0, path);
  if (typeof bits !== 'object' || !(bits.data instanceof Uint8Array) || bits.shape.length !== 2) {
    throw new FormatError('expected "bits", a uint8 array of two dimensions', 0, path);
  }
  if (typeof shape !== 'object' || shape.data.length !== 2) {
    throw new FormatError('expected "shape", two integers', 0, path);
  }
  if (typeof provenance !== 'string') throw new FormatError('expected "provenance", a text', 0, path);
  const origin = strictJson(provenance, 0, path, 'provenance') as Provenance | null;
  if (typeof origin?.source !== 'string') {
    throw new FormatError('expected "provenance", an object with a text "source"', 0, path);
  }
  try {
    const [rows, columns] = Array.from(shape.data as ArrayLike<number | bigint>, Number);
    return new SpinData(bits.shape[0], [rows, columns], bits.data, origin);
  } catch (error) {
    throw new FormatError((error as Error).message, 0, path);
  }
}

/** The data, if they have the requested shape, or none is requested. */
function sameShape(data: SpinData, { shape }: SpinDecodeOptions, path?: string): SpinData {
  if (shape === undefined || planeOf(shape).every((side, axis) => side === data.shape[axis])) return data;
  throw new FormatError(`holds configurations of shape ${tuple(data.shape)}, not ${tuple(shape)}`, 0, path);
}

/**
 * Name of the only array.
 * @param left other entries of the archive, and why they were not read
 * @throws FormatError if there is none, or more than one
 */
export function onlyArray(
  entries: Record<string, NpyArray | string>,
  left: ReadonlyMap<string, string>,
  path?: string,
): string {
  const arrays = Object.entries(entries).filter((entry): entry is [string, NpyArray] => typeof entry[1] !== 'string');
  const wide = arrays.filter(([, { shape }]) => shape.length >= 2);
  const candidates = wide.length > 0 ? wide : arrays;
  if (candidates.length === 1) return candidates[0][0];
  const found = arrays.slice(0, 20).map(([name, { shape }]) => `${JSON.stringify(name)} ${tuple(shape)}`);
  const others = left.size === 0 ? '' : `; ${[...left.values()].slice(0, 5).join('; ')}`;
  throw new FormatError(
    `expected one array, or its name in "array": got ${found.join(', ').slice(0, 300) || 'none'}${others.slice(0, 500)}`,
    0,
    path,
  );
}

function fitFile(
  value: NpyArray | string,
  options: SpinDecodeOptions,
  name: string,
  path: string | undefined,
  offset: (entry: number) => number = () => 0,
): SpinData {
  if (typeof value === 'string') throw new FormatError(`${name} is a text, not an array`, 0, path);
  const data = fitSpins(value, options);
  if (!(data instanceof Unfit)) return data;
  throw new FormatError(`${name} ${data.reason}`, data.entry === undefined ? 0 : offset(data.entry), path);
}

/** Offset in an .npy file of an entry, counted in C order. */
function entryOffset(bytes: Uint8Array, entry: number): number {
  const { shape, fortranOrder, begin, size } = inspectNpy(bytes);
  if (!fortranOrder) return begin + entry * size;
  const place = indexOf(entry, shape).reduceRight((sum, index, axis) => sum * shape[axis] + index, 0);
  return begin + place * size;
}
