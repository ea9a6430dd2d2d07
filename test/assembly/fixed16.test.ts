import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fixed16Machine } from '../../src/rbm/engines/memory/fixed16Layout.js';
import { beginPopulation, loadPopulation, readPopulation } from '../../src/rbm/engines/population.js';
import { fromPanels, padded, toPanels } from '../../src/rbm/model/panels.js';
import { streamKey } from '../../src/util/random.js';
import { fieldOf, setFields } from '../../src/wasm/block.js';
import { FIXED_PANEL, FIXED_TABLES, POPULATION, PROPOSALS } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import type { Model } from '../reference/cd1.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import {
  chooseScales,
  type FixedSettings,
  fixedEpoch,
  fixedProduct,
  fixedStreams,
  probability,
  roundAtRandom,
  roundTo,
  scaleFor,
} from '../reference/fixed16.js';
import type { Population } from '../reference/population.js';
import { Stream } from '../reference/streams.js';
import { packRows } from '../reference/units.js';

const test = suite('assembly/rbm/fixedPoint');

interface Case {
  visible: number;
  hidden: number;
  batch: number;
  samples: number;
  rate: number;
  momentum: number;
  lambda: number;
  /** Weights lie in ±size. */
  size: number;
  /** Gibbs steps, chains that persist (0: none), and whether steps are centred. */
  steps: number;
  chains: number;
  centred: boolean;
  /** Chains have weights, and steps of a larger spread are slowed down. */
  spread?: number;
}

const PLAIN = { steps: 1, chains: 0, centred: false };

function randomModel(draws: Draws, { visible, hidden, size }: Case): Model {
  return {
    visible,
    hidden,
    weights: draws.floats(visible * hidden, -size, size),
    velocity: draws.floats(visible * hidden, -0.01 * size, 0.01 * size),
    hiddenBias: draws.floats(hidden, -0.5, 0.5),
    hiddenVelocity: new Float32Array(hidden),
    visibleBias: draws.floats(visible, -0.5, 0.5),
    visibleVelocity: new Float32Array(visible),
  };
}

// biome-ignore format: names
const WORKSPACE = ['partials', 'differences', 'forward', 'mirror', 'hiddenScales', 'visibleScales', 'shares', 'dataIndex', 'transposed', 'dataSums', 'modelIndex', 'modelSums', 'hiddenIndex', 'means', 'tables', 'scratch', 'inputs', 'gradient'] as const;

/** A machine with the model and the data in it, and rubbish wherever the kernel should not look before it has written there. */
function prepared(settings: Case, model: Model, data: Uint8Array) {
  const { visible, hidden } = settings;
  const population = settings.spread !== undefined;
  const stride = Math.ceil(visible / 8);
  const machine = fixed16Machine({ ...settings, population, rows: settings.samples, stride, threads: 1 });
  for (const name of WORKSPACE) machine.u8(name).fill(0xff);
  machine.u8('data').set(packRows(data, settings.samples, visible));
  toPanels(model.weights, visible, hidden, machine.f32('weights'), FIXED_PANEL);
  toPanels(model.velocity, visible, hidden, machine.f32('velocity'), FIXED_PANEL);
  machine.f32('visibleBias').fill(-Infinity).set(model.visibleBias);
  machine.f32('hiddenBias').fill(-Infinity).set(model.hiddenBias);
  return machine;
}

function sameModel(machine: ReturnType<typeof prepared>, model: Model, what: string): void {
  const { visible, hidden } = model;
  sameBits(fromPanels(machine.f32('weights'), visible, hidden, FIXED_PANEL), model.weights, `${what}: weights`);
  sameBits(fromPanels(machine.f32('velocity'), visible, hidden, FIXED_PANEL), model.velocity, `${what}: velocity`);
  for (const [name, length] of [
    ['hiddenBias', hidden],
    ['hiddenVelocity', hidden],
    ['visibleBias', visible],
    ['visibleVelocity', visible],
  ] as const) {
    sameBits(machine.f32(name).slice(0, length), model[name], `${what}: ${name}`);
  }
}

