/**
 * The memory layout of a training run, and the blocks of numbers that the kernels of assembly/rbm/cd1.ts and binary.ts
 * read.
 */

import { blockBytes, writeBlock } from '../../../wasm/block.js';
import {
  BINARY_TRAINING,
  CD1_TRAINING,
  EXACT_BLOCKS,
  PANEL,
  POPULATION,
  PROPOSALS,
  STEP,
  STREAM,
  TABLES,
} from '../../../wasm/kernels.js';
import { LEARNING, type LearningMachine } from '../../../wasm/learning.js';
import { Machine } from '../../../wasm/machine.js';
import { padded } from '../../model/panels.js';

/** Sizes of a run of the fast kernel. */
export interface TrainingSizes {
  visible: number;
  hidden: number;
  /** Rows of a full minibatch. */
  batch: number;
  /** Rows of the data, bytes per row, and rows per epoch. */
  rows: number;
  stride: number;
  samples: number;
  threads: number;
  rate: number;
  momentum: number;
  lambda: number;
}

/** n rounded up to a multiple of 4. */
export const fours = (rows: number) => Math.ceil(rows / 4) * 4;

/** A machine for one run of the fast kernel, with its block written; parameters, data and streams are zero. */
export function cd1Machine(sizes: TrainingSizes) {
  const { batch, samples, stride, threads } = sizes;
  const visible = padded(sizes.visible);
  const hidden = padded(sizes.hidden);
  const rows = fours(batch);
  const machine = new Machine(
    LEARNING,
    {
      training: blockBytes(CD1_TRAINING),
      data: sizes.rows * stride,
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
      shuffleStream: 64,
      shuffleScratch: 16,
    },
    threads > 1,
  );
  writeBlock(machine, 'training', CD1_TRAINING, { ...machine.at, ...sizes, visible, hidden });
  return machine;
}

export type Cd1Machine = ReturnType<typeof cd1Machine>;

/** Number of chains with a proposed move at a time: an eighth, a multiple of 4. */
export const movedAtATime = (chains: number) => 4 * Math.ceil(chains / 32);

/** The kernel's numbers of the algorithms and of the optimisers. */
export const KERNEL_ALGORITHMS = { contrastive: 0, persistent: 1, exact: 2 } as const;
export const KERNEL_OPTIMISERS = { momentum: 0, nesterov: 1, adam: 2 } as const;

/** Sizes of a run of the general kernel. */
export interface LearningSizes {
  visible: number;
  hidden: number;
  /** Rows of a full minibatch, rows of the data, bytes per row, and rows per epoch. */
  batch: number;
  rows: number;
  stride: number;
  samples: number;
  threads: number;
  algorithm: keyof typeof KERNEL_ALGORITHMS;
  steps: number;
  /** Persistent chains, and replicas of each; 0 and 1 without. */
  chains: number;
  replicas: number;
  /** Max replicas of a trajectory; 1 without one. */
  most: number;
  /** Whether the chains have weights. */
  population: boolean;
  centred: boolean;
  /** Whether rows have weights. */
  weighted: boolean;
  /** Whether there are second moments. */
  squares: boolean;
  target: number;
  cost: number;
}

/**
 * Max spread Var_w δ of a step (assembly/rbm/population.ts). Above 20,000 weights it grows with their number, as does
 * the contribution of the noise of the gradient, which is harmless.
 */
const spreadLimit = (weights: number) => 0.05 * Math.max(1, weights / 20_000);

/** Sizes of the regions of a population; 0 for no chains. @param panels of both layers */
export function populationRegions(chains: number, panels: number) {
  return {
    population: chains ? blockBytes(POPULATION) : 0,
    logWeights: fours(chains) * 8,
    before: panels * fours(chains) * 8,
    after: panels * fours(chains) * 8,
    counts: fours(chains) * 4,
  };
}

/**
 * Sizes of the regions for proposed moves of the chains of a population; 0 for no chains.
 * @param batch rows of a minibatch
 * @param hidden padded units
 * @param panels of both layers
 * @param entries of the index of a row of h
 */
export function proposalsRegions(
  chains: number,
  batch: number,
  hidden: number,
  panels: { hidden: number; visible: number },
  entries: number,
) {
  const [rows, moved] = chains ? [fours(batch), 2 * movedAtATime(chains)] : [0, 0];
  return {
    proposals: chains ? blockBytes(PROPOSALS) : 0,
    index: moved * entries * 2,
    inputsOfRows: hidden * rows * 4,
    norms: panels.hidden * rows * 8,
    free: panels.visible * moved * 8,
    logs: rows * 4,
    ones: chains ? hidden * 4 : 0,
  };
}

export type ProposalsRegion = keyof ReturnType<typeof proposalsRegions>;

/** Writes the block of the proposed moves. */
export function fillProposals(machine: LearningMachine<ProposalsRegion>, chains: number): void {
  const counts = { count: movedAtATime(chains), first: 0, tried: 0, taken: 0 };
  writeBlock(machine, 'proposals', PROPOSALS, { ...machine.at, inputs: machine.at.inputsOfRows, ...counts });
}

export type PopulationRegion = keyof ReturnType<typeof populationRegions>;

/** Writes the block of a population of a model with this number of weights. */
export function fillPopulation(machine: LearningMachine<PopulationRegion>, weights: number): void {
  const rest = { momentum: 0, lambda: 0, pace: 1, turns: 0, resampled: 0, effective: 0, paces: 0 };
  writeBlock(machine, 'population', POPULATION, { ...machine.at, limit: spreadLimit(weights), ...rest });
}

