/**
 * Pieces of arrays as vectors. Sums have a fixed order, in four strands since an addition waits for the one before it.
 */

/** Σ xₘ yₘ of n entries from the two places on. */
export function dot(x: Float64Array, atX: number, y: Float64Array, atY: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let m = 0;
  for (; m + 3 < n; m += 4) {
    s0 += x[atX + m] * y[atY + m];
    s1 += x[atX + m + 1] * y[atY + m + 1];
    s2 += x[atX + m + 2] * y[atY + m + 2];
    s3 += x[atX + m + 3] * y[atY + m + 3];
  }
  for (; m < n; m++) s0 += x[atX + m] * y[atY + m];
  return s0 + s1 + (s2 + s3);
}

/** x += factor·y. */
export function addScaled(x: Float64Array, atX: number, factor: number, y: Float64Array, atY: number, n: number): void {
  for (let m = 0; m < n; m++) x[atX + m] += factor * y[atY + m];
}

/** (x, y) ← (c x - s y, s x + c y), for any angle. */
export function rotate(
  x: Float64Array,
  atX: number,
  y: Float64Array,
  atY: number,
  n: number,
  c: number,
  s: number,
): void {
  for (let m = 0; m < n; m++) {
    const p = x[atX + m];
    const q = y[atY + m];
    x[atX + m] = c * p - s * q;
    y[atY + m] = s * p + c * q;
  }
}

/**
 * The same for angles up to 45 degrees, given s and t = s / (1 + c): the changes are computed, which for small angles are
 * small, so that after thousands of rotations lengths are still right to rounding (Rutishauser 1966).
 */
export function rotateLittle(
  x: Float64Array,
  atX: number,
  y: Float64Array,
  atY: number,
  n: number,
  s: number,
  t: number,
): void {
  for (let m = 0; m < n; m++) {
    const p = x[atX + m];
    const q = y[atY + m];
    x[atX + m] = p - s * (q + t * p);
    y[atY + m] = q + s * (p - t * q);
  }
}
