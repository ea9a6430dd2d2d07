/** The points of couplings-flow: a stack that is trained, or block spins. */

import { criticalCoupling } from '../../exact/onsager.js';
import { placeSites } from '../../fields/places.js';
import { reorderSites } from '../../ising/data/siteOrder.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { isingPseudoLikelihood } from '../../ising/measure/observables.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { stackCouplings } from '../../rg/couplings/ofStack.js';
import { type ShellCouplings, shellCouplings } from '../../rg/couplings/shells.js';
import { finishWithPauses } from '../../util/work.js';
import { generator, shuffled } from '../../wasm/draws.js';
import { COIN_TOSSES, type Control, SHUFFLED_SITES, unaltered } from '../kit/controls.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';

export const PARAMETERS = {
  side: integer('side L of the periodic L×L lattice', 16, 4, 256),
  coupling: number('K = J/kT; critical at 0.4407', 0.408, 0.05, 2),
  samples: integer('configurations to train on', 20_000, 100, 10_000_000),
  measured: integer('fresh configurations from which couplings are estimated', 3000, 50, 10_000_000),
  hidden: integers('hidden units of each layer, from the data upwards', [64, 16]),
  epochs: integer('passes over the data for each layer', 60, 1),
  learningRate: number('step size', 0.1, 1e-9, 1e3),
  l1: number('L1 penalty per weight', 2e-4, 0, 10),
  seeds: integer('stacks trained on Ising data', 3, 1, 50),
  pairs: integer('pairs drawn at each distance, in layers of more than 100 units', 24, 4, 100_000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** The data of a stack. */
export const KINDS = {
  ising: unaltered('Ising data'),
  shuffled: SHUFFLED_SITES,
  coins: COIN_TOSSES,
} satisfies Record<string, Control>;
export type StackKind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as StackKind[];

export const points = ({ coupling, seeds }: Values) => [
  { key: 'blocks', kind: 'blocks' as const, coupling },
  { key: 'blocks at K_c', kind: 'blocks' as const, coupling: criticalCoupling },
  ...KIND_NAMES.flatMap((data) =>
    Array.from({ length: data === 'ising' ? seeds : 1 }, (_, run) => ({
      key: `${data} ${run}`,
      kind: 'stack' as const,
      data,
      run,
    })),
  ),
];
type Point = ReturnType<typeof points>[number];

export const run = async (point: Point, parameters: Values, context: Context) =>
  point.kind === 'blocks' ? blocks(point, parameters, context) : stack(point, parameters, context);
export type BlockFlow = Awaited<ReturnType<typeof blocks>>;
export type StackFlow = Awaited<ReturnType<typeof stack>>;

/** Block spins by majority, b = 2, while the side can be halved and four neighbours remain. */
async function blocks(point: Point & { kind: 'blocks' }, parameters: Values, context: Context) {
  const { coupling } = point;
  const seed = JSON.stringify([parameters.seed, 'blocks', coupling]);
  const ising = new Ising({ lattice: square(parameters.side), coupling, seed });
  let data = await ising.sampleAsync(parameters.measured, staged(context, `block spins at K = ${coupling.toFixed(4)}`));
  const layers: { layer: number; side: number; sampled: ShellCouplings }[] = [];
  for (let layer = 0; ; layer++) {
    const sampled = shellCouplings(data, placeSites(data.shape)) as ShellCouplings;
    layers.push({ layer, side: data.shape[0], sampled });
    if (layer === parameters.hidden.length || data.shape[0] % 2 || data.shape[0] < 6) return { point, layers };
    data = coarseGrain(data, { rule: 'majority', factor: 2, seed });
    context.signal?.throwIfAborted();
  }
}

async function stack(point: Point & { kind: 'stack' }, parameters: Values, context: Context) {
  const { data: kind, run } = point;
  const { side, samples, measured, hidden, epochs, learningRate, l1, pairs } = parameters;
  const seed = JSON.stringify([parameters.seed, 'stack', kind, run]);
  const control: Control = KINDS[kind];
  const coupling = control.coupling(parameters.coupling);
  const work = staged(context, `${control.label} ${run + 1}`);
  const spins = await new Ising({ lattice: square(side), coupling, seed }).sampleAsync(samples + measured, work);
  const order = control.shuffled && shuffled(Array(side * side).keys(), generator(seed, 'order of the sites'));
  const placed = (rows: SpinData) => (order ? reorderSites(rows, order) : rows);
  const unseen = spins.slice(samples, samples + measured);
  const fresh = placed(unseen);
  const { stack } = await trainStack(placed(spins.slice(0, samples)), {
    hidden,
    epochs,
    algorithm: 'pcd',
    learningRate,
    l1,
    seed,
    threads: context.threads,
    outcome: false,
    ...work,
  });
  return {
    point,
    layers: await finishWithPauses(stackCouplings(stack, fresh, { pairs, seed }), work),
    /** Mean ln p(v_i | rest) per site of the first RBM on fresh data, and of the model of the data. */
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], fresh, { units: Math.min(16, side * side) }).mean,
      exact: isingPseudoLikelihood(unseen, coupling),
    },
  };
}
