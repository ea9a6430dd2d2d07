/** One filter of a convolutional RBM as a blocking rule: a unit at every b-th site. */

import type { SpinData } from '../../ising/data/spinData.js';
import { describeTold } from '../../ising/models/lattice.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { Translations } from '../../rbm/model/symmetric.js';
import type { BitRows } from '../../util/bits.js';
import {
  checkList,
  finite,
  integer,
  knownOptions,
  objectWith,
  oneOf,
  positiveIntegers,
  refuse,
} from '../../util/check.js';
import { LEARNING } from '../../wasm/learning.js';
import { machineForCall } from '../../wasm/machine.js';
import { type Blocks, checkBlocks, checkBlocksOf, checkFactor, isChain, spinLattice } from './blocks.js';
import { inputSpin } from './conditional.js';
import { checkTwoValued, product } from './layers.js';
import { type BlockingRule, checkDraws, sizesOf } from './rule.js';
import { blockData, keyOfStep, type StepDraws } from './step.js';

/** Pairs of a unit and a site below it: 1 GB. */
const MAX_ENTRIES = 2 ** 28;

/** A filter: what a hidden unit of a convolutional RBM sees. */
export interface Filter {
  /** w, row-major. */
  weights: ArrayLike<number>;
  /** Sides of the filter, as many as the lattice has; a number: of all sides. */
  size: number | readonly number[];
  /** Place of the filter's first site, relative to that of its unit; default zeros. */
  origin?: readonly number[];
  /** b of the hidden unit; default 0. */
  bias?: number;
  /** Units of both layers: ±1 spins, P(S' = +1|v) = 1/(1 + e^{-2a}), or {0,1} bits, 1/(1 + e^{-a}). Default spins. */
  units?: 'spins' | 'bits';
}

/** Options of `filterRule`. */
export interface FilterRuleOptions extends Filter {
  /** b: sites from one coarse spin to the next, in all directions, or in each of them. */
  stride: number | readonly [number, number] | readonly [number, number, number];
  /** Default: `filter of SIZE`. */
  name?: string;
}

/**
 * One filter at every b-th site of a periodic lattice: S'_k = ±1 with the probability of a hidden unit of input
 * a = bias + Σ_i w_i v_i over the sites below it. The filter may be larger than the stride, so that coarse spins share
 * sites; one of equal weights w, as large as the stride, is the soft rule, and for large w the majority. `tiedFilterOf`
 * reads one from a trained RBM.
 * @throws TypeError or RangeError for an option out of range; `apply` also for data of an open or twisted lattice, of sides
 *   that are no multiples of the stride (the nearest are named), or smaller than the filter
 * @example
 * filterRule({ weights: [0, 0.2, 0, 0.2, 1, 0.2, 0, 0.2, 0], size: 3, origin: [-1, -1], stride: 2 });
 */
export function filterRule(options: FilterRuleOptions): BlockingRule {
  knownOptions('filterRule', options, ['weights', 'size', 'origin', 'bias', 'units', 'stride', 'name']);
  const filter = checkFilter(options);
  const { stride } = options;
  if ((stride as unknown) === 'sqrt3') refuse('stride', 'a number or sides', stride);
  const factor = checkFactor(stride, 'stride');
  const name = options.name ?? `filter of ${[filter.size].flat().join(' × ')}`;
  const sitesOf = (blocks: Blocks) => sitesOfFilter(filter, blocks);
  return {
    name,
    ...sizesOf(factor),
    spins: (lattice) => {
      const blocks = checkBlocksOf(spinLattice(lattice), { factor });
      const sites = sitesOf(blocks);
      const { weights, bias } = filter;
      return Array.from({ length: sites.length / weights.length }, (_, k) =>
        inputSpin(sites.subarray(k * weights.length, (k + 1) * weights.length), weights, bias),
      );
    },
    apply: (data, draws) => {
      const { seed, firstRow } = checkDraws(draws);
      const blocks = checkBlocks(data, { factor });
      const bytes = filterBytes(data, filter, sitesOf(blocks), { seed, firstRow });
      return blockData(data, bytes, blocks, { rule: 'filter', name, seed, ...(firstRow > 0 && { firstRow }) });
    },
  };
}

/** Options of `tiedFilterOf`. */
export interface TiedFilterOptions {
  /** Sides of the torus of visible units. */
  shape: readonly number[];
  /** Sites from one hidden unit of the filter to the next, in all directions; default 1. */
  stride?: number;
  /** Number of the filter; default 0. */
  filter?: number;
}

