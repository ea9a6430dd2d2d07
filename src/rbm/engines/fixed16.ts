/**
 * The engine in 16-bit fixed point: CD-k, PCD-k and populations with momentum and L1, centred or not. Its kernel
 * (assembly/rbm/fixed16Cd1.ts) is a faster version of those of cd1.ts and binary.ts.
 */

import type { BitRows } from '../../util/bits.js';
import { streamKey } from '../../util/random.js';
import { setFields } from '../../wasm/block.js';
import { FIXED_BITS, FIXED_GROUPS, FIXED_PANEL, FIXED16_TRAINING } from '../../wasm/kernels.js';
import type { Machine } from '../../wasm/machine.js';
import { padded, toPanels } from '../model/panels.js';
import { type CheckedOptions, persists } from './checkedOptions.js';
import { beginEpoch, differing, type Engine, loadBiases, readParameters } from './engine.js';
import { type Fixed16Machine, fixed16Machine } from './memory/fixed16Layout.js';
import {
  beginPopulation,
  beginProposals,
  loadPopulation,
  populationFigures,
  proposalFigures,
  readPopulation,
} from './population.js';
import type { EpochRecord, Parameters } from './state.js';

/** Bytes of the bits of a panel. */
const BYTES = FIXED_PANEL / 8;

/** The engine in 16-bit fixed point. */
export class Fixed16Engine implements Engine {
  readonly kernel = 'trainFixed16';
  readonly blocks: readonly number[];
  readonly batches: number;
  readonly #data: BitRows;
  readonly #options: CheckedOptions;
  readonly #machine: Fixed16Machine;
  readonly #batch: number;
  /** Number of persistent chains, or 0. */
  readonly #chains: number;

  /** @param means of the visible units over the data: the offset of a centred step */
  constructor(data: BitRows, options: CheckedOptions, means: Float64Array) {
    const { hidden, batchSize, passes, momentum, threads, steps, centred } = options;
    this.#data = data;
    this.#options = options;
    this.#batch = Math.min(batchSize, data.count);
    this.#chains = persists(options) ? options.chains : 0;
    const samples = data.count * passes;
    this.batches = Math.ceil(samples / this.#batch);
    this.#machine = fixed16Machine({
      visible: data.width,
      hidden,
      batch: this.#batch,
      rows: data.count,
      samples,
      stride: data.stride,
      threads,
      steps,
      chains: this.#chains,
      population: options.algorithm === 'population',
      centred,
      rate: 0,
      momentum,
      lambda: 0,
    });
    this.#machine.u8('data').set(data.bytes);
    this.#machine.f32('visibleOffset').set(means);
    this.blocks = [this.#machine.at.training];
  }

  get memory(): Machine<never> {
    return this.#machine as never;
  }

  load(from: Parameters): void {
    const machine = this.#machine;
    const { width: visible, stride } = this.#data;
    const { hidden } = this.#options;
    toPanels(from.weights, visible, hidden, machine.f32('weights'), FIXED_PANEL);
    toPanels(from.velocity, visible, hidden, machine.f32('velocity'), FIXED_PANEL);
    loadBiases(machine, from);
    if (from.hiddenOffset) machine.f32('hiddenOffset').set(from.hiddenOffset);
    if (!from.chains) return;
    machine.u8('chainBits').set(from.chains);
    const { kernels, at } = machine;
    const height = padded(this.#chains, FIXED_BITS);
    const panels = padded(visible, FIXED_PANEL) / FIXED_PANEL;
    kernels.fixedGather(at.chainBits, stride, 0, this.#chains, at.modelIndex, height, 0, panels, 0, 0, 0, at.scratch);
    if (from.chainLogWeights) loadPopulation(machine, from);
  }

  begin(epoch: number, rate: number): void {
    const machine = this.#machine;
    beginEpoch(machine, this.#data, this.#options, epoch, FIXED_PANEL);
    const { l1, momentum, algorithm, seed } = this.#options;
    const lambda = (rate * l1) / (1 - momentum);
    setFields(machine, 'training', FIXED16_TRAINING, { rate, lambda });
    if (algorithm !== 'population') return;
    machine.kernels.seedStreams(machine.at.swapStream, 1, streamKey(seed, 'exchange', epoch), 0);
    beginPopulation(machine, momentum, lambda);
    beginProposals(machine);
  }

  parameters(): Parameters {
    const { hidden, centred, algorithm, chains } = this.#options;
    const parameters = readParameters(this.#machine, this.#data.width, hidden, FIXED_PANEL);
    if (centred) parameters.hiddenOffset = this.#machine.f32('hiddenOffset').slice(0, hidden);
    if (this.#chains > 0) parameters.chains = this.#readChains();
    if (algorithm === 'population') Object.assign(parameters, readPopulation(this.#machine, chains));
    return parameters;
  }

  /** For contrastive divergence: v and v⁻ of the last minibatch are still in their indices. */
  figures(): Partial<EpochRecord> {
    if (this.#options.algorithm === 'population') {
      return { ...populationFigures(this.#machine), ...proposalFigures(this.#machine) };
    }
    if (this.#chains > 0) return {};
    const visible = this.#data.width;
    const rows = this.#data.count * this.#options.passes - (this.batches - 1) * this.#batch;
    const height = padded(this.#batch, FIXED_BITS) * FIXED_GROUPS;
    const [before, after] = [this.#machine.u16('dataIndex'), this.#machine.u16('modelIndex')];
    let reconstructionError = 0;
    for (let at = 0; at < before.length; at += height) {
      const past = at + rows * FIXED_GROUPS;
      reconstructionError += differing(before.subarray(at, past), after.subarray(at, past), rows * visible);
    }
    return { reconstructionError };
  }

  /** The visible units of the chains, rows of bits: an index has eight numbers of five bits per forty units. */
  #readChains(): Uint8Array {
    const { stride } = this.#data;
    const index = this.#machine.u16('modelIndex');
    const height = padded(this.#chains, FIXED_BITS) * FIXED_GROUPS;
    const chains = new Uint8Array(this.#chains * stride);
    for (let at = 0, first = 0; at < index.length; at += height, first += BYTES) {
      for (let chain = 0; chain < this.#chains; chain++) {
        for (let g = 0; g < FIXED_GROUPS; g++) {
          const number = index[at + chain * FIXED_GROUPS + g] / (2 * FIXED_PANEL);
          const bit = FIXED_BITS * g;
          const byte = first + (bit >> 3);
          const shifted = number << (bit & 7);
          if (byte < stride) chains[chain * stride + byte] |= shifted;
          if (byte + 1 < stride) chains[chain * stride + byte + 1] |= shifted >> 8;
        }
      }
    }
    return chains;
  }
}
