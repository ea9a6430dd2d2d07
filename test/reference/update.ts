/** A step of gradient descent with momentum and an L1 penalty (assembly/rbm/update.ts), in f32, one number at a time. */

const { fround } = Math;

/** sign(x)·max(|x| - λ, 0): the proximal step of λ|x|. */
export function shrink(x: number, lambda: number): number {
  const size = Math.max(fround(Math.abs(x) - lambda), 0);
  return x < 0 || Object.is(x, -0) ? -size : size;
}

/** velocity ← momentum·velocity + rate·gradient; weights ← shrink(weights + velocity, λ); in place. */
export function updateWeights(
  gradient: Float32Array,
  velocity: Float32Array,
  weights: Float32Array,
  rate: number,
  momentum: number,
  lambda: number,
): void {
  gradient.forEach((g, k) => {
    velocity[k] = fround(momentum * velocity[k]) + fround(rate * g);
    weights[k] = shrink(fround(weights[k] + velocity[k]), lambda);
  });
}

/** velocity ← momentum·velocity + rate·(plus - minus), bias ← bias + velocity; in place. */
export function updateBias(
  plus: Float32Array,
  minus: Float32Array,
  velocity: Float32Array,
  bias: Float32Array,
  rate: number,
  momentum: number,
): void {
  bias.forEach((b, k) => {
    const gradient = fround(plus[k] - minus[k]);
    velocity[k] = fround(momentum * velocity[k]) + fround(rate * gradient);
    bias[k] = b + velocity[k];
  });
}

/** Σ over the rows of a matrix [rows, columns], from the first to the last. */
export function sumRows(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const sums = new Float32Array(columns);
  for (let r = 0; r < rows; r++) for (let j = 0; j < columns; j++) sums[j] += matrix[r * columns + j];
  return sums;
}
