/**
 * Images of pen strokes, 28×28 pixels: five families (slash, bowl, hook, wave, seven), each of one or two quadratic
 * Bézier curves whose points are moved at random, drawn with a round pen. Sparse, smooth and of several kinds, as
 * handwriting is; 10 to 20 % of the pixels are on. Plain arithmetic alone, so the same images on every engine.
 */

import { BitRows } from '../../src/all.js';
import { draws } from './draws.js';

const SIDE = 28;
/** Points at which the pen is put down on a curve: closer together than a pixel. */
const POINTS = 40;
/** The most that a point of a curve, and the whole image, are moved, in sides of the image. */
const SHAKE = 0.07;
/** Radii of pens, in pixels. */
const THIN = 1.3;
const THICK = 1.7;

type Point = readonly [x: number, y: number];
/** Begin, control point and end; y points down. */
type Curve = readonly [Point, Point, Point];

const FAMILIES: readonly (readonly Curve[])[] = [
  [curve(0.15, 0.88, 0.5, 0.5, 0.85, 0.12)],
  [curve(0.18, 0.25, 0.5, 1.3, 0.82, 0.25)],
  [curve(0.6, 0.12, 0.6, 0.4, 0.6, 0.65), curve(0.6, 0.65, 0.55, 0.98, 0.22, 0.82)],
  [curve(0.12, 0.5, 0.31, 0.0, 0.5, 0.5), curve(0.5, 0.5, 0.69, 1.0, 0.88, 0.5)],
  [curve(0.2, 0.2, 0.5, 0.17, 0.8, 0.2), curve(0.8, 0.2, 0.6, 0.5, 0.45, 0.88)],
];

function curve(x0: number, y0: number, x1: number, y1: number, x2: number, y2: number): Curve {
  return [
    [x0, y0],
    [x1, y1],
    [x2, y2],
  ];
}

/** So many images; bit 28y + x of a row is the pixel in line y and column x. */
export function strokeImages(count: number, seed: number): BitRows {
  const rows = new BitRows(count, SIDE * SIDE);
  const random = draws(seed, 'strokes');
  const shake = () => SHAKE * (2 * random() - 1);
  for (let r = 0; r < count; r++) {
    const family = FAMILIES[Math.floor(FAMILIES.length * random())];
    const pen = THIN + (THICK - THIN) * random();
    const [right, down] = [shake(), shake()];
    // curves that meet go on meeting: a point is moved by where it was
    const moved = new Map<string, Point>();
    const move = ([x, y]: Point): Point => {
      const key = `${x} ${y}`;
      const place = moved.get(key) ?? [x + right + shake(), y + down + shake()];
      moved.set(key, place);
      return place;
    };
    for (const [begin, control, end] of family) draw(rows, r, move(begin), move(control), move(end), pen);
  }
  return rows;
}

/** Sets the pixels whose centres are at most `pen` pixels from points (1-t)²a + 2t(1-t)b + t²c of the curve. */
function draw(rows: BitRows, r: number, a: Point, b: Point, c: Point, pen: number): void {
  for (let k = 0; k <= POINTS; k++) {
    const t = k / POINTS;
    const at = (axis: 0 | 1) =>
      SIDE * ((1 - t) * (1 - t) * a[axis] + 2 * t * (1 - t) * b[axis] + t * t * c[axis]) - 0.5;
    const [x, y] = [at(0), at(1)];
    for (let py = Math.max(0, Math.ceil(y - pen)); py <= Math.min(SIDE - 1, y + pen); py++) {
      for (let px = Math.max(0, Math.ceil(x - pen)); px <= Math.min(SIDE - 1, x + pen); px++) {
        if ((px - x) * (px - x) + (py - y) * (py - y) > pen * pen) continue;
        const pixel = SIDE * py + px;
        rows.bytes[r * rows.stride + (pixel >> 3)] |= 1 << (pixel & 7);
      }
    }
  }
}
