/**
 * The couplings of one layer against distance: of the Hamiltonian that an RBM induces on it, and of its configurations.
 */

import { locality } from '../../fields/locality.js';
import { quadratureCouplings } from '../../rg/couplings/couplings.js';
import { groupCouplings, type Pair } from '../../rg/couplings/pseudoLikelihood.js';
import type { SpinRbm } from '../../rg/map/spinRbm.js';
import { weightedLine } from '../../stats/fit.js';
import type { BitRows } from '../../util/bits.js';
import type { Seed } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { generator, shuffled } from '../kit/controls.js';
import { signOf } from '../kit/fields.js';
import type { DistanceBin, InducedCouplings, LayerPlaces, SampledCouplings, Shell } from './result.js';

/** Pairs closer than this, in units of the spacing, are nearest neighbours. */
export const NEAREST = 1.25;
const SHELLS: readonly { name: Shell; to: number }[] = [
  { name: 'nearest', to: NEAREST },
  { name: 'second', to: 1.75 },
  { name: 'third', to: 2.25 },
];
/** Max units of a layer for the computation of all pairs. */
const WHOLE = 100;
/** Random exchanges of the centres. */
const EXCHANGES = 200;
/** Pairs between two pauses. */
const SLICE = 100;

/** Units of a layer with their centres; the sign of a unit is that of the sum of its field. */
export interface Placed extends LayerPlaces {
  shape: readonly [number, number];
  signs: number[];
}

/** The sites of the lattice, as units at their own positions. */
export function placeSites([rows, columns]: readonly [number, number]): Placed {
  const units = rows * columns;
  return {
    layer: 0,
    units,
    spacing: 1,
    centres: Array.from({ length: units }, (_, i) => [Math.floor(i / columns), i % columns]),
    narrow: new Array(units).fill(true),
    compact: 1,
    radius: 0,
    shape: [rows, columns],
    signs: new Array(units).fill(1),
  };
}

/**
 * The units of a layer with the centres of their fields.
 * @param fields a receptive field per unit, [rows·columns] each
 */
export function placeUnits(layer: number, fields: readonly Float32Array[], shape: readonly [number, number]): Placed {
  const sites = shape[0] * shape[1];
  const units = fields.length;
  const places = fields.map((field) => locality(field, shape));
  const radii = places.flatMap((place) => (place ? [place.radius] : [])).sort((a, b) => a - b);
  const narrow = places.map((place) => place !== null && place.radius < Math.min(...shape) / 4);
  return {
    layer,
    units,
    spacing: Math.sqrt(sites / units),
    centres: places.map((place) => place?.centre ?? null),
    narrow,
    compact: narrow.filter((is) => is).length / units,
    radius: radii[radii.length >> 1] ?? 0,
    shape,
    signs: fields.map(signOf),
  };
}

/** The shortest vector between two positions on the torus. */
export function displacement(
  [y0, x0]: readonly [number, number],
  [y1, x1]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): [number, number] {
  const [dy, dx] = [y1 - y0, x1 - x0];
  return [dy - rows * Math.round(dy / rows), dx - columns * Math.round(dx / columns)];
}

/** A pair of units, their distance in spacings, and its weight as a number of pairs. */
interface Drawn {
  pair: Pair;
  distance: number;
  stands: number;
  coupling: number;
  correction: number;
}

/** Bins are half a spacing wide, around 0, ½, 1, … spacings. */
const binOf = (distance: number) => Math.round(2 * distance);

/**
 * Pair couplings of the visible layer of an RBM, by quadrature, against distance.
 * @param options pairs: in a layer of more than 100 units, the number of random pairs per bin
 */
export function* inducedCouplings(
  rbm: SpinRbm,
  placed: Placed,
  options: { from: InducedCouplings['from']; pairs: number; seed: Seed },
): Work<InducedCouplings> {
  const stage = `couplings of layer ${placed.layer}`;
  const random = generator(options.seed, stage);
  const most = placed.units > WHOLE ? options.pairs : Infinity;
  const drawn: Drawn[] = pairsByDistance(placed).flatMap((pairs) => {
    const own = draw(pairs, most, random);
    return own.map((one) => ({ ...one, stands: pairs.length / own.length, coupling: 0, correction: 0 }));
  });
  for (let from = 0; from < drawn.length; from += SLICE) {
    yield { stage, done: from, total: drawn.length, unit: 'pairs' };
    const slice = drawn.slice(from, from + SLICE);
    const pairs = slice.map(({ pair }) => pair);
    quadratureCouplings(rbm, pairs, { summed: 0 }).forEach(({ coupling, error }, k) => {
      const [j, i] = pairs[k];
      slice[k].coupling = placed.signs[i] * placed.signs[j] * coupling;
      slice[k].correction = error;
    });
  }
  return statisticsOf(drawn, placed, options.from, random);
}

