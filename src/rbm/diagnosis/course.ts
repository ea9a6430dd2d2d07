/**
 * Conclusions from the records of a training: whether anything was learned, and whether the biases drifted in one
 * direction.
 */

import { ensembleMean } from '../../stats/ensemble.js';
import { objectWith, refuse, within } from '../../util/check.js';

/** The fields of an epoch's record in use. */
export interface EpochSeen {
  epoch: number;
  pseudoLikelihood?: number;
  largestWeight: number;
  /** Real units in both layers: at 1 or more the model is not normalisable. */
  largestCoupling?: number;
  /**
   * Mean over the visible units of ⟨v⟩ in the chains minus ⟨v⟩ in the data: minus the gradient of the biases.
   */
  residue?: number;
  /** Its standard error, for independent chains. */
  residueError?: number;
  /** The effective share of a population of weighted chains. */
  effectiveShare?: number;
}

/**
 * Max of the initial weights in standard deviations: of 10^6 normal numbers one is above 6 once in 500 starts.
 */
const START = 6;

/**
 * Whether the largest weight at the end is above that of a random start, 6·initialDeviation; true without a record.
 * @param initialDeviation standard deviation of the initial weights
 * @throws TypeError or RangeError for a wrong kind, or a deviation outside of [0, 1000]
 */
export function weightsMoved(history: readonly EpochSeen[], initialDeviation: number): boolean {
  objectWith('history', history, ['at', 'slice'], 'records of epochs');
  within('initialDeviation', initialDeviation, 0, 1e3);
  const last = history.at(-1);
  if (last === null) refuse('history', 'records of epochs', history, 'type');
  return last === undefined || last.largestWeight > START * initialDeviation;
}

/** The difference of chains and data over the last half of the epochs. */
export interface ResidueDrift {
  /** Mean of the residues. */
  mean: number;
  /**
   * Its standard error from their scatter in time: the larger one of that of the Γ-method, which includes correlation,
   * and that of eight blocks.
   */
  error: number;
  /** Number of epochs. */
  epochs: number;
  /** Whether all blocks have one sign, and the mean is more than five errors. */
  steady: boolean;
}

/** Blocks of the last half of the epochs. */
const BLOCKS = 8;
/** Standard errors of a significant difference. */
const FAR = 5;
/** Min number of autocorrelation times in the epochs for a reliable error. */
const TAUS = 25;

/**
 * Whether the residue of chains and data had one sign over the last half of the epochs. Biases follow its opposite, so
 * if chains mix it goes to zero and then scatters about it. If chains stay in their modes it cannot: their numbers in
 * the modes are those of the start, the residue is constant to a hundredth of its error over the chains, and the biases
 * add it up without limit (integrator wind-up).
 *
 * So the test uses the scatter in time. The mean must be five standard errors from zero, with the correlation between
 * epochs, and all of eight blocks must have its sign, which happens once in 128 times for a residue that scatters about
 * zero. If the epochs contain fewer than 25 autocorrelation times, the answer is not steady. Residues of mean zero were
 * called steady once in 1000 runs; those of an autoregressive process with a memory of ten epochs once in 60 runs of 40
 * epochs, in 80 of 100 and in 400 of 400.
 * @returns undefined for fewer than 16 epochs with a residue in the last half
 * @throws TypeError if not records of epochs
 */
export function residueDrift(history: readonly EpochSeen[]): ResidueDrift | undefined {
  objectWith('history', history, ['at', 'slice'], 'records of epochs');
  const half = history.slice(Math.floor(history.length / 2));
  const residues = half.flatMap(({ residue }) => (residue === undefined ? [] : [residue]));
  const epochs = residues.length;
  if (epochs < 2 * BLOCKS) return undefined;
  const { mean, error: own, tau } = ensembleMean(residues, 1);
  const blocks = Array.from({ length: BLOCKS }, (_, b) =>
    meanOf(residues.slice(Math.floor((b * epochs) / BLOCKS), Math.floor(((b + 1) * epochs) / BLOCKS))),
  );
  const middle = meanOf(blocks);
  const scatter = blocks.reduce((sum, block) => sum + (block - middle) ** 2, 0);
  const error = Math.max(own, Math.sqrt(scatter / (BLOCKS - 1) / BLOCKS));
  const seen = tau !== null && epochs >= TAUS * tau;
  const oneSign = blocks.every((block) => block * mean > 0);
  return { mean, error, epochs, steady: seen && oneSign && Math.abs(mean) > FAR * error };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
