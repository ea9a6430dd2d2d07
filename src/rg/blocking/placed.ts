/** A dense layer as a blocking rule: each hidden unit at the centre of its field. */

import { locality } from '../../fields/locality.js';
import { describeTold, readLatticeName } from '../../ising/models/lattice.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import type { BitRows } from '../../util/bits.js';
import { knownOptions, positive, positiveIntegers, refuse } from '../../util/check.js';
import type { InputSpin } from './conditional.js';
import { checkTwoValued, checkWidth, layerData, lengths, product, rowOfUnits } from './layers.js';
import { type BlockingRule, checkDraws } from './rule.js';

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