/**
 * One filter of an RBM whose weights are tied over the translations of a torus (`translationInvariant`, or trained with
 * `tied`), cut to the smallest window that holds all of its weights that are not zero: `filterRule({ ...tiedFilterOf(rbm,
 * { shape }), stride: 2 })` is its hidden layer at every second site; of an RBM with a stride of its own, that stride in
 * both places gives the units of the filter as they are.
 * @throws TypeError if not an Rbm of bits or of spins; RangeError for a shape or stride that does not fit, a filter that
 *   it does not have, one without weights, or weights or biases that are not tied
 */
export function tiedFilterOf(rbm: Rbm<BitRows, BitRows>, options: TiedFilterOptions): Required<Filter> {
  knownOptions('tiedFilterOf', options, ['shape', 'stride', 'filter']);
  const [units, above] = checkTwoValued(rbm).kinds;
  if ((units !== 'spins' && units !== 'bits') || units !== above)
    refuse('rbm', 'one kind of units', `${units}-${above}`);
  const { bias } = rbm.hiddenLayer;
  const translations = new Translations(options.shape, options.stride);
  const { sites, count, shape } = translations;
  if (sites !== rbm.visible || rbm.hidden % count !== 0) {
    const what = `sides of a torus of ${rbm.visible} sites, and hidden units in multiples of its ${count} translations`;
    refuse('shape', what, shape);
  }
  const filter = integer('filter', options.filter ?? 0, 0, rbm.hidden / count - 1);
  const { weights, hidden } = rbm;
  const first = filter * count;
  const whole = Float64Array.from({ length: sites }, (_, site) => weights[site * hidden + first]);
  if (whole.every((w) => w === 0)) refuse('filter', 'a filter with weights', filter);
  const shifts = translations.shifts();
  for (let s = 0; s < count; s++) {
    const unit = first + s;
    const tied = whole.every((w, d) => weights[shifts[s * sites + d] * hidden + unit] === w);
    if (!tied || bias[unit] !== bias[first]) refuse('rbm', 'weights tied over translations', `others at unit ${unit}`);
  }
  const { origin, size } = windowOf(whole, shape);
  const cut = sitesFrom(origin, size, shape).map((site) => whole[site]);
  return { weights: Float64Array.from(cut), size, origin, bias: bias[first], units };
}

/** A filter of ±1 spins: P(S' = +1|v) = σ(2x), x = bias + Σ w s. */
interface SpinFilter {
  weights: Float64Array;
  bias: number;
  size: number | number[];
  origin: number[] | undefined;
}

function checkFilter({ weights: given, size, origin, bias, units }: Filter): SpinFilter {
  objectWith('weights', given, ['length'], 'array of numbers');
  const weights = Float64Array.from(given);
  weights.forEach((w, k) => {
    finite(`weights[${k}]`, w);
  });
  const sides = typeof size === 'number' ? integer('size', size) : positiveIntegers('size', size);
  const fits =
    typeof sides === 'number'
      ? [1, 2, 3].some((d) => sides ** d === weights.length)
      : product(sides) === weights.length;
  if (!fits) refuse('weights', `as many as "size" says`, `${weights.length} for ${[sides].flat().join(' × ')}`);
  if (origin !== undefined) checkList('origin', origin, 'place of the first site');
  const place = origin?.map((x, k) => integer(`origin[${k}]`, x, Number.MIN_SAFE_INTEGER));
  const b = finite('bias', bias ?? 0);
  const kind = oneOf('units', units ?? 'spins', ['spins', 'bits']);
  if (kind === 'spins') return { weights, bias: b, size: sides, origin: place };
  const sum = weights.reduce((all, w) => all + w, 0);
  return { weights: weights.map((w) => w / 4), bias: (b + sum / 2) / 2, size: sides, origin: place };
}

/**
 * The sites below each unit, u32 [units, weights].
 * @throws RangeError for a lattice that the filter does not fit
 */
function sitesOfFilter({ weights, size, origin }: SpinFilter, { lattice, factor, coarse }: Blocks): Uint32Array {
  const { name, twist, sides } = lattice;
  if (twist !== 0 || name?.boundary === 'open') {
    refuse('data', 'data of a periodic lattice without a twist', describeTold(name));
  }
  const box = typeof size === 'number' ? sides.map((side) => (isChain(lattice) && side === 1 ? 1 : size)) : size;
  const first = origin ?? sides.map(() => 0);
  if (box.length !== sides.length || product(box) !== weights.length) {
    refuse('size', `a filter of ${weights.length} weights in ${sides.length} dimensions`, box.join(' × '));
  }
  if (first.length !== sides.length) refuse('origin', `${sides.length} numbers`, first);
  box.forEach((side, k) => {
    if (side > sides[k]) refuse(`size[${k}]`, `at most the ${sides[k]} sites of this side`, side);
  });
  const units = product(coarse.sides);
  if (units * weights.length > MAX_ENTRIES)
    refuse('data', 'at most 2^28 pairs of a unit and a site', units * weights.length);
  const sites = new Uint32Array(units * weights.length);
  for (let k = 0; k < units; k++) {
    const corner = placeOf(k, coarse.sides).map((x, d) => x * (factor as number[])[d] + first[d]);
    sites.set(sitesFrom(corner, box, sides), k * weights.length);
  }
  return sites;
}

