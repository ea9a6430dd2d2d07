import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KERNEL_OPTIMISERS } from '../../src/rbm/engines/memory/layout.js';
import { KERNEL_KINDS, numericMachine } from '../../src/rbm/engines/memory/numericLayout.js';
import { loadPopulation, readPopulation } from '../../src/rbm/engines/population.js';
import { LAYERS } from '../../src/rbm/model/layers.js';
import { fromPanels, padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { Translations } from '../../src/rbm/model/symmetric.js';
import { fieldOf, setFields, writeBlock } from '../../src/wasm/block.js';
import { POPULATION as POPULATION_BLOCK, STEP } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import {
  addMoments,
  type Kind,
  type LayeredLearner,
  type LayeredSettings,
  layeredMinibatch,
  logSumOf,
  meanOf,
  ownSumOf,
  panelsOf,
  realProduct,
  samplesOf,
} from '../reference/numeric.js';
import type { Population } from '../reference/population.js';
import { rectifiedLogIntegral, rectifiedMean } from '../reference/rectified.js';
import { Stream, streams } from '../reference/streams.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/layered');

const KINDS: Kind[] = ['bits', 'spins', 'gaussian', 'relu'];

test('the mean of a rectified unit and its log integral are the twin’s, to the last bit, on both sides of each change of method', () => {
  const { kernels } = new Machine(LEARNING, { none: 1 });
  for (const t of [-1e9, -40, -2.0000001, -2, -1.9999999, -0.3, 0, 1e-300, 1.5, 1.9999999, 2, 2.0000001, 30, 1e9]) {
    assert.is(kernels.rectifiedMean(t), rectifiedMean(t), `t = ${t}`);
    assert.is(kernels.rectifiedLogIntegral(t), rectifiedLogIntegral(t), `t = ${t}`);
  }
});

test('products with real numbers and with their transpose are the twin’s', () => {
  const draws = new Draws(1);
  for (const [rows, inner] of [
    [1, 1],
    [3, 5],
    [20, 41],
    [61, 7],
  ]) {
    const x = draws.floats(rows * inner, -2, 2);
    const panel = draws.floats(inner * 20, -1, 1);
    const start = draws.floats(rows * 20, -1, 1);
    const machine = rubbishMachine({ x: x.byteLength, panel: panel.byteLength, out: start.byteLength, guard: 64 });
    const { kernels, at } = machine;
    const expected = realProduct(x, panel, start, rows, inner, 20);
    machine.f32('panel').set(panel);
    for (const [values, rowStep, step] of [
      [x, 4 * inner, 4],
      [transpose(x, rows, inner), 4, 4 * rows],
    ] as const) {
      machine.f32('x').set(values);
      machine.f32('out').set(start);
      writesOnly(machine, { out: 'all' }, () =>
        kernels.realProduct(at.x, rowStep, step, rows, inner, at.panel, at.out),
      );
      sameBits(machine.f32('out').slice(), expected, `${rows} rows of ${inner}`);
    }
  }
});

