/**
 * The safetensors format: named tensors in one file whose structure is checked completely before any data are read.
 *
 *     offset 0   u64, little-endian: bytes of the header, at most 100,000,000
 *     8          {"__metadata__":{"key":"text"},"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}  spaces
 *     then       the data: little-endian, C order; offsets count from here and cover every byte exactly once
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */

import { knownOptions, objectWith, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import {
  brainFloats,
  checkedShape,
  codeOf,
  countOf,
  halves,
  littleEndianBytes,
  type NumericArray,
  type NumericCode,
  numericArray,
  sizeOf,
} from './numeric.js';
import { Scanner } from './scanner.js';

/** A tensor in C order (last index fastest): data.length is the product of `shape`, which is 1 for the shape []. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: NumericArray;
}

/** Types of entries of the format, all but those of less than a byte. */
export type Dtype =
  | 'BOOL'
  | 'I8'
  | 'U8'
  | 'I16'
  | 'U16'
  | 'I32'
  | 'U32'
  | 'I64'
  | 'U64'
  | 'F16'
  | 'BF16'
  | 'F32'
  | 'F64'
  | 'F8_E4M3'
  | 'F8_E5M2'
  | 'F8_E8M0'
  | 'C64';

/** Where a tensor lies: bytes [begin, end) of the file. */
export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Types with a typed array of their own; only these are written. */
const CODE_OF: Partial<Record<Dtype, NumericCode>> = {
  I8: 'i1',
  U8: 'u1',
  I16: 'i2',
  U16: 'u2',
  I32: 'i4',
  U32: 'u4',
  I64: 'i8',
  U64: 'u8',
  F32: 'f4',
  F64: 'f8',
};

/** Bytes of the other types. */
const OTHER_SIZES: Partial<Record<Dtype, number>> = {
  BOOL: 1,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  C64: 8,
};

/** Bytes per entry; undefined for an unknown type. */
function bytesOf(dtype: string): number | undefined {
  if (Object.hasOwn(CODE_OF, dtype)) return sizeOf(CODE_OF[dtype as Dtype] as NumericCode);
  return Object.hasOwn(OTHER_SIZES, dtype) ? OTHER_SIZES[dtype as Dtype] : undefined;
}

/** The format's own bound on the header, in bytes. */
const MAX_HEADER = 100_000_000;

const METADATA = '__metadata__';

/**
 * The bytes of a safetensors file. Tensors are in the order of the record's keys; equal input gives equal bytes; the
 * data begin at a multiple of 8. The only allocation is that of the file.
 * @throws TypeError if data are of an unsupported type or a metadata value is not a string; RangeError if the product
 *   of a shape is not the length of its data, a tensor is called __metadata__, or a string is not valid Unicode
 */
export function encodeSafetensors(content: {
  metadata?: Readonly<Record<string, string>>;
  tensors: Readonly<Record<string, Tensor>>;
}): Uint8Array<ArrayBuffer> {
  knownOptions('encodeSafetensors', content, ['metadata', 'tensors'], 'content');
  objectWith('tensors', content.tensors, [], 'object of tensors by name');
  if (content.metadata !== undefined) objectWith('metadata', content.metadata, [], 'texts by name');
  const metadata = Object.entries(content.metadata ?? {}).map(([key, value]) => {
    if (typeof value !== 'string') refuse(`metadata.${key}`, 'string', value, 'type');
    return `${quote('metadata', key)}:${quote(`metadata.${key}`, value)}`;
  });
  const entries = metadata.length > 0 ? [`"${METADATA}":{${metadata.join(',')}}`] : [];
  const tensors = Object.entries(content.tensors);
  let end = 0;
  for (const [name, tensor] of tensors) {
    const { shape, data } = objectWith(name, tensor, ['shape', 'data'], 'tensor { shape, data }');
    if (name === METADATA) refuse('tensors', `names other than ${METADATA}`, name);
    const code = codeOf(name, data);
    const dtype = (Object.keys(CODE_OF) as Dtype[]).find((candidate) => CODE_OF[candidate] === code);
    const lengths = checkedShape(`${name}.shape`, shape, data).join(',');
    const begin = end;
    end += data.byteLength;
    entries.push(
      `${quote('tensors', name)}:{"dtype":"${dtype}","shape":[${lengths}],"data_offsets":[${begin},${end}]}`,
    );
  }
  const header = new TextEncoder().encode(`{${entries.join(',')}}`);
  const length = Math.ceil(header.length / 8) * 8;
  if (length > MAX_HEADER) throw new RangeError(`"tensors" expected a header <= ${MAX_HEADER} bytes, got ${length}`);
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.fill(0x20, 8 + header.length, 8 + length);
  bytes.set(header, 8);
  let begin = 8 + length;
  for (const [, { data }] of tensors) {
    bytes.set(littleEndianBytes(data), begin);
    begin += data.byteLength;
  }
  return bytes;
}

/**
 * Metadata and tensors of a safetensors file, each tensor in fresh memory, in the order of the header. I64 and U64 are
 * BigInt arrays, F16 and BF16 become Float32Array, which holds all of their values, and BOOL becomes Uint8Array of 0
 * and 1. Tensors of 8-bit floats and complex numbers are left out.
 * @param path named in errors
 * @throws FormatError if the file is shorter or longer than its header says, the header is not strict JSON of the
 *   format's shape, a name occurs twice, a type is unknown, a shape does not fit its offsets, or the offsets leave a
 *   hole or overlap
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  path?: string,
): { metadata: Record<string, string>; tensors: Record<string, Tensor> } {
  return readTensors(bytes, inspectSafetensors(bytes, path), path);
}

function readTensors(bytes: Uint8Array, { metadata, places }: ReturnType<typeof inspectSafetensors>, path?: string) {
  const tensors: [string, Tensor][] = [];
  for (const [name, place] of Object.entries(places)) {
    const data = readTensor(bytes, place, name, path);
    if (data !== undefined) tensors.push([name, { shape: place.shape, data }]);
  }
  return { metadata, tensors: Object.fromEntries(tensors) };
}

/**
 * `decodeSafetensors` for a file that this package has written.
 * @throws FormatError as `decodeSafetensors`, and for a tensor of a type that this package does not write
 */
export function decodeOwnSafetensors(bytes: Uint8Array, path?: string): ReturnType<typeof decodeSafetensors> {
  const inspected = inspectSafetensors(bytes, path);
  for (const [name, { dtype }] of Object.entries(inspected.places)) {
    if (Object.hasOwn(CODE_OF, dtype)) continue;
    throw new FormatError(`tensor ${JSON.stringify(name)} is of type ${dtype}, which is never written here`, 8, path);
  }
  return readTensors(bytes, inspected, path);
}

/** The entries of a tensor in fresh memory; undefined for types that no array holds. */
function readTensor(bytes: Uint8Array, { dtype, begin, end }: TensorPlace, name: string, path?: string) {
  const code = CODE_OF[dtype];
  if (code !== undefined) return numericArray(bytes, begin, end, code, true);
  if (dtype === 'F16') return halves(bytes, begin, end, true);
  if (dtype === 'BF16') return brainFloats(bytes, begin, end);
  if (dtype !== 'BOOL') return undefined;
  const wrong = bytes.subarray(begin, end).findIndex((byte) => byte > 1);
  if (wrong >= 0) {
    const got = bytes[begin + wrong];
    throw new FormatError(`tensor ${JSON.stringify(name)} of BOOL expected 0 or 1, got ${got}`, begin + wrong, path);
  }
  return numericArray(bytes, begin, end, 'u1', true);
}

/**
 * The names, types and places of the tensors of a file, after all checks of the format; copies no data.
 * @throws FormatError as `decodeSafetensors`
 */
export function inspectSafetensors(
  bytes: Uint8Array,
  path?: string,
): { metadata: Record<string, string>; places: Record<string, TensorPlace> } {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const scanner = new Scanner(headerText(bytes, path), 8, path);
  const claims: Claim[] = [];
  let metadata: Record<string, string> | undefined;
  const names = new Set<string>();
  eachMember(scanner, (name, at) => {
    if (names.has(name)) scanner.fail(`name ${JSON.stringify(name)} occurs twice`, at);
    names.add(name);
    if (name === METADATA) metadata = parseMetadata(scanner);
    else claims.push(parseClaim(scanner, name, at));
  });
  scanner.end();
  const dataStart = 8 + headerLength(bytes, path);
  checkCover(claims, bytes.length - dataStart, scanner);
  const places = claims.map(({ name, dtype, shape, begin, end }) => {
    return [name, { dtype, shape, begin: dataStart + begin, end: dataStart + end }] as const;
  });
  return { metadata: metadata ?? {}, places: Object.fromEntries(places) };
}

/** The header's entry of one tensor; offsets count from the start of the data. */
interface Claim {
  name: string;
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
  /** Its place in the header, in characters. */
  at: number;
}

function headerLength(bytes: Uint8Array, path?: string): number {
  if (bytes.length < 8) throw new FormatError('ends inside its header length', bytes.length, path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > MAX_HEADER) {
    throw new FormatError(`not a safetensors file: header of ${length} bytes, more than ${MAX_HEADER}`, 0, path);
  }
  if (length > bytes.length - 8)
    throw new FormatError(`header of ${length} bytes, ${bytes.length - 8} are left`, 0, path);
  return length;
}

function headerText(bytes: Uint8Array, path?: string): string {
  const header = bytes.subarray(8, 8 + headerLength(bytes, path));
  if (header[0] !== 0x7b) throw new FormatError('header expected { as its first byte', 8, path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw new FormatError('header is not valid UTF-8', 8, path);
  }
}

/** Parses one JSON object, calling `read` before each value, with its key and the key's place. */
function eachMember(scanner: Scanner, read: (key: string, at: number) => void): void {
  scanner.take(/\{/y, '{');
  if (scanner.try(/\}/y) !== undefined) return;
  do {
    const at = scanner.at;
    const key = parseString(scanner, 'a quoted name');
    scanner.take(/:/y, ':');
    read(key, at);
  } while (scanner.try(/,/y) !== undefined);
  scanner.take(/\}/y, ', or }');
}

