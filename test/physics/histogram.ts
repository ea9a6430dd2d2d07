/** Counts of states against their probabilities. */

import * as assert from 'uvu/assert';
import { chiSquareTail } from './statistics.js';

/** Sums of values[state]·scale over the states of each group. */
export function grouped(values: Float64Array, scale: number, group: (state: number) => number): Map<number, number> {
  const sums = new Map<number, number>();
  values.forEach((value, state) => {
    sums.set(group(state), (sums.get(group(state)) ?? 0) + value * scale);
  });
  return sums;
}

/** Torus symmetries of 4 × 4, and unless `upIsDown` is false the turn of all spins: the least number among the images of a state. */
export function orbits(upIsDown = true): Int32Array {
  const maps: number[][] = [];
  for (let dy = 0; dy < 4; dy++) {
    for (let dx = 0; dx < 4; dx++) {
      for (let turn = 0; turn < 8; turn++) {
        maps.push(
          Array.from({ length: 16 }, (_, site) => {
            let [y, x] = [site >> 2, site & 3];
            if (turn & 1) [y, x] = [x, y];
            if (turn & 2) y = 3 - y;
            if (turn & 4) x = 3 - x;
            return ((y + dy) % 4) * 4 + ((x + dx) % 4);
          }),
        );
      }
    }
  }
  const orbit = new Int32Array(65536).fill(-1);
  for (let state = 0; state < 65536; state++) {
    if (orbit[state] >= 0) continue;
    for (const map of maps) {
      let image = 0;
      for (let site = 0; site < 16; site++) image |= ((state >> site) & 1) << map[site];
      orbit[image] = state;
      if (upIsDown) orbit[~image & 65535] = state;
    }
  }
  return orbit;
}

/** χ² of counts in bins, bins of fewer than `least` expected counts thrown together. */
export function pearson(
  counts: Map<number, number>,
  expected: Map<number, number>,
  least: number,
): { p: number; bins: number; text: string } {
  let chi = 0;
  let bins = 0;
  const rest = { count: 0, expected: 0 };
  for (const [bin, e] of expected) {
    const count = counts.get(bin) ?? 0;
    if (e < least) {
      rest.count += count;
      rest.expected += e;
    } else {
      chi += (count - e) ** 2 / e;
      bins++;
    }
  }
  if (rest.expected >= least) {
    chi += (rest.count - rest.expected) ** 2 / rest.expected;
    bins++;
  } else {
    assert.ok(rest.count < 10 * least, `${rest.count} counts in bins of ${rest.expected}`);
  }
  const p = chiSquareTail(chi, bins - 1);
  return { p, bins, text: `χ² = ${chi} in ${bins} bins, p = ${p}` };
}

/**
 * Counts of states against their weights, summed over groups: p in (1e-4, 0.9999), by `fewest` bins or more, so that the comparison says something.
 */
export function agreeing(
  counts: Float64Array,
  weights: Float64Array,
  group: (state: number) => number,
  fewest: number,
  what: string,
): void {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const z = weights.reduce((sum, w) => sum + w, 0);
  const { p, bins, text } = pearson(grouped(counts, 1, group), grouped(weights, total / z, group), 8);
  assert.ok(bins >= fewest, `${what}: ${text}`);
  assert.ok(p > 1e-4 && p < 0.9999, `${what}: ${text}`);
}