for (const kind of KINDS) {
  test(`means and samples of ${kind} are the twin's; padding is 0`, () => {
    const draws = new Draws(2);
    for (const [rows, units] of [
      [1, 1],
      [7, 20],
      [32, 13],
    ]) {
      const inputs = draws.floats(rows * units, -4, 4);
      if (rows > 1) inputs.set([-200, 200, -88, 88, 0, -30, 30], 0);
      const widths = draws.floats(units, 0.3, 2);
      const wide = new Float32Array(rows * 20);
      for (let k = 0; k < inputs.length; k++) wide[Math.floor(k / units) * 20 + (k % units)] = inputs[k];
      const step = 52;
      const machine = rubbishMachine({
        panel: rows * 80,
        widths: 80,
        stream: 64,
        scratch: 16 + 240 * rows,
        out: 80 * rows + 2 * rows * step,
        guard: 64,
      });
      const { kernels, at } = machine;
      machine.f32('panel').set(wide);
      machine.f32('widths').fill(1).set(widths);
      kernels.seedStreams(at.stream, 1, 5n, 3);
      const bytes = 80 + step;
      writesOnly(machine, { out: 'all', scratch: 'all', stream: 'all' }, () =>
        kernels.layerSamples(
          KERNEL_KINDS[kind],
          at.panel,
          rows,
          units,
          at.widths,
          at.stream,
          at.scratch,
          at.out,
          bytes,
        ),
      );
      const twin = new Stream(5n, 3);
      const expected = samplesOf(kind, inputs, rows, units, widths, [twin]);
      const rowOf = (region: 'out' | 'panel', r: number, wider: number) =>
        machine.f32(region).slice((r * wider) / 4, (r * wider) / 4 + 20);
      for (let r = 0; r < rows; r++) {
        const row = rowOf('out', r, bytes);
        sameBits(row.slice(0, units), expected.slice(r * units, (r + 1) * units), `${kind}, row ${r}`);
        assert.ok(row.slice(units).every((x) => x === 0));
      }
      kernels.fillRandom(at.stream, at.scratch, 1);
      assert.equal([...machine.u32('scratch').slice(0, 4)], twin.next());
      writesOnly(machine, { panel: 'all' }, () =>
        kernels.layerMeans(KERNEL_KINDS[kind], at.panel, rows, units, at.widths),
      );
      for (let r = 0; r < rows; r++) {
        const row = rowOf('panel', r, 80);
        const means = inputs.slice(r * units, (r + 1) * units).map((a, i) => meanOf(kind, a, widths[i]));
        sameBits(row.slice(0, units), means, `${kind}, means of row ${r}`);
        assert.ok(row.slice(units).every((x) => x === 0));
      }
    }
  });
}

for (const kind of KINDS) {
  test(`what ${kind} contribute to the free energy is the twin's, and what their layer says; padding adds nothing`, () => {
    const draws = new Draws(4);
    for (const [rows, units] of [
      [1, 1],
      [6, 20],
      [9, 13],
    ]) {
      const inputs = draws.floats(rows * 20, -5, 5);
      inputs.set([-90, 90, -2, 2], 0);
      const [bias, precision] = [draws.floats(20, -1, 1), draws.floats(20, 0.3, 2)];
      const machine = rubbishMachine({ panel: rows * 80, bias: 80, precision: 80, out: 8 * rows, guard: 64 });
      const { kernels, at } = machine;
      machine.f32('panel').set(inputs);
      machine.f32('bias').set(bias);
      machine.f32('precision').set(precision);
      const ofRow = (r: number) => inputs.slice(20 * r, 20 * r + units);
      writesOnly(machine, { out: 'all' }, () =>
        kernels.layerLogSums(KERNEL_KINDS[kind], at.panel, rows, units, at.out),
      );
      machine.f64('out').forEach((sum, r) => {
        assert.is(sum, logSumOf(kind, ofRow(r)), `${kind}, row ${r} of inputs`);
        const [free] = LAYERS[kind](new Float32Array(units)).freeEnergy(ofRow(r));
        assert.ok(Math.abs(sum + free) < 1e-5 * Math.max(1, Math.abs(free)), `${sum}, ${-free}`);
      });
      const gamma = kind === 'gaussian' || kind === 'relu';
      writesOnly(machine, { out: 'all' }, () =>
        kernels.layerOwnSums(at.panel, 80, rows, units, at.bias, gamma ? at.precision : 0, at.out),
      );
      machine.f64('out').forEach((sum, r) => {
        assert.is(sum, ownSumOf(ofRow(r), bias, gamma ? precision : undefined), `${kind}, row ${r} of states`);
        const states = kind === 'relu' ? ofRow(r).map(Math.abs) : ofRow(r);
        const energy = LAYERS[kind](bias.slice(0, units), gamma ? precision.slice(0, units) : undefined).energy(states);
        const own = ownSumOf(states, bias, gamma ? precision : undefined);
        assert.ok(Math.abs(own + energy[0]) < 1e-12 * Math.max(1, Math.abs(own)), `${own}, ${-energy[0]}`);
      });
    }
  });
}

