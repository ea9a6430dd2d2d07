/**
 * The pair couplings of the visible layer of an RBM against distance: is the Hamiltonian that it induces on a layer of
 * units with places short-ranged, and how strong is it in all?
 */

import { weightedLine } from '../../stats/fit.js';
import { type Estimate, sampleMean } from '../../util/estimate.js';
import type { Seed } from '../../util/random.js';
import { displacement, type Position } from '../../util/torus.js';
import type { Work } from '../../util/work.js';
import { type Below, generator, randomSubset, shuffled } from '../../wasm/draws.js';
import type { SpinRbm } from '../map/spinRbm.js';
import { quadratureCouplings } from './couplings.js';
import type { Pair } from './pseudoLikelihood.js';

/** Units on a torus. */
export interface Places {
  /** Sides of the torus. */
  shape: Position;
  /** Distance of neighbouring units, in lattice spacings: the unit of distances. */
  spacing: number;
  /** Null for a unit without a place, whose pairs are left out. */
  centres: readonly (Position | null)[];
  /** ±1 per unit: spin i is taken as sign_i·s_i. */
  signs: readonly number[];
}

/** Pairs closer than this, in units of the spacing, are nearest neighbours. */
export const NEAREST = 1.25;

/** Couplings of the pairs in a bin of distances. */
export interface DistanceBin {
  /** Mean distance in units of the spacing. */
  distance: number;
  /** Number of pairs, and of those with a computed coupling. */
  pairs: number;
  sampled: number;
  /** Means of K and of |K|, and the standard error of the latter, from the computed pairs. */
  mean: number;
  size: number;
  error: number;
  /** 95 % interval of the mean of |K| with randomly permuted centres; null for too few pairs. */
  shuffled: [number, number] | null;
}

/** Pair couplings against distance. */
export interface DistanceCouplings {
  bins: DistanceBin[];
  /** Share of Σ|K| in pairs closer than 1.25 spacings, and the share of these pairs among all. */
  nearest: { share: number; pairs: number };
  /** ¼ Σ_k K_jk, averaged over the units j: the K of a square lattice with the same total coupling per spin. */
  effective: number;
  /** Mean size of the quadrature's own correction, over mean |K|. */
  correction: number;
  /** ξ of |K| - floor ∝ e^{-r/ξ} in spacings, the floor that of the farthest third; null if there is no decay. */
  range: number | null;
  /** [j, k, K] of all pairs by falling |K|; null if only some were computed. */
  strongest: [number, number, number][] | null;
}

/** A pair of units and its distance in spacings. */
interface PlacedPair {
  pair: Pair;
  distance: number;
}

/** A pair with its coupling, and its weight as a number of pairs. */
interface Drawn extends PlacedPair {
  stands: number;
  coupling: number;
  correction: number;
}

/** Max units of a layer for the computation of all pairs. */
const WHOLE = 100;
/** Random exchanges of the centres. */
const EXCHANGES = 200;
/** Pairs between two pauses. */
const SLICE = 100;

/** Bins are half a spacing wide, around 0, ½, 1, … spacings. */
const binOf = (distance: number) => Math.round(2 * distance);

/** Pairs of units with places, by bin. */
export function pairsByDistance({ centres, shape, spacing }: Places): PlacedPair[][] {
  const bins: PlacedPair[][] = [];
  centres.forEach((a, i) => {
    if (a === null) return;
    for (let j = 0; j < i; j++) {
      const b = centres[j];
      if (b === null) continue;
      const distance = Math.hypot(...displacement(a, b, shape)) / spacing;
      const bin = binOf(distance);
      bins[bin] ??= [];
      bins[bin].push({ pair: [j, i], distance });
    }
  });
  return bins.filter((bin) => bin !== undefined);
}

/**
 * Pair couplings of the visible layer of an RBM, by quadrature, against distance.
 * @param options pairs: in a layer of more than `whole` (100) units, the number of random pairs per bin; stage: of the
 *   progress, and label of the random numbers
 */
