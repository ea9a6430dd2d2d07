/**
 * The page: what is to be measured, how far it is, and the results. It computes nothing itself; bench/page/worker.ts
 * does.
 */

import { sha256, version } from '../../src/wasm/binary.js';
import { ratioChart } from '../chart.js';
import { shortMarkdown } from '../markdown.js';
import { assemble, type Gathered, type Report } from '../report.js';
import type { Answer, Listed, Request } from './messages.js';
import { resultsOf } from './results.js';
import source from './worker.text';

/** What is built into the page. */
declare const COMMIT: string;

const $ = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const words = new URLSearchParams(location.search);
const form = $<HTMLFormElement>('form');
const [run, stop] = [$<HTMLButtonElement>('run'), $<HTMLButtonElement>('stop')];
const takers = ['json', 'markdown', 'chart'].map((id) => $<HTMLButtonElement>(id));
const [rounds, short] = [$<HTMLInputElement>('rounds'), $<HTMLInputElement>('short')];
const status = $('status');
const progress = $<HTMLProgressElement>('progress');

const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
let worker: Worker;
let place: Answer & { kind: 'listed' };
let gathered: Gathered | undefined;
let wanted: string[] = [];
let done = 0;
let current = '';
let began = 0;

function element(name: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A worker lives until it is stopped; the next one is started at once, so that Run answers quickly. */
function start(): void {
  worker = new Worker(address, { name: 'blockspin benchmarks' });
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => receive(data));
  worker.addEventListener('error', (event) => fail(event.message || 'the worker did not start'));
}

const ask = (request: Request) => worker.postMessage(request);

/** Something broke that is no case: it is shown, and reported where that was asked for. */
function fail(reason: string): void {
  status.textContent = `This did not work: ${reason}`;
  status.classList.add('bad');
  if (words.has('report')) void send({ errors: [reason] });
}

const send = (body: unknown) => fetch('/report', { method: 'POST', body: JSON.stringify(body) });

function receive(answer: Answer): void {
  if (answer.kind === 'listed') listed(answer);
  else if (answer.kind === 'begun') {
    done = answer.place;
    current = answer.name;
    began = performance.now();
    say();
  } else if (answer.kind === 'round') say(answer.done);
  else if (answer.kind === 'rows') {
    gathered?.rows.push(...answer.rows);
    show();
  } else if (answer.kind === 'failed') {
    gathered?.failed.push({ name: answer.name, reason: answer.reason });
    show();
  } else end(true);
}

/** The first answer of a worker: what there is, and what this browser allows. */
function listed(answer: Answer & { kind: 'listed' }): void {
  const first = place === undefined;
  place = answer;
  if (!first) return;
  const { isolated, threads, resolution, entries } = answer;
  const step = resolution < 0.001 ? '< 1 µs' : `${Number((resolution * 1000).toPrecision(2))} µs`;
  const cores = navigator.hardwareConcurrency;
  const facts: [string, boolean][] = [
    [browser(), false],
    [`${cores} core${cores > 1 ? 's' : ''}`, false],
    isolated
      ? [`cross-origin isolated: up to ${threads} thread${threads > 1 ? 's' : ''}`, false]
      : ['not cross-origin isolated: one thread (npm run bench:page serves with the headers that threads need)', true],
    [`clock's step ${step}`, false],
  ];
  $('facts').replaceChildren(...facts.map(([text, warn]) => element('li', warn ? { class: 'warn' } : {}, text)));
  $('groups').replaceChildren(...groupsOf(entries).map(([group, members]) => fieldset(group, members)));
  $('build').textContent = `blockspin ${version}, commit ${COMMIT}.`;
  choose();
  idle();
  if (words.has('run')) begin();
}

function groupsOf(entries: readonly Listed[]): [string, Listed[]][] {
  const groups = new Map<string, Listed[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups];
}

/** The cases of a group, with a box for all of them. */
function fieldset(group: string, members: readonly Listed[]): HTMLElement {
  const whole = element('input', { type: 'checkbox', checked: '' }) as HTMLInputElement;
  const boxes = members.map(
    ({ name }) => element('input', { type: 'checkbox', checked: '', name: 'case', value: name }) as HTMLInputElement,
  );
  const follow = () => {
    const on = boxes.filter((box) => box.checked).length;
    whole.checked = on === boxes.length;
    whole.indeterminate = on > 0 && on < boxes.length;
  };
  whole.addEventListener('change', () => {
    for (const box of boxes) box.checked = whole.checked;
  });
  const list = element('ul', {}, ...boxes.map((box) => element('li', {}, element('label', {}, box, box.value))));
  const made = element('fieldset', {}, element('legend', {}, element('label', {}, whole, group)), list);
  made.addEventListener('change', follow);
  made.addEventListener('follow', follow);
  return made;
}

const boxes = () => [...form.querySelectorAll<HTMLInputElement>('input[name=case]')];

function tick(choice: (box: HTMLInputElement) => boolean): void {
  for (const box of boxes()) box.checked = choice(box);
  for (const each of form.querySelectorAll('fieldset')) each.dispatchEvent(new Event('follow'));
}

