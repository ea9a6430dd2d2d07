/**
 * Metropolis sweeps of 128 replicas of a periodic checkerboard lattice, as assembly/ising/multispin.ts does them, but spin by spin: every replica is an
 * array of 0 and 1, and the random number of a spin is put together and compared as a number.
 */

import { exp } from './math.js';
import { bitOf, type Four, type Stream } from './streams.js';

/** Low bits of a random number, which 64 words share; the other 8 are drawn for each word. */
const TAIL = 24;
const CHUNK = 64;

/** Metropolis: min(1, e^{-ΔE/kT}), ΔE/kT = 2K·s·Σs' for a spin s = ±1 and the sum of its neighbours. */
export function metropolis(spin: number, neighbourSum: number, coupling: number): number {
  return Math.min(1, exp(-2 * coupling * spin * neighbourSum));
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

/** Of four bonds, two or more unhappy: flips always; one: if [u < e^{-4K}]; none: if [u < e^{-8K}]. */
function flips(unhappy: number, bits: number, t4: number, t8: number): boolean {
  if (unhappy >= 2) return true;
  return accepted(bits, unhappy === 1 ? t4 : t8);
}

/**
 * `sweeps` sweeps, in place.
 * @param replicas 128 arrays [rows, columns] of 0 and 1; rows and columns even
 */
export function multispin(
  replicas: Uint8Array[],
  rows: number,
  columns: number,
  coupling: number,
  stream: Stream,
  sweeps: number,
): void {
  const t4 = threshold(exp(-4 * coupling));
  const t8 = threshold(exp(-8 * coupling));
  const words = columns / 2;
  let tail: Four[] = [];
  let used = CHUNK;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let colour = 0; colour < 2; colour++) {
      for (let y = 0; y < rows; y++) {
        // a row is done in pieces of at most 64 words; a piece is never divided between two tails
        for (let start = 0; start < words; start += CHUNK) {
          const length = Math.min(CHUNK, words - start);
          if (used + length > CHUNK) {
            tail = Array.from({ length: TAIL }, () => stream.next());
            used = 0;
          }
          const leading = Array.from({ length: 8 * length }, () => stream.next());
          for (let word = 0; word < length; word++) {
            used++;
            const x = 2 * (start + word) + ((y + colour) & 1);
            for (let replica = 0; replica < 128; replica++) {
              // the tail is rotated by one byte more for each word
              const place = 8 * (((replica >> 3) + used) % 16) + ((replica + 8 - (used >> 4)) % 8);
              let bits = 0;
              tail.forEach((four, i) => {
                bits |= bitOf(four, place) << i;
              });
              for (let i = 0; i < 8; i++) bits |= bitOf(leading[8 * word + i], replica) << (TAIL + i);
              const spins = replicas[replica];
              const site = y * columns + x;
              if (flips(unhappyBonds(spins, rows, columns, y, x), bits, t4, t8)) spins[site] = 1 - spins[site];
            }
          }
        }
      }
    }
  }
}

/** Number of the four neighbours that differ from the spin at (y, x). */
export function unhappyBonds(spins: Uint8Array, rows: number, columns: number, y: number, x: number): number {
  const spin = spins[y * columns + x];
  const neighbours = [
    [(y + 1) % rows, x],
    [(y + rows - 1) % rows, x],
    [y, (x + 1) % columns],
    [y, (x + columns - 1) % columns],
  ];
  return neighbours.filter(([v, u]) => spins[v * columns + u] !== spin).length;
}

/** Word of the kernel's planes [2, rows, columns/2] in which site (y, x) lies. */
export function wordOf(y: number, x: number, rows: number, columns: number): number {
  return ((((x + y) & 1) * rows + y) * columns) / 2 + (x >> 1);
}

/** The kernel's planes, u32 [rows·columns, 4] → 128 replicas. */
export function fromPlanes(planes: Uint32Array, rows: number, columns: number): Uint8Array[] {
  return Array.from({ length: 128 }, (_, replica) => {
    const spins = new Uint8Array(rows * columns);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const word = wordOf(y, x, rows, columns);
        spins[y * columns + x] = bitOf(planes.subarray(4 * word, 4 * word + 4), replica);
      }
    }
    return spins;
  });
}
