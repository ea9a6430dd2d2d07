/** A hook that trains in a worker: what it has been told so far. */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Answer, Request } from './messages';

export interface TrainingState {
  running: boolean;
  /** Exact mean log-likelihood per row after each epoch. */
  curve: number[];
  /** Of the best epoch, once the training has ended. */
  result?: number;
  doubts: string[];
  error?: string;
}

const IDLE: TrainingState = { running: false, curve: [], doubts: [] };

function next(state: TrainingState, answer: Answer): TrainingState {
  switch (answer.kind) {
    case 'epoch':
      return { ...state, curve: [...state.curve, answer.logLikelihood] };
    case 'done':
      return { ...state, running: false, result: answer.logLikelihood, doubts: answer.doubts };
    case 'error':
      return { ...state, running: false, error: answer.message };
  }
}

export function useTraining() {
  const [state, setState] = useState(IDLE);
  const worker = useRef<Worker>(undefined);

  // ending the worker ends its work
  const end = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
  }, []);
  useEffect(() => end, [end]);

  const start = useCallback(
    (request: Request) => {
      end();
      const own = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.current = own;
      own.onmessage = ({ data }: MessageEvent<Answer>) => setState((state) => next(state, data));
      own.onerror = ({ message }) => setState((state) => next(state, { kind: 'error', message }));
      own.postMessage(request);
      setState({ ...IDLE, running: true });
    },
    [end],
  );
  const stop = useCallback(() => {
    end();
    setState((state) => ({ ...state, running: false }));
  }, [end]);
  return { ...state, start, stop };
}
