/** Work that stops with a checkpoint after Ctrl-C, SIGTERM, SIGHUP or a time limit. */

/** The run was stopped from outside, with a checkpoint. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(
    readonly reason: string,
    readonly exitCode: 75 | 130,
  ) {
    super(reason);
  }
}

/**
 * Does work with a signal that stops it: after Ctrl-C (a second one ends the process at once), SIGTERM, SIGHUP (the
 * terminal was closed), or a number of minutes. A second SIGTERM changes nothing, since schedulers send one to all
 * processes of a job, and those that started this one pass theirs on.
 * @throws Stopped, through the work, if it was stopped
 */
export async function stoppable<T>(minutes: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (reason: string, code: 75 | 130) => () => controller.abort(new Stopped(reason, code));
  const interrupted = stop('interrupted', 130);
  const terminated = stop('terminated', 75);
  const hungUp = stop('the terminal was closed', 75);
  process.once('SIGINT', interrupted);
  process.on('SIGTERM', terminated);
  process.on('SIGHUP', hungUp);
  const cancel = after(
    minutes === undefined ? Infinity : minutes * 60_000,
    stop(`stopped after ${Number(minutes?.toPrecision(3))} minutes`, 75),
  );
  try {
    return await work(controller.signal);
  } finally {
    cancel();
    process.removeListener('SIGINT', interrupted);
    // a process that was stopped is on its way out, and the second signal may come now
    if (!controller.signal.aborted) {
      process.removeListener('SIGTERM', terminated);
      process.removeListener('SIGHUP', hungUp);
    }
  }
}

/** Max time of a timer: longer timers fire at once. */
const MAX_MS = 2 ** 31 - 1;

/** Calls `action` after a time of any length. @returns a function that cancels it */
export function after(milliseconds: number, action: () => void): () => void {
  const end = performance.now() + milliseconds;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = end - performance.now();
    if (left <= 0) return action();
    timer = setTimeout(wait, Math.min(left, MAX_MS));
  };
  wait();
  return () => clearTimeout(timer);
}
