/** Hidden units of a bias as assembly/rg/biasedRbm.ts keeps them: y = e^{2x} of each unit, one walker at a time, in 32-bit floats. */

import type { HiddenFields } from './biased.js';
import { log4 } from './replicaClusters.js';

const { fround } = Math;

/** e^{2b} of the units; the groups that see each block, and e^{±2w} of their units, [blocks][groups][m]. */
export interface HiddenUnits {
  rest: readonly number[];
  windows: readonly (readonly number[])[];
  plus: readonly (readonly (readonly number[])[])[];
  minus: readonly (readonly (readonly number[])[])[];
  /** Units of a group. */
  width: number;
}

/** Every connection of a block: unit, e^{2w}, e^{-2w}, in the order of the kernels. */
function connections({ windows, plus, minus, width }: HiddenUnits, block: number) {
  return windows[block].flatMap((group, k) =>
    Array.from({ length: width }, (_, j) => ({
      unit: group * width + j,
      plus: plus[block][k][j],
      minus: minus[block][k][j],
    })),
  );
}

/** y of all units. */
export function unitsOf(hidden: HiddenUnits, coarse: ArrayLike<number>): Float32Array {
  const y = Float32Array.from(hidden.rest);
  for (let block = 0; block < coarse.length; block++) {
    for (const { unit, plus, minus } of connections(hidden, block)) y[unit] *= coarse[block] ? plus : minus;
  }
  return y;
}

/** The fields of all walkers, with y kept as blocks turn. */
export function hiddenFields(hidden: HiddenUnits, coarse: readonly ArrayLike<number>[]): HiddenFields {
  const units = coarse.map((own) => unitsOf(hidden, own));
  return {
    field(walker, block, spin) {
      const y = units[walker];
      const all = connections(hidden, block);
      let sum = 0;
      for (let first = 0; first < all.length; first += 8) {
        let product = 1;
        for (let half = first; half < first + 8; half += 4) {
          let [above, below] = [1, 1];
          for (const { unit, plus, minus } of all.slice(half, half + 4)) {
            const [p, q] = spin ? [minus, plus] : [plus, minus];
            above = fround(above * fround(fround(y[unit] * p) + q));
            below = fround(below * fround(y[unit] + 1));
          }
          product = fround(product * fround(above / below));
        }
        sum = fround(sum + log4(product));
      }
      return spin ? fround(sum * -0.5) : -fround(sum * -0.5);
    },
    turned(walker, block, before) {
      const y = units[walker];
      for (const { unit, plus, minus } of connections(hidden, block)) {
        const p = before ? minus : plus;
        y[unit] = fround(fround(y[unit] * p) * p);
      }
    },
  };
}

/** Σ ln 2cosh x. */
export function hiddenEnergy(hidden: HiddenUnits, coarse: ArrayLike<number>): number {
  return unitsOf(hidden, coarse).reduce((sum, y) => sum + fround(log4(fround(y + 1)) - fround(log4(y) * 0.5)), 0);
}

/** Adds tanh x and s' tanh x by parameter, biases first. */
export function hiddenGradient(
  hidden: HiddenUnits,
  coarse: ArrayLike<number>,
  biasOf: readonly number[],
  weightOf: readonly (readonly (readonly number[])[])[],
  out: Float32Array,
): void {
  const tanh = unitsOf(hidden, coarse).map((y) => fround(fround(y - 1) / fround(y + 1)));
  tanh.forEach((t, u) => {
    out[biasOf[u]] += t;
  });
  for (let block = 0; block < coarse.length; block++) {
    hidden.windows[block].forEach((group, k) => {
      for (let j = 0; j < hidden.width; j++) {
        const t = tanh[group * hidden.width + j];
        out[weightOf[block][k][j]] += coarse[block] ? t : -t;
      }
    });
  }
}
