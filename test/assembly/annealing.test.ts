import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { padded, toPanels, transpose } from '../../src/rbm/model/panels.js';
import { blockBytes, writeBlock } from '../../src/wasm/block.js';
import { ANNEALING, PANEL, STREAM, TABLES } from '../../src/wasm/kernels.js';
import { LEARNING } from '../../src/wasm/learning.js';
import { Machine } from '../../src/wasm/machine.js';
import { startTeam } from '../../src/wasm/team.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import {
  type AnnealedMachine,
  annealDown,
  annealLinear,
  annealShares,
  annealStep,
  annealUnits,
  annealVisible,
  type Shares,
} from '../reference/annealing.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';
import { Stream, streams } from '../reference/streams.js';
import { indexOf } from '../reference/units.js';
import { rubbishMachine, writesOnly } from '../reference/watched.js';

const test = suite('assembly/rbm/annealing');

const { fround } = Math;

const doubles = (draws: Draws, n: number, size: number) =>
  Float64Array.from({ length: n }, () => draws.uniform(-size, size));

/** Shares of one panel as they lie in memory: f32 [4], f64 [2] a row. */
function readShares(bytes: Uint8Array): Shares {
  const rows = bytes.length / 32;
  const view = new DataView(bytes.slice().buffer);
  return {
    over: Float32Array.from({ length: rows * 4 }, (_, k) => view.getFloat32((k >> 2) * 32 + (k & 3) * 4, true)),
    product: Float64Array.from({ length: rows * 2 }, (_, k) => view.getFloat64((k >> 1) * 32 + 16 + (k & 1) * 8, true)),
  };
}

test('annealUnits is the twin, to the last bit, with inputs of every size; and the twin is the formula', () => {
  for (const [size, rows] of [
    [1, 1],
    [20, 7],
    [800, 3],
    [1e9, 4],
  ]) {
    for (const [from, to] of [
      [0, 1],
      [0, 0.001],
      [0.7, 0.701],
      [0.3, 1],
      [1, 0.25],
      [0.5, 0],
    ].map((pair) => pair.map(fround))) {
      const draws = new Draws(rows);
      const panel = draws.floats(rows * 20, -size, size);
      panel.fill(0, 5, 8);
      const numbers = new Stream(BigInt(rows)).fill(rows * 5);
      const machine = rubbishMachine({
        panel: rows * 80,
        random: rows * 80,
        index: rows * 14,
        shares: rows * 32,
        guard: 64,
      });
      machine.f32('panel').set(panel);
      machine.u32('random').set(numbers);
      machine.u16('index').fill(7);
      const { kernels, at } = machine;
      writesOnly(machine, { index: 'all', shares: 'all' }, () =>
        kernels.annealUnits(at.panel, rows, from, to, at.random, at.index + 2, 7, at.shares),
      );
      const twin = annealUnits(panel, from, to, numbers);
      const what = `inputs to ${size}, ${from} → ${to}`;
      const shares = readShares(machine.u8('shares'));
      sameBits(shares.over, twin.shares.over, `${what}: over`);
      sameBits(shares.product, twin.shares.product, `${what}: product`);
      // entries of one panel in rows of seven
      const entries = Uint16Array.from({ length: rows * 7 }, () => 7);
      indexOf(twin.bits, rows, 20).forEach((entry, k) => {
        entries[Math.floor(k / 5) * 7 + (k % 5) + 1] = entry;
      });
      sameBits(machine.u16('index').slice(), entries, `${what}: bits`);

      annealShares([twin.shares], to - from, new Float64Array(rows)).forEach((value, r) => {
        let plain = 0;
        let sizes = 0;
        for (const x of panel.subarray(r * 20, r * 20 + 20)) {
          const softplus = (y: number) => Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)));
          plain += softplus(to * x) - softplus(from * x);
          sizes += Math.abs(x);
        }
        const bound = 5e-7 * Math.abs(to - from) * sizes + 1e-12;
        assert.ok(Math.abs(value - plain) < bound, `${what}: ${value}, formula ${plain}`);
      });
    }
  }
});

