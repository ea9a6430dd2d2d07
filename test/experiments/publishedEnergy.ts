/** RBMs of many seeds beside the published energy of the 4×4 torus. */

import * as assert from 'uvu/assert';
import { PUBLISHED } from '../../src/experiments/rbm-thermodynamics/summary.js';
import { type RbmPointOptions, rbmPoint } from '../../src/rg/thermodynamics/rbmPoint.js';
import { exactEnergy } from './torusEnergy.js';

export const pointAt = (given: Partial<RbmPointOptions>): RbmPointOptions => ({
  size: 4,
  temperature: PUBLISHED.temperature,
  hidden: 16,
  target: 'configurations',
  samples: 100_000,
  iterations: 100,
  restarts: 2,
  epochs: 1,
  seed: '1',
  ...given,
});

const exact = exactEnergy(PUBLISHED.temperature);

/** |E - exact|, and that of the paper. */
export const distance = (energy: number) => Math.abs(energy - exact);
export const allowed = (hidden: number) => distance(PUBLISHED.energies.get(hidden) as number);

/**
 * Asserts that the mean energy over seeds, and that of most of them, is at least as close to the exact one as the
 * paper's. Each seed has configurations of its own.
 */
export async function closeOnTheWhole(given: Partial<RbmPointOptions>, runs: number, kl: number): Promise<void> {
  const energies: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { model, divergence } = await rbmPoint(pointAt({ ...given, seed: `${run}` }), { threads: 1 });
    energies.push(model.energy.value);
    assert.ok(divergence.value > 0 && divergence.value < kl, `KL ${divergence.value}`);
  }
  const limit = allowed(given.hidden as number);
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / runs;
  const close = energies.filter((energy) => distance(energy) <= limit).length;
  const told = `off by ${energies.map((energy) => distance(energy).toFixed(4))}, the paper by ${limit.toFixed(4)}`;
  assert.ok(distance(mean) <= limit, `mean ${mean}; ${told}`);
  assert.ok(close > runs / 2, `${close} of ${runs}; ${told}`);
}
