import { decode } from 'fast-png';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diverging } from '../../src/viz/frame/colour.js';
import { dataUri, encodeImage, fieldImage } from '../../src/viz/panels/image.js';
import { bytesOf } from './drawings.js';

const test = suite('viz/image');

/** RGBA pixels of a PNG, whatever its form. */
function rgba(bytes: Uint8Array): { width: number; height: number; pixels: number[][] } {
  const png = decode(bytes);
  const at = (p: number) => Array.from(png.data.slice(p * png.channels, (p + 1) * png.channels));
  const pixels = Array.from({ length: png.width * png.height }, (_, p) =>
    png.palette ? [...png.palette[png.data[p]], 255].slice(0, 4) : at(p),
  );
  return { width: png.width, height: png.height, pixels };
}

test('every site is a square of its own colour, rows downwards', () => {
  const values = [-1, 0, 0.5, 1, 0.25, -0.5];
  const image = fieldImage(values, [2, 3], 4);
  assert.equal([image.width, image.height, image.data.length], [12, 8, 12 * 8 * 4]);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 12; x++) {
      const expected = [...diverging(values[Math.floor(y / 4) * 3 + Math.floor(x / 4)]), 255];
      assert.equal(Array.from(image.data.slice((y * 12 + x) * 4, (y * 12 + x + 1) * 4)), expected, `${x}, ${y}`);
    }
  }
});

test('the limit takes the ends of the scale', () => {
  assert.equal(fieldImage([3, -3], [1, 2], 1, { limit: 3 }).data, fieldImage([1, -1], [1, 2], 1).data);
});

test('PNG bytes give the same pixels back, with few colours and with many', () => {
  const few = fieldImage(
    Array.from({ length: 60 }, (_, k) => Math.sin(k)),
    [6, 10],
    3,
  );
  const many = { width: 40, height: 20, data: Uint8Array.from({ length: 3200 }, (_, k) => (k * k * 31 + k) & 255) };
  for (const image of [few, many]) {
    const back = rgba(bytesOf(dataUri(encodeImage(image))));
    assert.equal([back.width, back.height], [image.width, image.height]);
    assert.equal(back.pixels.flat(), Array.from(image.data));
  }
  assert.is(decode(encodeImage(few)).channels, 1, 'few colours are stored by a palette');
  assert.equal(encodeImage(few), encodeImage(few));
});

test('refuses what does not fit, by name', () => {
  assert.throws(() => fieldImage([1, 2, 3], [2, 2], 1), /"values" expected length 4, got 3/);
  assert.throws(() => fieldImage([1, Number.NaN], [1, 2], 1), /"values\[1\]" expected finite number, got NaN/);
  assert.throws(() => fieldImage([1], [1, 1], 0.5), /"scale" expected positive integer, got 0.5/);
  assert.throws(() => fieldImage([1], [1, 1], 1, { limit: 0 }), /"limit" expected number > 0, got 0/);
  assert.throws(
    () => encodeImage({ width: 2, height: 2, data: new Uint8Array(3) }),
    /"data" expected length 16, got 3/,
  );
});

test.run();
