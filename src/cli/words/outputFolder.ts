/**
 * The output folder of `run` and `train`: one owner, a checkpoint and finished points until it is done, and results
 * that are replaced only when that was asked for.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureWritableFolder, removeIfPresent, removeLeftovers, writeFileAtomic } from '../../io/disk.js';
import { Lock } from '../../io/lock.js';
import { CheckpointFile, PointFiles } from './checkpointFile.js';
import { UsageError } from './options.js';

/** What the user said about what is there. */
export interface Intent {
  /** Goes on from a checkpoint. */
  resume: boolean;
  /** Discards a checkpoint, and replaces results. */
  restart: boolean;
  /** Replaces results, but no checkpoint. */
  replace?: boolean;
}

export class OutputFolder {
  readonly checkpoint: CheckpointFile;
  readonly points: PointFiles;
  readonly #lock: Lock;

  private constructor(
    readonly path: string,
    /** The files of which each tells of a finished result. */
    readonly results: readonly string[],
    lock: Lock,
  ) {
    this.#lock = lock;
    this.checkpoint = new CheckpointFile(path, () => lock.check());
    this.points = new PointFiles(path, this.checkpoint, () => lock.check());
  }

  /**
   * The folder, made where it is missing, for this process alone until `close`.
   * @throws UsageError if there is a checkpoint or a result of which `intent` says nothing; Error if another process
   *   writes there, or it cannot be written
   */
  static open(path: string, intent: Intent, results: readonly string[]): OutputFolder {
    ensureWritableFolder(path);
    const folder = new OutputFolder(path, results, Lock.take(join(path, 'blockspin.lock'), path));
    try {
      folder.#accept(intent);
      removeLeftovers(path, 'folder');
      folder.points.removeLeftovers();
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
          `${this.path} holds an interrupted run: --resume goes on with it, --restart discards it, --out chooses another folder`,
        );
      }
    } else if (finished && !restart && !replace) {
      throw new UsageError(`${this.path} holds a finished result: --restart replaces it, --out chooses another folder`);
    }
  }

  /** Whether there is a run that did not end. */
  get interrupted(): boolean {
    return this.checkpoint.exists || this.points.count > 0;
  }

  removeInterrupted(): void {
    this.checkpoint.remove();
    this.points.remove();
  }

  /**
   * Writes a file of the folder whole, or not at all. @throws Error if another process has taken the folder over, or it
   * cannot be written
   */
  write(name: string, content: Uint8Array | string): void {
    this.#lock.check();
    writeFileAtomic(join(this.path, name), content);
  }

  /**
   * Before the first file of a new result: the old one is none any more, and until the last file is written checkpoint
   * and points say so.
   */
  removeResults(): void {
    this.#lock.check();
    for (const name of this.results) removeIfPresent(join(this.path, name));
  }

  /** Lets other processes write here. */
  close(): void {
    this.#lock.release();
  }
}
