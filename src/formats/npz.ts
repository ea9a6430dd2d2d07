/**
 * NumPy's .npz format: a zip archive with one .npy file per entry. The directory of the archive is checked strictly:
 * sizes and places are compared with the bytes of the file, with each other and with a limit before anything is
 * inflated, and the content must have the stated CRC-32. Compression is that of the library fflate. Source: PKWARE,
 * APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
 */

import { knownOptions, objectWith, positive, refuse, text } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { crc32 } from './crc32.js';
import { zipSync } from './fflate.js';
import { inflateExactly, MAX_RATIO } from './gzip.js';
import { decodeNpy, encodeNpy, type NpyArray, UnreadError } from './npy.js';

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;

/** Larger archives need the zip64 fields, which are neither written nor read here. */
const MAX_ARCHIVE = 2 ** 32 - 2;

/**
 * The bytes of a .npz file. The key `name` becomes the entry `name.npy`, a string a 0-d unicode array. Equal input
 * gives equal bytes: the entries carry the date 1980-01-01, as NumPy's do.
 * @param options.compress deflate the entries (the default) or store them as they are
 * @throws TypeError or RangeError as `encodeNpy`; RangeError for an empty or too long name, and beyond 4 GiB or 65,534
 *   entries
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
    // Incompressible data grow by five bytes per stored block of at most 65,535 bytes.
    total += files[file].length * (1 + 2 ** -12) + 2 * length + 128;
  }
  if (total > MAX_ARCHIVE) throw new RangeError(`"entries" expected less than 4 GiB, got ${Math.round(total)} bytes`);
  // fflate writes the date's local fields, so a local date gives the same bytes in every time zone.
  return zipSync(files, { level: options.compress === false ? 0 : 6, mtime: new Date(1980, 0, 1) });
}

/** Options of `decodeNpz`. */
export interface NpzOptions {
  /** Largest sum of the sizes of the entries that are read, once inflated, in bytes; default 4 GiB. */
  limit?: number;
  /** Reads only this entry. */
  only?: string;
  /** Throws for entries that would otherwise be left out. Default false. */
  strict?: boolean;
}

/**
 * The arrays and texts of a .npz file, stored or deflated, in fresh memory, in the order of its directory, under names
 * without `.npy`. Arrays of kinds that are not read here (objects, records, dates, complex numbers, arrays of text) and
 * files and folders other than .npy are left out; with `only` or `strict` they are an error that says why.
 * @param path named in errors; offsets of errors inside a deflated entry are those of the beginning of its data
 * @throws FormatError if the archive is cut short, contradicts itself, exceeds the limit, uses zip64, or an entry to be
 *   read is damaged or encrypted; TypeError or RangeError for a wrong argument
 */
export function decodeNpz(
  bytes: Uint8Array,
  path?: string,
  options: NpzOptions = {},
): Record<string, NpyArray | string> {
  return readNpz(bytes, path, options).arrays;
}

/**
 * `decodeNpz` together with the reasons why entries were left out.
 * @throws FormatError, TypeError or RangeError as `decodeNpz`
 */
export function readNpz(
  bytes: Uint8Array,
  path?: string,
  options: NpzOptions = {},
): { arrays: Record<string, NpyArray | string>; left: Map<string, string> } {
  knownOptions('decodeNpz', options, ['limit', 'only', 'strict']);
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  const { only, strict = false } = options;
  if (only !== undefined) text('only', only);
  const limit = positive('limit', options.limit ?? 2 ** 32);
  const entries = entriesToRead(readDirectory(bytes, path), only, path);
  checkTotal(entries, limit, path);
  const must = strict || only !== undefined;
  const arrays: [string, NpyArray | string][] = [];
  const left = new Map<string, string>();
  for (const entry of entries) {
    try {
      if (entry.unread !== undefined) refuseEntry(entry, path);
      arrays.push([entry.name.slice(0, -4), readEntry(bytes, entry, path)]);
    } catch (error) {
      if (must || !(error instanceof UnreadError)) throw error;
      left.set(entry.name, error.reason);
    }
  }
  return { arrays: Object.fromEntries(arrays), left };
}

/** All entries, or the only one to be read. */
function entriesToRead(entries: Entry[], only: string | undefined, path?: string): Entry[] {
  if (only === undefined) return entries;
  const found = entries.filter(({ name }) => name === `${only}.npy`);
  if (found.length > 0) return found;
  const names = entries
    .filter(({ name }) => name.endsWith('.npy'))
    .map(({ name }) => JSON.stringify(name.slice(0, -4)));
  throw new FormatError(`expected an array ${JSON.stringify(only)}, got ${shortList(names) || 'none'}`, 0, path);
}

