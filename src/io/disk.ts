/**
 * Files on the disk, for Node: the only module here that accesses them. All functions are synchronous, so that a
 * checkpoint can be written at any moment. Every error is an Error that names the path and the reason, with the error
 * of the system as its cause.
 */

import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { checkPath } from '../util/check.js';

/** Largest number of bytes in one call to the system: Node refuses 2 GiB. */
const MAX_STEP = 2 ** 30;

/**
 * Writes a file so that at any moment the path has the whole old or the whole new content: a temporary file in the same
 * folder is written, flushed to the disk and renamed. The temporary file ends in `.tmp` and is removed on failure. A
 * link at the path is replaced, not followed.
 * @throws Error naming the path and the reason
 */
export function writeFileAtomic(path: string, content: Uint8Array | string): void {
  checkPath(path);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    removeIfPresent(temporary);
    throw diskError(`cannot write ${path}`, error);
  }
}

/**
 * Creates a file with this content unless the path exists; of several processes that try, one succeeds. Where the file
 * system has links, the file is whole as soon as it exists.
 * @returns whether this call created it
 * @throws Error naming the path and the reason, other than that the path exists
 */
export function createFile(path: string, content: string): boolean {
  const bytes = new TextEncoder().encode(content);
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, bytes);
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (isTaken(error)) return false;
      writeNew(path, bytes);
    }
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw diskError(`cannot write ${path}`, error);
  } finally {
    removeIfPresent(temporary);
  }
}

/**
 * Removes a file if it still has this content; a file that another process has written in the meantime is kept, or
 * restored.
 * @throws Error naming the path and the reason
 */
export function removeIfStill(path: string, content: Uint8Array): void {
  const aside = temporaryName(path);
  try {
    renameSync(path, aside);
    if (!Buffer.from(readAll(aside)).equals(content)) linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && !isTaken(error)) {
      throw diskError(`cannot remove ${path}`, error);
    }
  } finally {
    removeIfPresent(aside);
  }
}

/**
 * Removes the temporary files of interrupted writes of these files, or of all files in a folder. Only for the single
 * process that writes there: temporary files of other processes would be removed as well.
 * @param path a folder, or the beginning of the files' paths
 */
export function removeLeftovers(path: string, what: 'folder' | 'beginning'): void {
  const [folder, beginning] = what === 'folder' ? [path, ''] : [dirname(path), basename(path)];
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // a folder that cannot be read has none
  }
  for (const name of names) {
    if (name.startsWith(beginning) && TEMPORARY.test(name)) removeIfPresent(join(folder, name));
  }
}

/**
 * The bytes of a file, in fresh memory; not limited to 2 GiB.
 * @throws Error naming the path and the reason
 */
export function readFileBytes(path: string): Uint8Array<ArrayBuffer> {
  checkPath(path);
  try {
    return readAll(path);
  } catch (error) {
    throw diskError(`cannot read ${path}`, error);
  }
}

/**
 * The bytes of a file, or undefined if it does not exist.
 * @throws Error naming the path and the reason, if it exists but cannot be read
 */
export function readIfPresent(path: string): Uint8Array<ArrayBuffer> | undefined {
  checkPath(path);
  try {
    return readAll(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw diskError(`cannot read ${path}`, error);
  }
}

/** When a file was last written, in ms since 1970 by the clock of its file system; undefined if it does not exist. */
export function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Bytes of all files of a folder, as `namesIn` names them.
 * @throws Error naming the path and the reason, if the folder exists but cannot be read
 */
export function bytesIn(folder: string): number {
  const sizes = namesIn(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Names of the files of a folder, without those in folders below it and without temporary ones; none if it does not
 * exist.
 * @throws Error naming the path and the reason, if it exists but cannot be read
 */
export function namesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && !TEMPORARY.test(entry.name)).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw diskError(`cannot read folder ${folder}`, error);
  }
}

/**
 * Adds a line to a file, which is created if it is missing.
 * @throws Error naming the path and the reason
 */
export function appendLine(path: string, line: string): void {
  try {
    appendFileSync(path, `${line}\n`);
  } catch (error) {
    throw diskError(`cannot write ${path}`, error);
  }
}

/**
 * Removes a folder with all that is in it, if it exists.
 * @throws Error naming the path and the reason
 */
