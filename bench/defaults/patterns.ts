/** Data sets that are written down rather than measured: a few patterns, and mixtures of patterns with noise. */

import { BitRows } from '../../src/all.js';
import { draws } from './draws.js';

/** Rows that are all 0 and all 1 in turn. */
export function twoModes(count: number, width: number): BitRows {
  const rows = new BitRows(count, width);
  for (let r = 1; r < count; r += 2) for (let i = 0; i < width; i++) set(rows, r, i);
  return rows;
}

/** A bar of `ones` ones on a ring of n sites, at each of its n positions: n rows. */
export function shiftingBar(n: number, ones: number): BitRows {
  const rows = new BitRows(n, n);
  for (let r = 0; r < n; r++) for (let k = 0; k < ones; k++) set(rows, r, (r + k) % n);
  return rows;
}

/** Fixed patterns, each with its share of the rows, every bit of which is then flipped with a small probability. */
export interface Mixture {
  patterns: BitRows;
  shares: readonly number[];
  flips: number;
}

/** A mixture of patterns of fair random bits. */
export function randomMixture(width: number, shares: readonly number[], flips: number, seed: number): Mixture {
  const patterns = new BitRows(shares.length, width);
  const random = draws(seed, 'patterns');
  for (let m = 0; m < shares.length; m++) for (let i = 0; i < width; i++) if (random() < 0.5) set(patterns, m, i);
  return { patterns, shares, flips };
}

/** Independent rows of the mixture. */
export function mixtureRows({ patterns, shares, flips }: Mixture, count: number, seed: number): BitRows {
  const rows = new BitRows(count, patterns.width);
  const random = draws(seed, 'mixture');
  for (let r = 0; r < count; r++) {
    let mode = 0;
    for (let u = random() - shares[0]; u >= 0 && mode < shares.length - 1; u -= shares[mode]) mode++;
    for (let i = 0; i < rows.width; i++) {
      const flipped = random() < flips ? 1 : 0;
      if (patterns.bit(mode, i) !== flipped) set(rows, r, i);
    }
  }
  return rows;
}

/**
 * Mean of log Σ_m share_m f^{d_m} (1 - f)^{width - d_m} over the rows, in nats; d_m are the bits that differ from
 * pattern m.
 */
export function mixtureLikelihood({ patterns, shares, flips }: Mixture, rows: BitRows): number {
  const odds = Math.log(flips / (1 - flips));
  let sum = 0;
  for (let r = 0; r < rows.count; r++) {
    const logs = shares.map((share, m) => {
      let different = 0;
      for (let i = 0; i < rows.width; i++) if (rows.bit(r, i) !== patterns.bit(m, i)) different++;
      return Math.log(share) + different * odds + rows.width * Math.log1p(-flips);
    });
    const largest = Math.max(...logs);
    sum += largest + Math.log(logs.reduce((total, log) => total + Math.exp(log - largest), 0));
  }
  return sum / rows.count;
}

/**
 * Σ p log p of the rows as a distribution, equal rows together: the most that a model can give them per row, in nats.
 */
export function ownLikelihood(rows: BitRows): number {
  const counts = new Map<string, number>();
  for (let r = 0; r < rows.count; r++) {
    const key = rows.bytes.subarray(r * rows.stride, (r + 1) * rows.stride).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let sum = 0;
  for (const count of counts.values()) sum += (count / rows.count) * Math.log(count / rows.count);
  return sum;
}

function set(rows: BitRows, r: number, i: number): void {
  rows.bytes[r * rows.stride + (i >> 3)] |= 1 << (i & 7);
}