function parseMetadata(scanner: Scanner): Record<string, string> {
  const entries = new Map<string, string>();
  eachMember(scanner, (key, at) => {
    if (entries.has(key)) scanner.fail(`metadata ${JSON.stringify(key)} occurs twice`, at);
    entries.set(key, parseString(scanner, `a string for metadata ${JSON.stringify(key)}`));
  });
  return Object.fromEntries(entries);
}

function parseClaim(scanner: Scanner, name: string, at: number): Claim {
  let dtype: Dtype | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  eachMember(scanner, (key, keyAt) => {
    if (key === 'dtype' && !dtype) {
      const value = parseString(scanner, 'a string for dtype');
      if (bytesOf(value) === undefined) scanner.fail(`dtype ${JSON.stringify(value)} is not supported`, keyAt);
      dtype = value as Dtype;
    } else if (key === 'shape' && !shape) {
      shape = parseIntegers(scanner);
    } else if (key === 'data_offsets' && !offsets) {
      offsets = parseIntegers(scanner);
      if (offsets.length !== 2) scanner.fail(`data_offsets expected two integers, got ${offsets.length}`, keyAt);
    } else {
      const known = ['dtype', 'shape', 'data_offsets'].includes(key);
      scanner.fail(`header key ${JSON.stringify(key)} ${known ? 'occurs twice' : 'is unknown'}`, keyAt);
    }
  });
  if (!dtype || !shape || !offsets)
    scanner.fail(`tensor ${JSON.stringify(name)} lacks dtype, shape or data_offsets`, at);
  return { name, dtype, shape, begin: offsets[0], end: offsets[1], at };
}

