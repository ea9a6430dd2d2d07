/**
 * Training data from arrays and files: rows of bits with the shape of a row. Entries that are 0 and 1, or ±1, are bits;
 * greys become bits only on request: by a threshold, or at random with the grey as probability.
 */

import { gunzip, isGzip } from '../formats/gzip.js';
import { decodeIdx, isIdx } from '../formats/idx.js';
import { decodeNpy, type NpyArray, tuple } from '../formats/npy.js';
import { decodeNpz, readNpz } from '../formats/npz.js';
import { checkedShape, codeOf, countOf } from '../formats/numeric.js';
import type { SpinData } from '../ising/data/spinData.js';
import { Noise } from '../rbm/model/noise.js';
import { checkList, finite, integer, knownOptions, positiveIntegers, refuse, within } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { checkSeed, type Seed, streamKey } from '../util/random.js';
import { RealRows } from '../util/reals.js';
import { fitSpins, indexOf, type SpinArrayOptions, Unfit } from './spinArray.js';
import { decodeSpinData, isOwnSpinData, onlyArray } from './spinData.js';
import { isSpinFile } from './spinFile.js';
import { refuseOthers, refuseStranger } from './stranger.js';

/** Conversion of greys to bits. */
export interface GreyOptions {
  /** A bit is 1 if its grey, as a fraction of the range, is larger. Default 0.5. */
  threshold?: number;
  /** Seed: a bit is 1 with its grey, as a fraction of the range, as probability. Excludes a threshold. */
  stochastic?: Seed;
  /** Values of black and white. Default [0, 255] for unsigned bytes and [0, 1] for floats. */
  range?: readonly [black: number, white: number];
}

/** Options for rows of bits from an array: its first dimension is the count, the others are the shape of a row. */
export interface BitRowsOptions extends Pick<SpinArrayOptions, 'values' | 'provenance'> {
  /** Sides of a row, if the array has flat rows, such as [28, 28] for 784 columns. */
  shape?: readonly number[];
}

/**
 * Rows of bits from entries that are 0 and 1, or ±1 (then +1 is 1), of any numeric type; [rows, units] or [rows,
 * ...shape].
 * @throws TypeError or RangeError for another array, naming the first wrong entry
 */
export function bitRowsFromArray(array: NpyArray, options: BitRowsOptions = {}): SpinData {
  knownOptions('bitRowsFromArray', options, ['shape', 'values', 'provenance']);
  const shape = rowShape(checkArray(array), options.shape);
  const data = fitSpins(array, { ...options, shape });
  if (data instanceof Unfit) throw new RangeError(`"array" ${data.reason}`);
  return data;
}

/**
 * Rows of bits from greys, [rows, units] or [rows, ...shape], from 0 (black) to 1 (white), or 0 to 255, or in `range`.
 * @throws TypeError or RangeError for an option out of range, for integers other than unsigned bytes without a range,
 *   and for an entry outside of the range
 */
export function bitRowsFromImages(
  images: NpyArray,
  options: GreyOptions & Pick<BitRowsOptions, 'shape' | 'provenance'> = {},
): SpinData {
  knownOptions('bitRowsFromImages', options, ['threshold', 'stochastic', 'range', 'provenance', 'shape']);
  const grey = checkGrey(options);
  const sides = rowShape(checkArray(images), options.shape);
  const data = fitGreys(images, sides, grey, options.provenance);
  if (data instanceof Unfit) throw new RangeError(`"array" ${data.reason}`);
  return data;
}

/**
 * Rows of real numbers from an array of any numeric type, [rows, units] or [rows, ...shape], rounded to float32:
 * unchanged, for Gaussian and rectified units, or with `range` as fractions of it, so that greys become probabilities
 * of {0,1} units.
 * @throws TypeError or RangeError for another array, or an entry that is not finite
 */
export function realRowsFromArray(array: NpyArray, options: Pick<GreyOptions, 'range'> = {}): RealRows {
  knownOptions('realRowsFromArray', options, ['range']);
  const { range = [0, 1] } = checkGrey(options);
  const units = countOf(rowShape(checkArray(array)));
  const [black, white] = range;
  const values = Float32Array.from(array.data as ArrayLike<number>, (x) => (Number(x) - black) / (white - black));
  return new RealRows(values.length / units, units, values);
}

/** Options for training data from a file. */
export interface TrainingDataOptions extends GreyOptions, BitRowsOptions {
  /** Name of the array in an .npz file; optional if there is only one array, or only one of two or more dimensions. */
  array?: string;
  /**
   * Largest size in bytes that a gzip file, or the arrays of an .npz file that are read, may inflate to. Default 2 GiB
   * and 4 GiB.
   */
  limit?: number;
}

