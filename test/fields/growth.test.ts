import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { growth, mostCompact } from '../../src/fields/growth.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';

const test = suite('fields/growth');

test('from a top unit down along the strongest weights, whatever their sign', () => {
  const of = (visible: number, hidden: number, weights: number[]) =>
    new Rbm({
      visible,
      hidden,
      weights: Float32Array.from(weights),
      visibleBias: new Float32Array(visible),
      hiddenBias: new Float32Array(hidden),
    });
  const below = of(4, 3, [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
  const above = of(3, 1, [0.5, -2, 1]);
  const levels = growth(new Stack([below, above], [2, 2]), 0, 2);
  assert.equal(
    levels.map(({ unit, inputs }) => [unit, inputs.map((input) => [input.unit, input.weight])]),
    [
      [
        0,
        [
          [1, -2],
          [2, 1],
        ],
      ],
      [1, []],
    ],
  );
  assert.equal([...levels[0].inputs[0].field], [0, 2, 0, 0]);
  assert.equal([...levels[1].field], [0, 2, 0, 0]);
  const place = (radius: number) => ({ area: 1, centre: [0, 0] as [number, number], radius });
  assert.is(mostCompact([place(2), null, place(1), place(3)]), 2);
});

test.run();
