/**
 * The output folder of `run` and `train`: one process at a time, a checkpoint or a sweep until the run is done, and
 * results that are overwritten only on request.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureWritableFolder, removeIfPresent, removeLeftovers, writeFileAtomic } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { SweepFolder } from '../../sweep/folder.js';
import { CheckpointFile } from './checkpointFile.js';
import { UsageError } from './options.js';

/** The options for an existing checkpoint or result. */
export interface Intent {
  /** Continues from a checkpoint. */
  resume: boolean;
  /** Discards a checkpoint, and overwrites results. */
  restart: boolean;
  /** Overwrites results, but no checkpoint. */
  replace?: boolean;
}

/** An output folder with its lock. */
export class OutputFolder {
  readonly checkpoint: CheckpointFile;
  readonly #lock: Lock;

  private constructor(
    readonly path: string,
    /** The files each of which means a finished result. */
    readonly results: readonly string[],
    lock: Lock,
  ) {
    this.#lock = lock;
    this.checkpoint = new CheckpointFile(path, () => lock.check());
  }

  /**
   * Opens the folder, which is created if it is missing, with a lock for this process until `close`.
   * @throws UsageError if there is a checkpoint or a result that `intent` does not cover; Error if another process
   *   writes there, or it cannot be written
   */
  static open(path: string, intent: Intent, results: readonly string[]): OutputFolder {
    ensureWritableFolder(path);
    const folder = new OutputFolder(path, results, Lock.take(join(path, 'blockspin.lock'), path));
    try {
      folder.#accept(intent);
      removeLeftovers(path, 'folder');
      return folder;
    } catch (error) {
      folder.close();
      throw error;
    }
  }

  #accept({ resume, restart, replace = false }: Intent): void {
    const finished = this.results.some((name) => existsSync(join(this.path, name)));
    if (this.interrupted) {
      if (restart) this.removeInterrupted();
      else if (!resume) {
        throw new UsageError(
          `${this.path} holds an interrupted run: --resume continues it, --restart discards it, --out chooses another folder`,
        );
      }
    } else if (finished && !restart && !replace) {
      throw new UsageError(
        `${this.path} holds a finished result: --restart overwrites it, --out chooses another folder`,
      );
    }
  }

  /** Whether there is an interrupted run. */
  get interrupted(): boolean {
    return this.checkpoint.exists || SweepFolder.isAt(this.path);
  }

  removeInterrupted(): void {
    this.checkpoint.remove();
    SweepFolder.removeFrom(this.path);
  }

  /**
   * Writes a file of the folder atomically.
   * @throws Error if another process has taken the folder over, or it cannot be written
   */
  write(name: string, content: Uint8Array | string): void {
    this.#lock.check();
    writeFileAtomic(join(this.path, name), content);
  }

  /**
   * Removes the old result before the first file of a new one; checkpoint and sweep remain until the last file is
   * written.
   */
  removeResults(): void {
    this.#lock.check();
    for (const name of this.results) removeIfPresent(join(this.path, name));
  }

  /** Releases the lock. */
  close(): void {
    this.#lock.release();
  }
}
