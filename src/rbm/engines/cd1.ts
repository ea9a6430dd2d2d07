/** The fast engine: plain CD-1, momentum and L1, by a kernel for these only (assembly/rbm/cd1.ts). */

import type { BitRows } from '../../util/bits.js';
import { setFields } from '../../wasm/block.js';
import { CD1_TRAINING } from '../../wasm/kernels.js';
import type { Machine } from '../../wasm/machine.js';
import { padded } from '../model/panels.js';
import type { CheckedOptions } from './checkedOptions.js';
import { beginEpoch, differing, type Engine, loadParameters, readParameters } from './engine.js';
import { type Cd1Machine, cd1Machine } from './memory/layout.js';
import type { EpochRecord, Parameters } from './state.js';

/** The fast engine of plain CD-1. */
export class Cd1Engine implements Engine {
  readonly kernel = 'trainCd1';
  readonly blocks: readonly number[];
  readonly batches: number;
  readonly #data: BitRows;
  readonly #options: CheckedOptions;
  readonly #machine: Cd1Machine;
  readonly #batch: number;

  constructor(data: BitRows, options: CheckedOptions) {
    const { hidden, batchSize, passes, momentum, threads } = options;
    this.#data = data;
    this.#options = options;
    this.#batch = Math.min(batchSize, data.count);
    const samples = data.count * passes;
    this.batches = Math.ceil(samples / this.#batch);
    this.#machine = cd1Machine({
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

  load(parameters: Parameters): void {
    loadParameters(this.#machine, this.#data.width, this.#options.hidden, parameters);
  }

  begin(epoch: number, rate: number): void {
    beginEpoch(this.#machine, this.#data, this.#options, epoch);
    const { l1, momentum } = this.#options;
    setFields(this.#machine, 'training', CD1_TRAINING, { rate, lambda: (rate * l1) / (1 - momentum) });
  }

  parameters(): Parameters {
    return readParameters(this.#machine, this.#data.width, this.#options.hidden);
  }

  /** v and v⁻ of the last minibatch are still in their indices. */
  figures(): Partial<EpochRecord> {
    const visible = this.#data.width;
    const rows = this.#data.count * this.#options.passes - (this.batches - 1) * this.#batch;
    const entries = rows * (padded(visible) / 4);
    const before = this.#machine.u16('dataIndex').subarray(0, entries);
    return { reconstructionError: differing(before, this.#machine.u16('modelIndex'), rows * visible) };
  }
}