test('annealVisible is the twin, to the last bit; a unit in the dark stays 0', () => {
  const rows = 7;
  const draws = new Draws(2);
  const panel = draws.floats(rows * 20, -4, 4);
  const added = draws.floats(20, -1, 1);
  const machine = rubbishMachine({ panel: rows * 80, added: 80, random: rows * 80, index: rows * 10, guard: 64 });
  const { kernels, at } = machine;
  for (const to of [0, 0.3, 1].map(fround)) {
    for (let r = 0; r < rows; r++) panel[r * 20 + 19] = -1e30;
    added[19] = fround(fround(1 - to) * -1e30);
    const numbers = new Stream(5n).fill(rows * 5).fill(0, 0, 40); // u = 0 twice
    machine.f32('panel').set(panel);
    machine.f32('added').set(added);
    machine.u32('random').set(numbers);
    writesOnly(machine, { index: 'all' }, () =>
      kernels.annealVisible(at.panel, rows, to, at.added, at.random, at.index, 5),
    );
    const bits = annealVisible(panel, to, added, numbers);
    sameBits(machine.u16('index').slice(), indexOf(bits, rows, 20), `to ${to}`);
    for (let r = 0; r < rows; r++) assert.is(bits[r * 20 + 19], 0);
  }
});

test('annealLinear is the twin, to the last bit, for even and odd numbers of groups and some of the rows', () => {
  for (const [units, rows, first] of [
    [1, 1, 0],
    [7, 3, 1],
    [20, 4, 0],
    [45, 6, 5],
  ]) {
    const draws = new Draws(units);
    const bits = draws.bits(rows * units);
    const groups = Math.ceil(units / 20) * 5;
    const d = doubles(draws, units, 3);
    const logs = doubles(draws, rows, 3);
    const machine = rubbishMachine({ index: rows * groups * 2, table: groups * 128, logs: rows * 8, guard: 64 });
    machine.u16('index').set(indexOf(bits, rows, units));
    const table = machine.f64('table').fill(0);
    for (let k = 0; k < groups * 16; k++) {
      for (let bit = 0; bit < 4; bit++) if ((k >> bit) & 1) table[k] += d[(k >> 4) * 4 + bit] ?? 0;
    }
    machine.f64('logs').set(logs);
    const { kernels, at } = machine;
    writesOnly(machine, { logs: 'all' }, () =>
      kernels.annealLinear(at.index, first, rows, groups, at.table, -0.3, at.logs),
    );
    const expected = annealLinear(bits, d, -0.3, logs).map((x, r) => (r < first ? logs[r] : x));
    sameBits(machine.f64('logs').slice(), expected, `${units} units`);
  }
});

test('annealShares is the twin, to the last bit, for 1 to 130 panels at their largest', () => {
  for (const panels of [1, 2, 60, 61, 130]) {
    const draws = new Draws(panels);
    const rows = 3;
    const machine = rubbishMachine({ shares: panels * rows * 32, logs: rows * 8, guard: 64 });
    const logs = doubles(draws, rows, 3);
    const shares: Shares[] = [];
    const view = new DataView(machine.memory.buffer, machine.at.shares);
    for (let k = 0; k < panels * rows; k++) {
      for (let lane = 0; lane < 4; lane++) view.setFloat32(k * 32 + lane * 4, draws.uniform(0, 50), true);
      for (let lane = 0; lane < 2; lane++) view.setFloat64(k * 32 + 16 + lane * 8, draws.uniform(1, 1024), true);
    }
    for (let p = 0; p < panels; p++) {
      shares.push(readShares(machine.u8('shares').subarray(p * rows * 32, (p + 1) * rows * 32)));
    }
    machine.f64('logs').set(logs);
    const { kernels, at } = machine;
    writesOnly(machine, { logs: 'all' }, () => kernels.annealShares(at.shares, panels, rows, 1, rows, 0.125, at.logs));
    const expected = annealShares(shares, 0.125, logs).map((x, r) => (r < 1 ? logs[r] : x));
    sameBits(machine.f64('logs').slice(), expected, `${panels} panels`);
    assert.ok(expected.every(Number.isFinite));
  }
});