/** Chains that have been weighed before, and unevenly: the first has nearly all of the weight. */
function randomPopulation(draws: Draws, limit: number, chains: number): Population {
  const logWeights = Float64Array.from(draws.floats(chains, -8, -6));
  logWeights[0] = 0;
  const before = [...draws.floats(chains, 10, 11)];
  const none = { turns: 0, resampled: 0, effective: 0, paces: 0 };
  return { logWeights, before, limit: Math.fround(limit), pace: 0.5, ...none };
}

function samePopulation(machine: ReturnType<typeof prepared>, population: Population, what: string): void {
  const { logWeights, before, pace, turns, resampled, effective, paces } = population;
  const found = readPopulation(machine, logWeights.length);
  assert.equal([...(found.chainLogWeights as Float64Array)], [...logWeights], `${what}: log weights`);
  assert.equal(
    [...(found.chainFreeEnergies as Float64Array)],
    before.map((free) => -free),
    `${what}: -F`,
  );
  const block = (name: keyof typeof POPULATION) => fieldOf(machine, 'population', POPULATION, name);
  assert.equal([block('turns'), block('resampled')], [turns, resampled], `${what}: counts`);
  assert.equal([block('pace'), block('effective'), block('paces')], [pace, effective, paces], `${what}: pace`);
}

const CASES: Case[] = [
  { visible: 7, hidden: 1, batch: 1, samples: 9, rate: 0.1, momentum: 0.5, lambda: 0, size: 0.3, ...PLAIN },
  { visible: 13, hidden: 5, batch: 3, samples: 70, rate: 0.2, momentum: 0.9, lambda: 1e-3, size: 0.3, ...PLAIN },
  { visible: 40, hidden: 40, batch: 5, samples: 35, rate: 0.1, momentum: 0, lambda: 0, size: 0.3, ...PLAIN },
  { visible: 41, hidden: 39, batch: 7, samples: 50, rate: 0.1, momentum: 0.5, lambda: 1e-3, size: 1, ...PLAIN },
  { visible: 80, hidden: 20, batch: 10, samples: 77, rate: 0.05, momentum: 0.5, lambda: 0, size: 0.01, ...PLAIN },
  { visible: 61, hidden: 21, batch: 100, samples: 230, rate: 0.1, momentum: 0.5, lambda: 2e-4, size: 0.3, ...PLAIN },
  { visible: 121, hidden: 83, batch: 10, samples: 45, rate: 0.3, momentum: 0.8, lambda: 0.01, size: 8, ...PLAIN },
  {
    visible: 45,
    hidden: 50,
    batch: 7,
    samples: 40,
    rate: 0.1,
    momentum: 0.5,
    lambda: 0,
    size: 0.3,
    steps: 3,
    chains: 0,
    centred: false,
  },
  {
    visible: 45,
    hidden: 50,
    batch: 7,
    samples: 40,
    rate: 0.1,
    momentum: 0.5,
    lambda: 1e-3,
    size: 0.3,
    steps: 1,
    chains: 0,
    centred: true,
  },
  {
    visible: 81,
    hidden: 43,
    batch: 7,
    samples: 40,
    rate: 0.1,
    momentum: 0.5,
    lambda: 0,
    size: 0.3,
    steps: 1,
    chains: 11,
    centred: false,
  },
  {
    visible: 81,
    hidden: 83,
    batch: 10,
    samples: 45,
    rate: 0.1,
    momentum: 0.5,
    lambda: 1e-3,
    size: 1,
    steps: 2,
    chains: 23,
    centred: true,
  },
  {
    visible: 13,
    hidden: 5,
    batch: 3,
    samples: 70,
    rate: 0.2,
    momentum: 0.9,
    lambda: 0,
    size: 0.3,
    steps: 1,
    chains: 3,
    centred: true,
  },
  // populations: with more chains than rows, several steps; one chain; chains that are resampled; weights far apart
  {
    visible: 81,
    hidden: 83,
    batch: 10,
    samples: 175,
    rate: 0.1,
    momentum: 0.5,
    lambda: 1e-3,
    size: 0.5,
    steps: 2,
    chains: 23,
    centred: true,
    spread: 0.05,
  },
  {
    visible: 41,
    hidden: 22,
    batch: 10,
    samples: 270,
    rate: 0.6,
    momentum: 0.5,
    lambda: 0,
    size: 0.3,
    steps: 1,
    chains: 33,
    centred: true,
    spread: 0.5,
  },
  {
    visible: 121,
    hidden: 45,
    batch: 13,
    samples: 130,
    rate: 0.05,
    momentum: 0.9,
    lambda: 0,
    size: 0.4,
    steps: 1,
    chains: 64,
    centred: false,
    spread: 0,
  },
  {
    visible: 33,
    hidden: 5,
    batch: 7,
    samples: 41,
    rate: 0.1,
    momentum: 0.5,
    lambda: 0,
    size: 0.3,
    steps: 1,
    chains: 7,
    centred: true,
    spread: 0.1,
  },
  {
    visible: 13,
    hidden: 3,
    batch: 1,
    samples: 20,
    rate: 0.1,
    momentum: 0.5,
    lambda: 0,
    size: 0.3,
    steps: 1,
    chains: 1,
    centred: true,
    spread: 0.1,
  },
  // one minibatch, larger than the data would be without its padding; and one with as many rows as a power of two
  { visible: 13, hidden: 43, batch: 6, samples: 6, rate: 0.1, momentum: 0.5, lambda: 0, size: 0.3, ...PLAIN },
  { visible: 13, hidden: 43, batch: 128, samples: 128, rate: 0.1, momentum: 0.5, lambda: 0, size: 0.3, ...PLAIN },
];