/** Names of `TrainingDataOptions`. */
export const TRAINING_DATA_OPTIONS = [
  'array',
  'limit',
  'threshold',
  'stochastic',
  'range',
  'shape',
  'values',
  'provenance',
] as const satisfies readonly (keyof TrainingDataOptions)[];

/**
 * Training data from the bytes of a file: .npz, .npy, .bits or IDX, gzipped or not; the format is recognised by the
 * first bytes. With `threshold`, `stochastic` or `range` the entries are greys; otherwise they must be 0 and 1 or ±1,
 * except in IDX files of unsigned bytes with other values, which are images: their threshold is the middle.
 * @param path named in errors
 * @throws TypeError or RangeError for an option out of range; FormatError if the file is damaged or has no such data
 * @example
 * const images = encodeIdx({ shape: [1, 2, 2], data: Uint8Array.of(0, 200, 255, 100) });
 * decodeTrainingData(images).row(0); // [0, 1, 1, 0]
 */
export function decodeTrainingData(bytes: Uint8Array, options: TrainingDataOptions = {}, path?: string): SpinData {
  knownOptions('decodeTrainingData', options, TRAINING_DATA_OPTIONS);
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const grey = checkGrey(options);
  const asked = options.threshold !== undefined || options.stochastic !== undefined || options.range !== undefined;
  const { shape } = options;
  if (shape !== undefined) positiveIntegers('shape', shape);
  if (isGzip(bytes))
    return inflated(bytes, options.limit, path, (content) => decodeTrainingData(content, options, path));
  const found = rowsIn(bytes, options, path);
  if (found === undefined) return decodeSpinData(bytes, shape && { shape }, path);
  const { value, sides, idx, fail } = found;
  const provenance = options.provenance ?? { source: path ?? 'unknown' };
  const bits = asked ? undefined : fitSpins(value, { ...options, shape: sides, provenance });
  if (bits !== undefined && !(bits instanceof Unfit)) return bits;
  const images = asked || (idx && value.data instanceof Uint8Array);
  const data = images ? fitGreys(value, sides, grey, provenance) : bits;
  if (data instanceof Unfit) {
    return fail(images ? data.reason : `${data.reason}; greys need "threshold" or "stochastic"`);
  }
  return data as SpinData;
}

/** Rows of real numbers, and the shape of a row. */
export interface ShapedReals {
  rows: RealRows;
  shape: readonly number[];
}

/**
 * Rows of real numbers from the bytes of a file: .npz, .npy or IDX, gzipped or not, of any numeric type; rounded to
 * float32.
 * @param path named in errors
 * @throws TypeError or RangeError for an option out of range; FormatError if the file is damaged, has rows of bits, or
 *   an entry that is not finite in float32
 */
export function readRealRows(
  bytes: Uint8Array,
  options: Pick<TrainingDataOptions, 'array' | 'shape' | 'limit'> = {},
  path?: string,
): ShapedReals {
  if (options.shape !== undefined) positiveIntegers('shape', options.shape);
  if (isGzip(bytes)) return inflated(bytes, options.limit, path, (content) => readRealRows(content, options, path));
  const found = rowsIn(bytes, options, path);
  if (found === undefined) throw new FormatError('holds rows of bits, not of real numbers', 0, path);
  const { value, sides, fail } = found;
  const values = Float32Array.from(value.data as ArrayLike<number>, Number);
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) fail(`expected finite numbers, got ${value.data[bad]} at [${indexOf(bad, value.shape).join(', ')}]`);
  const units = countOf(sides);
  return { rows: new RealRows(values.length / units, units, values), shape: sides };
}

