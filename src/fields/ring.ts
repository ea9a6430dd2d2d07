/** Receptive fields on a ring beside those of decimation and of blocks: templates, spacing, neighbouring units. */

import type { Stack } from '../rbm/stack/stack.js';
import { ensembleMean } from '../stats/ensemble.js';
import { meanOf, median } from '../stats/sample.js';
import type { BitRows } from '../util/bits.js';
import type { Mean } from '../util/estimate.js';
import { type Seed, streamKey } from '../util/random.js';
import { integerBelow, shuffled } from '../wasm/draws.js';
import { type Locality, locality } from './locality.js';
import { fieldsOf, signOf } from './places.js';

/** Statistics of the field of one unit on a ring. */
export interface RingField {
  locality: Locality | null;
  /** Overlap |cos| with k neighbouring sites of equal weight, the best position for each k = 1, 2, …; 1 = equal. */
  overlaps: number[];
  /** The k with the largest overlap. */
  width: number;
  /** The overlap for k = 2 and the radius with the sites in a random order, without neighbourhood. */
  shuffled: { pair: number; radius: number };
}

/** Max width of a template. */
const WIDEST = 16;

/**
 * Statistics of one field.
 * @param order a permutation of the sites
 */
export function ringField(field: Float32Array, order: ArrayLike<number>): RingField {
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

/**
 * Standard deviation of the distances of successive centres over their mean: 0 for equal spacing, 1 for random
 * positions, 0 for a single one.
 * @param centres on a ring of `length`, in order
 */
export function unevenness(centres: readonly number[], length: number): number {
  const gaps = centres.map((centre, k) => (k + 1 < centres.length ? centres[k + 1] : centres[0] + length) - centre);
  if (gaps.length < 2) return 0;
  const mean = length / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
}

/** Pearson's correlation of successive units on the ring, in this order, averaged over the units that vary. */
export function neighbourCorrelation(states: BitRows, units: { unit: number; sign: number }[]): Mean<number> {
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

/** The fields of a layer, and its hidden states. */
export interface RingLayer {
  layer: number;
  units: RingField[];
  /**
   * Fields, row-major [units, sites], sorted by their centres, each divided by its largest |r| with the sign of its
   * sum.
   */
  fields: number[];
  /**
   * Standard deviation of the distances of successive centres over their mean: 0 for equal spacing, 1 for random
   * positions.
   */
  unevenness: number;
  /** Correlation coefficient of successive units, with the signs of their fields, on held-out data. */
  correlation: Mean<number>;
}

/**
 * The units of a layer of a stack on a ring, sorted by their centres.
 * @param heldOut rows that the stack was not trained on
 */
export function ringLayer(stack: Stack, layer: number, heldOut: BitRows, seed: Seed): RingLayer {
  const sites = stack.sizes[0];
  const unordered = fieldsOf(stack, layer).map((field, k) => {
    const key = streamKey(seed, `shuffle ${layer}`, k);
    const order = shuffled(Array(sites).keys(), (n) => integerBelow(n, key, n - 1));
    return { k, field, sign: signOf(field), statistics: ringField(field, order) };
  });
  // a unit without a field has no centre, and is sorted last
  const place = ({ statistics }: (typeof unordered)[number]) => statistics.locality?.centre[1] ?? Infinity;
  const units = unordered.sort((a, b) => place(a) - place(b) || a.k - b.k);
  const alive = units.filter(({ statistics }) => statistics.locality !== null);
  const scaled = ({ field, sign }: (typeof units)[number]) => {
    const largest = field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return field.map((value) => (largest > 0 ? (sign * value) / largest : 0));
  };
  return {
    layer,
    units: units.map(({ statistics }) => statistics),
    fields: units.flatMap((unit) => [...scaled(unit)]),
    unevenness: unevenness(alive.map(place), sites),
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

/** Statistics per unit, of which a layer has the median. */
const OF_UNITS = {
  area: ({ locality }) => locality?.area ?? 0,
  radius: ({ locality }) => locality?.radius ?? 0,
  shuffledRadius: ({ shuffled }) => shuffled.radius,
  copy: ({ overlaps }) => overlaps[0],
  pair: ({ overlaps }) => overlaps[1],
  shuffledPair: ({ shuffled }) => shuffled.pair,
  /** Overlap and number of sites of the best template. */
  best: ({ overlaps }) => Math.max(...overlaps),
  width: ({ width }) => width,
} satisfies Record<string, (unit: RingField) => number>;

/** One layer of several stacks: medians over the units of all of them, means over the stacks. */
export function ringMeans(layers: readonly RingLayer[]) {
  const units = layers.flatMap((one) => one.units);
  const alive = units.filter(({ locality }) => locality !== null);
  const medians = Object.entries(OF_UNITS).map(([name, of]) => [name, median(alive.map(of)) ?? 0]);
  return {
    units: layers[0].units.length,
    ...(Object.fromEntries(medians) as Record<keyof typeof OF_UNITS, number>),
    unevenness: meanOf(layers.map((one) => one.unevenness)).value,
    correlation: meanOf(layers.map(({ correlation }) => correlation.mean)).value,
    // error of the mean of stacks, from that of each
    correlationError: Math.hypot(...layers.map(({ correlation }) => correlation.error)) / layers.length,
    dead: units.length - alive.length,
  };
}
