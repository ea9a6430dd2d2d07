/** The files of an unfinished run in its output folder: a checkpoint, and the results of finished points. */

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStore } from '../../experiments/kit/experiment.js';
import type { PointStore } from '../../experiments/kit/pointStore.js';
import { readIfPresent, removeLeftovers, writeFileAtomic } from '../../io/disk.js';

/** Min age of the last checkpoint before a new one is written. */
const AGE_MS = 15_000;

const EXTENSION = '.safetensors';

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

/** Results of points, one file each, points/KEY.safetensors, next to the checkpoint of the running point. */
export class PointFiles implements PointStore {
  readonly folder: string;

  constructor(
    folder: string,
    readonly state: CheckpointFile,
    private readonly check: () => void = () => {},
  ) {
    this.folder = join(folder, 'points');
  }

  /** Number of finished points. */
  get count(): number {
    return existsSync(this.folder) ? readdirSync(this.folder).filter((name) => name.endsWith(EXTENSION)).length : 0;
  }

  nameOf(key: string): string {
    // characters that a file system may not allow are replaced by their numbers
    const name = key.replace(/[^\p{L}\p{N} ,.=+×_-]/gu, (character) => `%${character.codePointAt(0)?.toString(16)}`);
    return join(this.folder, name + EXTENSION);
  }

  load(key: string): Uint8Array | undefined {
    return readIfPresent(this.nameOf(key));
  }

  save(key: string, bytes: Uint8Array): void {
    this.check();
    mkdirSync(this.folder, { recursive: true });
    writeFileAtomic(this.nameOf(key), bytes);
    this.state.remove();
  }

  removeLeftovers(): void {
    removeLeftovers(this.folder, 'folder');
  }

  remove(): void {
    this.check();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
