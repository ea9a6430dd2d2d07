/**
 * Layers of RBMs as blocking rules: the units of a layer on a coarse lattice, one filter with a stride, and units whose
 * places are the centres of their fields. With inputs a_j of the hidden units, P(S'_j = +1|v) is that of the upper level.
 */

import { locality } from '../../fields/locality.js';
import { SpinData } from '../../ising/data/spinData.js';
import { describeTold, readLatticeName } from '../../ising/models/lattice.js';
import type { States } from '../../rbm/model/layers.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { Translations } from '../../rbm/model/symmetric.js';
import { BitRows } from '../../util/bits.js';
import {
  checkList,
  finite,
  instanceOf,
  integer,
  knownOptions,
  objectWith,
  oneOf,
  positive,
  positiveIntegers,
  refuse,
} from '../../util/check.js';
import { Machine } from '../../wasm/machine.js';
import {
  type Blocks,
  checkBlocks,
  checkBlocksOf,
  checkFactor,
  isChain,
  latticeOfData,
  spinLattice,
  toldOf,
} from './blocks.js';
import { type InputSpin, inputSpin } from './conditional.js';
import { type BlockingRule, checkDraws, sizesOf } from './rule.js';
import { blockData, type CoarseLattice, coarseData, drawnBytes, keyOfStep, type StepDraws } from './step.js';

/** The kind of lattice of units that have no places. */
const NO_PLACES = 'units without places';

/** Pairs of a unit and a site below it: 1 GB. */
const MAX_ENTRIES = 2 ** 28;

/** Options of `layerRule`. */
export interface LayerRuleOptions {
  /**
   * Sides of the coarse lattice: [rows, columns], or [layers, rows, columns] for a cubic one. Without it the units have no
   * places: they are one row of no lattice, which `blockObservables` and further blocks refuse; on a twisted triangular
   * lattice they have none either.
   */
  shape?: readonly number[];
  /** Hidden units to take, in the order of the coarse lattice, row-major. Default: all. */
  units?: readonly number[];
  /** Default: `hidden layer of N units`. */
  name?: string;
}

/**
 * The hidden layer of an RBM as a rule: S'_j = ±1 with probability p(h_j|v). Visible units are the sites of the fine
 * lattice, row-major; hidden units those of a coarse lattice of the same kind. Rows are taken some at a time, by the
 * kernels of the RBM.
 * @throws TypeError if not an Rbm of two-valued units; RangeError for a unit that the layer does not have, or a shape with
 *   another number of units; `apply` also RangeError for data of another width or number of dimensions
 */
export function layerRule(rbm: Rbm<BitRows, BitRows>, options: LayerRuleOptions = {}): BlockingRule {
  knownOptions('layerRule', options, ['shape', 'units', 'name']);
  const own = checkTwoValued(rbm);
  const units = options.units ?? Array.from({ length: rbm.hidden }, (_, unit) => unit);
  checkList('units', units, 'list of hidden units');
  units.forEach((unit, k) => {
    integer(`units[${k}]`, unit, 0, rbm.hidden - 1);
  });
  const shape = options.shape && positiveIntegers('shape', options.shape);
  if (shape && shape.length !== 2 && shape.length !== 3) refuse('shape', '[rows, columns] or three sides', shape);
  if (shape && product(shape) !== units.length) refuse('shape', `${units.length} units`, shape.join(' × '));
  const name = options.name ?? `hidden layer of ${units.length} units`;
  const linear = (rbm.visible / units.length) ** (1 / (shape?.length ?? 2));
  return {
    name,
    ...lengths(linear),
    spins: (lattice) => {
      const { sites } = lattice;
      if (sites !== rbm.visible) refuse('lattice', `${rbm.visible} sites`, sites);
      return units.map((unit) => own.spin(unit));
    },
    apply: (data, draws) => {
      checkWidth(data, rbm);
      const coarse = shape
        ? latticeOfUnits(data, shape)
        : rowOfUnits(units.length, linear, { lattice: { kind: NO_PLACES } });
      return layerData(data, rbm, units, name, coarse, checkDraws(draws));
    },
  };
}

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
  /** Number of the filter; default 0. */
  filter?: number;
}

