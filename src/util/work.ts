/**
 * Long work, written once as a generator that yields its progress every few milliseconds. It is run either without a
 * pause, or with pauses in which the event loop runs and a signal can stop the work.
 */

import type { StopSignal } from './platform.js';

/** Progress of a piece of work. */
export interface Progress {
  /** What is being done, such as `sample` or `layer 1`. */
  stage: string;
  /** Units of work that are done, and of all work of this stage. */
  done: number;
  total: number;
  /** The unit of `done` and `total`, such as `samples` or `epochs`. */
  unit: string;
  /** Share of the whole run that is done, in [0, 1], where it is known. */
  overall?: number;
  /** Present values of the quantities that are watched, by name. */
  figures?: Record<string, number>;
}

/** A `Progress` without the optional fields. */
export function progress(stage: string, done: number, total: number, unit: string): Progress {
  return { stage, done, total, unit };
}

/** Work with the result T, as a generator of its progress. */
export type Work<T> = Generator<Progress, T, void>;

/** Options of long work: how it is stopped and watched. */
export interface WorkOptions {
  /** Stops the work at its next pause; the promise rejects with the signal's reason. */
  signal?: StopSignal;
  /** Called at every pause. */
  onProgress?: (progress: Progress) => void;
}

/** Names of `WorkOptions`. */
export const WORK_OPTIONS = ['signal', 'onProgress'] as const;

/** Options of long work whose progress is told in other words. */
export function told({ signal, onProgress }: WorkOptions, of: (progress: Progress) => Partial<Progress>): WorkOptions {
  if (onProgress === undefined) return { signal };
  return { signal, onProgress: (progress) => onProgress({ ...progress, ...of(progress) }) };
}

/**
 * Options of work that takes a whole from one share of it to another; of sampling, burn-in and pilot run count as
 * nothing.
 * @param stage in place of the stages of the work
 */
export function inShare(whole: WorkOptions, [from, to]: readonly [number, number], stage?: string): WorkOptions {
  return told(whole, (progress) => {
    const before = progress.stage === 'burn-in' || progress.stage === 'pilot';
    const share = before ? 0 : Math.min(1, progress.done / progress.total);
    return { overall: from + (to - from) * share, ...(stage !== undefined && { stage }) };
  });
}

/** The shares of the whole of stages that cost this much, one after the other. */
export function sharesOf(costs: readonly number[]): [from: number, to: number][] {
  const sums = costs.map((_, k) => costs.slice(0, k + 1).reduce((sum, cost) => sum + cost));
  const total = sums[sums.length - 1];
  return sums.map((sum, k) => [(sums[k - 1] ?? 0) / total, sum / total]);
}

/** Runs the work to its end without a pause; throws what the work throws. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Lets the event loop run its waiting tasks. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Runs the work with a pause at each yield; rejects with what the work throws, or with the reason of the signal. */
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
