/**
 * Error bars over 200 seeds: energy, specific heat, |m| and U4 of 8 × 8, of a 16 × 8 rectangle and of 16 × 16 lie around the exact values as their errors say, with the
 * coverage that 68 % and 95 % promise. Of 16 × 16 nobody knows |m| and U4 exactly: there the middle is what 40,000 updates of another algorithm give by
 * improved estimators. Each p > 1e-3, 12 quantities: by chance alone one in 20 such files would fail, for other seeds.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { improvedMeasurements } from '../../src/ising/measure/improved.js';
import { measure } from '../../src/ising/measure/measure.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Clusters } from '../../src/ising/samplers/clusters.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { cases } from '../matrix.js';
import { normalTail, standardNormal } from './statistics.js';
import { binderCumulant, magnetisationDistribution, meanAbsoluteMagnetisation } from './torus.js';

const test = suite('physics/certificate');

const SEEDS = 200;
const coupling = criticalCoupling;

/** A value with the error of knowing it, 0 for exact ones. */
interface Known {
  value: number;
  error: number;
}

type Names = 'energy' | 'specificHeat' | 'absoluteMagnetisation' | 'binderCumulant';

function known(rows: number, columns: number): Record<Names, Known> {
  const { energy, specificHeat } = kaufman(rows, columns, coupling);
  const exact = (value: number) => ({ value, error: 0 });
  const thermal = { energy: exact(energy), specificHeat: exact(specificHeat) };
  if (columns <= 8) {
    const { probabilities } = magnetisationDistribution(rows, columns, coupling);
    return {
      ...thermal,
      absoluteMagnetisation: exact(meanAbsoluteMagnetisation(probabilities)),
      binderCumulant: exact(binderCumulant(probabilities)),
    };
  }
  const hamiltonian = isingHamiltonian({ lattice: square(rows, columns), coupling });
  const clusters = new Clusters({ hamiltonian, method: 'swendsenWang', seed: 'middle' });
  const { binderCumulant: U4 } = improvedMeasurements(clusters.improved(40_000));
  const { absoluteMagnetisation } = clusters.sample(10_000).provenance.sampling!;
  return {
    ...thermal,
    absoluteMagnetisation: { value: absoluteMagnetisation!.mean, error: absoluteMagnetisation!.error },
    binderCumulant: { value: U4!.corrected, error: U4!.error },
  };
}

/** P(so many of n or a number further from the expected one), by the normal approximation. */
function coverageTail(inside: number, share: number): number {
  return normalTail((inside - SEEDS * share) / Math.sqrt(SEEDS * share * (1 - share)));
}

for (const [rows, columns] of cases(
  [[8, 8]],
  [
    [16, 8],
    [16, 16],
  ],
)) {
  test(`${rows} × ${columns} at K_c: z of ${SEEDS} seeds are N(0, 1), and 68 % and 95 % bars cover as many`, () => {
    const middle = known(rows, columns);
    const found: Record<Names, { value: number; error: number }[]> = {
      energy: [],
      specificHeat: [],
      absoluteMagnetisation: [],
      binderCumulant: [],
    };
    for (let seed = 0; seed < SEEDS; seed++) {
      const data = new Ising({ lattice: square(rows, columns), coupling, seed: `certificate ${seed}` }).sample(800);
      const { energy, absoluteMagnetisation, specificHeat, binderCumulant: U4 } = measure(data, { coupling });
      found.energy.push({ value: energy.mean, error: energy.error! });
      found.absoluteMagnetisation.push({ value: absoluteMagnetisation.mean, error: absoluteMagnetisation.error! });
      found.specificHeat.push({ value: specificHeat!.corrected, error: specificHeat!.error });
      found.binderCumulant.push({ value: U4!.corrected, error: U4!.error });
    }
    for (const [name, estimates] of Object.entries(found)) {
      const { value, error } = middle[name as Names];
      const z = estimates.map((estimate) => (estimate.value - value) / estimate.error);
      const { mean, variance, pVariance } = standardNormal(z);
      const scale = estimates.reduce((sum, estimate) => sum + estimate.error, 0) / SEEDS;
      const pMean = normalTail(mean / Math.sqrt(1 / SEEDS + (error / scale) ** 2));
      const what = `${name} of ${rows} × ${columns}: mean ${mean}, variance ${variance}`;
      assert.ok(pMean > 1e-3 && pVariance > 1e-3, what);
      const within = (bound: number) => z.filter((x) => Math.abs(x) < bound).length;
      for (const [bound, share] of [
        [1, 0.6827],
        [1.96, 0.95],
      ]) {
        assert.ok(coverageTail(within(bound), share) > 1e-3, `${what}, ${within(bound)} within ${bound}`);
      }
    }
  });
}

test.run();
