import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerFields, localitiesOf } from '../../src/fields/layerFields.js';
import { placeSites, placeUnits } from '../../src/fields/places.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';
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

test('the fields of a layer as a set: medians of those that are alive, shares of all units and weights', () => {
  const weights = new Float32Array(36 * 3);
  weights[7 * 3] = 2; // unit 0: one site
  for (let site = 0; site < 36; site++) weights[site * 3 + 1] = -1; // unit 1: everywhere; unit 2: nowhere
  const stack = new Stack(
    [new Rbm({ visible: 36, hidden: 3, weights, visibleBias: new Float32Array(36), hiddenBias: new Float32Array(3) })],
    [6, 6],
  );
  const localities = localitiesOf(stack, 1);
  assert.is(localities[2], null);
  const { area, radius, ...rest } = layerFields(stack, 1, localities);
  assert.equal(rest, { layer: 1, units: 3, block: 12, compact: 1 / 3, dead: 1, zeroWeights: 71 / 108 });
  assert.ok(Math.abs((area as number) - (1 + 36) / 2) < 1e-9, `${area}`);
  assert.ok(Math.abs((radius as number) - (localities[1]?.radius as number) / 2) < 1e-9, `${radius}`);
});

test.run();
