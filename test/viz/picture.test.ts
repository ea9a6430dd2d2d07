import { decode } from 'fast-png';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';
import { type Colour, diverging, SPIN_DOWN, SPIN_UP } from '../../src/viz/frame/colour.js';
import { picture, receptiveFieldsPng } from '../../src/viz/index.js';
import { refuses } from '../assert.js';
import { randomParameters, randomRows } from '../physics/enumeration.js';

const test = suite('viz/picture');

/** [height][width] colours. */
function colours(bytes: Uint8Array): Colour[][] {
  const { width, height, palette, data, channels } = decode(bytes);
  assert.ok(palette !== undefined && channels === 1, 'few colours are a palette');
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => palette[data[y * width + x]].slice(0, 3) as unknown as Colour),
  );
}

test('a configuration is a picture of its spins', () => {
  const data = new SpinData(5, [3, 7], randomRows(5, 21, 2).bytes, { source: 'this test' });
  for (const scale of [1, 3]) {
    for (const row of [0, 4]) {
      const image = colours(picture(data, row, { scale }));
      assert.equal([image.length, image[0].length], [3 * scale, 7 * scale]);
      image.forEach((line, y) => {
        line.forEach((colour, x) => {
          const bit = data.bit(row, Math.floor(y / scale) * 7 + Math.floor(x / scale));
          assert.equal(colour, bit ? SPIN_UP : SPIN_DOWN, `${row}: ${y}, ${x}`);
        });
      });
    }
  }
  assert.equal(colours(picture(data, 0)).length, 24);
});

/** Colour of pixel (y, x) of a montage of fields at scale 1. */
function expected(fields: Float32Array, [rows, columns]: [number, number], across: number, limit: number) {
  const units = fields.length / (rows * columns);
  return (y: number, x: number): Colour => {
    const unit = Math.floor(y / (rows + 1)) * across + Math.floor(x / (columns + 1));
    const [r, c] = [y % (rows + 1), x % (columns + 1)];
    if (r === rows || c === columns || unit >= units) return [255, 255, 255];
    return diverging(fields[unit * rows * columns + r * columns + c] / limit);
  };
}

test('fields stand side by side with a white line between them', () => {
  const rbm = new Rbm(randomParameters(6, 5, 1));
  const above = new Rbm(randomParameters(5, 4, 2));
  const stack = new Stack([rbm, above], [2, 3]);
  const options = { columns: 2, limit: 1.5, scale: 1 };
  const cases: [Uint8Array, Float32Array][] = [
    [receptiveFieldsPng(rbm, { ...options, shape: [2, 3] }), stack.receptiveFields(1)],
    [receptiveFieldsPng(stack, { ...options, layer: 1 }), stack.receptiveFields(1)],
    [receptiveFieldsPng(stack, options), stack.receptiveFields(2)],
  ];
  for (const [bytes, fields] of cases) {
    const image = colours(bytes);
    const down = Math.ceil(fields.length / 6 / 2);
    assert.equal([image.length, image[0].length], [3 * down - 1, 7]);
    const colourAt = expected(fields, [2, 3], 2, 1.5);
    for (const [y, line] of image.entries()) {
      for (const [x, colour] of line.entries()) assert.equal(colour, colourAt(y, x), `${y}, ${x}`);
    }
  }
  // sites become squares
  const large = colours(receptiveFieldsPng(stack, { ...options, scale: 2 }));
  const small = colours(receptiveFieldsPng(stack, options));
  assert.equal(
    large,
    large.map((line, y) => line.map((_, x) => small[Math.floor(y / 2)][Math.floor(x / 2)])),
  );
});

test('what no picture can be made of is refused by name', () => {
  const data = new SpinData(2, [2, 2], new Uint8Array(2), { source: 'this test' });
  const rbm = new Rbm(randomParameters(6, 5, 1));
  const stack = new Stack([rbm], [2, 3]);
  refuses(() => picture(data, 2), RangeError, /^"row" expected integer in \[0, 1\], got 2$/);
  refuses(() => picture(data, 0, { scale: 0 }), RangeError, /^"scale" expected positive integer, got 0$/);
  refuses(() => picture(data, 0, { scale: 1e5 }), RangeError, /^"scale" expected picture of at most 2\^26 pixels/);
  refuses(() => receptiveFieldsPng(rbm), TypeError, /^"shape" expected \[rows, columns\] of the visible units/);
  refuses(() => receptiveFieldsPng(rbm, { shape: [2, 2] }), RangeError, /^"shape" expected \[rows, columns\] of 6/);
  refuses(() => receptiveFieldsPng(rbm, { shape: [2, 3], layer: 1 }), RangeError, /^"layer" expected nothing for/);
  refuses(() => receptiveFieldsPng(stack, { shape: [2, 3] }), RangeError, /^"shape" expected nothing for a stack/);
  refuses(() => receptiveFieldsPng(stack, { layer: 2 }), RangeError, /^"layer" expected integer in \[1, 1\], got 2$/);
  refuses(() => receptiveFieldsPng(stack, { limit: 0 }), RangeError, /^"limit" expected number > 0, got 0$/);
});

test.run();
