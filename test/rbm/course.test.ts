/** Residues that scatter about zero, with and without memory, and residues that stay; weights that moved or not. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type EpochSeen, residueDrift, weightsMoved } from '../../src/rbm/diagnosis/course.js';
import { biasesDriven, remedy } from '../../src/rbm/diagnosis/doubts.js';
import { courseDoubts } from '../../src/rbm/diagnosis/outcome.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/course');

/** mean + x, x_t = memory·x_{t-1} + noise, of standard deviation `deviation`. */
function residues(epochs: number, seed: number, mean: number, memory: number, deviation: number): EpochSeen[] {
  const draw = normal(xoshiro128(seedWords(seed)));
  let x = draw();
  return Array.from({ length: epochs }, (_, k) => {
    x = memory * x + Math.sqrt(1 - memory ** 2) * draw();
    return { epoch: k + 1, largestWeight: 1, residue: mean + deviation * x, residueError: 0.05 };
  });
}

/** Runs of 1000 that are called steady. */
function alarms(epochs: number, memory: number): number {
  let count = 0;
  for (let seed = 0; seed < 1000; seed++) if (residueDrift(residues(epochs, seed, 0, memory, 0.02))?.steady) count++;
  return count;
}

test('a residue that scatters about zero is seldom called steady, with a memory of ten epochs or none', () => {
  // 1 of 1000 expected, measured 5 in 6000: more than 8 has p < 1e-4
  for (const epochs of [40, 100, 400]) assert.ok(alarms(epochs, 0) <= 8);
  // measured 33, 25 and 5 of 2000
  for (const epochs of [40, 100, 400]) assert.ok(alarms(epochs, 0.9) <= 40);
});

test('one that stays is, however small beside its error over the chains, and its sentence says on which side', () => {
  for (let seed = 0; seed < 20; seed++) {
    const drift = residueDrift(residues(100, seed, seed % 2 ? 0.005 : -0.005, 0.2, 0.002));
    assert.ok(drift?.steady, `seed ${seed}: ${JSON.stringify(drift)}`);
    assert.is(drift.epochs, 50);
    assert.match(
      biasesDriven(drift, remedy(true)),
      seed % 2 ? /0\.00\d+\(\d+\) above those/ : /0\.00\d+\(\d+\) below those/,
    );
  }
  // one that goes to zero in the first half is not
  const gone = residues(200, 1, 0, 0, 0.002).map((seen) => ({
    ...seen,
    residue: (seen.residue ?? 0) + 0.05 * Math.exp(-seen.epoch / 10),
  }));
  assert.not.ok(residueDrift(gone)?.steady);
});

test('nothing is said of few epochs, or of none with a residue', () => {
  assert.is(residueDrift([]), undefined);
  assert.is(residueDrift(residues(31, 1, 1, 0, 0.1).slice(0, 30)), undefined);
  assert.is(residueDrift(residues(32, 1, 1, 0, 0.1))?.epochs, 16);
  assert.is(residueDrift(Array.from({ length: 100 }, (_, k) => ({ epoch: k, largestWeight: 1 }))), undefined);
});

test('weights have moved when the largest is beyond six deviations of the start', () => {
  const ended = (largestWeight: number): EpochSeen[] => [
    { epoch: 1, largestWeight: 9 },
    { epoch: 2, largestWeight },
  ];
  assert.ok(weightsMoved(ended(0.0601), 0.01));
  assert.not.ok(weightsMoved(ended(0.0599), 0.01));
  assert.not.ok(weightsMoved(ended(0), 0));
  assert.ok(weightsMoved([], 0.01));
  assert.is(courseDoubts(ended(0.02), 0.01).length, 1);
  assert.equal(courseDoubts(ended(0.02)), []);
  assert.equal(courseDoubts([], 0.01), []);
  assert.is(courseDoubts(residues(100, 3, 0.01, 0, 0.002), 1).length, 2);
});

test.run();
