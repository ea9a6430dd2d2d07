/**
 * Sweeps of Metropolis and heat bath on a periodic checkerboard as assembly/ising/multispin.ts does them, but spin by spin: every lattice is an array of 0
 * and 1, and the random number of a spin is put together and compared as a number.
 */

import { exp } from './math.js';
import type { Shishua } from './shishua.js';
import { bitOf, type Four } from './streams.js';

export type Method = 'metropolis' | 'heatBath';

/** Words that share a tail, the low bits of their random numbers. */
const SHARED = 128;
/** Rounds of eight vectors that are drawn at a time. */
const PIECE = 64;

/** Metropolis: min(1, e^{-ΔE/kT}), ΔE/kT = 2K·s·Σs' for a spin s = ±1 and the sum of its neighbours. */
export function metropolis(spin: number, neighbourSum: number, coupling: number): number {
  return Math.min(1, exp(-2 * coupling * spin * neighbourSum));
}

/** Heat bath: the probability of s = +1 given its neighbours. */
export function heatBath(neighbourSum: number, coupling: number): number {
  return 1 / (1 + exp(-2 * coupling * neighbourSum));
}

/** A probability as a 32-bit threshold: u < threshold. */
export function threshold(probability: number): number {
  return Math.floor(Math.min(2 ** 32 - 1, probability * 2 ** 32));
}

/**
 * [u < t], where u is the random number `bits` with those bits complemented in which t has a 0 (as random as `bits`): the comparison in the form that
 * the kernel uses.
 */
export function accepted(bits: number, t: number): boolean {
  const u = ~(bits ^ t) >>> 0;
  return u < t;
}

/** The same, bit by bit from the lowest, in the kernel's recurrence: b ← (b ^ D_i) & r_i with D_i = t_i ^ t_{i-1}, and at the end b ^ t_31. */
export function acceptedBitByBit(bits: number, t: number): boolean {
  const bitOfThreshold = (i: number) => (i < 0 ? 0 : (t >>> i) & 1);
  let b = 0;
  for (let i = 0; i < 32; i++) b = (b ^ bitOfThreshold(i) ^ bitOfThreshold(i - 1)) & ((bits >>> i) & 1);
  return (b ^ bitOfThreshold(31)) === 1;
}

/** The new spin, 0 or 1, of one with `up` of four neighbours up. */
export function moved(spin: number, up: number, bits: number, coupling: number, method: Method): number {
  const unhappy = spin === 1 ? 4 - up : up;
  if (method === 'metropolis') {
    // two or more unhappy bonds: flips; one: if [u < e^{-4K}]; none: if [u < e^{-8K}]
    const flips = unhappy >= 2 || accepted(bits, threshold(metropolis(1, 4 - 2 * unhappy, coupling)));
    return flips ? 1 - spin : spin;
  }
  if (up === 2) return bits >>> 31;
  const majority = up > 2 ? 1 : 0;
  const against = accepted(bits, threshold(heatBath(-Math.abs(2 * up - 4), coupling)));
  return against ? 1 - majority : majority;
}

/** K and h = field/kT of all spins, any sign. */
export interface Felt {
  coupling: number;
  field: number;
}

/**
 * The new spin in a field F = K·Σs' + h: Metropolis turns a spin against F, and one along it with e^{-2|F|}; the heat bath goes along F, or against it with
 * 1/(1 + e^{2|F|}).
 */
export function movedInField(
  spin: number,
  up: number,
  bits: number,
  { coupling, field }: Felt,
  method: Method,
): number {
  const F = coupling * (2 * up - 4) + field;
  const along = F >= 0 ? 1 : 0;
  if (method === 'heatBath') return accepted(bits, threshold(1 / (1 + exp(2 * Math.abs(F))))) ? 1 - along : along;
  if (spin !== along) return along;
  return accepted(bits, threshold(exp(-2 * Math.abs(F)))) ? 1 - spin : spin;
}

/** How lattices lie in words of 128 bits: bit `lane` of word (y, x) is a site of one of them. */
export interface Packing {
  /** Rows and columns of the lattices. */
  shape: [number, number];
  lattices: Uint8Array[];
  /** Rows and words of each half of the checkerboard. */
  rows: number;
  words: number;
  /** Lattice and site of bit `lane` at (y, x). */
  place(lane: number, y: number, x: number): [lattice: number, site: number];
}

/** 128 replicas. */
export function replicaPacking(rows: number, columns: number): Packing {
  return {
    shape: [rows, columns],
    lattices: Array.from({ length: 128 }, () => new Uint8Array(rows * columns)),
    rows,
    words: columns / 2,
    place: (lane, y, x) => [lane, y * columns + x],
  };
}

/** One lattice in 16 × 8 blocks: bit 8a + b is block (a, b). */
export function stripPacking(rows: number, columns: number): Packing {
  return {
    shape: [rows, columns],
    lattices: [new Uint8Array(rows * columns)],
    rows: rows / 16,
    words: columns / 16,
    place: (lane, y, x) => [0, ((lane >> 3) * (rows / 16) + y) * columns + (lane & 7) * (columns / 8) + x],
  };
}

