/** Workers on one folder: the same bytes whoever works, whatever ends. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { loadExperiment } from '../../src/sweep/experimentFile.js';
import { type PointEvent, planOf, SweepFolder, statusOf, type WorkOnOptions, workOn } from '../../src/sweep/index.js';
import { blockspin, folder, here, main, removeFolders } from '../cli/command.js';
import { until } from '../until.js';

const test = suite('sweep/work');
test.after(() => {
  if (disk) spawnSync('umount', [disk]);
  removeFolders();
});

const MINE = join(root, 'test/sweep/experiment.mjs');
const loaded = await loadExperiment(undefined, MINE);
const DEFAULTS = { numbers: [1, 2, 3, 4], offset: 0, failing: 0, ending: 0, pause: 0, unit: 'm', seed: 1 };

/** A fresh folder with a plan of one run with these parameters. */
function sweep(given: object = {}): SweepFolder {
  return SweepFolder.create(folder(), planOf(loaded, [{ ...DEFAULTS, ...given }]));
}

/** Bytes of the results, by file. */
function resultsIn(path: string): Record<string, string> {
  const points = join(path, 'points');
  return Object.fromEntries(readdirSync(points).map((name) => [name, readFileSync(join(points, name), 'hex')]));
}

async function work(of: SweepFolder, options: WorkOnOptions = {}) {
  const events: PointEvent[] = [];
  const outcome = await workOn(of, { onEvent: (event) => events.push(event), ...options });
  return { outcome, events, done: events.filter(({ type }) => type === 'done').map(({ key }) => key) };
}

test('a worker runs every point once, beginning at its part', async () => {
  const one = sweep();
  const { outcome, done } = await work(one);
  assert.equal(outcome, { done: 4, failed: 0, elsewhere: 0 });
  assert.equal(done, ['number 1', 'number 2', 'number 3', 'number 4']);
  for (const part of ['claims', 'state', 'failed']) assert.equal(readdirSync(join(one.path, part)), [], part);
  assert.equal((await work(one)).outcome, { done: 0, failed: 0, elsewhere: 0 });
  const other = sweep();
  const second = await work(other, { shard: { index: 1, count: 2 } });
  assert.equal(second.done, ['number 3', 'number 4', 'number 1', 'number 2']);
  assert.equal(resultsIn(other.path), resultsIn(one.path));
});

test('a point that throws is recorded, the others go on; it is run again only on request', async () => {
  const one = sweep({ failing: 2 });
  const { outcome, events } = await work(one);
  assert.equal(outcome, { done: 3, failed: 1, elsewhere: 0 });
  const failure = events.find(({ type }) => type === 'failed');
  assert.equal(failure && [failure.key, (failure as { message: string }).message], [
    'number 2',
    '2 is not to my taste',
  ]);
  const [recorded] = statusOf(one).failures;
  assert.equal([recorded.key, recorded.error], ['number 2', 'RangeError']);
  assert.match(recorded.stack ?? '', 'experiment.mjs');
  assert.equal((await work(one)).events, []);
  assert.is((await work(one, { retry: true })).events.filter(({ type }) => type === 'failed').length, 1);
});

test('a stopped point goes on from its checkpoint', async () => {
  const one = sweep({ pause: 5 });
  const controller = new AbortController();
  const stopped = await work(one, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'progress' && event.key === 'number 2' && event.progress.done === 4) {
        controller.abort(new Error('enough'));
      }
    },
  }).catch((error: Error) => error);
  assert.is((stopped as Error).message, 'enough');
  assert.equal([one.finished().size, one.begun().size, one.claimed().size], [1, 1, 0]);
  const steps: number[] = [];
  await work(one, {
    onEvent: (event) => event.type === 'progress' && event.key === 'number 2' && steps.push(event.progress.done),
  });
  assert.is(steps[0], 4);
  const whole = sweep({ pause: 5 });
  await work(whole);
  assert.equal(resultsIn(one.path), resultsIn(whole.path));
});

