/** Machines that share nothing, on one thread or several. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Machine } from '../../src/wasm/machine.js';
import { type Call, makeCalls, Pool } from '../../src/wasm/pool.js';
import { SAMPLING, type SamplingMachine } from '../../src/wasm/sampling.js';
import { threadsAvailable } from '../../src/wasm/threads.js';

const test = suite('wasm/pool');

/** `count` machines with a random stream each, and calls on each of them: some have more to do, one nothing. */
function prepared(count: number, shared: boolean) {
  const machines = Array.from({ length: count }, () => new Machine(SAMPLING, { stream: 64, out: 160, sum: 4 }, shared));
  const calls = machines.map(({ at }, k): Call[] => {
    if (k === 2) return [];
    const fill: Call = ['fillRandom', [at.stream, at.out, 10]];
    const some: Call = ['spinSum', [at.out, 7]];
    return [['seedStreams', [at.stream, 1, 99n, k]], ...Array.from({ length: k }, () => fill), some, fill, some];
  });
  return { machines, calls };
}

const contents = (machines: SamplingMachine<'stream' | 'out' | 'sum'>[]) =>
  machines.flatMap((machine) => [...machine.u32('stream'), ...machine.u32('out')]);

test('calls are made in their order, and give back what the kernels returned', () => {
  const { machines, calls } = prepared(1, false);
  const results = makeCalls(machines[0], calls[0]);
  assert.is(results.length, calls[0].length);
  const [again] = prepared(1, false).machines;
  again.kernels.seedStreams(again.at.stream, 1, 99n, 0);
  const first = again.kernels.spinSum(again.at.out, 7);
  again.kernels.fillRandom(again.at.stream, again.at.out, 10);
  assert.equal([results[1], results[3]], [first, again.kernels.spinSum(again.at.out, 7)]);
  assert.equal(contents(machines), contents([again]));
});

if (threadsAvailable()) {
  for (const threads of [1, 2, 3, 8]) {
    test(`five machines on ${threads} threads: the same bytes and results as here`, async () => {
      const here = prepared(5, false);
      const expected = here.machines.map((machine, k) => makeCalls(machine, here.calls[k]));
      const there = prepared(5, true);
      const pool = (await Pool.start(there.machines, threads)) as Pool;
      try {
        assert.equal(await pool.run(there.calls), expected);
        assert.equal(contents(there.machines), contents(here.machines));
        // and once more, from where they are
        const more = here.machines.map((machine, k) => makeCalls(machine, here.calls[k].slice(1)));
        assert.equal(await pool.run(there.calls.map((own) => own.slice(1))), more);
        assert.equal(contents(there.machines), contents(here.machines));
      } finally {
        await pool.close();
      }
    });
  }

  test('a kernel that is not there: the run rejects, and the pool has ended', async () => {
    const { machines } = prepared(2, true);
    const pool = (await Pool.start(machines, 2)) as Pool;
    const rejection = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => assert.unreachable('expected a rejection') as never,
        (error: Error) => error.message,
      );
    assert.match(await rejection(pool.run([[], [['nothing' as never, []]]])), 'a thread failed');
    assert.match(await rejection(pool.run([[], []])), 'have ended');
  });
}

test.run();
