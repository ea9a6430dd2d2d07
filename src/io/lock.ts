/**
 * One owner for what is written: a lock is a file beside it, made by exclusive creation, that names process and host.
 * Its owner looks at it before each write, so that a process which slept while its lock was taken from it does not
 * write over the work of another. For Node.
 */

import {
  createFile,
  hostName,
  randomToken,
  readIfPresent,
  readSystemFile,
  removeIfPresent,
  removeIfStill,
} from './disk.js';

/** What the file says, as JSON. */
interface Owner {
  pid: number;
  host: string;
  /**
   * When the process began, where the system tells (Linux: ticks since its start): another process may get the number
   * later.
   */
  begun: string | null;
  token: string;
}

/** Tokens of the locks of this process. */
const held = new Set<string>();

/** Trials to take a lock that others take over at the same time. */
const TRIALS = 5;

export class Lock {
  readonly #text: string;
  readonly #token = randomToken();

  private constructor(
    readonly path: string,
    /** What it is for, as errors call it: a path. */
    readonly target: string,
  ) {
    const { pid } = process;
    const owner: Owner = { pid, host: hostName(), begun: processOf(pid)?.begun ?? null, token: this.#token };
    this.#text = JSON.stringify(owner);
  }

  /**
   * The lock at `path`. One whose process has ended on this host is taken over; whether a process of another host is
   * alive cannot be known from here.
   * @throws Error naming process and host of the present owner, and the file to remove if that one is gone
   */
  static take(path: string, target: string): Lock {
    const lock = new Lock(path, target);
    for (let trial = 0; trial < TRIALS; trial++) {
      if (createFile(path, lock.#text)) {
        held.add(lock.#token);
        return lock;
      }
      const bytes = readIfPresent(path);
      if (bytes === undefined) continue;
      const owner = ownerIn(bytes);
      if (owner === undefined || isAlive(owner)) throw new Error(refusal(target, path, owner));
      removeIfStill(path, bytes);
    }
    throw new Error(refusal(target, path, undefined));
  }

  /** Whether it is still this process's. */
  get isHeld(): boolean {
    return this.#there() === this.#text;
  }

  #there(): string | undefined {
    const bytes = readIfPresent(this.path);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** To be called before each write. @throws Error if the lock is no longer held: nothing may be written then */
  check(): void {
    const text = this.#there();
    if (text === this.#text) return;
    throw new Error(
      `${this.path} is ${text !== undefined ? "another process's now" : 'gone'}: ${this.target} may be written by another process, and this one leaves it alone`,
    );
  }

  /** Lets others write. A lock that was taken away stays as it is. */
  release(): void {
    held.delete(this.#token);
    if (this.isHeld) removeIfPresent(this.path);
  }
}

function refusal(target: string, path: string, owner: Owner | undefined): string {
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
  return `${target} is being written by ${who}; if that process is gone, remove ${path}`;
}

/** undefined where the file is no lock, or is not yet written. */
function ownerIn(bytes: Uint8Array): Owner | undefined {
  try {
    const owner = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Owner> | null;
    const whole = Number.isSafeInteger(owner?.pid) && (owner?.pid as number) > 0 && typeof owner?.host === 'string';
    return whole ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, begun, token }: Owner): boolean {
  if (host !== hostName()) return true;
  if (pid === process.pid) return held.has(token);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const now = processOf(pid);
  return now === undefined || (!now.ended && (typeof begun !== 'string' || now.begun === begun));
}

/** What Linux tells of a process (/proc/PID/stat: state is field 3, start field 22); undefined elsewhere. */
function processOf(pid: number): { begun: string; ended: boolean } | undefined {
  try {
    const text = readSystemFile(`/proc/${pid}/stat`);
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name, in parentheses, may hold anything
    return { begun: fields[19], ended: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return undefined;
  }
}
