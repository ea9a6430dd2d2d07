/** Chains of annealed importance sampling of two-valued units, by the kernel of assembly/rbm/annealing.ts. */

import { BitRows } from '../../util/bits.js';
import { type Seed, streamKey } from '../../util/random.js';
import { blockBytes, writeBlock } from '../../wasm/block.js';
import { ANNEALING, PANEL, STREAM, TABLES } from '../../wasm/kernels.js';
import { LEARNING } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';
import { toBits } from '../model/convert.js';
import type { Floats } from '../model/layers.js';
import { padded, toPanels, transpose } from '../model/panels.js';
import type { Rbm } from '../model/rbm.js';
import type { Chains } from './chains.js';

/** Bias of a padded visible unit: it is always 0. */
const DARK = -1e30;
/** Max weights times chains per slice of the work: a few milliseconds. */
const SLICE = 1e8;

/** Chains of two-valued units. */
export class BitChains implements Chains<BitRows> {
  readonly baseLogPartition: number;
  readonly constant: number;
  readonly #machine;
  readonly #count: number;
  readonly #visible: number;
  readonly #last: number;
  readonly #slice: number;

  /** @param betas rounded to float32 already */
  constructor(rbm: Rbm, count: number, betas: Float64Array, base: Floats, seed: Seed) {
    const { rbm: bits, constant } = toBits(rbm);
    const [low, high] = rbm.visibleLayer.levels!;
    const own = Float64Array.from(base, (c) => c * (high - low));
    this.#count = count;
    this.#visible = bits.visible;
    this.#last = betas.length - 1;
    this.#slice = Math.max(1, Math.floor(SLICE / (count * bits.weights.length)));
    this.constant = -constant;
    const { log, softplus } = kernels();
    this.baseLogPartition = own.reduce((sum, c) => sum + softplus(c), bits.hidden * log(2));

    const visible = padded(bits.visible);
    const hidden = padded(bits.hidden);
    const panels = (visible + hidden) / PANEL;
    this.#machine = new Machine(LEARNING, {
      annealing: blockBytes(ANNEALING),
      betas: betas.length * 4,
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      hiddenBias: hidden * 4,
      visibleBias: visible * 4,
      base: visible * 4,
      linear: (visible / 4) * 128,
      visibleIndex: (fours(count) * visible) / 2,
      hiddenIndex: (count * hidden) / 2,
      streams: panels * STREAM,
      shares: (hidden / PANEL) * count * 32,
      logs: count * 8,
      tables: TABLES,
      scratch: (1 + 2 * count) * PANEL * 4,
      bits: count * Math.ceil(bits.visible / 8),
    });
    const machine = this.#machine;
    const { at } = machine;
    writeBlock(machine, 'annealing', ANNEALING, {
      ...at,
      visible,
      hidden,
      visibleGroups: Math.ceil(bits.visible / 4),
      hiddenGroups: Math.ceil(bits.hidden / 4),
      rows: count,
      hiddenStreams: at.streams,
      visibleStreams: at.streams + (hidden / PANEL) * STREAM,
    });
    machine.f32('betas').set(betas);
    toPanels(bits.weights, bits.visible, bits.hidden, machine.f32('weights'));
    const mirrored = transpose(bits.weights, bits.visible, bits.hidden);
    toPanels(mirrored, bits.hidden, bits.visible, machine.f32('mirror'));
    machine.f32('hiddenBias').set(bits.hiddenLayer.bias);
    machine.f32('visibleBias').fill(DARK).set(bits.visibleLayer.bias);
    machine.f32('base').fill(DARK).set(own);
    const linear = machine.f64('linear');
    for (let k = 0; k < linear.length; k++) {
      for (let bit = 0; bit < 4; bit++) {
        const i = (k >> 4) * 4 + bit;
        if ((k >> bit) & 1 && i < bits.visible) linear[k] += bits.visibleLayer.bias[i] - own[i];
      }
    }
    machine.kernels.seedStreams(at.streams, panels, streamKey(seed, 'annealing'), 0);
  }

  start(states?: BitRows): void {
    const { kernels, at } = this.#machine;
    const groups = padded(this.#visible) / 4;
    this.#machine.f64('logs').fill(0);
    if (!states) {
      kernels.annealBase(at.annealing);
      return;
    }
    this.#machine.u8('bits').set(states.bytes);
    kernels.gather(at.bits, states.stride, 0, this.#count, at.visibleIndex, groups, 0, groups, 0, 0, 0);
  }

  move(from: number, most = Infinity): number {
    const to = Math.min(this.#last, from + Math.min(most, this.#slice));
    this.#machine.kernels.anneal(this.#machine.at.annealing, from, to, 0, 1);
    return to;
  }

  logWeights(): Float64Array {
    return this.#machine.f64('logs').slice(0, this.#count);
  }

  states(): BitRows {
    const { kernels, at } = this.#machine;
    const result = new BitRows(this.#count, this.#visible);
    kernels.packIndex(at.visibleIndex, this.#count, padded(this.#visible) / 4, at.bits, result.stride);
    result.bytes.set(this.#machine.u8('bits').subarray(0, result.bytes.length));
    return result;
  }
}

/** Number of rows rounded up to a multiple of 4, as kernels with four rows at a time write them. */
function fours(rows: number): number {
  return Math.ceil(rows / 4) * 4;
}
