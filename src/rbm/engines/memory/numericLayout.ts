/** The memory layout of a run of assembly/rbm/numeric.ts, and the block of numbers that the kernel reads. */

import { blockBytes, writeBlock } from '../../../wasm/block.js';
import { NUMERIC_TRAINING, PANEL, STEP, STREAM } from '../../../wasm/kernels.js';
import { LEARNING } from '../../../wasm/learning.js';
import { Machine } from '../../../wasm/machine.js';
import type { LayerKind } from '../../model/layers.js';
import { padded } from '../../model/panels.js';
import { fillPopulation, populationRegions } from './layout.js';

/** Kinds of layers as the kernels number them (assembly/rbm/realUnits.ts). */
export const KERNEL_KINDS: Record<LayerKind, number> = { bits: 0, spins: 1, gaussian: 2, relu: 3 };

/** Sizes of a run with layers of any kind. */
export interface LayeredSizes {
  visible: number;
  hidden: number;
  visibleKind: LayerKind;
  hiddenKind: LayerKind;
  /** Rows of a full minibatch, rows of the data, and rows per epoch. */
  batch: number;
  rows: number;
  samples: number;
  threads: number;
  persistent: boolean;
  steps: number;
  /** Number of persistent chains, and whether they have weights. */
  chains: number;
  population: boolean;
  centred: boolean;
  /** Whether the precisions of real visible units are learned. */
  learned: boolean;
  /** Whether rows have weights. */
  weighted: boolean;
  /** Whether there are second moments. */
  squares: boolean;
  /** Sites of the torus and number of its translations, for weights that are tied over these. */
  translations?: { sites: number; count: number };
}

/** A machine for one run, with its block written; all else is zero. */
export function numericMachine(sizes: LayeredSizes) {
  const { batch, rows, samples, threads, squares, persistent } = sizes;
  const { sites, count: translations } = sizes.translations ?? { sites: 0, count: 0 };
  const visible = padded(sizes.visible);
  const hidden = padded(sizes.hidden);
  const chains = persistent ? sizes.chains : batch;
  const longest = Math.ceil(Math.max(batch, chains) / 4) * 4;
  const machine = new Machine(
    LEARNING,
    {
      training: blockBytes(NUMERIC_TRAINING),
      step: blockBytes(STEP),
      data: rows * visible * 4,
      order: samples * 4,
      importance: sizes.weighted ? rows * 4 : 0,
      weights: visible * hidden * 4,
      mirror: visible * hidden * 4,
      velocity: visible * hidden * 4,
      square: squares ? visible * hidden * 4 : 0,
      hiddenBias: hidden * 4,
      hiddenVelocity: hidden * 4,
      hiddenSquare: hidden * 4,
      hiddenOffset: hidden * 4,
      hiddenWidth: hidden * 4,
      visibleBias: visible * 4,
      visibleVelocity: visible * 4,
      visibleSquare: visible * 4,
      visibleOffset: visible * 4,
      visibleWidth: visible * 4,
      precision: visible * 4,
      precisionVelocity: visible * 4,
      precisionSquare: visible * 4,
      mostPrecision: visible * 4,
      hiddenStreams: (hidden / PANEL) * STREAM,
      visibleStreams: (visible / PANEL) * STREAM,
      ...populationRegions(sizes.population ? chains : 0, hidden / PANEL + visible / PANEL),
      resampleStream: sizes.population ? STREAM : 0,
      resampleNumbers: sizes.population ? 16 : 0,
      values: batch * visible * 4,
      chainValues: chains * visible * 4,
      nextValues: sizes.population ? chains * visible * 4 : 0,
      chainInputs: sizes.population ? chains * hidden * 4 : 0,
      states: chains * hidden * 4,
      factors: (batch + Math.ceil(chains / 4) * 4) * 4,
      differences: visible * 4,
      spreads: visible * 4,
      partials: (hidden / PANEL) * visible * 4,
      means: threads * 2 * longest * PANEL * 4,
      scratch: threads * (16 + 240 * longest),
      sums: threads * 4 * PANEL * 4,
      gradient: threads * visible * PANEL * 4,
      shifts: translations * sites * 4,
      whole: sites ? visible * hidden * 4 : 0,
      hiddenSums: sites ? hidden * 4 : 0,
      corrections: Math.ceil(samples / batch) * 8,
      shuffleStream: 64,
      shuffleScratch: 16,
    },
    threads > 1,
  );
  const { at } = machine;
  writeBlock(machine, 'training', NUMERIC_TRAINING, {
    ...at,
    visible,
    hidden,
    visibleUnits: sizes.visible,
    hiddenUnits: sizes.hidden,
    visibleKind: KERNEL_KINDS[sizes.visibleKind],
    hiddenKind: KERNEL_KINDS[sizes.hiddenKind],
    batch,
    samples,
    importance: sizes.weighted ? at.importance : 0,
    persistent: persistent ? 1 : 0,
    population: sizes.population ? at.population : 0,
    centred: sizes.centred ? 1 : 0,
    learned: sizes.learned ? 1 : 0,
    steps: sizes.steps,
    chains,
    rows: longest,
    sites,
    translations,
  });
  // shared weights count once
  if (sizes.population) fillPopulation(machine, (sizes.visible * sizes.hidden) / Math.max(1, translations));
  return machine;
}

export type NumericMachine = ReturnType<typeof numericMachine>;