const nameOf = ({ visible, hidden, batch, samples, steps, chains, centred, spread }: Case) =>
  `${visible}-${hidden}, ${samples} samples in minibatches of ${batch}, ${chains ? `${spread === undefined ? 'PCD' : 'a population'}-${steps} of ${chains} chains` : `CD-${steps}`}${centred ? ', centred' : ''},`;

for (const settings of CASES) {
  const { visible, hidden, batch, samples } = settings;
  test(`two epochs of ${nameOf(settings)} are the twin's`, () => {
    const draws = new Draws(visible * hidden + batch);
    const model = randomModel(draws, settings);
    const start = model.weights.slice();
    const data = draws.bits(samples * visible, 0.4);
    const machine = prepared(settings, model, data);
    const twin: FixedSettings = { ...settings, chains: undefined };
    if (settings.centred) {
      twin.offsets = { hidden: draws.floats(hidden, 0.3, 0.7), visible: draws.floats(visible, 0.3, 0.7) };
      machine.f32('hiddenOffset').set(twin.offsets.hidden);
      machine.f32('visibleOffset').set(twin.offsets.visible);
    }
    const { kernels, at } = machine;
    if (settings.chains > 0) {
      twin.chains = draws.bits(settings.chains * visible, 0.5);
      machine.u8('chainBits').set(packRows(twin.chains, settings.chains, visible));
      const panels = padded(visible, FIXED_PANEL) / FIXED_PANEL;
      const [stride, height] = [Math.ceil(visible / 8), padded(settings.chains, 5)];
      kernels.fixedGather(
        at.chainBits,
        stride,
        0,
        settings.chains,
        at.modelIndex,
        height,
        0,
        panels,
        0,
        0,
        0,
        at.scratch,
      );
    }
    if (settings.spread !== undefined) {
      twin.population = randomPopulation(draws, settings.spread, settings.chains);
      twin.proposals = { tried: 0, taken: 0 };
      const { logWeights, before, limit, pace } = twin.population;
      setFields(machine, 'population', POPULATION, { limit });
      beginPopulation(machine, settings.momentum, settings.lambda);
      loadPopulation(machine, {
        chainLogWeights: logWeights,
        chainFreeEnergies: Float64Array.from(before, (free) => -free),
        pace: Float32Array.of(pace),
      } as Parameters<typeof loadPopulation>[1]);
    }
    const batches = Math.ceil(samples / batch);
    for (let e = 1; e <= 2; e++) {
      const order = draws.permutation(samples);
      machine.u32('order').set(order);
      const keys = [streamKey(3, 'hidden', e), streamKey(3, 'visible', e)] as const;
      kernels.seedStreams(at.hiddenStreams, padded(hidden, FIXED_PANEL) / FIXED_PANEL, keys[0], 0);
      kernels.seedStreams(at.visibleStreams, padded(visible, FIXED_PANEL) / FIXED_PANEL, keys[1], 0);
      kernels.seedStreams(at.swapStream, 1, BigInt(e), 0);
      twin.swaps = new Stream(BigInt(e));
      // in pieces: minibatches are independent of how many a call makes
      for (let from = 0; from < batches; from += e) {
        kernels.trainFixed16(at.training, from, Math.min(batches, from + e), 0, 1);
      }
      fixedEpoch(model, data, order, twin, fixedStreams(model, ...keys));
      sameModel(machine, model, `epoch ${e}`);
      if (twin.offsets) sameBits(machine.f32('hiddenOffset').slice(0, hidden), twin.offsets.hidden, `epoch ${e}: λ`);
      if (twin.population) samePopulation(machine, twin.population, `epoch ${e}`);
      if (twin.proposals) {
        const { tried, taken } = twin.proposals;
        const counts = (['tried', 'taken'] as const).map((name) => fieldOf(machine, 'proposals', PROPOSALS, name));
        assert.equal(counts, [tried, taken], `epoch ${e}: moves`);
        assert.ok(settings.chains < 30 || (taken > 0 && taken < tried), `${taken} of ${tried} moves taken`);
      }
    }
    if (settings.rate > 0.5 && twin.population) {
      const { turns, resampled, paces } = twin.population;
      assert.ok(resampled > 0 && resampled < turns && paces < turns, `${resampled} of ${turns}, pace ${paces}`);
    }
    assert.ok(
      model.weights.some((w, k) => w !== start[k]),
      'something was learnt',
    );
    // units that pad the panels have neither weights nor a bias that they could fire with
    for (const [name, length] of [
      ['hiddenBias', hidden],
      ['visibleBias', visible],
    ] as const) {
      assert.ok(
        machine
          .f32(name)
          .slice(length)
          .every((bias) => bias === -Infinity),
      );
    }
    assert.is(machine.f32('weights').filter((w) => w !== 0).length, model.weights.filter((w) => w !== 0).length);
  });
}

