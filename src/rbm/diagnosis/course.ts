/**
 * What the records of a training say of its course: whether anything was learned, and whether the biases were driven
 * one way all along.
 */

import { ensembleMean } from '../../stats/ensemble.js';
import { objectWith, refuse, within } from '../../util/check.js';

/** What is read of an epoch's record. */
export interface EpochSeen {
  epoch: number;
  pseudoLikelihood?: number;
  largestWeight: number;
  /** Of real units in both layers: at 1 or more there is no distribution. */
  largestCoupling?: number;
  /**
   * Mean over the visible units of ⟨v⟩ in the chains minus ⟨v⟩ in the data: what the biases were driven by, with the
   * other sign.
   */
  residue?: number;
  /** Its standard error, the chains taken as independent. */
  residueError?: number;
  /** Of a population of weighted chains. */
  effectiveShare?: number;
}

/**
 * Standard deviations of a random start that its largest weight hardly reaches: 10^6 normal numbers pass 6 once in 500
 * starts.
 */
const START = 6;

/**
 * Whether the largest weight at the end is larger than that of a random start, 6·initialDeviation; true where there is
 * no record.
 * @param initialDeviation standard deviation of the weights of the start
 */
export function weightsMoved(history: readonly EpochSeen[], initialDeviation: number): boolean {
  objectWith('history', history, ['at', 'slice'], 'records of epochs');
  within('initialDeviation', initialDeviation, 0, 1e3);
  const last = history.at(-1);
  if (last === null) refuse('history', 'records of epochs', history, 'type');
  return last === undefined || last.largestWeight > START * initialDeviation;
}

/** How chains and data differed over the last half of the epochs. */
export interface ResidueDrift {
  /** Mean of the residues. */
  mean: number;
  /**
   * Its standard error by their scatter in time: the larger one of the Γ-method's, which counts correlation, and that
   * of eight blocks.
   */
  error: number;
  /** Epochs. */
  epochs: number;
  /** Whether all blocks have one sign, and the mean is more than five errors. */
  steady: boolean;
}

/** Blocks into which the last half of the epochs is cut. */
const BLOCKS = 8;
/** Standard errors that count. */
const FAR = 5;
/** Autocorrelation times that the epochs must hold for their error to be believed. */
const TAUS = 25;

/**
 * Whether the residue of chains and data was of one sign over the last half of the epochs. Biases are moved by its
 * opposite, so where chains mix it goes to zero and then scatters about it. If chains stay in their modes it cannot:
 * how many are in which is left from the start, the residue stays what it is, to a hundredth of its error over the
 * chains, and the biases add it up without end (integrator wind-up).
 *
 * So what counts is the scatter in time. The mean must be five standard errors from zero, correlation between epochs
 * counted, and all of eight blocks have its sign, which a residue that scatters about zero has once in 128 times. Where
 * the epochs hold fewer than 25 autocorrelation times, nothing is said. Residues of mean zero were called steady once
 * in 1000 runs; those of an autoregressive process whose memory is ten epochs once in 60 runs of 40 epochs, in 80 of
 * 100 and in 400 of 400.
 * @returns undefined for fewer than 16 epochs with a residue in the last half
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