/** A machine for one run of the general kernel, with its block written; all else is zero. */
export function binaryMachine(sizes: LearningSizes) {
  const { batch, rows, stride, samples, threads, replicas } = sizes;
  const visible = padded(sizes.visible);
  const hidden = padded(sizes.hidden);
  const chains = sizes.algorithm === 'contrastive' ? batch : sizes.algorithm === 'exact' ? 0 : sizes.chains;
  const trajectory = sizes.most > 1;
  const places = Math.max(sizes.most, replicas);
  const rowsOfChains = fours(chains) * places;
  const sides = fours(batch) + fours(chains);
  const moved = sizes.population ? 2 * movedAtATime(chains) : 0;
  const most = Math.max(fours(batch), rowsOfChains, moved);
  const panels = hidden / PANEL + visible / PANEL;
  // sizes of the exact model, see assembly/rbm/exactModel.ts
  const n = Math.min(sizes.visible, sizes.hidden);
  const m = 2 * Math.ceil(Math.max(sizes.visible, sizes.hidden) / 2);
  const even = 2 * Math.ceil(n / 2);
  const blocks = Math.min(EXACT_BLOCKS, 2 ** n);
  const tempered = replicas > 1;
  const machine = new Machine(
    LEARNING,
    {
      training: blockBytes(BINARY_TRAINING),
      step: blockBytes(STEP),
      data: rows * stride,
      order: samples * 4,
      importance: sizes.weighted ? rows * 4 : 0,
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      velocity: visible * hidden * 4,
      square: sizes.squares ? visible * hidden * 4 : 0,
      hiddenBias: hidden * 4,
      hiddenVelocity: hidden * 4,
      hiddenSquare: hidden * 4,
      hiddenOffset: hidden * 4,
      hiddenBase: hidden * 4,
      visibleBias: visible * 4,
      visibleVelocity: visible * 4,
      visibleSquare: visible * 4,
      visibleOffset: visible * 4,
      visibleBase: visible * 4,
      hiddenStreams: (hidden / PANEL) * STREAM,
      visibleStreams: (visible / PANEL) * STREAM,
      swapStream: STREAM,
      betas: tempered ? rowsOfChains * 4 : 0,
      ladder: trajectory ? sizes.most * 16 : 0,
      window: 8,
      swaps: places * 8,
      swapNumbers: fours(chains) * 4,
      ...populationRegions(sizes.population ? chains : 0, panels),
      ...proposalsRegions(
        sizes.population ? chains : 0,
        batch,
        hidden,
        { hidden: hidden / PANEL, visible: visible / PANEL },
        hidden / 4,
      ),
      overlaps: tempered ? panels * rowsOfChains * 8 : trajectory ? 2 * panels * rowsOfChains * 8 : 0,
      past: (sizes.most - 1) * (2 * visible * hidden + hidden + visible) * 4,
      dataIndex: (fours(batch) * visible) / 2,
      chainIndex: (most * visible) / 2,
      hiddenIndex: (most * hidden) / 2,
      transposed: (visible * sides) / 2,
      factors: sides * 4,
      differences: visible * 4,
      partials: (hidden / PANEL) * visible * 4,
      means: sides * hidden * 4,
      tables: threads * TABLES,
      scratch: threads * 3 * most * PANEL * 4,
      sums: threads * 4 * PANEL * 4,
      gradient: threads * visible * PANEL * 4,
      exact:
        sizes.algorithm === 'exact'
          ? (2 * n * m + even + m + blocks * (2 + m + even + n * m) + threads * 2 * m) * 8
          : 0,
      corrections: Math.ceil(samples / batch) * 8,
      chainBits: rowsOfChains * stride, // chains on input and output
      shuffleStream: 64,
      shuffleScratch: 16,
    },
    threads > 1,
  );
  const { at } = machine;
  const values = {
    ...at,
    visible,
    hidden,
    visibleUnits: sizes.visible,
    hiddenUnits: sizes.hidden,
    batch,
    samples,
    stride,
    importance: sizes.weighted ? at.importance : 0,
    ladder: trajectory ? at.ladder : 0,
    population: sizes.population ? at.population : 0,
    proposals: sizes.population ? at.proposals : 0,
    most: sizes.most,
    algorithm: KERNEL_ALGORITHMS[sizes.algorithm],
    centred: sizes.centred ? 1 : 0,
    steps: sizes.steps,
    chains,
    replicas,
    rows: most,
    target: sizes.target,
    cost: sizes.cost,
  };
  if (trajectory) {
    // the current model, then space for past ones
    const ladder = machine.u32('ladder');
    ladder.set([at.weights, at.mirror, at.hiddenBias, at.visibleBias]);
    const matrix = visible * hidden * 4;
    for (let k = 1, place = at.past; k < sizes.most; k++, place += 2 * matrix + (hidden + visible) * 4) {
      ladder.set([place, place + matrix, place + 2 * matrix, place + 2 * matrix + hidden * 4], k * 4);
    }
  }
  writeBlock(machine, 'training', BINARY_TRAINING, values);
  if (sizes.population) {
    fillPopulation(machine, sizes.visible * sizes.hidden);
    fillProposals(machine, chains);
  }
  return machine;
}

export type BinaryMachine = ReturnType<typeof binaryMachine>;
