/** Locks, so that only one process writes a file. For Node. */

import {
  createFile,
  hostName,
  randomToken,
  readIfPresent,
  readSystemFile,
  removeIfPresent,
  removeIfStill,
} from './disk.js';

/** The owner of a lock, as its file says in JSON, with what else the owner writes there. */
export interface Owner extends Readonly<Record<string, unknown>> {
  pid: number;
  host: string;
  /**
   * When the process began, if known (Linux: ticks since the start of the system), since another process may get the
   * same number later.
   */
  begun: string | null;
  token: string;
}

/** Tokens of the locks of this process. */
const held = new Set<string>();

/** How a lock is asked for. */
export interface LockOptions {
  /** What its file says beside process and host. */
  says?: Readonly<Record<string, unknown>>;
  /** Whether an owner on another host, of which this one cannot know, is gone; never, if not given. */
  isGone?: (owner: Owner) => boolean;
}

/** Number of attempts to take a lock that other processes take over at the same time. */
const TRIALS = 5;

/**
 * The lock of a file to be written: a file beside it, created exclusively, that names process and host. Its owner
 * checks it before each write, so that a process that was suspended while its lock was taken over does not overwrite
 * the work of another.
 */
export class Lock {
  readonly #text: string;

  private constructor(
    readonly path: string,
    /** The path that is locked, named in errors. */
    readonly target: string,
    readonly owner: Owner,
  ) {
    this.#text = JSON.stringify(owner);
  }

  /**
   * Takes the lock at `path`. A lock of a process that has ended on this host is taken over; whether a process of
   * another host is running is not known here.
   * @throws Error naming process and host of the present owner, and the file to remove if that process has ended
   */
  static take(path: string, target: string): Lock {
    const lock = Lock.attempt(path, target);
    if (lock instanceof Lock) return lock;
    throw new Error(refusal(target, path, lock.owner));
  }

  /**
   * As `take`, but an owner is no error.
   * @returns the lock, or its present owner as far as its file says who that is
   */
  static attempt(path: string, target: string, { says, isGone }: LockOptions = {}): Lock | { owner?: Owner } {
    for (let trial = 0; trial < TRIALS; trial++) {
      const { pid } = process;
      const token = randomToken();
      const own = { pid, host: hostName(), begun: processOf(pid)?.begun ?? null, token, ...says };
      const lock = new Lock(path, target, own);
      if (createFile(path, lock.#text)) {
        held.add(token);
        return lock;
      }
      const bytes = readIfPresent(path);
      if (bytes === undefined) continue;
      const owner = ownerIn(bytes);
      if (owner === undefined || isAlive(owner, isGone)) return { owner };
      removeIfStill(path, bytes);
    }
    return {};
  }

  /** Whether this process still owns it. */
  get isHeld(): boolean {
    return this.#there() === this.#text;
  }

  #there(): string | undefined {
    const bytes = readIfPresent(this.path);
    return bytes && new TextDecoder().decode(bytes);
  }

  /**
   * To be called before each write.
   * @throws Error if the lock is no longer owned: nothing may be written then
   */
  check(): void {
    const text = this.#there();
    if (text === this.#text) return;
    throw new Error(
      `${this.path} is ${text !== undefined ? "another process's now" : 'gone'}: ${this.target} may be written by another process, and this process does not write it`,
    );
  }

  /** Releases the lock. A lock that was taken over is not changed. */
  release(): void {
    held.delete(this.owner.token);
    if (this.isHeld) removeIfPresent(this.path);
  }
}

function refusal(target: string, path: string, owner: Owner | undefined): string {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
  return `${target} is being written by ${who}; if that process is gone, remove ${path}`;
}

/** The owner of the lock at this path, if there is one and its file says who. */
export function ownerOf(path: string): Owner | undefined {
  const bytes = readIfPresent(path);
  return bytes && ownerIn(bytes);
}

/** The owner that a lock file names; undefined if the file is not a lock, or not yet written. */
function ownerIn(bytes: Uint8Array): Owner | undefined {
  try {
    const owner = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Owner> | null;
    const whole = Number.isSafeInteger(owner?.pid) && (owner?.pid as number) > 0 && typeof owner?.host === 'string';
    return whole ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that owns a lock runs, as far as is known. */
export function isAlive(owner: Owner, isGone: LockOptions['isGone'] = () => false): boolean {
  const { pid, host, begun, token } = owner;
  if (host !== hostName()) return !isGone(owner);
  if (pid === process.pid) return held.has(token);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const now = processOf(pid);
  return now === undefined || (!now.ended && (typeof begun !== 'string' || now.begun === begun));
}

/** State of a process on Linux (/proc/PID/stat: state is field 3, start field 22); undefined elsewhere. */
function processOf(pid: number): { begun: string; ended: boolean } | undefined {
  try {
    const text = readSystemFile(`/proc/${pid}/stat`);
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name, in parentheses, may have any characters
    return { begun: fields[19], ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}
