/**
 * Small pictures of equal size side by side on one canvas: fields of weights, samples. The geometry is known to the
 * scene that draws and to the element that shows the canvas.
 */

import { contextOf } from '../base/context.js';

export interface Montage {
  /** Pictures that are shown, and how many of them per row and column. */
  shown: number;
  across: number;
  down: number;
  shape: readonly [rows: number, columns: number];
  /** Pixels per site, and between pictures. */
  site: number;
  gap: number;
}

/** Pixels of a montage. */
export function sizeOf({ across, down, shape: [rows, columns], site, gap }: Omit<Montage, 'shown'>) {
  return {
    width: across * columns * site + (across - 1) * gap,
    height: down * rows * site + (down - 1) * gap,
  };
}

/** Left upper corner of a picture, in pixels. */
export function cornerOf(n: number, { across, shape: [rows, columns], site, gap }: Montage): [x: number, y: number] {
  return [(n % across) * (columns * site + gap), Math.floor(n / across) * (rows * site + gap)];
}

/** Pixels per site are chosen so that the whole is about so wide. */
const WIDTH = 720;
const MAX_SITE = 24;

/** The montage of `count` pictures whose whole is nearest to `aspect`, width over height; gaps are whole sites. */
export function montageNear(count: number, shape: readonly [number, number], aspect: number): Montage {
  const gap = Math.max(1, Math.round(Math.max(...shape) / 8));
  const all = Array.from({ length: count }, (_, k) => {
    const montage = { shown: count, across: k + 1, down: Math.ceil(count / (k + 1)), shape, site: 1, gap };
    const { width, height } = sizeOf(montage);
    const empty = montage.across * montage.down - count;
    return { montage, width, off: Math.abs(Math.log(width / height / aspect)) + (0.5 * empty) / count };
  });
  const { montage, width } = all.reduce((best, one) => (one.off < best.off ? one : best));
  const site = Math.max(1, Math.min(MAX_SITE, Math.round(WIDTH / width)));
  return { ...montage, site, gap: gap * site };
}

const images = new WeakMap<OffscreenCanvas, ImageData>();

/**
 * Draws a montage on a canvas of a worker.
 * @param between the pixel between pictures
 * @param pixel the pixel of a site
 */
export function drawMontage(
  canvas: OffscreenCanvas,
  montage: Montage,
  between: number,
  pixel: (picture: number, site: number) => number,
): void {
  const { shape, site } = montage;
  const [rows, columns] = shape;
  const { width, height } = sizeOf(montage);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  let image = images.get(canvas);
  if (image?.width !== width || image.height !== height) {
    image = new ImageData(width, height);
    images.set(canvas, image);
  }
  const pixels = new Uint32Array(image.data.buffer).fill(between);
  for (let n = 0; n < montage.shown; n++) {
    const [left, top] = cornerOf(n, montage);
    for (let y = 0; y < rows; y++) {
      const start = (top + y * site) * width + left;
      for (let x = 0; x < columns; x++) {
        pixels.fill(pixel(n, y * columns + x), start + x * site, start + (x + 1) * site);
      }
      for (let k = 1; k < site; k++) pixels.copyWithin(start + k * width, start, start + columns * site);
    }
  }
  contextOf(canvas)?.putImageData(image, 0, 0);
}
