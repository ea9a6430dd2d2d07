import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measurePoint, type PointResult } from '../../src/ising/measure/modelPoint.js';
import { scoresOf } from '../../src/ising/measure/scores.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';

const test = suite('ising/scores');

const lattice = square(4);
const data = new Ising({ lattice, coupling: 0.4, seed: 1 }).sample(400);
const point = measurePoint(data, isingHamiltonian({ lattice, coupling: 0.4 }));

/** The point with the exact energy this many errors below the measured one, and no other exact value. */
const off = (errors: number): PointResult => {
  const { mean, error } = point.measured.energy;
  return { ...point, exact: { source: 'by hand', energy: mean - errors * (error as number) } };
};

test('mean, root mean square, and the largest with its place', () => {
  const scores = scoresOf([off(1), off(-3), off(2)]);
  assert.ok(scores);
  assert.is(scores.count, 3);
  assert.ok(Math.abs(scores.mean) < 1e-9 && Math.abs(scores.rms - Math.sqrt(14 / 3)) < 1e-9);
  const { z, quantity, point: where } = scores.largest;
  assert.ok(Math.abs(z + 3) < 1e-9);
  assert.equal([quantity, where.size], ['energy', '4']);
});

test('what is known of a point counts, what is not does not', () => {
  const known = Object.keys(point.exact ?? {}).filter((name) => name !== 'source');
  assert.ok(known.length > 3);
  assert.is(scoresOf([point])?.count, known.length);
  assert.is(scoresOf([{ ...point, exact: null }]), null);
  assert.is(scoresOf([]), null);
});

test.run();
