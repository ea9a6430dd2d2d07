/**
 * RBMs as tensor networks. Where every hidden unit sees only sites of one plaquette of a lattice, summing the hidden
 * units leaves a weight per plaquette, W(v) = Π_j Σ_h e^{h (b_j + w_j·v)}: log Z, energy, correlation length, and at
 * criticality c and the scaling dimensions of the trained model follow from tensor renormalization, at any size.
 */

import { type AnyRbm, Rbm } from '../../rbm/model/rbm.js';
import { integer, knownOptions, positiveIntegers, refuse, within } from '../../util/check.js';
import { finish, type Work } from '../../util/work.js';
import { SpinRbm } from '../map/spinRbm.js';
import { balanced } from './gauge.js';
import { contractGrid } from './grid.js';
import { MAX_SMALL_BOND, tensorOptions } from './iteration.js';
import { plaquetteOf, plaquetteTensor } from './models.js';
import type { TensorNetwork } from './network.js';

/** Options of `rbmTensor`. */
export interface RbmTensorOptions {
  /** [rows, columns] of the periodic lattice of visible units, row-major, both at least 3. */
  shape: readonly number[];
  /**
   * Largest difference of ln W of one plaquette state between places that counts as none; default 1e-6. The mean of all
   * places is taken.
   */
  tolerance?: number;
}

/** Least side: on shorter tori a plaquette meets itself. And the largest one. */
const MIN_SIDE = 3;
const MAX_SIDE = 1024;

/**
 * Shares of χ whose estimates are compared, and how much of the difference counts: near K_c half of χ has an error some ten times
 * larger. Three quarters alone may come near by accident.
 */
const SMALLER = [
  { share: 3 / 4, weight: 1 },
  { share: 1 / 2, weight: 1 / 8 },
] as const;

/** Difference of ln W that is rounding, of weights in float32 that are equal. */
const ROUNDING = 1e-12;

/** Largest |ln W|: products of four stay finite. */
const MAX_LOG = 150;

/**
 * The network of an infinite lattice of an RBM whose hidden units each see sites of one plaquette (2×2 neighbours on a
 * periodic lattice, or fewer) and which is the same everywhere: tied weights. Then T(…) of `plaquetteTensor` has ln W =
 * c v + Σ_j ln Σ_h e^{h(b_j + w_j·v)} over the hidden units of a plaquette, and any tensor renormalization gives ln Z
 * per visible unit of the torus of 2^step of them. E₀ of a `SpinRbm` is included.
 * @throws TypeError for a wrong kind; RangeError for a shape that is not that of the visible units or has a side below
 *   3, units that are not two-valued, a hidden unit that sees more than a plaquette, weights that are not tied, or an
 *   unknown option
 */
export function rbmTensor(rbm: AnyRbm | SpinRbm, options: RbmTensorOptions): TensorNetwork {
  knownOptions('rbmTensor', options, ['shape', 'tolerance']);
  const tolerance = within('tolerance', options.tolerance ?? 1e-6, 0, 100);
  const tables = plaquettes(rbm, options.shape);
  const mean = new Float64Array(16);
  for (const table of tables)
    table.forEach((value, state) => {
      mean[state] += value / tables.length;
    });
  tables.forEach((table, site) => {
    const apart = table.reduce((most, value, state) => Math.max(most, Math.abs(value - mean[state])), 0);
    if (apart > tolerance) {
      refuse(
        'rbm',
        `tied weights, the same at every site within "tolerance" = ${tolerance}`,
        `${apart} at site ${site}`,
      );
    }
  });
  const even = isEven(mean);
  const values = weightsOf(mean, even);
  return plaquetteTensor({
    states: 2,
    even,
    weight: (here, right, up, across) => values[((here * 2 + right) * 2 + up) * 2 + across],
  });
}

/** Options of `rbmTensorLogPartition`. */
export interface RbmTensorLogPartitionOptions {
  /** [rows, columns] of the periodic lattice of visible units, row-major; each 3 to 1024. */
  shape: readonly number[];
  /** χ, largest dimension of a leg, 1 to 32; default 16. */
  bond?: number;
}

