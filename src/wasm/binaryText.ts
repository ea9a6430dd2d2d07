/** A Wasm binary as text: scripts/wasmText.ts writes it, and says why so. */

/** Letters of the text: those that no string of JavaScript escapes. */
export const LETTERS = Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k))
  .filter((letter) => !'\\\'"`$'.includes(letter))
  .join('');

/** The last letters are no byte, but the first of two. */
export const ESCAPES = 2;

/** A binary that is inlined. */
export interface Binary {
  /** Its bytes by frequency, in hexadecimal: the most frequent ones are one letter each. */
  readonly order: string;
  readonly text: string;
  /** Offset of the limits flag of its memory import. */
  readonly memoryFlagOffset: number;
}

/** The bytes. */
export function bytesOf({ order, text }: Binary): Uint8Array<ArrayBuffer> {
  const byteOf = Uint8Array.from(order.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const rankOf = new Map(Array.from(LETTERS, (letter, rank) => [letter.charCodeAt(0), rank]));
  const singles = LETTERS.length - ESCAPES;
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const first = rankOf.get(text.charCodeAt(at))!;
    const rank =
      first < singles ? first : singles + (first - singles) * LETTERS.length + rankOf.get(text.charCodeAt(++at))!;
    bytes[count++] = byteOf[rank];
  }
  return bytes.slice(0, count);
}
