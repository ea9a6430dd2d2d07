/** Sums over all states as assembly/ising/enumerate.ts does them: blocks of 2^low states, whose energies are a Walsh-Hadamard transform. */

import { exp } from './math.js';

/** Reference R, the largest -H; then Σ w times 1, x, x², M, |M|, M², M⁴, where x = R + H and w = e^{-x}. */
export type Sums = Float64Array;

const bits = (x: number): number => (x === 0 ? 0 : (x & 1) + bits(x >>> 1));

/** a_j → Σ_T a_T (-1)^|T ∩ j|: first halves and second halves of ever larger stretches are added and subtracted. */
export function walshHadamard(a: Float64Array): void {
  for (let half = 1; half < a.length; half *= 2) {
    for (let j = 0; j < a.length; j++) {
      if (j & half) continue;
      const [x, y] = [a[j], a[j + half]];
      a[j] = x + y;
      a[j + half] = x - y;
    }
  }
}

/** The same sums for a reference that is higher by `step`. */
function raised([reference, z, x, x2, ...rest]: Sums, step: number): Sums {
  if (step === 0) return Float64Array.of(reference, z, x, x2, ...rest);
  const scale = exp(-step);
  const sums = [z, x + step * z, x2 + 2 * step * x + step * step * z, ...rest];
  return Float64Array.of(reference + step, ...sums.map((sum) => sum * scale));
}

export function mergedSums(a: Sums, b: Sums): Sums {
  if (a[1] === 0) return b.slice();
  const step = b[0] - a[0];
  const [first, second] = step > 0 ? [raised(a, step), b] : [a, raised(b, -step)];
  return first.map((value, k) => (k === 0 ? value : value + second[k]));
}

/** The sums over one block, from the -H of its states and the Σ s of state j. */
function blockSums(minus: Float64Array, spinOf: (j: number) => number): Sums {
  const reference = minus.reduce((most, value) => Math.max(most, value));
  // even and odd states are added apart
  const lanes = [new Float64Array(7), new Float64Array(7)];
  minus.forEach((value, j) => {
    const x = reference - value;
    const w = x > 708 ? 0 : exp(-x);
    const spin = spinOf(j);
    const square = spin * spin;
    [w, w * x, w * x * x, w * spin, w * Math.abs(spin), w * square, w * square * square].forEach((term, k) => {
      lanes[j & 1][k] += term;
    });
  });
  return Float64Array.of(reference, ...lanes[0].map((sum, k) => sum + lanes[1][k]));
}

/** Blocks first … first + blocks - 1, added to `sums`. Bit i of a state is set where spin i is down. */
export function enumerateStates(
  masks: Uint32Array,
  couplings: Float64Array,
  sites: number,
  low: number,
  first: number,
  blocks: number,
  sums: Sums,
): Sums {
  let all = sums;
  for (let block = first; block < first + blocks; block++) {
    const minus = new Float64Array(2 ** low);
    masks.forEach((mask, t) => {
      const odd = bits((mask >>> low) & block) % 2;
      minus[mask & (2 ** low - 1)] += odd ? -couplings[t] : couplings[t];
    });
    walshHadamard(minus);
    const high = sites - low - 2 * bits(block);
    all = mergedSums(
      all,
      blockSums(minus, (j) => high + (low - 2 * bits(j))),
    );
  }
  return all;
}
