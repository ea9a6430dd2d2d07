/** Sweeps in a store of objects, here one in memory. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import {
  fetchResults,
  folderObjects,
  loadExperiment,
  type ObjectStore,
  ObjectSweep,
  type PointEvent,
  planOf,
  StoreError,
  SweepFolder,
  workOn,
} from '../../src/sweep/index.js';
import { folder, removeFolders } from '../cli/command.js';

const test = suite('sweep/objects');
test.after(removeFolders);

const loaded = await loadExperiment(undefined, join(root, 'test/sweep/experiment.mjs'));
const DEFAULTS = { numbers: [1, 2, 3, 4], offset: 0, failing: 0, ending: 0, pause: 0, unit: 'm', seed: 1 };
const plan = (given: object = {}) => planOf(loaded, [{ ...DEFAULTS, ...given }]);

/** A store in memory. @param refuses whether it fails to put this */
function memory(refuses: (key: string) => boolean = () => false): ObjectStore & { objects: Map<string, Uint8Array> } {
  const objects = new Map<string, Uint8Array>();
  return {
    objects,
    get: async (key) => objects.get(key),
    async put(key, bytes) {
      if (refuses(key)) throw new Error(`no room for ${key}`);
      objects.set(key, bytes.slice());
    },
    list: async (beginning) => [...objects.keys()].filter((key) => key.startsWith(beginning)),
    async delete(key) {
      objects.delete(key);
    },
  };
}

/** Runs all points. @returns what became of each */
async function runAll(sweep: ObjectSweep, onEvent?: (event: PointEvent) => void, signal?: AbortSignal) {
  const outcomes = [];
  for (const point of sweep.plan.points) outcomes.push(await sweep.runPoint(point, { worker: 'me', onEvent, signal }));
  return outcomes;
}

const bytesIn = (path: string) =>
  Object.fromEntries(
    readdirSync(join(path, 'points')).map((name) => [name, readFileSync(join(path, 'points', name), 'hex')]),
  );

for (const [name, storeOf] of [
  ['memory', () => memory()],
  ['a folder', () => folderObjects(join(folder(), 'store'))],
] as const) {
  test(`in ${name}: the bytes of a folder, fetched into one`, async () => {
    const store = storeOf();
    const sweep = await ObjectSweep.create(store, 'sweeps/one', plan());
    assert.equal(await runAll(sweep), ['done', 'done', 'done', 'done']);
    assert.equal(await runAll(sweep), ['there', 'there', 'there', 'there']);
    assert.equal(await store.list('sweeps/one/state/'), []);
    const path = join(folder(), 'one');
    const opened = await ObjectSweep.open(store, 'sweeps/one');
    assert.equal(await fetchResults(opened, path), { fetched: 4, failed: 0, missing: 0 });
    assert.equal(await fetchResults(opened, path), { fetched: 0, failed: 0, missing: 0 });
    const local = SweepFolder.create(folder(), plan());
    await workOn(local);
    assert.equal(bytesIn(path), bytesIn(local.path));
  });
}

test('objects in a folder are the folder of a sweep', async () => {
  const path = folder();
  await runAll(await ObjectSweep.create(folderObjects(path), 'one', plan()));
  const opened = await SweepFolder.open(join(path, 'one'));
  assert.equal((await workOn(opened)).done, 0);
  assert.is(opened.finished().size, 4);
  const objects = folderObjects(path);
  assert.equal(
    (await objects.list(`one/points/${opened.plan.points[0].id.slice(0, 10)}`)).length,
    1,
    'keys may begin in the middle of a name',
  );
  assert.is(await objects.get('one/nothing'), undefined);
  await objects.delete('one/nothing');
  const error = await objects.get('../outside').catch((reason: Error) => reason);
  assert.match((error as Error).message, /"key" expected key without/);
});

