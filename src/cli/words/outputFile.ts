/**
 * One file of configurations as the output of a command: one process at a time, and an existing file is overwritten
 * only with --restart.
 */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureWritableFolder } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { lockName } from '../../io/sampleToFile.js';
import { UsageError } from './options.js';

/** The options for the file. */
export interface OutputFile {
  out: string;
  /** Whether it may be overwritten. */
  restart: boolean;
}

/**
 * The options of an output file.
 * @throws RangeError for a name without one of the known endings; UsageError if the file already exists, and may not be
 *   overwritten
 */
export function outputFileOf({ out, restart = false }: { out?: string; restart?: boolean }): OutputFile {
  if (out === undefined || !/\.(npz|npy|bits)$/.test(out)) {
    throw new RangeError(`"out" expected a file that ends in .npz, .npy or .bits, got ${out ?? 'nothing'}`);
  }
  refusePresent({ out, restart });
  return { out, restart };
}

/**
 * Does the work that writes the file, with a lock for this process; `check` of the lock, before writing, throws if it
 * is lost.
 * @throws Error if another process writes the file, or its folder cannot be written to; UsageError if it already
 *   exists, and may not be overwritten
 */
export async function makeOutputFile(file: OutputFile, work: (lock: Lock) => void | Promise<void>): Promise<void> {
  ensureWritableFolder(dirname(file.out));
  const lock = Lock.take(lockName(file.out), file.out);
  try {
    refusePresent(file); // another process may have written it meanwhile
    await work(lock);
  } finally {
    lock.release();
  }
}

function refusePresent({ out, restart }: OutputFile): void {
  if (existsSync(out) && !restart) {
    throw new UsageError(`${out} already exists: --restart overwrites it, --out chooses another file`);
  }
}