test('units beyond all reason: weights of ±90 that the scales did not foresee saturate, and no number becomes NaN', () => {
  const settings = {
    visible: 61,
    hidden: 43,
    batch: 4,
    samples: 24,
    rate: 40,
    momentum: 0.9,
    lambda: 0,
    size: 90,
    ...PLAIN,
  };
  const draws = new Draws(1);
  const model = randomModel(draws, settings);
  const data = draws.bits(24 * 61);
  const machine = prepared(settings, model, data);
  const { kernels, at } = machine;
  const order = draws.permutation(24);
  machine.u32('order').set(order);
  kernels.seedStreams(at.hiddenStreams, 2, 1n, 0);
  kernels.seedStreams(at.visibleStreams, 2, 2n, 0);
  kernels.trainFixed16(at.training, 0, 6, 0, 1);
  fixedEpoch(model, data, order, { ...settings, chains: undefined }, fixedStreams(model, 1n, 2n));
  sameModel(machine, model, 'one epoch');
  assert.ok(model.weights.every(Number.isFinite));
});

test('a velocity next to nothing becomes 0 before it is a denormal number, and one that a weight may see stays', () => {
  const settings = {
    visible: 40,
    hidden: 40,
    batch: 4,
    samples: 4,
    rate: 0,
    momentum: 0.5,
    lambda: 0,
    size: 0.1,
    ...PLAIN,
  };
  const draws = new Draws(3);
  const model = randomModel(draws, settings);
  model.velocity.forEach((_, k) => {
    model.velocity[k] = (k % 2 ? -1 : 1) * 2 ** -(60 + (k % 88));
  });
  const before = model.velocity.slice();
  const data = draws.bits(4 * 40);
  const machine = prepared(settings, model, data);
  const { kernels, at } = machine;
  const order = draws.permutation(4);
  machine.u32('order').set(order);
  kernels.seedStreams(at.hiddenStreams, 1, 1n, 0);
  kernels.seedStreams(at.visibleStreams, 1, 2n, 0);
  kernels.trainFixed16(at.training, 0, 1, 0, 1);
  fixedEpoch(model, data, order, { ...settings, chains: undefined }, fixedStreams(model, 1n, 2n));
  sameModel(machine, model, 'a minibatch');
  before.forEach((v, k) => {
    if (Math.abs(v) > 2 ** -84) assert.is(model.velocity[k], v / 2);
    if (Math.abs(v) < 2 ** -85) assert.is(model.velocity[k], 0);
  });
});