/** Coordinates of a site. */
function placeOf(site: number, sides: readonly number[]): number[] {
  const place: number[] = [];
  for (let k = sides.length - 1, rest = site; k >= 0; k--) {
    place.unshift(rest % sides[k]);
    rest = Math.floor(rest / sides[k]);
  }
  return place;
}

/** The sites of a box of a torus from its first site on, row by row. */
function sitesFrom(first: readonly number[], box: readonly number[], sides: readonly number[]): number[] {
  return box.reduce(
    (all, length, k) =>
      all.flatMap((site) =>
        Array.from({ length }, (_, x) => site * sides[k] + ((((first[k] + x) % sides[k]) + sides[k]) % sides[k])),
      ),
    [0],
  );
}

/** The smallest box of a torus, with its first site, outside of which a field is zero. */
function windowOf(field: Float64Array, sides: readonly number[]): { origin: number[]; size: number[] } {
  const windows = sides.map((side, axis) => {
    const used = new Array<boolean>(side).fill(false);
    field.forEach((w, site) => {
      if (w !== 0) used[placeOf(site, sides)[axis]] = true;
    });
    // the longest run of unused coordinates around the ring ends where the window begins
    let [longest, origin] = [0, 0];
    for (let start = 0; start < side; start++) {
      let run = 0;
      while (run < side && !used[(start + run) % side]) run++;
      if (run > longest) [longest, origin] = [run, (start + run) % side];
    }
    // an origin just before site 0 reads better than one at the end of the ring
    return { origin: origin > side / 2 ? origin - side : origin, size: side - longest };
  });
  return { origin: windows.map(({ origin }) => origin), size: windows.map(({ size }) => size) };
}

/** Weights of a filter up to which its probabilities are a table: 32 kB, which stay in the cache. */
const TABLE_SITES = 12;

/** Rows of a filter at a time, in bytes. */
const FILTER_CHUNK = 2 ** 20;

/** Bits drawn with the probabilities of a filter. */
function filterBytes(data: SpinData, { weights, bias }: SpinFilter, sites: Uint32Array, draws: StepDraws): Uint8Array {
  const { count, stride } = data;
  const size = weights.length;
  const units = sites.length / size;
  const outStride = Math.ceil(units / 8);
  const rows = Math.max(1, Math.min(count, Math.floor(FILTER_CHUNK / stride)));
  const patterns = size <= TABLE_SITES ? 2 ** size : 0;
  const regions = {
    bits: rows * stride,
    sites: sites.length * 4,
    weights: size * 8,
    table: patterns * 8,
    out: rows * outStride,
  };
  const machine = machineForCall(LEARNING, regions);
  const { kernels, at } = machine;
  machine.u32('sites').set(sites);
  // 2x = 2(bias + Σ w (2·bit - 1))
  const base = 2 * (bias - weights.reduce((all, w) => all + w, 0));
  const ofBits = weights.map((w) => 4 * w);
  machine.f64('weights').set(ofBits);
  machine
    .f64('table')
    .set(
      Float64Array.from({ length: patterns }, (_, pattern) =>
        kernels.sigmoid(ofBits.reduce((x, w, i) => x + w * ((pattern >> i) & 1), base)),
      ),
    );
  const key = keyOfStep(data, draws.seed);
  const table = patterns > 0 ? at.table : 0;
  const result = new Uint8Array(count * outStride);
  for (let from = 0; from < count; from += rows) {
    const some = Math.min(rows, count - from);
    machine.u8('bits').set(data.bytes.subarray(from * stride, (from + some) * stride));
    const first = BigInt(draws.firstRow + from) * BigInt(units);
    // biome-ignore format: one call
    kernels.filterSpins(at.bits, stride, some, units, size, at.sites, at.weights, base, table, key, first, at.out, outStride);
    result.set(machine.u8('out').subarray(0, some * outStride), from * outStride);
  }
  return result;
}
