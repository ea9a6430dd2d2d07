/**
 * Sweeps through a queue, by the programs of docs/sweeps-queue.md with the built package and a real Redis. Needs `npm
 * run build` first.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Queue } from 'bullmq';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { enqueue, startWorkers } from '../../src/bullmq/index.js';
import { encodePlan, loadExperiment, type Plan, planOf, SweepFolder, workOn } from '../../src/sweep/index.js';
import { folder, removeFolders } from '../cli/command.js';
import { findRedis, freePort, startRedis } from './redis.js';

const test = suite('bullmq/queue');

const program = findRedis();
const redis = program === undefined ? undefined : await startRedis(program);
/** Without a Redis they are skipped, which is said. */
const check = redis ? test : test.skip;

const MINE = join(root, 'test/sweep/experiment.mjs');
const DEFAULTS = { numbers: [1, 2, 3, 4], offset: 0, failing: 0, ending: 0, pause: 0, unit: 'm', seed: 1 };
const loaded = await loadExperiment(undefined, MINE);

/** Lock of jobs in these tests, in ms: what is lost is found after one or two of them. */
const LOCK_MS = 1500;

/** A store as workers load it. */
const STORE = `import { folderObjects } from 'blockspin/sweep';
export default folderObjects(process.env.STORE);
`;

/** Ends workers when their input does, as it does when this test is killed: they would look for its Redis for ever. */
const WATCHED = "process.stdin.on('end', () => process.exit(1)).resume().unref();\n";

/** A project with the programs of the page, the package and its peers. */
const project = folder();
mkdirSync(join(project, 'node_modules'));
symlinkSync(root, join(project, 'node_modules', 'blockspin'), 'dir');
const page = readFileSync(join(root, 'docs/sweeps-queue.md'), 'utf8');
const programs = [...page.matchAll(/^```js\n\/\/ (\w+\.mjs)\b[^\n]*\n(.*?)^```$/gms)];
for (const [, name, code] of programs) {
  const own = name === 'store.mjs' ? STORE : code;
  // each test has a queue of its own, and does not wait for half a minute
  const queued = own.replace(/queue: '\w+'/, 'queue: process.env.QUEUE').replace('30_000', String(LOCK_MS));
  const narrow = queued.replace('concurrency: 2', 'concurrency: 1');
  writeFileSync(join(project, name), name.startsWith('workers') ? WATCHED + narrow : narrow);
}

let queues = 0;

/** One sweep in a queue of its own. */
class Sweep {
  readonly path = join(folder(), 'sweep');
  readonly queue = `queue-${queues++}`;
  readonly log = join(folder(), 'log');
  readonly plan: Plan;
  readonly environment: NodeJS.ProcessEnv;
  readonly #planFile = join(folder(), 'plan.jsonl');

  constructor(given: object = {}, of = loaded) {
    this.plan = planOf(of, [{ ...DEFAULTS, ...given }]);
    writeFileSync(this.#planFile, encodePlan(this.plan));
    writeFileSync(this.log, '');
    this.environment = {
      ...process.env,
      REDIS_URL: `redis://127.0.0.1:${redis?.port}`,
      ...{ QUEUE: this.queue, SQUARES_LOG: this.log, STORE: join(this.path, 'store') },
    };
  }

  /** Runs a program of the page to its end. @returns what it printed, a value of JavaScript */
  async run(name: string, ...words: string[]): Promise<Record<string, number>> {
    const options = { cwd: project, env: this.environment };
    const { stdout } = await promisify(execFile)(process.execPath, [join(project, name), ...words], options);
    return Object.fromEntries([...stdout.matchAll(/(\w+): (\d+)/g)].map(([, key, value]) => [key, Number(value)]));
  }

  /** Puts its points into the queue, by a program of the page. */
  enqueueBy = (name: string, to = this.path) => this.run(name, this.#planFile, to);

  /** The same in this process, which costs less. */
  enqueue = () => enqueue(this.plan, { connection: { port: redis!.port }, queue: this.queue, folder: this.path });

  /** Numbers whose points were begun, in the order of the log. */
  ran = () => readFileSync(this.log, 'utf8').trim().split('\n').filter(Boolean);

  idOf = (number: number) => this.plan.points.find(({ key }) => key === `number ${number}`)!.id;

  results(path = this.path): Record<string, string> {
    const points = join(path, 'points');
    const names = existsSync(points) ? readdirSync(points) : [];
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(points, name), 'hex')]));
  }

  /** The bytes of the same plan without a queue. */
  async local(): Promise<Record<string, string>> {
    const path = folder();
    await workOn(SweepFolder.create(path, this.plan));
    return this.results(path);
  }

  /** Number of workers that listen to its queue. */
  async listeners(): Promise<number> {
    const queue = new Queue(this.queue, { connection: { port: redis!.port } });
    const count = await queue.getWorkersCount();
    await queue.close();
    return count;
  }

  /** Jobs in Redis by their states, those without any left out. */
  async jobs(): Promise<Record<string, number>> {
    const queue = new Queue(this.queue, { connection: { port: redis!.port } });
    const counts = await queue.getJobCounts();
    await queue.close();
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }
}

