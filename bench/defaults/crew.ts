/** Who does the jobs of the study: this process alone, or several side by side. No result depends on it. */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './run.js';
import { type Job, work } from './study.js';
import type { Answer } from './worker.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/**
 * Runs jobs in their order, at most `width` at the same time.
 * @param onDone called with each job that is done
 * @throws Error naming the job that failed; none begins after it, nor after the signal
 */
export async function workAll(
  jobs: readonly Job[],
  width: number,
  onDone: (job: Job, outcome: Outcome) => void,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = [...jobs];
  let failed = false;
  const line = async (hand: Hand) => {
    while (waiting.length > 0 && !failed && !signal?.aborted) {
      const job = waiting.shift() as Job;
      try {
        onDone(job, await hand.work(job));
      } catch (error) {
        failed = true;
        throw new Error(`${job.competitor} on ${job.set}, budget ${job.budget}: ${(error as Error).message}`);
      }
    }
  };
  const hands = width === 1 ? [{ work, end: () => undefined }] : Array.from({ length: width }, helper);
  try {
    await Promise.all(hands.map(line));
  } finally {
    for (const hand of hands) hand.end();
  }
}

interface Hand {
  work(job: Job): Promise<Outcome>;
  end(): void;
}

/** A process of its own. */
function helper(): Hand {
  const child: ChildProcess = fork(WORKER, {
    serialization: 'advanced',
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  return {
    work: (job) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error('the process that did it has ended'));
        child.once('exit', ended);
        child.once('message', (answer: Answer) => {
          child.off('exit', ended);
          if ('outcome' in answer) resolve(answer.outcome);
          else reject(new Error(answer.reason));
        });
        child.send(job);
      }),
    end: () => child.disconnect(),
  };
}
