/** Test statistics whose distribution is known, for tests with fixed seeds and a stated p. */

/** Φ(x), by the series x + x³/3 + x⁵/(3·5) + …; |x| < 8. */
export function normalDistribution(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** χ² with so many degrees of freedom as a score that is N(0, 1) in good approximation (Wilson & Hilferty 1931). */
export function chiSquareScore(chiSquare: number, freedom: number): number {
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** Σ (count - expected)²/expected, as a score. */
export function countsScore(counts: number[], expected: number[]): number {
  const chiSquare = counts.reduce((sum, count, k) => sum + (count - expected[k]) ** 2 / expected[k], 0);
  return chiSquareScore(chiSquare, counts.length - 1);
}

/** √n·sup|F_n - F| of Kolmogorov and Smirnov: above 1.63 with p = 0.01, 1.95 with p = 0.001, 2.23 with p = 0.0001. */
export function kolmogorovSmirnov(sample: ArrayLike<number>, distribution: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((x, k) => {
    const f = distribution(x);
    largest = Math.max(largest, f - k / n, (k + 1) / n - f);
  });
  return Math.sqrt(n) * largest;
}

/** Largest |score| and Σ score² as a χ² score: what to ask of many independent N(0, 1). */
export function scoresOf(scores: ArrayLike<number>): { largest: number; mean: number; spread: number } {
  const all = Array.from(scores);
  const n = all.length;
  return {
    largest: all.reduce((most, score) => Math.max(most, Math.abs(score)), 0),
    mean: all.reduce((sum, score) => sum + score, 0) / Math.sqrt(n),
    spread: chiSquareScore(
      all.reduce((sum, score) => sum + score * score, 0),
      n,
    ),
  };
}
