import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { placeSites, placeUnits } from '../../src/fields/places.js';
import { displacement } from '../../src/util/torus.js';

const test = suite('fields/places');

test('units stand where their fields are, and a field of zeros nowhere; the shortest way crosses the seam', () => {
  const fields = [0, 1, 2].map(() => new Float32Array(36));
  fields[0][7] = 2; // (1, 1)
  fields[1][0] = -1; // (0, 0), turned
  const placed = placeUnits(fields, [6, 6]);
  assert.is(placed.centres[2], null);
  assert.ok(Math.hypot(...displacement(placed.centres[0] as [number, number], [1, 1], [6, 6])) < 1e-12);
  assert.equal(placed.signs, [1, -1, 1]);
  assert.is(placed.spacing, Math.sqrt(12));
  assert.equal(displacement([0, 5], [5, 0], [6, 6]), [-1, 1]);
  // a field of one site is compact, one of zeros is not
  assert.equal(placed.narrow, [true, true, false]);
  assert.is(placed.compact, 2 / 3);
  assert.is(placed.radius, 0);
  assert.equal(placeSites([2, 3]).centres[4], [1, 1]);
});

test.run();
