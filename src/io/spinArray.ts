/**
 * Spin configurations as plain arrays, as in other programs: entries ±1, or 0 and 1, of any numeric type. Nothing is
 * guessed: an array that could be read in two ways is an error that names both.
 */

import { type NpyArray, tuple } from '../formats/npy.js';
import { checkedShape, codeOf, countOf, type NumericArray } from '../formats/numeric.js';
import { type Provenance, planeOf, SpinData } from '../ising/data/spinData.js';
import { instanceOf, integer, knownOptions, oneOf, positiveIntegers, refuse } from '../util/check.js';

/** How to read an array of configurations. */
export interface SpinArrayOptions {
  /**
   * Sides of one configuration: [sites], [rows, columns], [layers, rows, columns], … The array is then [count,
   * ...shape], [count, sites], or one configuration: [...shape] or [sites]. Optional for an array of three or more
   * dimensions: the first is the count, the others are the shape.
   */
  shape?: readonly number[];
  /**
   * Spins are written as ±1 (spins), as 1 for up and 0 for down (bits), or as either of them, by the entries of the
   * array (auto, the default).
   */
  values?: 'auto' | 'spins' | 'bits';
  /**
   * The array is the result of `np.packbits(x.reshape(count, -1), axis=1, bitorder=…)` with this bit order, 'big' by
   * NumPy's default; requires `shape`.
   */
  packed?: 'big' | 'little';
  /**
   * Default: source 'unknown'. If there are more or fewer than two dimensions, the sides are kept as parameter `shape`.
   */
  provenance?: Provenance;
}

/** Why an array is not one of spins, and the first wrong entry (in C order), if there is one. */
export class Unfit {
  constructor(
    readonly reason: string,
    readonly entry?: number,
  ) {}
}

/**
 * Configurations from an array, of NumPy for example. -0 counts as 0. As bits, 1 is spin +1; an array of ones only is
 * the same in both notations. A lattice of more than two dimensions becomes rows and columns as in the samples of this
 * package, its layers below each other.
 * @throws TypeError or RangeError for an option out of range, and for an array that is not one of configurations,
 *   naming the first wrong entry
 */
export function spinDataFromArray(array: NpyArray, options: SpinArrayOptions = {}): SpinData {
  knownOptions('spinDataFromArray', options, ['shape', 'values', 'packed', 'provenance']);
  checkSpinArrayOptions(options);
  if (array === null || typeof array !== 'object') refuse('array', '{ shape, data }', array, 'type');
  codeOf('array.data', array.data);
  checkedShape('array.shape', array.shape, array.data);
  const data = fitSpins(array, options);
  if (data instanceof Unfit) throw new RangeError(`"array" ${data.reason}`);
  return data;
}

/**
 * The configurations as ±1, int8 of shape [count, rows, columns], eight times the size of the bits; with `encodeNpy` a
 * file for `np.load`.
 * @throws TypeError if not SpinData
 */
export function spinDataToArray(data: SpinData): { shape: [number, number, number]; data: Int8Array } {
  instanceOf('data', data, SpinData, 'SpinData');
  const { count, width, stride, bytes, shape } = data;
  const spins = new Int8Array(count * width);
  for (let row = 0, k = 0; row < count; row++) {
    const start = row * stride;
    for (let i = 0; i < width; i++, k++) spins[k] = 2 * ((bytes[start + (i >> 3)] >> (i & 7)) & 1) - 1;
  }
  return { shape: [count, ...shape], data: spins };
}

/** @throws TypeError or RangeError for an option that is wrong for any array */
export function checkSpinArrayOptions(options: SpinArrayOptions): void {
  if (options === null || typeof options !== 'object') refuse('options', 'object', options, 'type');
  const { shape, values = 'auto', packed, provenance } = options;
  if (shape !== undefined) integer('product of shape', countOf(positiveIntegers('shape', shape)));
  oneOf('values', values, ['auto', 'spins', 'bits']);
  if (packed !== undefined) {
    oneOf('packed', packed, ['big', 'little']);
    if (shape === undefined)
      refuse('shape', 'the sides of one configuration, since packed bits do not show them', shape);
  }
  if (provenance !== undefined && typeof provenance?.source !== 'string') {
    refuse('provenance', '{ source: string }', provenance, 'type');
  }
}

/** The configurations, or the reason why the array has none; options and array must be valid by themselves. */
export function fitSpins(array: NpyArray, options: SpinArrayOptions): SpinData | Unfit {
  const layout =
    options.packed === undefined ? layoutOf(array.shape, options.shape) : packedLayout(array, options.shape!);
  if (layout instanceof Unfit) return layout;
  const { count, sides } = layout;
  const sites = countOf(sides);
  const bits =
    options.packed === undefined
      ? packSpins(array, count, sites, options.values ?? 'auto')
      : repackBits(array.data as Uint8Array, count, sites, options.packed);
  if (bits instanceof Unfit) return bits;
  const provenance = options.provenance ?? { source: 'unknown' };
  if (sides.length === 2) return new SpinData(count, [sides[0], sides[1]], bits, provenance);
  // Named, so that the layers of a cube, or a row of sites, are not taken for a square lattice.
  const kind = `unknown, ${sides.length} dimension${sides.length === 1 ? '' : 's'}`;
  const lattice = { lattice: { kind }, shape: [...sides] };
  return new SpinData(count, planeOf(sides), bits, {
    ...provenance,
    parameters: { ...lattice, ...provenance.parameters },
  });
}