/** What the address asks for: `?short&rounds=7&only=wolff`. */
function choose(): void {
  short.checked = words.has('short');
  if (words.has('rounds')) rounds.value = words.get('rounds')!;
  const only = words.get('only')?.toLowerCase();
  if (only) tick(({ value }) => value.toLowerCase().includes(only));
}

function idle(): void {
  run.disabled = false;
  stop.disabled = true;
  for (const input of form.querySelectorAll<HTMLInputElement>('input')) input.disabled = false;
}

/** Name and version as the browser gives them. */
function browser(): string {
  const data = (navigator as { userAgentData?: { brands: { brand: string; version: string }[] } }).userAgentData;
  const brand = data?.brands.find((each) => !/not.a.brand/i.test(each.brand));
  if (brand) return `${brand.brand} ${brand.version}`;
  const [, name, number] = /(Firefox|Version|Chrome)\/([\d.]+)/.exec(navigator.userAgent) ?? [];
  return name ? `${name.replace('Version', 'Safari')} ${number}` : navigator.userAgent;
}

function begin(): void {
  wanted = boxes()
    .filter((box) => box.checked)
    .map(({ value }) => value);
  if (wanted.length === 0) {
    status.textContent = 'No case is chosen.';
    return;
  }
  const left = boxes().length - wanted.length;
  const shortest = Math.max(short.checked ? 1 : 20, 200 * place.resolution);
  gathered = {
    package: { version, commit: COMMIT, kernels: sha256 },
    place: {
      Browser: browser(),
      'User agent': navigator.userAgent,
      Cores: String(navigator.hardwareConcurrency),
      Threads: place.isolated ? `at most ${place.threads}` : '1: the page is not cross-origin isolated',
    },
    command: `npm run bench:page${location.search}`,
    date: new Date().toISOString(),
    rounds: Number(rounds.value),
    threads: place.threads,
    short: short.checked,
    clock: { resolution: place.resolution, shortest },
    rows: [],
    figures: [],
    missing: ['peers: a page cannot start programs of others'],
    failed: [],
  };
  if (place.threads === 1) {
    gathered.missing.push(`threads: ${place.isolated ? 'there is one core' : 'the page is not cross-origin isolated'}`);
  }
  if (left > 0) gathered.missing.push(`${left} case${left > 1 ? 's' : ''} not chosen`);
  for (const input of form.querySelectorAll<HTMLInputElement>('input')) input.disabled = true;
  run.disabled = true;
  stop.disabled = false;
  status.classList.remove('bad');
  done = 0;
  ask({ kind: 'run', names: wanted, rounds: gathered.rounds, short: gathered.short, shortest });
}

/** How far it is: in words for people, in a bar beside them. */
function say(round = 0): void {
  const all = gathered?.rounds ?? 1;
  progress.max = wanted.length * all;
  progress.value = done * all + round;
  const what = round === 0 ? 'checked, then warmed up' : `round ${round} of ${all}`;
  status.textContent = `${done + 1} of ${wanted.length}: ${current}, ${what}`;
}

const report = (): Report | undefined => gathered && assemble(gathered);

function show(): void {
  const now = report();
  if (now === undefined) return;
  $('results').replaceChildren(...resultsOf(now, element));
  for (const button of takers) button.disabled = now.rows.length === 0;
}

function end(whole: boolean): void {
  if (gathered === undefined) return;
  if (!whole) {
    for (const name of wanted.slice(done)) gathered.missing.push(`"${name}": stopped before`);
    if (performance.now() - began > 0) worker.terminate();
    start();
  }
  show();
  const failed = gathered.failed.length;
  const count = new Set(gathered.rows.map((row) => row.case)).size;
  progress.value = whole ? progress.max : progress.value;
  const outcome = whole ? 'Done' : 'Stopped';
  const wrong = failed > 0 ? `; ${failed} failed` : '';
  status.textContent = `${outcome}: ${count} of ${wanted.length} cases measured${wrong}.`;
  status.classList.toggle('bad', failed > 0);
  idle();
  if (words.has('report')) void send({ report: report(), shown: document.querySelectorAll('tbody.case').length });
}

function download(name: string, type: string, text: string): void {
  const link = element('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL((link as HTMLAnchorElement).href), 10_000);
}

/**
 * To the clipboard where that is allowed, which is not so in a page from a file everywhere; else it is selected to be
 * copied by hand.
 */
async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    download('bench.md', 'text/markdown', text);
    button.textContent = 'Downloaded instead';
  }
  setTimeout(() => {
    button.textContent = label;
  }, 2000);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  begin();
});
stop.addEventListener('click', () => end(false));
$('all').addEventListener('click', () => tick(() => true));
$('none').addEventListener('click', () => tick(() => false));
$('json').addEventListener('click', () =>
  download('bench.json', 'application/json', `${JSON.stringify(report(), null, 1)}\n`),
);
$<HTMLButtonElement>('markdown').addEventListener('click', (event) =>
  copy(shortMarkdown(report()!), event.currentTarget as HTMLButtonElement),
);
$('chart').addEventListener('click', () => {
  const chart = ratioChart(report()!);
  if (chart) download('bench.svg', 'image/svg+xml', chart.svg);
});
addEventListener('error', ({ message }) => fail(message));
addEventListener('unhandledrejection', ({ reason }) => fail(String(reason)));

start();
ask({ kind: 'list' });
