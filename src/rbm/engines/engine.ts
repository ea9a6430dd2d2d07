/** The contract of the engines of training, and their common parts. */

import { streamKey } from '../../util/random.js';
import { writeBlock } from '../../wasm/block.js';
import { PANEL, STEP } from '../../wasm/kernels.js';
import type { LearningMachine } from '../../wasm/learning.js';
import type { Machine } from '../../wasm/machine.js';
import type { TeamKernel } from '../../wasm/team.js';
import { fromPanels, padded, toPanels, transpose } from '../model/panels.js';
import type { CheckedOptions } from './checkedOptions.js';
import { KERNEL_OPTIMISERS } from './memory/layout.js';
import { power } from './rate.js';
import type { EpochRecord, Parameters } from './state.js';

/** Adam's decay of the mean square (assembly/rbm/descent.ts). */
const SQUARES = 0.999;

/**
 * An engine makes epochs of a training run: it has a machine with the parameters, and a kernel for the team of threads.
 */
export interface Engine {
  readonly memory: Machine<never>;
  readonly kernel: TeamKernel;
  /** Addresses of the kernel's blocks, its first arguments. */
  readonly blocks: readonly number[];
  /** Minibatches per epoch. */
  readonly batches: number;
  /** Copies parameters into the machine. */
  load(parameters: Parameters): void;
  /** Order of the rows, random streams and rates of an epoch. */
  begin(epoch: number, rate: number): void;
  /** The parameters in fresh arrays. */
  parameters(): Parameters;
  /** Figures of the last epoch that only this engine knows. */
  figures(): Partial<EpochRecord>;
}

/** Regions of the machines of all engines. */
export type Region = CommonRegion | 'weights' | 'mirror' | 'velocity';

type CommonRegion =
  | 'order'
  | 'shuffleStream'
  | 'shuffleScratch'
  | 'hiddenStreams'
  | 'visibleStreams'
  | 'visibleBias'
  | 'hiddenBias'
  | 'visibleVelocity'
  | 'hiddenVelocity';

/** Regions of the machines with the steps of assembly/rbm/descent.ts. */
export type StepRegion = Region | 'step' | 'corrections' | 'square' | 'visibleSquare' | 'hiddenSquare' | 'hiddenOffset';

/**
 * Seeds the streams of the units, one per panel, and shuffles the order of the rows, once per pass, from (seed, epoch).
 */
export function beginEpoch(
  machine: LearningMachine<CommonRegion>,
  data: { readonly count: number; readonly width: number },
  options: CheckedOptions,
  epoch: number,
  panel = PANEL,
): void {
  const { kernels, at } = machine;
  const { seed, hidden, passes } = options;
  kernels.seedStreams(at.shuffleStream, 1, streamKey(seed, 'order', epoch), 0);
  for (let pass = 0; pass < passes; pass++) {
    kernels.shuffle(at.shuffleStream, at.shuffleScratch, at.order + pass * data.count * 4, data.count);
  }
  kernels.seedStreams(at.hiddenStreams, padded(hidden, panel) / panel, streamKey(seed, 'hidden', epoch), 0);
  kernels.seedStreams(at.visibleStreams, padded(data.width, panel) / panel, streamKey(seed, 'visible', epoch), 0);
}

/** Writes the block of the steps of an epoch, and the rate of each. @returns momentum and L1 shrinkage per step */
export function beginSteps(
  machine: LearningMachine<StepRegion>,
  { l1, l2, momentum, maxNorm, optimiser }: CheckedOptions,
  batches: number,
  epoch: number,
  rate: number,
): { momentum: number; lambda: number } {
  const adam = optimiser === 'adam';
  const lambda = adam ? rate * l1 : (rate * l1) / (1 - momentum);
  writeBlock(machine, 'step', STEP, {
    optimiser: KERNEL_OPTIMISERS[optimiser],
    momentum,
    lambda,
    decay: l2,
    limit: maxNorm === Infinity ? 0 : maxNorm,
  });
  const corrections = machine.f32('corrections');
  for (let b = 0; b < batches; b++) {
    const update = (epoch - 1) * batches + b + 1;
    corrections[2 * b] = adam ? rate / (1 - power(momentum, update)) : rate;
    corrections[2 * b + 1] = adam ? 1 / (1 - power(SQUARES, update)) : 0;
  }
  return { momentum, lambda };
}