test('another worker’s point is left to it while it lives, and taken over when it is gone', async () => {
  const one = sweep();
  const [first] = one.plan.points;
  one.makeParts();
  const claim = (owner: object) => writeFileSync(one.fileOf('claims', first.id), JSON.stringify(owner));
  const worker = join(one.workers, 'far-1-abc');
  writeFileSync(worker, '');
  claim({ pid: 1, host: 'far', token: 'x', worker: 'far-1-abc' });
  assert.equal((await work(one)).outcome, { done: 3, failed: 0, elsewhere: 1 });
  assert.is(statusOf(one).running, 1);
  // it has given no sign of life for an hour
  const past = Date.now() / 1000 - 3600;
  utimesSync(worker, past, past);
  assert.is(statusOf(one).running, 0);
  assert.equal((await work(one)).outcome, { done: 1, failed: 0, elsewhere: 0 });
  // a process of this machine that has ended needs no such time
  const two = sweep();
  two.makeParts();
  const [{ id }] = two.plan.points;
  for (const name of ['gone', 'gone too', 'gone again']) two.beginRun(id, name);
  writeFileSync(two.fileOf('claims', id), JSON.stringify({ pid: 4_194_304, host: hostname(), token: 'x' }));
  const { events } = await work(two);
  const failed = events.find(({ type }) => type === 'failed') as { message: string } | undefined;
  assert.match(failed?.message ?? '', /3 workers ended while they ran it/);
});

test('two workers at once: every point once', async () => {
  const one = sweep({ numbers: Array.from({ length: 30 }, (_, k) => k + 1), pause: 1 });
  const log = join(one.path, 'log');
  process.env.SQUARES_LOG = log;
  const outcomes = await Promise.all([work(one), work(one), work(one, { shard: { index: 1, count: 3 } })]);
  delete process.env.SQUARES_LOG;
  assert.is(
    outcomes.reduce((sum, { outcome }) => sum + outcome.done, 0),
    30,
  );
  assert.is(readFileSync(log, 'utf8').trim().split('\n').length, 30);
  assert.is(one.finished().size, 30);
});

test('a folder of another plan is refused by what differs, and changed on request: what both have stays', async () => {
  const one = sweep();
  await work(one);
  const before = resultsIn(one.path);
  const wider = planOf(loaded, [{ ...DEFAULTS, numbers: [1, 2, 3, 4, 5], unit: 'km' }]);
  assert.throws(
    () => SweepFolder.create(one.path, wider),
    /is the folder of another plan: "numbers" is "\[1,2,3,4\]" there and "\[1,2,3,4,5\]" here, "unit"/,
  );
  const changed = SweepFolder.create(one.path, wider, { change: true });
  assert.equal((await work(changed)).done, ['number 5']);
  const fewer = SweepFolder.create(one.path, planOf(loaded, [{ ...DEFAULTS, numbers: [2] }]), { change: true });
  assert.is(fewer.clean(), 4);
  const [id] = fewer.plan.runs[0].ids;
  assert.equal(Object.entries(resultsIn(one.path)), [[`${id}.safetensors`, before[`${id}.safetensors`]]]);
  assert.equal((await work(fewer)).events, []);
  fewer.clean({ all: true });
  assert.equal(readdirSync(one.path), []);
});

test('results that cannot be written end the worker, and nothing is half written', async () => {
  const one = sweep();
  one.makeParts();
  rmSync(join(one.path, 'points'), { recursive: true });
  const error = await workOn(one, {
    onEvent: ({ type }) => {
      if (type !== 'begin') return;
      rmSync(join(one.path, 'points'), { recursive: true, force: true });
      writeFileSync(join(one.path, 'points'), 'a file in the way');
    },
  }).catch((reason: Error) => reason);
  assert.match((error as Error).message, /cannot read .*points/);
  assert.equal(readdirSync(join(one.path, 'failed')), []);
  assert.equal(readdirSync(join(one.path, 'claims')), []);
});

