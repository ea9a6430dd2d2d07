/** What a run keeps in its output folder until it is done: a checkpoint, and the results of finished points. */

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointStore } from '../../experiments/kit/experiment.js';
import type { PointStore } from '../../experiments/kit/pointStore.js';
import { readIfPresent, removeLeftovers, writeFileAtomic } from '../../io/disk.js';

/** A checkpoint is written when the last one is older than this. */
const AGE_MS = 15_000;

const EXTENSION = '.safetensors';

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

/** Results of points, a file each, beside the checkpoint of the point that runs: points/KEY.safetensors. */
export class PointFiles implements PointStore {
  readonly folder: string;

  constructor(
    folder: string,
    readonly state: CheckpointFile,
    private readonly check: () => void = () => {},
  ) {
    this.folder = join(folder, 'points');
  }

  /** Finished points. */
  get count(): number {
    return existsSync(this.folder) ? readdirSync(this.folder).filter((name) => name.endsWith(EXTENSION)).length : 0;
  }

  nameOf(key: string): string {
    // what a file system may refuse becomes the number of the character
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
