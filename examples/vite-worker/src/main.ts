/** The page: a form, a bar, a stop button. All work is done by the worker. */

import type { Answer, Request } from './messages';
import './page.css';

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const tell = (request: Request) => worker.postMessage(request);
const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const form = element<HTMLFormElement>('settings');
const start = element<HTMLButtonElement>('start');
const stop = element<HTMLButtonElement>('stop');
const bar = element<HTMLProgressElement>('bar');
const said = element('said');

function working(on: boolean, text: string) {
  start.disabled = on;
  stop.disabled = !on;
  said.textContent = text;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const number = (name: string) => Number(new FormData(form).get(name));
  const coupling = 1 / number('temperature');
  tell({ kind: 'start', size: number('size'), coupling, count: number('count'), seed: 1 });
  working(true, 'burn-in');
});
stop.addEventListener('click', () => tell({ kind: 'stop' }));

worker.addEventListener('error', ({ message }) => working(false, `the worker failed: ${message}`));
worker.addEventListener('message', ({ data: answer }: MessageEvent<Answer>) => {
  if (answer.kind === 'progress') {
    bar.max = answer.total;
    bar.value = answer.done;
    said.textContent = `${answer.stage}: ${Math.round((100 * answer.done) / answer.total)} %`;
    return;
  }
  bar.value = answer.kind === 'result' ? bar.max : 0;
  if (answer.kind === 'stopped') return working(false, 'stopped');
  if (answer.kind === 'error') return working(false, answer.message);
  working(false, `${answer.seconds.toFixed(1)} s on ${answer.threads} ${answer.threads === 1 ? 'thread' : 'threads'}`);
  element('energy').textContent = `${answer.energy} J`;
  element('exact').textContent = `${answer.exact.toFixed(4)} J`;
  element('magnetisation').textContent = answer.magnetisation;
  element('hash').textContent = answer.hash;
});

element('isolated').textContent = crossOriginIsolated
  ? 'This page is cross-origin isolated: the worker uses threads.'
  : 'This page is not cross-origin isolated: the worker uses one thread, with the same result.';
