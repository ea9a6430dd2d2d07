/** Doubts about a trained RBM, each in one or two sentences: the observation and a remedy. */

import { type Estimate, formatEstimate } from '../../util/estimate.js';
import type { ResidueDrift } from './course.js';

/** The remedy for chains that do not follow the model. @param population whether they had weights, as by default */
export function remedy(population: boolean): string {
  const chains = 'more chains or a smaller learningRate';
  return population
    ? `train longer, with ${chains}; algorithm 'tempering' takes longer and mixes better`
    : `use algorithm 'population' or 'tempering', with ${chains}`;
}

const LONGER = 'train longer (more epochs), or with a larger learningRate';

/** The weights are close to the initial ones. */
export function hardlyMoved(largest: number, initialDeviation: number): string {
  return (
    `The weights have hardly moved: the largest is ${short(largest)}, as in a random start of deviation ` +
    `${short(initialDeviation)}. Unless the units of the rows are independent, ${LONGER}.`
  );
}

/** The model has not learned the correlations of the units. */
export function learnedLittle(gain: Estimate<number>, tree: number): string {
  return (
    `The model has learned next to nothing of the correlations of the units: its log-likelihood is ${formatEstimate(gain)} ` +
    `nats per row more than that of independent units, and a tree of pairs would be ${fixed(tree)} more. ` +
    `${capital(LONGER)}.`
  );
}

/** The model is worse than independent units. */
export function belowIndependent(logLikelihood: number, independent: number, mix: string): string {
  return (
    `The log-likelihood, ${fixed(logLikelihood)} nats per row, is below that of independent units, ` +
    `${fixed(independent)}: the model describes the rows worse than their means do. ${capital(mix)}.`
  );
}

/** The model has lost the rows on one side of the first principal component. */
export function modeLost(
  share: number,
  lost: { logLikelihood: number; independent: number },
  kept: { logLikelihood: number },
  mix: string,
): string {
  return (
    `The model has lost a mode: to ${percent(share)} of the rows, on one side of their first principal component, it ` +
    `gives ${fixed(lost.logLikelihood)} nats per row, below the ${fixed(lost.independent)} of independent units, and to ` +
    `the others ${fixed(kept.logLikelihood)}. ${capital(mix)}.`
  );
}

/** The shares of samples of the model on the sides of the first principal component differ from those of the rows. */
export function sharesDiffer(data: number, model: Estimate<number>, mix: string): string {
  return (
    'The modes of the model have other weights than those of the data: on one side of their first principal component ' +
    `lie ${percent(data)} of the rows, and ${percent(model.value)} ± ${percent(model.error)} of annealed samples. ` +
    `${capital(mix)}.`
  );
}

/** The persistent chains are not samples of the model. */
export function chainsParted(
  quantity: string,
  chains: Estimate<number>,
  samples: Estimate<number>,
  z: number,
  mix: string,
): string {
  return (
    `The persistent chains do not follow the model: their ${quantity} is ${formatEstimate(chains)}, that of annealed ` +
    `samples ${formatEstimate(samples)} (${Math.abs(z).toFixed(1)} standard errors), so the last gradients were those of ` +
    `another model. ${capital(mix)}.`
  );
}

/** Two estimates of log Z by annealing differ. */
export function annealingDisagrees(apart: number, mix: string): string {
  return (
    `Two estimates of log Z, by annealing up and by annealing down or the exact sum, are ${apart.toFixed(1)} standard ` +
    'errors apart: chains do not mix in this model, and may not have mixed while it was trained. ' +
    `${capital(mix)}, and check it by logPartition with more temperatures.`
  );
}

/** The biases drift in one direction. */
export function biasesDriven(
  { mean, error, epochs }: Pick<ResidueDrift, 'mean' | 'error' | 'epochs'>,
  mix: string,
): string {
  const size = formatEstimate({ value: Math.abs(mean), error });
  return (
    `The biases drifted in one direction: over the last ${epochs} epochs the units of the chains were on average ${size} ` +
    `${mean > 0 ? 'above' : 'below'} those of the data, in every eighth of these epochs. Either the training has not ` +
    `converged and needs more epochs, or the chains stay in their modes: then ${mix}.`
  );
}

/** The model is not normalisable, with real units in both layers, and the first epoch with such weights. */
export function noDistribution(epoch?: number): string {
  return (
    'log Z is not finite: with such large weights the energy of real units is unbounded below, and there is no ' +
    `distribution${epoch === undefined ? '' : ` from epoch ${epoch} on`}, even if the chains do not show it. ` +
    'Use two-valued hidden units, or a smaller learningRate.'
  );
}

const short = (value: number) => String(Number(value.toPrecision(3)));
const fixed = (value: number) => value.toFixed(2);
const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
const capital = (text: string) => text[0].toUpperCase() + text.slice(1);
