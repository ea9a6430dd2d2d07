/**
 * The general engine for two-valued units: all algorithms, optimisers and penalties, by the kernel of
 * assembly/rbm/binary.ts.
 */

import type { BitRows } from '../../util/bits.js';
import { streamKey } from '../../util/random.js';
import { fieldOf, setFields } from '../../wasm/block.js';
import { BINARY_TRAINING } from '../../wasm/kernels.js';
import type { Machine } from '../../wasm/machine.js';
import { fromPanels, padded, toPanels, transpose } from '../model/panels.js';
import { type CheckedOptions, MAX_ENUMERATED, persists } from './checkedOptions.js';
import {
  beginEpoch,
  beginSteps,
  differing,
  type Engine,
  loadMoments,
  loadParameters,
  readMoments,
  readParameters,
} from './engine.js';
import { type BinaryMachine, binaryMachine } from './memory/layout.js';
import {
  beginPopulation,
  beginProposals,
  loadPopulation,
  populationFigures,
  proposalFigures,
  readPopulation,
} from './population.js';
import { type EpochRecord, logOdds, type Parameters } from './state.js';

/** Base bias of a padded unit: it is always 0. */
const DARK = -1e30;

/** The general engine for two-valued units. */
export class BinaryEngine implements Engine {
  readonly kernel = 'trainBinary';
  readonly blocks: readonly number[];
  readonly batches: number;
  readonly #data: BitRows;
  readonly #options: CheckedOptions;
  readonly #machine: BinaryMachine;
  readonly #batch: number;

