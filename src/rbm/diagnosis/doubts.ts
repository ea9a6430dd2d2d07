/** What may be wrong with a trained RBM, each in one or two sentences: what was seen, and what helps. */

import { type Estimate, formatEstimate } from '../../util/estimate.js';
import type { ResidueDrift } from './course.js';

/** What helps chains that do not follow the model. @param population whether they had weights already, as by default */
export function remedy(population: boolean): string {
  const chains = 'more chains or a smaller learningRate';
  return population
    ? `train longer, with ${chains}; algorithm 'tempering' takes longer and mixes better`
    : `use algorithm 'population' or 'tempering', with ${chains}`;
}

const LONGER = 'train longer (more epochs), or with a larger learningRate';

/** Weights that are where they began. */
export function hardlyMoved(largest: number, initialDeviation: number): string {
  return (
    `The weights have hardly moved: the largest is ${short(largest)}, as in a random start of deviation ` +
    `${short(initialDeviation)}. Unless the units of the rows are independent, ${LONGER}.`
  );
}

/** A machine that knows nothing of two units together, though the rows do. */
export function learnedLittle(gain: Estimate<number>, tree: number): string {
  return (
    `The model has learned next to nothing of how the units hang together: its log-likelihood is ${formatEstimate(gain)} ` +
    `nats a row more than that of independent units, and a tree of pairs would be ${fixed(tree)} more. ` +
    `${capital(LONGER)}.`
  );
}

/** A machine that is worse than none. */
export function belowIndependent(logLikelihood: number, independent: number, mix: string): string {
  return (
    `The log-likelihood, ${fixed(logLikelihood)} nats a row, lies below that of independent units, ` +
    `${fixed(independent)}: the model has lost what the means alone would tell. ${capital(mix)}.`
  );
}

/** Rows on one side of the first principal component that the machine has given up. */
export function modeLost(
  share: number,
  lost: { logLikelihood: number; independent: number },
  kept: { logLikelihood: number },
  mix: string,
): string {
  return (
    `The model has lost a mode: to ${percent(share)} of the rows, on one side of their first principal component, it ` +
    `gives ${fixed(lost.logLikelihood)} nats a row, below the ${fixed(lost.independent)} of independent units, and to ` +
    `the others ${fixed(kept.logLikelihood)}. ${capital(mix)}.`
  );
}

/** Sides of the first principal component that the machine's own samples visit in other proportions than the rows. */
export function sharesDiffer(data: number, model: Estimate<number>, mix: string): string {
  return (
    'The modes of the model weigh otherwise than those of the data: on one side of their first principal component ' +
    `lie ${percent(data)} of the rows, and ${percent(model.value)} ± ${percent(model.error)} of annealed samples. ` +
    `${capital(mix)}.`
  );
}

/** Persistent chains that are no samples of the machine. */
export function chainsParted(
  quantity: string,
  chains: Estimate<number>,
  samples: Estimate<number>,
  z: number,
  mix: string,
): string {
  return (
    `The persistent chains have parted from the model: their ${quantity} is ${formatEstimate(chains)}, that of annealed ` +
    `samples ${formatEstimate(samples)} (${Math.abs(z).toFixed(1)} standard errors), so the last gradients were those of ` +
    `another model. ${capital(mix)}.`
  );
}

/** Annealing that does not come to the same log Z by two ways. */
export function annealingDisagrees(apart: number, mix: string): string {
  return (
    `Two ways to log Z, annealing up and either annealing down or the exact sum, are ${apart.toFixed(1)} standard ` +
    'errors apart: chains do not find their way through this model, and may not have while it was trained. ' +
    `${capital(mix)}, and judge it by logPartition with more temperatures.`
  );
}

/** Biases that are driven one way. */
export function biasesDriven(
  { mean, error, epochs }: Pick<ResidueDrift, 'mean' | 'error' | 'epochs'>,
  mix: string,
): string {
  const size = formatEstimate({ value: Math.abs(mean), error });
  return (
    `The biases were driven one way: over the last ${epochs} epochs the units of the chains were on average ${size} ` +
    `${mean > 0 ? 'above' : 'below'} those of the data, in every eighth of these epochs. Either the training has not ` +
    `come to its end and needs more epochs, or the chains stay in their modes: then ${mix}.`
  );
}

/** Weights of real units in both layers that leave no distribution, and the epoch in which that was first seen. */
export function noDistribution(epoch?: number): string {
  return (
    'log Z is not finite: with such large weights the energy of real units falls without bound, and there is no ' +
    `distribution${epoch === undefined ? '' : ` from epoch ${epoch} on`}, though chains may not have noticed. ` +
    'Use two-valued hidden units, or a smaller learningRate.'
  );
}

const short = (value: number) => String(Number(value.toPrecision(3)));
const fixed = (value: number) => value.toFixed(2);
const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
const capital = (text: string) => text[0].toUpperCase() + text.slice(1);
