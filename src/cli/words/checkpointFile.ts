/** The checkpoint of an unfinished training in its output folder. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStore } from '../../experiments/kit/experiment.js';
import { readIfPresent, writeFileAtomic } from '../../io/disk.js';

/** Min age of the last checkpoint before a new one is written. */
const AGE_MS = 15_000;

/** The checkpoint of a run, as a file. */
export class CheckpointFile implements CheckpointStore {
  readonly name: string;
  #written = performance.now();

  /** @param check throws if nothing may be written (any more) */
  constructor(
    folder: string,
    private readonly check: () => void = () => {},
  ) {
    this.name = join(folder, 'checkpoint.safetensors');
  }

  get exists(): boolean {
    return existsSync(this.name);
  }

  load(): Uint8Array | undefined {
    return readIfPresent(this.name);
  }

  /** @returns whether it was written */
  save(bytes: () => Uint8Array, now: boolean): boolean {
    if (!now && performance.now() - this.#written < AGE_MS) return false;
    this.check();
    writeFileAtomic(this.name, bytes());
    this.#written = performance.now();
    return true;
  }

  remove(): void {
    this.check();
    rmSync(this.name, { force: true });
  }
}
