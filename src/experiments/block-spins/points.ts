/** The points of block-spins: all lattices at one coupling, or one film. */

import { kaufman } from '../../exact/kaufman.js';
import { criticalCoupling } from '../../exact/onsager.js';
import { magnetisationSeries } from '../../ising/measure/series.js';
import { square } from '../../ising/models/lattice.js';
import { Ising } from '../../ising/samplers/ising.js';
import { oneConfiguration } from '../../ising/samplers/oneConfiguration.js';
import { type BlockObservables, blockObservables } from '../../rg/blocking/observables.js';
import { majorityRule } from '../../rg/blocking/rule.js';
import { finishWithPauses } from '../../util/work.js';
import { integer, number, seed, type ValuesOf } from '../kit/specs.js';
import { type Context, staged } from '../kit/study.js';

export const PARAMETERS = {
  factor: integer('b: blocks of b×b spins, majority, ties by a random bit', 2, 2, 8),
  final: integer('side of the lattice on which all block spins end', 8, 3, 64),
  steps: integer('block-spin steps; the largest lattice has side final·b^steps', 3, 1, 8),
  samples: integer('independent configurations per lattice', 10_000, 200, 10_000_000),
  spacing: number('couplings are K_c + {0, ±1, ±2, ±4}·spacing', 0.002, 1e-6, 0.05),
  window: integer('spins across a picture of the film', 64, 2, 256),
  filmSteps: integer('steps of the film; its lattice has side window·b^filmSteps', 4, 1, 8),
  filmOffset: number('films at K_c and this far on either side', 0.02, 1e-4, 0.4),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

/** Couplings K_c + offset·spacing. Seven, so that a cubic through them leaves three degrees of freedom. */
export const OFFSETS = [-4, -2, -1, 0, 1, 2, 4];

export const points = ({ spacing, filmOffset }: Values) => [
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
];
type Point = ReturnType<typeof points>[number];

export const run = async (point: Point, parameters: Values, context: Context) =>
  point.kind === 'flow' ? flow(point, parameters, context) : film(point, parameters, context);
export type Flow = Awaited<ReturnType<typeof flow>>;
export type Film = Awaited<ReturnType<typeof film>>;

async function flow(
  point: Point & { kind: 'flow' },
  { factor, final, steps, samples, seed }: Values,
  context: Context,
) {
  const { coupling } = point;
  const rule = majorityRule({ factor });
  // after n steps from a lattice of side final·b^n, n = 0 … steps: all on lattices of one size
  const levels: BlockObservables[] = [];
  // along the steps of the largest lattice: sides that shrink
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
  // ⟨s s'⟩ of neighbours before any step
  const neighbours = (side: number) => -kaufman(side, side, coupling).energy / 2;
  const exact = { smallest: neighbours(final), largest: neighbours(final * factor ** steps) };
  return { point, levels, largest, exact };
}

async function film(
  point: Point & { kind: 'film' },
  { factor, window, filmSteps, seed: all }: Values,
  context: Context,
) {
  const { coupling } = point;
  const seed = JSON.stringify([all, 'film', coupling]);
  const lattice = square(window * factor ** filmSteps);
  const first = oneConfiguration(lattice, coupling, seed, `film at K = ${coupling.toFixed(4)}`);
  const films = [await finishWithPauses(first, context)];
  const rule = majorityRule({ factor });
  for (let step = 0; step < filmSteps; step++) films.push(rule.apply(films[step], { seed }));
  return {
    point,
    /** Corners of window × window spins, entries 0 or 1. */
    frames: films.map((data) =>
      Array.from({ length: window * window }, (_, i) =>
        data.bit(0, Math.floor(i / window) * data.shape[1] + (i % window)),
      ),
    ),
    /** |Σ s|/N of the whole lattice. */
    magnetisations: films.map((data) => Math.abs(magnetisationSeries(data)[0])),
  };
}
