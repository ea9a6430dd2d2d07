import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CATEGORICAL,
  type Colour,
  categorical,
  categoricalInk,
  diverging,
  hex,
  SPIN_DOWN,
  SPIN_UP,
  sequential,
  spinColour,
} from '../../src/viz/frame/colour.js';

const test = suite('viz/colour');

/** Linear light of an sRGB channel (IEC 61966-2-1). */
const linear = (channel: number) =>
  channel <= 10.31475 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
/** Relative luminance and contrast ratio of WCAG 2. */
const luminance = ([r, g, b]: Colour) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const contrast = (a: Colour, b: Colour) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

/** CIE L*a*b* (D65) of linear light. */
function lab([r, g, b]: readonly number[]): number[] {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t) / 116 + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** What colours become for readers without red, green or blue cones (Machado, Oliveira & Fernandes 2009, severity 1). */
const SIGHTS: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seen = (colour: Colour, sight: number[][]) => {
  const light = colour.map(linear);
  return lab(sight.map((row) => Math.max(0, Math.min(1, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]))));
};
const distance = (a: number[], b: number[]) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test('zero is the lightest colour, and both arms darken steadily', () => {
  for (const sign of [-1, 1]) {
    for (let k = 1; k <= 20; k++) {
      assert.ok(luminance(diverging((sign * k) / 20)) < luminance(diverging((sign * (k - 1)) / 20)), `${sign * k}`);
    }
  }
  assert.ok(luminance(diverging(0)) > 0.8);
});

test('negative is blue, positive is red, and both arms have the same weight', () => {
  for (const size of [0.25, 0.5, 0.75, 1]) {
    const [low, high] = [diverging(-size), diverging(size)];
    assert.ok(low[2] > low[0] && high[0] > high[2], `${size}`);
    assert.ok(Math.abs(lab(low.map(linear))[0] - lab(high.map(linear))[0]) < 10, `lightness at ${size}`);
  }
  assert.equal(diverging(7), diverging(1));
  assert.equal(diverging(-7), diverging(-1));
  assert.throws(() => diverging(Number.NaN), /"value" expected number, got NaN/);
});

test('the sign can be told without red, green or blue cones', () => {
  for (const [name, sight] of Object.entries(SIGHTS)) {
    for (const size of [0.25, 0.5, 1]) {
      const apart = distance(seen(diverging(-size), sight), seen(diverging(size), sight));
      assert.ok(apart > 20, `${name} at ±${size}: ${apart}`);
    }
  }
});

test('probabilities go from the colour of down to the colour of up', () => {
  assert.equal(sequential(0), SPIN_DOWN);
  assert.equal(sequential(1), SPIN_UP);
  assert.equal(spinColour(0), SPIN_DOWN);
  assert.equal(spinColour(1), SPIN_UP);
  assert.ok(contrast(SPIN_DOWN, SPIN_UP) > 10);
  for (let k = 1; k <= 10; k++) assert.ok(luminance(sequential(k / 10)) < luminance(sequential((k - 1) / 10)));
  for (const p of [-0.01, 1.01, Number.NaN])
    assert.throws(() => sequential(p), /"probability" expected number in \[0, 1\]/);
  assert.throws(() => spinColour(2), /"spin" expected 0 or 1, got 2/);
});

test('lines are told apart by every reader, and their words keep contrast', () => {
  for (const [name, sight] of Object.entries(SIGHTS)) {
    for (let i = 0; i < CATEGORICAL.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = distance(seen(categorical(i), sight), seen(categorical(j), sight));
        assert.ok(apart > 10, `${name}: ${hex(categorical(i))} and ${hex(categorical(j))} are ${apart} apart`);
      }
    }
  }
  const paper: Colour = [255, 255, 255];
  for (let k = 0; k < CATEGORICAL.length; k++)
    assert.ok(contrast(categoricalInk(k), paper) > 4.5, hex(categoricalInk(k)));
  assert.equal(categorical(CATEGORICAL.length), categorical(0));
});

test.run();
