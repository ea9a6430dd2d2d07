/** The rows that the machines learn, and what is known about them. */

import { bitRowsFromArray, decodeTrainingData } from '../../io/index.js';
import { exactAnswer, Ising, isingHamiltonian, type SpinData, square } from '../../ising/index.js';
import { barsAndStripes, independentLogLikelihood, labelledShifter } from '../../rbm/index.js';
import { BitRows } from '../../util/bits.js';
import { DIGIT_SHAPE, digitBits } from './digits.js';
import { readPatterns } from './patterns.js';
import type { TrainingValues } from './spec.js';

/** Configurations of an Ising model. */
export const ISING_ROWS = 2000;
/** Rows whose likelihood is measured, at most: the first ones. */
export const MAX_MEASURED = 2000;
/** Patterns that are shown one by one: all of so many, or the most frequent ones of more. */
const ALL_SHOWN = 48;
const MAX_SHOWN = 30;

/** What the element must know of the data; sent once. */
export interface DataReport {
  /** Numbers the data sets that a figure has had. */
  version: number;
  rows: number;
  width: number;
  /** [lines, columns] of a picture of a row; its last line may be incomplete. */
  shape: [number, number];
  /** Rows whose likelihood is measured. */
  measured: number;
  /** The most frequent patterns, with their share of the rows. */
  patterns: { bits: Uint8Array; share: number }[];
  /** Number of different patterns. */
  different: number;
  /** Mean log-likelihood per measured row, in nats: of the best possible model, and of independent units. */
  best: number;
  independent: number;
  /** What the best possible model is. */
  bestName: string;
  /** Name of the file, if it is one. */
  file?: string;
}

/** Rows of the reader's file. */
export interface OwnFile {
  name: string;
  data: SpinData;
  /** Whether entries were greys, cut in the middle. */
  greys: boolean;
}

export interface DataSet {
  rows: BitRows;
  /** The first rows, whose likelihood is measured. */
  measured: BitRows;
  /** The patterns that are shown, one row each. */
  shown: BitRows;
  report: DataReport;
}

/**
 * The rows of a file.
 * @throws FormatError or RangeError, as `decodeTrainingData`
 */
export function ownFile(name: string, bytes: Uint8Array, greys: boolean): OwnFile {
  return { name, greys, data: decodeTrainingData(bytes, greys ? { threshold: 0.5 } : {}, name) };
}

/**
 * The data that the properties name; undefined if they name a file and there is none.
 * @throws RangeError for patterns that cannot be read
 */
export function dataSetOf(values: TrainingValues, file: OwnFile | undefined, version: number): DataSet | undefined {
  switch (values.data) {
    case 'bars':
      return dataSet(barsAndStripes(4), [4, 4], version);
    case 'bars3':
      return dataSet(barsAndStripes(3), [3, 3], version);
    case 'bar': {
      const rows = Array.from({ length: 9 }, (_, r) =>
        Array.from({ length: 9 }, (_, i) => ((i - r + 9) % 9 < 4 ? 1 : 0)),
      );
      return dataSet(bitsOf(rows.flat(), [1, 9]), [1, 9], version);
    }
    case 'shifter':
      return dataSet(labelledShifter(4), [3, 4], version);
    case 'digits':
      return dataSet(bitsOf(digitBits(), DIGIT_SHAPE), DIGIT_SHAPE, version);
    case 'drawn': {
      const { shape, patterns } = readPatterns(values.patterns);
      const cells = patterns.flatMap(({ cells, count }) => Array.from({ length: count }, () => cells).flat());
      return dataSet(bitsOf(cells, shape), shape, version);
    }
    case 'ising':
      return isingSet(values, version);
    case 'file':
      return file && { ...dataSet(file.data, [...file.data.shape], version, { file: file.name }) };
  }
}

const bitsOf = (bits: readonly number[], [height, width]: [number, number]): SpinData =>
  bitRowsFromArray({ shape: [bits.length / (height * width), height, width], data: Uint8Array.from(bits) });

/** Independent configurations; the best possible model is the Ising model itself. */
function isingSet({ size, temperature, seed }: TrainingValues, version: number): DataSet {
  const lattice = square(size);
  const rows = new Ising({ lattice, coupling: 1 / temperature, seed }).sample(ISING_ROWS);
  const hamiltonian = isingHamiltonian({ lattice, coupling: 1 / temperature });
  const known = exactAnswer(hamiltonian);
  if (known === null) return dataSet(rows, [size, size], version);
  const mean = hamiltonian.energy(rows).reduce((sum, energy) => sum + energy, 0) / rows.count;
  return dataSet(rows, [size, size], version, { best: -mean - known.logPartition, bestName: 'the Ising model itself' });
}

function dataSet(rows: BitRows, shape: [number, number], version: number, known: Partial<DataReport> = {}): DataSet {
  const counted = countedRows(rows);
  const total = rows.count;
  const chosen = counted.slice(0, counted.length <= ALL_SHOWN ? ALL_SHOWN : MAX_SHOWN);
  const measured =
    total <= MAX_MEASURED
      ? rows
      : new BitRows(MAX_MEASURED, rows.width, rows.bytes.slice(0, MAX_MEASURED * rows.stride));
  const shown = new BitRows(chosen.length, rows.width);
  chosen.forEach(({ row }, k) => {
    shown.bytes.set(rows.bytes.subarray(row * rows.stride, (row + 1) * rows.stride), k * rows.stride);
  });
  return {
    rows,
    measured,
    shown,
    report: {
      version,
      rows: total,
      width: rows.width,
      shape,
      measured: measured.count,
      patterns: chosen.map(({ count }, k) => ({ bits: shown.row(k), share: count / total })),
      different: counted.length,
      best: entropyOf(measured === rows ? counted : countedRows(measured), measured.count),
      independent: independentLogLikelihood(measured),
      bestName: 'best possible',
      ...known,
    },
  };
}

interface Counted {
  /** The first of equal rows. */
  row: number;
  count: number;
}

/** Different rows, the most frequent first; equally frequent ones in the order of the data. */
function countedRows(rows: BitRows): Counted[] {
  const found = new Map<string, Counted>();
  for (let row = 0; row < rows.count; row++) {
    const key = String.fromCharCode(...rows.bytes.subarray(row * rows.stride, (row + 1) * rows.stride));
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { row, count: 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || a.row - b.row);
}

/** Σ p log p: no model gives these rows more per row. */
function entropyOf(counted: readonly Counted[], total: number): number {
  return counted.reduce((sum, { count }) => sum + (count / total) * Math.log(count / total), 0);
}