/** A list of names for a message, never longer than about 200 characters. */
function shortList(names: readonly string[]): string {
  const some = names.slice(0, 20).join(', ');
  return some.length > 200 || names.length > 20 ? `${some.slice(0, 200)}, … (${names.length} in all)` : some;
}

/** @throws FormatError if the entries to be read inflate to more than the limit */
function checkTotal(entries: readonly Entry[], limit: number, path?: string): void {
  let total = 0;
  for (const { unread, size, place } of entries) {
    if (unread === undefined) total += size;
    if (total > limit)
      throw new FormatError(
        `entries of ${total} bytes and more, the limit is ${limit} ("limit" raises it)`,
        place,
        path,
      );
  }
}

/** @throws UnreadError for an entry that is not an array, FormatError for an array that cannot be read */
function refuseEntry({ name, unread, place }: Entry, path?: string): never {
  const Kind = isArrayName(name) ? FormatError : UnreadError;
  throw new Kind(`entry ${JSON.stringify(name)} ${unread}`, place, path);
}

interface Entry {
  /** With its `.npy`. */
  name: string;
  /** Why it cannot be read, if that is known without inflating it. */
  unread: string | undefined;
  /** Where its record in the directory begins. */
  place: number;
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

/** Every entry, after all checks that are possible without inflating. */
function readDirectory(bytes: Uint8Array, path?: string): Entry[] {
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
  let at = start;
  for (let k = 0; k < count; k++) {
    const { entry, next } = readDirectoryEntry(bytes, view, at, start, end, path);
    if (names.has(entry.name)) throw new FormatError(`entry ${JSON.stringify(entry.name)} occurs twice`, at, path);
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
  throw new FormatError('not a zip archive, or cut short: its directory has no end', view.byteLength, path);
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
  const name = decodeName(nameBytes, (flags & 0x800) !== 0);
  const entry = `entry ${JSON.stringify(name)}`;
  if (packed === 0xffffffff || size === 0xffffffff || header === 0xffffffff) fail('zip64 archives are not supported');
  const before = header + 8 <= start ? view.getUint16(header + 6, true) : 0;
  const unread = whyUnread(name, (flags | before) & 0x41, method);

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
  if (unread === undefined && (method === STORED ? size !== packed : size > packed * MAX_RATIO)) {
    fail(`${entry} of ${packed} bytes cannot hold ${size}`, at + 24);
  }
  // An entry that was written as a stream has its sizes after its data; zip64 has a mark in their place.
  if (!(before & 8)) {
    [crc, packed, size].forEach((value, k) => {
      const other = view.getUint32(header + 14 + 4 * k, true);
      if (other !== value && !(k > 0 && other === 0xffffffff)) {
        fail(`${entry} has another ${['CRC-32', 'size', 'inflated size'][k]} before its data`, header + 14 + 4 * k);
      }
    });
  }
  return { entry: { name, unread, place: at, method, crc, packed, size, header, begin, end: begin + packed }, next };
}

/** UTF-8 where the entry says so; of other encodings only ASCII is known, and each other byte becomes one character. */
function decodeName(bytes: Uint8Array, utf8: boolean): string {
  try {
    if (utf8) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // invalid UTF-8 counts as an unknown encoding
  }
  return Array.from(bytes, (byte) => (byte > 0x7f ? `\ufffd${byte.toString(16)}` : String.fromCharCode(byte))).join('');
}

/** Whether a file is an array, by its name; the resource forks that macOS adds to archives are not. */
function isArrayName(name: string): boolean {
  return name.endsWith('.npy') && !/^__MACOSX\/|(^|\/)\._[^/]*$/.test(name);
}

/** Why an entry is not read, by its name, encryption and compression. */
function whyUnread(name: string, encrypted: number, method: number): string | undefined {
  if (!isArrayName(name)) return 'is not a .npy file';
  if (name.includes('\ufffd')) return 'has a name in no known encoding';
  if (encrypted) return 'is encrypted';
  if (method !== STORED && method !== DEFLATED) return `has unknown compression ${method}`;
  return undefined;
}

/** Throws for entries that share bytes, by which a small file could inflate to a large content. */
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
    const promised = `CRC-32 ${hexadecimal(crc)}, ${hexadecimal(entry.crc)} is stated`;
    throw new FormatError(`entry ${JSON.stringify(name)} is damaged: ${promised}`, begin, path);
  }
  try {
    return decodeNpy(content);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const place = method === STORED ? '' : ` at byte ${error.offset} once inflated`;
    const offset = method === STORED ? begin + error.offset : begin;
    const Kind = error instanceof UnreadError ? UnreadError : FormatError;
    throw new Kind(`entry ${JSON.stringify(name)}: ${error.reason}${place}`, offset, path);
  }
}

function hexadecimal(value: number): string {
  return value.toString(16).padStart(8, '0');
}
