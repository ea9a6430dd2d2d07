/**
 * Gzip: a series of compressed members, each followed by the CRC-32 and size of its content, which are checked. Source:
 * RFC 1952.
 */

import { positive, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { crc32 } from './crc32.js';
import { FlateErrorCode, Inflate } from './fflate.js';

/** The largest ratio of compression that deflate reaches, 258 bytes for two bits; a larger claim is false. */
export const MAX_RATIO = 1032;

/** Bytes before a deflated stream without optional fields, and after it. */
const HEADER = 10;
const TRAILER = 8;

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bytes that are inflated at a time. */
const STEP = 2 ** 15;

/**
 * A deflated stream has ended after as many bytes without content: twice the largest stored block, which is inflated
 * whole.
 */
const SILENCE = 2 ** 17;

/**
 * The content of a gzip file, in fresh memory: that of its members, in order. Zeros between and after them are padding.
 * @param path named in errors
 * @param limit most bytes of the content; default 2 GiB
 * @throws FormatError for a file that is cut short, larger than the limit, followed by other bytes, or with a member of
 *   another size or CRC-32
 */
export function gunzip(bytes: Uint8Array, path?: string, limit = 2 ** 31): Uint8Array<ArrayBuffer> {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  positive('limit', limit);
  if (!isGzip(bytes)) throw new FormatError('is not a gzip file', 0, path);
  const content = new Content(sizeToExpect(bytes, limit, path), limit, path);
  for (let at = 0; at < bytes.length; ) at = readMember(bytes, at, content, path);
  return content.bytes();
}

/**
 * The size that the file states at its end, if it can hold as much; exact for a single member, so that one allocation
 * is enough.
 * @throws FormatError if it states more than the limit, before anything is inflated
 */
function sizeToExpect(bytes: Uint8Array, limit: number, path?: string): number {
  const end = bytes.length - 4;
  if (end < HEADER + 4) return 0;
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  if (claimed > (end - HEADER) * MAX_RATIO) return 0;
  if (claimed <= limit) return claimed;
  throw new FormatError(
    `inflates to ${claimed} bytes, as its end says unless it is cut short; the limit is ${limit} ("limit" raises it)`,
    end,
    path,
  );
}

/** The content inflated so far. */
class Content {
  #bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(
    expected: number,
    readonly limit: number,
    readonly path?: string,
  ) {
    this.#bytes = new Uint8Array(expected);
  }

  /** @param at offset in the file of this piece's source */
  push(piece: Uint8Array, at: number): void {
    const length = this.length + piece.length;
    if (length > this.limit) {
      throw new FormatError(`inflates to more than ${this.limit} bytes, the limit ("limit" raises it)`, at, this.path);
    }
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.limit, Math.max(length, 2 * this.#bytes.length)));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.length);
    this.length = length;
  }

  /** The content from this offset on, a view. */
  from(begin: number): Uint8Array {
    return this.#bytes.subarray(begin, this.length);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.length);
  }
}

/**
 * Inflates the member at `at`. The library does not report where its deflated stream ends: the eight bytes after it are
 * known from the content, and are searched for where no further content comes.
 * @returns the offset of the next member, or of the end of the file
 */
function readMember(bytes: Uint8Array, at: number, content: Content, path?: string): number {
  const begin = deflatedBegin(bytes, at, path);
  const first = content.length;
  /** Offsets of the last step with content, and of the next step. */
  let last = begin;
  let next = begin;
  const stream = new Inflate((piece) => {
    if (piece.length > 0) last = next;
    content.push(piece, next);
  });
  for (let silent = 0; next < bytes.length && silent < SILENCE; ) {
    const to = Math.min(bytes.length, next + STEP);
    const before = content.length;
    pushStep(stream, bytes.subarray(next, to), to === bytes.length, at, path);
    silent = content.length === before ? silent + to - next : 0;
    next = to;
  }
  const member = content.from(first);
  const trailer = trailerOf(member);
  return (
    memberEnd(bytes, last, Math.min(bytes.length, next + TRAILER), trailer) ??
    refuseEnd(bytes, last, member, trailer, path)
  );
}

/** @throws FormatError if the data are not deflated data, or, at the end of the file, incomplete */
function pushStep(stream: Inflate, piece: Uint8Array, final: boolean, at: number, path?: string): void {
  try {
    stream.push(piece, final);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const { code, message } = error as Error & { code?: number };
    if (code === FlateErrorCode.UnexpectedEOF) {
      throw new FormatError('ends inside its compressed data: the gzip file is cut short, or damaged', at, path);
    }
    throw new FormatError(`gzip content is not deflated data: ${message}`, at, path);
  }
}

/** The eight bytes after a member: CRC-32 and size modulo 2^32 of its content. */
function trailerOf(content: Uint8Array): Uint8Array {
  const trailer = new Uint8Array(TRAILER);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, crc32(content), true);
  view.setUint32(4, content.length % 2 ** 32, true);
  return trailer;
}

