/** The program in a worker, of a page or of Node, Deno and Bun: a question comes, an answer goes. */

import { answer, type Question } from './program.js';

const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = threads?.parentPort ?? undefined;

async function receive(question: Question): Promise<void> {
  const message = await answer(question).catch((error) => ({ error: `${error}\n${error?.stack ?? ''}` }));
  port ? port.postMessage(message) : self.postMessage(message);
}

if (port) port.on('message', receive);
else self.addEventListener('message', ({ data }) => receive(data));
