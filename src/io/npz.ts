/**
 * NumPy's .npz format: a zip archive with one .npy file an entry.
 * The archive's directory is read here, strictly, because it is all claims: sizes and places are compared with the bytes that are there,
 * with each other and with a bound before anything is inflated, and the CRC-32 of what comes out must be the one promised.
 * Compression is fflate's. Source: PKWARE, APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
 */

import { zipSync } from 'fflate';
import { knownOptions, objectWith, positive, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { crc32 } from './crc32.js';
import { inflateExactly, LARGEST_RATIO } from './gzip.js';
import { decodeNpy, encodeNpy, type NpyArray } from './npy.js';

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;

/** Beyond this a zip archive needs the zip64 fields, which are neither written nor read here. */
const LONGEST_ARCHIVE = 2 ** 32 - 2;

/**
 * The bytes of a .npz file. The key `name` becomes the entry `name.npy`, a string a 0-d unicode array. Equal input gives equal bytes:
 * the entries carry the date 1980-01-01, as NumPy's do.
 * @param options.compress deflate the entries (the default) or store them as they are
 * @throws TypeError, RangeError as `encodeNpy`; RangeError for an empty or too long name, and past 4 GiB or 65,534 entries
 */
export function encodeNpz(
  entries: Readonly<Record<string, NpyArray | string>>,
  options: { compress?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  knownOptions('encodeNpz', options, ['compress']);
  objectWith('entries', entries, [], 'object of arrays by name');
  const files: Record<string, Uint8Array> = {};
  const names = Object.keys(entries);
  if (names.length > 65_534) throw new RangeError(`"entries" expected at most 65534, got ${names.length}`);
  let total = END_LENGTH;
  for (const name of names) {
    const file = `${name}.npy`;
    const length = new TextEncoder().encode(file).length;
    if (name === '' || length > 65_535 || /[\0\p{Surrogate}]/u.test(name)) {
      refuse('entries', 'names of 1 to 65531 bytes, without NUL or half surrogate pairs', name);
    }
    files[file] = encodeNpy(entries[name]);
    // Incompressible data grow by five bytes in each stored block of at most 65,535.
    total += files[file].length * (1 + 2 ** -12) + 2 * length + 128;
  }
  if (total > LONGEST_ARCHIVE)
    throw new RangeError(`"entries" expected less than 4 GiB, got ${Math.round(total)} bytes`);
  // fflate writes the date's local fields, so a local date gives the same bytes in every time zone.
  return zipSync(files, { level: options.compress === false ? 0 : 6, mtime: new Date(1980, 0, 1) });
}

/**
 * The arrays and texts of a .npz file, stored or deflated, in fresh memory, in the order of its directory, under names without `.npy`.
 * @param path named in errors; offsets of errors inside a deflated entry point to where the entry's data begin
 * @param options.limit largest sum of the sizes of all entries once inflated, in bytes; default 4 GiB
 * @param options.only reads this entry alone, whatever the others hold
 * @throws FormatError if the archive is cut short, contradicts itself, exceeds the limit, holds what is no .npy, or uses zip64 or encryption
 */
export function decodeNpz(
  bytes: Uint8Array,
  path?: string,
  options: { limit?: number; only?: string } = {},
): Record<string, NpyArray | string> {
  knownOptions('decodeNpz', options, ['limit', 'only']);
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const limit = positive('limit', options.limit ?? 2 ** 32);
  const all = readDirectory(bytes, limit, path);
  const { only } = options;
  const entries = only === undefined ? all : all.filter(({ name }) => name === `${only}.npy`);
  if (only !== undefined && entries.length === 0) {
    const names = all.map(({ name }) => JSON.stringify(name.slice(0, -4))).join(', ');
    throw new FormatError(`expected an array ${JSON.stringify(only)}, got ${names.slice(0, 200) || 'none'}`, 0, path);
  }
  return Object.fromEntries(entries.map((entry) => [entry.name.slice(0, -4), readEntry(bytes, entry, path)]));
}

interface Entry {
  /** With its `.npy`. */
  name: string;
  method: number;
  crc: number;
  /** Bytes in the archive and once inflated. */
  packed: number;
  size: number;
  /** Where the local header and the data begin, and the data end. */
  header: number;
  begin: number;
  end: number;
}

/** Every entry, after all checks that need no inflating. */
function readDirectory(bytes: Uint8Array, limit: number, path?: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, path);
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    throw new FormatError('zip64 archives are not supported', end, path);
  }
  const disks = view.getUint16(end + 4, true) || view.getUint16(end + 6, true);
  if (disks !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new FormatError('archives in several parts are not supported', end + 4, path);
  }
  if (start + length !== end)
    throw new FormatError('directory is not where the end of the archive says', end + 12, path);

  const entries: Entry[] = [];
  const names = new Set<string>();
  let total = 0;
  let at = start;
  for (let k = 0; k < count; k++) {
    const { entry, next } = readDirectoryEntry(bytes, view, at, start, end, path);
    if (names.has(entry.name)) throw new FormatError(`entry ${JSON.stringify(entry.name)} is there twice`, at, path);
    total += entry.size;
    if (total > limit) throw new FormatError(`entries of ${total} bytes and more, the limit is ${limit}`, at, path);
    names.add(entry.name);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw new FormatError(`${end - at} bytes after the last entry of the directory`, at, path);
  checkOverlap(entries, path);
  return entries;
}

/** The record at the end of the archive, of 22 bytes and a comment that reaches exactly to the end of the file. */
function findEnd(view: DataView, path?: string): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
    if (view.getUint32(at, true) === DIRECTORY_END && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw new FormatError('no zip archive, or cut short: its directory has no end', view.byteLength, path);
}

function readDirectoryEntry(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  start: number,
  end: number,
  path?: string,
): { entry: Entry; next: number } {
  const fail = (reason: string, offset = at): never => {
    throw new FormatError(reason, offset, path);
  };
  if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY_ENTRY) fail('directory expected an entry');
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const crc = view.getUint32(at + 16, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const nameLength = view.getUint16(at + 28, true);
  const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  const header = view.getUint32(at + 42, true);
  if (next > end) fail('entry reaches past the end of the directory');
  const nameBytes = bytes.subarray(at + 46, at + 46 + nameLength);
  const name = decodeName(nameBytes, (flags & 0x800) !== 0) ?? fail('entry has a name in no known encoding', at + 46);
  const entry = `entry ${JSON.stringify(name)}`;
  if (!name.endsWith('.npy')) fail(`${entry} is no .npy file`, at + 46);
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) fail('zip64 archives are not supported');
  if (flags & 0x41) fail(`${entry} is encrypted`, at + 8);
  if (method !== STORED && method !== DEFLATED) fail(`${entry} has unknown compression ${method}`, at + 10);

  if (header + 30 > start || view.getUint32(header, true) !== LOCAL_HEADER) {
    fail(`${entry} is not at ${header}, where the directory says`, at + 42);
  }
  const begin = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const sameName =
    view.getUint16(header + 26, true) === nameLength &&
    header + 30 + nameLength <= start &&
    nameBytes.every((byte, k) => bytes[header + 30 + k] === byte);
  if (!sameName) fail(`${entry} has another name before its data`, header + 26);
  if (view.getUint16(header + 8, true) !== method) fail(`${entry} has another compression before its data`, header + 8);
  if (begin + packed > start) fail(`${entry} of ${packed} bytes reaches into the directory`, at + 20);
  if (method === STORED ? size !== packed : size > packed * LARGEST_RATIO) {
    fail(`${entry} of ${packed} bytes cannot hold ${size}`, at + 24);
  }
  const before = view.getUint16(header + 6, true);
  if (before & 0x41) fail(`${entry} is encrypted`, header + 6);
  // Written in one go, an entry has its sizes after its data; zip64 leaves a mark in their place.
  if (!(before & 8)) {
    [crc, packed, size].forEach((value, k) => {
      const other = view.getUint32(header + 14 + 4 * k, true);
      if (other !== value && !(k > 0 && other === 0xffffffff)) {
        fail(`${entry} has another ${['CRC-32', 'size', 'inflated size'][k]} before its data`, header + 14 + 4 * k);
      }
    });
  }
  return { entry: { name, method, crc, packed, size, header, begin, end: begin + packed }, next };
}

