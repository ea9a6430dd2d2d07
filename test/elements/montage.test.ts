/** Pictures side by side, and the colours of pixels of figures. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cornerOf, montageNear, sizeOf } from '../../src/elements/parts/montage.js';
import { pixelOf, pixelsBetween, signedPixels } from '../../src/elements/parts/pixels.js';
import { diverging } from '../../src/viz/frame/colour.js';

const test = suite('elements/montage');

test('on light paper the colours of signed numbers are those of the report', () => {
  const pixel = signedPixels([250, 249, 246]);
  for (let k = -130; k <= 130; k++) assert.is(pixel(k / 127), pixelOf(diverging(k / 127)), `${k}/127`);
  assert.is(pixel(-7), pixelOf(diverging(-1)));
});

test('on dark paper zero is nearly the paper, and the ends are the lightest', () => {
  const pixel = signedPixels([20, 22, 26]);
  const lightness = (value: number) => {
    const [red, green, blue] = new Uint8Array(Uint32Array.of(pixel(value)).buffer);
    return (red + green + blue) / 3;
  };
  assert.ok(lightness(0) < 45);
  for (const side of [-1, 1]) {
    for (let k = 1; k <= 10; k++) assert.ok(lightness((side * k) / 10) > lightness((side * (k - 1)) / 10));
  }
});

test('pixels between two colours, both included', () => {
  const pixels = pixelsBetween([0, 10, 200], [100, 20, 0], 2);
  assert.equal([...new Uint8Array(pixels.buffer)], [0, 10, 200, 255, 50, 15, 100, 255, 100, 20, 0, 255]);
});

test('pictures have room, without overlap, near the aspect that is asked for', () => {
  for (const [count, shape, aspect] of [
    [16, [4, 4], 2.2],
    [24, [1, 9], 5],
    [7, [5, 3], 1],
    [1, [28, 28], 2],
  ] as const) {
    const montage = montageNear(count, shape, aspect);
    const { across, down, site, gap } = montage;
    assert.ok(across * down >= count && (across - 1) * down < count + down);
    assert.ok(gap >= site);
    const { width, height } = sizeOf(montage);
    const [x, y] = cornerOf(count - 1, montage);
    assert.ok(x + shape[1] * site <= width && y + shape[0] * site === height, `${count} pictures`);
  }
  const { width, height } = sizeOf(montageNear(100, [4, 4], 2));
  assert.ok(Math.abs(Math.log(width / height / 2)) < 0.3);
});

test.run();
