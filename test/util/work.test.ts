import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { finish, finishWithPauses, inShare, type Progress, pause, sharesOf, type Work } from '../../src/util/work.js';

const test = suite('util/work');

/** Counts to `total`, telling of each step. */
function* count(total: number, steps: number[] = []): Work<string> {
  for (let done = 1; done <= total; done++) {
    steps.push(done);
    yield { stage: 'count', done, total, unit: 'numbers' };
  }
  return `counted ${total}`;
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable('expected a rejection'),
    (error) => error,
  );
}

test('finish runs to the end and gives the result', () => {
  const steps: number[] = [];
  assert.is(finish(count(3, steps)), 'counted 3');
  assert.equal(steps, [1, 2, 3]);
  assert.is(finish(count(0)), 'counted 0');
});

test('finish passes an error on', () => {
  function* failing(): Work<void> {
    yield { stage: '', done: 0, total: 1, unit: '' };
    throw new RangeError('broken');
  }
  assert.throws(
    () => finish(failing()),
    (error: Error) => error instanceof RangeError && error.message === 'broken',
  );
});

test('finishWithPauses tells each progress in order, and gives the result', async () => {
  const seen: Progress[] = [];
  const result = await finishWithPauses(count(3), { onProgress: (progress) => seen.push(progress) });
  assert.is(result, 'counted 3');
  assert.equal(
    seen.map(({ done, total }) => [done, total]),
    [
      [1, 3],
      [2, 3],
      [3, 3],
    ],
  );
  assert.is(await finishWithPauses(count(2)), 'counted 2', 'without options');
});

test('the event loop has its turn at each pause', async () => {
  let turns = 0;
  let atEnd = -1;
  const tick = () => {
    turns++;
    if (atEnd < 0) setTimeout(tick);
  };
  setTimeout(tick);
  await finishWithPauses(count(5));
  atEnd = turns;
  assert.ok(turns >= 4, `${turns} turns in five pauses`);
});

test('a signal that is aborted already: nothing is done', async () => {
  const steps: number[] = [];
  const reason = new Error('not now');
  const error = await rejection(finishWithPauses(count(3, steps), { signal: AbortSignal.abort(reason) }));
  assert.is(error, reason);
  assert.equal(steps, []);
});

test('a signal aborted midway stops at the next pause, with its reason', async () => {
  const steps: number[] = [];
  const controller = new AbortController();
  const work = finishWithPauses(count(10, steps), {
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done === 2) controller.abort('enough');
    },
  });
  assert.is(await rejection(work), 'enough');
  assert.equal(steps, [1, 2]);
});

test('without a reason of its own, the signal gives an AbortError', async () => {
  const error = await rejection(finishWithPauses(count(1), { signal: AbortSignal.abort() }));
  assert.is((error as Error).name, 'AbortError');
});

test('an abort after the end changes nothing', async () => {
  const controller = new AbortController();
  assert.is(await finishWithPauses(count(1), { signal: controller.signal }), 'counted 1');
  controller.abort();
});

test('an error of the work, and one of the listener, reject', async () => {
  function* failing(): Work<void> {
    yield { stage: '', done: 0, total: 1, unit: '' };
    throw new RangeError('broken');
  }
  assert.is(((await rejection(finishWithPauses(failing()))) as Error).message, 'broken');
  const listener = () => {
    throw new Error('deaf');
  };
  assert.is(((await rejection(finishWithPauses(count(2), { onProgress: listener }))) as Error).message, 'deaf');
});

test('pause waits for one turn of the event loop', async () => {
  const order: string[] = [];
  setTimeout(() => order.push('waiting'));
  await pause();
  order.push('after');
  assert.equal(order, ['waiting', 'after']);
});

test('shares of a whole: stages by their costs, progress in their share, nothing before sampling begins', () => {
  const shares = sharesOf([1, 2, 5]);
  assert.equal(shares, [
    [0, 1 / 8],
    [1 / 8, 3 / 8],
    [3 / 8, 1],
  ]);
  const told: Progress[] = [];
  const signal = new AbortController().signal;
  const work = inShare({ signal, onProgress: (progress) => told.push(progress) }, shares[1], 'second');
  assert.is(work.signal, signal);
  for (const [stage, done] of [
    ['burn-in', 3],
    ['sample', 2],
    ['sample', 9],
  ] as const) {
    work.onProgress?.({ stage, done, total: 4, unit: 'samples' });
  }
  assert.equal(
    told.map(({ stage, overall, done }) => [stage, overall, done]),
    [
      ['second', 1 / 8, 3],
      ['second', 1 / 4, 2],
      ['second', 3 / 8, 9],
    ],
  );
  assert.is(inShare({}, shares[0]).onProgress, undefined);
});

test.run();