/** UTF-8 where the entry says so; otherwise only ASCII means the same everywhere. */
function decodeName(bytes: Uint8Array, utf8: boolean): string | undefined {
  if (!utf8 && bytes.some((byte) => byte > 0x7f)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Entries that share bytes let a small file claim much. */
function checkOverlap(entries: readonly Entry[], path?: string): void {
  let last = 0;
  for (const { name, header, end } of [...entries].sort((a, b) => a.header - b.header)) {
    if (header < last) throw new FormatError(`entry ${JSON.stringify(name)} overlaps another`, header, path);
    last = end;
  }
}

function readEntry(bytes: Uint8Array, entry: Entry, path?: string): NpyArray | string {
  const { name, method, begin, end } = entry;
  const packed = bytes.subarray(begin, end);
  const fail = (reason: string): never => {
    throw new FormatError(`entry ${JSON.stringify(name)} ${reason}`, begin, path);
  };
  const content = method === STORED ? packed : inflateExactly(packed, entry.size, fail);
  const crc = crc32(content);
  if (crc !== entry.crc) {
    const promised = `CRC-32 ${hexadecimal(crc)}, ${hexadecimal(entry.crc)} was promised`;
    throw new FormatError(`entry ${JSON.stringify(name)} is damaged: ${promised}`, begin, path);
  }
  try {
    return decodeNpy(content);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const place = method === STORED ? '' : ` at byte ${error.offset} once inflated`;
    const offset = method === STORED ? begin + error.offset : begin;
    throw new FormatError(`entry ${JSON.stringify(name)}: ${error.reason}${place}`, offset, path);
  }
}

function hexadecimal(value: number): string {
  return value.toString(16).padStart(8, '0');
}
