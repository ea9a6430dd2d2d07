/**
 * A population of weighted chains in a machine (assembly/rbm/population.ts): its state between epochs, and its figures
 * of an epoch.
 */

import { fieldOf, setFields } from '../../wasm/block.js';
import { POPULATION, PROPOSALS } from '../../wasm/kernels.js';
import type { LearningMachine } from '../../wasm/learning.js';
import type { PopulationRegion } from './memory/layout.js';
import type { EpochRecord, Parameters } from './state.js';

type PopulationMachine = LearningMachine<PopulationRegion>;

/** Writes the full step of an epoch, which the kernel reduces if necessary; resets counts and sums. */
export function beginPopulation(machine: PopulationMachine, momentum: number, lambda: number): void {
  setFields(machine, 'population', POPULATION, {
    momentum,
    lambda,
    turns: 0,
    resampled: 0,
    effective: 0,
    paces: 0,
  });
}

/** Copies the weights of the chains into the machine. */
export function loadPopulation(
  machine: PopulationMachine,
  { chainLogWeights, chainFreeEnergies, pace }: Parameters,
): void {
  machine.f64('logWeights').set(chainLogWeights as Float64Array);
  // -F of each chain is stored in the first panel, as one sum
  machine
    .f64('before')
    .fill(0)
    .set((chainFreeEnergies as Float64Array).map((free) => -free));
  setFields(machine, 'population', POPULATION, { pace: (pace as Float32Array)[0] });
}

/** The weights of the chains, in fresh arrays. */
export function readPopulation(
  machine: PopulationMachine,
  chains: number,
): Pick<Parameters, 'chainLogWeights' | 'chainFreeEnergies' | 'pace'> {
  const [before, apart] = [machine.f64('before'), Math.ceil(chains / 4) * 4];
  return {
    chainLogWeights: machine.f64('logWeights').slice(0, chains),
    chainFreeEnergies: Float64Array.from({ length: chains }, (_, m) => {
      let sum = 0;
      for (let k = m; k < before.length; k += apart) sum += before[k];
      return -sum;
    }),
    pace: Float32Array.of(fieldOf(machine, 'population', POPULATION, 'pace')),
  };
}

/** Means over the steps of the epoch. */
export function populationFigures(machine: PopulationMachine): Pick<EpochRecord, 'effectiveShare' | 'pace'> {
  const [effective, pace, turns] = (['effective', 'paces', 'turns'] as const).map((field) =>
    fieldOf(machine, 'population', POPULATION, field),
  );
  return { effectiveShare: effective / turns, pace: pace / turns };
}

/** Resets the counts of proposed moves (assembly/rbm/proposals.ts). */
export function beginProposals(machine: LearningMachine<'proposals'>): void {
  setFields(machine, 'proposals', PROPOSALS, { first: 0, tried: 0, taken: 0 });
}

/** The acceptance of the proposed moves of the epoch. */
export function proposalFigures(machine: LearningMachine<'proposals'>): Pick<EpochRecord, 'moveRate'> {
  return {
    moveRate: fieldOf(machine, 'proposals', PROPOSALS, 'taken') / fieldOf(machine, 'proposals', PROPOSALS, 'tried'),
  };
}
