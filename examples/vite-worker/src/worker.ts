/** Samples and measures, off the main thread; on threads of its own where the page is cross-origin isolated. */

import { defaultThreads, Ising, measure, square } from 'blockspin';
import { kaufman } from 'blockspin/exact';
import { formatEstimate } from 'blockspin/stats';
import type { Answer, Request } from './messages';

const tell = (answer: Answer) => postMessage(answer);
let running: AbortController | undefined;

async function sample({ size, coupling, count, seed }: Request & { kind: 'start' }, signal: AbortSignal) {
  const begin = performance.now();
  const sampler = new Ising({ lattice: square(size), coupling, seed });
  const data = await sampler.sampleAsync(count, {
    signal,
    onProgress: ({ stage, done, total }) => tell({ kind: 'progress', stage, done, total }),
  });
  const { energy, absoluteMagnetisation } = measure(data);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data.bytes)));
  tell({
    kind: 'result',
    energy: formatEstimate(energy),
    magnetisation: formatEstimate(absoluteMagnetisation),
    exact: kaufman(size, size, coupling).energy,
    hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    threads: defaultThreads(),
    seconds: (performance.now() - begin) / 1000,
  });
}

addEventListener('message', async ({ data: request }: MessageEvent<Request>) => {
  // the work pauses every few milliseconds, so that this message is read meanwhile
  if (request.kind === 'stop') return running?.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    await sample(request, signal);
  } catch (error) {
    tell(signal.aborted ? { kind: 'stopped' } : { kind: 'error', message: String(error) });
  }
});