/**
 * `sweeps` sweeps, in place, with one coupling, a coupling and a field, or a coupling for each bit, and a stream for each band of rows.
 *
 * One coupling: 8 leading bits are drawn for each word, and a tail of 24 for 128 words, which is rotated by five bytes more for each word, and within
 * bytes by a bit more for every sixteen. Many: 16 leading bits, and a tail of 16 that stays as it is.
 */
export function multispin(
  packing: Packing,
  method: Method,
  couplings: number | Felt | ArrayLike<number>,
  streams: Shishua[],
  bandRows: number,
  sweeps: number,
): void {
  const { lattices, shape, rows, words, place } = packing;
  const felt = typeof couplings === 'object' && 'field' in couplings ? couplings : undefined;
  const one = typeof couplings === 'number' || felt !== undefined;
  const couplingOf = (lane: number) =>
    typeof couplings === 'number' ? couplings : (couplings as ArrayLike<number>)[lane];
  const rounds = one ? 1 : 2;
  const tailBits = 32 - 8 * rounds;
  const draw = (stream: Shishua, count: number): Four[] => Array.from({ length: count }, () => stream.next()).flat();
  for (let half = 0; half < 2 * sweeps; half++) {
    const colour = half % 2;
    streams.forEach((stream, band) => {
      let tail: Four[] = [];
      let used = SHARED;
      for (let y = band * bandRows; y < Math.min(rows, (band + 1) * bandRows); y++) {
        // a row is done in pieces; a piece is never divided between two tails
        for (let start = 0; start < words; start += PIECE / rounds) {
          const length = Math.min(PIECE / rounds, words - start);
          if (used + length > SHARED) {
            tail = draw(stream, tailBits / 8);
            used = 0;
          }
          const leading = Array.from({ length }, () => draw(stream, rounds));
          leading.forEach((vectors, word) => {
            used++;
            const x = 2 * (start + word) + ((y + colour) & 1);
            for (let lane = 0; lane < 128; lane++) {
              const turned = 8 * (((lane >> 3) + 5 * used) % 16) + ((lane + 16 - (used >> 4)) % 8);
              let bits = 0;
              tail.forEach((four, i) => {
                bits |= bitOf(four, one ? turned : lane) << i;
              });
              vectors.forEach((four, i) => {
                bits |= bitOf(four, lane) << (tailBits + i);
              });
              const [lattice, site] = place(lane, y, x);
              const spins = lattices[lattice];
              const up = neighboursUp(spins, shape, site);
              spins[site] = felt
                ? movedInField(spins[site], up, bits >>> 0, felt, method)
                : moved(spins[site], up, bits >>> 0, couplingOf(lane), method);
            }
          });
        }
      }
    });
  }
}

/** Number of the four neighbours of a site that are up. */
export function neighboursUp(spins: Uint8Array, [rows, columns]: [number, number], site: number): number {
  const [y, x] = [Math.floor(site / columns), site % columns];
  const neighbours = [
    [(y + 1) % rows, x],
    [(y + rows - 1) % rows, x],
    [y, (x + 1) % columns],
    [y, (x + columns - 1) % columns],
  ];
  return neighbours.reduce((up, [v, u]) => up + spins[v * columns + u], 0);
}

/** Word of the kernel's planes [2, rows + 2, words + 2] in which (y, x) lies. */
export function wordOf(y: number, x: number, rows: number, words: number): number {
  return (((x + y) & 1) * (rows + 2) + y + 1) * (words + 2) + (x >> 1) + 1;
}

/** Rows of a window of a lattice, each from a byte of its own on. */
export function windowOf(
  spins: Uint8Array,
  [rows, columns]: [number, number],
  window: { row: number; column: number; rows: number; columns: number },
): Uint8Array {
  const stride = Math.ceil(window.columns / 8);
  const bytes = new Uint8Array(window.rows * stride);
  for (let y = 0; y < window.rows; y++) {
    for (let x = 0; x < window.columns; x++) {
      const bit = spins[((window.row + y) % rows) * columns + ((window.column + x) % columns)];
      bytes[y * stride + (x >> 3)] |= bit << (x & 7);
    }
  }
  return bytes;
}

/** Σ s over the b × b blocks of a window, whose place and sides are in sites. */
export function blockSumsOf(
  spins: Uint8Array,
  [rows, columns]: [number, number],
  b: number,
  window: { row: number; column: number; rows: number; columns: number },
): number[] {
  const wide = window.columns / b;
  const sums = new Array<number>((window.rows / b) * wide).fill(0);
  for (let y = 0; y < window.rows; y++) {
    for (let x = 0; x < window.columns; x++) {
      const bit = spins[((window.row + y) % rows) * columns + ((window.column + x) % columns)];
      sums[Math.floor(y / b) * wide + Math.floor(x / b)] += 2 * bit - 1;
    }
  }
  return sums;
}

/** Reads the lattices out of the kernel's planes, u32 [2·(rows + 2)·(words + 2), 4]. */
export function readPlanes(planes: Uint32Array, { lattices, rows, words, place }: Packing): void {
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < 2 * words; x++) {
      const word = 4 * wordOf(y, x, rows, words);
      for (let lane = 0; lane < 128; lane++) {
        const [lattice, site] = place(lane, y, x);
        lattices[lattice][site] = bitOf(planes.subarray(word, word + 4), lane);
      }
    }
  }
}
