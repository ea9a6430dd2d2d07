/**
 * xoshiro128++ of Blackman & Vigna in plain TypeScript, for tests that need random numbers of their own: independent of the kernels,
 * written to be read.
 */

/**
 * A generator of uniform 32-bit integers.
 * @param seed four 32-bit words, not all zero
 * @returns a function that gives the next integer in [0, 2³²)
 * @throws RangeError if a word is not an integer in [0, 2³²), or all are zero
 */
export function xoshiro128(seed: [number, number, number, number]): () => number {
  if (seed.length !== 4 || seed.some((word) => word !== word >>> 0)) throw new RangeError('seed: four 32-bit words');
  if (seed.every((word) => word === 0)) throw new RangeError('seed: not all zero');
  let [a, b, c, d] = seed.map((word) => word | 0);
  return () => {
    const result = (rotate((a + d) | 0, 7) + a) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/**
 * Four well-mixed words from one small integer. Seeds such as [k, 2, 3, 4] are full of zero bits: the first numbers of such streams are
 * small, and alike for neighbouring k.
 */
export function seedWords(seed: number): [number, number, number, number] {
  const words = [1, 2, 3, 4].map((k) => {
    let word = Math.imul(seed + 1, 0x9e3779b9) + Math.imul(k, 0x7f4a7c15);
    for (let round = 0; round < 2; round++) {
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    }
    return (word ^ (word >>> 15)) >>> 0;
  });
  return words as [number, number, number, number];
}

/** A function giving independent standard normal numbers, by Box & Muller from two integers each. */
export function normal(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log((next() + 0.5) / 2 ** 32)) * Math.cos((2 * Math.PI * next()) / 2 ** 32);
}
