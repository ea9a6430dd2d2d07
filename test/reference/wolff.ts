/** Wolff's cluster update (Phys. Rev. Lett. 62, 361, 1989) as assembly/ising/wolff.ts does it, and what is measured of spins. */

import { exp } from './math.js';
import { below, type Four, type Stream } from './streams.js';

/** The kernel draws this many fours of random numbers at a time, and forgets what is left of them when a call ends. */
const DRAW = 256;

/** 1 - e^{-2K}, the probability of a bond between equal spins, as a 32-bit threshold. */
export function bondThreshold(coupling: number): number {
  return Math.floor(Math.min(2 ** 32 - 1, (1 - exp(-2 * coupling)) * 2 ** 32));
}

/**
 * `clusters` updates of spins 0 and 1 (changed in place). One four of random numbers a cluster: its first number picks the seed. One four a flipped site:
 * number k decides about neighbour k.
 * @param neighbours [sites, 4]
 * @returns number of sites flipped
 */
export function wolff(
  spins: Uint8Array,
  neighbours: Uint32Array,
  coupling: number,
  stream: Stream,
  clusters: number,
): number {
  const threshold = bondThreshold(coupling);
  let drawn: Four[] = [];
  const next = () => {
    if (drawn.length === 0) drawn = Array.from({ length: DRAW }, () => stream.next());
    return drawn.shift()!;
  };
  let flipped = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const seed = below(spins.length, next()[0]);
    const old = spins[seed];
    spins[seed] = 1 - old;
    // a site is flipped when it joins the cluster, so it cannot join twice
    const members = [seed];
    for (let visited = 0; visited < members.length; visited++) {
      const numbers = next();
      for (let k = 0; k < 4; k++) {
        const site = neighbours[4 * members[visited] + k];
        if (spins[site] === old && numbers[k] < threshold) {
          spins[site] = 1 - old;
          members.push(site);
        }
      }
    }
    flipped += members.length;
  }
  return flipped;
}

/** Σ s s' over bonds (neighbours 0 and 1 of every site), spins as ±1. */
export function bondSum(spins: Uint8Array, neighbours: Uint32Array): number {
  let sum = 0;
  spins.forEach((spin, site) => {
    for (let k = 0; k < 2; k++) sum += sign(spin) * sign(spins[neighbours[4 * site + k]]);
  });
  return sum;
}

/** Σ s, spins as ±1. */
export function spinSum(spins: Uint8Array): number {
  return spins.reduce((sum, spin) => sum + sign(spin), 0);
}

const sign = (spin: number) => (spin ? 1 : -1);

/** Spin i becomes bit i mod 8 of byte ⌊i/8⌋. */
export function packSpins(spins: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(spins.length / 8));
  spins.forEach((spin, i) => {
    bytes[i >> 3] |= spin << (i & 7);
  });
  return bytes;
}
