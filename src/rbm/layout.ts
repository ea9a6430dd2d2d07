/**
 * Where everything lies in the memory of one training run, and the block of numbers that tells the kernel (the fields of `Training` in
 * assembly/rbm/training.ts, in the same order).
 */

import { PANEL, STREAM, TABLES } from '../wasm/kernels.js';
import { Machine } from '../wasm/machine.js';
import { padded } from './panels.js';

/** The fields of the kernel's block: names of regions and sizes are filled in here, `rate`, `momentum` and `lambda` are floats. */
export const TRAINING_FIELDS = [
  'visible',
  'hidden',
  'batch',
  'samples',
  'stride',
  'data',
  'order',
  'weights',
  'mirror',
  'velocity',
  'hiddenBias',
  'hiddenVelocity',
  'visibleBias',
  'visibleVelocity',
  'hiddenStreams',
  'visibleStreams',
  'dataIndex',
  'transposed',
  'dataSums',
  'modelIndex',
  'modelSums',
  'hiddenIndex',
  'means',
  'tables',
  'scratch',
  'inputs',
  'gradient',
  'rate',
  'momentum',
  'lambda',
] as const;

export interface TrainingSizes {
  visible: number;
  hidden: number;
  /** Rows of a full minibatch. */
  batch: number;
  /** Rows of the data, and bytes of one. */
  samples: number;
  stride: number;
  threads: number;
  rate: number;
  momentum: number;
  lambda: number;
}

/** A machine for one training run, its block filled in; parameters, data and streams are zero. */
export function trainingMachine(sizes: TrainingSizes) {
  const { batch, samples, stride, threads } = sizes;
  const visible = padded(sizes.visible);
  const hidden = padded(sizes.hidden);
  const rows = Math.ceil(batch / 4) * 4;
  const machine = new Machine(
    {
      training: TRAINING_FIELDS.length * 4,
      data: samples * stride,
      order: samples * 4,
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      velocity: visible * hidden * 4,
      hiddenBias: hidden * 4,
      hiddenVelocity: hidden * 4,
      visibleBias: visible * 4,
      visibleVelocity: visible * 4,
      hiddenStreams: (hidden / PANEL) * STREAM,
      visibleStreams: (visible / PANEL) * STREAM,
      dataIndex: (rows * visible) / 2,
      transposed: 2 * visible * rows,
      dataSums: visible * 4,
      modelIndex: (rows * visible) / 2,
      modelSums: visible * 4,
      hiddenIndex: (rows * hidden) / 2,
      means: 2 * rows * hidden * 4,
      tables: threads * TABLES,
      scratch: threads * (rows + 2) * PANEL * 4,
      inputs: threads * rows * PANEL * 4,
      gradient: threads * visible * PANEL * 4,
      one: 64, // a stream for the shuffle and the initial weights, and its 16 bytes of scratch
      draw: 16,
    },
    threads > 1,
  );
  const floats = machine.f32('training');
  const numbers = machine.u32('training');
  const values: Record<string, number> = { ...machine.at, ...sizes, visible, hidden };
  TRAINING_FIELDS.forEach((name, k) => {
    const view = name === 'rate' || name === 'momentum' || name === 'lambda' ? floats : numbers;
    view[k] = values[name];
  });
  return machine;
}

export type TrainingMachine = ReturnType<typeof trainingMachine>;