test('weighted moments are the twin’s, with and without offsets and squares', () => {
  const draws = new Draws(3);
  const rows = 9;
  const x = draws.floats(rows * 20, -2, 2);
  const factors = draws.floats(rows, -1, 1);
  const mus = draws.floats(20, -1, 1);
  const machine = rubbishMachine({ x: x.byteLength, factors: 36, mus: 80, sums: 80, squares: 80, guard: 64 });
  const { kernels, at } = machine;
  machine.f32('x').set(x);
  machine.f32('factors').set(factors);
  machine.f32('mus').set(mus);
  for (const centred of [true, false]) {
    const [sums, squares] = [draws.floats(20, -1, 1), draws.floats(20, -1, 1)];
    machine.f32('sums').set(sums);
    machine.f32('squares').set(squares);
    writesOnly(machine, { sums: 'all', squares: 'all' }, () =>
      kernels.weightedMoments(at.x, 80, rows, at.factors, centred ? at.mus : 0, at.sums, at.squares),
    );
    addMoments(x, factors, centred ? mus : undefined, sums, squares);
    sameBits(machine.f32('sums').slice(), sums, 'sums');
    sameBits(machine.f32('squares').slice(), squares, 'squares');
    writesOnly(machine, { sums: 'all' }, () => kernels.weightedMoments(at.x, 80, rows, at.factors, 0, at.sums, 0));
  }
});

interface Case extends LayeredSettings {
  /** Var δ beyond which a step is too long, 0 for none; absent where chains have no weights. */
  spread?: number;
  /** A torus whose translations share the weights. */
  tied?: Translations;
  kinds: { visible: Kind; hidden: Kind };
  visible: number;
  hidden: number;
  batch: number;
  samples: number;
  rate: number;
  second: number;
}

const PLAIN = {
  persistent: true,
  batch: 10,
  samples: 27,
  steps: 1,
  chains: 7,
  centred: true,
  learned: true,
  optimiser: 'momentum',
  rate: 0.1,
  second: 0,
  momentum: 0.5,
  lambda: 0,
  decay: 0,
  limit: 0,
} as const;

const adam = { optimiser: 'adam', rate: 0.02, second: 1.25, momentum: 0.9 } as const;

const CASES: Case[] = [
  { ...PLAIN, kinds: { visible: 'gaussian', hidden: 'bits' }, visible: 13, hidden: 5 },
  { ...PLAIN, kinds: { visible: 'gaussian', hidden: 'spins' }, visible: 21, hidden: 43, steps: 3, chains: 24 },
  { ...PLAIN, kinds: { visible: 'gaussian', hidden: 'relu' }, visible: 23, hidden: 6, ...adam, decay: 0.02 },
  { ...PLAIN, kinds: { visible: 'gaussian', hidden: 'bits' }, visible: 7, hidden: 3, ...adam, centred: false },
  { ...PLAIN, kinds: { visible: 'gaussian', hidden: 'bits' }, visible: 7, hidden: 3, learned: false },
  { ...PLAIN, kinds: { visible: 'bits', hidden: 'relu' }, visible: 41, hidden: 22, persistent: false, steps: 2 },
  { ...PLAIN, kinds: { visible: 'spins', hidden: 'relu' }, visible: 20, hidden: 20, lambda: 2e-3, limit: 1.1 },
  { ...PLAIN, kinds: { visible: 'spins', hidden: 'bits' }, visible: 33, hidden: 9, optimiser: 'nesterov' },
  { ...PLAIN, kinds: { visible: 'relu', hidden: 'gaussian' }, visible: 9, hidden: 4, rate: 0.02 },
  { ...PLAIN, kinds: { visible: 'bits', hidden: 'bits' }, visible: 5, hidden: 4, persistent: false, batch: 1 },
];

const WEIGHED = { ...PLAIN, chains: 33 } as const;

