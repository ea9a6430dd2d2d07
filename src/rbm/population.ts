/** A population of weighted chains in a machine (assembly/rbm/population.ts): what a run carries from epoch to epoch, and what an epoch tells of it. */

import type { Machine } from '../wasm/machine.js';
import { POPULATION_FIELDS, type PopulationRegion, PROPOSALS_FIELDS, STEP_FIELDS } from './layout.js';
import type { EpochRecord, Parameters } from './trainingState.js';

type PopulationMachine = Machine<PopulationRegion>;

const at = (name: (typeof POPULATION_FIELDS)[number]) => POPULATION_FIELDS.indexOf(name);

/** The whole step of an epoch, which the kernel slows down where need be; counts and sums begin anew. */
export function beginPopulation(machine: Machine<PopulationRegion | 'step'>): void {
  const [step, population] = [machine.f32('step'), machine.f32('population')];
  population[at('momentum')] = step[STEP_FIELDS.indexOf('momentum')];
  population[at('lambda')] = step[STEP_FIELDS.indexOf('lambda')];
  population.fill(0, at('turns'));
}

export function loadPopulation(
  machine: PopulationMachine,
  { chainLogWeights, chainFreeEnergies, pace }: Parameters,
): void {
  machine.f64('logWeights').set(chainLogWeights as Float64Array);
  // -F of each chain stands in the first panel, as one sum
  machine
    .f64('before')
    .fill(0)
    .set((chainFreeEnergies as Float64Array).map((free) => -free));
  machine.f32('population')[at('pace')] = (pace as Float32Array)[0];
}

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
    pace: machine.f32('population').slice(at('pace'), at('turns')),
  };
}

/** Means over the steps of the epoch. */
export function populationFigures(machine: PopulationMachine): Pick<EpochRecord, 'effectiveShare' | 'pace'> {
  const sums = machine.f32('population');
  const turns = machine.u32('population')[at('turns')];
  return { effectiveShare: sums[at('effective')] / turns, pace: sums[at('paces')] / turns };
}

/** Counts of proposed moves (assembly/rbm/proposals.ts) begin anew. */
export function beginProposals(machine: Machine<'proposals'>): void {
  machine.u32('proposals').fill(0, PROPOSALS_FIELDS.indexOf('first'));
}

export function proposalFigures(machine: Machine<'proposals'>): Pick<EpochRecord, 'moveRate'> {
  const [tried, taken] = machine.u32('proposals').slice(PROPOSALS_FIELDS.indexOf('tried'));
  return { moveRate: taken / tried };
}
