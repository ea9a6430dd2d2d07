/** Writing .bits files (see spinFile.ts) row by row, and opening them, on the disk: for Node. */

import { type Provenance, SpinData } from '../ising/data/spinData.js';
import { checkPath, integer, knownOptions, refuse } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { DiskFile, isPresent, removeIfPresent, renameFile } from './disk.js';
import {
  decodeAnyHeader,
  encodeSpinFileHeader,
  headerLength,
  rowsBegin,
  SpinFile,
  type SpinFileHeader,
} from './spinFile.js';

/** The content of a .bits file common to all configurations. */
export interface SpinFileContent {
  /** [rows, columns] of one configuration. */
  shape: readonly [number, number];
  provenance: Provenance;
}

/** Bytes of the fixed beginning of a .bits file. */
const START = 16;

/** Names of `SpinFileContent`. */
const SPIN_FILE_CONTENT = ['shape', 'provenance'] as const;

/**
 * Opens a .bits file of any size for reading; to be closed by `close`.
 * @throws FormatError if it is not a whole .bits file; Error if it cannot be read
 */
export async function openSpinFile(path: string): Promise<SpinFile> {
  checkPath(path);
  const file = new DiskFile(path, 'read');
  try {
    return await SpinFile.open(file, path);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Begins a .bits file. Until `close` its name is `path.partial`, and an existing file `path` is not changed.
 * @throws TypeError or RangeError if `content` is not as required; Error if it cannot be written, or `path.partial`
 *   already exists: it is being written, or `resumeSpinFile` can continue it
 */
export function createSpinFile(path: string, content: SpinFileContent): SpinFileWriter {
  knownOptions('createSpinFile', content, SPIN_FILE_CONTENT, 'content');
  checkPath(path);
  const { shape, provenance } = checkedContent(content);
  const begin = rowsBegin({ shape, provenance });
  const header = encodeSpinFileHeader({ count: null, flushed: 0, shape, provenance }, begin);
  const file = createPartial(path);
  const writer = new SpinFileWriter(path, file, { shape, provenance }, begin, 0);
  try {
    file.write(header, 0);
    file.flush();
  } catch (error) {
    writer.discard();
    throw error;
  }
  return writer;
}

/**
 * Checks, before long work, that `createSpinFile` could begin this file.
 * @throws Error as `createSpinFile`
 */
export function checkCreatable(path: string): void {
  checkPath(path);
  const file = createPartial(path);
  file.close();
  removeIfPresent(file.path);
}

/**
 * Continues the partial file of an interrupted writer of `path`, after the rows of its last `flush`; later rows are
 * overwritten, since they may be incomplete on the disk.
 * @param count rows to continue after, at most those of the last `flush`; the later ones are overwritten. Default: all
 *   of the last `flush`
 * @throws TypeError or RangeError if an argument is not as required; FormatError if the partial file is not a .bits
 *   file or is damaged; Error if it does not exist, or was begun with another shape or provenance,
 *   or has fewer rows than `count`
 */
export function resumeSpinFile(path: string, content: SpinFileContent, count?: number): SpinFileWriter {
  knownOptions('resumeSpinFile', content, SPIN_FILE_CONTENT, 'content');
  checkPath(path);
  const { shape, provenance } = checkedContent(content);
  if (count !== undefined) integer('count', count, 0);
  const file = new DiskFile(partialName(path), 'edit');
  try {
    const { size } = file;
    const { header, begin } = headerIn(file);
    const { flushed = 0 } = header;
    if (header.count !== null) throw new Error(`${file.path} is complete: give it its name, ${path}`);
    const asked = JSON.stringify({ shape, provenance });
    if (JSON.stringify({ shape: header.shape, provenance: header.provenance }) !== asked) {
      throw new Error(`${file.path} was begun with another shape or provenance`);
    }
    const end = begin + flushed * Math.ceil((shape[0] * shape[1]) / 8);
    if (end > size) throw new FormatError(`${flushed} rows end at ${end}, past the end`, begin, file.path);
    if (count !== undefined && count > flushed) {
      throw new Error(
        `${file.path} has ${flushed} rows that are safely written, fewer than the ${count} to continue after`,
      );
    }
    return new SpinFileWriter(path, file, { shape, provenance }, begin, count ?? flushed);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The header of a whole .bits file, or undefined if it does not exist or is unfinished.
 * @throws FormatError if it is another kind of file; Error if it cannot be read
 */
export function wholeSpinFileHeader(path: string): (SpinFileHeader & { count: number }) | undefined {
  if (!isPresent(path)) return undefined;
  const file = new DiskFile(path, 'read');
  try {
    const { header } = headerIn(file);
    return header.count === null ? undefined : { ...header, count: header.count };
  } finally {
    file.close();
  }
}

function headerIn(file: DiskFile): { header: SpinFileHeader; begin: number } {
  const { size } = file;
  const length = headerLength(file.read(0, START), size, file.path);
  return decodeAnyHeader(file.read(0, START + length), size, file.path);
}

/** A .bits file that is being written; it gets its final name when it is whole. */
export class SpinFileWriter {
  #count: number;
  readonly #file: DiskFile;
  readonly #content: SpinFileContent;
  readonly #begin: number;
  readonly #stride: number;
  #open = true;
  #named = false;

  /** Only for `createSpinFile` and `resumeSpinFile`. */
  constructor(
    readonly path: string,
    file: DiskFile,
    content: SpinFileContent,
    begin: number,
    count: number,
  ) {
    this.#file = file;
    this.#content = content;
    this.#begin = begin;
    this.#stride = Math.ceil((content.shape[0] * content.shape[1]) / 8);
    this.#count = count;
  }

  /** [rows, columns] of one configuration. */
  get shape(): readonly [number, number] {
    return this.#content.shape;
  }

  /** Number of configurations so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Appends configurations.
   * @throws TypeError if not SpinData; RangeError for configurations of another shape; Error if the file is closed, or
   *   they cannot be written: they can then be appended again
   */
  append(data: SpinData): void {
    this.#check();
    if (!(data instanceof SpinData)) refuse('data', 'SpinData', data, 'type');
    const { shape } = this.#content;
    if (data.shape[0] !== shape[0] || data.shape[1] !== shape[1]) {
      refuse('data', `configurations of shape [${shape.join(', ')}]`, [...data.shape]);
    }
    this.#file.write(data.bytes, this.#begin + this.#count * this.#stride);
    this.#count += data.count;
  }

  /**
   * Writes the rows so far to the disk, so that a later `resumeSpinFile` continues after them.
   * @throws Error if the file is closed or cannot be written
   */
  flush(): void {
    this.#check();
    this.#file.flush();
    this.#writeHeader({ count: null, flushed: this.#count, ...this.#content });
    this.#file.flush();
  }

  /**
   * Completes the file and gives it its name; if that fails, the partial file stays.
   * @param provenance replaces the one that it was begun with
   * @throws RangeError if the header has no room for the provenance; Error if the file is closed or cannot be written
   */
  close(provenance: Provenance = this.#content.provenance): void {
    this.#check();
    const { shape } = this.#content;
    const header = encodeSpinFileHeader({ count: this.#count, shape, provenance }, this.#begin);
    // the rows before the header that counts them
    this.#file.truncate(this.#begin + this.#count * this.#stride);
    this.#file.flush();
    this.#file.write(header, 0);
    this.#file.flush();
    this.#open = false;
    this.#file.close();
    renameFile(this.#file.path, this.path);
    this.#named = true;
  }

  /**
   * Closes the unfinished file: `resumeSpinFile` continues after the last `flush`. Does nothing after `close`.
   * @throws Error if the system cannot close it
   */
  suspend(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }

  /**
   * Removes the partial file. Does nothing after `close`.
   * @throws Error if the system cannot close it
   */
  discard(): void {
    if (this.#named) return;
    if (this.#open) this.#file.close();
    this.#open = false;
    removeIfPresent(this.#file.path);
  }

  #writeHeader(header: Parameters<typeof encodeSpinFileHeader>[0]): void {
    this.#file.write(encodeSpinFileHeader(header, this.#begin), 0);
  }

  #check(): void {
    if (!this.#open) throw new Error(`${this.path} is closed`);
  }
}

function createPartial(path: string): DiskFile {
  const partial = partialName(path);
  try {
    return new DiskFile(partial, 'create');
  } catch (error) {
    const { cause } = error as Error;
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'EEXIST') throw error;
    const reason = `${partial} already exists: it is being written, or writing was interrupted; in that case resume or remove it`;
    throw new Error(`cannot write ${path}: ${reason}`, { cause });
  }
}

/** The name of a .bits file until it is whole. */
export function partialName(path: string): string {
  return `${path}.partial`;
}

function checkedContent(content: SpinFileContent): SpinFileContent {
  if (content === null || typeof content !== 'object') refuse('content', '{ shape, provenance }', content, 'type');
  const { shape, provenance } = content;
  if (!Array.isArray(shape) || shape.length !== 2) refuse('shape', '[rows, columns]', shape, 'type');
  integer('sites', integer('shape[0]', shape[0]) * integer('shape[1]', shape[1]));
  if (typeof provenance?.source !== 'string') refuse('provenance', '{ source: string }', provenance, 'type');
  return { shape: [shape[0], shape[1]], provenance };
}
