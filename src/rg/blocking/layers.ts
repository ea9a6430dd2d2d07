/**
 * The hidden layer of an RBM as a blocking rule: its units on a coarse lattice. With inputs a_j of the hidden units,
 * P(S'_j = +1|v) is that of the upper level.
 */

import { SpinData } from '../../ising/data/spinData.js';
import { readLatticeName } from '../../ising/models/lattice.js';
import type { States } from '../../rbm/model/layers.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { BitRows } from '../../util/bits.js';
import { checkList, instanceOf, integer, knownOptions, positiveIntegers, refuse } from '../../util/check.js';
import { latticeOfData, toldOf } from './blocks.js';
import { type InputSpin, inputSpin } from './conditional.js';
import { type BlockingRule, checkDraws } from './rule.js';
import { type CoarseLattice, coarseData, drawnBytes, type StepDraws } from './step.js';

/** The kind of lattice of units that have no places. */
const NO_PLACES = 'units without places';

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

/** The coarse spins of a layer: sides of a block, sides of the coarse lattice, and what the provenance says of it. */
interface CoarseUnits {
  factor: number[];
  sides: number[];
  told: CoarseLattice;
}

/** Coarse spins of some hidden units. */
export function layerData(
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
export function rowOfUnits(count: number, linear: number, told: Omit<CoarseLattice, 'shape'>): CoarseUnits {
  const sides = [1, count];
  return { factor: [linear, linear], sides, told: { ...told, shape: sides } };
}

export function checkWidth(data: SpinData, { visible }: Rbm<BitRows, BitRows>): void {
  instanceOf('data', data, SpinData, 'SpinData');
  if (data.width !== visible) refuse('data', `${visible} spins per row`, data.width);
}

export function lengths(linear: number): Pick<BlockingRule, 'factor' | 'scale'> {
  return { factor: linear, scale: linear };
}

export const product = (numbers: readonly number[]): number => numbers.reduce((all, n) => all * n, 1);

/** An RBM of two-valued units whose coarse spins are ±1: each hidden unit as a function of ±1 spins. */
export function checkTwoValued(rbm: Rbm<BitRows, BitRows>): {
  kinds: [string, string];
  spin: (unit: number) => InputSpin;
} {
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
