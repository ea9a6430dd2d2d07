/**
 * One layer of an RBM given rows of bits of the other, by the kernels, a few hundred rows at a time. Bits x stand for
 * the levels of their layer. If the units y are two-valued, too, they factorise into p(y_j = high | x) = σ(step·a_j),
 * a_j = bias_j + Σ_i x_i W_ij, step = high - low.
 */

import { BitRows } from '../../util/bits.js';
import { type LearningKernels, PANEL, STREAM, TABLES } from '../../wasm/kernels.js';
import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { RefilledMachine } from '../../wasm/machine.js';
import type { Floats } from './layers.js';
import { padded, toPanels } from './panels.js';

type Levels = readonly [low: number, high: number];

/** Rows per round of kernel calls. */
const CHUNK = 200;

type Region = 'bits' | 'index' | 'weights' | 'bias' | 'streams' | 'tables' | 'panel' | 'random' | 'sampled' | 'packed';

/** Inputs, means and samples of a layer given rows of bits. */
export class Conditional {
  readonly #machine: RefilledMachine<Region, LearningKernels>;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #low: number;
  readonly #step: number;

  /**
   * @param weights row-major [inputs, outputs]
   * @param from levels of the inputs
   * @param to levels of the outputs; omitted if they are not two-valued, and then only `inputs` is valid
   */
  constructor(weights: Float32Array, bias: Floats, from: Levels = [0, 1], to: Levels = [0, 1]) {
    const outputs = bias.length;
    this.#low = to[0];
    this.#step = to[1] - to[0];
    const inputs = weights.length / outputs;
    this.#inputs = inputs;
    this.#outputs = outputs;
    // log odds of y: step·a = step·(bias + low·Σ W) + Σ bits·(step·width·W)
    const scale = this.#step * (from[1] - from[0]);
    const panels = new Float32Array(padded(inputs) * padded(outputs));
    toPanels(scale === 1 ? weights : weights.map((w) => w * scale), inputs, outputs, panels);
    const odds = Float64Array.from(bias);
    if (from[0] !== 0) {
      weights.forEach((w, k) => {
        odds[k % outputs] += from[0] * w;
      });
    }
    const logOdds = new Float32Array(padded(outputs)).fill(-Infinity);
    logOdds.set(odds.map((x) => x * this.#step));
    this.#machine = new RefilledMachine(
      LEARNING,
      {
        bits: CHUNK * Math.ceil(inputs / 8),
        index: (CHUNK * padded(inputs)) / 2,
        weights: panels.byteLength,
        bias: logOdds.byteLength,
        streams: (padded(outputs) / PANEL) * STREAM,
        tables: TABLES,
        panel: CHUNK * PANEL * 4,
        random: CHUNK * PANEL * 4,
        sampled: (CHUNK * padded(outputs)) / 2,
        packed: CHUNK * Math.ceil(outputs / 8),
      },
      { weights: panels, bias: logOdds },
    );
  }

  /** bias_j + Σ_i x_i W_ij, [rows, outputs] in a fresh array. */
  inputs(rows: BitRows): Float32Array {
    const odds = this.#floats(rows, false);
    return this.#step === 1 ? odds : odds.map((x) => x / this.#step);
  }

  /** ⟨y_j⟩ given x, [rows, outputs] in a fresh array. */
  means(rows: BitRows): Float32Array {
    const p = this.#floats(rows, true);
    return this.#step === 1 && this.#low === 0 ? p : p.map((x) => this.#low + this.#step * x);
  }

  /** One sample of y per row; `key` and `index` name the random streams (see `streamKey`). */
  sample(rows: BitRows, key: bigint, index = 0): BitRows {
    const machine = this.#machine.get();
    const { kernels, at } = machine;
    const panels = padded(this.#outputs) / PANEL;
    kernels.seedStreams(at.streams, panels, key, index * panels);
    const groups = padded(this.#outputs) / 4;
    const result = new BitRows(rows.count, this.#outputs);
    for (const { first, count, panel } of this.#chunks(rows, machine)) {
      const stream = at.streams + panel * STREAM;
      kernels.sampleUnits(at.panel, count, stream, at.random, at.sampled + panel * 10, groups, 0, 0, 0);
      if (panel === padded(this.#outputs) / PANEL - 1) {
        kernels.packIndex(at.sampled, count, groups, at.packed, result.stride);
        result.bytes.set(machine.u8('packed').subarray(0, count * result.stride), first * result.stride);
      }
    }
    return result;
  }

  #floats(rows: BitRows, means: boolean): Float32Array {
    const machine = this.#machine.get();
    const { kernels, at } = machine;
    const outputs = this.#outputs;
    const result = new Float32Array(rows.count * outputs);
    for (const { first, count, panel } of this.#chunks(rows, machine)) {
      if (means) kernels.meanUnits(at.panel, count, 1);
      const values = machine.f32('panel');
      const width = Math.min(PANEL, outputs - panel * PANEL);
      for (let r = 0; r < count; r++) {
        result.set(values.subarray(r * PANEL, r * PANEL + width), (first + r) * outputs + panel * PANEL);
      }
    }
    return result;
  }

  /** Computes the inputs of each chunk of rows and each panel of outputs, in turn, in the region `panel`. */
  *#chunks(
    rows: BitRows,
    machine: LearningMachine<Region>,
  ): Generator<{ first: number; count: number; panel: number }, void, void> {
    if (rows.width !== this.#inputs) {
      throw new RangeError(`"rows" expected ${this.#inputs} bits per row, got ${rows.width}`);
    }
    const { kernels, at } = machine;
    const groups = padded(this.#inputs) / 4;
    const panels = padded(this.#outputs) / PANEL;
    for (let first = 0; first < rows.count; first += CHUNK) {
      const count = Math.min(CHUNK, rows.count - first);
      const fours = Math.ceil(count / 4) * 4;
      machine.u8('bits').set(rows.bytes.subarray(first * rows.stride, (first + count) * rows.stride));
      kernels.gather(at.bits, rows.stride, 0, count, at.index, groups, 0, groups, 0, 0, 0);
      for (let panel = 0; panel < panels; panel++) {
        kernels.fillRows(at.panel, fours, at.bias + panel * PANEL * 4);
        const weights = at.weights + panel * padded(this.#inputs) * PANEL * 4;
        kernels.product(at.index, groups, fours, groups, weights, at.tables, at.panel);
        yield { first, count, panel };
      }
    }
  }
}