/** A block and all that it names, as src/rbm/likelihood/bitChains.ts lays it out, but shared by threads. */
function annealingMachine(t: AnnealedMachine, rows: number, betas: Float32Array, threads: number) {
  const [visible, hidden] = [padded(t.visible), padded(t.hidden)];
  const machine = new Machine(
    LEARNING,
    {
      annealing: blockBytes(ANNEALING),
      betas: betas.length * 4,
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      hiddenBias: hidden * 4,
      visibleBias: visible * 4,
      base: visible * 4,
      linear: visible * 32,
      hiddenStreams: (hidden / PANEL) * STREAM,
      visibleStreams: (visible / PANEL) * STREAM,
      visibleIndex: (rows * visible) / 2,
      hiddenIndex: (rows * hidden) / 2,
      shares: (hidden / PANEL) * rows * 32,
      logs: rows * 8,
      tables: threads * TABLES,
      scratch: threads * (1 + 2 * rows) * 80,
    },
    threads > 1,
  );
  writeBlock(machine, 'annealing', ANNEALING, {
    ...machine.at,
    visible,
    hidden,
    visibleGroups: Math.ceil(t.visible / 4),
    hiddenGroups: Math.ceil(t.hidden / 4),
    rows,
  });
  machine.f32('betas').set(betas);
  toPanels(t.weights, t.visible, t.hidden, machine.f32('weights'));
  toPanels(transpose(t.weights, t.visible, t.hidden), t.hidden, t.visible, machine.f32('mirror'));
  machine.f32('hiddenBias').set(t.hiddenBias);
  machine.f32('visibleBias').fill(-1e30).set(t.visibleBias);
  machine.f32('base').fill(-1e30).set(t.base);
  for (let k = 0; k < visible * 4; k++) {
    for (let bit = 0; bit < 4; bit++) {
      const i = (k >> 4) * 4 + bit;
      if ((k >> bit) & 1 && i < t.visible) machine.f64('linear')[k] += t.visibleBias[i] - t.base[i];
    }
  }
  const { kernels, at } = machine;
  kernels.seedStreams(at.hiddenStreams, hidden / PANEL, 9n, 0);
  kernels.seedStreams(at.visibleStreams, visible / PANEL, 9n, hidden / PANEL);
  return machine;
}

for (const [visible, hidden, rows] of [
  [1, 1, 1],
  [13, 5, 3],
  [21, 43, 10],
  [61, 20, 7],
]) {
  const counts = threadsAvailable() ? [1, 2, 3] : [1];
  test(`a path up and one down are the twin’s, to the last bit: ${visible}-${hidden}, ${rows} chains, threads ${counts}`, async () => {
    const draws = new Draws(visible);
    const machineOf: AnnealedMachine = {
      visible,
      hidden,
      weights: draws.floats(visible * hidden, -1, 1),
      visibleBias: draws.floats(visible, -1, 1),
      hiddenBias: draws.floats(hidden, -1, 1),
      base: draws.floats(visible, -1, 1),
    };
    for (const betas of [Float32Array.of(0, 0.1, 0.55, 1), Float32Array.of(1, 0.2, 0)]) {
      const own = streams(9n, (padded(hidden) + padded(visible)) / PANEL);
      let v = annealDown(machineOf, new Uint8Array(0), rows, 0, own.slice(padded(hidden) / PANEL));
      let logs: Float64Array = new Float64Array(rows);
      for (let k = 0; k + 1 < betas.length; k++) {
        ({ v, logs } = annealStep(machineOf, v, logs, betas[k], betas[k + 1], own));
      }
      for (const threads of counts) {
        const machine = annealingMachine(machineOf, rows, betas, threads);
        const { kernels, at } = machine;
        kernels.annealBase(at.annealing);
        const team = await startTeam(machine as never, threads);
        await team.run('anneal', at.annealing, 0, 1);
        await team.run('anneal', at.annealing, 1, betas.length - 1);
        await team.close();
        sameBits(machine.f64('logs').slice(), logs, `${threads} threads: log weights`);
        sameBits(machine.u16('visibleIndex').slice(), indexOf(v, rows, visible), `${threads} threads: states`);
      }
    }
  });
}

test.run();
