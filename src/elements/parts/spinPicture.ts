/** Sums of blocks of spins → pixels, on a canvas of a worker. */

import type { SpinData } from '../../ising/index.js';
import { contextOf } from '../base/context.js';
import type { Palette } from '../base/messages.js';
import { pixelsBetween } from './pixels.js';

/** Pixels along a side at most; larger lattices are drawn by blocks. */
const MAX_PIXELS = 1024;

/** Smallest power of two that brings a side to at most `pixels`. */
export function blockFor(size: number, pixels = MAX_PIXELS): number {
  let b = 1;
  while (size / b > pixels) b *= 2;
  return b;
}

/** Draws block sums Σ s of b × b spins, -b² … b², between the colours of down and up spins. */
export class SpinPicture {
  #colours: Uint32Array = new Uint32Array(0);
  #made = '';
  #image: ImageData | undefined;

  draw(
    canvas: OffscreenCanvas,
    sums: Int16Array | Int8Array,
    rows: number,
    columns: number,
    b: number,
    palette: Palette,
  ): void {
    this.#prepare(b, palette);
    if (canvas.width !== columns || canvas.height !== rows) {
      canvas.width = columns;
      canvas.height = rows;
    }
    if (this.#image?.width !== columns || this.#image.height !== rows) this.#image = new ImageData(columns, rows);
    const pixels = new Uint32Array(this.#image.data.buffer);
    const colours = this.#colours;
    const middle = b * b;
    for (let k = 0; k < pixels.length; k++) pixels[k] = colours[sums[k] + middle];
    contextOf(canvas)?.putImageData(this.#image, 0, 0);
  }

  #prepare(b: number, { up, down }: Palette): void {
    const key = `${b} ${up} ${down}`;
    if (key === this.#made) return;
    this.#made = key;
    this.#colours = pixelsBetween(down, up, 2 * b * b);
  }
}

/** Draws side × side spins of a configuration from a corner on, across its edges. */
export function drawSpins(
  canvas: OffscreenCanvas,
  { shape, bytes }: SpinData,
  [top, left]: readonly [row: number, column: number],
  side: number,
  picture: SpinPicture,
  palette: Palette,
): void {
  const [rows, columns] = shape;
  const spins = new Int8Array(side * side);
  for (let y = 0; y < side; y++) {
    const row = ((top + y) % rows) * columns;
    for (let x = 0; x < side; x++) {
      const site = row + ((left + x) % columns);
      spins[y * side + x] = 2 * ((bytes[site >> 3] >> (site & 7)) & 1) - 1;
    }
  }
  picture.draw(canvas, spins, side, side, 1, palette);
}