const POPULATION: Case[] = [
  { ...WEIGHED, kinds: { visible: 'gaussian', hidden: 'bits' }, visible: 13, hidden: 5, spread: 0.05, lambda: 1e-3 },
  {
    ...WEIGHED,
    kinds: { visible: 'gaussian', hidden: 'spins' },
    visible: 21,
    hidden: 43,
    spread: 0,
    steps: 3,
    chains: 24,
  },
  { ...WEIGHED, kinds: { visible: 'gaussian', hidden: 'relu' }, visible: 23, hidden: 6, spread: 0.05, ...adam },
  { ...WEIGHED, kinds: { visible: 'gaussian', hidden: 'gaussian' }, visible: 9, hidden: 4, spread: 0.02, rate: 0.02 },
  { ...WEIGHED, kinds: { visible: 'gaussian', hidden: 'bits' }, visible: 7, hidden: 3, spread: 0.1, learned: false },
  { ...WEIGHED, kinds: { visible: 'bits', hidden: 'relu' }, visible: 41, hidden: 22, spread: 0.1, centred: false },
  { ...WEIGHED, kinds: { visible: 'spins', hidden: 'bits' }, visible: 33, hidden: 9, spread: 1, chains: 1 },
  { ...WEIGHED, kinds: { visible: 'relu', hidden: 'spins' }, visible: 9, hidden: 4, spread: 0.05, rate: 0.02 },
  {
    ...WEIGHED,
    kinds: { visible: 'bits', hidden: 'spins' },
    visible: 5,
    hidden: 4,
    spread: 0.02,
    samples: 90,
    rate: 0.5,
  },
];

const TIED: Case[] = [
  {
    ...PLAIN,
    kinds: { visible: 'spins', hidden: 'spins' },
    visible: 15,
    hidden: 30,
    spread: 0.05,
    tied: new Translations([3, 5]),
  },
  {
    ...PLAIN,
    kinds: { visible: 'gaussian', hidden: 'relu' },
    visible: 22,
    hidden: 22,
    spread: 0.1,
    tied: new Translations([2, 11]),
  },
  { ...PLAIN, kinds: { visible: 'spins', hidden: 'bits' }, visible: 9, hidden: 27, tied: new Translations([3, 3]) },
  {
    ...PLAIN,
    kinds: { visible: 'spins', hidden: 'spins' },
    visible: 36,
    hidden: 27,
    tied: new Translations([6, 6], 2),
  },
  {
    ...PLAIN,
    kinds: { visible: 'gaussian', hidden: 'bits' },
    visible: 24,
    hidden: 12,
    spread: 0.05,
    tied: new Translations([4, 6], 2),
  },
];

const learned = (values: Float32Array) => ({
  values,
  velocity: new Float32Array(values.length),
  square: new Float32Array(values.length),
});

/** Parameters become those that translations share. */
function share(model: LayeredLearner, torus: Translations): void {
  const { weights, hiddenBias, visibleBias, precision, most, hiddenOffset, visibleOffset } = model;
  weights.values.set(torus.expand(torus.project(weights.values)));
  for (const all of [hiddenBias.values, hiddenOffset]) all.set(torus.expandBias(torus.projectBias(all)));
  for (const all of [visibleBias.values, precision.values, most, visibleOffset]) all.fill(all[0]);
}

const RANGE = { bits: [0, 1], spins: [-1, 1], gaussian: [-2, 2], relu: [0, 2] } as const;

/** Chains that have been weighed before. */
function randomPopulation(draws: Draws, limit: number, chains: number): Population {
  const logWeights = Float64Array.from(draws.floats(chains, -0.2, 0));
  const none = { turns: 0, resampled: 0, effective: 0, paces: 0 };
  return { logWeights, before: [...draws.floats(chains, 10, 11)], limit: Math.fround(limit), pace: 0.5, ...none };
}

function samePopulation(machine: ReturnType<typeof numericMachine>, population: Population, what: string): void {
  const { logWeights, before, pace, turns, resampled, effective, paces } = population;
  const found = readPopulation(machine, logWeights.length);
  assert.equal([...(found.chainLogWeights as Float64Array)], [...logWeights], `${what}: log weights`);
  assert.equal(
    [...(found.chainFreeEnergies as Float64Array)],
    before.map((free) => -free),
    `${what}: F`,
  );
  const fields = (...names: (keyof typeof POPULATION_BLOCK)[]) =>
    names.map((name) => fieldOf(machine, 'population', POPULATION_BLOCK, name));
  assert.equal(fields('turns', 'resampled'), [turns, resampled], `${what}: counts`);
  assert.equal(fields('pace', 'effective', 'paces'), [pace, effective, paces], `${what}: pace`);
}

