/** Ten digits of 3×5 points, at all nine places of a frame of 5×7: 90 rows of 35 bits. */

export const DIGIT_SHAPE: [number, number] = [7, 5];

/** Lines of 0 … 9. */
export const DIGITS = [
  '111101101101111',
  '010110010010111',
  '111001111100111',
  '111001111001111',
  '101101111001001',
  '111100111001111',
  '111100111101111',
  '111001010010010',
  '111101111101111',
  '111101111001111',
] as const;

/** Moves of a digit down and to the right, the centre first. */
export const PLACES = [11, 0, 1, 2, 10, 12, 20, 21, 22] as const;

/** Bits of all rows, one after another. */
export function digitBits(): number[] {
  return PLACES.flatMap((place) =>
    DIGITS.flatMap((digit) =>
      Array.from({ length: 35 }, (_, i) => {
        const [y, x] = [Math.floor(i / 5) - Math.floor(place / 10), (i % 5) - (place % 10)];
        return y >= 0 && y < 5 && x >= 0 && x < 3 ? Number(digit[3 * y + x]) : 0;
      }),
    ),
  );
}
