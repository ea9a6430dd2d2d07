import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Cd1Machine, cd1Machine } from '../../src/rbm/engines/memory/layout.js';
import { padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import type { Machine } from '../../src/wasm/machine.js';
import { startTeam, type Team } from '../../src/wasm/team.js';
import { defaultThreads, threadsAvailable } from '../../src/wasm/threads.js';
import { Draws } from '../reference/draws.js';
import { packRows } from '../reference/units.js';

const test = suite('wasm/team');

const VISIBLE = 61;
const HIDDEN = 43;
const SAMPLES = 95;

/** A small training run: four panels of visible units, three of hidden ones, ten minibatches, the last one short. */
function preparedTraining(threads: number): Cd1Machine {
  // biome-ignore format: one line
  const sizes = { visible: VISIBLE, hidden: HIDDEN, batch: 10, rows: SAMPLES, samples: SAMPLES, stride: 8, threads, rate: 0.1, momentum: 0.5, lambda: 1e-3 };
  const machine = cd1Machine(sizes);
  const draws = new Draws(1);
  machine.u8('data').set(packRows(draws.bits(SAMPLES * VISIBLE), SAMPLES, VISIBLE));
  machine.u32('order').set(draws.permutation(SAMPLES));
  const weights = draws.floats(VISIBLE * HIDDEN, -0.3, 0.3);
  toPanels(weights, VISIBLE, HIDDEN, machine.f32('weights'));
  toPanels(transpose(weights, VISIBLE, HIDDEN), HIDDEN, VISIBLE, machine.f32('mirror'));
  machine.f32('visibleBias').fill(-Infinity).set(new Float32Array(VISIBLE));
  machine.f32('hiddenBias').fill(-Infinity).set(new Float32Array(HIDDEN));
  machine.kernels.seedStreams(machine.at.hiddenStreams, padded(HIDDEN) / 20, 1n, 0);
  machine.kernels.seedStreams(machine.at.visibleStreams, padded(VISIBLE) / 20, 2n, 0);
  return machine;
}

/** Everything that training leaves behind. */
function outcome(machine: Cd1Machine): number[] {
  const names = [
    'weights',
    'mirror',
    'velocity',
    'hiddenBias',
    'visibleBias',
    'hiddenStreams',
    'visibleStreams',
  ] as const;
  return names.flatMap((name) => [...machine.u32(name)]);
}

const start = (machine: Machine<never> | Cd1Machine, threads: number): Promise<Team> =>
  startTeam(machine as Machine<never>, threads);

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.unreachable('expected a rejection') as never,
    (error) => error,
  );
}

test('one thread is this one: no worker, and the kernel gets rank 0 of 1', async () => {
  const machine = preparedTraining(1);
  const team = await start(machine, 1);
  assert.is(team.threads, 1);
  await team.run('trainCd1', machine.at.training, 0, 10);
  await team.close();
  const expected = preparedTraining(1);
  expected.kernels.trainCd1(expected.at.training, 0, 10, 0, 1);
  assert.equal(outcome(machine), outcome(expected));
  assert.not.equal(outcome(machine), outcome(preparedTraining(1)));
});

test('an unshared machine has one thread, whatever was asked for', async () => {
  const team = await start(preparedTraining(1), 2);
  assert.is(team.threads, 1);
  await team.close();
});

test('the default number of threads is between 1 and 8', () => {
  assert.ok(Number.isInteger(defaultThreads()) && defaultThreads() >= 1 && defaultThreads() <= 8);
  if (!threadsAvailable()) assert.is(defaultThreads(), 1);
});

if (threadsAvailable()) {
  // more threads than panels too: some then have nothing to do
  for (const threads of [2, 3, 5]) {
    test(`${threads} threads train to the same bits as one`, async () => {
      const expected = preparedTraining(1);
      expected.kernels.trainCd1(expected.at.training, 0, 10, 0, 1);
      const machine = preparedTraining(threads);
      assert.is(machine.shared, true);
      const team = await start(machine, threads);
      try {
        assert.is(team.threads, threads);
        for (const [from, to] of [
          [0, 1],
          [1, 4],
          [4, 10],
        ]) {
          await team.run('trainCd1', machine.at.training, from, to);
        }
        assert.equal(outcome(machine), outcome(expected));
      } finally {
        await team.close();
      }
    });
  }

  test('two teams at work at once do not disturb each other', async () => {
    const machines = [preparedTraining(2), preparedTraining(2)];
    const teams = await Promise.all(machines.map((machine) => start(machine, 2)));
    await Promise.all(teams.map((team, k) => team.run('trainCd1', machines[k].at.training, 0, 10)));
    await Promise.all(teams.map((team) => team.close()));
    assert.equal(outcome(machines[0]), outcome(machines[1]));
  });

  test('a kernel that is not there: the run rejects', async () => {
    const team = await start(preparedTraining(2), 2);
    const error = await rejection(team.run('nothing' as never, 1));
    assert.match(error.message, 'a thread failed');
    await team.close();
  });

  test('one thread of two traps while the other waits for it at the barrier: the run rejects, and nothing hangs', async () => {
    const machine = preparedTraining(2);
    // the gradient of thread 0 still lies in the memory, that of thread 1 past its end
    const size = padded(VISIBLE) * 80;
    machine.u32('training')[26] = machine.memory.buffer.byteLength - size;
    const team = await start(machine, 2);
    const error = await rejection(team.run('trainCd1', machine.at.training, 0, 10));
    assert.match(error.message, 'a thread failed');
    assert.match(error.message, /out of bounds/i);
    await team.close(); // closing twice does no harm
  });
}

test.run();
