/**
 * Data for models other than one layer of two-valued units: real visible units, tied weights, stacks. log Z is exact
 * for all.
 */

import {
  type AnyRbm,
  BitRows,
  barsAndStripes,
  exactAnswer,
  isingHamiltonian,
  logLikelihood,
  type RealRows,
  samplerFor,
  square,
  type TrainLayersOptions,
  trainStack,
} from '../../src/all.js';
import { ownLikelihood } from './patterns.js';
import {
  blobLikelihood,
  blobRows,
  chainLikelihood,
  chainRows,
  greyStrokes,
  randomBlobs,
  standardised,
} from './realRows.js';
import { rectifiedLogPartition } from './rectifiedPartition.js';
import { independentLikelihood } from './regret.js';

type Rows = BitRows | RealRows;

export interface KindData {
  train: Rows;
  /** Other rows of the same distribution, or the same rows where they are all there is. */
  heldOut: Rows;
  /** Mean log p of a held-out row under the true distribution, in nats, where it is known. */
  exactBest?: number;
  /** What a whole stack said of itself. */
  doubts?: readonly string[];
}

export const GROUPS = ['real visible units', 'tied weights', 'stacks'] as const;

export interface KindSet {
  /** Unique. */
  name: string;
  group: (typeof GROUPS)[number];
  /** What must be said for this kind of model. */
  options: Pick<TrainLayersOptions, 'hidden' | 'units' | 'tied'>;
  /** Made once. */
  data(): Promise<KindData>;
}

/** Makes the data once. */
function once<T>(make: () => T | Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= Promise.resolve().then(make);
    return made;
  };
}

const BLOBS = randomBlobs(4, 16, 10, 3, 1);
const PHI = 0.8;

function blobs(): KindData {
  const heldOut = blobRows(BLOBS, 1000, 2);
  return { train: blobRows(BLOBS, 2000, 1), heldOut, exactBest: blobLikelihood(BLOBS, heldOut) };
}

/** In units of the deviations the density is larger by their product. */
function standardisedBlobs(): KindData {
  const { train, heldOut, exactBest } = blobs() as KindData & { train: RealRows; heldOut: RealRows; exactBest: number };
  const gain = train.variances().reduce((sum, variance) => sum + Math.log(variance) / 2, 0);
  return { ...standardised(train, heldOut), exactBest: exactBest + gain };
}

function chain(): KindData {
  const heldOut = chainRows(PHI, 16, 1000, 2);
  return { train: chainRows(PHI, 16, 2000, 1), heldOut, exactBest: chainLikelihood(PHI, heldOut) };
}

const grey = () => ({ train: greyStrokes(2000, 1), heldOut: greyStrokes(1000, 2) });

function real(name: string, hiddenKind: 'bits' | 'relu', hidden: number, make: () => KindData): KindSet {
  const units = { visible: 'gaussian', hidden: hiddenKind } as const;
  const own = hiddenKind === 'bits' ? '{0,1}' : 'rectified';
  return {
    name: `${name}, ${hidden} ${own} hidden`,
    group: 'real visible units',
    options: { hidden, units },
    data: once(make),
  };
}

function torus(side: number, coupling: number): KindData & { train: BitRows; heldOut: BitRows } {
  const hamiltonian = isingHamiltonian({ lattice: square(side), coupling });
  const rows = (count: number, seed: number) => {
    const { shape, bytes } = samplerFor(hamiltonian, { seed }).sample(count);
    return Object.assign(new BitRows(count, side * side, bytes), { shape });
  };
  const heldOut = rows(2000, 2);
  const known = exactAnswer(hamiltonian);
  const energy = hamiltonian.energy(heldOut).reduce((sum, one) => sum + one, 0) / heldOut.count;
  return { train: rows(5000, 1), heldOut, ...(known && { exactBest: -energy - known.logPartition }) };
}

function tied(coupling: number): KindSet[] {
  const data = once(() => torus(4, coupling));
  return [1, 2].map((filters) => ({
    name: `Ising 4×4, K = ${coupling}, ${filters} filter${filters > 1 ? 's' : ''}`,
    group: 'tied weights',
    options: { hidden: 16 * filters, tied: [4, 4] },
    data,
  }));
}

/** Each layer of a stack: the first on the data, the second on samples of the first layer of the default's stack. */
function layers(
  name: string,
  hidden: number[],
  side: number,
  make: () => { train: BitRows; heldOut: BitRows; exactBest?: number },
): KindSet[] {
  const data = once(make);
  const above = once(async () => {
    const { train, heldOut } = await data();
    const { stack, doubts } = await trainStack(Object.assign(train, { shape: [side, side] as const }), {
      hidden,
      seed: 1,
    });
    const [first] = stack.rbms;
    return { train: first.sampleHidden(train, 'train'), heldOut: first.sampleHidden(heldOut, 'held out'), doubts };
  });
  return [data, above].map((own, k) => ({
    name: `${name}, layer ${k + 1} of ${hidden.join('-')}`,
    group: 'stacks',
    options: { hidden: hidden[k] },
    data: own,
  }));
}

function bars() {
  const rows = barsAndStripes(4);
  return { train: rows, heldOut: rows, exactBest: ownLikelihood(rows) };
}

export const KINDS: readonly KindSet[] = [
  real('four Gaussians, raw', 'bits', 8, blobs),
  real('four Gaussians, standardised', 'bits', 8, standardisedBlobs),
  real('Gaussian chain', 'bits', 12, chain),
  real('grey strokes, raw', 'bits', 12, grey),
  real('grey strokes, standardised', 'bits', 12, () => {
    const { train, heldOut } = grey();
    return standardised(train, heldOut);
  }),
  real('four Gaussians, raw', 'relu', 3, blobs),
  real('Gaussian chain', 'relu', 3, chain),
  ...[0.3, 0.4407, 0.6].flatMap(tied),
  ...[0.3, 0.4407, 0.55].flatMap((K) => layers(`Ising 6×6, K = ${K}`, [18, 9], 6, () => torus(6, K))),
  ...layers('bars and stripes 4×4', [12, 6], 4, bars),
];

/** Mean log p of a row, in nats, with log Z exact; -Infinity where there is no distribution. */
export function scoreOf(rbm: AnyRbm, rows: Rows): number {
  const states = (rows instanceof BitRows ? rows : rows.values) as never;
  const rectified = rbm.visibleLayer.kind === 'gaussian' && rbm.hiddenLayer.kind === 'relu';
  if (!rectified) {
    const { mean } = logLikelihood(rbm as never, states, { method: 'exact' });
    return Number.isNaN(mean) ? -Infinity : mean;
  }
  const free = (rbm.freeEnergy(states) as Float64Array).reduce((sum, one) => sum + one, 0) / rows.count;
  return -free - rectifiedLogPartition(rbm);
}

/** Mean log p of a held-out row, in nats, of independent units with the moments of the training rows. */
export function independentOf({ train, heldOut }: KindData): number {
  if (train instanceof BitRows) return independentLikelihood(train, heldOut as BitRows);
  const [means, variances] = [train.means(), train.variances()];
  const { values, count, width } = heldOut as RealRows;
  const squares = values.reduce((sum, x, k) => sum + (x - means[k % width]) ** 2 / variances[k % width], 0);
  return -squares / count / 2 - variances.reduce((sum, one) => sum + Math.log(2 * Math.PI * one), 0) / 2;
}