/** A file system of 256 kB of its own, which takes the rights of root; undefined without them. */
function smallDisk(): string | undefined {
  const path = folder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path]);
  return status === 0 ? path : undefined;
}
const disk = smallDisk();
if (!disk) console.log('skipped: a full disk (a file system of its own cannot be mounted here)');

(disk ? test : test.skip)(
  'a full disk ends the worker with the reason; with space again the bytes are the usual ones',
  async () => {
    const numbers = Array.from({ length: 40 }, (_, k) => k + 1).join();
    const [plan, whole, out] = [join(folder(), 'plan.jsonl'), folder(), join(disk as string, 'out')];
    await here(['plan', '--experiment', MINE, ...words({ numbers }), '--out', plan]);
    await here(['work', plan, '--out', whole, '--jobs', '1']);
    const ballast = join(disk as string, 'ballast');
    writeFileSync(ballast, new Uint8Array(150 * 1024));
    for (const jobs of ['1', '2']) {
      const full = await blockspin(['work', plan, '--out', out, '--jobs', jobs]);
      assert.is(full.code, 1, full.stderr);
      assert.match(full.stderr, /no space left/);
    }
    const { done, failed } = JSON.parse((await here(['status', out, '--json'])).stdout);
    assert.is(failed, 0);
    assert.ok(done > 0 && done < 40, `${done} points fitted`);
    rmSync(ballast);
    const { code, stderr } = await blockspin(['work', out, '--jobs', '2']);
    assert.is(code, 0, stderr);
    assert.equal(resultsIn(out), resultsIn(whole));
  },
);

const words = (given: object = {}) =>
  Object.entries({ ...DEFAULTS, ...given }).flatMap(([name, value]) => [`--${name}`, String(value)]);

test('plan, work, status, merge, clean as commands; two processes leave the bytes of one', async () => {
  const [path, other] = [folder(), folder()];
  const plan = join(path, 'plan.jsonl');
  const planned = await here([
    'plan',
    '--experiment',
    MINE,
    ...words({ numbers: '1,2,3,4,5,6' }).slice(0, 4),
    '--vary',
    'offset=1,2',
  ]);
  assert.is(planned.code, 2, 'offset is given twice');
  const varied = await here([
    'plan',
    '--experiment',
    MINE,
    '--numbers',
    '1,2,3,4,5,6',
    '--vary',
    'offset=1,2',
    '--vary',
    'unit=m,km',
  ]);
  assert.is(varied.code, 0, varied.stderr);
  writeFileSync(plan, varied.stdout);
  assert.is(varied.stdout.trim().split('\n').length, 1 + 4 + 12, 'the unit is no matter of points');
  const [one, two] = [join(path, 'one'), join(other, 'two')];
  const first = await here(['work', plan, '--out', one, '--jobs', '1']);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stderr, /12 of 12 points are done/);
  const second = await blockspin(['work', plan, '--out', two, '--jobs', '2']);
  assert.is(second.code, 0, second.stderr);
  assert.equal(resultsIn(two), resultsIn(one));
  for (const out of [one, two]) assert.is((await here(['merge', out])).code, 0);
  for (const name of ['points.csv', 'points.json', 'points.parquet', 'runs.csv', 'runs.json', 'runs.parquet']) {
    assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(two, name))), name);
  }
  const lines = readFileSync(join(one, 'points.csv'), 'utf8').split('\n');
  assert.equal(lines.slice(0, 2), ['run,key,offset,unit,number,square,list.0,list.1', '0,number 1,1,m,1,2,1,1']);
  assert.match(readFileSync(join(one, 'runs.csv'), 'utf8'), /^run,offset,unit,count,sum\n0,1,m,6,97\n1,1,km,6,97\n/);
  const { parquetReadObjects } = await import('hyparquet');
  const file = readFileSync(join(one, 'points.parquet'));
  const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) });
  assert.is(rows.length, 24);
  assert.equal([rows[23].key, rows[23].square, rows[23].unit], ['number 6', 38, 'km']);
  const status = JSON.parse((await here(['status', one, '--json'])).stdout);
  assert.equal([status.done, status.left, status.failed, status.runs], [12, 0, 0, 4]);
  assert.is((await here(['clean', one, '--all'])).code, 0);
  assert.equal(readdirSync(one).sort()[0], 'points.csv');
  assert.not.ok(existsSync(join(one, 'plan.jsonl')));
});

