/**
 * Gzip: one compressed file, whose ends are claims that are checked before and after it is inflated. The format's size is one of 32 bits, so what is
 * inflated is below 4 GiB. Source: RFC 1952.
 */

import { Inflate } from 'fflate';
import { positive, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { crc32 } from './crc32.js';

/** Deflate's best: 258 bytes for two bits. A larger ratio is a lie. */
export const LARGEST_RATIO = 1032;

/** Bytes before a deflated stream without optional fields, and after it. */
const HEADER = 10;
const TRAILER = 8;

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file, in fresh memory.
 * @param path named in errors
 * @param limit most bytes of the content; default 2 GiB
 * @throws FormatError for a file that is cut short, of several parts, larger than the limit or than its own bytes can hold, or whose CRC-32 is another
 */
export function gunzip(bytes: Uint8Array, path?: string, limit = 2 ** 31): Uint8Array<ArrayBuffer> {
  if (!(bytes instanceof Uint8Array)) refuse('bytes', 'Uint8Array', bytes, 'type');
  positive('limit', limit);
  const begin = deflatedBegin(bytes, path);
  const end = bytes.length - TRAILER;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(end + 4, true);
  if (size > limit) throw new FormatError(`content of ${size} bytes, the limit is ${limit}`, end + 4, path);
  if (size > (end - begin) * LARGEST_RATIO) {
    throw new FormatError(`${end - begin} deflated bytes cannot hold the ${size} that it claims`, end + 4, path);
  }
  const content = inflateExactly(bytes.subarray(begin, end), size, (reason) => {
    throw new FormatError(`gzip content ${reason}`, begin, path);
  });
  if (crc32(content) !== view.getUint32(end, true)) {
    throw new FormatError('is damaged: its content has another CRC-32', end, path);
  }
  return content;
}

/** Where the deflated bytes begin: after ten bytes, and what the flags say comes then. */
function deflatedBegin(bytes: Uint8Array, path?: string): number {
  const fail = (reason: string, offset: number): never => {
    throw new FormatError(reason, Math.min(offset, bytes.length), path);
  };
  if (!isGzip(bytes)) fail('is no gzip file', 0);
  if (bytes.length < HEADER + TRAILER) fail('ends inside its gzip header', bytes.length);
  if (bytes[2] !== 8) fail(`gzip compression ${bytes[2]} is unknown`, 2);
  const flags = bytes[3];
  if (flags & 0xe0) fail('gzip flags are unknown', 3);
  let at = HEADER;
  if (flags & 4) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  // name and comment end with a zero byte
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const zero = at < bytes.length ? bytes.indexOf(0, at) : -1;
    if (zero < 0) fail('gzip header has no end', at);
    at = zero + 1;
  }
  if (flags & 2) at += 2;
  if (at > bytes.length - TRAILER) fail('ends inside its gzip header', bytes.length);
  return at;
}

/** Exactly `size` bytes; inflated piece by piece, so that what holds more is stopped soon after it passes its size. @param fail throws */
export function inflateExactly(
  packed: Uint8Array,
  size: number,
  fail: (reason: string) => never,
): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((piece) => {
    if (filled + piece.length > content.length) fail(`inflates to more than the ${content.length} bytes promised`);
    content.set(piece, filled);
    filled += piece.length;
  });
  const step = 2 ** 15;
  try {
    for (let at = 0; at < packed.length; at += step) {
      stream.push(packed.subarray(at, at + step), at + step >= packed.length);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    fail(`is no deflated data: ${error instanceof Error ? error.message : error}`);
  }
  if (filled !== content.length) fail(`inflates to ${filled} bytes, ${content.length} were promised`);
  return content;
}
