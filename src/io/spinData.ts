/**
 * Spin configurations as an .npz file: `bits` (u8 [count, ceil(sites/8)], least significant bit first), `shape` and
 * `provenance` (JSON). In NumPy:
 *   f = np.load('data.npz'); x = np.unpackbits(f['bits'], axis=1, count=f['shape'].prod(), bitorder='little')
 *   spins = 2 * x.reshape(-1, *f['shape']).astype('i1') - 1
 * And configurations from the files of others.
 */

import { strictJson } from '../formats/json.js';
import { decodeNpy, inspectNpy, type NpyArray, tuple } from '../formats/npy.js';
import { decodeNpz, encodeNpz, readNpz } from '../formats/npz.js';
import { type Provenance, planeOf, SpinData } from '../ising/data/spinData.js';
import { instanceOf, knownOptions, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { checkSpinArrayOptions, fitSpins, indexOf, type SpinArrayOptions, Unfit } from './spinArray.js';
import { decodeSpinFile, isSpinFile } from './spinFile.js';
import { refuseOthers, refuseStranger } from './stranger.js';

/** Equal data give equal bytes. @throws RangeError past 4 GiB: such sets are for .bits files */
export function encodeSpinData(data: SpinData): Uint8Array {
  instanceOf('data', data, SpinData, 'SpinData');
  return encodeNpz({
    bits: { shape: [data.count, data.stride], data: data.bytes },
    shape: { shape: [2], data: Int32Array.from(data.shape) },
    provenance: JSON.stringify(data.provenance),
  });
}

/** @throws FormatError if the file is not one that `encodeSpinData` could have written */
export function decodeOwnSpinData(bytes: Uint8Array, path?: string): SpinData {
  return ownSpinData(decodeNpz(bytes, path, { strict: true }), path);
}

/** How to read configurations made elsewhere. */
export interface SpinDecodeOptions extends SpinArrayOptions {
  /**
   * Name of the array in an .npz file; may be left out where only one, or only one of two and more dimensions, is
   * there.
   */
  array?: string;
  /** Most bytes that a compressed file may inflate to; default 4 GiB. */
  limit?: number;
}

/**
 * Configurations from a file of any maker: .npy or .npz with ±1, 0/1 or bool in any integer or float type (see
 * `SpinArrayOptions`), or the .npz and .bits files of this package, whose own shape and provenance then hold. What it
 * is shows in its first bytes, not in its name.
 * @param path named in errors
 * @throws TypeError or RangeError for an option out of range; FormatError if the file is damaged, inflates to more than
 *   the limit, or its array is not one of configurations: then with the first entry that is none
 */
export function decodeSpinData(bytes: Uint8Array, options: SpinDecodeOptions = {}, path?: string): SpinData {
  knownOptions('readSpins', options, ['array', 'limit', 'shape', 'values', 'packed', 'provenance']);
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

/** Whether the archive is one of `encodeSpinData`, by its names. */
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

/** A file that describes itself may be asked for a shape, but must have it. */
function sameShape(data: SpinData, { shape }: SpinDecodeOptions, path?: string): SpinData {
  if (shape === undefined || planeOf(shape).every((side, axis) => side === data.shape[axis])) return data;
  throw new FormatError(`holds configurations of shape ${tuple(data.shape)}, not ${tuple(shape)}`, 0, path);
}

/**
 * Name of the array that must be meant. @param left what else the archive holds, and why that was not read. @throws
 * FormatError where there is none, or more than one
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
    `expected one array, or to be told its name by "array": got ${found.join(', ').slice(0, 300) || 'none'}${others.slice(0, 500)}`,
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

/** Where in an .npy file an entry, counted in C order, lies. */
function entryOffset(bytes: Uint8Array, entry: number): number {
  const { shape, fortranOrder, begin, size } = inspectNpy(bytes);
  if (!fortranOrder) return begin + entry * size;
  const place = indexOf(entry, shape).reduceRight((sum, index, axis) => sum * shape[axis] + index, 0);
  return begin + place * size;
}
