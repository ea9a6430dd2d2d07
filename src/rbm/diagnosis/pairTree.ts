/** What pairs of units tell of each other: how much there is to learn at least, before any machine is trained. */

import type { BitRows } from '../../util/bits.js';

/** Units among which pairs are counted: a second of work is ten times as many pairs. */
const MAX_UNITS = 1000;

/**
 * How much a tree of pairs (Chow & Liu 1968) is better than independent units, in nats a row: Σ I(i, j) over the edges
 * of the spanning tree of largest mutual information, a lower bound of what there is to learn. Chance alone gives every
 * pair about 1/(2 rows): that is taken off each edge, and edges below (2 log units + 3)/rows, which independent units
 * reach in one of a hundred sets of data, count nothing. So it is low rather than high, and 0 where no pair is certain
 * to be correlated. Of more than 1000 units the first 1000 are taken. Costs units²·rows/64 steps.
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
  // Prim: each unit outside of the tree knows its best edge into it
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

/** I(a, b) in nats of two bits, of which so many of the rows have a, b and both set. */
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

/** The columns as rows of 32-bit words, and how many bits of each are set. */
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

/** How many bits of a word are set. */
function bitsSet(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
