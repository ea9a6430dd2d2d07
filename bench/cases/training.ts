/**
 * Training by CD-1 and PCD-1: weight updates of minibatches of 100 rows, what comes at the end of an epoch included,
 * against the formulas written straight down. Checked bit for bit against the readable twins (those in fixed point by
 * the tests), and against one thread.
 */

import {
  type BitRows,
  Ising,
  logLikelihood,
  Rbm,
  type SpinData,
  square,
  Training,
  type TrainingOptions,
} from '../../src/all.js';
import { BinaryEngine } from '../../src/rbm/engines/binary.js';
import { Cd1Engine } from '../../src/rbm/engines/cd1.js';
import { checkTrainingOptions } from '../../src/rbm/engines/checkedOptions.js';
import type { Engine } from '../../src/rbm/engines/engine.js';
import { meansOf } from '../../src/rbm/engines/rows.js';
import { initialState } from '../../src/rbm/engines/state.js';
import { streamKey } from '../../src/util/random.js';
import { startTeam } from '../../src/wasm/team.js';
import * as learningTwin from '../../test/reference/binary.js';
import * as contrastiveTwin from '../../test/reference/cd1.js';
import { Stream, shuffle, streams } from '../../test/reference/streams.js';
import { PANEL } from '../../test/reference/units.js';
import type { Contender, Entry } from '../harness.js';
import { close, same } from './agree.js';
import { type Body, counted, entry } from './entry.js';
import { Uniform } from './uniform.js';

export type Divergence = 'cd' | 'pcd';
export const BATCH = 100;
/** Step and momentum of all contenders. */
export const RATE = 0.1;
export const MOMENTUM = 0.5;

/** What every contender does: steps that are not centred, at a constant rate. */
const plainest = (algorithm: Divergence) =>
  ({ algorithm, centred: false, schedule: 'constant', learningRate: RATE, momentum: MOMENTUM }) as const;

/** What the products of an entry are computed in. */
export type Precision = 'float32' | 'fixed16';

/** Ways of ours to do it, each on one thread and on several; the first is the reference. */
interface Way {
  name: string;
  options: Partial<TrainingOptions>;
  /** Whether its steps are others than those of the first way, so that it may end elsewhere. */
  other?: true;
}
const FLOAT: Way = { name: 'Wasm float32', options: {} };
const FIXED: Way = { name: 'Wasm fixed point, 16 bits', options: { precision: 'fixed16' }, other: true };
const WAYS: Record<Divergence, Record<Precision, Way[]>> = {
  cd: { float32: [FLOAT], fixed16: [FIXED] },
  pcd: {
    float32: [FLOAT, { name: 'Wasm float32, centred (the default)', options: { centred: true }, other: true }],
    fixed16: [FIXED, { ...FIXED, name: 'Wasm fixed point, centred', options: { ...FIXED.options, centred: true } }],
  },
};
/** All of them, the reference first. */
const waysOf = (algorithm: Divergence) => [...WAYS[algorithm].float32, ...WAYS[algorithm].fixed16];

/**
 * Sizes, and rows of an epoch: one or two seconds of it. What ends an epoch (parameters copied out, the
 * pseudo-likelihood of 500 rows) is some 6 % of these 200 updates, and a fifth of the 40 of the largest.
 */
export interface TrainingSize {
  /** Configurations of side × side spins. */
  side: number;
  hidden: number;
  rows: number;
}
export const SIZES: TrainingSize[] = [
  { side: 28, hidden: 500, rows: 20_000 },
  { side: 40, hidden: 400, rows: 20_000 },
  { side: 64, hidden: 1024, rows: 4_000 },
];

export const TRAINING_COUPLING = 0.408;

const sampled = new Map<string, SpinData>();

/** Independent Ising configurations, kept; those of peers are the first of ours. */
export function trainingData(side: number, rows: number): SpinData {
  const key = `${side} ${rows}`;
  const options = { lattice: square(side), coupling: TRAINING_COUPLING, seed: 1, method: 'replicas' } as const;
  const data = sampled.get(key) ?? new Ising(options).sample(rows);
  sampled.set(key, data);
  return data;
}