  constructor(data: BitRows, options: CheckedOptions, means: Float64Array, importance: Float32Array | undefined) {
    const { hidden, batchSize, passes, threads, algorithm, steps, betas, centred, sparsity, optimiser } = options;
    if (algorithm === 'exact' && Math.min(data.width, hidden) > MAX_ENUMERATED) {
      const what = `one layer of at most ${MAX_ENUMERATED} units`;
      throw new RangeError(`"algorithm" exact expected ${what}, got ${data.width} visible and ${hidden} hidden ones`);
    }
    this.#data = data;
    this.#options = options;
    this.#batch = Math.min(batchSize, data.count);
    const samples = data.count * passes;
    this.batches = Math.ceil(samples / this.#batch);
    this.#machine = binaryMachine({
      visible: data.width,
      hidden,
      batch: this.#batch,
      rows: data.count,
      stride: data.stride,
      samples,
      threads,
      algorithm: algorithm === 'cd' ? 'contrastive' : algorithm === 'exact' ? 'exact' : 'persistent',
      steps,
      chains: options.chains,
      replicas: betas.length,
      most: options.models,
      population: algorithm === 'population',
      centred,
      weighted: importance !== undefined,
      squares: optimiser === 'adam',
      target: sparsity?.target ?? 0,
      cost: sparsity?.cost ?? 0,
    });
    const machine = this.#machine;
    machine.u8('data').set(data.bytes);
    if (importance) machine.f32('importance').set(importance);
    machine.f32('visibleOffset').set(means);
    machine.f32('visibleBase').fill(DARK).set(logOdds(means, data.count));
    machine.f32('hiddenBase').fill(DARK).fill(0, 0, hidden);
    if (betas.length > 1) {
      const rows = machine.f32('betas').length / betas.length;
      betas.forEach((beta, k) => {
        machine.f32('betas').fill(beta, k * rows, (k + 1) * rows);
      });
    }
    this.blocks = [machine.at.training, machine.at.step];
  }

  get memory(): Machine<never> {
    return this.#machine as never;
  }

  load(from: Parameters): void {
    const machine = this.#machine;
    const visible = this.#data.width;
    const { hidden } = this.#options;
    loadParameters(machine, visible, hidden, from);
    loadMoments(machine, visible, hidden, from);
    if (!from.chains) return;
    const { kernels, at } = machine;
    const groups = padded(visible) / 4;
    if (from.pastWeights) this.#loadPast(from);
    const { each, apart, stride } = this.#chains();
    const bits = machine.u8('chainBits');
    for (let k = 0; k * each < from.chains.length; k++) {
      bits.set(from.chains.subarray(k * each, (k + 1) * each), k * apart);
    }
    kernels.gather(at.chainBits, stride, 0, bits.length / stride, at.chainIndex, groups, 0, groups, 0, 0, 0);
    if (from.chainLogWeights) loadPopulation(machine, from);
  }

  begin(epoch: number, rate: number): void {
    const machine = this.#machine;
    beginEpoch(machine, this.#data, this.#options, epoch);
    machine.kernels.seedStreams(machine.at.swapStream, 1, streamKey(this.#options.seed, 'exchange', epoch), 0);
    machine.u32('swaps').fill(0);
    machine.u32('window').fill(0);
    const { momentum, lambda } = beginSteps(machine, this.#options, this.batches, epoch, rate);
    if (this.#options.algorithm === 'population') {
      beginPopulation(machine, momentum, lambda);
      beginProposals(machine);
    }
  }

  parameters(): Parameters {
    const machine = this.#machine;
    const visible = this.#data.width;
    const { hidden } = this.#options;
    const parameters = { ...readParameters(machine, visible, hidden), ...readMoments(machine, visible, this.#options) };
    if (persists(this.#options)) {
      const { kernels, at } = machine;
      const { each, apart, stride } = this.#chains();
      const bits = machine.u8('chainBits');
      kernels.packIndex(at.chainIndex, bits.length / stride, padded(visible) / 4, at.chainBits, stride);
      const chains = new Uint8Array(each * this.#replicas());
      for (let k = 0; k * each < chains.length; k++) chains.set(bits.subarray(k * apart, k * apart + each), k * each);
      parameters.chains = chains;
    }
    if (this.#options.models > 1) this.#readPast(parameters);
    const { algorithm, chains } = this.#options;
    if (algorithm === 'population') Object.assign(parameters, readPopulation(machine, chains));
    return parameters;
  }

  figures(): Partial<EpochRecord> {
    const { algorithm, steps, chains, betas, passes } = this.#options;
    if (algorithm === 'cd') {
      const visible = this.#data.width;
      const rows = this.#data.count * passes - (this.batches - 1) * this.#batch;
      const before = this.#machine.u16('dataIndex').subarray(0, rows * (padded(visible) / 4));
      return { reconstructionError: differing(before, this.#machine.u16('chainIndex'), rows * visible) };
    }
    const swaps = this.#machine.u32('swaps');
    if (algorithm === 'trajectory') {
      const models = this.#replicas();
      const rates = Array.from({ length: models - 1 }, (_, k) =>
        swaps[2 * k + 1] ? swaps[2 * k] / swaps[2 * k + 1] : 1,
      );
      return { exchangeRate: Math.min(...rates), models };
    }
    if (algorithm === 'population') return { ...populationFigures(this.#machine), ...proposalFigures(this.#machine) };
    if (algorithm !== 'tempering') return {};
    const turns = this.batches * steps;
    // even pairs have the first turn; pairs without a turn are ignored
    const rates = Array.from({ length: betas.length - 1 }, (_, k) => {
      const tries = chains * (k % 2 === 0 ? Math.ceil(turns / 2) : Math.floor(turns / 2));
      return tries === 0 ? 1 : swaps[k] / tries;
    });
    return { exchangeRate: Math.min(...rates) };
  }

  /** Number of replicas now. */
  #replicas(): number {
    return fieldOf(this.#machine, 'training', BINARY_TRAINING, 'replicas');
  }

  /** Views of W, Wᵀ, b and c of past model k, from 1: see assembly/rbm/trajectory.ts. */
  #past(k: number) {
    const { buffer } = this.#machine.memory;
    const [visible, hidden] = [padded(this.#data.width), padded(this.#options.hidden)];
    const lengths = [visible * hidden, visible * hidden, hidden, visible];
    const at = this.#machine.u32('ladder').subarray(4 * k, 4 * k + 4);
    return lengths.map((length, part) => new Float32Array(buffer, at[part], length));
  }

  #loadPast({ pastWeights, pastVisibleBias, pastHiddenBias }: Parameters): void {
    const visible = this.#data.width;
    const { hidden } = this.#options;
    const count = (pastHiddenBias as Float32Array).length / hidden;
    setFields(this.#machine, 'training', BINARY_TRAINING, { replicas: 1 + count });
    for (let k = 0; k < count; k++) {
      const [weights, mirror, b, c] = this.#past(k + 1);
      const own = (pastWeights as Float32Array).subarray(k * visible * hidden, (k + 1) * visible * hidden);
      toPanels(own, visible, hidden, weights);
      toPanels(transpose(own, visible, hidden), hidden, visible, mirror);
      b.fill(-Infinity).set((pastHiddenBias as Float32Array).subarray(k * hidden, (k + 1) * hidden));
      c.fill(-Infinity).set((pastVisibleBias as Float32Array).subarray(k * visible, (k + 1) * visible));
    }
  }

  #readPast(parameters: Parameters): void {
    const visible = this.#data.width;
    const { hidden } = this.#options;
    const count = this.#replicas() - 1;
    parameters.pastWeights = new Float32Array(count * visible * hidden);
    parameters.pastVisibleBias = new Float32Array(count * visible);
    parameters.pastHiddenBias = new Float32Array(count * hidden);
    for (let k = 0; k < count; k++) {
      const [weights, , b, c] = this.#past(k + 1);
      parameters.pastWeights.set(fromPanels(weights, visible, hidden), k * visible * hidden);
      parameters.pastHiddenBias.set(b.subarray(0, hidden), k * hidden);
      parameters.pastVisibleBias.set(c.subarray(0, visible), k * visible);
    }
  }

  /** Bytes of the chains of one replica, from one replica to the next in the machine, and of a chain. */
  #chains() {
    const { stride } = this.#data;
    const { chains } = this.#options;
    return { stride, each: chains * stride, apart: Math.ceil(chains / 4) * 4 * stride };
  }
}
