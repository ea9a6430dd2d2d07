/** What the tests of every file format share: seeded damage, and the two promises that a decoder keeps for any bytes whatever. */

import * as assert from 'uvu/assert';
import { FormatError } from '../../src/util/errors.js';

/** Integers in [0, below), the same for the same seed (Marsaglia's xorshift, 32 bits). */
export function seeded(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** `count` copies with one flipped bit, one replaced byte, one replaced run of 4 bytes, cut at the end, or longer: each in turn. */
export function* damaged(bytes: Uint8Array, count: number, seed: number): Generator<Uint8Array> {
  const below = seeded(seed);
  for (let k = 0; k < count; k++) {
    const copy = Uint8Array.from(bytes);
    const at = below(bytes.length);
    if (k % 5 === 0) copy[at] ^= 1 << below(8);
    else if (k % 5 === 1) copy[at] = below(256);
    else if (k % 5 === 2) copy.fill(below(2) * 0xff, at, at + 4);
    if (k % 5 === 3) yield copy.slice(0, at);
    else if (k % 5 === 4) yield Uint8Array.from([...copy, ...copy.slice(0, 1 + below(16))]);
    else yield copy;
  }
}

/**
 * Runs a decoder on damaged bytes: it must return, or throw FormatError with an offset inside the bytes (or at their end), and ask for
 * no more than `mostBytes` in one piece on the way.
 * @returns the error, or undefined if the bytes were decoded
 */
export function decodeOrRefuse(decode: () => unknown, length: number, mostBytes: number): FormatError | undefined {
  let refusal: unknown;
  const largest = largestAllocation(() => {
    try {
      decode();
    } catch (error) {
      refusal = error;
    }
  });
  assert.ok(largest <= mostBytes, `asked for ${largest} bytes, from a file of ${length}`);
  if (refusal === undefined) return undefined;
  if (!(refusal instanceof FormatError)) throw refusal;
  const inside = Number.isInteger(refusal.offset) && refusal.offset >= 0 && refusal.offset <= length;
  assert.ok(inside, `offset ${refusal.offset} is not in a file of ${length} bytes: ${refusal.message}`);
  return refusal;
}

/** The most bytes asked for by one `new Uint8Array(length)` during `work`; the folder's code allocates in no other way by a file's claim. */
export function largestAllocation(work: () => void): number {
  const plain = globalThis.Uint8Array;
  let largest = 0;
  globalThis.Uint8Array = new Proxy(plain, {
    construct(target, args, newTarget) {
      if (typeof args[0] === 'number') largest = Math.max(largest, args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    work();
  } finally {
    globalThis.Uint8Array = plain;
  }
  return largest;
}

/** Asserts a FormatError whose message has these words, and returns it. */
export function refused(decode: () => unknown, words: RegExp): FormatError {
  try {
    decode();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    assert.match(error.message, words);
    return error;
  }
  assert.unreachable(`expected a FormatError with ${words}`);
  throw new Error();
}

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** The bits of an array, in which NaN equals itself and -0 is not 0. */
export function bitsOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
