/** A lattice and its block-spin lattices, and pictures of any part of them at any scale. */

import type { SpinData } from '../../ising/index.js';
import type { BlockingRule } from '../../rg/index.js';
import type { Palette } from '../base/messages.js';

/** What is seen: middle in sides of the lattice, and how many spins lie along the longer side of the picture. */
export interface View {
  x: number;
  y: number;
  across: number;
}

/** Side of the coarsest level at least. */
const COARSEST = 16;

/** Levels of block spins by one rule, made from the finest: level n has blocks of 2ⁿ × 2ⁿ spins. */
export class Pyramid {
  readonly levels: readonly SpinData[];

  /**
   * @param seed with the level and the block, of all coins: a tie falls the same way as long as its spins stand still
   */
  constructor(finest: SpinData, rule: BlockingRule, seed: number) {
    const levels = [finest];
    for (let side = finest.shape[0]; side % 2 === 0 && side / 2 >= COARSEST; side /= 2) {
      levels.push(rule.apply(levels[levels.length - 1], { seed }));
    }
    this.levels = levels;
  }

  /**
   * Draws a part of the lattice, across its edges where the view reaches over them. A picture shows the level whose
   * blocks are just larger than its pixels, faded into the next finer one as it grows.
   */
  draw(image: ImageData, { x, y, across }: View, { up, down }: Palette): void {
    const { width, height } = image;
    const perPixel = across / Math.max(width, height);
    const exact = Math.max(0, Math.log2(perPixel));
    const coarse = Math.min(this.levels.length - 1, Math.ceil(exact));
    const share = coarse === 0 ? 0 : Math.min(1, coarse - exact);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = mixed(up, down, share);
    const upper = this.#lookup(coarse, x, y, perPixel, width, height);
    const lower = share > 0 ? this.#lookup(coarse - 1, x, y, perPixel, width, height) : upper;
    let k = 0;
    for (let row = 0; row < height; row++) {
      const a = upper.rows[row];
      const b = lower.rows[row];
      for (let column = 0; column < width; column++) {
        const p = a + upper.columns[column];
        const q = b + lower.columns[column];
        const first = (upper.bytes[p >> 3] >> (p & 7)) & 1;
        const second = (lower.bytes[q >> 3] >> (q & 7)) & 1;
        pixels[k++] = colours[2 * first + second];
      }
    }
  }

  /** Site of the first column of each row of pixels, and offset of each column of pixels, at a level. */
  #lookup(level: number, x: number, y: number, perPixel: number, width: number, height: number) {
    const { shape, bytes } = this.levels[level];
    const side = shape[0];
    const scale = perPixel / 2 ** level;
    const places = (middle: number, count: number) =>
      Uint32Array.from({ length: count }, (_, k) => {
        const place = Math.floor(middle * side + (k + 0.5 - count / 2) * scale);
        return ((place % side) + side) % side;
      });
    return { bytes, rows: places(y, height).map((row) => row * side), columns: places(x, width) };
  }
}

/** Colours of pixels by (spin of the coarser level, spin of the finer one), the finer one's share given. */
function mixed(up: readonly number[], down: readonly number[], share: number): Uint32Array {
  const colours = new Uint32Array(4);
  const bytes = new Uint8Array(colours.buffer);
  for (let k = 0; k < 4; k++) {
    const weight = (k >> 1) * (1 - share) + (k & 1) * share;
    for (let c = 0; c < 3; c++) bytes[4 * k + c] = Math.round(down[c] + weight * (up[c] - down[c]));
    bytes[4 * k + 3] = 255;
  }
  return colours;
}
