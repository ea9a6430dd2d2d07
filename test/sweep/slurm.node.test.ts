/** The job file of Slurm on a real Slurm of one node: tasks are killed, cancelled, stopped and submitted again. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { SweepFolder } from '../../src/sweep/index.js';
import { quoted } from '../../src/util/shell.js';
import { folder, here, main, removeFolders } from '../cli/command.js';
import { until } from '../until.js';
import { SlurmCluster, slurmMissing } from './slurmCluster.js';

const test = suite('sweep/slurm');

const MINE = join(root, 'test/sweep/experiment.mjs');
const NUMBERS = ['1', '2', '3', '4', '5', '6', '7', '8'];

const missing = slurmMissing();
if (missing !== undefined) console.log(`skipped: ${missing}`);
const check = missing === undefined ? test : test.skip;

let cluster: SlurmCluster;
test.before(async () => {
  if (missing === undefined) cluster = await SlurmCluster.start();
});
test.after(async () => {
  await cluster?.stop();
  removeFolders();
});

/** A folder with a plan of eight points of 0.6 s, and its job file. */
async function planned(...words: string[]) {
  const path = folder();
  const plan = join(path, 'plan.jsonl');
  const made = await here(['plan', '--experiment', MINE, '--numbers', NUMBERS.join(), '--pause', '60', '--out', plan]);
  assert.is(made.code, 0, made.stderr);
  const out = join(path, 'results of squares');
  const command = `${quoted(process.execPath)} ${quoted(main)}`;
  const own = ['template', 'slurm', '--plan', plan, '--out', out, '--memory', '100M', '--command', command];
  const { code, stdout, stderr } = await here([...own, ...words]);
  assert.is(code, 0, stderr);
  const file = join(path, 'sweep.sh');
  writeFileSync(file, stdout);
  return { path, plan, out, file, log: join(path, 'log') };
}

/** How often each number was begun. */
const begun = (log: string) => {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return NUMBERS.map((number) => lines.filter((line) => line === number).length);
};

/** Output of all tasks. */
const outputOf = (path: string) =>
  readdirSync(path)
    .filter((name) => name.startsWith('slurm-'))
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('\n');

const finishedIn = (out: string) => {
  try {
    return readdirSync(join(out, 'points')).filter((name) => name.endsWith('.safetensors'));
  } catch {
    return [];
  }
};

/** Bytes of all results, and of what is merged of them. */
async function bytesOf(out: string) {
  const merged = await here(['merge', out]);
  assert.is(merged.code, 0, merged.stderr);
  const files = [...finishedIn(out).map((name) => join('points', name)), 'points.csv', 'points.parquet', 'result.json'];
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(out, name), 'hex')]));
}

let alone: ReturnType<typeof bytesOf> | undefined;

/** The bytes of the sweep in this process alone, whose plan is that of all tests. */
function local(plan: string) {
  const work = async () => {
    const out = folder();
    const { code, stderr } = await here(['work', plan, '--out', out, '--jobs', '1']);
    assert.is(code, 0, stderr);
    return bytesOf(out);
  };
  alone ??= work();
  return alone;
}

check(
  'an array of which a task is killed and the rest cancelled, submitted again: the bytes of a local run',
  async () => {
    const { path, plan, out, file, log } = await planned('--tasks', '3', '--first-task', '5');
    const first = await cluster.submit(path, file, { SQUARES_LOG: log });
    await until('the first points', async () => finishedIn(out).length > 0);
    const sweep = await SweepFolder.open(out);
    // the process of a task, while it runs a point
    const { pid } = await until('a point that is being run', async () =>
      [...sweep.claimed()].map((id) => sweep.claimOf(id)).find((owner) => owner !== undefined),
    );
    process.kill(pid, 'SIGKILL');
    await until('the end of a killed task', async () =>
      (await cluster.tasks(first)).some(({ exitCode }) => exitCode === '137:0'),
    );
    await cluster.command('scancel', first);
    const ended = await cluster.end(first);
    assert.equal(
      ended
        .map(({ state, exitCode, restarts }) => (state === 'FAILED' ? exitCode : restarts ? 'restarted' : state))
        .sort(),
      ['137:0', 'CANCELLED', 'CANCELLED'],
      outputOf(path),
    );
    assert.ok(finishedIn(out).length < NUMBERS.length, 'something is left');
    const [again, expected] = await Promise.all([cluster.submit(path, file, { SQUARES_LOG: log }), local(plan)]);
    assert.equal(
      (await cluster.end(again)).map(({ index, state, exitCode }) => [index, state, exitCode]).sort(),
      [5, 6, 7].map((index) => [index, 'COMPLETED', '0:0']),
      outputOf(path),
    );
    assert.is(finishedIn(out).length, NUMBERS.length);
    assert.equal(await bytesOf(out), expected);
    // three points were interrupted, of which that of the killed task may have been taken over at once and interrupted again
    const times = begun(log);
    assert.ok(Math.min(...times) === 1 && times.filter((count) => count > 1).length <= 3, times.join());
    assert.ok(Math.max(...times) <= 3, times.join());
  },
);

check(
  'a task that is told to stop, or reaches its time, ends with 75 and is queued again until all is done',
  async () => {
    const words = ['--tasks', '2', '--time', '10m', '--margin', '9m57s'];
    const { path, plan, out, file, log } = await planned(...words);
    // one task of the two does all, and SLURM_ARRAY_TASK_COUNT is 1
    const job = await cluster.submit(path, file, { SQUARES_LOG: log }, '--array=1');
    await until('the first point', async () => finishedIn(out).length > 0);
    await cluster.command('scancel', '--signal=TERM', '--batch', job);
    let restarts = 0;
    const task = await until('the end of the task', async () => {
      const [now] = await cluster.tasks(job);
      // Slurm would wait two minutes; within a second of its end it would refuse the task's old credential
      if (now.state === 'PENDING' && now.restarts > restarts) {
        restarts = now.restarts;
        await cluster.command('scontrol', 'update', `JobId=${job}_1`, 'StartTime=now+2');
      }
      return /COMPLETED|FAILED/.test(now.state) && now;
    });
    assert.equal([task.index, task.state, task.exitCode], [1, 'COMPLETED', '0:0'], outputOf(path));
    assert.ok(task.restarts >= 2, `${task.restarts} restarts`);
    assert.match(outputOf(path), /terminated; go on with: blockspin work/);
    assert.match(outputOf(path), /stopped after 0\.05 minutes; go on with/);
    // each restart goes on with one point
    const times = begun(log);
    assert.ok(Math.min(...times) === 1, times.join());
    assert.ok(times.reduce((a, b) => a + b) <= NUMBERS.length + task.restarts, times.join());
    assert.equal(await bytesOf(out), await local(plan));
  },
);

test.run();