/** log Z of an RBM by tensor renormalization. */
export interface TensorLogPartition {
  method: 'tensor';
  /** log Z. */
  estimate: number;
  /**
   * A measure of the truncation error, no bound: how far the estimate with three quarters of χ is from it, or an eighth of
   * that with half of χ if it is more. 0 if nothing was truncated. Of Ising tori of sides 6 to 32, K = 0.2 to 0.5, the
   * error was at most 0.9, 1.4 and 5.6 of it with χ = 16, 12 and 8.
   */
  change: number;
  /** Largest share of a squared norm that one truncation left out. */
  discarded: number;
}

/**
 * log Z of an RBM whose hidden units each see sites of one plaquette of a periodic lattice, with any weights: a tensor
 * per plaquette, neighbours joined as in HOTRG, each pair with projectors of its own. Exact up to truncation: with χ =
 * 16 for 4×4 always. Costs rows·columns·O(χ⁷), a quarter of it where no unit breaks the symmetry of ±1 spins: with χ = 16
 * ten seconds for 32×32. Tied weights on sides that are powers of 2 take log(rows·columns)·O(χ⁷), less than a second.
 * @throws TypeError for a wrong kind; RangeError for a shape that is not that of the visible units or has sides outside of
 *   3 to 1024, units that are not two-valued, a hidden unit that sees more than a plaquette, or an option out of range or
 *   unknown
 */
export function rbmTensorLogPartition(
  rbm: AnyRbm | SpinRbm,
  options: RbmTensorLogPartitionOptions,
): TensorLogPartition {
  knownOptions('rbmTensorLogPartition', options, ['shape', 'bond']);
  return finish(tensorPartition(localPlaquettes(rbm, options.shape), options.bond));
}

/** ln W of the plaquettes of an RBM of a lattice. */
export interface Plaquettes {
  /** By site, [16] each, by the states. */
  tables: Float64Array[];
  rows: number;
  columns: number;
}

/** @throws TypeError or RangeError as `rbmTensorLogPartition` for its RBM and shape */
export function localPlaquettes(rbm: AnyRbm | SpinRbm, shape: readonly number[]): Plaquettes {
  const tables = plaquettes(rbm, shape);
  const [rows, columns] = shape;
  for (const [k, side] of [rows, columns].entries()) integer(`shape[${k}]`, side, MIN_SIDE, MAX_SIDE);
  return { tables, rows, columns };
}

/** Whether every site has the same plaquette, to rounding, and each side is a power of 2: the work is then that of one. */
export function isTied({ tables, rows, columns }: Plaquettes): boolean {
  const [first] = tables;
  return (
    [rows, columns].every((side) => Number.isInteger(Math.log2(side))) &&
    tables.every((table) => table.every((value, state) => Math.abs(value - first[state]) < ROUNDING))
  );
}

/** The work of `rbmTensorLogPartition`. @throws RangeError for a bond out of range */
export function* tensorPartition({ tables, rows, columns }: Plaquettes, bond = 16): Work<TensorLogPartition> {
  const checked = tensorOptions('rbmTensorLogPartition', { bond }, MAX_SMALL_BOND);
  const even = tables.every(isEven);
  const tensorOf = (table: Float64Array) => plaquetteOf(weightsOf(table, even), 2, even);
  const tensors = isTied({ tables, rows, columns })
    ? balanced([tensorOf(tables[0])], 1, 1)
    : balanced(tables.map(tensorOf), rows, columns);
  const { logValue, discarded } = yield* contractGrid(tensors, rows, columns, checked.bond);
  if (discarded < 1e-14) return { method: 'tensor', estimate: logValue, change: 0, discarded };
  let change = 0;
  for (const { share, weight } of SMALLER) {
    const smaller = yield* contractGrid(tensors, rows, columns, Math.max(1, Math.floor(share * checked.bond)));
    change = Math.max(change, weight * Math.abs(smaller.logValue - logValue));
  }
  return { method: 'tensor', estimate: logValue, change, discarded };
}

/** Whether ln W stays the same when all four spins are turned. */
function isEven(table: Float64Array): boolean {
  return table.every((value, state) => Math.abs(value - table[15 - state]) < 1e-12 * Math.max(1, Math.abs(value)));
}

/** e^{ln W}, with the symmetry exact where it is used. */
function weightsOf(table: Float64Array, even: boolean): Float64Array {
  return table.map((value, state) => Math.exp(even ? (value + table[15 - state]) / 2 : value));
}

