/**
 * The data sets on which ways of training are compared. Those for tuning choose the default; those kept apart say
 * afterwards whether the choice holds elsewhere. All are made from fixed seeds, when they are first asked for, and all
 * are small enough in one layer that log Z is exact.
 */

import {
  BitRows,
  barsAndStripes,
  criticalCoupling,
  edwardsAnderson,
  exactAnswer,
  type Hamiltonian,
  isingHamiltonian,
  labelledShifter,
  samplerFor,
  square,
  triangular,
} from '../../src/all.js';
import { digitImages } from './digits.js';
import { mixtureLikelihood, mixtureRows, ownLikelihood, randomMixture, shiftingBar, twoModes } from './patterns.js';
import { strokeImages } from './strokes.js';

export interface Data {
  train: BitRows;
  /** Other rows of the same distribution, for data that are samples; absent where the rows are all there is. */
  heldOut?: BitRows;
  /** Mean log p of an evaluated row under the true distribution, in nats, where it is known. */
  exactBest?: number;
}

export interface DataSet {
  /** Unique. */
  name: string;
  /** Units of the hidden layer. */
  hidden: number;
  /** Whether the default may be chosen by it. */
  role: 'tuning' | 'apart';
  /** The rows; made once. */
  data(): Data;
}

/** The rows whose likelihood counts: those held out, or the training rows where there are no others. */
export function evaluated({ train, heldOut }: Data): BitRows {
  return heldOut ?? train;
}

/** log p = -H - log Z, the mean over rows of spins; undefined where log Z is not known. */
function boltzmannLikelihood(hamiltonian: Hamiltonian, rows: BitRows): number | undefined {
  const known = exactAnswer(hamiltonian);
  if (known === null) return undefined;
  return -hamiltonian.energy(rows).reduce((sum, energy) => sum + energy, 0) / rows.count - known.logPartition;
}

/** Samples of a Hamiltonian, and others by another seed. */
function spins(hamiltonian: Hamiltonian, count: number, others: number): Data {
  const train = samplerFor(hamiltonian, { seed: 1 }).sample(count);
  const heldOut = samplerFor(hamiltonian, { seed: 2 }).sample(others);
  return { train, heldOut, exactBest: boltzmannLikelihood(hamiltonian, heldOut) };
}

/** Rows that are all there is. */
const whole = (train: BitRows): Data => ({ train, exactBest: ownLikelihood(train) });

const torus = (rows: number, columns: number, coupling: number, count: number, others: number) => () =>
  spins(isingHamiltonian({ lattice: square(rows, columns), coupling }), count, others);

const triangles = (side: number, coupling: number) => () =>
  spins(isingHamiltonian({ lattice: triangular(side), coupling }), 5000, 2000);

const glass = (seed: number) => () =>
  spins(edwardsAnderson({ lattice: square(6), distribution: 'bimodal', coupling: 1, seed }), 5000, 2000);

function threeModes(): Data {
  const mixture = randomMixture(48, [0.6, 0.3, 0.1], 0.02, 1);
  const heldOut = mixtureRows(mixture, 1000, 2);
  return { train: mixtureRows(mixture, 2000, 1), heldOut, exactBest: mixtureLikelihood(mixture, heldOut) };
}

/** The digits, with `others` images held out: the last ones, or the first. */
function digits(from: 'last' | 'first', others: number): Data {
  const images = digitImages();
  const part = (begin: number, end: number) =>
    new BitRows(end - begin, images.width, images.bytes.slice(begin * images.stride, end * images.stride));
  const { count } = images;
  return from === 'last'
    ? { train: part(0, count - others), heldOut: part(count - others, count) }
    : { train: part(others, count), heldOut: part(0, others) };
}

const strokes = (): Data => ({ train: strokeImages(2000, 1), heldOut: strokeImages(500, 2) });

/** Makes the data once. */
function once(make: () => Data): () => Data {
  let made: Data | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** One data set for each number of hidden units. */
function sets(role: DataSet['role'], name: string, hidden: readonly number[], make: () => Data): DataSet[] {
  const data = once(make);
  return hidden.map((units) => ({ name: `${name}, ${units} hidden`, hidden: units, role, data }));
}

export const ZOO: readonly DataSet[] = [
  ...[0.3, 0.408, 0.4407, 0.5, 0.6].flatMap((coupling) =>
    sets('tuning', `Ising 8×8, K = ${coupling}`, [16], torus(8, 8, coupling, 5000, 2000)),
  ),
  ...sets('tuning', 'triangular Ising 6×6, K = 0.2747', [16], triangles(6, 0.2747)),
  ...sets('tuning', '±J glass 6×6', [16], glass(1)),
  ...sets('tuning', 'two-mode', [1, 8], () => whole(twoModes(2000, 64))),
  ...sets('tuning', 'bars and stripes 4×4', [8, 16], () => whole(barsAndStripes(4))),
  ...sets('tuning', 'labelled shifter, n = 4', [16], () => whole(labelledShifter(4))),
  ...sets('tuning', 'shifting bar, 4 of 9', [4, 16], () => whole(shiftingBar(9, 4))),
  ...sets('tuning', 'digits 8×8', [16], () => digits('last', 297)),
  ...sets('tuning', 'strokes 28×28', [16], strokes),
  ...sets('tuning', 'Ising 40×40, K = 0.408', [16], torus(40, 40, 0.408, 2000, 500)),
  ...sets('tuning', 'Ising 40×40, K = K_c', [16], torus(40, 40, criticalCoupling, 2000, 500)),

  ...[0.36, 0.47, 0.55].flatMap((coupling) =>
    sets('apart', `Ising 8×8, K = ${coupling}`, [12, 20], torus(8, 8, coupling, 5000, 2000)),
  ),
  ...sets('apart', 'Ising 10×10, K = 0.4407', [16], torus(10, 10, 0.4407, 5000, 2000)),
  ...sets('apart', 'Ising 6×7, K = 0.5, 300 rows', [16], torus(6, 7, 0.5, 300, 2000)),
  ...sets('apart', 'triangular Ising 5×5, K = 0.35', [16], triangles(5, 0.35)),
  ...sets('apart', '±J glass 6×6, another', [16], glass(2)),
  ...sets('apart', 'bars and stripes 3×3', [8], () => whole(barsAndStripes(3))),
  ...sets('apart', 'labelled shifter, n = 5', [16], () => whole(labelledShifter(5))),
  ...sets('apart', 'shifting bar, 5 of 11', [16], () => whole(shiftingBar(11, 5))),
  ...sets('apart', 'three-mode', [8], threeModes),
  ...sets('apart', 'digits 8×8, another split', [10], () => digits('first', 297)),
];