/**
 * One filter of an RBM whose weights are tied over the translations of a torus (`translationInvariant`, or trained with
 * `tied`), cut to the smallest window that holds all of its weights that are not zero: `filterRule({ ...tiedFilterOf(rbm,
 * { shape }), stride: 2 })` is its hidden layer at every second site.
 * @throws TypeError if not an Rbm of bits or of spins; RangeError for a shape that does not fit, a filter that it does not
 *   have, one without weights, or weights or biases that are not tied
 */
export function tiedFilterOf(rbm: Rbm<BitRows, BitRows>, options: TiedFilterOptions): Required<Filter> {
  knownOptions('tiedFilterOf', options, ['shape', 'filter']);
  const [units, above] = checkTwoValued(rbm).kinds;
  if ((units !== 'spins' && units !== 'bits') || units !== above)
    refuse('rbm', 'one kind of units', `${units}-${above}`);
  const { bias } = rbm.hiddenLayer;
  const translations = new Translations(options.shape);
  const { sites, shape } = translations;
  if (sites !== rbm.visible || rbm.hidden % sites !== 0) {
    refuse('shape', `sides of a torus of ${rbm.visible} sites, and hidden units in multiples of them`, shape);
  }
  const filter = integer('filter', options.filter ?? 0, 0, rbm.hidden / sites - 1);
  const { weights, hidden } = rbm;
  const whole = Float64Array.from({ length: sites }, (_, site) => weights[site * hidden + filter * sites]);
  if (whole.every((w) => w === 0)) refuse('filter', 'a filter with weights', filter);
  const shifts = translations.shifts();
  for (let s = 0; s < sites; s++) {
    const unit = filter * sites + s;
    const tied = whole.every((w, d) => weights[shifts[s * sites + d] * hidden + unit] === w);
    if (!tied || bias[unit] !== bias[filter * sites])
      refuse('rbm', 'weights tied over translations', `others at unit ${unit}`);
  }
  const { origin, size } = windowOf(whole, shape);
  const cut = sitesFrom(origin, size, shape).map((site) => whole[site]);
  return { weights: Float64Array.from(cut), size, origin, bias: bias[filter * sites], units };
}

/** A rule whose coarse spins lie at places of their own. */
export interface PlacedRule extends BlockingRule {
  /** Hidden units that have a place: coarse spin k is unit units[k]. */
  readonly units: readonly number[];
  /** [units, 2]: (row, column) of each in sites of the fine torus, in [0, rows) and [0, columns). */
  readonly places: Float64Array;
  /** Hidden units without a place, and why. */
  readonly leftOut: readonly { unit: number; reason: string }[];
}

/** Options of `placedLayerRule`. */
export interface PlacedLayerOptions {
  /** [rows, columns] of the torus of visible units. */
  shape: readonly [number, number];
  /** Largest radius of a field (`locality`) that has a place, in sites; default a quarter of the shorter side. */
  maxRadius?: number;
  /** Whether units with Σ_i W_ij < 0 are turned over; default true. */
  aligned?: boolean;
  /** Default: `N placed units`. */
  name?: string;
}

/**
 * The hidden layer of an RBM whose units are in any order, each at the centre of its field: the circular mean of the
 * sites with weights W_ij² (`locality`). Units whose field is zero, or as wide as the limit, have no place and are left
 * out. The coarse spins are one row; their provenance has `lattice: { kind: 'places' }`, their `places`, and the `torus`
 * [rows, columns] on which these lie. A unit whose weights sum to less than zero is the opposite of the spins it sees; it is
 * turned over, S' = -h, unless `aligned` is false: operators sum products of coarse spins, which must not have signs of
 * their own.
 * @throws TypeError if not an Rbm of two-valued units; RangeError for a shape that does not fit, or if no unit has a place;
 *   `apply` also for data of another shape or lattice than the periodic square one
 */
