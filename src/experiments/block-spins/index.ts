/**
 * Block spins without a network: Kadanoff's blocks by majority on Ising configurations below, at and above K_c. Their
 * flow, and K_c by the matching of two lattices (K. G. Wilson in Recent Developments in Gauge Theories, 1980; R. H.
 * Swendsen, Phys. Rev. Lett. 42, 859, 1979).
 */

import { kaufman } from '../../exact/kaufman.js';
import { criticalCoupling } from '../../exact/onsager.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { oneConfiguration } from '../../ising/samplers/oneConfiguration.js';
import { type BlockObservables, blockObservables } from '../../rg/blocking/observables.js';
import { majorityRule } from '../../rg/blocking/rule.js';
import { finishWithPauses } from '../../util/work.js';
import type { Context, Experiment } from '../kit/experiment.js';
import { staged } from '../kit/progress.js';
import {
  type BlockSpinsParameters,
  type BlockSpinsPoint,
  type BlockSpinsResult,
  type FilmResult,
  type FlowResult,
  OFFSETS,
  PARAMETERS,
} from './result.js';
import { type BlockSpinsSummary, summarise } from './summary.js';

export const blockSpins: Experiment<typeof PARAMETERS, BlockSpinsPoint, BlockSpinsResult, BlockSpinsSummary> = {
  name: 'block-spins',
  title: 'Block spins on their way to a fixed point',
  question:
    'If the spins of the 2D Ising model are replaced by block spins again and again, what changes below, at and above K_c?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: '64² → 8², 10,000 configurations per lattice; films of 1024²', values: {} },
    large: {
      doc: '128² → 8², 50,000 configurations per lattice',
      values: { steps: 4, samples: 50_000, spacing: 0.001 },
    },
  },
  points: ({ spacing, filmOffset }) => [
    ...OFFSETS.map((offset) => ({
      key: `flow ${offset}`,
      kind: 'flow' as const,
      offset,
      coupling: criticalCoupling + offset * spacing,
    })),
    ...[-1, 0, 1].map((side) => ({
      key: `film ${side}`,
      kind: 'film' as const,
      coupling: criticalCoupling + side * filmOffset,
    })),
  ],
  run: (point, parameters, context) =>
    point.kind === 'flow' ? flow(point, parameters, context) : film(point, parameters, context),
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

async function flow(
  point: FlowResult['point'],
  { factor, final, steps, samples, seed }: BlockSpinsParameters,
  context: Context,
): Promise<FlowResult> {
  const { coupling } = point;
  const rule = majorityRule({ factor });
  const levels: BlockObservables[] = [];
  let largest: BlockObservables[] = [];
  for (let n = 0; n <= steps; n++) {
    const side = final * factor ** n;
    const own = JSON.stringify([seed, 'block-spins', side, coupling]);
    const ising = new Ising({ lattice: square(side), coupling, seed: own });
    let data = await ising.sampleAsync(samples, staged(context, `${side}² at K = ${coupling.toFixed(4)}`));
    const along = [blockObservables(data)];
    for (let step = 0; step < n; step++) {
      context.signal?.throwIfAborted();
      data = rule.apply(data, { seed: own });
      // for the smaller lattices only the last level is needed
      if (step === n - 1 || n === steps) along.push(blockObservables(data));
    }
    levels.push(along[along.length - 1]);
    if (n === steps) largest = along;
  }
  const neighbours = (side: number) => -kaufman(side, side, coupling).energy / 2;
  const exact = { smallest: neighbours(final), largest: neighbours(final * factor ** steps) };
  return { point, levels, largest, exact };
}

async function film(
  point: FilmResult['point'],
  { factor, window, filmSteps, seed: all }: BlockSpinsParameters,
  context: Context,
): Promise<FilmResult> {
  const seed = JSON.stringify([all, 'film', point.coupling]);
  const side = window * factor ** filmSteps;
  const rule = majorityRule({ factor });
  const films = [
    await finishWithPauses(
      oneConfiguration(square(side), point.coupling, seed, `film at K = ${point.coupling.toFixed(4)}`),
      context,
    ),
  ];
  for (let step = 0; step < filmSteps; step++) {
    films.push(rule.apply(films[step], { seed }));
  }
  return { point, frames: films.map((data) => corner(data, window)), magnetisations: films.map(magnetisation) };
}

function corner(data: SpinData, window: number): number[] {
  const columns = data.shape[1];
  return Array.from({ length: window * window }, (_, i) =>
    data.bit(0, Math.floor(i / window) * columns + (i % window)),
  );
}

function magnetisation(data: SpinData): number {
  const up = data.row(0).reduce((sum, bit) => sum + bit, 0);
  return Math.abs(2 * up - data.width) / data.width;
}
