import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { simulateSweep } from '../../src/sweep/index.js';
import { near } from '../assert.js';

const test = suite('sweep/simulate');

test('equal points without failures: whole rounds', () => {
  const one = simulateSweep([10], { points: 30, workers: 10, overhead: 0 });
  assert.equal(one, { seconds: 30, ideal: 30, tail: 0, efficiency: 1, lost: 0, failures: 0 });
  const last = simulateSweep([10], { points: 31, workers: 10, overhead: 0 });
  assert.equal([last.seconds, last.tail], [40, 10]);
  near(last.efficiency, 310 / 400, 1e-12, 'efficiency');
  near(simulateSweep([10], { points: 30, workers: 10, overhead: 1 }).seconds, 33, 1e-9, 'with overhead');
  assert.is(simulateSweep([10], { points: 3, workers: 10, overhead: 0, split: true }).seconds, 10);
});

test('unequal points: whoever is free takes the next one; fixed parts leave a tail', () => {
  const costs = Array.from({ length: 50 }, (_, k) => 2 ** (k / 7));
  const options = { points: 2000, workers: 100, overhead: 0 };
  const [shared, split] = [simulateSweep(costs, options), simulateSweep(costs, { ...options, split: true })];
  // list scheduling: at most the ideal time and one point more (R. L. Graham 1966)
  assert.ok(shared.seconds <= shared.ideal + Math.max(...costs));
  assert.ok(split.seconds > 1.2 * shared.seconds, `${split.seconds}, ${shared.seconds}`);
});

test('failures: their number is that of the rate, and checkpoints limit what is lost', () => {
  const options = { points: 500, workers: 50, failuresPerHour: 0.5, downTime: 0, staleAfter: 0, overhead: 0 };
  const [saved, unsaved] = [60, Number.POSITIVE_INFINITY].map((checkpointEvery) =>
    simulateSweep([1800], { ...options, checkpointEvery }),
  );
  // workers are at work for 250 hours in all, so 125 failures are expected, ± 11
  const hours = (500 * 1800 + saved.lost) / 3600;
  assert.ok(Math.abs(saved.failures - 0.5 * hours) < 4 * Math.sqrt(0.5 * hours), `${saved.failures} failures`);
  // half an interval per failure
  near(saved.lost / saved.failures, 30, 10, 'lost per failure');
  assert.ok(unsaved.lost > 5 * saved.lost);
  assert.ok(unsaved.seconds > saved.seconds);
  assert.equal(simulateSweep([1800], { ...options, seed: 2 }).failures !== saved.failures, true);
});

test('wrong arguments are refused by name', () => {
  assert.throws(() => simulateSweep([], { points: 1, workers: 1 }), /"costs"/);
  assert.throws(() => simulateSweep([Number.NaN], { points: 1, workers: 1 }), /costs\[0\]/);
  assert.throws(() => simulateSweep([1], { points: 0, workers: 1 }), /"points"/);
  assert.throws(() => simulateSweep([1], { points: 1, workers: 1, checkpointEvery: 0 }), /"checkpointEvery"/);
  assert.throws(() => simulateSweep([1], { points: 1, workers: 1, speed: 1 } as never), /speed/);
});

test.run();
