/**
 * Cluster updates of 128 replicas as assembly/ising/replicaClusters.ts does them, but bond by bond: a bond is a comparison of numbers, clusters are found
 * by a search in each replica alone.
 */

import { exp, log } from './math.js';
import type { Shishua } from './shishua.js';
import { below, bitOf, type Stream } from './streams.js';

/** Words of bonds that the kernel makes at a time, and fours of distances that it draws at a time. */
const CHUNK = 256;
const DRAW = 32;

/** p = (numerator/2^bits)(1 - share), and λ = -log(1 - share). */
export interface BondProbability {
  bits: number;
  numerator: number;
  lambda: number;
}

/** The cheapest such form of p = 1 - e^{-2K} with a multiple of eight bits: a thinned place costs as much as 0.6 times eight bits. */
export function bondProbability(coupling: number): BondProbability {
  const p = 1 - exp(-2 * coupling);
  const numeratorOf = (bits: number) => Math.ceil(p * 2 ** bits);
  if (p === 0) return { bits: 0, numerator: 0, lambda: 0 };
  let best = { bits: 0, cost: Number.POSITIVE_INFINITY };
  for (let bits = 0; bits <= 32; bits += 8) {
    const cost = bits / 8 + 0.6 * 128 * (1 - (p * 2 ** bits) / numeratorOf(bits));
    if (cost < best.cost) best = { bits, cost };
  }
  const numerator = numeratorOf(best.bits);
  return { bits: best.bits, numerator, lambda: log(numerator / (p * 2 ** best.bits)) };
}

const f = Math.fround;

/** log x in single precision: x = 2^k(1 + f), 1 + f in [√½, √2), s = f/(2 + f), k ln 2 + 2s(1 + s²/3 + s⁴/5 + s⁶/7 + s⁸/9). */
export function log4(x: number): number {
  const bits = new Int32Array(Float32Array.of(x).buffer);
  const k = (bits[0] - 0x3f3504f3) >> 23;
  bits[0] -= k << 23;
  const part = f(new Float32Array(bits.buffer)[0] - 1);
  const s = f(part / f(part + 2));
  const z = f(s * s);
  let sum = f(1 / 9);
  for (const odd of [7, 5, 3]) sum = f(f(sum * z) + f(1 / odd));
  const twice = f(s + s);
  return f(f(k * f(Math.LN2)) + f(f(f(sum * z) * twice) + twice));
}

/** ⌊-log(u)·scale⌋ for u = (2i + 1)/2³¹, i the 30 leading bits of a random number. */
export function distance(bits: number, scale: number): number {
  const u = f(f((bits >>> 1) | 1) * 2 ** -31);
  return Math.min(2 ** 31 - 1, Math.floor(f(log4(u) * f(-scale))));
}

/** Bonds of all replicas, as if all spins were equal: entry 128·(2·site + direction) + replica; direction 0 is right, 1 is down. */
export function drawBonds(
  sites: number,
  { bits, numerator, lambda }: BondProbability,
  stream: Stream,
  bondStream: Shishua,
): Uint8Array {
  const words = 2 * sites;
  const bonds = new Uint8Array(128 * words);
  for (let start = 0; start < words; start += CHUNK) {
    const count = Math.min(CHUNK, words - start);
    // eight bits of all words, then the next eight
    const vectors = Array.from({ length: bits / 8 }, () => Array.from({ length: count }, () => bondStream.next()));
    for (let word = 0; word < count; word++) {
      const fours = vectors.flatMap((round) => round[word]);
      for (let replica = 0; replica < 128; replica++) {
        let number = 0;
        fours.forEach((four, i) => {
          number += bitOf(four, replica) * 2 ** i;
        });
        // complemented where the numerator has a 0, see multispin.ts
        const u = (~(number ^ numerator) >>> 0) % 2 ** bits;
        bonds[128 * (start + word) + replica] = u < numerator ? 1 : 0;
      }
    }
  }
  if (lambda > 1e-12) {
    const scale = f(1 / lambda);
    for (let place = -1; place < bonds.length; ) {
      for (const bits of stream.fill(DRAW)) {
        place += distance(bits, scale) + 1;
        if (place >= bonds.length) break;
        bonds[place] = 0;
      }
    }
  }
  return bonds;
}

/** `steps` updates of 128 arrays [rows, columns] of 0 and 1, in place. Returns the number of sites flipped. */
export function replicaClusters(
  replicas: Uint8Array[],
  rows: number,
  columns: number,
  coupling: number,
  seeds: number,
  stream: Stream,
  bondStream: Shishua,
  steps: number,
): number {
  const sites = rows * columns;
  const probability = bondProbability(coupling);
  const ends = (bond: number): [number, number] => {
    const site = bond >> 1;
    const [y, x] = [Math.floor(site / columns), site % columns];
    return [site, bond & 1 ? ((y + 1) % rows) * columns + x : y * columns + ((x + 1) % columns)];
  };
  let flipped = 0;
  for (let step = 0; step < steps; step++) {
    const drawn = drawBonds(sites, probability, stream, bondStream);
    const planted: { site: number; mask: Uint32Array | undefined }[] = [];
    for (let seed = 0; seed < seeds; seed += 4) {
      const numbers = stream.fill(5);
      for (let k = 0; k < Math.min(4, seeds - seed); k++) {
        const mask = seed + k === 0 ? undefined : numbers.subarray(4 * k + 4, 4 * k + 8);
        planted.push({ site: below(sites, numbers[k]), mask });
      }
    }
    replicas.forEach((spins, replica) => {
      const joined: number[][] = Array.from(spins, () => []);
      for (let bond = 0; bond < 2 * sites; bond++) {
        const [a, b] = ends(bond);
        if (!drawn[128 * bond + replica] || spins[a] !== spins[b]) continue;
        joined[a].push(b);
        joined[b].push(a);
      }
      const reached = new Set<number>();
      for (const { site, mask } of planted) if (!mask || bitOf(mask, replica)) reached.add(site);
      // a set visits what is added to it while it is gone through
      for (const site of reached) for (const other of joined[site]) reached.add(other);
      for (const site of reached) spins[site] = 1 - spins[site];
      flipped += reached.size;
    });
  }
  return flipped;
}

/** The kernel's words, u32 [sites, 4] → 128 replicas. */
export function fromWords(words: Uint32Array): Uint8Array[] {
  return Array.from({ length: 128 }, (_, replica) =>
    Uint8Array.from({ length: words.length / 4 }, (_, site) => bitOf(words.subarray(4 * site, 4 * site + 4), replica)),
  );
}

/** 128 rows of bits, each flipped as a whole where the next four of the stream has a 1. */
export function replicaRows(replicas: Uint8Array[], stream: Stream): Uint8Array {
  const stride = Math.ceil(replicas[0].length / 8);
  const rows = new Uint8Array(128 * stride);
  const flips = stream.next();
  replicas.forEach((spins, replica) => {
    spins.forEach((spin, i) => {
      rows[replica * stride + (i >> 3)] |= (spin ^ bitOf(flips, replica)) << (i & 7);
    });
  });
  return rows;
}
