/**
 * The element's side of its worker. A worker is started from the file beside this module; where a page's policy or
 * origin does not allow that, from a blob that imports the file; at last from text, for pages whose bundler has moved
 * this module away from the file. It counts as started when it has sent its first message, since some failures come
 * later than the constructor.
 */

import type { FromWorker, ToWorker } from './messages.js';

/** Milliseconds within which a worker must answer. */
const READY_MS = 15_000;

type Form = 'file' | 'import' | 'text';
const FORMS: readonly Form[] = ['file', 'import', 'text'];

/** The form that has worked on this page. */
let working: Form | undefined;

async function sourceOf(form: Form): Promise<{ address: URL | string; done: () => void }> {
  // kept literal, so that bundlers find the file
  if (form === 'file') return { address: new URL('./worker.js', import.meta.url), done: () => {} };
  const text =
    form === 'import'
      ? `import ${JSON.stringify(new URL('./worker.js', import.meta.url).href)};`
      : await (await import('./workerText.js')).workerText();
  if (text === '') throw new Error('there is no text of the worker here');
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  return { address, done: () => URL.revokeObjectURL(address) };
}

/** A worker in this form, once it has sent its first message. */
async function confirmed(form: Form): Promise<Worker> {
  const { address, done } = await sourceOf(form);
  try {
    return await new Promise((resolve, reject) => {
      const worker =
        form === 'file'
          ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
          : new Worker(address, { type: 'module' });
      const failed = (reason: string) => {
        clearTimeout(watchdog);
        worker.terminate();
        reject(new Error(reason));
      };
      const watchdog = setTimeout(() => failed(`no answer within ${READY_MS / 1000} seconds`), READY_MS);
      worker.onerror = (event) => failed(event.message || 'it could not be loaded');
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type !== 'ready') return;
        clearTimeout(watchdog);
        worker.onerror = null;
        worker.onmessage = null;
        resolve(worker);
      };
    });
  } finally {
    done();
  }
}

/** @throws Error if no form works here, with the reason of the first */
async function startWorker(): Promise<Worker> {
  let reason: Error | undefined;
  for (const form of working ? [working] : FORMS) {
    try {
      const worker = await confirmed(form);
      working = form;
      return worker;
    } catch (error) {
      reason ??= error as Error;
    }
  }
  throw new Error(
    `this page cannot start a worker (${reason?.message}): "worker-src 'self'" in its Content-Security-Policy allows one`,
  );
}

/** Who hears what a worker says. */
export interface Listener {
  report(report: unknown, turn: number): void;
  ended(): void;
  failed(message: string): void;
}

/** A worker and the messages to it; messages wait until it has started. */
export class Link {
  #worker: Worker | undefined;
  #waiting: [ToWorker, Transferable[]][] | undefined = [];
  #closed = false;
  readonly #calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastCall = 0;

  constructor(listener: Listener) {
    void this.#start(listener);
  }

  send(message: ToWorker, transfer: Transferable[] = []): void {
    if (this.#waiting) this.#waiting.push([message, transfer]);
    else this.#worker?.postMessage(message, transfer);
  }

  /** Asks the scene; rejects with its sentence, or when the figure is removed. */
  call(method: string, argument?: unknown): Promise<unknown> {
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('the figure was removed'));
      this.#calls.set(id, { resolve, reject });
      this.send({ type: 'call', id, method, argument });
    });
  }

  /** Ends the worker. */
  close(): void {
    this.#closed = true;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#waiting = undefined;
    for (const { reject } of this.#calls.values()) reject(new Error('the figure was removed'));
    this.#calls.clear();
  }

  async #start(listener: Listener): Promise<void> {
    let worker: Worker;
    try {
      worker = await startWorker();
    } catch (error) {
      if (!this.#closed) listener.failed((error as Error).message);
      return;
    }
    if (this.#closed) return worker.terminate();
    worker.onerror = (event) => listener.failed(event.message || 'the worker has failed');
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case 'report':
          return listener.report(data.report, data.turn);
        case 'ended':
          return listener.ended();
        case 'failed':
          return listener.failed(data.message);
        case 'answer': {
          const call = this.#calls.get(data.id);
          this.#calls.delete(data.id);
          if (data.error === undefined) call?.resolve(data.value);
          else call?.reject(new Error(data.error));
        }
      }
    };
    this.#worker = worker;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const [message, transfer] of waiting) worker.postMessage(message, transfer);
  }
}
