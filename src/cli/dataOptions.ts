/** The options that say how a file is read as rows of bits. */

import type { ParseArgsConfig } from 'node:util';
import type { TrainingDataOptions } from '../io/trainingData.js';
import { positive, positiveIntegers, within } from '../util/check.js';
import { seedOfText } from '../util/random.js';
import { numberOf, numbersOf } from './numbers.js';

export const DATA_OPTIONS = {
  array: { type: 'string' },
  shape: { type: 'string' },
  threshold: { type: 'string' },
  stochastic: { type: 'string' },
  limit: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export const DATA_HELP = `  --array NAME          which array of an .npz file made elsewhere
  --shape ROWSxCOLUMNS  of one row, where the file has rows flat: for figures and stacks, such as 28x28
  --threshold X         entries are greys: 1 above X of the range (0 to 255 of bytes, 0 to 1 of floats)
  --stochastic S        entries are greys: 1 with the grey as probability, by the seed S
  --limit BYTES         that a compressed file may inflate to (default 2^30)`;

/** Bytes that a file may take unless told otherwise. */
const LARGEST = 2 ** 30;

/** @throws RangeError if it is not a number > 0 */
export function limitOf(limit: string | undefined): number {
  return limit === undefined ? LARGEST : positive('limit', numberOf('limit', limit));
}

type Values = Partial<Record<keyof typeof DATA_OPTIONS, string>>;

/** @throws TypeError or RangeError for an option that is wrong */
export function dataOptionsOf({ array, shape, threshold, stochastic, limit }: Values): TrainingDataOptions {
  if (threshold !== undefined && stochastic !== undefined) {
    throw new RangeError('--threshold and --stochastic exclude each other');
  }
  return {
    limit: limitOf(limit),
    ...(array === undefined ? {} : { array }),
    ...(shape === undefined ? {} : { shape: positiveIntegers('shape', numbersOf('shape', shape, 'x')) }),
    ...(threshold === undefined ? {} : { threshold: within('threshold', numberOf('threshold', threshold), 0, 1) }),
    ...(stochastic === undefined ? {} : { stochastic: seedOfText('stochastic', stochastic) }),
  };
}