type Event = { type: string; key: string; message?: string; progress?: { done: number } };

/** Processes that have not ended: those of a test that failed would keep this one. */
const living = new Set<Workers>();

/** A process with workers, in a group of its own with the processes that it starts. */
class Workers {
  readonly events: Event[] = [];
  readonly ended: Promise<number | null>;
  stderr = '';
  readonly #child: ChildProcess;

  constructor(sweep: Sweep, name = 'workers.mjs') {
    this.#child = spawn(process.execPath, [join(project, name)], {
      ...{ cwd: project, env: sweep.environment, detached: true, stdio: 'pipe' },
    });
    let line = '';
    this.#child.stdout?.on('data', (text) => {
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      this.events.push(...lines.map((one) => JSON.parse(one)));
    });
    this.#child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    living.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        living.delete(this);
        resolve(code);
      });
    });
  }

  signal(signal: NodeJS.Signals, whom: 'worker' | 'group' = 'worker'): void {
    try {
      process.kill(whom === 'group' ? -this.#child.pid! : this.#child.pid!, signal);
    } catch {
      // it has ended
    }
  }

  /** Waits for an event. @throws Error with what the process said if it ends before */
  async until(wanted: (event: Event) => boolean): Promise<Event> {
    let ended = false;
    this.ended.then(() => {
      ended = true;
    });
    await until(() => ended || this.events.some(wanted));
    const found = this.events.find(wanted);
    if (!found) throw new Error(`workers ended: ${this.stderr}`);
    return found;
  }

  async close(): Promise<void> {
    this.signal('SIGTERM');
    assert.is(await this.ended, 0, this.stderr);
  }
}

const endAll = () => {
  for (const workers of living) workers.signal('SIGKILL', 'group');
};
process.once('exit', endAll);

/** Max time of a wait, so that what never comes is a failure with a place, in ms. */
const PATIENCE_MS = 60_000;

