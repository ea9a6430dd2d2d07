/** Every spin, 0 or 1, becomes a block of b × b equal ones: what assembly/rg/refine.ts does to rows of bits. */
export function refineSpins(spins: ArrayLike<number>, rows: number, columns: number, b: number): Uint8Array {
  return Uint8Array.from({ length: rows * columns * b * b }, (_, k) => {
    const [y, x] = [Math.floor(k / (columns * b)), k % (columns * b)];
    return spins[Math.floor(y / b) * columns + Math.floor(x / b)];
  });
}