test('a process that is killed costs its point only, and its progress since the last checkpoint', async () => {
  const [path, log] = [folder(), join(folder(), 'log')];
  process.env.SQUARES_LOG = log;
  const plan = join(path, 'plan.jsonl');
  await here(['plan', '--experiment', MINE, ...words({ numbers: '1,2,3,4,5,6', ending: 3 }), '--out', plan]);
  const out = join(path, 'out');
  const { code, stderr } = await blockspin(['work', plan, '--out', out, '--jobs', '2']);
  delete process.env.SQUARES_LOG;
  assert.is(code, 1, stderr);
  assert.match(stderr, /1 points failed: "number 3" \(3 workers ended while they ran it/);
  const ran = readFileSync(log, 'utf8').trim().split('\n');
  assert.equal(ran.sort(), ['1', '2', '3', '3', '3', '4', '5', '6']);
  const merged = await here(['merge', out]);
  assert.is(merged.code, 0, merged.stderr);
  assert.match(merged.stdout, /Of 6 points 1 is missing: number 3\.\s+The sum is 82/);
  assert.equal(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')).missing, ['number 3']);
});

test('--run-time stops with 75, Ctrl-C with 130; what is left is resumed, and the bytes are those of an uninterrupted run', async () => {
  const [path, whole] = [folder(), folder()];
  const plan = join(path, 'plan.jsonl');
  await here(['plan', '--experiment', MINE, ...words({ numbers: '1,2,3,4', pause: 1000 }), '--out', plan]);
  const out = join(path, 'out');
  const stopped = await blockspin(['work', plan, '--out', out, '--jobs', '2', '--run-time', '1.5s']);
  assert.is(stopped.code, 75, stopped.stderr);
  assert.match(stopped.stderr, /go on with: blockspin work/);
  const interrupted = await blockspin(['work', out, '--jobs', '1'], { when: /step/, signal: 'SIGINT' });
  assert.is(interrupted.code, 130, interrupted.stderr);
  process.env.SQUARES_HURRY = '1';
  assert.is((await here(['work', out, '--jobs', '1'])).code, 0);
  await here(['work', plan, '--out', whole, '--jobs', '1']);
  delete process.env.SQUARES_HURRY;
  assert.equal(resultsIn(out), resultsIn(whole));
});

test('a scheduler that signals all processes, and more than once, finds checkpoints and 75', async () => {
  const path = folder();
  const plan = join(path, 'plan.jsonl');
  await here(['plan', '--experiment', MINE, ...words({ numbers: '1,2,3,4', pause: 400 }), '--out', plan]);
  const out = join(path, 'out');
  const child = spawn(process.execPath, [main, 'work', plan, '--out', out, '--jobs', '2'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  const folderOf = await until('two points that are being run', async () => {
    const there = SweepFolder.isAt(out) && (await SweepFolder.open(out).catch(() => undefined));
    return there && there.begun().size === 2 && there;
  });
  process.kill(-(child.pid as number), 'SIGTERM');
  child.kill('SIGTERM');
  await wait(20);
  child.kill('SIGTERM');
  assert.is(await ended, 75);
  assert.equal([folderOf.begun().size, folderOf.claimed().size, folderOf.failed().size], [2, 0, 0]);
});

test('run is a sweep: with two jobs the bytes of one, and what is kept of an interrupted one is used', async () => {
  const [one, two] = [folder(), folder()];
  const own = ['run', '--experiment', MINE, ...words({ numbers: '1,2,3,4,5' })];
  assert.is((await here([...own, '--out', one])).code, 0);
  const second = await blockspin([...own, '--out', two, '--jobs', '2']);
  assert.is(second.code, 0, second.stderr);
  assert.is(readFileSync(join(one, 'result.json'), 'utf8'), readFileSync(join(two, 'result.json'), 'utf8'));
  assert.equal(readdirSync(two).sort(), ['report.html', 'result.json']);
  // a change of what points do not read keeps them
  const log = join(folder(), 'log');
  const kept = folder();
  process.env.SQUARES_LOG = log;
  const broken = ['run', '--experiment', MINE, ...words({ numbers: '1,2,3', failing: 3 }), '--out', kept];
  assert.is((await here(broken)).code, 1);
  const changed = [...broken.slice(0, 3), ...words({ numbers: '1,2,4', failing: 3 }), '--out', kept, '--resume'];
  assert.match((await here(changed)).stderr, /is the folder of another plan: "numbers" is "\[1,2,3\]" there/);
  assert.is((await here([...changed, '--change-plan'])).code, 0);
  delete process.env.SQUARES_LOG;
  assert.is(readFileSync(log, 'utf8'), '1\n2\n3\n4\n');
  const failing = await here(['run', '--experiment', MINE, ...words({ failing: 2 }), '--out', folder()]);
  assert.is(failing.code, 1);
  assert.match(failing.stderr, /point "number 2": 2 is not to my taste/);
});

test('the experiment of the documentation runs, and finds a slope', async () => {
  const example = join(root, 'docs/sweeps-experiment.mjs');
  const out = folder();
  const { code, stdout, stderr } = await blockspin([
    ...['run', '--experiment', example, '--sizes', '32,64', '--sweeps', '100', '--out', out, '--jobs', '2'],
  ]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /τ grows as L\^z with z = \d/);
  const { z, error, parameters } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  assert.ok(Math.abs(z - 2.17) < 4 * error, `${z} ± ${error}`);
  assert.equal(parameters.sizes, [32, 64]);
  assert.ok(existsSync(join(out, 'slowing-down.svg')));
});

test('wrong words and folders are refused by name before any work', async () => {
  const path = folder();
  const plan = join(path, 'plan.jsonl');
  await here(['plan', 'thermodynamics', '--out', plan]);
  const refused = async (own: string[], words: RegExp, code = 2) => {
    const outcome = await here(own);
    assert.is(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, words);
  };
  await refused(['plan'], /"experiment" expected one of/);
  await refused(['plan', 'thermo'], /got "thermo"/);
  await refused(['plan', 'thermodynamics', '--vary', 'seed'], /"vary" expected NAME=VALUES/);
  await refused(['plan', 'thermodynamics', '--vary', 'seed=1,1'], /a value twice/);
  await refused(['work'], /"plan" expected one file or folder, got none/);
  await refused(['work', plan], /"out" expected a folder/);
  await refused(['work', plan, '--out', path, '--shard', '3/2'], /"shard"/);
  await refused(['work', plan, '--out', path, '--shards', '3'], /--shards is for --shard auto/);
  await refused(['work', plan, '--out', path, '--run-time', 'soon'], /"run-time" expected time such as 55m/);
  await refused(['work', join(path, 'none.jsonl'), '--out', path], /none\.jsonl/, 1);
  mkdirSync(join(path, 'empty'));
  await refused(['status', join(path, 'empty')], /is not the folder of a sweep: it has no plan\.jsonl/, 1);
  await refused(['merge', join(path, 'empty')], /is not the folder of a sweep/, 1);
  await refused(['status'], /"folder" expected one folder/);
});

test.run();
