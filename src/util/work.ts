/**
 * Long work, written once as a generator that yields its progress every few milliseconds, and run either at one go or
 * with pauses in which the event loop gets its turn and a signal can stop it.
 */

/** How far a piece of work has come. */
export interface Progress {
  /** What is being done, such as `sample` or `layer 1`. */
  stage: string;
  done: number;
  total: number;
  /** What done and total count, such as `samples` or `epochs`. */
  unit: string;
  /** Share of the whole run that is done, in [0, 1], where it can be told. */
  overall?: number;
  /** Figures of the moment, by name. */
  figures?: Record<string, number>;
}

/** Progress of a measurement. */
export function progress(stage: string, done: number, total: number, unit: string): Progress {
  return { stage, done, total, unit };
}

export type Work<T> = Generator<Progress, T, void>;

export interface WorkOptions {
  /** Stops the work at its next pause; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export const WORK_OPTIONS = ['signal', 'onProgress'] as const;

/** Runs the work to its end without a pause. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Lets the event loop run what is waiting. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Runs the work with a pause at each yield. */
export async function finishWithPauses<T>(work: Work<T>, { signal, onProgress }: WorkOptions = {}): Promise<T> {
  try {
    for (;;) {
      signal?.throwIfAborted();
      const step = work.next();
      if (step.done) return step.value;
      onProgress?.(step.value);
      await pause();
    }
  } finally {
    work.return(undefined as never); // stopped midway, the generator still cleans up; ended, this does nothing
  }
}
