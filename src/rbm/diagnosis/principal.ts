/** The first principal component of rows, and the two sides of it as a coarse classification of modes. */

/** A plane through the mean of rows. */
export interface Division {
  /** [width]. */
  mean: Float64Array;
  /** The first principal component, [width], of length 1. */
  direction: Float64Array;
}

const MAX_STEPS = 60;
/** Change of the direction at which the iteration ends: the sides do not depend on further digits. */
const CLOSE = 1e-5;

/**
 * The first principal component of rows, by power iteration from the row with the largest distance from the mean,
 * without random numbers.
 * @param values row-major [rows, width]
 * @param weights of the rows
 * @returns undefined if all rows are equal
 */
export function principalDivision(values: Float32Array, weights: Float64Array): Division | undefined {
  const rows = weights.length;
  const width = values.length / rows;
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float64Array(width);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < width; i++) mean[i] += (weights[r] * values[r * width + i]) / whole;
  }
  const centred = Float64Array.from(values, (x, k) => x - mean[k % width]);
  let direction = normalised(farthest(centred, width));
  if (!direction) return undefined;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = new Float64Array(width);
    for (let r = 0; r < rows; r++) {
      let along = 0;
      for (let i = 0; i < width; i++) along += direction[i] * centred[r * width + i];
      along *= weights[r];
      for (let i = 0; i < width; i++) next[i] += along * centred[r * width + i];
    }
    const turned = normalised(next);
    if (!turned) break;
    const moved = turned.reduce((most, x, i) => Math.max(most, Math.abs(x - direction![i])), 0);
    direction = turned;
    if (moved < CLOSE) break;
  }
  return { mean, direction };
}

/** For each row whether it is on the upper side, along the direction. */
export function upperSide({ mean, direction }: Division, values: Float32Array): boolean[] {
  const width = mean.length;
  return Array.from({ length: values.length / width }, (_, r) => {
    let along = 0;
    for (let i = 0; i < width; i++) along += direction[i] * (values[r * width + i] - mean[i]);
    return along > 0;
  });
}

/** The row of the largest norm. */
function farthest(centred: Float64Array, width: number): Float64Array {
  let most = -1;
  let place = 0;
  for (let first = 0; first < centred.length; first += width) {
    let square = 0;
    for (let i = 0; i < width; i++) square += centred[first + i] ** 2;
    if (square > most) [most, place] = [square, first];
  }
  return centred.subarray(place, place + width);
}

/** Undefined for a vector that is zero up to rounding. */
function normalised(vector: Float64Array): Float64Array | undefined {
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return norm > 1e-12 ? vector.map((x) => x / norm) : undefined;
}