/** ln W of the plaquette at each site, by the states (bits: here, right, up, across; 1 is the second level). */
function plaquettes(rbm: AnyRbm | SpinRbm, shape: unknown): Float64Array[] {
  const { weights, visibleBias, hiddenBias, visibleLevels, hiddenLevels, constant } = twoValued(rbm);
  const { visible, hidden } = rbm;
  const sides = positiveIntegers('shape', shape);
  if (sides.length !== 2) refuse('shape', '[rows, columns]', shape);
  const [rows, columns] = sides;
  for (const [k, side] of sides.entries()) integer(`shape[${k}]`, side, MIN_SIDE);
  if (rows * columns !== visible) refuse('shape', `[rows, columns] of ${visible} visible units`, shape);
  const tables = Array.from({ length: visible }, (_, site) =>
    Float64Array.from({ length: 16 }, (_, state) => visibleBias[site] * visibleLevels[state >> 3] - constant / visible),
  );
  for (let j = 0; j < hidden; j++) {
    const sites: number[] = [];
    for (let i = 0; i < visible; i++) if (weights[i * hidden + j] !== 0) sites.push(i);
    const place = corner(sites, rows, columns);
    if (place === undefined) {
      refuse('rbm', 'hidden units that see sites of one plaquette each', `hidden unit ${j} with ${sites.length} sites`);
    }
    const [y, x] = [Math.floor(place / columns), place % columns];
    const [right, above] = [(x + 1) % columns, (y + 1) % rows];
    const corners = [place, y * columns + right, above * columns + x, above * columns + right];
    for (let state = 0; state < 16; state++) {
      let input = hiddenBias[j];
      corners.forEach((site, k) => {
        input += weights[site * hidden + j] * visibleLevels[(state >> (3 - k)) & 1];
      });
      tables[place][state] += logSumOfTwo(hiddenLevels[0] * input, hiddenLevels[1] * input);
    }
  }
  tables.forEach((table, site) => {
    const most = table.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    if (!(most <= MAX_LOG)) refuse('rbm', `|ln W| of a plaquette up to ${MAX_LOG}`, `${most} at site ${site}`);
  });
  return tables;
}

/** ln(eᵃ + eᵇ). */
function logSumOfTwo(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The site whose plaquette, with its right, upper and upper right neighbour, has all of some sites. */
function corner(sites: readonly number[], rows: number, columns: number): number | undefined {
  const start = (places: number[], side: number) => {
    const own = [...new Set(places)];
    if (own.length <= 1) return own[0] ?? 0;
    const first = own.find((place) => own.every((other) => other === place || other === (place + 1) % side));
    return first;
  };
  const y = start(
    sites.map((site) => Math.floor(site / columns)),
    rows,
  );
  const x = start(
    sites.map((site) => site % columns),
    columns,
  );
  return x === undefined || y === undefined ? undefined : y * columns + x;
}

interface TwoValued {
  weights: ArrayLike<number>;
  visibleBias: ArrayLike<number>;
  hiddenBias: ArrayLike<number>;
  visibleLevels: readonly [number, number];
  hiddenLevels: readonly [number, number];
  constant: number;
}

function twoValued(rbm: AnyRbm | SpinRbm): TwoValued {
  if (rbm instanceof Rbm) {
    const [visibleLayer, hiddenLayer] = [rbm.visibleLayer, rbm.hiddenLayer];
    const { levels: visibleLevels } = visibleLayer;
    const { levels: hiddenLevels } = hiddenLayer;
    if (visibleLevels === undefined) refuse('rbm', 'two-valued visible units', visibleLayer.kind);
    if (hiddenLevels === undefined) refuse('rbm', 'two-valued hidden units', hiddenLayer.kind);
    const { weights } = rbm;
    return {
      weights,
      visibleBias: visibleLayer.bias,
      hiddenBias: hiddenLayer.bias,
      visibleLevels,
      hiddenLevels,
      constant: 0,
    };
  }
  if (!(rbm instanceof SpinRbm)) refuse('rbm', 'Rbm or SpinRbm', rbm, 'type');
  const { weights, visibleBias, hiddenBias, constant } = rbm;
  return { weights, visibleBias, hiddenBias, visibleLevels: [-1, 1], hiddenLevels: [-1, 1], constant };
}
