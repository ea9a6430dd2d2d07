import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fixed16Machine } from '../../src/rbm/engines/memory/fixed16Layout.js';
import { binaryMachine } from '../../src/rbm/engines/memory/layout.js';
import { padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { fieldOf, setFields } from '../../src/wasm/block.js';
import { FIXED_PANEL, PANEL, POPULATION, PROPOSALS } from '../../src/wasm/kernels.js';
import { Draws } from '../reference/draws.js';
import { packRows } from '../reference/units.js';

const test = suite('assembly/rbm/proposals');

interface Model {
  visible: number;
  hidden: number;
  weights: Float32Array;
  visibleBias: Float32Array;
  hiddenBias: Float32Array;
}

const CHAINS = 200;
const BATCH = 40;
/** Updates of an epoch. */
const BATCHES = 40;

type Precision = 'float32' | 'fixed16';

const SIZES = {
  batch: BATCH,
  samples: BATCH * BATCHES,
  threads: 1,
  steps: 1,
  chains: CHAINS,
  population: true,
  centred: false,
};

/** A machine of either engine without parameters, its kernel for an epoch, and what brings the chains in and out. */
function machineOf(precision: Precision, visible: number, hidden: number, rows: number) {
  const stride = Math.ceil(visible / 8);
  const common = { ...SIZES, visible, hidden, rows, stride };
  if (precision === 'fixed16') {
    const machine = fixed16Machine({ ...common, rate: 0, momentum: 0, lambda: 0 });
    const { kernels, at } = machine;
    return {
      machine,
      panel: FIXED_PANEL,
      learn: () => kernels.trainFixed16(at.training, 0, BATCHES, 0, 1),
      bit: (m: number, i: number) => {
        const group = Math.floor((i % FIXED_PANEL) / 5);
        const entry = machine.u16('modelIndex')[(Math.floor(i / FIXED_PANEL) * CHAINS + m) * 8 + group];
        return ((entry / 80) >> (i % 5)) & 1;
      },
    };
  }
  const others = { algorithm: 'persistent', replicas: 1, most: 1, weighted: false, squares: false } as const;
  const machine = binaryMachine({ ...common, ...others, target: 0, cost: 0 });
  const { kernels, at } = machine;
  const groups = padded(visible) / 4;
  return {
    machine,
    panel: PANEL,
    learn: () => kernels.trainBinary(at.training, at.step, 0, BATCHES, 0, 1),
    bit: (m: number, i: number) => ((machine.u16('chainIndex')[m * groups + (i >> 2)] / 80) >> (i & 3)) & 1,
  };
}

/** Shows the chains after each of so many epochs at a rate of 0, from all units off; returns how many moves were taken. */
function watch(
  precision: Precision,
  model: Model,
  data: Uint8Array,
  epochs: number,
  moves: boolean,
  see: (chains: Uint8Array) => void,
): number {
  const { visible, hidden } = model;
  const samples = data.length / visible;
  const { machine, panel, learn, bit } = machineOf(precision, visible, hidden, samples);
  const { kernels, at } = machine;
  machine.u8('data').set(packRows(data, samples, visible));
  toPanels(model.weights, visible, hidden, machine.f32('weights'), panel);
  if (precision === 'float32') {
    toPanels(transpose(model.weights, visible, hidden), hidden, visible, machine.f32('mirror' as never));
  }
  machine.f32('visibleBias').fill(-Infinity).set(model.visibleBias);
  machine.f32('hiddenBias').fill(-Infinity).set(model.hiddenBias);
  if (!moves) setFields(machine, 'proposals', PROPOSALS, { count: 0 });
  setFields(machine, 'population', POPULATION, { pace: 1 });
  const draws = new Draws(5);
  for (let e = 1; e <= epochs; e++) {
    machine.u32('order').set(Uint32Array.from({ length: BATCH * BATCHES }, () => draws.integer(0, samples - 1)));
    [at.hiddenStreams, at.visibleStreams, at.swapStream].forEach((stream, k) => {
      const panels = [padded(hidden, panel) / panel, padded(visible, panel) / panel, 1];
      kernels.seedStreams(stream, panels[k], BigInt(1000 * e + k), 0);
    });
    learn();
    see(Uint8Array.from({ length: CHAINS * visible }, (_, k) => bit(Math.floor(k / visible), k % visible)));
  }
  return fieldOf(machine, 'proposals', PROPOSALS, 'taken');
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

for (const precision of ['float32', 'fixed16'] as const) {
  test(`moves to rows that have nothing to do with the RBM leave its distribution as it is, in ${precision}`, () => {
    const [visible, hidden] = [9, 4];
    const draws = new Draws(3);
    const model = {
      visible,
      hidden,
      weights: draws.floats(visible * hidden, -1.5, 1.5),
      visibleBias: draws.floats(visible, -1, 1),
      hiddenBias: draws.floats(hidden, -1, 1),
    };
    const logs = Float64Array.from({ length: 2 ** visible }, (_, v) => {
      let sum = 0;
      for (let i = 0; i < visible; i++) if ((v >> i) & 1) sum += model.visibleBias[i];
      for (let j = 0; j < hidden; j++) {
        let x = model.hiddenBias[j];
        for (let i = 0; i < visible; i++) if ((v >> i) & 1) x += model.weights[i * hidden + j];
        sum += softplus(x);
      }
      return sum;
    });
    const z = logs.reduce((sum, log) => sum + Math.exp(log), 0);
    const epochs = 300;
    const counts = new Float64Array(2 ** visible);
    const taken = watch(precision, model, draws.bits(64 * visible, 0.85), epochs, true, (chains) => {
      for (let m = 0; m < CHAINS; m++) {
        let v = 0;
        for (let i = 0; i < visible; i++) v |= chains[m * visible + i] << i;
        counts[v]++;
      }
    });
    assert.ok(taken > 0);
    // snapshots are 40 Gibbs steps apart, chains independent: nearly independent draws
    let chi = 0;
    let cells = 0;
    logs.forEach((log, v) => {
      const expected = (Math.exp(log) / z) * CHAINS * (epochs - 1);
      if (expected < 20) return;
      cells++;
      chi += ((counts[v] * (epochs - 1)) / epochs - expected) ** 2 / expected;
    });
    assert.ok(cells > 50, `${cells} cells`);
    const z2 = (chi - cells) / Math.sqrt(2 * cells);
    assert.ok(Math.abs(z2) < 4, `χ² = ${chi.toFixed(1)} of ${cells} states`);
  });

  test(`chains that all sit in one of two modes find the other, in the proportion of the RBM; without moves none does, in ${precision}`, () => {
    const visible = 24;
    // h = 1 with all units on has 0.3 of the probability, though three of four rows are there
    const share = 0.3;
    const sums = [softplus(4) * visible, softplus(-4) * visible];
    const model = {
      visible,
      hidden: 1,
      weights: new Float32Array(visible).fill(8),
      visibleBias: new Float32Array(visible).fill(-4),
      hiddenBias: Float32Array.of(sums[1] - sums[0] + Math.log(share / (1 - share))),
    };
    const data = Uint8Array.from({ length: 64 * visible }, (_, k) => (k < 48 * visible ? 1 : 0));
    const ofChains = (chains: Uint8Array) => {
      let up = 0;
      for (let m = 0; m < CHAINS; m++) {
        let on = 0;
        for (let i = 0; i < visible; i++) on += chains[m * visible + i];
        if (2 * on > visible) up++;
      }
      return up / CHAINS;
    };
    const shares: number[] = [];
    watch(precision, model, data, 120, true, (chains) => shares.push(ofChains(chains)));
    const settled = shares.slice(20);
    const mean = settled.reduce((sum, x) => sum + x, 0) / settled.length;
    // a chain is asked five times in eight epochs; error of the mean with some 15 independent snapshots of 200 chains
    assert.ok(Math.abs(mean - share) < 4 * Math.sqrt((share * (1 - share)) / (CHAINS * 15)), `share ${mean}`);
    const frozen: number[] = [];
    watch(precision, model, data, 20, false, (chains) => frozen.push(ofChains(chains)));
    assert.equal(frozen, new Array(20).fill(0));
  });
}

test.run();
