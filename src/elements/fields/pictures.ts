/** The pictures of `<blockspin-fields>`. */

import type { Locality } from '../../fields/index.js';
import type { SpinData } from '../../ising/index.js';
import { contextOf } from '../base/context.js';
import type { Palette } from '../base/messages.js';
import { drawMontage, type Montage } from '../parts/montage.js';
import { pixelOf, pixelsBetween, signedPixels } from '../parts/pixels.js';
import { montageOf, rowOf } from './montage.js';
import type { StackView } from './view.js';

/** Width of an enlarged field. */
const LARGE = 560;

/** Signed numbers between -limit and limit, [pictures, sites]. */
function drawSigned(
  canvas: OffscreenCanvas,
  montage: Montage,
  values: Float32Array,
  limit: number,
  { paper }: Palette,
): void {
  const sites = montage.shape[0] * montage.shape[1];
  const pixel = signedPixels(paper);
  drawMontage(canvas, montage, pixelOf(paper), (n, i) => pixel(values[n * sites + i] / limit));
}

/** Probabilities between the colours of down and up spins, [pictures, sites]. */
function drawProbabilities(
  canvas: OffscreenCanvas,
  montage: Montage,
  values: Float32Array,
  { paper, down, up }: Palette,
): void {
  const sites = montage.shape[0] * montage.shape[1];
  const pixels = pixelsBetween(down, up, 255);
  drawMontage(canvas, montage, pixelOf(paper), (n, i) => pixels[Math.round(255 * values[n * sites + i])]);
}

/** The fields of a layer, or the first of them, on one scale. */
export function drawFields(canvas: OffscreenCanvas, view: StackView, layer: number, palette: Palette): void {
  const { shape, sizes } = view.stack;
  const montage = montageOf(sizes[layer], shape);
  drawSigned(canvas, montage, view.fields(layer), view.limit(layer), palette);
}

/** One field, and a circle of its rms radius around its centre; on the torus as it is, or shifted to the middle. */
export function drawField(
  canvas: OffscreenCanvas,
  field: Float32Array,
  shape: readonly [number, number],
  place: Locality | null,
  shifted: boolean,
  palette: Palette,
): void {
  const [rows, columns] = shape;
  const site = Math.max(1, Math.round(LARGE / Math.max(rows, columns)));
  const middle = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const shift = place && shifted ? place.centre.map((c, k) => Math.round(c) - middle[k]) : [0, 0];
  const values = field.map((_, i) => {
    const y = (Math.floor(i / columns) + shift[0] + 2 * rows) % rows;
    const x = ((i % columns) + shift[1] + 2 * columns) % columns;
    return field[y * columns + x];
  });
  const limit = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  drawSigned(canvas, { shown: 1, across: 1, down: 1, shape, site, gap: 0 }, values, limit, palette);
  if (place) circle(canvas, place, shift, shape, site, palette);
}

/** The circle goes on across the edges of the torus. */
function circle(
  canvas: OffscreenCanvas,
  { centre, radius }: Locality,
  shift: readonly number[],
  [rows, columns]: readonly [number, number],
  site: number,
  { up }: Palette,
): void {
  const context = contextOf(canvas);
  if (!context) return;
  const [y, x] = centre.map((c, k) => (c - shift[k] + 0.5) * site);
  context.strokeStyle = `rgb(${up})`;
  for (const dashed of [false, true]) {
    context.lineWidth = 2;
    context.setLineDash(dashed ? [8, 8] : []);
    for (const dy of [-rows, 0, rows]) {
      for (const dx of [-columns, 0, columns]) {
        const [cx, cy] = [x + dx * site, y + dy * site];
        context.beginPath();
        if (dashed) context.arc(cx, cy, radius * site, 0, 2 * Math.PI);
        else {
          context.moveTo(cx - 7, cy);
          context.lineTo(cx + 7, cy);
          context.moveTo(cx, cy - 7);
          context.lineTo(cx, cy + 7);
        }
        context.stroke();
      }
    }
  }
}

/** Configurations above, what came back of them below. */
export function drawPairs(
  canvas: OffscreenCanvas,
  { spins, means }: { spins: Float32Array; means: Float32Array },
  shape: readonly [number, number],
  palette: Palette,
): void {
  const across = spins.length / (shape[0] * shape[1]);
  const values = new Float32Array(2 * spins.length);
  values.set(spins);
  values.set(means, spins.length);
  drawProbabilities(canvas, rowOf(across, 2, shape), values, palette);
}

/** Configurations side by side. */
export function drawConfigurations(
  canvas: OffscreenCanvas,
  values: Float32Array,
  shape: readonly [number, number],
  palette: Palette,
): void {
  const across = values.length / (shape[0] * shape[1]);
  drawProbabilities(canvas, rowOf(across, 1, shape), values, palette);
}

/** Bits as numbers. */
export const numbersOf = (data: SpinData): Float32Array =>
  Float32Array.from({ length: data.count * data.width }, (_, i) =>
    data.bit(Math.floor(i / data.width), i % data.width),
  );
