/** The side of the page that computes: it runs in a worker, so that the page stays awake. */

import { defaultThreads } from '../../src/wasm/threads.js';
import { resolution } from '../calibration.js';
import { catalogue } from '../cases/catalogue.js';
import { measureEntry } from '../harness.js';
import type { Answer, Request } from './messages.js';

const say = (answer: Answer) => postMessage(answer);

const threads = defaultThreads();

async function run({ names, rounds, short, shortest }: Request & { kind: 'run' }): Promise<void> {
  const entries = new Map(catalogue(threads).map((entry) => [entry.name, entry]));
  for (const [place, name] of names.entries()) {
    say({ kind: 'begun', name, place });
    try {
      const rows = await measureEntry(entries.get(name)!, {
        rounds,
        short,
        shortest,
        ...(short ? { warmUp: 0 } : {}),
        onRound: (done) => say({ kind: 'round', done }),
      });
      say({ kind: 'rows', rows });
    } catch (error) {
      say({ kind: 'failed', name, reason: (error as Error).message });
    }
  }
  say({ kind: 'ended' });
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'run') void run(data);
  else {
    const entries = catalogue(threads).map(({ name, group, threads = 1 }) => ({ name, group, threads }));
    const isolated = globalThis.crossOriginIsolated === true;
    say({ kind: 'listed', entries, threads, isolated, resolution: resolution() });
  }
});
