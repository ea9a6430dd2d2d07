import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { enumerate } from '../../src/exact/enumerate.js';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { torusBonds } from './enumeration.js';
import { binderCumulant, magnetisationDistribution, magnetisationMoment, meanAbsoluteMagnetisation } from './torus.js';

const test = suite('physics/torus');

test('⟨|m|⟩ agrees with the sum over all states, sides of 2 to 5', () => {
  for (const [rows, columns] of [
    [2, 2],
    [2, 3],
    [3, 3],
    [4, 4],
    [5, 3],
  ]) {
    for (const coupling of [0, 0.2, criticalCoupling]) {
      const bonds = torusBonds(rows, columns).map(([a, b]) => ({ a, b, coupling }));
      const exact = enumerate({ sites: rows * columns, bonds }).meanAbsoluteMagnetisation;
      const answer = meanAbsoluteMagnetisation(magnetisationDistribution(rows, columns, coupling).probabilities);
      assert.ok(
        Math.abs(answer - exact) < 1e-12,
        `${rows} × ${columns}, K = ${coupling}: ${answer}, expected ${exact}`,
      );
    }
  }
});

test('⟨m²⟩ and U4 agree with the sum over all states', () => {
  const bonds = torusBonds(4, 3).map(([a, b]) => ({ a, b, coupling: 0.35 }));
  const { magnetisation2: m2, magnetisation4: m4 } = enumerate({ sites: 12, bonds });
  const { probabilities } = magnetisationDistribution(4, 3, 0.35);
  assert.ok(Math.abs(magnetisationMoment(probabilities, 2) - m2) < 1e-12);
  assert.ok(Math.abs(binderCumulant(probabilities) - (1 - m4 / (3 * m2 * m2))) < 1e-12);
});

test('ln Z of 8 × 8 is that of Kaufman, and up and down are alike', () => {
  const { probabilities, logPartition } = magnetisationDistribution(8, 8, 0.408);
  const exact = kaufman(8, 8, 0.408).logPartition;
  assert.ok(Math.abs(logPartition - exact) < 1e-11 * exact, `${logPartition}, expected ${exact}`);
  probabilities.forEach((p, up) => {
    assert.ok(Math.abs(p - probabilities[64 - up]) < 1e-14, `${up} up`);
  });
});

test.run();
