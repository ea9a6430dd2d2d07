/**
 * The disk, for Node: the only file here that touches it. All of it is synchronous, so that a checkpoint can be written in any moment.
 * Every error is an Error that names the path and the reason, with the system's own error as its cause.
 */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Most bytes in one call to the system: Node refuses 2 GiB. */
const LARGEST_STEP = 2 ** 30;

/**
 * Writes a file so that at any moment the path holds the old content or the new, whole: temporary file in the same folder, flushed to the
 * disk, renamed. The temporary file ends in `.tmp` and is removed on failure. A link at the path is replaced, not followed.
 * @throws Error naming the path and the reason
 */
export function writeFileAtomic(path: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const temporary = temporaryName(path);
  try {
    writeNew(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    remove(temporary);
    throw diskError(`cannot write ${path}`, error);
  }
}

/**
 * The bytes of a file, in fresh memory; not limited to 2 GiB.
 * @throws Error naming the path and the reason
 */
export function readFileBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readAll(path);
  } catch (error) {
    throw diskError(`cannot read ${path}`, error);
  }
}

/**
 * The bytes of a file, or undefined where there is none.
 * @throws Error naming the path and the reason, when something is there that cannot be read
 */
export function readIfPresent(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readAll(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw diskError(`cannot read ${path}`, error);
  }
}

/**
 * Creates a folder, and those above it, where missing, and proves that files can be written there by writing one and removing it.
 * To be called before long work, not after.
 * @throws Error naming the path and the reason: a file in the way, no permission, no space, ...
 */
export function ensureWritableFolder(path: string): void {
  const probe = temporaryName(join(path, '.probe'));
  try {
    mkdirSync(path, { recursive: true });
    writeNew(probe, Uint8Array.of(0));
    unlinkSync(probe);
  } catch (error) {
    remove(probe);
    throw diskError(`cannot write to folder ${path}`, error);
  }
}

function temporaryName(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`;
}

/** Writes and flushes a file that must not exist yet. */
function writeNew(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, Math.min(LARGEST_STEP, bytes.length - at));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a file if it is there; a failure must not hide the one that led here. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or the disk refuses everything now.
  }
}

function readAll(path: string): Uint8Array<ArrayBuffer> {
  const file = openSync(path, 'r');
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new Error('it is no file');
    const bytes = new Uint8Array(status.size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, Math.min(LARGEST_STEP, bytes.length - at), null);
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