/**
 * The offset after the trailer and its padding, if it lies in [from, to) and is followed by nothing but padding,
 * members and the end of the file.
 */
function memberEnd(bytes: Uint8Array, from: number, to: number, trailer: Uint8Array): number | undefined {
  for (
    let at = bytes.indexOf(trailer[0], from);
    at >= 0 && at + TRAILER <= to;
    at = bytes.indexOf(trailer[0], at + 1)
  ) {
    if (trailer.some((byte, k) => bytes[at + k] !== byte)) continue;
    let next = at + TRAILER;
    while (next < bytes.length && bytes[next] === 0) next++;
    if (next === bytes.length || isGzip(bytes.subarray(next))) return next;
  }
  return undefined;
}

/** Throws with the reason why no trailer was found. */
function refuseEnd(bytes: Uint8Array, last: number, content: Uint8Array, trailer: Uint8Array, path?: string): never {
  for (let length = TRAILER - 1; length > 0; length--) {
    const at = bytes.length - length;
    if (at >= last && trailer.subarray(0, length).every((byte, k) => bytes[at + k] === byte)) {
      throw new FormatError(`is cut short: the gzip file lacks its last ${TRAILER - length} bytes`, bytes.length, path);
    }
  }
  for (let at = last; at + TRAILER <= bytes.length; at++) {
    if (trailer.every((byte, k) => bytes[at + k] === byte)) {
      throw new FormatError('bytes after the gzip content are neither another member nor zeros', at + TRAILER, path);
    }
  }
  const crc = crc32(content).toString(16).padStart(8, '0');
  throw new FormatError(
    `is damaged or cut short: the ${content.length} bytes it inflates to have CRC-32 ${crc}, and no such size and CRC-32 follow them`,
    last,
    path,
  );
}

/** The offset of the deflated bytes of the member at `start`: after ten bytes and the optional fields of the flags. */
function deflatedBegin(bytes: Uint8Array, start: number, path?: string): number {
  const fail = (reason: string, offset: number): never => {
    throw new FormatError(reason, Math.min(offset, bytes.length), path);
  };
  const cut = () => fail('is cut short: it ends inside a gzip header', bytes.length);
  if (bytes.length < start + HEADER) cut();
  if (bytes[start + 2] !== 8) fail(`gzip compression ${bytes[start + 2]} is unknown`, start + 2);
  const flags = bytes[start + 3];
  if (flags & 0xe0) fail('gzip flags are unknown', start + 3);
  let at = start + HEADER;
  if (flags & 4) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  // name and comment end with a zero byte
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const zero = at < bytes.length ? bytes.indexOf(0, at) : -1;
    if (zero < 0) cut();
    at = zero + 1;
  }
  if (flags & 2) at += 2;
  if (!(at < bytes.length)) cut();
  return at;
}

/**
 * Inflates to exactly `size` bytes; piece by piece, so that it stops soon after the size is exceeded.
 * @param fail throws
 */
export function inflateExactly(
  packed: Uint8Array,
  size: number,
  fail: (reason: string) => never,
): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((piece) => {
    if (filled + piece.length > content.length) fail(`inflates to more than the ${content.length} bytes stated`);
    content.set(piece, filled);
    filled += piece.length;
  });
  try {
    for (let at = 0, silent = 0; at < packed.length && silent < SILENCE; at += STEP) {
      const before = filled;
      stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
      silent = filled === before ? silent + STEP : 0;
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    fail(`is not deflated data: ${error instanceof Error ? error.message : error}`);
  }
  if (filled !== content.length) fail(`inflates to ${filled} bytes, ${content.length} are stated`);
  return content;
}
