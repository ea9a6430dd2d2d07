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

/** What all configurations of a file have in common. */
export interface SpinFileContent {
  /** [rows, columns] of one configuration. */
  shape: readonly [number, number];
  provenance: Provenance;
}

/** Bytes of the fixed beginning of a .bits file. */
const START = 16;

const SPIN_FILE_CONTENT = ['shape', 'provenance'] as const;

/**
 * A .bits file for reading, of any size; `close` it in the end.
 * @throws FormatError if it is no whole .bits file; Error if it cannot be read
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
 * Begins a .bits file. Until `close` it is called `path.partial`; a file of the final name stays what it is until then.
 * @throws Error if it cannot be written, or such a partial file is there: one that is being written, or that
 *   `resumeSpinFile` can go on with
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

/** Finds out, before long work, whether `createSpinFile` could begin this file. @throws Error as it does */
export function checkCreatable(path: string): void {
  checkPath(path);
  const file = createPartial(path);
  file.close();
  removeIfPresent(file.path);
}

/**
 * Goes on with the partial file that an interrupted writer of `path` has left, after the rows of its last `flush`;
 * later ones do not count, since nobody knows whether all of them reached the disk.
 * @throws FormatError if the partial file is no such file or is damaged; Error if there is none, or it was begun with
 *   another shape or provenance
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
      throw new Error(`${file.path} was begun with another shape or provenance than it is to go on with`);
    }
    const end = begin + flushed * Math.ceil((shape[0] * shape[1]) / 8);
    if (end > size) throw new FormatError(`${flushed} rows end at ${end}, past the end`, begin, file.path);
    return new SpinFileWriter(path, file, { shape, provenance }, begin, flushed);
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The header of a whole .bits file, or undefined where there is none or it is unfinished.
 * @throws FormatError if there is something else; Error if it cannot be read
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

/** A .bits file that is being written: it gets its name when it is whole. */
export class SpinFileWriter {
  #count: number;
  readonly #file: DiskFile;
  readonly #content: SpinFileContent;
  readonly #begin: number;
  readonly #stride: number;
  #open = true;
  #named = false;

  /** Use `createSpinFile` or `resumeSpinFile`. */
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

  /** Configurations so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * @throws RangeError for configurations of another shape; Error if they cannot be written: what is missing of them
   *   can be appended again
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

  /** Puts the rows so far safely on the disk, so that a later `resumeSpinFile` goes on after them. */
  flush(): void {
    this.#check();
    this.#file.flush();
    this.#writeHeader({ count: null, flushed: this.#count, ...this.#content });
    this.#file.flush();
  }

  /**
   * Completes the file and gives it its name; if that fails, the partial file stays.
   * @param provenance in place of the one that it was begun with
   * @throws RangeError if the header has no room for that one
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

  /** Lets go of the file, unfinished: `resumeSpinFile` goes on after its last `flush`. Does nothing after `close`. */
  suspend(): void {
    if (this.#open) this.#file.close();
    this.#open = false;
  }

  /** Gives up: removes the partial file. Does nothing after `close`. */
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
    const reason = `${partial} is there: it is being written, or that was interrupted; then resume or remove it`;
    throw new Error(`cannot write ${path}: ${reason}`, { cause });
  }
}

/** What a .bits file is called until it is whole. */
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