/** Number and sides of the configurations in an array of this shape. */
function layoutOf(
  shape: readonly number[],
  asked?: readonly number[],
): { count: number; sides: readonly number[] } | Unfit {
  if (asked === undefined) {
    if (shape.length < 3) {
      return new Unfit(
        `of shape ${tuple(shape)} does not tell what one configuration is: give "shape", such as [rows, columns]`,
      );
    }
    const sides = shape.slice(1);
    if (!(countOf(sides) > 0 && Number.isSafeInteger(countOf(sides)))) {
      return new Unfit(`of shape ${tuple(shape).slice(0, 80)} has configurations of ${countOf(sides)} sites`);
    }
    return { count: shape[0], sides };
  }
  const sites = countOf(asked);
  const ends = (lengths: readonly number[], skip: number): boolean =>
    shape.length === skip + lengths.length && lengths.every((length, k) => shape[skip + k] === length);
  if (ends(asked, 0) || ends([sites], 0)) return { count: 1, sides: asked };
  if (ends(asked, 1) || ends([sites], 1)) return { count: shape[0], sides: asked };
  return new Unfit(
    `of shape ${tuple(shape).slice(0, 80)} is neither one configuration of shape ${tuple(asked)} nor a series of them`,
  );
}

function packedLayout(
  { shape, data }: NpyArray,
  sides: readonly number[],
): { count: number; sides: readonly number[] } | Unfit {
  const sites = countOf(sides);
  const stride = Math.ceil(sites / 8);
  if (!(codeOf('data', data) === 'u1')) return new Unfit('holds no packed bits, which are of type uint8');
  if (shape.length === 2 && shape[1] === stride) return { count: shape[0], sides };
  // Packed without an axis, two configurations may share a byte, unless each fills its last byte.
  if (shape.length === 1 && (sites % 8 === 0 ? shape[0] % stride === 0 : shape[0] === stride)) {
    return { count: shape[0] / stride, sides };
  }
  return new Unfit(
    `of shape ${tuple(shape).slice(0, 80)} does not hold packed rows of ${sites} sites, ${stride} bytes each`,
  );
}

function packSpins(
  { shape, data }: NpyArray,
  count: number,
  sites: number,
  values: 'auto' | 'spins' | 'bits',
): Uint8Array | Unfit {
  const stride = Math.ceil(sites / 8);
  const bytes = new Uint8Array(count * stride);
  let down = values === 'spins' ? -1 : values === 'bits' ? 0 : Number.NaN;
  for (let row = 0, k = 0; row < count; row++) {
    for (let i = 0; i < sites; i++, k++) {
      // Only these three 64-bit integers become ±1 or 0.
      const value = Number(data[k]);
      if (value === 1) bytes[row * stride + (i >> 3)] |= 1 << (i & 7);
      else if (value !== down) {
        if (!Number.isNaN(down) || !(value === 0 || value === -1)) return unfitEntry(data, shape, k, down);
        down = value;
      }
    }
  }
  return bytes;
}

function unfitEntry(data: NumericArray, shape: readonly number[], entry: number, down: number): Unfit {
  const expected = Number.isNaN(down) ? 'only ±1, or only 0 and 1' : down === 0 ? 'only 0 and 1' : 'only ±1';
  return new Unfit(`expected ${expected}, got ${data[entry]} at [${indexOf(entry, shape).join(', ')}]`, entry);
}

/** The same bits, least significant first; `Unfit` if a bit past the last site is set. */
function repackBits(data: Uint8Array, count: number, sites: number, order: 'big' | 'little'): Uint8Array | Unfit {
  const bytes = order === 'little' ? Uint8Array.from(data) : data.map(reverseBits);
  const stride = Math.ceil(sites / 8);
  const spare = stride * 8 - sites;
  for (let row = 0; spare > 0 && row < count; row++) {
    const last = (row + 1) * stride - 1;
    if (bytes[last] >> (8 - spare)) {
      return new Unfit(
        `expected zero bits past site ${sites - 1}, configuration ${row} has others; is it bitorder "${order}"?`,
        last,
      );
    }
  }
  return bytes;
}

/** A byte with its bits in the opposite order. */
function reverseBits(byte: number): number {
  const pairs = ((byte & 0x55) << 1) | ((byte >> 1) & 0x55);
  const fours = ((pairs & 0x33) << 2) | ((pairs >> 2) & 0x33);
  return ((fours & 0x0f) << 4) | (fours >> 4);
}

/** Index of an entry, last index fastest. */
export function indexOf(entry: number, shape: readonly number[]): number[] {
  let left = entry;
  return shape
    .map((_, axis) => {
      const length = shape[shape.length - 1 - axis];
      const index = left % length;
      left = (left - index) / length;
      return index;
    })
    .reverse();
}
