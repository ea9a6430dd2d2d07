/** Files that are none of those read here, told by how they begin: what stands in a folder under a name that promises data. */

import { FormatError } from '../util/errors.js';
import { isGzip } from './gzip.js';

/** Beginnings of files of other kinds, and what to say of them. */
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
];

/**
 * Refuses an empty file, and one of a well-known kind that is not read here; does nothing for others.
 * @param expected what the file should be, such as ".npy or .npz"
 * @param path named in errors
 * @throws FormatError that says what the file is
 */
export function refuseStranger(bytes: Uint8Array, expected: string, path?: string): void {
  if (bytes.length === 0) throw new FormatError(`is empty, expected ${expected}`, 0, path);
  if (isGzip(bytes)) throw new FormatError(`expected ${expected}, got a gzip file: decompress it first`, 0, path);
  // a byte order mark and blank lines may stand before a page
  const beginning = String.fromCharCode(...bytes.subarray(0, 64)).replace(/^(\xef\xbb\xbf)?[ \t\r\n]*/, '');
  const kind = KINDS.find(([pattern]) => pattern.test(beginning));
  if (kind) throw new FormatError(`expected ${expected}, got ${kind[1]}`, 0, path);
}
