/** The change of a chain's log weight with β, in float64 and in the kernels' order (assembly/rbm/annealing.ts). */

import { exp, log } from './math.js';

/** eˣ, but exactly 0 below -708. */
const expOf = (x: number) => (x < -708 ? 0 : exp(x));

/**
 * logs_r + Σ_j [log(1 + e^{to·x}) - log(1 + e^{from·x})] over a row of 20 inputs. Even and odd columns have a sum and two products each.
 * @param panel [rows, 20]
 */
export function annealUnits(panel: Float32Array, from: number, to: number, logs: Float64Array): Float64Array {
  return logs.map((start, r) => {
    const over = [0, 0];
    const above = [1, 1];
    const below = [1, 1];
    for (let j = 0; j < 20; j++) {
      const x = panel[r * 20 + j];
      if (x === -Infinity) continue;
      over[j % 2] += Math.max(x, 0);
      above[j % 2] *= 1 + expOf(-to * Math.abs(x));
      below[j % 2] *= 1 + expOf(-from * Math.abs(x));
    }
    const ratio = (above[0] / below[0]) * (above[1] / below[1]);
    return start + ((to - from) * (over[0] + over[1]) + log(ratio));
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