for (const inputs of [120, 110, 100, 90, 10]) {
  test(`a product of ${inputs} inputs is its twin, and beyond the range stays at its end`, () => {
    const rows = 7;
    const draws = new Draws(4);
    const weights = Int16Array.from({ length: inputs * 40 }, () => Math.round(draws.uniform(-20000, 20000)));
    const bits = draws.bits(rows * inputs, 0.6);
    const groups = inputs / 5;
    const machine = new Machine(LEARNING, {
      index: 16 * rows * Math.ceil(groups / 8),
      panel: inputs * 80,
      tables: FIXED_TABLES,
      out: rows * 80,
    });
    const { kernels, at } = machine;
    new Int16Array(machine.memory.buffer, at.panel, weights.length).set(weights);
    const index = machine.u16('index');
    for (let r = 0; r < rows; r++) {
      for (let g = 0; g < groups; g++) {
        let number = 0;
        for (let k = 0; k < 5; k++) number |= bits[r * inputs + 5 * g + k] << k;
        index[(Math.floor(g / 8) * rows + r) * 8 + (g % 8)] = 80 * number;
      }
    }
    for (const shift of [0, 3]) {
      machine.u8('out').fill(0xa5);
      kernels.fixedProduct(at.index, 16 * rows, rows, groups, at.panel, at.tables, at.out, shift);
      const out = new Int16Array(machine.memory.buffer, at.out, rows * 40).slice();
      const expected = fixedProduct(bits, weights, rows, inputs, 40, shift);
      assert.equal([...out], [...expected]);
      if (shift === 0 && inputs > 40)
        assert.ok(expected.some((x) => x === 32767) && expected.some((x) => x === -32768), 'both ends');
    }
  });
}

test('probabilities are σ to 2^-16 and a bit, for inputs in the middle and far out', () => {
  let worst = 0;
  for (const s of [12, 9, 5, 0]) {
    for (let input = -32768; input < 32768; input += 13) {
      for (const bias of [0, 0.37, -5]) {
        const exact = 1 / (1 + Math.exp(-(input * 2 ** (3 - s) + bias)));
        worst = Math.max(worst, Math.abs((probability(input, s, bias) + 32768) / 65536 - exact));
      }
    }
  }
  // half a unit of rounding, one unit where P = 1 is not there, and the polynomial
  assert.ok(worst < 1.02 / 65536, `${worst * 65536} units`);
  assert.is(probability(32767, 12, -Infinity), -32768);
});

test('a probability that is rounded at random keeps its mean, exactly', () => {
  for (const shift of [1, 4, 7, 12]) {
    for (const p of [-32768, -32767, -5000, 0, 1234, 32767]) {
      let sum = 0;
      for (let random = 0; random < 2 ** shift; random++) sum += roundAtRandom(p, random, shift);
      assert.is(sum, (p + 32768) >> 1, `shift ${shift}, p ${p}`);
    }
  }
});