export function placedLayerRule(rbm: Rbm<BitRows, BitRows>, options: PlacedLayerOptions): PlacedRule {
  knownOptions('placedLayerRule', options, ['shape', 'maxRadius', 'aligned', 'name']);
  const { aligned = true } = options;
  if (typeof aligned !== 'boolean') refuse('aligned', 'true or false', aligned, 'type');
  const own = checkTwoValued(rbm);
  const shape = positiveIntegers('shape', options.shape) as [number, number];
  if (shape.length !== 2 || product(shape) !== rbm.visible)
    refuse('shape', `[rows, columns] of ${rbm.visible} sites`, shape);
  const maxRadius = positive('maxRadius', options.maxRadius ?? Math.min(...shape) / 4);
  const units: number[] = [];
  const places: [number, number][] = [];
  const turned: boolean[] = [];
  const leftOut: { unit: number; reason: string }[] = [];
  for (let unit = 0; unit < rbm.hidden; unit++) {
    const field = Float64Array.from({ length: rbm.visible }, (_, i) => rbm.weights[i * rbm.hidden + unit]);
    const at = locality(field, shape);
    // a field of two opposite sites has a radius of exactly a quarter, and no centre
    if (at === null) leftOut.push({ unit, reason: 'all weights are 0' });
    else if (at.radius >= maxRadius * (1 - 1e-9)) {
      leftOut.push({ unit, reason: `a field of radius ${at.radius.toFixed(1)}, the limit is ${maxRadius}` });
    } else {
      units.push(unit);
      places.push(at.centre);
      turned.push(aligned && field.reduce((sum, w) => sum + w, 0) < 0);
    }
  }
  if (units.length === 0) refuse('rbm', 'a unit with a place', `none: unit 0 has ${leftOut[0].reason}`);
  const name = options.name ?? `${units.length} placed units`;
  const linear = Math.sqrt(rbm.visible / units.length);
  return {
    name,
    ...lengths(linear),
    units,
    places: Float64Array.from(places.flat()),
    leftOut,
    spins: (lattice) => {
      if (lattice.kind !== 'square' || String(lattice.shape) !== String(shape)) {
        refuse('lattice', `square(${shape.join(', ')})`, `${lattice.kind} of ${lattice.shape.join(' × ')}`);
      }
      return units.map((unit, k) => (turned[k] ? opposite(own.spin(unit)) : own.spin(unit)));
    },
    apply: (data, draws) => {
      checkWidth(data, rbm);
      if (String(data.shape) !== String(shape)) refuse('data', `spins of ${shape.join(' × ')}`, data.shape.join(' × '));
      const { lattice } = data.provenance.parameters ?? {};
      const told = readLatticeName(lattice);
      if (lattice !== undefined && (told?.kind !== 'square' || told.boundary === 'open')) {
        refuse('data', 'data of a periodic square lattice', describeTold(lattice));
      }
      const coarse = rowOfUnits(units.length, linear, { lattice: { kind: 'places' }, places, torus: shape });
      return layerData(data, rbm, units, name, coarse, checkDraws(draws), turned);
    },
  };
}

/** The coarse spin -S'. */
function opposite({ sites, weights, bias, kind }: InputSpin): InputSpin {
  return { kind, sites, weights: weights.map((w) => -w), bias: -bias };
}

/** The coarse spins of a layer: sides of a block, sides of the coarse lattice, and what the provenance says of it. */
interface CoarseUnits {
  factor: number[];
  sides: number[];
  told: CoarseLattice;
}

