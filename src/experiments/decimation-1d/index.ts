/**
 * One dimension, where decimation is exact (Mehta & Schwab, arXiv:1410.3831, Fig. 2): the flow of the coupling by
 * recursion, by a stack of exact RBMs and by Monte Carlo; and stacks that are trained on the same ring, compared with
 * decimation.
 */

import { couplingOfRing } from '../../exact/chain.js';
import { ringLayer } from '../../fields/ring.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { ringPseudoLikelihood } from '../../ising/measure/observables.js';
import { chain } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { SingleSpin } from '../../ising/samplers/singleSpin.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { blockObservables } from '../../rg/blocking/observables.js';
import type { Mean } from '../../util/estimate.js';
import type { Seed } from '../../util/random.js';
import type { Context, Experiment } from '../kit/experiment.js';
import { staged } from '../kit/progress.js';
import {
  type Decimation1dFlow,
  type Decimation1dParameters,
  type Decimation1dPoint,
  type Decimation1dResult,
  type Decimation1dTraining,
  type MeasuredLevel,
  PARAMETERS,
  VARIANT_NAMES,
  VARIANTS,
} from './result.js';
import { type Decimation1dSummary, summarise } from './summary.js';

const HELD_OUT = 2000;

/** As in mehta-schwab. */
const PLAIN_CD = { algorithm: 'cd', centred: false, schedule: 'constant', outcome: false } as const;

export const decimation1d: Experiment<typeof PARAMETERS, Decimation1dPoint, Decimation1dResult, Decimation1dSummary> = {
  name: 'decimation-1d',
  title: 'Decimation in one dimension: exact, and trained',
  question: 'A stack of RBMs can be decimation of the 1D Ising model, exactly. Does training find it?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'rings of 64 spins at K = 1, stacks 64-32-16-8, 50 epochs per layer, three seeds', values: {} },
    long: { doc: 'the same with 500 epochs per layer and five seeds', values: { epochs: 500, seeds: 5 } },
  },
  points: ({ seeds }) => [
    { key: 'flow', kind: 'flow' },
    ...VARIANT_NAMES.flatMap((variant) =>
      Array.from({ length: seeds }, (_, run) => ({ key: `${variant} ${run}`, kind: 'train' as const, variant, run })),
    ),
  ],
  run: (point, parameters, context) =>
    point.kind === 'flow' ? flow(point, parameters, context) : train(point, parameters, context),
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

function ringOf(sites: number, coupling: number, seed: Seed): SingleSpin {
  return new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: chain(sites), coupling }), seed });
}

async function flow(
  point: Decimation1dFlow['point'],
  { coupling, steps, flowSites, flowSamples, seed }: Decimation1dParameters,
  { signal, onProgress }: Context,
): Promise<Decimation1dFlow> {
  const ring = ringOf(flowSites, coupling, JSON.stringify([seed, 'flow']));
  const rings = [await ring.sampleAsync(flowSamples, { signal, onProgress })];
  while (rings.length <= steps) rings.push(coarseGrain(rings[rings.length - 1], { rule: 'decimation', factor: 2 }));
  return { point, levels: rings.map(measured) };
}

function measured(data: SpinData, level: number): MeasuredLevel {
  const { mean, error } = blockObservables(data).observables.nearest as Mean<number>;
  const coupling = couplingOfRing(mean, data.width);
  const slope = (couplingOfRing(mean + 1e-6, data.width) - couplingOfRing(mean - 1e-6, data.width)) / 2e-6;
  return { level, sites: data.width, correlation: { mean, error }, coupling: { mean: coupling, error: slope * error } };
}

async function train(
  point: Decimation1dTraining['point'],
  parameters: Decimation1dParameters,
  context: Context,
): Promise<Decimation1dTraining> {
  const { variant, run } = point;
  const { sites, hidden, samples, epochs, learningRate, l1 } = parameters;
  const seed = JSON.stringify([parameters.seed, 'train', variant, run]);
  const coupling = VARIANTS[variant].coupling(parameters.coupling);
  const work = staged(context, `${variant} ${run + 1}`);
  const ring = ringOf(sites, coupling, seed);
  const data = await ring.sampleAsync(samples, work);
  const heldOut = ring.sample(HELD_OUT);
  const { stack } = await trainStack(data, {
    ...PLAIN_CD,
    hidden,
    epochs,
    learningRate,
    l1: variant === 'plain' ? 0 : l1,
    seed,
    threads: context.threads,
    ...work,
  });
  return {
    point,
    layers: hidden.map((_, k) => ringLayer(stack, k + 1, heldOut, seed)),
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], heldOut, { units: Math.min(16, sites) }),
      ring: ringPseudoLikelihood(heldOut, coupling),
    },
  };
}
