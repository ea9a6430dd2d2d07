/** Small periodic square lattices by adding up all states: what samplers must reproduce. */

/** Σ over bonds of s s' of every state of a rows × columns torus, counted: bond sum → number of states, for M = Σ s of any value. */
export function densityOfStates(rows: number, columns: number): Map<number, number> {
  const sites = rows * columns;
  const counts = new Map<number, number>();
  for (let state = 0; state < 2 ** sites; state++) {
    let sum = 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const spin = (state >>> (y * columns + x)) & 1;
        const right = (state >>> (y * columns + ((x + 1) % columns))) & 1;
        const down = (state >>> (((y + 1) % rows) * columns + x)) & 1;
        sum += (spin === right ? 1 : -1) + (spin === down ? 1 : -1);
      }
    }
    counts.set(sum, (counts.get(sum) ?? 0) + 1);
  }
  return counts;
}

/** Probability of each bond sum at coupling K: counts·e^{K·sum}/Z. */
export function bondSumDistribution(counts: Map<number, number>, coupling: number): Map<number, number> {
  const weights = [...counts].map(([sum, count]): [number, number] => [sum, count * Math.exp(coupling * sum)]);
  const z = weights.reduce((total, [, weight]) => total + weight, 0);
  return new Map(weights.map(([sum, weight]) => [sum, weight / z]));
}

/** Mean and variance of a distribution. */
export function moments(distribution: Map<number, number>): { mean: number; variance: number } {
  let mean = 0;
  let square = 0;
  for (const [value, p] of distribution) {
    mean += p * value;
    square += p * value * value;
  }
  return { mean, variance: square - mean * mean };
}

/** The 4 × 4 torus: bond sum → number of states. */
export const FOUR_BY_FOUR = new Map([
  [32, 2],
  [24, 32],
  [20, 64],
  [16, 424],
  [12, 1728],
  [8, 6688],
  [4, 13568],
  [0, 20524],
  [-4, 13568],
  [-8, 6688],
  [-12, 1728],
  [-16, 424],
  [-20, 64],
  [-24, 32],
  [-32, 2],
]);

/** ½ ln(1 + √2). */
export const CRITICAL_COUPLING = 0.44068679350977147;
