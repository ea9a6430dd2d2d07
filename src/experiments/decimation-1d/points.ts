/** The points of decimation-1d: the flow of decimated rings, or a stack that is trained on a ring. */

import { ringLayer } from '../../fields/ring.js';
import { ringPseudoLikelihood } from '../../ising/measure/observables.js';
import { chain } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { SingleSpin } from '../../ising/samplers/singleSpin.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { ringCoupling } from '../../rg/blocking/observables.js';
import type { Seed } from '../../util/random.js';
import { COIN_TOSSES, type Control, unaltered } from '../kit/controls.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';

export const PARAMETERS = {
  coupling: number('K = J/kT of the ring', 1, 0.05, 2),
  steps: integer('decimations in the flow', 4, 1, 8),
  flowSites: integer('spins of the ring that is decimated; a multiple of 2^(steps + 1)', 1024, 8, 16384),
  flowSamples: integer('configurations of it', 2000, 100, 1_000_000),
  sites: integer('spins of the ring that stacks are trained on', 64, 4, 1024),
  hidden: integers('hidden units of each layer, from the data upwards', [32, 16, 8]),
  samples: integer('configurations to train on', 20_000, 100, 10_000_000),
  epochs: integer('passes over the data for each layer', 50, 1),
  learningRate: number('step size', 0.1, 1e-9, 1e3),
  l1: number('L1 penalty per weight, where there is one', 2e-4, 0, 10),
  seeds: integer('stacks of each kind', 3, 1, 50),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** The data of a stack, and the penalty. */
export const VARIANTS = {
  l1: unaltered('with L1'),
  plain: unaltered('without L1'),
  coins: COIN_TOSSES,
} satisfies Record<string, Control>;
export type Variant = keyof typeof VARIANTS;
export const VARIANT_NAMES = Object.keys(VARIANTS) as Variant[];

export const points = ({ seeds }: Values) => [
  { key: 'flow', kind: 'flow' as const },
  ...VARIANT_NAMES.flatMap((variant) =>
    Array.from({ length: seeds }, (_, run) => ({ key: `${variant} ${run}`, kind: 'train' as const, variant, run })),
  ),
];
type Point = ReturnType<typeof points>[number];

export const run = async (point: Point, parameters: Values, context: Context) =>
  point.kind === 'flow' ? flow(point, parameters, context) : train(point, parameters, context);
export type Flow = Awaited<ReturnType<typeof flow>>;
export type Training = Awaited<ReturnType<typeof train>>;

const HELD_OUT = 2000;

/** As in mehta-schwab. */
const PLAIN_CD = { algorithm: 'cd', centred: false, schedule: 'constant', outcome: false } as const;

const ringOf = (sites: number, coupling: number, seed: Seed) =>
  new SingleSpin({ hamiltonian: isingHamiltonian({ lattice: chain(sites), coupling }), seed });

async function flow(
  point: Point & { kind: 'flow' },
  { coupling, steps, flowSites, flowSamples, seed }: Values,
  { signal, onProgress }: Context,
) {
  const ring = ringOf(flowSites, coupling, JSON.stringify([seed, 'flow']));
  const rings = [await ring.sampleAsync(flowSamples, { signal, onProgress })];
  while (rings.length <= steps) rings.push(coarseGrain(rings[rings.length - 1], { rule: 'decimation', factor: 2 }));
  return { point, levels: rings.map((data, level) => ({ level, ...ringCoupling(data) })) };
}

async function train(point: Point & { kind: 'train' }, parameters: Values, context: Context) {
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
    /** Mean log p(v_i | rest) on held-out data: of the first RBM, and of the ring itself. */
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], heldOut, { units: Math.min(16, sites) }),
      ring: ringPseudoLikelihood(heldOut, coupling),
    },
  };
}
