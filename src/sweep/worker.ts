/** A worker of a sweep: its name, its sign of life, and what it did. */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  appendLine,
  hostName,
  modifiedAt,
  namesIn,
  randomToken,
  removeIfPresent,
  writeFileAtomic,
} from '../io/disk.js';
import type { Owner } from '../io/lock.js';

/** Time between two signs of life, in ms. */
const BEAT_MS = 10_000;

/** Default time without a sign of life after which a worker on another machine counts as gone, in ms. */
export const STALE_MS = 180_000;

/** What a worker did, one line per point. */
export interface Deed {
  point: string;
  outcome: 'done' | 'failed' | 'stopped';
  /** Seconds it took. */
  seconds: number;
  /** When it ended, in ms since 1970. */
  at: number;
}

/**
 * The thread that gives signs of life, so that a point that computes for minutes without a pause does not count as
 * gone. It writes into the file rather than setting its time, so that it is the clock of the file's server that counts.
 */
const BEATING = `
const { workerData: { path, text, every } } = require('node:worker_threads');
const { writeFileSync } = require('node:fs');
setInterval(() => { try { writeFileSync(path, text, { flag: 'r+' }); } catch {} }, every);
`;

/** The sign of life of this process in the folder of a sweep, while it lasts. */
export class SignOfLife {
  readonly name: string;
  readonly #path: string;
  readonly #thread: Worker;

  /** @throws Error if it cannot be written */
  constructor(private readonly folder: string) {
    this.name = `${hostName().replaceAll(/[^\w-]/g, '_')}-${process.pid}-${randomToken().slice(0, 6)}`;
    this.#path = join(folder, this.name);
    const text = `${JSON.stringify({ host: hostName(), pid: process.pid })}\n`;
    writeFileAtomic(this.#path, text);
    this.#thread = new Worker(BEATING, { eval: true, workerData: { path: this.#path, text, every: BEAT_MS } });
    this.#thread.unref();
  }

  record(deed: Deed): void {
    appendLine(join(this.folder, `${this.name}.jsonl`), JSON.stringify(deed));
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
    this.leave();
  }

  /** As `end`, for a process that ends now, and its thread with it. */
  leave(): void {
    removeIfPresent(this.#path);
  }
}

/** What all workers of a folder did. @param readText reads one of their files */
export function deedsIn(folder: string, readText: (path: string) => string): Deed[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.jsonl'));
  const lines = names.flatMap((name) => readText(join(folder, name)).split('\n'));
  return lines.flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Deed];
    } catch {
      return []; // the last line of a worker that was killed
    }
  });
}

/** The present time by the clock of the folder's file system, in ms since 1970. */
function timeOf(folder: string): number {
  const probe = join(folder, `.now-${randomToken()}`);
  try {
    writeFileAtomic(probe, '');
    return modifiedAt(probe) ?? Date.now();
  } catch {
    return Date.now(); // a folder that may only be read
  } finally {
    removeIfPresent(probe);
  }
}

/**
 * Whether the worker that an owner names has given no sign of life for too long. Its file is asked for by name, since
 * lists of folders are what network file systems keep longest.
 */
export function goneAfter(folder: string, staleMs: number): (owner: Owner) => boolean {
  return ({ worker }) => {
    const last = modifiedAt(join(folder, String(worker)));
    return last === undefined || timeOf(folder) - last > staleMs;
  };
}
