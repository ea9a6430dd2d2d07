/**
 * The memory layout of a training run in 16-bit fixed point: the fields of `FixedTraining` in
 * assembly/rbm/fixed16Cd1.ts, in the same order.
 */

import { blockBytes, writeBlock } from '../../../wasm/block.js';
import {
  FIXED_BITS,
  FIXED_GROUPS,
  FIXED_PANEL,
  FIXED_SCALES,
  FIXED_SCRATCH,
  FIXED_TABLES,
  FIXED16_TRAINING,
  STREAM,
} from '../../../wasm/kernels.js';
import { LEARNING } from '../../../wasm/learning.js';
import { Machine } from '../../../wasm/machine.js';
import { padded } from '../../model/panels.js';
import {
  fillPopulation,
  fillProposals,
  fours,
  movedAtATime,
  populationRegions,
  proposalsRegions,
  type TrainingSizes,
} from './layout.js';

/** Sizes of a run in fixed point. */
export interface FixedSizes extends TrainingSizes {
  /** Gibbs steps per minibatch. */
  steps: number;
  /** Number of persistent chains, or 0. */
  chains: number;
  /** Whether the chains have weights. */
  population: boolean;
  centred: boolean;
}

/**
 * A machine for one training run in 16-bit fixed point, with its block written; parameters, data and streams are zero.
 */
export function fixed16Machine(sizes: FixedSizes) {
  const { batch, samples, stride, threads } = sizes;
  const visible = padded(sizes.visible, FIXED_PANEL);
  const hidden = padded(sizes.hidden, FIXED_PANEL);
  const rows = padded(batch, FIXED_BITS);
  const chains = sizes.chains > 0 ? padded(sizes.chains, FIXED_BITS) : rows;
  /**
   * Bytes of the entries of eight groups; blocks of eight groups of the rows of a minibatch, v and v⁻, an even number.
   */
  const entries = 2 * FIXED_GROUPS;
  const blocks = Math.ceil((rows + chains + FIXED_BITS) / (FIXED_BITS * FIXED_GROUPS));
  const panels = { hidden: hidden / FIXED_PANEL, visible: visible / FIXED_PANEL };
  const weighted = sizes.population ? sizes.chains : 0;
  const moved = weighted ? 2 * movedAtATime(weighted) : 0;
  const machine = new Machine(
    LEARNING,
    {
      training: blockBytes(FIXED16_TRAINING),
      data: sizes.rows * stride,
      order: samples * 4,
      weights: visible * hidden * 4,
      velocity: visible * hidden * 4,
      forward: visible * hidden * 2,
      mirror: visible * hidden * 2,
      hiddenScales: (hidden / FIXED_PANEL) * FIXED_SCALES,
      visibleScales: (visible / FIXED_PANEL) * FIXED_SCALES,
      shares: (hidden / FIXED_PANEL) * visible * 8,
      hiddenBias: hidden * 4,
      hiddenVelocity: hidden * 4,
      hiddenOffset: hidden * 4,
      visibleBias: visible * 4,
      visibleVelocity: visible * 4,
      visibleOffset: visible * 4,
      partials: (hidden / FIXED_PANEL) * visible * 4,
      hiddenStreams: (hidden / FIXED_PANEL) * STREAM,
      visibleStreams: (visible / FIXED_PANEL) * STREAM,
      dataIndex: (visible / FIXED_PANEL) * rows * entries,
      transposed: 2 * blocks * visible * entries,
      dataSums: visible * 4,
      modelIndex: (visible / FIXED_PANEL) * chains * entries,
      modelSums: visible * 4,
      hiddenIndex: (hidden / FIXED_PANEL) * chains * entries,
      means: (rows + chains + FIXED_BITS) * hidden * 2,
      tables: threads * FIXED_TABLES,
      scratch: threads * FIXED_SCRATCH,
      inputs: threads * Math.max(rows, chains, moved) * FIXED_PANEL * 2,
      gradient: threads * visible * FIXED_PANEL * 2,
      differences: threads * visible * 4,
      ...populationRegions(weighted, panels.hidden + panels.visible),
      ...proposalsRegions(weighted, batch, hidden, panels, hidden / FIXED_BITS),
      factors: padded(fours(weighted), FIXED_BITS) * 4,
      swapStream: STREAM,
      swapNumbers: fours(weighted) * 4,
      chainBits: sizes.chains * stride, // chains on input
      shuffleStream: 64,
      shuffleScratch: 16,
    },
    threads > 1,
  );
  const { at } = machine;
  writeBlock(machine, 'training', FIXED16_TRAINING, {
    ...at,
    ...sizes,
    visible,
    hidden,
    hiddenOffset: sizes.centred ? at.hiddenOffset : 0,
    population: weighted ? at.population : 0,
    proposals: weighted ? at.proposals : 0,
  });
  if (weighted) {
    fillPopulation(machine, sizes.visible * sizes.hidden);
    fillProposals(machine, weighted);
  }
  return machine;
}

export type Fixed16Machine = ReturnType<typeof fixed16Machine>;
