import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cd1Machine } from '../../src/rbm/engines/memory/layout.js';
import { fromPanels, padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { streamKey } from '../../src/util/random.js';
import { epoch, type Model, unitStreams } from '../reference/cd1.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { packRows } from '../reference/units.js';

const test = suite('assembly/rbm/training');

interface Case {
  visible: number;
  hidden: number;
  batch: number;
  samples: number;
  rate: number;
  momentum: number;
  lambda: number;
}

function randomModel(draws: Draws, visible: number, hidden: number): Model {
  return {
    visible,
    hidden,
    weights: draws.floats(visible * hidden, -0.3, 0.3),
    velocity: new Float32Array(visible * hidden),
    hiddenBias: draws.floats(hidden, -0.5, 0.5),
    hiddenVelocity: new Float32Array(hidden),
    visibleBias: draws.floats(visible, -0.5, 0.5),
    visibleVelocity: new Float32Array(visible),
  };
}

/** Regions that the kernel fills before it reads them. */
// biome-ignore format: names
const WORKSPACE = ['dataIndex', 'transposed', 'dataSums', 'modelIndex', 'modelSums', 'hiddenIndex', 'means', 'tables', 'scratch', 'inputs', 'gradient'] as const;

/** A machine with the model and the data in it, and rubbish wherever the kernel should not look before it has written there. */
function prepared(settings: Case, model: Model, data: Uint8Array) {
  const { visible, hidden } = settings;
  const machine = cd1Machine({ ...settings, rows: settings.samples, stride: Math.ceil(visible / 8), threads: 1 });
  for (const name of WORKSPACE) machine.u8(name).fill(0xff); // as floats, NaN
  machine.u8('data').set(packRows(data, settings.samples, visible));
  toPanels(model.weights, visible, hidden, machine.f32('weights'));
  toPanels(transpose(model.weights, visible, hidden), hidden, visible, machine.f32('mirror'));
  machine.f32('visibleBias').fill(-Infinity).set(model.visibleBias);
  machine.f32('hiddenBias').fill(-Infinity).set(model.hiddenBias);
  return machine;
}

function sameModel(machine: ReturnType<typeof prepared>, model: Model, what: string): void {
  const { visible, hidden } = model;
  sameBits(fromPanels(machine.f32('weights'), visible, hidden), model.weights, `${what}: weights`);
  sameBits(fromPanels(machine.f32('velocity'), visible, hidden), model.velocity, `${what}: velocity`);
  const mirror = transpose(model.weights, visible, hidden);
  sameBits(fromPanels(machine.f32('mirror'), hidden, visible), mirror, `${what}: mirror`);
  for (const [name, length] of [
    ['hiddenBias', hidden],
    ['hiddenVelocity', hidden],
    ['visibleBias', visible],
    ['visibleVelocity', visible],
  ] as const) {
    sameBits(machine.f32(name).slice(0, length), model[name], `${what}: ${name}`);
  }
}

const CASES: Case[] = [
  { visible: 7, hidden: 1, batch: 1, samples: 9, rate: 0.1, momentum: 0.5, lambda: 0 },
  { visible: 13, hidden: 5, batch: 3, samples: 31, rate: 0.2, momentum: 0.9, lambda: 1e-3 },
  { visible: 20, hidden: 20, batch: 4, samples: 24, rate: 0.1, momentum: 0, lambda: 0 },
  { visible: 21, hidden: 19, batch: 7, samples: 50, rate: 0.1, momentum: 0.5, lambda: 1e-3 },
  { visible: 40, hidden: 20, batch: 10, samples: 77, rate: 0.05, momentum: 0.5, lambda: 0 },
  { visible: 61, hidden: 21, batch: 100, samples: 230, rate: 0.1, momentum: 0.5, lambda: 2e-4 },
  { visible: 61, hidden: 43, batch: 10, samples: 45, rate: 0.3, momentum: 0.8, lambda: 0.01 },
  { visible: 101, hidden: 43, batch: 7, samples: 20, rate: 0.1, momentum: 0.5, lambda: 0 },
  // one minibatch, larger than the data would be without its padding
  { visible: 13, hidden: 43, batch: 5, samples: 5, rate: 0.1, momentum: 0.5, lambda: 0 },
];

for (const settings of CASES) {
  const { visible, hidden, batch, samples } = settings;
  test(`two epochs of ${visible}-${hidden}, ${samples} samples in minibatches of ${batch}, are the twin's`, () => {
    const draws = new Draws(visible * hidden + batch);
    const model = randomModel(draws, visible, hidden);
    const start = { ...model, weights: model.weights.slice() };
    const data = draws.bits(samples * visible, 0.4);
    const machine = prepared(settings, model, data);
    const { kernels, at } = machine;
    const batches = Math.ceil(samples / batch);
    for (let e = 1; e <= 2; e++) {
      const order = draws.permutation(samples);
      machine.u32('order').set(order);
      const keys = [streamKey(3, 'hidden', e), streamKey(3, 'visible', e)] as const;
      kernels.seedStreams(at.hiddenStreams, padded(hidden) / 20, keys[0], 0);
      kernels.seedStreams(at.visibleStreams, padded(visible) / 20, keys[1], 0);
      // in pieces: minibatches are independent of how many a call makes
      for (let from = 0; from < batches; from += e) {
        kernels.trainCd1(at.training, from, Math.min(batches, from + e), 0, 1);
      }
      epoch(model, data, order, settings, unitStreams(model, ...keys));
      sameModel(machine, model, `epoch ${e}`);
    }
    assert.ok(
      model.weights.some((w, k) => w !== start.weights[k]),
      'something was learnt',
    );
    // units that pad the panels have neither weights nor a bias that they could fire with
    assert.ok(
      machine
        .f32('hiddenBias')
        .slice(hidden)
        .every((bias) => bias === -Infinity),
    );
    assert.ok(
      machine
        .f32('visibleBias')
        .slice(visible)
        .every((bias) => bias === -Infinity),
    );
    const nonzero = model.weights.filter((w) => w !== 0).length;
    assert.is(machine.f32('weights').filter((w) => w !== 0).length, nonzero);
    assert.is(machine.f32('mirror').filter((w) => w !== 0).length, nonzero);
  });
}

test('units beyond all reason: weights of ±90 saturate, and no number becomes NaN', () => {
  const settings = { visible: 13, hidden: 5, batch: 4, samples: 12, rate: 0.1, momentum: 0.5, lambda: 0 };
  const draws = new Draws(1);
  const model = randomModel(draws, 13, 5);
  model.weights.forEach((_, k) => {
    model.weights[k] = draws.uniform(-90, 90);
  });
  const data = draws.bits(12 * 13);
  const machine = prepared(settings, model, data);
  const { kernels, at } = machine;
  const order = draws.permutation(12);
  machine.u32('order').set(order);
  kernels.seedStreams(at.hiddenStreams, 1, 1n, 0);
  kernels.seedStreams(at.visibleStreams, 1, 2n, 0);
  kernels.trainCd1(at.training, 0, 3, 0, 1);
  epoch(model, data, order, settings, unitStreams(model, 1n, 2n));
  sameModel(machine, model, 'one epoch');
  assert.ok(model.weights.every(Number.isFinite));
});

test.run();
