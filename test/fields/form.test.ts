/** Forms of fields: block spins, lines, noise, layers of them in any order and jittered. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assignToGrid, fieldForm, layerForm } from '../../src/fields/index.js';
import { generator, normalNumbers, shuffled } from '../../src/wasm/draws.js';
import { near } from '../assert.js';

const test = suite('fields/form');
const SHAPE = [12, 12] as const;

/** A field of ones on a box that begins at (y, x), across the edges too. */
function box(
  y: number,
  x: number,
  height: number,
  width: number,
  [rows, columns] = SHAPE as readonly [number, number],
) {
  const field = new Float32Array(rows * columns);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) field[((y + i) % rows) * columns + ((x + j) % columns)] = 1;
  }
  return field;
}

test('a block across the corner, a line, one site, two blobs, an edge', () => {
  const block = fieldForm(box(11, 11, 3, 3), SHAPE)!;
  assert.equal([block.area, block.support, block.polarity], [9, 9, 1]);
  near(block.patch, 1, 1e-12, 'block.patch');
  near(block.roundness, 1, 1e-9, 'block.roundness');
  near(block.centre[0] % 12, 0, 1e-9, 'block.centre[0] % 12');
  const line = fieldForm(box(3, 0, 1, 4), SHAPE)!;
  near(line.roundness, 0, 1e-6, 'line.roundness');
  assert.is(fieldForm(box(3, 3, 1, 1), SHAPE)!.roundness, 0);
  const two = box(0, 0, 2, 2).map((value, i) => value + box(6, 6, 2, 2)[i]);
  near(fieldForm(two, SHAPE)!.patch, 0.5, 1e-12, 'fieldForm(two, SHAPE).patch');
  const edge = box(0, 0, 2, 2).map((value, i) => value - box(2, 0, 2, 2)[i]);
  const form = fieldForm(edge, SHAPE)!;
  assert.equal([form.polarity, form.support], [0, 8]);
  near(form.patch, 1, 1e-12, 'form.patch');
  // a diagonal line is as thin as a straight one
  const diagonal = new Float32Array(144);
  for (let k = 0; k < 4; k++) diagonal[k * 12 + k] = 1;
  near(fieldForm(diagonal, SHAPE)!.roundness, 0, 1e-6, 'fieldForm(diagonal, SHAPE).roundness');
  assert.is(fieldForm(new Float32Array(144), SHAPE), null);
  assert.throws(() => fieldForm([1, 2], SHAPE), /^"field"/);
});

/** 36 blocks of 2×2 in a random order. */
const BLOCKS = shuffled([...Array(36).keys()], generator(3, 'order')).map((k) =>
  box(2 * Math.floor(k / 6), 2 * (k % 6), 2, 2),
);

test('a layer of block spins tiles the lattice evenly, at a spacing of b', () => {
  const form = layerForm(BLOCKS, SHAPE);
  assert.equal([form.units, form.dead, form.compact, form.area, form.support, form.coverage], [36, 0, 1, 4, 4, 1]);
  near(form.spacing!, 2, 1e-9, 'form.spacing');
  near(form.unevenness!, 0, 1e-9, 'form.unevenness');
});

test('dead units and noise are told, and have no places', () => {
  const zeros = new Float32Array(144);
  const form = layerForm([...BLOCKS.slice(0, 18), ...new Array(18).fill(zeros)], SHAPE);
  assert.equal([form.dead, form.compact, form.area], [18, 0.5, 4]);
  const noise = Array.from({ length: 36 }, (_, k) => normalNumbers(BigInt(k), 144));
  const wild = layerForm(noise, SHAPE);
  assert.equal([wild.compact, wild.spacing, wild.coverage], [0, null, 0]);
  // a third of the sites for normal noise
  assert.ok(wild.area! > 35 && wild.area! < 60, String(wild.area));
  assert.ok(wild.polarity! < 0.2);
  const nothing = layerForm([zeros], SHAPE);
  assert.equal([nothing.area, nothing.unevenness, nothing.compact], [null, null, 0]);
});

test('units in any order are assigned to the grid, wherever it lies', () => {
  for (const [y, x] of [
    [0, 0],
    [1, 0],
    [1.3, 0.4],
  ]) {
    const order = shuffled([...Array(36).keys()], generator(4, 'units'));
    const centres = order.map((k) => [(2 * Math.floor(k / 6) + y) % 12, (2 * (k % 6) + x) % 12] as const);
    const found = assignToGrid(centres, SHAPE, [6, 6]);
    assert.is(found.placed, 1);
    near(found.misfit!, 0, 1e-6, 'found.misfit');
    // neighbours on the grid are neighbours
    found.units.forEach((unit, k) => {
      const right = found.units[Math.floor(k / 6) * 6 + ((k + 1) % 6)];
      const way = (centres[right][1] - centres[unit][1] + 12) % 12;
      near(way, 2, 1e-9, 'way');
    });
  }
});

test('jittered units are placed, with their misfit; those without a centre fill what is left', () => {
  const jitter = normalNumbers(9n, 72, 0.3);
  const centres = Array.from({ length: 36 }, (_, k) =>
    k === 5
      ? null
      : ([(2 * Math.floor(k / 6) + jitter[2 * k] + 12) % 12, (2 * (k % 6) + jitter[2 * k + 1] + 12) % 12] as const),
  );
  const found = assignToGrid(centres, SHAPE, [6, 6]);
  near(found.placed, 35 / 36, 1e-12, 'found.placed');
  assert.ok(found.misfit! > 0.2 && found.misfit! < 0.6, String(found.misfit));
  assert.is(found.distances[found.units.indexOf(5)], Number.POSITIVE_INFINITY);
  // places at random are far from a grid
  const random = normalNumbers(10n, 72, 100);
  const wild = Array.from(
    { length: 36 },
    (_, k) => [Math.abs(random[2 * k]) % 12, Math.abs(random[2 * k + 1]) % 12] as const,
  );
  assert.ok(assignToGrid(wild, SHAPE, [6, 6]).placed < 0.85);
  assert.throws(() => assignToGrid(centres, SHAPE, [5, 5]), /^"grid" expected 36 places/);
});

test.run();
