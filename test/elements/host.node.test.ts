import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serve } from '../../src/elements/base/host.js';
import type { FromWorker, ToWorker } from '../../src/elements/base/messages.js';
import type { Scene } from '../../src/elements/base/scene.js';

const test = suite('elements/host');

const palette = { up: [0, 0, 0], down: [255, 255, 255], paper: [255, 255, 255] } as const;

/** A scene that counts to a number, and refuses numbers below zero. */
class Counting implements Scene<{ to: number }, { at: number; sets: string[][] }> {
  at = 0;
  readonly sets: string[][] = [];
  constructor(
    public values: { to: number },
    readonly advanced: () => void,
  ) {
    this.#check();
  }
  #check() {
    if (this.values.to < 0) throw new Error('it cannot count down');
  }
  readonly calls = {
    step: () => ++this.at,
    fail: () => {
      throw new Error('no');
    },
  };
  set(values: { to: number }, changed: ReadonlySet<string>) {
    this.values = values;
    this.sets.push([...changed]);
    this.#check();
  }
  advance() {
    this.advanced();
    this.at++;
    return this.at < this.values.to;
  }
  draw() {}
  bits() {
    return this.at === 0 ? undefined : [Uint8Array.of(97), Uint8Array.of(98, 99).subarray(0, 2)];
  }
  report() {
    return { at: this.at, sets: this.sets };
  }
}

/** The host in this process: what is told it, and what it says. */
function hosted(advanced = () => {}) {
  const said: FromWorker[] = [];
  let listener: (event: { data: ToWorker }) => void = () => {};
  Object.assign(globalThis, {
    postMessage: (message: FromWorker) => said.push(structuredClone(message)),
    addEventListener: (_: string, own: typeof listener) => {
      listener = own;
    },
  });
  serve({ counting: async () => ((values: { to: number }) => new Counting(values, advanced)) as never });
  const tell = (data: ToWorker) => listener({ data });
  const until = async (type: FromWorker['type']) => {
    for (let k = 0; k < 400; k++) {
      const found = said.find((message) => message.type === type);
      if (found) return found as never as Record<string, unknown>;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`never said ${type}: ${JSON.stringify(said)}`);
  };
  return { said, tell, until };
}

test('runs a scene to its end', async () => {
  const { said, tell, until } = hosted();
  tell({ type: 'scene', scene: 'counting', values: { to: 5 }, palette });
  tell({ type: 'run', on: true });
  await until('ended');
  assert.is(said[0].type, 'ready');
  const reports = said.filter((message) => message.type === 'report');
  assert.is((reports[reports.length - 1] as { report: { at: number } }).report.at, 5);
});

test('from one frame to the next it waits as long as it is told', async () => {
  const times: number[] = [];
  const { tell, until } = hosted(() => times.push(performance.now()));
  tell({ type: 'share', milliseconds: 1, interval: 40 });
  tell({ type: 'scene', scene: 'counting', values: { to: 5 }, palette });
  tell({ type: 'run', on: true });
  await until('ended');
  assert.is(times.length, 5);
  for (let k = 1; k < times.length; k++) assert.ok(times[k] - times[k - 1] > 35, `${times[k] - times[k - 1]} ms`);
});

test('values that are refused at first are told, and a later set of values makes the scene', async () => {
  const { said, tell, until } = hosted();
  tell({ type: 'scene', scene: 'counting', values: { to: -1 }, palette });
  assert.is((await until('failed')).message, 'it cannot count down');
  tell({ type: 'set', values: { to: 2 }, turn: 1 });
  await until('report');
  tell({ type: 'set', values: { to: -3 }, turn: 2 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(said.filter((message) => message.type === 'failed').length, 2);
});

test('values that wait are told at once; a call comes between those before and after it', async () => {
  const { tell, until, said } = hosted();
  tell({ type: 'scene', scene: 'counting', values: { to: 9 }, palette });
  const other = { other: 1 } as never;
  tell({ type: 'set', values: { to: 7 }, turn: 3 });
  tell({ type: 'set', values: other, turn: 4 });
  tell({ type: 'call', id: 1, method: 'step', argument: undefined });
  tell({ type: 'set', values: { to: 6 }, turn: 5 });
  await until('answer');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const reports = said.filter((message) => message.type === 'report');
  const { sets, at } = (reports[reports.length - 1] as { report: { sets: string[][]; at: number } }).report;
  assert.equal(sets, [['to', 'other'], ['to']]);
  assert.is(at, 1);
});

test('a call that fails, and one that there is not, answer with their sentences', async () => {
  const { tell, said } = hosted();
  tell({ type: 'scene', scene: 'counting', values: { to: 9 }, palette });
  tell({ type: 'call', id: 1, method: 'fail', argument: undefined });
  tell({ type: 'call', id: 2, method: 'unknown', argument: undefined });
  tell({ type: 'call', id: 3, method: 'picture', argument: 'none' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const errors = said.flatMap((message) => (message.type === 'answer' ? [message.error] : []));
  assert.equal(errors, ['no', 'the figure has no "unknown"', 'the figure draws no "none"']);
  assert.not.ok(said.some((message) => message.type === 'failed'));
});

test('the hash is that of all bytes one after another, and a sentence while there are none', async () => {
  const { tell, said } = hosted();
  tell({ type: 'scene', scene: 'counting', values: { to: 9 }, palette });
  tell({ type: 'call', id: 1, method: 'hash', argument: undefined });
  tell({ type: 'call', id: 2, method: 'step', argument: undefined });
  tell({ type: 'call', id: 3, method: 'hash', argument: undefined });
  const answers = () => said.flatMap((message) => (message.type === 'answer' ? [message] : []));
  while (answers().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  const [none, , hash] = answers();
  assert.is(none.error, 'there is nothing to hash yet');
  // of "abc", FIPS 180-2
  assert.is(hash.value, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test.run();
