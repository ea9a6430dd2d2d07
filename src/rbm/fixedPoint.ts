/** The fast engine in 16-bit fixed point: plain CD-1, whose kernel (assembly/rbm/fixedTraining.ts) does the same as that of contrastive.ts in half the time. */

import type { BitRows } from '../util/bits.js';
import { FIXED_BITS, FIXED_GROUPS, FIXED_PANEL } from '../wasm/kernels.js';
import type { Machine } from '../wasm/machine.js';
import { beginEpoch, differing, type Engine, loadBiases, readParameters } from './engine.js';
import { FIXED_FIELDS, type FixedMachine, fixedMachine } from './layout.js';
import { padded, toPanels } from './panels.js';
import type { CheckedOptions } from './trainingOptions.js';
import type { EpochRecord, Parameters } from './trainingState.js';

export class FixedPoint implements Engine {
  readonly kernel = 'fixedDivergence';
  readonly blocks: readonly number[];
  readonly batches: number;
  readonly #data: BitRows;
  readonly #options: CheckedOptions;
  readonly #machine: FixedMachine;
  readonly #batch: number;

  constructor(data: BitRows, options: CheckedOptions) {
    const { hidden, batchSize, passes, momentum, threads } = options;
    this.#data = data;
    this.#options = options;
    this.#batch = Math.min(batchSize, data.count);
    const samples = data.count * passes;
    this.batches = Math.ceil(samples / this.#batch);
    this.#machine = fixedMachine({
      visible: data.width,
      hidden,
      batch: this.#batch,
      rows: data.count,
      samples,
      stride: data.stride,
      threads,
      rate: 0,
      momentum,
      lambda: 0,
    });
    this.#machine.u8('data').set(data.bytes);
    this.blocks = [this.#machine.at.training];
  }

  get memory(): Machine<never> {
    return this.#machine as never;
  }

  load(from: Parameters): void {
    const machine = this.#machine;
    const visible = this.#data.width;
    const { hidden } = this.#options;
    toPanels(from.weights, visible, hidden, machine.f32('weights'), FIXED_PANEL);
    toPanels(from.velocity, visible, hidden, machine.f32('velocity'), FIXED_PANEL);
    loadBiases(machine, from);
  }

  begin(epoch: number, rate: number): void {
    beginEpoch(this.#machine, this.#data, this.#options, epoch, FIXED_PANEL);
    const { l1, momentum } = this.#options;
    const block = this.#machine.f32('training');
    block[FIXED_FIELDS.indexOf('rate')] = rate;
    block[FIXED_FIELDS.indexOf('lambda')] = (rate * l1) / (1 - momentum);
  }

  parameters(): Parameters {
    return readParameters(this.#machine, this.#data.width, this.#options.hidden, FIXED_PANEL);
  }

  /** v and v⁻ of the last minibatch are still in their indices. */
  figures(): Partial<EpochRecord> {
    const visible = this.#data.width;
    const rows = this.#data.count * this.#options.passes - (this.batches - 1) * this.#batch;
    const height = padded(this.#batch, FIXED_BITS) * FIXED_GROUPS;
    let changed = 0;
    for (let at = 0; at < this.#machine.u16('dataIndex').length; at += height) {
      const [before, after] = (['dataIndex', 'modelIndex'] as const).map((name) =>
        this.#machine.u16(name).subarray(at, at + rows * FIXED_GROUPS),
      );
      changed += differing(before, after, rows * visible);
    }
    return { reconstructionError: changed };
  }
}
