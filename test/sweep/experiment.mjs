/** An experiment as a user writes it: points that may be slow, fail or end their process. */

import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

export default {
  name: 'squares',
  title: 'Squares',
  question: 'What are the squares of some numbers?',
  parameters: {
    numbers: { kind: 'integers', doc: 'the numbers', default: [1, 2, 3, 4] },
    offset: { kind: 'number', doc: 'is added', default: 0, low: -10, high: 10 },
    failing: { kind: 'integer', doc: 'number whose point throws', default: 0, low: 0 },
    ending: { kind: 'integer', doc: 'number whose point ends its process', default: 0, low: 0 },
    pause: { kind: 'number', doc: 'ms for each of ten steps', default: 0, low: 0, high: 1e5 },
    unit: { kind: 'choice', doc: 'for the summary only', default: 'm', choices: ['m', 'km'] },
    seed: { kind: 'seed', doc: 'is not used', default: 1 },
  },
  presets: { usual: { doc: 'four numbers', values: {} } },
  points: ({ numbers }) => numbers.map((number) => ({ key: `number ${number}`, number })),
  reads: () => ['offset', 'failing', 'ending', 'pause'],
  async run({ number }, { offset, failing, ending, pause }, { checkpoint, signal, onProgress }) {
    // what ran where, for the test
    if (process.env.SQUARES_LOG) appendFileSync(process.env.SQUARES_LOG, `${number}\n`);
    if (number === failing) throw new RangeError(`${number} is not to my taste`);
    if (number === ending) process.kill(process.pid, 'SIGKILL');
    const saved = checkpoint?.load();
    let step = saved ? saved[0] : 0;
    for (; step < 10; step++) {
      onProgress?.({ stage: 'step', done: step, total: 10, unit: 'steps', overall: step / 10 });
      checkpoint?.save(() => Uint8Array.of(step), true);
      await wait(process.env.SQUARES_HURRY ? 0 : pause);
      signal?.throwIfAborted();
    }
    return { number, square: number ** 2 + offset, list: [number, offset], values: Float64Array.of(number / 3) };
  },
  summarisesSome: () => true,
  summarise: ({ unit }, results) => ({
    numbers: { count: results.length, sum: results.reduce((sum, { square }) => sum + square, 0) },
    answer: `The sum is ${results.reduce((sum, { square }) => sum + square, 0)} ${unit}.`,
    facts: [],
    tables: [],
  }),
};
