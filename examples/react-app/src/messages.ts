/** What the page asks of the worker, and what it is told. */

export interface Request {
  hidden: number;
  epochs: number;
  seed: number;
}

export type Answer =
  | { kind: 'epoch'; epoch: number; logLikelihood: number }
  | { kind: 'done'; logLikelihood: number; doubts: string[] }
  | { kind: 'error'; message: string };
