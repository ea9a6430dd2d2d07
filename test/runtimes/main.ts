/** The entry of the program in Node, Deno and Bun: `main.js QUESTION [worker]`, the question as JSON. */

import { type Answer, answer, type Question } from './program.js';

/** Found without an import, so that one file serves as module and as bundle of any format. */
const threads = process.getBuiltinModule('node:worker_threads');

function inWorker(question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new threads.Worker(new URL('./worker.js', import.meta.url));
    worker.once('error', reject);
    worker.once('message', (message: Answer | { error: string }) => {
      void worker.terminate();
      'error' in message ? reject(new Error(message.error)) : resolve(message);
    });
    worker.postMessage(question);
  });
}

/** Where the package is; a bundle has it within. */
function resolved(): string | undefined {
  try {
    return import.meta.resolve('blockspin');
  } catch {
    return undefined;
  }
}

const [question, where] = process.argv.slice(2);
const result = await (where === 'worker' ? inWorker : answer)(JSON.parse(question));
console.log(`ANSWER ${JSON.stringify({ ...result, resolved: resolved() })}`);
