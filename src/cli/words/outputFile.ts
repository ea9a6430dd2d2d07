/** One file of configurations as the output of a command: one owner at a time, and nothing is replaced unless the user said so. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ensureWritableFolder } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { lockName } from '../../io/sampleToFile.js';
import { UsageError } from './options.js';

/** What the user said of the file. */
export interface OutputFile {
  out: string;
  /** Whether it may be replaced. */
  restart: boolean;
}

/**
 * The words of a file to be written.
 * @throws RangeError for a name without one of the known endings; UsageError if the file is there, and is not to be replaced
 */
export function outputFileOf({ out, restart = false }: { out?: string; restart?: boolean }): OutputFile {
  if (out === undefined || !/\.(npz|npy|bits)$/.test(out)) {
    throw new RangeError(`"out" expected a file that ends in .npz, .npy or .bits, got ${out ?? 'nothing'}`);
  }
  refusePresent({ out, restart });
  return { out, restart };
}

/**
 * Does the work that writes the file, for this process alone; `check` of the lock, before writing, tells whether it still is.
 * @throws Error if another process writes the file, or its folder cannot be written to; UsageError if it is there, and is not to be replaced
 */
export async function makeOutputFile(file: OutputFile, work: (lock: Lock) => void | Promise<void>): Promise<void> {
  ensureWritableFolder(dirname(file.out));
  const lock = Lock.take(lockName(file.out), file.out);
  try {
    refusePresent(file); // another process may have written it since
    await work(lock);
  } finally {
    lock.release();
  }
}

function refusePresent({ out, restart }: OutputFile): void {
  if (existsSync(out) && !restart) {
    throw new UsageError(`${out} is there: --restart replaces it, --out chooses another file`);
  }
}
