/** What page and worker say to each other. */

/** To the worker: begin, or stop what is being done. */
export type Request = { kind: 'start'; size: number; coupling: number; count: number; seed: number } | { kind: 'stop' };

/** To the page. */
export type Answer =
  | { kind: 'progress'; stage: string; done: number; total: number }
  | {
      kind: 'result';
      energy: string;
      magnetisation: string;
      exact: number;
      hash: string;
      threads: number;
      seconds: number;
    }
  | { kind: 'stopped' }
  | { kind: 'error'; message: string };