test('a point that throws is recorded, and run again when that is forgotten', async () => {
  const store = memory();
  const sweep = await ObjectSweep.create(store, 'one', plan({ failing: 2 }));
  assert.equal(await runAll(sweep), ['done', 'failed', 'done', 'done']);
  assert.equal(await runAll(sweep), ['there', 'there', 'there', 'there']);
  const [, { id }] = sweep.plan.points;
  assert.equal([...(await sweep.failed())], [id]);
  const failure = await sweep.failureOf(id);
  assert.equal([failure?.error, failure?.message, failure?.worker], ['RangeError', '2 is not to my taste', 'me']);
  const path = folder();
  assert.equal(await fetchResults(sweep, path), { fetched: 3, failed: 1, missing: 0 });
  assert.is((await SweepFolder.open(path)).failureOf(id)?.message, '2 is not to my taste');
  await sweep.forgetFailure(id);
  assert.equal(await runAll(sweep), ['there', 'failed', 'there', 'there']);
});

test('a stopped point goes on from the checkpoint in the store', async () => {
  const store = memory();
  const given = { numbers: [1], pause: 2 };
  const sweep = await ObjectSweep.create(store, 'one', plan(given));
  const controller = new AbortController();
  const stop = (event: PointEvent) => {
    if (event.type === 'progress' && event.progress.done === 4) controller.abort(new Error('enough'));
  };
  const stopped = await runAll(sweep, stop, controller.signal).catch((error: Error) => error);
  assert.is((stopped as Error).message, 'enough');
  assert.equal([...(store.objects.get(sweep.keyOf('state', sweep.plan.points[0].id)) ?? [])], [4]);
  const steps: number[] = [];
  await runAll(
    await ObjectSweep.open(store, 'one'),
    (event) => event.type === 'progress' && steps.push(event.progress.done),
  );
  assert.is(steps[0], 4);
  const whole = await ObjectSweep.create(memory(), 'one', plan(given));
  await runAll(whole);
  const key = sweep.keyOf('points', sweep.plan.points[0].id);
  assert.equal(await store.get(key), await whole.objects.get(key));
  assert.equal(await store.list('one/state/'), []);
});

test('a store that refuses: a lost result is no failure of the point, a lost checkpoint matters only when it stops', async () => {
  const results = await ObjectSweep.create(
    memory((key) => key.includes('/points/')),
    'one',
    plan(),
  );
  const lost = await runAll(results).catch((error: Error) => error);
  assert.instance(lost, StoreError);
  assert.match((lost as Error).message, /no room for one\/points/);
  assert.equal([...(await results.failed())], []);
  const states = await ObjectSweep.create(
    memory((key) => key.includes('/state/')),
    'one',
    plan({ pause: 1 }),
  );
  const controller = new AbortController();
  const stop = (event: PointEvent) => event.type === 'progress' && controller.abort(new Error('enough'));
  const stopped = await runAll(states, stop, controller.signal).catch((error: Error) => error);
  assert.match((stopped as Error).message, /no room for one\/state/);
  assert.equal(await runAll(states), ['done', 'done', 'done', 'done']);
});

test('another plan, a missing sweep, a damaged result and what is no store are refused by name', async () => {
  const store = memory();
  const sweep = await ObjectSweep.create(store, 'one', plan());
  await runAll(sweep);
  const refused = async (work: Promise<unknown>, words: RegExp) => {
    const error = await work.then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.match(error?.message ?? 'nothing was thrown', words);
  };
  const wider = plan({ numbers: [1, 2, 3, 4, 5] });
  await refused(ObjectSweep.create(store, 'one', wider), /^one has another plan: "numbers"/);
  const changed = await ObjectSweep.create(store, 'one', wider, { change: true });
  assert.equal(await runAll(changed), ['there', 'there', 'there', 'there', 'done']);
  await refused(ObjectSweep.open(store, 'two'), /^two is not a sweep: there is no object two\/plan\.jsonl/);
  await refused(ObjectSweep.create({} as ObjectStore, 'one', plan()), /"objects" expected store of objects/);
  await refused(ObjectSweep.open(store, 3 as never), /"folder" expected text/);
  const key = sweep.keyOf('points', sweep.plan.points[1].id);
  const bytes = store.objects.get(key)!;
  bytes[bytes.length - 1] ^= 1;
  const path = folder();
  await refused(fetchResults(changed, path), new RegExp(key));
  assert.not.ok(existsSync(join(path, 'points', key.slice(key.lastIndexOf('/') + 1))));
});

test.run();