/** Coarse spins of some hidden units. */
function layerData(
  data: SpinData,
  rbm: Rbm<BitRows, BitRows>,
  units: readonly number[],
  name: string,
  { factor, sides, told }: CoarseUnits,
  { seed, firstRow }: StepDraws,
  turned: readonly boolean[] = [],
): SpinData {
  const { hidden } = rbm;
  const [low, high] = rbm.hiddenLayer.levels as readonly [number, number];
  const inOrder = units.length === hidden && units.every((unit, k) => unit === k);
  const write = (from: number, to: number, p: Float64Array): void => {
    const rows = new BitRows(to - from, data.width, data.bytes.subarray(from * data.stride, to * data.stride));
    const means = rbm.meanHidden(rows);
    const step = high - low;
    if (inOrder && turned.length === 0) {
      for (let k = 0; k < p.length; k++) p[k] = (means[k] - low) / step;
      return;
    }
    for (let row = 0, k = 0; row < means.length; row += hidden) {
      for (let i = 0; i < units.length; i++, k++) {
        const up = (means[row + units[i]] - low) / step;
        p[k] = turned[i] ? 1 - up : up;
      }
    }
  };
  const bytes = drawnBytes(data, units.length, { seed, firstRow }, write, hidden);
  const step = { rule: 'layer', name, factor, seed, ...(firstRow > 0 && { firstRow }), shape: sides } as const;
  return coarseData(data, bytes, step, told);
}

/** Units that form a lattice of the kind of the data's, or one without a name if the data's has none. */
function latticeOfUnits(data: SpinData, shape: number[]): CoarseUnits {
  const named = readLatticeName(data.provenance.parameters?.lattice);
  // of a layer on units without places only the user knows the lattice
  const fine = named?.kind === 'places' || named?.kind === NO_PLACES ? null : latticeOfData(data);
  const sides = fine?.sides ?? [...data.shape];
  if (sides.length !== shape.length) refuse('data', `a lattice of ${shape.length} dimensions`, sides.length);
  const factor = sides.map((side, k) => side / shape[k]);
  // how a layer sees a twist is not known
  if (fine && fine.twist !== 0) return { factor, sides: shape, told: { lattice: { kind: NO_PLACES }, shape } };
  return { factor, sides: shape, told: fine ? toldOf({ ...fine, sides: shape }) : { shape } };
}

/** Units that are one row of no lattice. */
function rowOfUnits(count: number, linear: number, told: Omit<CoarseLattice, 'shape'>): CoarseUnits {
  const sides = [1, count];
  return { factor: [linear, linear], sides, told: { ...told, shape: sides } };
}

function checkWidth(data: SpinData, { visible }: Rbm<BitRows, BitRows>): void {
  instanceOf('data', data, SpinData, 'SpinData');
  if (data.width !== visible) refuse('data', `${visible} spins per row`, data.width);
}

function lengths(linear: number): Pick<BlockingRule, 'factor' | 'scale'> {
  return { factor: linear, scale: linear };
}

const product = (numbers: readonly number[]): number => numbers.reduce((all, n) => all * n, 1);

/** An RBM of two-valued units whose coarse spins are ±1: each hidden unit as a function of ±1 spins. */
function checkTwoValued(rbm: Rbm<BitRows, BitRows>): { kinds: [string, string]; spin: (unit: number) => InputSpin } {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const { visibleLayer, hiddenLayer } = rbm as unknown as Rbm<States, States>;
  const [from, to] = [visibleLayer.levels, hiddenLayer.levels];
  if (!from || !to) refuse('rbm', 'two-valued units', `${visibleLayer.kind}-${hiddenLayer.kind}`);
  // v = mid + half·s, and σ((high - low)·a) = σ(2x)
  const [mid, half] = [(from[0] + from[1]) / 2, (from[1] - from[0]) / 2];
  const step = (to[1] - to[0]) / 2;
  const { weights, hidden, visible } = rbm;
  const spin = (unit: number): InputSpin => {
    const column = Float64Array.from({ length: visible }, (_, i) => weights[i * hidden + unit]);
    const sites = [...column.keys()].filter((i) => column[i] !== 0);
    const sum = column.reduce((all, w) => all + w, 0);
    return inputSpin(
      sites,
      sites.map((i) => step * half * column[i]),
      step * (hiddenLayer.bias[unit] + mid * sum),
    );
  };
  return { kinds: [visibleLayer.kind, hiddenLayer.kind], spin };
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
  const machine = new Machine(regions);
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
