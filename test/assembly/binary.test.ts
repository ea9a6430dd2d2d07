import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binaryMachine, KERNEL_OPTIMISERS } from '../../src/rbm/engines/memory/layout.js';
import { fromPanels, padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { fieldOf, setFields, writeBlock } from '../../src/wasm/block.js';
import { BINARY_TRAINING, POPULATION, PROPOSALS, STEP } from '../../src/wasm/kernels.js';
import { type Learner, type LearnerSettings, minibatch } from '../reference/binary.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import type { Population } from '../reference/population.js';
import { Stream, streams } from '../reference/streams.js';
import type { Trajectory } from '../reference/trajectory.js';
import { packRows, roundUp } from '../reference/units.js';

const test = suite('assembly/rbm/learning');

interface Case extends LearnerSettings {
  name: string;
  visible: number;
  hidden: number;
  samples: number;
  rate: number;
  second: number;
  /** Most models of a trajectory. */
  most?: number;
  /** Chains have weights, and steps of a larger spread are slowed down. */
  spread?: number;
}

const PLAIN = {
  algorithm: 'persistent',
  batch: 10,
  samples: 27,
  steps: 1,
  chains: 7,
  betas: Float32Array.of(1),
  centred: true,
  optimiser: 'momentum',
  rate: 0.2,
  second: 0,
  momentum: 0.5,
  lambda: 0,
  decay: 0,
  limit: 0,
  target: 0,
  cost: 0,
} as const;

const adam = { optimiser: 'adam', rate: 0.05, second: 1.25, momentum: 0.9 } as const;
const ladder = Float32Array.of(1, 0.7, 0.35, 0);

const CASES: Case[] = [
  { ...PLAIN, name: 'PCD-1', visible: 13, hidden: 5 },
  { ...PLAIN, name: 'PCD-3, more chains than rows', visible: 21, hidden: 43, steps: 3, chains: 24 },
  { ...PLAIN, name: 'PCD-1, not centred, one row', visible: 61, hidden: 21, batch: 1, chains: 1, centred: false },
  { ...PLAIN, name: 'CD-1', visible: 20, hidden: 20, algorithm: 'contrastive', centred: false },
  {
    ...PLAIN,
    name: 'CD-4, centred, Nesterov',
    visible: 45,
    hidden: 23,
    algorithm: 'contrastive',
    steps: 4,
    optimiser: 'nesterov',
  },
  { ...PLAIN, name: 'Adam with L1 and L2', visible: 41, hidden: 22, ...adam, lambda: 1e-3, decay: 0.02 },
  { ...PLAIN, name: 'Adam, not centred', visible: 7, hidden: 19, ...adam, centred: false },
  { ...PLAIN, name: 'max-norm, sparsity, L1', visible: 33, hidden: 25, limit: 1.1, target: 0.1, cost: 3, lambda: 2e-3 },
  { ...PLAIN, name: 'PCD-1, a minibatch of 1700 rows', visible: 3, hidden: 2, batch: 1700, samples: 1700 },
  { ...PLAIN, name: 'a population', visible: 21, hidden: 9, spread: 0.05, lambda: 1e-3 },
  {
    ...PLAIN,
    name: 'a population, three steps',
    visible: 45,
    hidden: 43,
    spread: 0.5,
    chains: 24,
    steps: 3,
    rate: 0.02,
  },
  {
    ...PLAIN,
    name: 'a population, no limit, not centred',
    visible: 7,
    hidden: 61,
    spread: 0,
    centred: false,
    rate: 0.01,
  },
  { ...PLAIN, name: 'a population of one, Adam', visible: 33, hidden: 5, spread: 0.1, chains: 1, ...adam },
  {
    ...PLAIN,
    name: 'a population that is resampled',
    visible: 41,
    hidden: 22,
    spread: 0.5,
    chains: 33,
    samples: 270,
    rate: 0.6,
  },
  { ...PLAIN, name: 'parallel tempering', visible: 21, hidden: 9, betas: ladder },
  { ...PLAIN, name: 'parallel tempering, two steps', visible: 45, hidden: 25, betas: ladder, steps: 2, chains: 9 },
  { ...PLAIN, name: 'a trajectory', visible: 21, hidden: 9, most: 4, chains: 6, rate: 8, samples: 97, batch: 4 },
  {
    ...PLAIN,
    name: 'a trajectory, two steps, full',
    visible: 9,
    hidden: 23,
    most: 3,
    chains: 8,
    steps: 2,
    rate: 6,
    samples: 47,
    batch: 3,
  },
  {
    ...PLAIN,
    name: 'a trajectory of many models',
    visible: 13,
    hidden: 7,
    most: 5,
    chains: 5,
    rate: 16,
    samples: 900,
    batch: 3,
  },
];

const learned = (values: Float32Array) => ({
  values,
  velocity: new Float32Array(values.length),
  square: new Float32Array(values.length),
});

/** One past model. */
function randomTrajectory(draws: Draws, { visible, hidden }: Case, most: number): Trajectory {
  const weights = draws.floats(visible * hidden, -0.4, 0.4);
  const past = [
    { weights, hiddenBias: draws.floats(hidden, -0.5, 0.5), visibleBias: draws.floats(visible, -0.5, 0.5) },
  ];
  return { past, most, swaps: Array.from({ length: most }, () => [0, 0]), window: [0, 0] };
}

/** Chains that have been weighed before. */
function randomPopulation(draws: Draws, limit: number, chains: number): Population {
  const logWeights = Float64Array.from(draws.floats(chains, -0.2, 0));
  const before = [...draws.floats(chains, 10, 11)];
  const none = { turns: 0, resampled: 0, effective: 0, paces: 0 };
  return { logWeights, before, limit: Math.fround(limit), pace: 0.5, ...none };
}

/** Views of W, Wᵀ, b and c of past model k, from 1. */
function pastOf(machine: ReturnType<typeof binaryMachine>, { visible, hidden }: Case, k: number): Float32Array[] {
  const [v, h] = [padded(visible), padded(hidden)];
  const at = machine.u32('ladder').slice(4 * k, 4 * k + 4);
  return [v * h, v * h, h, v].map((length, part) => new Float32Array(machine.memory.buffer, at[part], length));
}

function randomLearner(draws: Draws, settings: Case): Learner {
  const { visible, hidden, chains, betas } = settings;
  return {
    visible,
    hidden,
    weights: learned(draws.floats(visible * hidden, -0.4, 0.4)),
    hiddenBias: learned(draws.floats(hidden, -0.5, 0.5)),
    visibleBias: learned(draws.floats(visible, -0.5, 0.5)),
    hiddenOffset: draws.floats(hidden, 0.2, 0.8),
    visibleOffset: draws.floats(visible, 0.2, 0.8),
    visibleBase: draws.floats(visible, -1, 1),
    chains: draws.bits(roundUp(chains, 4) * (settings.most ? 2 : betas.length) * visible),
    swaps: betas.slice(1).reduce((list: number[]) => [...list, 0], []),
    random: { hidden: [], visible: [], swaps: new Stream(0n) },
    ...(settings.most ? { trajectory: randomTrajectory(draws, settings, settings.most) } : {}),
    ...(settings.spread === undefined
      ? {}
      : { population: randomPopulation(draws, settings.spread, chains), proposals: { tried: 0, taken: 0 } }),
  };
}

/** The model in a machine; rubbish wherever the kernel should not look before it has written there. */
function prepared(settings: Case, model: Learner, data: Uint8Array) {
  const { visible, hidden, samples, importance, betas } = settings;
  const stride = Math.ceil(visible / 8);
  const squares = settings.optimiser === 'adam';
  const weighted = importance !== undefined;
  const sizes = {
    ...settings,
    rows: samples,
    stride,
    threads: 1,
    replicas: betas.length,
    most: settings.most ?? 1,
    population: model.population !== undefined,
    weighted,
    squares,
  };
  const machine = binaryMachine(sizes);
  // biome-ignore format: names
  for (const name of ['overlaps', 'dataIndex', 'hiddenIndex', 'transposed', 'factors', 'differences', 'partials', 'means', 'tables', 'scratch', 'sums', 'gradient'] as const) {
    machine.u8(name).fill(0xff);
  }
  machine.u8('data').set(packRows(data, samples, visible));
  toPanels(model.weights.values, visible, hidden, machine.f32('weights'));
  toPanels(transpose(model.weights.values, visible, hidden), hidden, visible, machine.f32('mirror'));
  machine.f32('visibleBias').fill(-Infinity).set(model.visibleBias.values);
  machine.f32('hiddenBias').fill(-Infinity).set(model.hiddenBias.values);
  machine.f32('hiddenOffset').set(model.hiddenOffset);
  machine.f32('visibleOffset').set(model.visibleOffset);
  machine.f32('visibleBase').fill(-1e30).set(model.visibleBase);
  machine.f32('hiddenBase').fill(-1e30).fill(0, 0, hidden);
  if (importance) machine.f32('importance').set(importance);
  const replicas = model.trajectory ? 2 : betas.length;
  const rowsOfChains = settings.algorithm === 'persistent' ? roundUp(settings.chains, 4) * replicas : 0;
  if (betas.length > 1) {
    machine.f32('betas').forEach((_, r, all) => {
      all[r] = 0;
    });
    machine
      .f32('betas')
      .set(Float32Array.from({ length: rowsOfChains }, (_, r) => betas[Math.floor((r * betas.length) / rowsOfChains)]));
  }
  if (rowsOfChains > 0) {
    machine.u8('chainBits').set(packRows(model.chains, rowsOfChains, visible));
    const groups = padded(visible) / 4;
    const { kernels, at } = machine;
    kernels.gather(at.chainBits, stride, 0, rowsOfChains, at.chainIndex, groups, 0, groups, 0, 0, 0);
  }
  if (model.trajectory) {
    setFields(machine, 'training', BINARY_TRAINING, { replicas: 2 });
    const [past] = model.trajectory.past;
    const [weights, mirror, b, c] = pastOf(machine, settings, 1);
    toPanels(past.weights, visible, hidden, weights);
    toPanels(transpose(past.weights, visible, hidden), hidden, visible, mirror);
    b.fill(-Infinity).set(past.hiddenBias);
    c.fill(-Infinity).set(past.visibleBias);
  }
  writeBlock(machine, 'step', STEP, { ...settings, optimiser: KERNEL_OPTIMISERS[settings.optimiser] });
  if (model.population) {
    const { logWeights, before, limit, pace } = model.population;
    machine.f64('logWeights').set(logWeights);
    machine.f64('before').set(before);
    const { momentum, lambda } = settings;
    setFields(machine, 'population', POPULATION, { limit, pace, momentum, lambda });
  }
  machine.f32('corrections').forEach((_, k, all) => {
    all[k] = k % 2 ? settings.second : settings.rate / (1 + k);
  });
  return machine;
}

function samePopulation(machine: ReturnType<typeof binaryMachine>, population: Population, what: string): void {
  const { logWeights, before, pace, turns, resampled, effective, paces } = population;
  const chains = logWeights.length;
  assert.equal([...machine.f64('logWeights').slice(0, chains)], [...logWeights], `${what}: log weights`);
  const [frees, apart] = [machine.f64('before'), roundUp(chains, 4)];
  const sums = before.map((_, m) => {
    let sum = 0;
    for (let at = m; at < frees.length; at += apart) sum += frees[at];
    return sum;
  });
  assert.equal(sums, before, `${what}: -F`);
  const fields = (...names: (keyof typeof POPULATION)[]) =>
    names.map((name) => fieldOf(machine, 'population', POPULATION, name));
  assert.equal(fields('turns', 'resampled'), [turns, resampled], `${what}: counts`);
  assert.equal(fields('pace', 'effective', 'paces'), [pace, effective, paces], `${what}: pace`);
}

function sameTrajectory(
  machine: ReturnType<typeof binaryMachine>,
  settings: Case,
  trajectory: Trajectory,
  what: string,
): void {
  const { visible, hidden } = settings;
  const { past, swaps, window } = trajectory;
  assert.is(fieldOf(machine, 'training', BINARY_TRAINING, 'replicas'), 1 + past.length, `${what}: models`);
  past.forEach((model, k) => {
    const [weights, mirror, b, c] = pastOf(machine, settings, k + 1);
    sameBits(fromPanels(weights, visible, hidden), model.weights, `${what}: past model ${k + 1}`);
    sameBits(fromPanels(mirror, hidden, visible), transpose(model.weights, visible, hidden), `${what}: its mirror`);
    sameBits(b.slice(0, hidden), model.hiddenBias, `${what}: its hidden biases`);
    sameBits(c.slice(0, visible), model.visibleBias, `${what}: its visible biases`);
  });
  const pairs = swaps.slice(0, past.length).flat();
  assert.equal([...machine.u32('swaps').slice(0, 2 * past.length)], pairs, `${what}: exchanges`);
  assert.equal([...machine.u32('window')], window, `${what}: window`);
}

for (const settings of CASES) {
  for (const weighted of [false, true]) {
    test(`two epochs of ${settings.name}${weighted ? ', weighted rows' : ''}, are the twin's`, () => {
      const { visible, hidden, batch, samples, chains, betas } = settings;
      const draws = new Draws(visible * hidden + batch);
      const model = randomLearner(draws, settings);
      const data = draws.bits(samples * visible, 0.4);
      const used = weighted ? { ...settings, importance: draws.floats(samples, 0.3, 2) } : settings;
      const machine = prepared(used, model, data);
      const { kernels, at } = machine;
      const batches = Math.ceil(samples / batch);
      const rates = machine.f32('corrections').slice();
      for (let e = 1; e <= 2; e++) {
        const order = draws.permutation(samples);
        machine.u32('order').set(order);
        const keys = [1n, 2n, 3n].map((key) => key + BigInt(10 * e));
        kernels.seedStreams(at.hiddenStreams, padded(hidden) / 20, keys[0], 0);
        kernels.seedStreams(at.visibleStreams, padded(visible) / 20, keys[1], 0);
        kernels.seedStreams(at.swapStream, 1, keys[2], 0);
        for (let from = 0; from < batches; from += e) {
          kernels.trainBinary(at.training, at.step, from, Math.min(batches, from + e), 0, 1);
        }
        model.random = {
          hidden: streams(keys[0], padded(hidden) / 20),
          visible: streams(keys[1], padded(visible) / 20),
          swaps: new Stream(keys[2]),
        };
        for (let b = 0; b < batches; b++) {
          const chosen = order.subarray(b * batch, (b + 1) * batch);
          const v = new Uint8Array(chosen.length * visible);
          chosen.forEach((row, r) => {
            v.set(data.subarray(row * visible, (row + 1) * visible), r * visible);
          });
          minibatch(model, v, chosen, used, b, rates[2 * b], rates[2 * b + 1]);
        }
        const what = `epoch ${e}`;
        sameBits(fromPanels(machine.f32('weights'), visible, hidden), model.weights.values, `${what}: weights`);
        sameBits(fromPanels(machine.f32('velocity'), visible, hidden), model.weights.velocity, `${what}: velocity`);
        const mirror = transpose(model.weights.values, visible, hidden);
        sameBits(fromPanels(machine.f32('mirror'), hidden, visible), mirror, `${what}: mirror`);
        if (settings.optimiser === 'adam') {
          sameBits(fromPanels(machine.f32('square'), visible, hidden), model.weights.square, `${what}: square`);
        }
        for (const [side, units] of [
          ['hidden', hidden],
          ['visible', visible],
        ] as const) {
          const biases = model[`${side}Bias`];
          sameBits(machine.f32(`${side}Bias`).slice(0, units), biases.values, `${what}: ${side} bias`);
          sameBits(machine.f32(`${side}Velocity`).slice(0, units), biases.velocity, `${what}: ${side} velocity`);
          sameBits(machine.f32(`${side}Square`).slice(0, units), biases.square, `${what}: ${side} square`);
          assert.ok(
            machine
              .f32(`${side}Bias`)
              .slice(units)
              .every((bias) => bias === -Infinity),
            `padded ${side} units`,
          );
        }
        sameBits(machine.f32('hiddenOffset').slice(0, hidden), model.hiddenOffset, `${what}: λ`);
        if (settings.algorithm === 'persistent') {
          const apart = roundUp(chains, 4);
          const stride = Math.ceil(visible / 8);
          kernels.packIndex(
            at.chainIndex,
            apart * (settings.most ?? betas.length),
            padded(visible) / 4,
            at.chainBits,
            stride,
          );
          const replicas = model.trajectory ? 1 + model.trajectory.past.length : betas.length;
          Array.from({ length: replicas }).forEach((_, k) => {
            const [first, past] = [k * apart, k * apart + chains];
            const expected = packRows(model.chains.slice(first * visible, past * visible), chains, visible);
            assert.equal(
              machine.u8('chainBits').slice(first * stride, past * stride),
              expected,
              `${what}: replica ${k}`,
            );
          });
          if (model.population) samePopulation(machine, model.population, what);
          if (model.proposals) {
            const { tried, taken } = model.proposals;
            const counts = (['tried', 'taken'] as const).map((name) => fieldOf(machine, 'proposals', PROPOSALS, name));
            assert.equal(counts, [tried, taken], `${what}: moves`);
            assert.ok(
              e < 2 || settings.chains < 20 || (taken > 0 && taken < tried),
              `${taken} of ${tried} moves taken`,
            );
          }
          if (model.trajectory) sameTrajectory(machine, settings, model.trajectory, what);
          else assert.equal([...machine.u32('swaps')].slice(0, betas.length - 1), model.swaps, `${what}: exchanges`);
        }
        if (settings.name.includes('resampled')) {
          const { turns, resampled, paces } = model.population as Population;
          assert.ok(resampled > 0 && resampled < turns && paces < turns, `${resampled} of ${turns}, pace ${paces}`);
        }
        if (betas.length > 1)
          assert.ok(
            model.swaps.every((count) => count > 0),
            `${model.swaps} exchanges`,
          );
      }
    });
  }
}

test.run();