/** Waits until it holds. @throws Error if it does not within a minute */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${holds}`);
    await wait(20);
  }
}

check(
  'two workers, one killed with its processes in the middle of a point: every point once, the bytes of a local run',
  async () => {
    const sweep = new Sweep({ numbers: [1, 2, 3, 4, 5, 6, 7, 8], pause: 100 });
    const local = sweep.local();
    const killed = new Workers(sweep);
    const other = new Workers(sweep);
    // on a busy machine one of them may be up long before the other, and do all of the work
    await until(async () => (await sweep.listeners()) === 2);
    assert.equal(await sweep.enqueueBy('enqueue.mjs'), { added: 8, waiting: 0, done: 0, failed: 0 });
    const { added, waiting } = await sweep.enqueue();
    assert.ok(added === 0 && waiting >= 1, `${added} ${waiting}`);
    await other.until(({ type }) => type === 'begin');
    await killed.until(({ type }) => type === 'done');
    const running = () => killed.events.findLast(({ type }) => type === 'begin')!.key;
    const steps = () => {
      const checkpoint = join(sweep.path, 'state', `${sweep.idOf(Number(running().split(' ')[1]))}.safetensors`);
      return existsSync(checkpoint) ? (readFileSync(checkpoint)[0] ?? 0) : 0;
    };
    await until(() => steps() >= 3);
    killed.signal('SIGKILL', 'group');
    await killed.ended;
    const key = running();
    await until(() => Object.keys(sweep.results()).length === 8);
    await until(async () => Object.keys(await sweep.jobs()).length === 0);
    await other.close();
    assert.equal(sweep.ran().sort(), [...['1', '2', '3', '4', '5', '6', '7', '8'], key.split(' ')[1]].sort());
    const again = other.events.find((event) => event.key === key && event.type === 'progress');
    assert.ok(again?.progress && again.progress.done >= 3, 'it went on from the checkpoint');
    assert.equal(sweep.results(), await local);

    // the file of a point is the truth: what is done is not run again, what has no file is
    assert.equal(await sweep.enqueue(), { added: 0, waiting: 0, done: 8, failed: 0 });
    const removed = `${sweep.idOf(5)}.safetensors`;
    rmSync(join(sweep.path, 'points', removed));
    assert.equal(await sweep.enqueue(), { added: 1, waiting: 0, done: 7, failed: 0 });
    writeFileSync(sweep.log, '');
    const third = new Workers(sweep);
    await third.until(({ type }) => type === 'done');
    await third.close();
    assert.equal(sweep.ran(), ['5']);
    assert.equal(sweep.results(), await local);
  },
);

check('a worker that is killed alone: its processes stop, and the point goes on elsewhere', async () => {
  const sweep = new Sweep({ numbers: [1], pause: 300 });
  const local = sweep.local();
  await sweep.enqueue();
  const killed = new Workers(sweep);
  await killed.until(({ type, progress }) => type === 'progress' && progress!.done >= 2);
  killed.signal('SIGKILL');
  // the process that ran the point notices, and releases its claim
  await until(() => readdirSync(join(sweep.path, 'claims')).length === 0);
  const other = new Workers(sweep);
  await other.until(({ type }) => type === 'done');
  await other.close();
  assert.equal(sweep.ran(), ['1', '1']);
  assert.ok(other.events.find(({ type }) => type === 'progress')!.progress!.done >= 2);
  assert.equal(sweep.results(), await local);
});

check('closed workers give their point back, which is no failure', async () => {
  const sweep = new Sweep({ numbers: [1], pause: 300 });
  await sweep.enqueue();
  const closed = new Workers(sweep);
  await closed.until(({ type, progress }) => type === 'progress' && progress!.done >= 2);
  await closed.close();
  assert.equal(await sweep.jobs(), { waiting: 1 });
  for (const part of ['claims', 'failed', 'points']) assert.equal(readdirSync(join(sweep.path, part)), [], part);
  assert.equal(readdirSync(join(sweep.path, 'state')), [`${sweep.idOf(1)}.safetensors`]);
  const other = new Workers(sweep);
  await other.until(({ type }) => type === 'done');
  await other.close();
  assert.ok(other.events.find(({ type }) => type === 'progress')!.progress!.done >= 2);
  const workers = readdirSync(join(sweep.path, 'workers'));
  assert.equal(
    workers.filter((name) => !name.endsWith('.jsonl')),
    [],
    'all signs of life are gone',
  );
});

check('a point that throws is recorded and run once; one that ends its processes, four times at most', async () => {
  const sweep = new Sweep({ numbers: [1, 2, 3], failing: 2, ending: 3 });
  await sweep.enqueue();
  const workers = new Workers(sweep);
  const thrown = await workers.until(({ type, key }) => type === 'failed' && key === 'number 2');
  assert.is(thrown.message, '2 is not to my taste');
  const ended = await workers.until(({ type, key }) => type === 'failed' && key === 'number 3');
  assert.match(ended.message!, /3 workers ended while they ran it/);
  assert.match(workers.stderr, /point "number 3" is run again: .*SIGKILL/);
  assert.equal(sweep.ran().sort(), ['1', '2', '3', '3', '3']);
  assert.equal(await sweep.jobs(), {});
  const recorded = JSON.parse(readFileSync(join(sweep.path, 'failed', `${sweep.idOf(2)}.json`), 'utf8'));
  assert.equal([recorded.key, recorded.error, recorded.message], ['number 2', 'RangeError', '2 is not to my taste']);
  assert.equal(await sweep.enqueue(), { added: 0, waiting: 0, done: 1, failed: 2 });
  await workers.close();
});

check('a point that computes without a pause keeps its job', async () => {
  const path = join(folder(), 'busy.mjs');
  writeFileSync(
    path,
    `import mine from ${JSON.stringify(MINE)};
import { appendFileSync } from 'node:fs';
export default { ...mine, name: 'busy', async run({ number }) {
  appendFileSync(process.env.SQUARES_LOG, \`\${number}\\n\`);
  for (const end = Date.now() + ${3 * LOCK_MS}; Date.now() < end; );
  return { number, square: number ** 2 };
} };\n`,
  );
  const sweep = new Sweep({ numbers: [1] }, await loadExperiment(undefined, path));
  await sweep.enqueue();
  const [one, other] = [new Workers(sweep), new Workers(sweep)];
  await until(() => Object.keys(sweep.results()).length === 1);
  await until(async () => Object.keys(await sweep.jobs()).length === 0);
  await Promise.all([one.close(), other.close()]);
  assert.equal(sweep.ran(), ['1']);
});

