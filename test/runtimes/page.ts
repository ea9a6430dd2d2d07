/**
 * The entry of the program in a page: `index.html?question=JSON[&where=worker][&report=URL]`; the answer goes to the console, and to
 * that address.
 */

import { type Answer, answer, type Question } from './program.js';

/** Held, as the package holds its own (docs/decisions/kernels.md). */
const kept: Worker[] = [];

function inWorker(question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    kept.push(worker);
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker did not start')));
    worker.addEventListener('message', ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data)));
    worker.postMessage(question);
  });
}

async function main(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const report = query.get('report');
  const send = async (said: unknown) => {
    if (report) await fetch(report, { method: 'POST', body: JSON.stringify(said) });
  };
  addEventListener('error', ({ message }) => send({ error: `uncaught in the page: ${message}` }));
  const work = query.get('where') === 'worker' ? inWorker : answer;
  const result = await work(JSON.parse(query.get('question')!)).catch((error) => ({
    error: `${error}\n${error?.stack ?? ''}`,
  }));
  console.log(`ANSWER ${JSON.stringify(result)}`);
  await send(result);
}

void main();
