/**
 * An RBM as close to the distribution of its rows as it gets: by the exact likelihood if a layer can be summed,
 * otherwise by persistent chains.
 */

import { criticalCoupling } from '../../exact/onsager.js';
import type { SpinData } from '../../ising/data/spinData.js';
import type { SquareLattice } from '../../ising/models/lattice.js';
import { toBits } from '../../rbm/model/convert.js';
import { spinLayer } from '../../rbm/model/layers.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { trainRbm } from '../../rbm/training/trainRbm.js';
import type { Seed } from '../../util/random.js';
import { inShare, type WorkOptions } from '../../util/work.js';
import { localStart } from '../map/localStart.js';
import { type MaximumLikelihood, maximiseLikelihoodAsync } from '../map/maximumLikelihood.js';
import type { SpinRbm } from '../map/spinRbm.js';
import type { WeightedRows } from './states.js';

/** What both trainings are told. */
export interface ClosestRbmOptions {
  /** The lattice of the visible units; an RBM of a hidden unit per site or more starts local on it. */
  lattice: SquareLattice;
  hidden: number;
  /** A seed per purpose. */
  seeds: (...purpose: (string | number)[]) => Seed;
  /** The work of which the training is the first 80 %. */
  work: WorkOptions;
}

/** An RBM, and how it was trained, in words. */
export interface ClosestRbm {
  rbm: Rbm;
  training: string;
}

/** Max hidden units of RBMs with several starts, since their local maxima differ. */
const MAX_RESTARTED = 8;
/** Max component of the gradient at the end, unless the steps run out. */
const TOLERANCE = 3e-4;

const LOCAL = '; each hidden unit began with weights to one site and its neighbours';

/** The local start, if there is a hidden unit for every site. */
const startOf = ({ lattice, hidden, seeds }: ClosestRbmOptions): SpinRbm | undefined =>
  hidden >= lattice.sites ? localStart(lattice, hidden, seeds('start')) : undefined;

/** The maximum of the likelihood by quasi-Newton steps; for few hidden units the highest of several. */
export async function fitExactly(
  { rows, weights }: WeightedRows,
  options: ClosestRbmOptions & { iterations: number; restarts: number },
): Promise<ClosestRbm> {
  const { hidden, iterations, restarts, seeds, work } = options;
  const start = startOf(options);
  const starts = hidden <= MAX_RESTARTED ? restarts : 1;
  let best: MaximumLikelihood | undefined;
  for (let k = 0; k < starts; k++) {
    const found = await maximiseLikelihoodAsync(rows, {
      hidden,
      weights,
      iterations,
      tolerance: TOLERANCE,
      start,
      seed: seeds(k),
      ...inShare(work, [(0.8 * k) / starts, (0.8 * (k + 1)) / starts], 'train'),
    });
    if (best === undefined || found.logLikelihood > best.logLikelihood) best = found;
  }
  const from = starts > 1 ? `, the best of ${starts} random starts` : start ? LOCAL : '';
  const training = `L-BFGS on the exact likelihood, at most ${iterations} steps${from}`;
  return { rbm: bitsOf((best as MaximumLikelihood).rbm), training };
}

const LEARNING_RATE = 0.1;
/** Coupling above which chains of a small lattice stay in one phase. */
const ORDERED = 1.05 * criticalCoupling;

/**
 * Many persistent chains, since their noise limits the likelihood at the end. First one Gibbs step per update, and a
 * rate that decreases to zero; then ten steps and a small rate, since chains that lag behind the weights make the whole
 * lattice too ordered or too disordered, which hardly changes the likelihood.
 *
 * Below T_c a chain cannot move between the two phases, so their shares are not balanced, and chains that are stuck
 * between them cause a drift of the weights (8×8, 64 units, T = 1.5: KL 76 ± 17 nats). There fewer chains are used,
 * with tempering at ten inverse temperatures (KL 0.03 to 0.08, three seeds); at T_c many plain chains give a smaller
 * KL.
 */
export async function fitByChains(
  data: SpinData,
  options: ClosestRbmOptions & { coupling: number; epochs: number; threads?: number },
): Promise<ClosestRbm> {
  const { hidden, epochs, coupling, seeds, threads, work } = options;
  const start = startOf(options);
  const ordered = coupling > ORDERED;
  const algorithm = ordered ? 'tempering' : 'pcd';
  const common = { hidden, algorithm, threads, outcome: false } as const;
  const slow = Math.ceil(epochs / 4);
  const first = await trainRbm(data, {
    ...common,
    chains: ordered ? 200 : 1000,
    batchSize: 500,
    epochs,
    // constant for the first half, then linear
    learningRate: Array.from(
      { length: epochs },
      (_, e) => LEARNING_RATE * Math.min(1, (2 * (epochs - e)) / (epochs + 1)),
    ),
    initial: start && bitsOf(start),
    seed: seeds(),
    ...inShare(work, [0, 0.5], 'train'),
  });
  const { rbm } = await trainRbm(data, {
    ...common,
    chains: ordered ? 300 : 2000,
    batchSize: 2000,
    steps: ordered ? 4 : 10,
    epochs: slow,
    learningRate: LEARNING_RATE / 5,
    initial: first.rbm,
    seed: seeds('slowly'),
    ...inShare(work, [0.5, 0.8], 'train slowly'),
  });
  const how = ordered
    ? `PCD-1, 200 chains of 10 temperatures, ${epochs} epochs; then PCD-4, 300 chains, ${slow} epochs`
    : `PCD-1, 1000 chains, ${epochs} epochs; then PCD-10, 2000 chains, ${slow} epochs`;
  return { rbm, training: how + (start ? LOCAL : '') };
}

/** The same RBM in {0,1} units and single precision. */
function bitsOf({ weights, visibleBias, hiddenBias }: SpinRbm): Rbm {
  const spins = new Rbm({
    visibleLayer: spinLayer(visibleBias),
    hiddenLayer: spinLayer(hiddenBias),
    weights: Float32Array.from(weights),
  });
  return toBits(spins).rbm as Rbm;
}
