/** Training by the exact likelihood if a layer can be summed, otherwise by persistent chains. */

import { criticalCoupling } from '../../exact/onsager.js';
import type { SpinData } from '../../ising/data/spinData.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { neighbours, square } from '../../ising/models/lattice.js';
import { toBits } from '../../rbm/model/convert.js';
import { spinLayer } from '../../rbm/model/layers.js';
import { Noise } from '../../rbm/model/noise.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { trainRbm } from '../../rbm/training/trainRbm.js';
import { type MaximumLikelihood, maximiseLikelihoodAsync } from '../../rg/map/maximumLikelihood.js';
import { SpinRbm } from '../../rg/map/spinRbm.js';
import { BitRows } from '../../util/bits.js';
import { streamKey } from '../../util/random.js';
import type { Context, Point } from '../kit/experiment.js';
import { normalised, rowsOf, SUMMED, SUMMED_LAYER, statesOf } from './states.js';

export interface RbmThermodynamicsPoint extends Point {
  size: number;
  temperature: number;
  hidden: number;
  /** Configurations, or Boltzmann's P(v) itself, which gives the best RBM of this number of hidden units. */
  target: 'configurations' | 'boltzmann';
  samples: number;
  /** Max steps of the quasi-Newton descent, if a layer can be summed. */
  iterations: number;
  /** Number of starts of an RBM of few hidden units. */
  restarts: number;
  /** Passes over the data, if no layer can be summed. */
  epochs: number;
  /** Seed of the configurations, the same for all numbers of hidden units. */
  seed: string;
}

/** Max hidden units of RBMs with several starts, since their local maxima differ. */
const MAX_RESTARTED = 8;

export type Tell = (stage: string, from: number, to: number) => NonNullable<Context['onProgress']>;

type TrainingContext = Context & { tell: Tell };

/** The RBM, trained by the exact gradient if a layer can be summed, otherwise by persistent chains. */
export function trained(
  data: SpinData,
  hamiltonian: Hamiltonian,
  point: RbmThermodynamicsPoint,
  context: TrainingContext,
) {
  if (Math.min(data.width, point.hidden) > SUMMED_LAYER) return trainedByChains(data, point, context);
  const target = point.target === 'boltzmann' ? boltzmann(hamiltonian) : distinctRows(rowsOf(data, rowsTaken(data)));
  return trainedExactly(target, point, context);
}

/** Number of rows in the exact gradient: all rows if their states fit into a table. */
const rowsTaken = ({ width, count }: SpinData) => (width <= SUMMED ? count : Math.min(count, 60_000));

/** Rows, each with its weight. */
interface Weighted {
  rows: BitRows;
  weights: ArrayLike<number>;
}

/** Max component of the gradient at the end, unless the steps run out. */
const TOLERANCE = 3e-4;

/** The maximum of the likelihood by quasi-Newton steps; for few hidden units the highest of several. */
async function trainedExactly(
  { rows, weights }: Weighted,
  point: RbmThermodynamicsPoint,
  { signal, tell }: TrainingContext,
): Promise<Trained> {
  const { hidden, iterations, seed } = point;
  const local = hidden >= rows.width;
  const starts = hidden <= MAX_RESTARTED ? point.restarts : 1;
  let best: MaximumLikelihood | undefined;
  for (let k = 0; k < starts; k++) {
    const found = await maximiseLikelihoodAsync(rows, {
      hidden,
      weights,
      iterations,
      tolerance: TOLERANCE,
      start: local ? localStart(point) : undefined,
      seed: JSON.stringify([seed, hidden, k]),
      signal,
      onProgress: tell('train', (0.8 * k) / starts, (0.8 * (k + 1)) / starts),
    });
    if (best === undefined || found.logLikelihood > best.logLikelihood) best = found;
  }
  const from = starts > 1 ? `, the best of ${starts} random starts` : local ? LOCAL : '';
  const training = `L-BFGS on the exact likelihood, at most ${iterations} steps${from}`;
  return { rbm: bitsOf((best as MaximumLikelihood).rbm), training };
}