/**
 * Written straight from the formulas: rows of W, zeros skipped, float32 arrays. Persistent chains are rows of bits that
 * go on.
 */
export class PlainTraining {
  readonly weights: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly visibleBias: Float32Array;
  readonly #velocity: Float32Array;
  readonly #hiddenVelocity: Float32Array;
  readonly #visibleVelocity: Float32Array;
  readonly #gradient: Float32Array;
  readonly #chains: Uint8Array[] | undefined;
  readonly #random: Uniform;

  constructor(
    readonly data: Uint8Array[],
    readonly hidden: number,
    algorithm: Divergence,
    readonly rate = RATE,
    seed = 1,
  ) {
    const visible = data[0].length;
    this.#random = new Uniform(seed);
    this.weights = Float32Array.from({ length: visible * hidden }, () => 0.02 * (this.#random.next() - 0.5));
    this.hiddenBias = new Float32Array(hidden);
    this.visibleBias = new Float32Array(visible);
    this.#velocity = new Float32Array(visible * hidden);
    this.#hiddenVelocity = new Float32Array(hidden);
    this.#visibleVelocity = new Float32Array(visible);
    this.#gradient = new Float32Array(visible * hidden);
    if (algorithm === 'pcd') {
      this.#chains = Array.from({ length: BATCH }, () => data[0].map(() => (this.#random.next() < 0.5 ? 1 : 0)));
    }
  }

  /** p(h_j = 1 | v). */
  #up(v: Uint8Array): Float32Array {
    const { hidden, weights } = this;
    const inputs = this.hiddenBias.slice();
    for (let i = 0; i < v.length; i++) {
      if (v[i]) for (let j = 0; j < hidden; j++) inputs[j] += weights[i * hidden + j];
    }
    for (let j = 0; j < hidden; j++) inputs[j] = 1 / (1 + Math.exp(-inputs[j]));
    return inputs;
  }

  #sampled(p: Float32Array): Uint8Array {
    return Uint8Array.from(p, (mean) => (this.#random.next() < mean ? 1 : 0));
  }

  /** One sample of v given h. */
  #down(h: Uint8Array): Uint8Array {
    const { hidden, weights, visibleBias } = this;
    const v = new Uint8Array(visibleBias.length);
    for (let i = 0; i < v.length; i++) {
      let sum = visibleBias[i];
      for (let j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
      v[i] = this.#random.next() < 1 / (1 + Math.exp(-sum)) ? 1 : 0;
    }
    return v;
  }

  /** gradient += factor·(v p, v, p). */
  #learn(v: Uint8Array, p: Float32Array, factor: number, db: Float32Array, dc: Float32Array): void {
    const { hidden } = this;
    const gradient = this.#gradient;
    for (let i = 0; i < v.length; i++) {
      if (!v[i]) continue;
      dc[i] += factor;
      for (let j = 0; j < hidden; j++) gradient[i * hidden + j] += factor * p[j];
    }
    for (let j = 0; j < hidden; j++) db[j] += factor * p[j];
  }

  rbm(): Rbm {
    const { hidden, weights, hiddenBias, visibleBias } = this;
    return new Rbm({ visible: visibleBias.length, hidden, weights, hiddenBias, visibleBias });
  }

  /** One pass over the rows, in their order. */
  epoch(): void {
    const { data, hidden } = this;
    for (let first = 0; first < data.length; first += BATCH) {
      const batch = data.slice(first, first + BATCH);
      const [db, dc] = [new Float32Array(hidden), new Float32Array(data[0].length)];
      this.#gradient.fill(0);
      for (const v of batch) {
        const p = this.#up(v);
        this.#learn(v, p, 1 / batch.length, db, dc);
        if (this.#chains) continue;
        const model = this.#down(this.#sampled(p));
        this.#learn(model, this.#up(model), -1 / batch.length, db, dc);
      }
      this.#chains?.forEach((v, k, chains) => {
        const model = this.#down(this.#sampled(this.#up(v)));
        this.#learn(model, this.#up(model), -1 / chains.length, db, dc);
        chains[k] = model;
      });
      descend(this.weights, this.#velocity, this.#gradient, this.rate);
      descend(this.hiddenBias, this.#hiddenVelocity, db, this.rate);
      descend(this.visibleBias, this.#visibleVelocity, dc, this.rate);
    }
  }
}

function descend(values: Float32Array, velocity: Float32Array, gradient: Float32Array, rate: number): void {
  for (let k = 0; k < values.length; k++) {
    velocity[k] = MOMENTUM * velocity[k] + rate * gradient[k];
    values[k] += velocity[k];
  }
}

const rowsOf = (data: BitRows, count: number) => Array.from({ length: count }, (_, r) => data.row(r));

/** Rows of small checks: one minibatch is not full, neither layer fills its panels. */
const SMALL = { side: 5, hidden: 23, rows: 130 };

/** Two epochs of a small RBM by the readable twin; the same random streams, so the same bits. */
async function checkTwin(algorithm: Divergence): Promise<void> {
  const { side, hidden, rows } = SMALL;
  const visible = side ** 2;
  const seed = 3;
  const data = trainingData(side, rows);
  const training = await Training.start(data, { ...plainest(algorithm), hidden, epochs: 2, threads: 1, seed });
  const start = training.state();
  const values = Uint8Array.from(rowsOf(data, rows).flatMap((row) => [...row]));
  const learned = (array: Float32Array) => ({
    values: array.slice(),
    velocity: new Float32Array(array.length),
    square: new Float32Array(array.length),
  });
  const [weights, hiddenBias, visibleBias] = [start.weights, start.hiddenBias, start.visibleBias].map(learned);
  const chains = start.chains ? [...Array(BATCH).keys()] : [];
  const stride = Math.ceil(visible / 8);
  const learner: learningTwin.Learner = {
    visible,
    hidden,
    weights,
    hiddenBias,
    visibleBias,
    hiddenOffset: new Float32Array(hidden),
    visibleOffset: new Float32Array(visible),
    visibleBase: new Float32Array(visible),
    chains: Uint8Array.from(
      chains.flatMap((m) =>
        Array.from({ length: visible }, (_, i) => (start.chains![m * stride + (i >> 3)] >> (i & 7)) & 1),
      ),
    ),
    swaps: [],
    random: { hidden: [], visible: [], swaps: new Stream(0n) },
  };
  for (let epoch = 1; epoch <= 2; epoch++) {
    await training.runEpoch();
    const order = shuffle(new Stream(streamKey(seed, 'order', epoch)), rows);
    const keys = [streamKey(seed, 'hidden', epoch), streamKey(seed, 'visible', epoch)] as const;
    if (algorithm === 'cd') {
      const model: contrastiveTwin.Model = {
        visible,
        hidden,
        weights: weights.values,
        velocity: weights.velocity,
        hiddenBias: hiddenBias.values,
        hiddenVelocity: hiddenBias.velocity,
        visibleBias: visibleBias.values,
        visibleVelocity: visibleBias.velocity,
      };
      const settings = { batch: BATCH, rate: RATE, momentum: MOMENTUM, lambda: 0 };
      contrastiveTwin.epoch(model, values, order, settings, contrastiveTwin.unitStreams(model, ...keys));
    } else {
      learner.random.hidden = streams(keys[0], Math.ceil(hidden / PANEL));
      learner.random.visible = streams(keys[1], Math.ceil(visible / PANEL));
      for (let b = 0; b * BATCH < rows; b++) {
        const chosen = order.subarray(b * BATCH, (b + 1) * BATCH);
        const v = Uint8Array.from(
          [...chosen].flatMap((row) => [...values.subarray(row * visible, (row + 1) * visible)]),
        );
        learningTwin.minibatch(learner, v, chosen, PERSISTENT, b, RATE, 0);
      }
    }
  }
  const end = training.state();
  same('weights', end.weights, weights.values);
  same('hidden biases', end.hiddenBias, hiddenBias.values);
  same('visible biases', end.visibleBias, visibleBias.values);
  await training.close();
}

const PERSISTENT: learningTwin.LearnerSettings = {
  algorithm: 'persistent',
  batch: BATCH,
  steps: 1,
  chains: BATCH,
  betas: Float32Array.of(1),
  centred: false,
  optimiser: 'momentum',
  momentum: MOMENTUM,
  lambda: 0,
  decay: 0,
  limit: 0,
  target: 0,
  cost: 0,
};

/** Small RBMs: independent samples of 4 × 4 spins, whose likelihood is exact. */
export const LEARNT = { rate: 0.05, hidden: 8, epochs: 20 };

/** One trained by some way of ours, and the mean log-likelihood of a row that it ends with. */
async function trained(data: BitRows, algorithm: Divergence, way: Way, threads: number) {
  const { rate, hidden, epochs } = LEARNT;
  const options = { ...plainest(algorithm), ...way.options, learningRate: rate, hidden, epochs, threads, seed: 1 };
  const training = await Training.start(data, options);
  while (!training.finished) await training.runEpoch();
  const { weights } = training.state();
  const { mean } = logLikelihood(training.rbm(), data);
  await training.close();
  return { weights, mean };
}

/** 600 rows of 4 × 4 spins. */
export const smallData = () => trainingData(4, 600);

/** The log-likelihood of a row of them by independent units: what is to be had without learning. */
function independent(): number {
  return smallData()
    .means()
    .reduce((sum, p) => sum + p * Math.log(p) + (1 - p) * Math.log(1 - p), 0);
}

/** The same, and what the first of our ways comes to. */
export async function learnt(algorithm: Divergence): Promise<{ independent: number; ours: number }> {
  return { independent: independent(), ours: (await trained(smallData(), algorithm, FLOAT, 1)).mean };
}

/**
 * Checks that all programs learn: ours with the same bits on any number of threads, all of them better than independent
 * units, and programs with equal steps equally well.
 */
async function checkLearning(algorithm: Divergence, threads: number): Promise<string> {
  const data = smallData();
  const least = independent();
  const plain = new PlainTraining(rowsOf(data, data.count), LEARNT.hidden, algorithm, LEARNT.rate);
  for (let epoch = 0; epoch < LEARNT.epochs; epoch++) plain.epoch();
  const means = [logLikelihood(plain.rbm(), data).mean];
  for (const way of waysOf(algorithm)) {
    const one = await trained(data, algorithm, way, 1);
    if (threads > 1) same(way.name, (await trained(data, algorithm, way, threads)).weights, one.weights);
    // nats per row, of about five that the correlations contribute
    if (!(one.mean > least + 1)) throw new Error(`${way.name}: log-likelihood ${one.mean} of ${least}`);
    if (!way.other) means.push(one.mean);
  }
  const ours = new Float64Array(means.length).fill(means[1]);
  close('log-likelihoods', means, ours, 0.5);
  const spoken = [means[1], means[0], least].map((mean) => mean.toFixed(2));
  return `log-likelihood of a row ${spoken[0]}, plain ${spoken[1]}, of independent units ${spoken[2]}`;
}

const checked = new Map<string, Promise<string>>();

/** The same for all sizes, so once. */
function checkOnce(algorithm: Divergence, threads: number): Promise<string> {
  const key = `${algorithm} ${threads}`;
  const check = async () => {
    await checkTwin(algorithm);
    return `weights equal the twin's${threads > 1 ? ', on any threads' : ''}; ${await checkLearning(algorithm, threads)}`;
  };
  if (!checked.has(key)) checked.set(key, check());
  return checked.get(key)!;
}

export const trainingName = (
  algorithm: Divergence,
  { side, hidden }: Omit<TrainingSize, 'rows'>,
  threads: number,
  precision: Precision,
) =>
  `${algorithm.toUpperCase()}-1${precision === 'fixed16' ? ' in 16 bits' : ''}, ${side ** 2}-${hidden}, ${counted(threads)}`;

/** Minibatches of 100 rows, each with its step. */
async function trainingCase(
  algorithm: Divergence,
  { side, hidden, rows }: TrainingSize,
  threads: number,
  precision: Precision,
): Promise<Body> {
  const data = trainingData(side, rows);
  const contenders: Contender[] = [];
  const trainings: Training[] = [];
  for (const count of threads > 1 ? [threads, 1] : [1]) {
    for (const { name, options } of WAYS[algorithm][precision]) {
      const run = { ...plainest(algorithm), ...options, hidden, epochs: 1e6, threads: count, seed: 1 };
      const training = await Training.start(data, run);
      trainings.push(training);
      contenders.push({
        name: threads > 1 ? `${name}, ${counted(count)}` : name,
        run: async () => void (await training.runEpoch()),
      });
    }
  }
  const few = Math.min(rows, side > 40 ? BATCH : 2 * BATCH);
  const plain = new PlainTraining(rowsOf(data, few), hidden, algorithm);
  contenders.push({ name: 'plain TypeScript, 1 thread', run: () => plain.epoch(), share: few / rows });
  return {
    unit: 'updates',
    work: Math.ceil(rows / BATCH),
    contenders,
    check: () => checkOnce(algorithm, threads),
    close: async () => {
      for (const training of trainings) await training.close();
    },
  };
}

/** Plain CD-1 by the kernel that knows nothing else, and by the one that knows everything. */
function enginesCase({ side, hidden, rows }: TrainingSize): Body {
  const data = trainingData(side, rows);
  const options = checkTrainingOptions({ ...plainest('cd'), hidden, epochs: 1e6, threads: 1, seed: 1 });
  const means = meansOf(data, undefined);
  const engines: Engine[] = [new Cd1Engine(data, options), new BinaryEngine(data, options, means, undefined)];
  for (const engine of engines) engine.load(initialState(data, means, options));
  let epoch = 0;
  const run = async (engine: Engine) => {
    engine.begin(++epoch, RATE);
    const team = await startTeam(engine.memory, 1);
    await team.run(engine.kernel, ...engine.blocks, 0, engine.batches);
  };
  return {
    unit: 'updates',
    work: engines[0].batches,
    contenders: ['the kernel of CD-1', 'the general kernel'].map((name, k) => ({ name, run: () => run(engines[k]) })),
    check: async () => {
      await checkTwin('cd');
      await checkTwin('pcd');
      // one order of additions differs, so not the same bits; and a bit that is drawn otherwise soon makes all others
      // differ: one step
      const [row] = [trainingData(side, BATCH)];
      const pair = [new Cd1Engine(row, options), new BinaryEngine(row, options, meansOf(row, undefined), undefined)];
      const results: Float32Array[] = [];
      for (const engine of pair) {
        engine.load(initialState(row, meansOf(row, undefined), options));
        engine.begin(1, RATE);
        const team = await startTeam(engine.memory, 1);
        await team.run(engine.kernel, ...engine.blocks, 0, 1);
        results.push(engine.parameters().weights);
      }
      return `weights equal the twins'; after a step both ${close('weights', results[1], results[0], 1e-6)}`;
    },
  };
}

export function trainingEntries(threads: number): Entry[] {
  const group = 'Training of RBMs';
  const tiny: TrainingSize = { side: 8, hidden: 30, rows: 300 };
  const counts = threads > 1 ? [1, threads] : [1];
  const cases = (['cd', 'pcd'] as const).flatMap((algorithm) =>
    (['float32', 'fixed16'] as const).flatMap((precision) =>
      counts.flatMap((count) =>
        SIZES.map((size) =>
          entry(
            {
              name: trainingName(algorithm, size, count, precision),
              group,
              threads: count,
              series: {
                name: `${algorithm.toUpperCase()}-1${precision === 'fixed16' ? ' in 16 bits' : ''} on ${counted(count)}, cost of an update`,
                x: size.side ** 2 * size.hidden,
              },
            },
            (short) => trainingCase(algorithm, short ? tiny : size, count, precision),
          ),
        ),
      ),
    ),
  );
  return [
    ...cases,
    entry({ name: 'CD-1, 1600-400, the general engine and the fast one', group }, (short) =>
      enginesCase(short ? tiny : { ...SIZES[1], rows: 5000 }),
    ),
  ];
}