/** Copies W, b, c and their velocities into the panels. */
export function loadParameters(
  machine: LearningMachine<Region>,
  visible: number,
  hidden: number,
  from: Parameters,
): void {
  toPanels(from.weights, visible, hidden, machine.f32('weights'));
  toPanels(transpose(from.weights, visible, hidden), hidden, visible, machine.f32('mirror'));
  toPanels(from.velocity, visible, hidden, machine.f32('velocity'));
  loadBiases(machine, from);
}

/** Copies biases and their velocities. */
export function loadBiases(machine: LearningMachine<CommonRegion>, from: Parameters): void {
  // a padded unit has bias -∞: it is always off, and does not learn
  machine.f32('visibleBias').fill(-Infinity).set(from.visibleBias);
  machine.f32('hiddenBias').fill(-Infinity).set(from.hiddenBias);
  machine.f32('visibleVelocity').set(from.visibleVelocity);
  machine.f32('hiddenVelocity').set(from.hiddenVelocity);
}

/** W, b, c and their velocities from the panels, in fresh arrays. */
export function readParameters(
  machine: LearningMachine<Exclude<Region, 'mirror'>>,
  visible: number,
  hidden: number,
  panel = PANEL,
): Parameters {
  return {
    weights: fromPanels(machine.f32('weights'), visible, hidden, panel),
    visibleBias: machine.f32('visibleBias').slice(0, visible),
    hiddenBias: machine.f32('hiddenBias').slice(0, hidden),
    velocity: fromPanels(machine.f32('velocity'), visible, hidden, panel),
    visibleVelocity: machine.f32('visibleVelocity').slice(0, visible),
    hiddenVelocity: machine.f32('hiddenVelocity').slice(0, hidden),
  };
}

/** Copies Adam's second moments and the offsets of centring, if there are any. */
export function loadMoments(
  machine: LearningMachine<StepRegion>,
  visible: number,
  hidden: number,
  from: Parameters,
): void {
  if (from.square) toPanels(from.square, visible, hidden, machine.f32('square'));
  if (from.visibleSquare) machine.f32('visibleSquare').set(from.visibleSquare);
  if (from.hiddenSquare) machine.f32('hiddenSquare').set(from.hiddenSquare);
  if (from.hiddenOffset) machine.f32('hiddenOffset').set(from.hiddenOffset);
}

/** Adam's second moments and the offsets of centring, in fresh arrays. */
export function readMoments(
  machine: LearningMachine<StepRegion>,
  visible: number,
  { hidden, optimiser, centred }: CheckedOptions,
): Partial<Parameters> {
  return {
    ...(optimiser === 'adam'
      ? {
          square: fromPanels(machine.f32('square'), visible, hidden),
          visibleSquare: machine.f32('visibleSquare').slice(0, visible),
          hiddenSquare: machine.f32('hiddenSquare').slice(0, hidden),
        }
      : {}),
    ...(centred ? { hiddenOffset: machine.f32('hiddenOffset').slice(0, hidden) } : {}),
  };
}

/** How many bits are set in the number n of an entry 80·n of an index, n < 32. */
const ONES = /* @__PURE__ */ Uint8Array.from({ length: 32 }, (_, n) => n.toString(2).replaceAll('0', '').length);

/** Fraction of `bits` that differ between two indices (assembly/rbm/panel.ts, fixed16.ts) of rows of the same units. */
export function differing(before: Uint16Array, after: Uint16Array, bits: number): number {
  let differ = 0;
  for (let k = 0; k < before.length; k++) differ += ONES[(before[k] / 80) ^ (after[k] / 80)];
  return differ / bits;
}
