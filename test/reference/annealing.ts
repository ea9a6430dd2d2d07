/** The change of a chain's log weight with β, in the kernels' order (assembly/rbm/annealing.ts). */

import { log } from './math.js';
import { exp32, sigmoid32 } from './units.js';

const { fround } = Math;

/** 1 - e^-y in f32: y - y²/2 + … + y⁷/5040 up to ½. */
function missing32(y: number): number {
  if (y > 0.5) return fround(1 - exp32(-y));
  let sum = fround(1 / 5040);
  for (const coefficient of [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1])
    sum = fround(fround(coefficient) - fround(y * sum));
  return fround(y * sum);
}

/**
 * logs_r + Σ_j [log(1 + e^{to·x}) - log(1 + e^{from·x})] over a row of 20 inputs. Columns that are equal modulo 4 have a sum in f32 and a product in f64.
 * @param panel [rows, 20]
 */
export function annealUnits(panel: Float32Array, from: number, to: number, logs: Float64Array): Float64Array {
  const low = fround(Math.min(from, to));
  const step = fround(Math.abs(to - from));
  return logs.map((start, r) => {
    const over = [0, 0, 0, 0];
    const product = [1, 1, 1, 1];
    for (let j = 0; j < 20; j++) {
      const x = panel[r * 20 + j];
      if (x === -Infinity) continue;
      const size = Math.abs(x);
      over[j % 4] = fround(over[j % 4] + Math.max(x, 0));
      product[j % 4] *= 1 - fround(sigmoid32(-fround(low * size)) * missing32(fround(step * size)));
    }
    const linear = (over[0] + over[2] + (over[1] + over[3])) * Math.abs(to - from);
    const change = linear + log(product[0] * product[2] * (product[1] * product[3]));
    return start + Math.sign(to - from) * change;
  });
}

/** logs_r + factor·Σ d_i over the set bits, groups of four summed first. @param bits [rows, units] */
export function annealLinear(bits: Uint8Array, d: Float64Array, factor: number, logs: Float64Array): Float64Array {
  return logs.map((start, r) => {
    let sum = 0;
    for (let first = 0; first < d.length; first += 4) {
      let four = 0;
      for (let i = first; i < Math.min(first + 4, d.length); i++) if (bits[r * d.length + i]) four += d[i];
      sum += four;
    }
    return start + factor * sum;
  });
}