export function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw diskError(`cannot remove folder ${path}`, error);
  }
}

/** The name of this machine. */
export function hostName(): string {
  return hostname();
}

/** A random name, unique in practice. */
export function randomToken(): string {
  return randomBytes(8).toString('hex');
}

/**
 * The text of a file of the system, such as those in /proc, which report no size.
 * @throws Error of Node
 */
export function readSystemFile(path: string): string {
  return readFileSync(path, 'latin1');
}

/**
 * Creates a folder, and those above it, where missing, and checks that files can be written there by writing one and
 * removing it. To be called before long work.
 * @throws Error naming the path and the reason: a file in the way, no permission, no space, ...
 */
export function ensureWritableFolder(path: string): void {
  const beginning = join(path, '.probe');
  const probe = temporaryName(beginning);
  try {
    mkdirSync(path, { recursive: true });
    writeNew(probe, Uint8Array.of(0));
  } catch (error) {
    throw diskError(`cannot write to folder ${path}`, error);
  } finally {
    removeIfPresent(probe);
    // also those of processes that ended before this line; a process still running no longer needs its own
    removeLeftovers(beginning, 'beginning');
  }
}

/** An open file, read and written at any offset, also beyond 4 GiB. Every error names the path and the reason. */
export class DiskFile {
  readonly #file: number;

  /**
   * @param how 'read': read only; 'create': write a file that does not exist yet; 'edit': write an existing file
   * @throws Error if that is not possible, or it is not a file
   */
  constructor(
    readonly path: string,
    how: 'read' | 'create' | 'edit',
  ) {
    this.#file = this.#trying(how === 'read' ? how : 'write', () =>
      openSync(path, { read: 'r', create: 'wx+', edit: 'r+' }[how]),
    );
    if (!this.#trying('read', () => fstatSync(this.#file)).isFile()) {
      this.close();
      throw new Error(`cannot ${how === 'read' ? how : 'write'} ${path}: it is not a file`);
    }
  }

  /** Present size in bytes. */
  get size(): number {
    return this.#trying('read', () => fstatSync(this.#file).size);
  }

  /** Bytes [from, to) in fresh memory; fewer if the file ends before. */
  read(from: number, to: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(to - from);
    let done = 0;
    this.#trying('read', () => {
      while (done < bytes.length) {
        const read = readSync(this.#file, bytes, done, Math.min(MAX_STEP, bytes.length - done), from + done);
        if (read === 0) break;
        done += read;
      }
    });
    return done === bytes.length ? bytes : bytes.slice(0, done);
  }

  write(bytes: Uint8Array, at: number): void {
    this.#trying('write', () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#file, bytes, done, Math.min(MAX_STEP, bytes.length - done), at + done);
      }
    });
  }

  /** Truncates the file to this size. */
  truncate(size: number): void {
    this.#trying('write', () => ftruncateSync(this.#file, size));
  }

  /** Waits until all written bytes are on the disk. */
  flush(): void {
    this.#trying('write', () => fsyncSync(this.#file));
  }

  close(): void {
    this.#trying('close', () => closeSync(this.#file));
  }

  #trying<T>(verb: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw diskError(`cannot ${verb} ${this.path}`, error);
    }
  }
}

/** Whether the path exists. */
export function isPresent(path: string): boolean {
  return existsSync(path);
}

/** Whether the path is a folder. */
export function isFolder(path: string): boolean {
  checkPath(path);
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Renames a file; a file of the new name is replaced.
 * @throws Error naming the path and the reason
 */
export function renameFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw diskError(`cannot write ${to}`, error);
  }
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`;
}

/** Matches the results of `temporaryName`. */
const TEMPORARY = /\.[0-9a-f]{8}\.tmp$/;

const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Writes and flushes a file that must not exist yet. */
function writeNew(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, Math.min(MAX_STEP, bytes.length - at));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a file if it exists; never throws, so that it does not hide an earlier error. */
export function removeIfPresent(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // it was never created, or the disk fails
  }
}

function readAll(path: string): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error('it is not a file');
    const bytes = new Uint8Array(status.size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, Math.min(MAX_STEP, bytes.length - at), null);
      if (read === 0) throw new Error(`it became shorter while it was read, ${at} of ${bytes.length} bytes`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function diskError(what: string, cause: unknown): Error {
  return new Error(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
