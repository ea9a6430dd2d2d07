/** The mutual information of pairs of units: a lower bound of what there is to learn. */

import type { BitRows } from '../../util/bits.js';

/** Max units of the pairs: a tenth of a second of work. */
const MAX_UNITS = 1000;

/**
 * Gain of a tree of pairs (Chow & Liu 1968) over independent units, in nats per row: Σ I(i, j) over the edges of the
 * spanning tree of largest mutual information, a lower bound of what there is to learn. By chance every pair has about
 * 1/(2 rows): this is subtracted from each edge, and edges below (2 log units + 3)/rows, which independent units reach
 * in one of a hundred sets of data, are ignored. So the result is rather too low, and 0 if no pair is significantly
 * correlated. Of more than 1000 units the first 1000 are used. The cost is units²·rows/64 steps.
 */
export function treeGain(data: BitRows): number {
  const units = Math.min(MAX_UNITS, data.width);
  const { count } = data;
  if (count < 2 || units < 2) return 0;
  const { words, ones } = columnsOf(data, units);
  const stride = words.length / units;
  const least = (2 * Math.log(units) + 3) / count;
  const information = (i: number, j: number): number => {
    let both = 0;
    for (let k = 0; k < stride; k++) both += bitsSet(words[i * stride + k] & words[j * stride + k]);
    return mutualInformation(both, ones[i], ones[j], count);
  };
  // Prim's algorithm: `best` of each unit outside of the tree is its best edge into it
  const best = new Float64Array(units).fill(-1);
  let newest = 0;
  let gain = 0;
  best[0] = Infinity; // inside
  for (let size = 1; size < units; size++) {
    let next = -1;
    for (let j = 0; j < units; j++) {
      if (best[j] === Infinity) continue;
      best[j] = Math.max(best[j], information(newest, j));
      if (next < 0 || best[j] > best[next]) next = j;
    }
    if (best[next] > least) gain += best[next] - 1 / (2 * count);
    best[next] = Infinity;
    newest = next;
  }
  return gain;
}

/** I(a, b) in nats of two bits, given the numbers of rows with a, b and both set. */
function mutualInformation(both: number, a: number, b: number, rows: number): number {
  const term = (seen: number, left: number, right: number) =>
    seen > 0 ? (seen / rows) * Math.log((seen * rows) / (left * right)) : 0;
  return (
    term(both, a, b) +
    term(a - both, a, rows - b) +
    term(b - both, rows - a, b) +
    term(rows - a - b + both, rows - a, rows - b)
  );
}

/** The columns as rows of 32-bit words, and the number of set bits of each. */
function columnsOf(data: BitRows, units: number): { words: Int32Array; ones: Float64Array } {
  const stride = Math.ceil(data.count / 32);
  const words = new Int32Array(units * stride);
  const ones = new Float64Array(units);
  for (let r = 0; r < data.count; r++) {
    for (let i = 0; i < units; i++) {
      if (!data.bit(r, i)) continue;
      words[i * stride + (r >> 5)] |= 1 << (r & 31);
      ones[i]++;
    }
  }
  return { words, ones };
}

/** The number of set bits of a word. */
function bitsSet(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
