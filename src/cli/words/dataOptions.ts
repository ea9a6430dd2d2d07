/** The options for reading a file as rows of bits, or of real numbers. */

import type { ParseArgsConfig } from 'node:util';
import { readFileBytes } from '../../io/disk.js';
import { readRealRows, type TrainingDataOptions } from '../../io/trainingData.js';
import { planeOf, type SpinData } from '../../ising/data/spinData.js';
import { loadTrainingData } from '../../node.js';
import { isReal } from '../../rbm/engines/checkedOptions.js';
import type { LayerKind, States } from '../../rbm/model/layers.js';
import { BitRows } from '../../util/bits.js';
import { positive, positiveIntegers, within } from '../../util/check.js';
import { seedOfText } from '../../util/random.js';
import type { RealRows } from '../../util/reals.js';
import { numberOf, numbersOf } from './numbers.js';
import { UsageError } from './options.js';

/** The options. */
export const DATA_OPTIONS = {
  array: { type: 'string' },
  shape: { type: 'string' },
  threshold: { type: 'string' },
  stochastic: { type: 'string' },
  limit: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Their help. */
export const DATA_HELP = `  --array NAME          name of the array in an .npz file from elsewhere
  --shape ROWSxCOLUMNS  shape of one row if the file has flat rows: for figures and stacks, such as 28x28
  --threshold X         entries are grey levels: 1 above X of the range (0 to 255 of bytes, 0 to 1 of floats)
  --stochastic S        entries are grey levels: 1 with the grey level as probability, by the seed S
  --limit BYTES         max size of a decompressed file (default 2^30)`;

/** Default max bytes of a file. */
const MAX_BYTES = 2 ** 30;

/** @throws RangeError if it is not a number > 0 */
export function limitOf(limit: string | undefined): number {
  return limit === undefined ? MAX_BYTES : positive('limit', numberOf('limit', limit));
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

/** Rows of data for visible units of some kind. */
export interface LoadedRows {
  rows: SpinData | RealRows;
  /** [rows, columns] of a row of data, for figures. */
  shape: readonly [number, number];
}

/**
 * The rows of a file, as numbers for Gaussian and rectified units, otherwise as bits.
 * @throws UsageError for options that convert grey levels to bits if numbers are needed; Error if the file has no such
 *   rows
 */
export function loadRows(path: string, reading: TrainingDataOptions, kind: LayerKind): LoadedRows {
  if (!isReal(kind)) {
    const rows = loadTrainingData(path, reading);
    return { rows, shape: rows.shape };
  }
  const grey = (['threshold', 'stochastic'] as const).find((name) => reading[name] !== undefined);
  if (grey) throw new UsageError(`"${grey}" expected units of two values, got ${kind}, which take numbers as they are`);
  const { rows, shape } = readRealRows(readFileBytes(path), reading, path);
  const negative = kind === 'relu' ? rows.values.findIndex((x) => x < 0) : -1;
  if (negative >= 0) {
    const place = `row ${Math.floor(negative / rows.width)}, unit ${negative % rows.width}`;
    throw new Error(`${path}: expected numbers >= 0 for relu units, got ${rows.values[negative]} in ${place}`);
  }
  return { rows, shape: planeOf(shape) };
}

/** Rows as states of an RBM. */
export function statesOf(rows: BitRows | RealRows): States {
  return rows instanceof BitRows ? rows : rows.values;
}

/** The bytes of rows. */
export function bytesOf(rows: BitRows | RealRows): Uint8Array {
  if (rows instanceof BitRows) return rows.bytes;
  const { buffer, byteOffset, byteLength } = rows.values;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