test('rows of any weight keep their mean, one row that holds all the weight too, and no sum leaves 16 bits', () => {
  const [rows, turns] = [10, 4000];
  const machine = new Machine(LEARNING, {
    inputs: rows * 80,
    bias: 160,
    scales: 480,
    stream: 64,
    scratch: 704,
    means: rows * 80,
    factors: 40,
    sums: 160,
  });
  const { kernels, at } = machine;
  const draws = new Draws(9);
  const inputs = Int16Array.from({ length: rows * 40 }, () => Math.round(draws.uniform(-2000, 2000)));
  inputs.fill(32767, 0, 40); // the first row is sure
  new Int16Array(machine.memory.buffer, at.inputs, inputs.length).set(inputs);
  machine.f32('scales').fill(-Math.LOG2E / 512, 80); // inputs in 2^-9
  const means = new Int16Array(machine.memory.buffer, at.means, rows * 40);
  const shift = 4; // of ten rows
  const unit = 2 ** (shift - 15);
  for (const weights of [
    [10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 10, 0, 0, 0, 0, 0, 0, 0, 0],
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    [0.001, 0.3, 0.999, 2.5, 3, 1e-6, 0, 1.2, 0.7, 1.299999],
  ]) {
    machine.f32('factors').set(weights.map((w) => -w));
    kernels.seedStreams(at.stream, 1, 3n, 0);
    const sums = new Float64Array(rows * 40);
    for (let k = 0; k < turns; k++) {
      kernels.fixedMeans(
        at.inputs,
        at.bias,
        at.scales,
        rows,
        at.stream,
        at.scratch,
        at.means,
        shift,
        -1,
        1,
        at.factors,
      );
      means.forEach((m, place) => {
        sums[place] += m;
      });
      kernels.fixedSums(at.means, rows, 1, at.scratch, at.sums);
      for (let j = 0; j < 40; j++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += means[r * 40 + j];
        assert.ok(sum >= -32768 && sum === machine.f32('sums')[j]);
      }
    }
    sums.forEach((sum, place) => {
      const weight = weights[Math.floor(place / 40)];
      const exact = weight / (1 + Math.exp(-inputs[place] / 512));
      const off = -(sum / turns) * unit - exact;
      // the 16 bits of a probability begin at the power of two above the weight; beyond that it is off by half a unit at random
      const error = unit / 2 / Math.sqrt(turns);
      assert.ok(Math.abs(off) < 4.5 * error + 2 ** -15 * Math.max(1, 2 * weight), `${off} at ${exact}`);
    });
  }
});

test('scales are the largest that cannot overflow: one more would', () => {
  for (const [pass, all] of [
    [1, 1],
    [3.7, 50],
    [40, 1000],
    [0.001, 0.001],
    [5000, 2e5],
  ]) {
    const s = scaleFor(pass, all);
    assert.ok(pass * 2 ** s <= 30000 && all * 2 ** (s - 3) <= 30000);
    assert.ok(s === 12 || pass * 2 ** (s + 1) > 30000 || all * 2 ** (s - 2) > 30000);
  }
  assert.is(roundTo(0.5, 0), 0);
  assert.is(roundTo(1.5, 0), 2);
  assert.is(roundTo(1000, 12), 32767);
});

test('with all inputs on, sums come out as they are: no saturation by the scales of the moment', () => {
  const settings = {
    visible: 200,
    hidden: 45,
    batch: 4,
    samples: 4,
    rate: 0.1,
    momentum: 0.5,
    lambda: 0,
    size: 0.9,
    ...PLAIN,
  };
  const draws = new Draws(8);
  const model = randomModel(draws, settings);
  model.weights.forEach((w, k) => {
    model.weights[k] = Math.abs(w);
  });
  const { hidden } = chooseScales(model, 1);
  const forward = Int16Array.from(model.weights, (w, k) => roundTo(w, hidden[k % 45]));
  const sums = fixedProduct(new Uint8Array(200).fill(1), forward, 1, 200, 45, 3);
  sums.forEach((sum, j) => {
    let exact = 0;
    for (let i = 0; i < 200; i++) exact += model.weights[i * 45 + j];
    const unit = 2 ** (3 - hidden[j]);
    assert.ok(Math.abs(sum * unit - exact) < 3 * unit, `unit ${j}: ${sum * unit}, exact ${exact}`);
    assert.ok(Math.abs(sum) < 32000);
  });
});

test.run();
