/** How slow is the Metropolis algorithm at the critical point? τ_int of |m| against the size, and the exponent z. */

import { criticalCoupling, square } from 'blockspin';
import { study } from 'blockspin/experiments';
import { MultiSpin } from 'blockspin/ising';
import { integratedAutocorrelation, straightLine } from 'blockspin/stats';

export default study({
  name: 'slowing-down',
  title: 'Critical slowing down',
  question: 'How does the autocorrelation time of single-spin updates grow with the size of a critical lattice?',
  parameters: {
    sizes: { kind: 'integers', doc: 'sides of the lattice', default: [32, 64, 96] },
    sweeps: { kind: 'integer', doc: 'sweeps at each size, per τ ≈ L²', default: 200, low: 100 },
    seed: { kind: 'seed', doc: 'any integer or text', default: 1 },
  },
  presets: { quick: { doc: 'three sizes; ten seconds', values: {} } },
  points: ({ sizes }) => sizes.map((size) => ({ key: `L = ${size}`, size })),
  // a change of the list of sizes leaves the results of the others as they are
  reads: () => ['sweeps', 'seed'],
  async run({ size }, { sweeps, seed }, { signal, onProgress }) {
    const spins = new MultiSpin({ lattice: square(size), coupling: criticalCoupling, seed: `${seed}, ${size}` });
    const [every, total] = [Math.ceil(size ** 2 / 20), 20 * sweeps];
    spins.advance(20 * every); // burn-in
    const series = [];
    for (let k = 0; k < total; k++) {
      spins.advance(every);
      series.push(Math.abs(spins.measure().magnetisations[0]));
      if (k % 100 > 0) continue;
      onProgress?.({ stage: `L = ${size}`, done: k, total, unit: 'values', overall: k / total });
      await new Promise((resolve) => setTimeout(resolve)); // lets a signal come
      signal?.throwIfAborted();
    }
    const { tau, tauError } = integratedAutocorrelation(series);
    return { size, tau: tau * every, error: tauError * every };
  },
  summarisesSome: (results) => results.length > 1,
  summarise(_parameters, results) {
    const [x, y] = [results.map(({ size }) => Math.log(size)), results.map(({ tau }) => Math.log(tau))];
    const errors = results.map(({ tau, error }) => error / tau);
    const { slope, slopeError } = straightLine(x, y, errors);
    return {
      numbers: { z: slope, error: slopeError, results },
      answer: `τ grows as L^z with z = ${slope.toFixed(2)} ± ${slopeError.toFixed(2)}; known is 2.17.`,
      facts: [{ label: 'z', value: `${slope.toFixed(2)} ± ${slopeError.toFixed(2)}` }],
      tables: [
        {
          title: 'Autocorrelation times',
          columns: ['L', 'τ in sweeps', 'error'],
          rows: results.map(({ size, tau, error }) => [size, tau.toFixed(0), error.toFixed(0)]),
        },
      ],
    };
  },
  async figures({ numbers: { results } }) {
    const { lineChart } = await import('blockspin/viz');
    const series = ['tau', 'error'].map((name) => results.map((result) => result[name]));
    return [
      await lineChart({
        name: 'slowing-down',
        title: 'Autocorrelation time of |m| at the critical coupling',
        series: [
          { label: 'Metropolis', x: results.map(({ size }) => size), y: series[0], error: series[1], mark: 'circles' },
        ],
        xLabel: 'side L of the lattice',
        yLabel: 'τ in sweeps',
        yScale: 'log',
        caption: 'Each with its standard error.',
      }),
    ];
  },
});
