/** A Wasm binary as the text of a module, and where its memory is declared. */

import { ESCAPES, LETTERS } from '../src/wasm/binaryText.js';

/**
 * The binary in letters of ASCII: its most frequent bytes are one letter each, the others two. So it is hardly longer
 * than the bytes, and what is the same in the bytes is the same in the text: compressed by a server (brotli) it is
 * within 3 % of the compressed bytes, where base64 is 39 % above (docs/decisions/kernels.md).
 * @returns text, and the order of its bytes by frequency, in hexadecimal
 */
export function wasmText(wasm: Uint8Array): { text: string; order: string } {
  const counts = new Uint32Array(256);
  for (const byte of wasm) counts[byte]++;
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const singles = LETTERS.length - ESCAPES;
  const lettersOf = (rank: number): string => {
    if (rank < singles) return LETTERS[rank];
    const beyond = rank - singles;
    return LETTERS[singles + Math.floor(beyond / LETTERS.length)] + LETTERS[beyond % LETTERS.length];
  };
  const letters: string[] = [];
  order.forEach((byte, rank) => {
    letters[byte] = lettersOf(rank);
  });
  const text = Array.from(wasm, (byte) => letters[byte]).join('');
  return { text, order: order.map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Offset of the limits flag of the memory import: setting its bit 1 makes the same binary take a shared memory. */
export function memoryFlagOffset(wasm: Uint8Array): number {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < wasm.length) {
    const section = wasm[at++];
    const end = number() + at;
    if (section === 2) {
      for (let left = number(); left > 0; left--) {
        for (const _ of ['module', 'name']) {
          const length = number();
          at += length;
        }
        const kind = wasm[at++];
        if (kind === 2) return at;
        if (kind === 0) number();
        else throw new Error(`unexpected import of kind ${kind}`);
      }
    }
    at = end;
  }
  throw new Error('no memory import found');
}