function statisticsOf(
  drawn: Drawn[],
  placed: Placed,
  from: InducedCouplings['from'],
  random: (n: number) => number,
): InducedCouplings {
  const sum = (of: (one: Drawn) => number, which = drawn) => which.reduce((all, one) => all + one.stands * of(one), 0);
  const size = ({ coupling }: Drawn) => Math.abs(coupling);
  const one = () => 1;
  const close = drawn.filter(({ distance }) => distance < NEAREST);
  const bands = shuffledBands(drawn, placed, random);
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
  const placedUnits = placed.centres.filter((centre) => centre !== null).length;
  const total = sum(size);
  const whole = drawn.every(({ stands }) => stands === 1);
  return {
    from,
    bins,
    nearest: { share: total > 0 ? sum(size, close) / total : 0, pairs: sum(one, close) / sum(one) },
    effective: (2 * sum(({ coupling }) => coupling)) / placedUnits / 4,
    correction: total > 0 ? sum(({ correction }) => correction) / total : 0,
    range: rangeOf(bins),
    strongest: whole ? strongestOf(drawn, placed) : null,
  };
}

function strongestOf(drawn: Drawn[], { narrow, compact, centres }: Placed): [number, number, number][] {
  const shown = compact < 0.5 ? centres.map((centre) => centre !== null) : narrow;
  return drawn
    .filter(({ pair }) => pair.every((unit) => shown[unit]))
    .sort((a, b) => Math.abs(b.coupling) - Math.abs(a.coupling))
    .slice(0, 2 * shown.filter((is) => is).length)
    .map(({ pair: [j, k], coupling }) => [j, k, coupling]);
}

/** Pairs of units with centres, by bin. */
function pairsByDistance({ centres, shape, spacing }: Placed): { pair: Pair; distance: number }[][] {
  const bins: { pair: Pair; distance: number }[][] = [];
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

/** A random subset of max `most` entries, with equal probabilities. */
function draw<T>(from: readonly T[], most: number, random: (n: number) => number): T[] {
  if (from.length <= most) return [...from];
  const pool = [...from];
  for (let k = 0; k < most; k++) {
    const other = k + random(pool.length - k);
    [pool[k], pool[other]] = [pool[other], pool[k]];
  }
  return pool.slice(0, most);
}

/** Mean |K| of each bin with the centres permuted at random: 2.5 and 97.5 % quantiles. */
function shuffledBands(drawn: Drawn[], placed: Placed, random: (n: number) => number): Map<number, [number, number]> {
  const found = new Map<number, number[]>();
  const units = placed.centres.flatMap((centre, k) => (centre === null ? [] : [k]));
  for (let exchange = 0; exchange < EXCHANGES; exchange++) {
    const dealt = [...placed.centres];
    const order = shuffled(units, random);
    units.forEach((unit, k) => {
      dealt[unit] = placed.centres[order[k]];
    });
    const sums = new Map<number, [number, number]>();
    for (const { pair, coupling, stands } of drawn) {
      const [a, b] = pair.map((unit) => dealt[unit] as [number, number]);
      const bin = binOf(Math.hypot(...displacement(a, b, placed.shape)) / placed.spacing);
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

/** Couplings of the shells, from configurations; null if fewer than three units have a centre and vary. */
export function sampledShells(states: BitRows, placed: Placed): SampledCouplings | null {
  const means = states.means();
  const sites = placed.centres.flatMap((centre, k) => (centre && means[k] > 0 && means[k] < 1 ? [k] : []));
  if (sites.length < 3) return null;
  const among = new Set(sites);
  const pairs = pairsByDistance(placed)
    .flat()
    .filter(({ pair }) => pair.every((unit) => among.has(unit)));
  const shells = SHELLS.map(({ name, to }, k) => ({
    name,
    pairs: pairs
      .filter(({ distance }) => distance < to && (k === 0 || distance >= SHELLS[k - 1].to))
      .map(({ pair }) => pair),
  })).filter((shell) => shell.pairs.length > 0);
  const inner = shells.reduce((sum, shell) => sum + shell.pairs.length, 0);
  const rest = inner < pairs.length;
  if (shells.length === 0 || shells[0].name !== 'nearest') return null;
  const { couplings, covariance, partners } = groupCouplings(
    states,
    shells.map((shell) => shell.pairs),
    { signs: placed.signs, rest, sites },
  );
  const names = [...shells.map(({ name }) => name), ...(rest ? (['rest'] as const) : [])];
  const G = couplings.length;
  const at = (g: number, f: number) => covariance[g * G + f];
  const variance = partners.reduce((sum, p, g) => partners.reduce((all, q, f) => all + p * q * at(g, f), sum), 0);
  return {
    shells: names.map((name, g) => ({
      name,
      coupling: couplings[g],
      error: Math.sqrt(at(g, g)),
      partners: partners[g],
    })),
    nearest: { value: couplings[0], error: Math.sqrt(at(0, 0)) },
    effective: {
      value: couplings.reduce((sum, coupling, g) => sum + coupling * partners[g], 0) / 4,
      error: Math.sqrt(variance) / 4,
    },
  };
}
