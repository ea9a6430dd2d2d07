/** Work that Ctrl-C, SIGTERM or a time limit can stop in good order. */

/** The run was stopped from outside and left a checkpoint. */
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
 * Does work with a signal that stops it: after Ctrl-C (a second one ends the process at once), SIGTERM, or so many minutes.
 * @throws Stopped, through the work, when it was stopped
 */
export async function stoppable<T>(minutes: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (reason: string, code: 75 | 130) => () => controller.abort(new Stopped(reason, code));
  const interrupted = stop('interrupted', 130);
  const terminated = stop('terminated', 75);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', terminated);
  const timer = minutes && setTimeout(stop(`stopped after ${minutes} minutes`, 75), minutes * 60_000);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', terminated);
  }
}