check('a point that a worker without a queue runs is left to it', async () => {
  const sweep = new Sweep({ numbers: [1], pause: 100 });
  await sweep.enqueue();
  const local = workOn(await SweepFolder.open(sweep.path));
  await until(() => readdirSync(join(sweep.path, 'claims')).some((name) => name.endsWith('.lock')));
  const workers = new Workers(sweep);
  assert.equal(await local, { done: 1, failed: 0, elsewhere: 0 });
  await until(async () => Object.keys(await sweep.jobs()).length === 0);
  await workers.close();
  assert.equal(sweep.ran(), [], 'none of the queue ran it');
});

check('jobs that others left in Redis keep no point out', async () => {
  const sweep = new Sweep({ numbers: [1] });
  await sweep.enqueue();
  const queue = new Queue(sweep.queue, { connection: { port: redis!.port } });
  const [job] = await queue.getJobs();
  assert.match(job.id!, /^p[0-9a-f]{32}$/);
  assert.equal(job.data, { folder: sweep.path, objects: false, point: sweep.idOf(1), key: 'number 1', run: 0 });
  await queue.remove(job.id!);
  await queue.add(job.name, job.data, { jobId: job.id });
  const workers = new Workers(sweep);
  await workers.until(({ type }) => type === 'done');
  await until(async () => (await queue.getJobState(job.id!)) === 'completed');
  rmSync(join(sweep.path, 'points', `${sweep.idOf(1)}.safetensors`));
  assert.equal(await sweep.enqueue(), { added: 1, waiting: 0, done: 0, failed: 0 });
  await until(async () => Object.keys(await sweep.jobs()).length === 0);
  await workers.close();
  await queue.close();
  assert.is(Object.keys(sweep.results()).length, 1);
});

check('a worker that cannot open the sweep closes and says why, and the job stays', async () => {
  const sweep = new Sweep({ numbers: [1] });
  await sweep.enqueue();
  rmSync(sweep.path, { recursive: true });
  const workers = new Workers(sweep);
  assert.is(await workers.ended, 1);
  assert.match(workers.stderr, /sweep is not the folder of a sweep: it has no plan\.jsonl/);
  assert.equal(await sweep.jobs(), { delayed: 1 });
});

check('results in a store of objects, fetched into a folder', async () => {
  const sweep = new Sweep({ numbers: [1, 2, 3, 4, 5, 6], pause: 30, failing: 6 });
  const to = 'sweeps/first';
  assert.equal(await sweep.enqueueBy('enqueueObjects.mjs', to), { added: 6, waiting: 0, done: 0, failed: 0 });
  const workers = new Workers(sweep, 'workersObjects.mjs');
  await until(async () => Object.keys(await sweep.jobs()).length === 0);
  await workers.close();
  assert.equal(await sweep.enqueueBy('enqueueObjects.mjs', to), { added: 0, waiting: 0, done: 5, failed: 1 });
  const fetched = join(folder(), 'first');
  assert.equal(await sweep.run('fetch.mjs', to, fetched), { fetched: 5, failed: 1, missing: 0 });
  assert.equal(sweep.results(fetched), await sweep.local());
  assert.is((await SweepFolder.open(fetched)).failureOf(sweep.idOf(6))?.message, '6 is not to my taste');
});

test('wrong options and a Redis that is not there are refused before any work', async () => {
  const plan = planOf(loaded, [DEFAULTS]);
  const path = join(folder(), 'sweep');
  const connection = { port: await freePort() };
  const refused = async (work: Promise<unknown>, words: RegExp) => {
    const error = await work.then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.match(error?.message ?? 'nothing was thrown', words);
  };
  const own = { connection, queue: 'q', folder: path };
  await refused(enqueue(plan, { ...own, queue: 'a:b' }), /"queue" expected name without a colon, got "a:b"/);
  await refused(enqueue(plan, { ...own, queue: '' }), /"queue"/);
  await refused(enqueue(plan, { ...own, folder: 3 as never }), /"folder" expected text, got 3/);
  await refused(enqueue(plan, { ...own, colour: 1 } as never), /"colour" expected an option of enqueue/);
  await refused(enqueue({} as never, own), /"plan" expected plan/);
  await refused(enqueue(plan, { ...own, connection: undefined as never }), /"connection" expected options/);
  await refused(startWorkers({ connection, queue: 'q', concurrency: 0 }), /"concurrency" expected positive integer/);
  await refused(startWorkers({ connection, queue: 'q', lockDuration: 1 }), /"lockDuration"/);
  await refused(enqueue(plan, own), /cannot connect to Redis: .*ECONNREFUSED/);
  await refused(
    enqueue(plan, { ...own, objects: { get: () => {} } as never }),
    /"objects" expected store of objects \{ get, put, list, delete \}/,
  );
  assert.not.ok(existsSync(path));
});

test.after(async () => {
  endAll();
  await redis?.stop();
  removeFolders();
});

test.run();
