/** Files of other kinds, recognised by their first bytes, with a name that suggests data. */

import { isGzip } from '../formats/gzip.js';
import { FormatError } from '../util/errors.js';

/** First bytes of files of other kinds, and what the error says of them. */
const KINDS: readonly [beginning: RegExp, what: string][] = [
  [/^<(!doctype html|html|head|body)/i, 'a web page (HTML): what was downloaded is a page of the server, not the file'],
  [/^<(\?xml|error|!--)/i, 'an XML text: what was downloaded may be the error of a server'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS, not the file itself: fetch it by git lfs pull'],
  [/^\x89HDF/, 'an HDF5 file: save its arrays as npz'],
  [/^MATLAB 5\.0/, 'a MATLAB file: save its arrays as npz'],
  [/^BZh[1-9]/, 'compressed by bzip2: decompress it first'],
  [/^\xfd7zXZ/, 'compressed by xz: decompress it first'],
  [/^\(\xb5\/\xfd/, 'compressed by zstd: decompress it first'],
  [/^7z\xbc\xaf/, 'a 7z archive: unpack it first'],
  [/^%PDF-/, 'a PDF document'],
  [/^\x89PNG/, 'a PNG picture'],
  [/^PAR1/, 'a Parquet file: save its columns as npz'],
  // a safetensors file with a header of 640 to 1400 bytes begins like this, but is followed by a JSON object
  [/^\x80\p{Cc}(?!.{6}\{)/su, 'a Python pickle, which is a program: save its arrays by np.save or np.savez'],
  // no binary format that is read here begins with that many bytes of text
  [/^[\t\n\r\x20-\x7e]+$/, 'a text: save its numbers by np.save("data.npy", np.loadtxt("data.txt", delimiter=","))'],
];

/** Whether the bytes begin as a zip archive does, an empty one too. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 ? bytes[3] === 4 : bytes[2] === 5 && bytes[3] === 6);
}

/**
 * Throws for an empty file, and for one of a well-known kind that is not read here.
 * @param expected what the file should be, such as ".npy or .npz"
 * @param path named in errors
 * @throws FormatError that says what the file is
 */
export function refuseStranger(bytes: Uint8Array, expected: string, path?: string): void {
  if (bytes.length === 0) throw new FormatError(`is empty, expected ${expected}`, 0, path);
  if (isGzip(bytes)) throw new FormatError(`expected ${expected}, got a gzip file: decompress it first`, 0, path);
  // a page may begin with a byte order mark and blank lines
  const beginning = String.fromCharCode(...bytes.subarray(0, 64)).replace(/^(\xef\xbb\xbf)?[ \t\r\n]*/, '');
  const kind = KINDS.find(([pattern]) => pattern.test(beginning));
  if (kind) throw new FormatError(`expected ${expected}, got ${kind[1]}`, 0, path);
}

/**
 * Throws for a file that does not begin like a zip archive, for readers that have tried every other format: it is then
 * not a damaged archive, but unknown.
 * @throws FormatError with the first bytes
 */
export function refuseOthers(bytes: Uint8Array, expected: string, path?: string): void {
  if (isZip(bytes)) return;
  const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new FormatError(`expected ${expected}, got a file of no such form: its first bytes are ${first}`, 0, path);
}
