/**
 * Seeds and the keys of random streams. A run has one seed; every stream of random numbers in it has a label, and its
 * key is a hash of (seed, label, index). So no two parts of a run share random numbers, and adding a part changes no
 * other. The numbers themselves come from the kernels (assembly/random.ts).
 */

import { refuse } from './check.js';

/** The seed of a run: a non-negative safe integer, or any non-empty text. The same seed gives the same bits. */
export type Seed = number | string;

/** @throws TypeError or RangeError if not a seed. */
export function checkSeed(name: string, seed: unknown): Seed {
  if (typeof seed === 'string' && seed.length > 0) return seed;
  if (typeof seed !== 'number') refuse(name, 'integer >= 0 or non-empty text', seed, 'type');
  if (!Number.isSafeInteger(seed) || seed < 0) refuse(name, 'integer >= 0 or non-empty text', seed);
  return seed;
}

/**
 * A seed from its text; a text of digits is a number.
 * @throws RangeError for other numbers, and for lists and ranges of numbers, which would otherwise be taken as one text
 */
export function seedOfText(name: string, text: string): Seed {
  if (/^\d+$/.test(text)) return checkSeed(name, Number(text));
  const numbers = text.split(/[,:]/).every((part) => !Number.isNaN(Number(part)));
  if (numbers) refuse(name, 'one seed, an integer >= 0 or text', text);
  return checkSeed(name, text);
}

/** 64-bit FNV-1a of the text's UTF-8 bytes (Fowler, Noll & Vo). */
export function hash64(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

/** Key of the stream `label`, `index` of a seed: input of `seedStreams`. The seeds 1 and "1" differ. */
export function streamKey(seed: Seed, label: string, index = 0): bigint {
  return hash64(JSON.stringify([seed, label, index]));
}

/** 64 bits that tell arrays of bytes apart, as 16 digits: two multiplicative hashes of their 32-bit words. */
export function fingerprint(bytes: Uint8Array): string {
  const padded = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  padded.set(bytes);
  let a = bytes.length;
  let b = 0x9e3779b9;
  for (const word of new Uint32Array(padded.buffer)) {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(((b << 5) | (b >>> 27)) ^ word, 0x9e3779b1);
    a ^= a >>> 15;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