export function* couplingsByDistance(
  rbm: SpinRbm,
  places: Places,
  { pairs: perBin, whole = WHOLE, seed, stage }: { pairs: number; whole?: number; seed: Seed; stage: string },
): Work<DistanceCouplings> {
  const below = generator(seed, stage);
  const most = places.centres.length > whole ? perBin : Infinity;
  const drawn: Drawn[] = pairsByDistance(places).flatMap((pairs) => {
    const own = randomSubset(pairs, most, below);
    return own.map((one) => ({ ...one, stands: pairs.length / own.length, coupling: 0, correction: 0 }));
  });
  for (let from = 0; from < drawn.length; from += SLICE) {
    yield { stage, done: from, total: drawn.length, unit: 'pairs' };
    const slice = drawn.slice(from, from + SLICE);
    const pairs = slice.map(({ pair }) => pair);
    quadratureCouplings(rbm, pairs, { summed: 0 }).forEach(({ coupling, error }, k) => {
      const [j, i] = pairs[k];
      slice[k].coupling = places.signs[i] * places.signs[j] * coupling;
      slice[k].correction = error;
    });
  }
  return statisticsOf(drawn, places, below);
}

function statisticsOf(drawn: Drawn[], places: Places, below: Below): DistanceCouplings {
  const sum = (of: (one: Drawn) => number, which = drawn) => which.reduce((all, one) => all + one.stands * of(one), 0);
  const size = ({ coupling }: Drawn) => Math.abs(coupling);
  const one = () => 1;
  const close = drawn.filter(({ distance }) => distance < NEAREST);
  const bands = shuffledBands(drawn, places, below);
  const numbers = [...new Set(drawn.map(({ distance }) => binOf(distance)))].sort((a, b) => a - b);
  const bins = numbers.map((bin): DistanceBin => {
    const own = drawn.filter(({ distance }) => binOf(distance) === bin);
    const mean = sum(size, own) / sum(one, own);
    const variance = own.reduce((all, each) => all + (size(each) - mean) ** 2, 0) / Math.max(1, own.length - 1);
    return {
      distance: sum(({ distance }) => distance, own) / sum(one, own),
      pairs: Math.round(sum(one, own)),
      sampled: own.length,
      mean: sum(({ coupling }) => coupling, own) / sum(one, own),
      size: mean,
      error: Math.sqrt(variance / own.length),
      shuffled: bands.get(bin) ?? null,
    };
  });
  const units = places.centres.filter((centre) => centre !== null).length;
  const total = sum(size);
  const whole = drawn.every(({ stands }) => stands === 1);
  return {
    bins,
    nearest: { share: total > 0 ? sum(size, close) / total : 0, pairs: sum(one, close) / sum(one) },
    effective: (2 * sum(({ coupling }) => coupling)) / units / 4,
    correction: total > 0 ? sum(({ correction }) => correction) / total : 0,
    range: rangeOf(bins),
    strongest: whole ? byStrength(drawn) : null,
  };
}

const byStrength = (drawn: readonly Drawn[]): [number, number, number][] =>
  [...drawn]
    .sort((a, b) => Math.abs(b.coupling) - Math.abs(a.coupling))
    .map(({ pair: [j, k], coupling }) => [j, k, coupling]);

