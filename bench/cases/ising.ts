/** Independent samples of one lattice. */

import { Ising, kaufman, type SamplingMethod, square } from '../../src/index.js';
import type { Case } from '../harness.js';

/** Mean and standard error of independent numbers. */
function estimate(values: number[]): [mean: number, error: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return [mean, Math.sqrt(variance / values.length)];
}

/** @throws Error unless the mean of independent numbers is the exact energy within five standard errors; says how well it is */
export function agree(what: string, values: number[], exact: number): string {
  const [mean, error] = estimate(values);
  if (!(Math.abs(mean - exact) < 5 * error)) throw new Error(`${what}: energy ${mean} ± ${error}, exact ${exact}`);
  return `energy within 5 standard errors of Kaufman's (${((mean - exact) / error).toFixed(1)})`;
}

/** Independent samples, burn-in and pilot run included: 128 replicas against one Wolff chain, both five τ from sample to sample of a chain. */
export function samplesCase(side: number, coupling: number, count: number): Case {
  let seed = 1;
  const sample = (method: SamplingMethod, rows: number) =>
    new Ising({ lattice: square(side), coupling, seed: seed++, method }).sample(rows).provenance.sampling!;
  return {
    name: `samples, ${side}×${side}, K = ${coupling.toPrecision(4)}`,
    unit: 'samples',
    work: count,
    contenders: [
      { name: '128 replicas, Wasm', run: () => void sample('replicas', count) },
      { name: 'Wolff, Wasm', run: () => void sample('wolff', count) },
    ],
    check: () => {
      const exact = kaufman(side, side, coupling).energy;
      const scores = (['wolff', 'replicas'] as const).map((method) => {
        const { energy, effectiveSamples } = sample(method, count);
        const score = (energy!.mean - exact) / energy!.error;
        if (!(Math.abs(score) < 5))
          throw new Error(`${method}: energy ${energy!.mean} ± ${energy!.error}, exact ${exact}`);
        if (!(effectiveSamples! > 0.85 * count)) throw new Error(`${method}: ${effectiveSamples} effective samples`);
        return score.toFixed(1);
      });
      return `energies within 5 standard errors of Kaufman's (${scores.join(', ')}), at least 85% effective samples`;
    },
  };
}