/** The result of `read` for the content of a gzip file. */
function inflated<T>(
  bytes: Uint8Array,
  limit: number | undefined,
  path: string | undefined,
  read: (content: Uint8Array) => T,
): T {
  const content = gunzip(bytes, path, limit);
  // one layer only: there are files that inflate to themselves
  if (isGzip(content)) throw new FormatError('is gzipped twice', 0, path);
  try {
    return read(content);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.reason} at byte ${error.offset} once inflated`, 0, path);
  }
}

/** The array of a file with the sides of a row; undefined for a file of spins by this package. */
function rowsIn(
  bytes: Uint8Array,
  options: Pick<TrainingDataOptions, 'array' | 'shape' | 'limit'>,
  path: string | undefined,
): { value: NpyArray; sides: readonly number[]; idx: boolean; fail: (reason: string) => never } | undefined {
  const expected = '.npz, .npy, .bits or IDX, gzipped or not';
  refuseStranger(bytes, expected, path);
  if (isSpinFile(bytes)) return undefined;
  const idx = isIdx(bytes);
  if (!idx && bytes[0] !== 0x93) refuseOthers(bytes, expected, path);
  const [value, name] = idx
    ? [decodeIdx(bytes, path), 'array']
    : bytes[0] === 0x93
      ? [decodeNpy(bytes, path), 'array']
      : arrayOf(bytes, options, path);
  if (value === undefined) return undefined;
  const fail = (reason: string): never => {
    throw new FormatError(`${name} ${reason}`, 0, path);
  };
  if (typeof value === 'string') return fail('is a text, not an array');
  try {
    return { value, sides: rowShape(value, options.shape), idx, fail };
  } catch (error) {
    return fail((error as Error).message.replace(/^"array" /, ''));
  }
}

/** The array of an .npz file with its name; undefined for a file of this package. */
function arrayOf(
  bytes: Uint8Array,
  { array: asked, limit }: TrainingDataOptions,
  path?: string,
): [NpyArray | string | undefined, string] {
  if (asked !== undefined) return [decodeNpz(bytes, path, { only: asked, limit })[asked], JSON.stringify(asked)];
  const { arrays, left } = readNpz(bytes, path, { limit });
  if (isOwnSpinData(arrays)) return [undefined, ''];
  const name = onlyArray(arrays, left, path);
  return [arrays[name], JSON.stringify(name)];
}

function checkArray(array: NpyArray): NpyArray {
  if (array === null || typeof array !== 'object') refuse('array', '{ shape, data }', array, 'type');
  codeOf('array.data', array.data);
  checkedShape('array.shape', array.shape, array.data);
  return array;
}

/**
 * The shape of a row: the requested one, or all dimensions but the first.
 * @throws RangeError if the array does not have it
 */
function rowShape({ shape }: NpyArray, asked?: readonly number[]): readonly number[] {
  const found = shape.slice(1);
  const units = countOf(found);
  const sites = asked === undefined ? units : countOf(positiveIntegers('shape', asked));
  if (shape.length < 2 || units === 0 || !Number.isSafeInteger(units) || sites !== units) {
    const expected = asked === undefined ? 'rows of units' : `rows of ${sites} units`;
    throw new RangeError(`"array" of shape ${tuple(shape).slice(0, 80)} does not hold ${expected}`);
  }
  return asked ?? found;
}

interface Grey {
  threshold: number;
  stochastic: Seed | undefined;
  range: readonly [number, number] | undefined;
}

function checkGrey({ threshold, stochastic, range }: GreyOptions): Grey {
  if (threshold !== undefined && stochastic !== undefined) {
    throw new RangeError('"stochastic" expected nothing beside a threshold');
  }
  if (stochastic !== undefined) checkSeed('stochastic', stochastic);
  if (range !== undefined) {
    if (!Array.isArray(range) || range.length !== 2) refuse('range', '[black, white]', range, 'type');
    checkList('range', range, '[black, white]');
    const [black, white] = range.map((end, k) => finite(`range[${k}]`, end));
    if (black === white) refuse('range', 'two different numbers', range);
  }
  return { threshold: within('threshold', threshold ?? 0.5, 0, 1), stochastic, range };
}

function fitGreys(
  array: NpyArray,
  sides: readonly number[],
  { threshold, stochastic, range }: Grey,
  provenance: SpinArrayOptions['provenance'],
): SpinData | Unfit {
  const { shape, data } = array;
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  if (range === undefined && !floats && !(data instanceof Uint8Array)) {
    return new Unfit('of these integers needs "range", the values of black and white');
  }
  const [black, white] = range ?? (floats ? [0, 1] : [0, 255]);
  const units = integer('units', countOf(sides));
  const noise = stochastic === undefined ? undefined : new Noise(streamKey(stochastic, 'bits of greys'));
  const bits = new Uint8Array(data.length);
  for (let first = 0; first < data.length; first += units) {
    const draws = noise?.uniform(units);
    for (let i = 0; i < units; i++) {
      const share = (Number(data[first + i]) - black) / (white - black);
      if (!(share >= 0 && share <= 1)) {
        const place = indexOf(first + i, shape).join(', ');
        return new Unfit(`expected greys in [${black}, ${white}], got ${data[first + i]} at [${place}]`, first + i);
      }
      bits[first + i] = share > (draws ? draws[i] : threshold) ? 1 : 0;
    }
  }
  return fitSpins({ shape, data: bits }, { shape: sides, values: 'bits', provenance });
}