/** A JSON string; half surrogate pairs are an error, as for the format's own reader. */
function parseString(scanner: Scanner, expected: string): string {
  scanner.take(/(?=")/y, expected);
  const { at, text } = scanner;
  // Not by a regular expression: one with alternatives exhausts the stack of some engines on a string of megabytes.
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) !== 0x22) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
  if (end >= text.length) scanner.fail('header ends inside a string', at);
  scanner.at = end + 1;
  const plain = text.slice(at + 1, end);
  if (/^[ !#-[\]-~]*$/.test(plain)) return plain;
  let value: string;
  try {
    value = JSON.parse(text.slice(at, end + 1));
  } catch {
    scanner.fail('header holds a string that is not JSON', at);
  }
  if (/\p{Surrogate}/u.test(value)) scanner.fail('header holds half a surrogate pair', at);
  return value;
}

function parseIntegers(scanner: Scanner): number[] {
  const integers: number[] = [];
  scanner.take(/\[/y, '[');
  if (scanner.try(/\]/y) !== undefined) return integers;
  do {
    const digits = scanner.take(/(?:0|[1-9][0-9]*)(?![0-9.eE])/y, 'an integer >= 0');
    if (!Number.isSafeInteger(Number(digits))) scanner.fail(`integer ${digits.slice(0, 40)} is too large`);
    integers.push(Number(digits));
  } while (scanner.try(/,/y) !== undefined);
  scanner.take(/\]/y, ', or ]');
  return integers;
}

/** Checks that each tensor is as long as its shape says, and that the tensors cover each byte of the data once. */
function checkCover(claims: readonly Claim[], length: number, scanner: Scanner): void {
  let covered = 0;
  for (const { name, dtype, shape, begin, end, at } of [...claims].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const tensor = `tensor ${JSON.stringify(name)}`;
    const needed = countOf(shape) * (bytesOf(dtype) as number);
    if (end < begin) scanner.fail(`${tensor} ends at ${end}, before it begins at ${begin}`, at);
    if (end > length) scanner.fail(`${tensor} ends at byte ${end} of the data, the file has ${length}`, at);
    if (end - begin !== needed) {
      scanner.fail(
        `${tensor} of shape [${shape.join(', ').slice(0, 80)}] and type ${dtype} needs ${needed} bytes, has ${end - begin}`,
        at,
      );
    }
    if (begin < covered) scanner.fail(`${tensor} begins at ${begin}, inside another that ends at ${covered}`, at);
    if (begin > covered) scanner.fail(`${tensor} begins at ${begin}, after a hole from ${covered}`, at);
    covered = end;
  }
  if (covered < length) scanner.fail(`${length - covered} bytes of data belong to no tensor`, 0);
}

function quote(name: string, text: string): string {
  if (/\p{Surrogate}/u.test(text)) refuse(name, 'text without half surrogate pairs', text);
  return JSON.stringify(text);
}
