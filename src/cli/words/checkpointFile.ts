/** The checkpoint of a run in its output folder. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStore } from '../../experiments/kit/experiment.js';
import { readIfPresent, writeFileAtomic } from '../../io/disk.js';

/** A checkpoint is written when the last one is older than this. */
const AGE_MS = 15_000;

export class CheckpointFile implements CheckpointStore {
  readonly name: string;
  #written = performance.now();

  /** @param check throws where nothing may be written (any more) */
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