/** Mean |K| of each bin with the centres permuted at random: 2.5 and 97.5 % quantiles. */
function shuffledBands(drawn: Drawn[], { centres, shape, spacing }: Places, below: Below) {
  const found = new Map<number, number[]>();
  const units = centres.flatMap((centre, k) => (centre === null ? [] : [k]));
  for (let exchange = 0; exchange < EXCHANGES; exchange++) {
    const dealt = [...centres];
    const order = shuffled(units, below);
    units.forEach((unit, k) => {
      dealt[unit] = centres[order[k]];
    });
    const sums = new Map<number, [number, number]>();
    for (const { pair, coupling, stands } of drawn) {
      const [a, b] = pair.map((unit) => dealt[unit] as Position);
      const bin = binOf(Math.hypot(...displacement(a, b, shape)) / spacing);
      const [size, weight] = sums.get(bin) ?? [0, 0];
      sums.set(bin, [size + stands * Math.abs(coupling), weight + stands]);
    }
    for (const [bin, [size, weight]] of sums) {
      const list = found.get(bin) ?? [];
      list.push(size / weight);
      found.set(bin, list);
    }
  }
  const bands = new Map<number, [number, number]>();
  for (const [bin, means] of found) {
    if (means.length < EXCHANGES / 2) continue;
    means.sort((a, b) => a - b);
    bands.set(bin, [means[Math.floor(0.025 * means.length)], means[Math.ceil(0.975 * means.length) - 1]]);
  }
  return bands;
}

/** The decay length, from at least three bins that are three errors above the floor. */
function rangeOf(bins: DistanceBin[]): number | null {
  const far = bins.filter(({ distance }) => distance > (2 * bins[bins.length - 1].distance) / 3);
  const pairs = far.reduce((sum, bin) => sum + bin.pairs, 0);
  const floor = far.reduce((sum, bin) => sum + bin.pairs * bin.size, 0) / pairs;
  const clear: DistanceBin[] = [];
  for (const bin of bins) {
    if (bin.size - floor < 3 * bin.error || bin.error === 0) break;
    clear.push(bin);
  }
  if (clear.length < 3) return null;
  const line = weightedLine(
    clear.map(({ distance }) => distance),
    clear.map(({ size }) => Math.log(size - floor)),
    clear.map(({ size, error }) => ((size - floor) / error) ** 2),
  );
  return line.slope < 0 ? -1 / line.slope : null;
}

/** Mean |K| of pairs at about one spacing over that of all pairs: 1 if couplings do not depend on distance. */
export function contrastOf(bins: readonly DistanceBin[]): number {
  const near = bins.reduce((best, bin) => (Math.abs(bin.distance - 1) < Math.abs(best.distance - 1) ? bin : best));
  const pairs = bins.reduce((sum, bin) => sum + bin.pairs, 0);
  const all = bins.reduce((sum, bin) => sum + bin.pairs * bin.size, 0) / pairs;
  return all > 0 ? near.size / all : 1;
}

/** Mean |K| at one distance, over several layers of one kind. */
export interface MeanSize {
  distance: number;
  /** The error is that over the layers; of a single one that over its pairs. */
  size: Estimate<number>;
  /** Middle and half width of the 95 % interval with permuted centres; null where a layer has none. */
  exchanged: Estimate<number> | null;
}

/** Means at the distances from … to (in spacings) that all layers have. */
export function meanSizes(layers: readonly DistanceCouplings[], from: number, to: number): MeanSize[] {
  const bins = layers[0]?.bins.filter(({ distance }) => distance > from && distance < to) ?? [];
  return bins.flatMap((bin): MeanSize[] => {
    const same = layers.flatMap((layer) => layer.bins.filter((one) => binOf(one.distance) === binOf(bin.distance)));
    if (same.length < layers.length) return [];
    const { mean, error } = sampleMean(same.map(({ size }) => size));
    const bands = same.flatMap(({ shuffled: band }) => (band ? [band] : []));
    const ends =
      bands.length < same.length ? null : [0, 1].map((end) => sampleMean(bands.map((band) => band[end])).mean);
    return [
      {
        distance: sampleMean(same.map(({ distance }) => distance)).mean,
        size: { value: mean, error: same.length > 1 ? error : same[0].error },
        exchanged: ends && { value: (ends[0] + ends[1]) / 2, error: (ends[1] - ends[0]) / 2 },
      },
    ];
  });
}
