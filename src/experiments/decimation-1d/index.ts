/**
 * One dimension, where decimation is exact (Mehta & Schwab, arXiv:1410.3831, Fig. 2): the flow of the coupling by recursion, by a stack of exact
 * RBMs and by Monte Carlo; and stacks that are trained on the same ring. Do they find decimation?
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
import type { Context, Experiment } from '../kit/experiment.js';
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
  type Variant,
} from './result.js';
import { type Decimation1dSummary, summarise } from './summary.js';

const HELD_OUT = 2000;

/** Widest template that fields are compared with. */
const WIDEST = 16;

const VARIANTS: readonly Variant[] = ['l1', 'plain', 'coins'];

export const decimation1d: Experiment<typeof PARAMETERS, Decimation1dPoint, Decimation1dResult, Decimation1dSummary> = {
  name: 'decimation-1d',
  title: 'Decimation in one dimension: exact, and trained',
  question: 'A stack of RBMs can be decimation of the 1D Ising model, exactly. Does training find it?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'rings of 64 spins at K = 1, stacks 64-32-16-8, 50 epochs a layer, three seeds', values: {} },
    long: { doc: 'the same with 500 epochs a layer and five seeds', values: { epochs: 500, seeds: 5 } },
  },
  points: ({ seeds }) => [
    { key: 'flow', kind: 'flow' },
    ...VARIANTS.flatMap((variant) =>
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
  context: Context,
): Promise<Decimation1dFlow> {
  const { signal, onProgress } = context;
  const ring = ringOf(flowSites, coupling, JSON.stringify([seed, 'flow']));
  let data = await ring.sampleAsync(flowSamples, { signal, onProgress });
  const levels = [measured(data, 0)];
  for (let level = 1; level <= steps; level++) {
    data = coarseGrain(data, { rule: 'decimation', factor: 2 });
    levels.push(measured(data, level));
  }
  return { point, levels };
}

function measured(data: SpinData, level: number): MeasuredLevel {
  const { nearest } = blockObservables(data).observables;
  const { mean, error } = nearest as Mean<number>;
  const coupling = couplingOf(mean, data.width);
  const slope = (couplingOf(mean + 1e-6, data.width) - couplingOf(mean - 1e-6, data.width)) / 2e-6;
  return { level, sites: data.width, correlation: { mean, error }, coupling: { mean: coupling, error: slope * error } };
}

/** K >= 0 of the ring of n spins with ⟨s s'⟩ = (t + t^{n-1})/(1 + t^n), t = tanh K; 0 where the correlation is not positive. */
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
  const { sites, hidden, samples, epochs, learningRate, seed } = parameters;
  const own = JSON.stringify([seed, 'train', variant, run]);
  const coupling = variant === 'coins' ? 0 : parameters.coupling;
  const stage = `${variant} ${run + 1}`;
  const onProgress: Context['onProgress'] =
    context.onProgress && ((progress) => context.onProgress?.({ ...progress, stage: `${stage}: ${progress.stage}` }));
  const ring = ringOf(sites, coupling, own);
  const data = await ring.sampleAsync(samples, { signal: context.signal, onProgress });
  const heldOut = ring.sample(HELD_OUT);
  // plain CD-1, as in mehta-schwab
  const { stack } = await trainStack(data, {
    algorithm: 'cd',
    centred: false,
    schedule: 'constant',
    hidden,
    epochs,
    learningRate,
    l1: variant === 'plain' ? 0 : parameters.l1,
    seed: own,
    threads: context.threads,
    outcome: false,
    signal: context.signal,
    onProgress,
  });
  return {
    point,
    layers: hidden.map((_, k) => layerStatistics(stack, k + 1, heldOut, own)),
    pseudoLikelihood: {
      rbm: pseudoLikelihood(stack.rbms[0], heldOut, { units: Math.min(16, sites) }),
      ring: ringPseudoLikelihood(heldOut, coupling),
    },
  };
}

/** Mean log p(s_i | neighbours) a site of the ring itself: no model of its data has a higher expectation. */
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
  const count = stack.sizes[layer];
  const fields = stack.receptiveFields(layer);
  const unordered = Array.from({ length: count }, (_, k) => {
    const field = fields.subarray(k * sites, (k + 1) * sites);
    const order = permutation(sites, streamKey(seed, `shuffle ${layer}`, k));
    return { k, field, statistics: unitStatistics(field, order) };
  });
  // a unit without a field is nowhere, and comes last
  const place = ({ statistics }: (typeof unordered)[number]) => statistics.locality?.centre[1] ?? Infinity;
  const units = unordered.sort((a, b) => place(a) - place(b) || a.k - b.k);
  const alive = units.filter(({ statistics }) => statistics.locality !== null);
  const centres = alive.map(place);
  const gaps = centres.map((centre, k) => (k + 1 < centres.length ? centres[k + 1] : centres[0] + sites) - centre);
  const mean = sites / Math.max(1, gaps.length);
  const sorted = new Float32Array(count * sites);
  units.forEach(({ field }, k) => {
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const sign = signOf(field);
    if (largest > 0) for (let i = 0; i < sites; i++) sorted[k * sites + i] = (sign * field[i]) / largest;
  });
  return {
    layer,
    units: units.map(({ statistics }) => statistics),
    fields: [...sorted],
    unevenness:
      gaps.length > 1 ? Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean : 0,
    correlation: neighbourCorrelation(
      statesAt(stack, layer, heldOut, seed),
      alive.map(({ k, field }) => ({ unit: k, sign: signOf(field) })),
    ),
  };
}

const signOf = (field: Float32Array) => (field.reduce((sum, value) => sum + value, 0) < 0 ? -1 : 1);

/** Sampled hidden states of a layer, each layer's fed to the next. */
function statesAt(stack: Stack, layer: number, data: BitRows, seed: Seed): BitRows {
  return stack.rbms
    .slice(0, layer)
    .reduce((rows: BitRows, rbm, k) => rbm.sampleHidden(rows, JSON.stringify([seed, 'states', k])), data);
}

/** Pearson's correlation of units that follow each other on the ring, averaged over them; units that never change have none and are passed over. */
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
  // rows are independent samples; that their means and deviations are estimates too matters to order 1/rows
  const { mean, error } = ensembleMean(rows, 1);
  return { mean, error };
}

/** @param order a permutation of the sites */
export function unitStatistics(field: Float32Array, order: Uint32Array): UnitStatistics {
  const sites = field.length;
  const widths = Array.from({ length: Math.min(WIDEST, sites) }, (_, k) => k + 1);
  const overlaps = widths.map((k) => templateOverlap(field, k));
  const shuffled = Float32Array.from(order, (site) => field[site]);
  return {
    locality: locality(field, [1, sites]),
    overlaps,
    width: widths[overlaps.indexOf(Math.max(...overlaps))],
    shuffled: { pair: templateOverlap(shuffled, 2), radius: locality(shuffled, [1, sites])?.radius ?? 0 },
  };
}

/** max over places of |Σ r over k neighbours|/(√k |r|): the cosine with the best template of k equal weights; 0 for a field of zeros. */
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

function permutation(n: number, key: bigint): Uint32Array {
  const { splitMix } = kernels();
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Number((BigInt.asUintN(64, splitMix(key, BigInt(i))) * BigInt(i + 1)) >> 64n);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