let resampled = 0;
let braked = 0;

for (const settings of [...CASES, ...POPULATION, ...TIED]) {
  for (const weighted of [false, true]) {
    const { visible, hidden, batch, samples, chains, kinds, persistent } = settings;
    const { spread, tied } = settings;
    const name = `${tied ? `tied (stride ${tied.stride}) ` : ''}${visible} ${kinds.visible}, ${hidden} ${kinds.hidden} units, ${settings.optimiser}${spread === undefined ? '' : ', a population'}`;
    test(`two epochs of ${name}${weighted ? ', weighted rows' : ''}, are the twin's`, () => {
      const draws = new Draws(visible * hidden + batch);
      const [low, high] = RANGE[kinds.visible];
      const isReal = kinds.visible === 'gaussian' || kinds.visible === 'relu';
      const data = draws.floats(samples * visible, low, high);
      const used = weighted ? { ...settings, importance: draws.floats(samples, 0.3, 2) } : settings;
      const model: LayeredLearner = {
        visible,
        hidden,
        kinds,
        weights: learned(draws.floats(visible * hidden, -0.3, 0.3)),
        hiddenBias: learned(draws.floats(hidden, -0.5, 0.5)),
        visibleBias: learned(draws.floats(visible, -0.5, 0.5)),
        precision: learned(isReal ? draws.floats(visible, 1, 3) : new Float32Array(visible).fill(1)),
        // so low that some are cut
        most: draws.floats(visible, 3, 3.1),
        hiddenOffset: draws.floats(hidden, 0.2, 0.8),
        visibleOffset: draws.floats(visible, 0.2, 0.8),
        chains: draws.floats(chains * visible, low, high),
        random: { hidden: [], visible: [], resample: new Stream(0n) },
        ...(spread === undefined ? {} : { population: randomPopulation(draws, spread, chains) }),
        ...(tied ? { shifts: tied.shifts() } : {}),
      };
      if (tied) share(model, tied);
      const machine = numericMachine({
        ...settings,
        visibleKind: kinds.visible,
        hiddenKind: kinds.hidden,
        rows: samples,
        threads: 1,
        weighted,
        squares: settings.optimiser === 'adam',
        population: spread !== undefined,
        ...(tied ? { translations: tied } : {}),
      });
      // biome-ignore format: names
      for (const region of ['values', 'nextValues', 'chainInputs', 'states', 'factors', 'differences', 'spreads', 'partials', 'means', 'scratch', 'sums', 'gradient'] as const) {
        machine.u8(region).fill(0xff);
      }
      const wide = (rows: Float32Array, out: Float32Array) => {
        for (let k = 0; k < rows.length; k++) out[Math.floor(k / visible) * padded(visible) + (k % visible)] = rows[k];
      };
      wide(data, machine.f32('data'));
      if (persistent) wide(model.chains, machine.f32('chainValues'));
      toPanels(model.weights.values, visible, hidden, machine.f32('weights'));
      toPanels(transpose(model.weights.values, visible, hidden), hidden, visible, machine.f32('mirror'));
      machine.f32('visibleBias').set(model.visibleBias.values);
      machine.f32('hiddenBias').set(model.hiddenBias.values);
      machine.f32('hiddenOffset').set(model.hiddenOffset);
      machine.f32('visibleOffset').set(model.visibleOffset);
      machine.f32('hiddenWidth').fill(1);
      machine.f32('precision').fill(1).set(model.precision.values);
      machine.f32('mostPrecision').fill(1).set(model.most);
      machine
        .f32('visibleWidth')
        .fill(1)
        .set(model.precision.values.map((gamma) => 1 / Math.fround(Math.sqrt(gamma))));
      if (used.importance) machine.f32('importance').set(used.importance);
      if (tied) machine.u32('shifts').set(tied.shifts());
      if (model.population) {
        const { logWeights, before, limit, pace } = model.population;
        const chainFreeEnergies = Float64Array.from(before, (free) => -free);
        const own = { chainLogWeights: logWeights, chainFreeEnergies, pace: Float32Array.of(pace) };
        loadPopulation(machine, own as Parameters<typeof loadPopulation>[1]);
        const { momentum, lambda } = settings;
        setFields(machine, 'population', POPULATION_BLOCK, { limit, momentum, lambda });
      }
      writeBlock(machine, 'step', STEP, { ...settings, optimiser: KERNEL_OPTIMISERS[settings.optimiser] });
      machine.f32('corrections').forEach((_, k, all) => {
        all[k] = k % 2 ? settings.second : settings.rate / (1 + k);
      });
      const rates = machine.f32('corrections').slice();
      const { kernels, at } = machine;
      const batches = Math.ceil(samples / batch);
      for (let e = 1; e <= 2; e++) {
        const order = draws.permutation(samples);
        machine.u32('order').set(order);
        const keys = [1n, 2n, 3n].map((key) => key + BigInt(10 * e));
        kernels.seedStreams(at.hiddenStreams, panelsOf(hidden), keys[0], 0);
        kernels.seedStreams(at.visibleStreams, panelsOf(visible), keys[1], 0);
        if (model.population) kernels.seedStreams(at.resampleStream, 1, keys[2], 0);
        for (let from = 0; from < batches; from += e) {
          kernels.trainNumeric(at.training, at.step, from, Math.min(batches, from + e), 0, 1);
        }
        model.random = {
          hidden: streams(keys[0], panelsOf(hidden)),
          visible: streams(keys[1], panelsOf(visible)),
          resample: new Stream(keys[2]),
        };
        for (let b = 0; b < batches; b++) {
          const chosen = order.subarray(b * batch, (b + 1) * batch);
          const v = new Float32Array(chosen.length * visible);
          chosen.forEach((row, r) => {
            v.set(data.subarray(row * visible, (row + 1) * visible), r * visible);
          });
          layeredMinibatch(model, v, chosen, used, rates[2 * b], rates[2 * b + 1]);
        }
        const what = `epoch ${e}`;
        sameBits(fromPanels(machine.f32('weights'), visible, hidden), model.weights.values, `${what}: weights`);
        sameBits(fromPanels(machine.f32('velocity'), visible, hidden), model.weights.velocity, `${what}: velocity`);
        const mirror = transpose(model.weights.values, visible, hidden);
        sameBits(fromPanels(machine.f32('mirror'), hidden, visible), mirror, `${what}: mirror`);
        for (const [side, units] of [
          ['hidden', hidden],
          ['visible', visible],
        ] as const) {
          const biases = model[`${side}Bias`];
          sameBits(machine.f32(`${side}Bias`).slice(0, units), biases.values, `${what}: ${side} bias`);
          sameBits(machine.f32(`${side}Velocity`).slice(0, units), biases.velocity, `${what}: ${side} velocity`);
          const rest = machine.f32(`${side}Bias`).slice(units);
          assert.ok(
            rest.every((bias) => bias === 0),
            `padded ${side} units`,
          );
        }
        sameBits(machine.f32('precision').slice(0, visible), model.precision.values, `${what}: precision`);
        const { velocity, square } = model.precision;
        sameBits(machine.f32('precisionVelocity').slice(0, visible), velocity, `${what}: its velocity`);
        if (settings.optimiser === 'adam') {
          sameBits(fromPanels(machine.f32('square'), visible, hidden), model.weights.square, `${what}: square`);
          sameBits(machine.f32('precisionSquare').slice(0, visible), square, `${what}: square of the precision`);
        }
        sameBits(machine.f32('hiddenOffset').slice(0, hidden), model.hiddenOffset, `${what}: λ`);
        const values = machine.f32('chainValues');
        model.chains.forEach((x, k) => {
          assert.is(values[Math.floor(k / visible) * padded(visible) + (k % visible)], x, `${what}: chains`);
        });
        if (model.population) samePopulation(machine, model.population, what);
      }
      if (model.population) {
        resampled += model.population.resampled;
        if (model.population.paces < 0.9 * model.population.turns) braked++;
      }
      assert.ok(model.weights.values.every(Number.isFinite));
    });
  }
}

test('chains were resampled, and steps were slowed down', () => {
  assert.ok(resampled > 10 && braked > 5, `${resampled} times resampled, ${braked} runs slower`);
});

test.run();
