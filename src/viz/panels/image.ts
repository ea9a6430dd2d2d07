/**
 * Fields of numbers as RGBA images, PNG bytes and data URIs for SVG. Every site becomes a square of scale × scale
 * pixels before encoding, because viewers differ in how they enlarge small images.
 */

import { finite, integer, lengthOf, positive } from '../../util/check.js';
import { type Colour, diverging } from '../frame/colour.js';
import { element } from '../frame/markup.js';
import { encode } from './png.js';

/** RGBA pixels, row-major, 4 bytes per pixel. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Options of `fieldImage`. */
export interface FieldImageOptions {
  /** value at the end of the scale; the image shows value/limit. Default 1. */
  limit?: number;
  /** colour of value/limit; default {@link diverging}. */
  colour?: (value: number) => Colour;
}

/**
 * A field as an image of rows·scale by columns·scale pixels.
 * @param values [rows, columns] row-major; row 0 is the top
 * @throws RangeError if the length is not rows·columns or an entry is not finite
 */
export function fieldImage(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  scale: number,
  options: FieldImageOptions = {},
): Pixels {
  integer('rows', rows);
  integer('columns', columns);
  integer('scale', scale);
  lengthOf('values', values, rows * columns);
  const limit = positive('limit', options.limit ?? 1);
  const colour = options.colour ?? diverging;
  const width = columns * scale;
  const data = new Uint8Array(rows * scale * width * 4);
  for (let r = 0; r < rows; r++) {
    const start = r * scale * width * 4;
    for (let c = 0; c < columns; c++) {
      const pixel = [...colour(finite(`values[${r * columns + c}]`, values[r * columns + c]) / limit), 255];
      for (let k = 0; k < scale; k++) data.set(pixel, start + (c * scale + k) * 4);
    }
    for (let k = 1; k < scale; k++) data.copyWithin(start + k * width * 4, start, start + width * 4);
  }
  return { width, height: rows * scale, data };
}

/**
 * The palette of an opaque image of at most 256 colours with one index per pixel, or undefined if it has more or is
 * transparent.
 */
function paletteOf(image: Pixels): { palette: number[][]; indices: Uint8Array } | undefined {
  const order = new Map<number, number>();
  const palette: number[][] = [];
  const indices = new Uint8Array(image.width * image.height);
  const { data } = image;
  for (let p = 0; p < indices.length; p++) {
    const at = 4 * p;
    if (data[at + 3] !== 255) return undefined;
    const key = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    let index = order.get(key);
    if (index === undefined) {
      if (palette.length === 256) return undefined;
      index = palette.length;
      order.set(key, index);
      palette.push([...data.subarray(at, at + 3)]);
    }
    indices[p] = index;
  }
  return { palette, indices };
}

/** PNG bytes of an image; with a palette if there are few colours, which is several times smaller. */
export function encodeImage(image: Pixels): Uint8Array {
  integer('width', image.width);
  integer('height', image.height);
  lengthOf('data', image.data, image.width * image.height * 4);
  const { width, height } = image;
  const few = paletteOf(image);
  const png = few
    ? { width, height, data: few.indices, channels: 1, depth: 8 as const, palette: few.palette }
    : { width, height, data: image.data, channels: 4, depth: 8 as const };
  return Uint8Array.from(encode(png, { zlib: { level: 9 } }));
}

/** PNG bytes as a data URI. */
export function dataUri(bytes: Uint8Array): string {
  let binary = '';
  for (let k = 0; k < bytes.length; k += 8192) binary += String.fromCharCode(...bytes.subarray(k, k + 8192));
  return `data:image/png;base64,${btoa(binary)}`;
}

/** An `<image>` element that shows the pixels without smoothing in a box of the SVG. */
export function imageElement(image: Pixels, x: number, y: number, width: number, height: number): string {
  return element('image', {
    x,
    y,
    width,
    height,
    preserveAspectRatio: 'none',
    'image-rendering': 'pixelated',
    style: 'image-rendering:pixelated',
    href: dataUri(encodeImage(image)),
  });
}
