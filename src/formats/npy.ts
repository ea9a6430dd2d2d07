/**
 * NumPy's .npy format (format 1.0, 2.0, 3.0): one array, or one text, as bytes.
 *
 *     offset 0   \x93NUMPY  major minor  header length (u16; u32 from 2.0 on)
 *     then       {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }  spaces  \n
 *     then       the entries, without gaps, to the end
 *
 * Every size in a header is compared with the bytes of the file before anything of that size is allocated. Source:
 * numpy.lib.format, "NPY format".
 */

import { objectWith, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import {
  ARRAYS,
  CODES,
  checkedShape,
  codeOf,
  countOf,
  halves,
  littleEndianBytes,
  type NumericArray,
  type NumericCode,
  numericArray,
} from './numeric.js';
import { Scanner } from './scanner.js';

export type { NumericArray } from './numeric.js';

/** An array in C order (last index fastest): data.length is the product of `shape`, which is 1 for the shape []. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NumericArray;
}

/** A valid file of a kind that is not read here: objects, records, dates, complex numbers, arrays of text. */
export class UnreadError extends FormatError {}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Longest header read or written, in bytes; NumPy itself stops at 10,000. */
const MAX_HEADER = 2 ** 20;

/**
 * The bytes of a .npy file: little-endian, C order, data at a multiple of 64; format 1.0, or 2.0 when the header passes
 * 65,535 bytes. A string becomes a 0-d unicode array ('<U' of its number of code points).
 * @throws TypeError if the data are not one of the typed arrays of `NumericArray`; RangeError if the product of the
 *   shape is not the length of the data, or the text ends with NUL or has half a surrogate pair
 */
export function encodeNpy(value: NpyArray | string): Uint8Array<ArrayBuffer> {
  if (typeof value === 'string') {
    const points = codePoints(value);
    return assemble(`<U${points.length}`, [], points);
  }
  objectWith('value', value, [], 'array with shape and data, or text');
  const code = codeOf('data', value.data);
  const shape = checkedShape('shape', value.shape, value.data);
  return assemble(code.endsWith('1') ? `|${code}` : `<${code}`, shape, value.data);
}

/**
 * The array or the text of a .npy file, in fresh memory and C order, whatever the file's byte order and index order. i8
 * and u8 always come back as BigInt64Array and BigUint64Array, so that the type does not depend on the values and no
 * digit is lost; `Float64Array.from(data, Number)` turns either kind into numbers. f2 comes back as Float32Array. Text
 * is read only as a scalar (shape ()).
 * @param path named in errors
 * @throws FormatError at the first byte that breaks the format, or when header and length disagree, trailing bytes
 *   included
 */
export function decodeNpy(bytes: Uint8Array, path?: string): NpyArray | string {
  const { type, shape, begin, littleEndian, fortranOrder } = inspectNpy(bytes, path);
  if (type === 'U') return readText(bytes, begin, littleEndian, path);
  if (type === 'b1') checkBooleans(bytes, begin, path);
  const data =
    type === 'f2'
      ? halves(bytes, begin, bytes.length, littleEndian)
      : numericArray(bytes, begin, bytes.length, type === 'b1' ? 'u1' : type, littleEndian);
  return { shape, data: fortranOrder ? inRowMajorOrder(data, shape) : data };
}

/** What a .npy file holds and where. */
export interface NpyPlace {
  /** Kind and size of an entry; U: one text. */
  readonly type: NumericCode | 'b1' | 'f2' | 'U';
  readonly shape: readonly number[];
  readonly littleEndian: boolean;
  /** First index fastest. */
  readonly fortranOrder: boolean;
  /** Offset of the first entry, and bytes per entry. */
  readonly begin: number;
  readonly size: number;
}

/**
 * The type, order and place of the entries of a .npy file, without reading them.
 * @throws FormatError as `decodeNpy`, except for the values of entries
 */
export function inspectNpy(bytes: Uint8Array, path?: string): NpyPlace {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const { descr, fortranOrder, shape, begin } = readHeader(bytes, path);
  const found = /^([<>|])([a-zA-Z])([0-9]{1,15})$/.exec(descr.value);
  const code = found ? `${found[2]}${found[3]}` : '';
  const text = found?.[2] === 'U';
  const size = text ? 4 * Number(found?.[3]) : Number(found?.[3]);
  const known = text || code === 'b1' || code === 'f2' || CODES.includes(code as NumericCode);
  if (!found || !known || (found[1] === '|' && size > 1)) {
    throw new UnreadError(`entries of type ${JSON.stringify(descr.value)} are not supported`, descr.offset, path);
  }
  if (text && shape.length > 0) {
    throw new UnreadError(
      `text of shape ${tuple(shape).slice(0, 80)} is not supported, only a single one`,
      descr.offset,
      path,
    );
  }

  const needed = countOf(shape) * size;
  const present = bytes.length - begin;
  if (needed > present) {
    const claim = `shape ${tuple(shape).slice(0, 80)} of ${descr.value} needs ${needed} bytes of data`;
    throw new FormatError(`${claim}, ${present} are present`, begin, path);
  }
  if (needed < present) throw new FormatError(`${present - needed} bytes after the data`, begin + needed, path);
  const type = text ? 'U' : (code as NpyPlace['type']);
  return { type, shape, littleEndian: found[1] !== '>', fortranOrder, begin, size };
}

interface Header {
  descr: { value: string; offset: number };
  fortranOrder: boolean;
  shape: number[];
  /** Offset of the data. */
  begin: number;
}

function readHeader(bytes: Uint8Array, path?: string): Header {
  const wrong = MAGIC.findIndex((byte, k) => bytes[k] !== byte);
  if (wrong >= 0) {
    const reason =
      wrong >= bytes.length ? 'ends before the magic \\x93NUMPY does' : 'not a .npy file: magic is not \\x93NUMPY';
    throw new FormatError(reason, wrong, path);
  }
  const major = bytes[6];
  if (bytes.length < 8) throw new FormatError('ends before its version number', bytes.length, path);
  if (!(major >= 1 && major <= 3 && bytes[7] === 0)) {
    throw new FormatError(`format ${major}.${bytes[7]} is not one of 1.0, 2.0, 3.0`, 6, path);
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw new FormatError('ends inside its header length', bytes.length, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > bytes.length - start) {
    throw new FormatError(`header of ${length} bytes, ${bytes.length - start} are left`, 8, path);
  }
  if (length > MAX_HEADER) throw new FormatError(`header of ${length} bytes, more than ${MAX_HEADER}`, 8, path);
  // The three keys and their values are ASCII in every version; any other character is met, and refused, as itself.
  const text = Array.from(bytes.subarray(start, start + length), (byte) => String.fromCharCode(byte)).join('');
  return { ...parseDictionary(new Scanner(text, start, path), path), begin: start + length };
}

/**
 * The Python dictionary of the header, which may hold three keys, each once, and only the literals that they need.
 * @throws UnreadError for records
 */
function parseDictionary(scanner: Scanner, path?: string): Omit<Header, 'begin'> {
  const header: Partial<Omit<Header, 'begin'>> = {};
  scanner.take(/\{/y, '{');
  while (scanner.try(/\}/y) === undefined) {
    const at = scanner.at;
    const key = parseString(scanner, 'a quoted key');
    scanner.take(/:/y, ':');
    if (key === 'descr' && !header.descr) {
      const offset = scanner.offset();
      if (scanner.try(/\[/y) !== undefined) {
        throw new UnreadError('records, whose entries have several fields, are not supported', offset, path);
      }
      header.descr = { value: parseString(scanner, 'a plain type, such as "<f8", for descr'), offset };
    } else if (key === 'fortran_order' && header.fortranOrder === undefined) {
      header.fortranOrder = scanner.take(/True|False/y, 'True or False for fortran_order') === 'True';
    } else if (key === 'shape' && !header.shape) {
      header.shape = parseTuple(scanner);
    } else {
      const known = ['descr', 'fortran_order', 'shape'].includes(key);
      scanner.fail(`header key ${JSON.stringify(key)} ${known ? 'occurs twice' : 'is unknown'}`, at);
    }
    if (scanner.try(/,/y) === undefined) {
      scanner.take(/\}/y, ', or }');
      break;
    }
  }
  scanner.end();
  const { descr, fortranOrder, shape } = header;
  if (!descr || fortranOrder === undefined || !shape) scanner.fail('header lacks descr, fortran_order or shape');
  return { descr, fortranOrder, shape };
}

function parseString(scanner: Scanner, expected: string): string {
  return scanner.take(/'[^'"\\]*'|"[^'"\\]*"/y, expected).slice(1, -1);
}

/**
 * (), (2,) or (2, 3): as in Python, a tuple of one has a comma; 2L is an integer of Python 2, which NumPy reads too.
 */
function parseTuple(scanner: Scanner): number[] {
  const lengths: number[] = [];
  scanner.take(/\(/y, 'a tuple for shape');
  let comma = true;
  while (scanner.try(/\)/y) === undefined) {
    if (!comma) scanner.fail('header expected , or ) in shape');
    const digits = scanner.take(/(?:0|[1-9][0-9]*)(?![0-9.eEjl_])L?/y, 'an integer >= 0 in shape');
    const length = Number.parseInt(digits, 10);
    if (!Number.isSafeInteger(length)) scanner.fail(`shape entry ${digits.slice(0, 40)} is too large`);
    lengths.push(length);
    comma = scanner.try(/,/y) !== undefined;
  }
  if (lengths.length === 1 && !comma) scanner.fail('header expected a tuple for shape, (n,) with its comma');
  return lengths;
}

function assemble(descr: string, shape: readonly number[], data: NumericArray): Uint8Array<ArrayBuffer> {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple(shape)}, }`;
  const padded = (start: number) => Math.ceil((start + text.length + 1) / 64) * 64 - start;
  const major = padded(10) > 0xffff ? 2 : 1;
  const start = major === 1 ? 10 : 12;
  const length = padded(start);
  if (length > MAX_HEADER) throw new RangeError(`"shape" expected fewer dimensions, got ${shape.length}`);
  const bytes = new Uint8Array(start + length + data.byteLength);
  bytes.set(MAGIC);
  bytes[6] = major;
  if (major === 1) new DataView(bytes.buffer).setUint16(8, length, true);
  else new DataView(bytes.buffer).setUint32(8, length, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), start);
  bytes.set(littleEndianBytes(data), start + length);
  return bytes;
}

/** A shape in Python's notation. */
export function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** The text as UTF-32, as NumPy stores it: at least one unit; trailing NULs are not part of it. */
function codePoints(text: string): Uint32Array {
  if (text.endsWith('\0')) refuse('text', 'text that does not end with NUL, which NumPy would drop', text);
  if (/\p{Surrogate}/u.test(text)) refuse('text', 'text without half surrogate pairs', text);
  return text === '' ? new Uint32Array(1) : Uint32Array.from(text, (character) => character.codePointAt(0)!);
}

function readText(bytes: Uint8Array, begin: number, littleEndian: boolean, path?: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length;
  while (end > begin && view.getUint32(end - 4) === 0) end -= 4;
  const characters: string[] = [];
  for (let offset = begin; offset < end; offset += 4) {
    const point = view.getUint32(offset, littleEndian);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw new FormatError(`${point} is not a Unicode character`, offset, path);
    }
    characters.push(String.fromCodePoint(point));
  }
  return characters.join('');
}

function checkBooleans(bytes: Uint8Array, begin: number, path?: string): void {
  for (let k = begin; k < bytes.length; k++) {
    if (bytes[k] > 1) throw new FormatError(`bool expected 0 or 1, got ${bytes[k]}`, k, path);
  }
}

/** The same entries with the last index fastest, from data with the first index fastest. */
function inRowMajorOrder(data: NumericArray, shape: readonly number[]): NumericArray {
  // Dimensions of length 1 do not move an entry; without them there are at most log2(count) dimensions.
  const lengths = shape.filter((length) => length !== 1);
  if (lengths.length < 2 || data.length === 0) return data;
  const from: ArrayLike<number | bigint> = data;
  const ordered = new ARRAYS[codeOf('data', data)](data.length);
  const to: { [k: number]: number | bigint } = ordered;
  const strides = lengths.map((_, axis) => countOf(lengths.slice(0, axis)));
  const index = lengths.map(() => 0);
  let source = 0;
  for (let k = 0; k < data.length; k++) {
    to[k] = from[source];
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < lengths[axis]) break;
      source -= lengths[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return ordered;
}