interface Trained {
  rbm: Rbm;
  training: string;
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
async function trainedByChains(
  data: SpinData,
  point: RbmThermodynamicsPoint,
  { threads, signal, tell }: TrainingContext,
): Promise<Trained> {
  const { hidden, epochs, seed } = point;
  const local = hidden >= data.width;
  const ordered = 1 / point.temperature > ORDERED;
  const algorithm = ordered ? 'tempering' : 'pcd';
  const common = { hidden, algorithm, threads, signal, outcome: false } as const;
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
    initial: local ? bitsOf(localStart(point)) : undefined,
    seed: JSON.stringify([seed, hidden]),
    onProgress: tell('train', 0, 0.5),
  });
  const { rbm } = await trainRbm(data, {
    ...common,
    chains: ordered ? 300 : 2000,
    batchSize: 2000,
    steps: ordered ? 4 : 10,
    epochs: Math.ceil(epochs / 4),
    learningRate: LEARNING_RATE / 5,
    initial: first.rbm,
    seed: JSON.stringify([seed, hidden, 'slowly']),
    onProgress: tell('train slowly', 0.5, 0.8),
  });
  const slow = Math.ceil(epochs / 4);
  const how = ordered
    ? `PCD-1, 200 chains of 10 temperatures, ${epochs} epochs; then PCD-4, 300 chains, ${slow} epochs`
    : `PCD-1, 1000 chains, ${epochs} epochs; then PCD-10, 2000 chains, ${slow} epochs`;
  return { rbm, training: how + (local ? LOCAL : '') };
}

/** Text about a local start. */
const LOCAL = '; each hidden unit began with weights to one site and its neighbours';
/** Initial weights of ±1 units: to a site, to its neighbours, and the max of the noise. */
const [TO_SITE, TO_NEIGHBOUR, NOISE] = [0.8, 0.3, 0.15];

/**
 * If there is a hidden unit for every site, each starts with weights to a site and its four neighbours, the sites in
 * turn, since otherwise most of the training is spent until hidden units become local. Training can undo it. The
 * contribution of a unit to the couplings is proportional to w², so units that share a site have smaller weights.
 */
function localStart({ size, hidden, seed }: RbmThermodynamicsPoint): SpinRbm {
  const lattice = square(size);
  const { sites } = lattice;
  const around = neighbours(lattice);
  const own = JSON.stringify([seed, hidden, 'start']);
  const noise = new Noise(streamKey(own, 'weights of a local start')).uniform(sites * hidden);
  const weights = Float64Array.from(noise, (x) => NOISE * (2 * x - 1));
  const share = 1 / Math.sqrt(hidden / sites);
  for (let j = 0; j < hidden; j++) {
    const site = j % sites;
    weights[site * hidden + j] += share * TO_SITE;
    for (const i of around.subarray(4 * site, 4 * site + 4)) weights[i * hidden + j] += share * TO_NEIGHBOUR;
  }
  return new SpinRbm({ visible: sites, hidden, weights });
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

/** All states with Boltzmann's P(v). */
function boltzmann(hamiltonian: Hamiltonian): Weighted {
  const { rows, energies } = statesOf(hamiltonian);
  return { rows, weights: normalised(energies).p };
}

/** The distinct configurations, and their multiplicities. */
export function distinctRows(data: BitRows): { rows: BitRows; weights: number[] } {
  const places = new Map<string, number>();
  const weights: number[] = [];
  const kept: number[] = [];
  for (let r = 0; r < data.count; r++) {
    const key = String.fromCharCode(...data.bytes.subarray(r * data.stride, (r + 1) * data.stride));
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, kept.length);
      kept.push(r);
      weights.push(1);
    } else weights[place]++;
  }
  const rows = new BitRows(kept.length, data.width);
  kept.forEach((r, k) => {
    rows.bytes.set(data.bytes.subarray(r * data.stride, (r + 1) * data.stride), k * data.stride);
  });
  return { rows, weights };
}
