/**
 * One dimension, where decimation is exact (Mehta & Schwab, arXiv:1410.3831, Fig. 2): the flow of the coupling by
 * recursion, by a stack of exact RBMs and by Monte Carlo; and stacks that are trained on the same ring, compared with
 * decimation.
 */

import { locality } from '../../fields/locality.js';
import type { SpinData } from '../../ising/data/spinData.js';
import { chain } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { SingleSpin } from '../../ising/samplers/singleSpin.js';
import { pseudoLikelihood } from '../../rbm/likelihood/likelihood.js';
import { type Stack, trainStack } from '../../rbm/stack/stack.js';
import { coarseGrain } from '../../rg/blocking/block.js';
import { blockObservables } from '../../rg/blocking/observables.js';
import { ensembleMean } from '../../stats/ensemble.js';
import type { BitRows } from '../../util/bits.js';
import type { Mean } from '../../util/estimate.js';
import { type Seed, streamKey } from '../../util/random.js';
import { kernels } from '../../wasm/scalar.js';
import { integerBelow, shuffled } from '../kit/controls.js';
import type { Context, Experiment } from '../kit/experiment.js';
import { fieldsOf, signOf } from '../kit/fields.js';
import { staged } from '../kit/progress.js';
import {
  type Decimation1dFlow,
  type Decimation1dParameters,
  type Decimation1dPoint,
  type Decimation1dResult,
  type Decimation1dTraining,
  type LayerStatistics,
  type MeasuredLevel,
  PARAMETERS,
  type UnitStatistics,
  VARIANT_NAMES,
  VARIANTS,
} from './result.js';
import { type Decimation1dSummary, summarise } from './summary.js';

const HELD_OUT = 2000;

/** As in mehta-schwab. */
const PLAIN_CD = { algorithm: 'cd', centred: false, schedule: 'constant', outcome: false } as const;

/** Max width of a template. */
const WIDEST = 16;

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
  const coupling = couplingOf(mean, data.width);
  const slope = (couplingOf(mean + 1e-6, data.width) - couplingOf(mean - 1e-6, data.width)) / 2e-6;
  return { level, sites: data.width, correlation: { mean, error }, coupling: { mean: coupling, error: slope * error } };
}

/** K >= 0 of the ring of n spins with ⟨s s'⟩ = (t + t^{n-1})/(1 + t^n), t = tanh K; 0 where ⟨s s'⟩ <= 0. */
function couplingOf(correlation: number, n: number): number {
  let [low, high] = [0, 1];
  for (let round = 0; round < 80; round++) {
    const t = (low + high) / 2;
    if ((t + t ** (n - 1)) / (1 + t ** n) < correlation) low = t;
    else high = t;
  }
  return Math.atanh(low);
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
    layers: hidden.map((_, k) => layerStatistics(stack, k + 1, heldOut, seed)),
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], heldOut, { units: Math.min(16, sites) }),
      ring: ringPseudoLikelihood(heldOut, coupling),
    },
  };
}

/** Mean log p(s_i | neighbours) per site of the ring itself: no model of its data has a higher expectation. */
function ringPseudoLikelihood(data: SpinData, coupling: number): number {
  const { softplus } = kernels();
  const n = data.width;
  let sum = 0;
  for (let r = 0; r < data.count; r++) {
    const s = data.spins(r);
    for (let i = 0; i < n; i++) sum -= softplus(-2 * coupling * s[i] * (s[(i + 1) % n] + s[(i + n - 1) % n]));
  }
  return sum / (data.count * n);
}

function layerStatistics(stack: Stack, layer: number, heldOut: SpinData, seed: Seed): LayerStatistics {
  const sites = stack.sizes[0];
  const unordered = fieldsOf(stack, layer).map((field, k) => {
    const key = streamKey(seed, `shuffle ${layer}`, k);
    const order = shuffled(Array(sites).keys(), (n) => integerBelow(n, key, n - 1));
    return { k, field, sign: signOf(field), statistics: unitStatistics(field, order) };
  });
  // a unit without a field has no centre, and is sorted last
  const place = ({ statistics }: (typeof unordered)[number]) => statistics.locality?.centre[1] ?? Infinity;
  const units = unordered.sort((a, b) => place(a) - place(b) || a.k - b.k);
  const alive = units.filter(({ statistics }) => statistics.locality !== null);
  const centres = alive.map(place);
  const gaps = centres.map((centre, k) => (k + 1 < centres.length ? centres[k + 1] : centres[0] + sites) - centre);
  const mean = sites / Math.max(1, gaps.length);
  const scaled = ({ field, sign }: (typeof units)[number]) => {
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return field.map((value) => (largest > 0 ? (sign * value) / largest : 0));
  };
  return {
    layer,
    units: units.map(({ statistics }) => statistics),
    fields: units.flatMap((unit) => [...scaled(unit)]),
    unevenness:
      gaps.length > 1 ? Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean : 0,
    correlation: neighbourCorrelation(
      statesAt(stack, layer, heldOut, seed),
      alive.map(({ k, sign }) => ({ unit: k, sign })),
    ),
  };
}

/** Sampled hidden states of a layer, each layer's as input of the next. */
function statesAt(stack: Stack, layer: number, data: BitRows, seed: Seed): BitRows {
  return stack.rbms
    .slice(0, layer)
    .reduce((rows: BitRows, rbm, k) => rbm.sampleHidden(rows, JSON.stringify([seed, 'states', k])), data);
}

/** Pearson's correlation of successive units on the ring, averaged over the units that vary. */
function neighbourCorrelation(states: BitRows, units: { unit: number; sign: number }[]): Mean<number> {
  const means = states.means();
  const moving = units.filter(({ unit }) => means[unit] > 0 && means[unit] < 1);
  if (moving.length < 2) return { mean: 0, error: 0 };
  const rows = Float64Array.from({ length: states.count }, (_, r) => {
    const standard = moving.map(({ unit, sign }) => {
      const p = means[unit];
      return (sign * (states.bit(r, unit) - p)) / Math.sqrt(p * (1 - p));
    });
    return standard.reduce((sum, x, k) => sum + x * standard[(k + 1) % standard.length], 0) / standard.length;
  });
  // rows are independent samples; the errors of their means and deviations contribute to order 1/rows only
  const { mean, error } = ensembleMean(rows, 1);
  return { mean, error };
}

/**
 * Statistics of one field.
 * @param order a permutation of the sites
 */
export function unitStatistics(field: Float32Array, order: ArrayLike<number>): UnitStatistics {
  const sites = field.length;
  const widths = Array.from({ length: Math.min(WIDEST, sites) }, (_, k) => k + 1);
  const overlaps = widths.map((k) => templateOverlap(field, k));
  const dealt = Float32Array.from(order, (site) => field[site]);
  return {
    locality: locality(field, [1, sites]),
    overlaps,
    width: widths[overlaps.indexOf(Math.max(...overlaps))],
    shuffled: { pair: templateOverlap(dealt, 2), radius: locality(dealt, [1, sites])?.radius ?? 0 },
  };
}

/** max over positions of |Σ r over k neighbours|/(√k |r|), the cosine with k equal weights; 0 for a field of zeros. */
export function templateOverlap(field: ArrayLike<number>, k: number): number {
  const n = field.length;
  let norm = 0;
  let best = 0;
  for (let i = 0; i < n; i++) {
    norm += field[i] ** 2;
    let sum = 0;
    for (let j = 0; j < k; j++) sum += field[(i + j) % n];
    best = Math.max(best, Math.abs(sum));
  }
  return norm === 0 ? 0 : best / Math.sqrt(k * norm);
}
