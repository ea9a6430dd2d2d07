/** A process of the study: does the jobs that its parent sends, one after the other, and answers each. */

import { type Job, work } from './study.js';

/** The answer: what came of the job, or why nothing did. */
export type Answer = { outcome: Awaited<ReturnType<typeof work>> } | { reason: string };

// Ctrl-C reaches all processes: the parent says when to end, by hanging up
process.on('SIGINT', () => undefined);
process.on('message', async (job: Job) => {
  let answer: Answer;
  try {
    answer = { outcome: await work(job) };
  } catch (error) {
    answer = { reason: (error as Error).message };
  }
  // not as JSON, in which -Infinity is null: the parent asks for the other serialisation
  process.send?.(answer);
});
