/** RBMs of spins ±1 in double precision. */

import { BitRows } from '../../util/bits.js';
import { finite, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { logSum, logTwoCosh } from '../tables/logs.js';
import { MAX_SPINS } from '../tables/walsh.js';

/** Parameters of a `SpinRbm`. */
export interface SpinRbmParameters {
  visible: number;
  hidden: number;
  /** W, row-major [visible, hidden], in units of kT. */
  weights: ArrayLike<number>;
  /** c, [visible]; default 0. */
  visibleBias?: ArrayLike<number>;
  /** b, [hidden]; default 0. */
  hiddenBias?: ArrayLike<number>;
  /** E₀; default 0. */
  constant?: number;
}

/**
 * An RBM of spins ±1 in double precision,
 *   E(v,h) = E₀ - c·v - b·h - vᵀWh,  p(v,h) = e^{-E}/Z,
 * in units of kT, for exact calculations: it has a constant E₀, since a constant changes ΔF, and no sampling.
 * @example
 * const rbm = new SpinRbm({ visible: 2, hidden: 1, weights: [0.5, 0.5] });
 * rbm.energy([1, 1], [1]); // -1
 */
export class SpinRbm {
  readonly visible: number;
  readonly hidden: number;
  /** W, row-major [visible, hidden]. Read, not written, as all parameters. */
  readonly weights: Float64Array;
  readonly visibleBias: Float64Array;
  readonly hiddenBias: Float64Array;
  readonly constant: number;

  /** @throws TypeError for a wrong kind; RangeError if a length does not fit or a parameter is not finite */
  constructor(parameters: SpinRbmParameters) {
    knownOptions(
      'SpinRbm',
      parameters,
      ['visible', 'hidden', 'weights', 'visibleBias', 'hiddenBias', 'constant'],
      'parameters',
    );
    if (parameters === null || typeof parameters !== 'object') {
      refuse('parameters', '{ visible, hidden, weights }', parameters, 'type');
    }
    this.visible = integer('visible', parameters.visible);
    this.hidden = integer('hidden', parameters.hidden);
    this.weights = doubles('weights', parameters.weights, this.visible * this.hidden);
    this.visibleBias = doubles('visibleBias', parameters.visibleBias, this.visible);
    this.hiddenBias = doubles('hiddenBias', parameters.hiddenBias, this.hidden);
    this.constant = finite('constant', parameters.constant ?? 0);
  }

  /**
   * The same RBM with another E₀: the same distribution, another ΔF.
   * @throws TypeError if not a number, RangeError if not finite
   */
  withConstant(constant: number): SpinRbm {
    return new SpinRbm({ ...this, constant });
  }

  /** E(v,h) in units of kT of one pair of states, entries ±1; not checked. */
  energy(v: ArrayLike<number>, h: ArrayLike<number>): number {
    let sum = 0;
    for (let i = 0; i < this.visible; i++) {
      let input = this.visibleBias[i];
      for (let j = 0; j < this.hidden; j++) input += this.weights[i * this.hidden + j] * h[j];
      sum += v[i] * input;
    }
    for (let j = 0; j < this.hidden; j++) sum += this.hiddenBias[j] * h[j];
    return this.constant - sum;
  }

  /**
   * H_RBM(v) = E₀ - c·v - Σ_j ln 2cosh(b_j + Σ_i W_ij v_i) of each row, in units of kT; a set bit is spin +1.
   * @throws TypeError if not BitRows; RangeError for another width
   */
  visibleEnergies(rows: BitRows): Float64Array {
    if (!(rows instanceof BitRows)) refuse('rows', 'BitRows', rows, 'type');
    if (rows.width !== this.visible) refuse('rows', `rows of ${this.visible} spins`, `rows of ${rows.width}`);
    const inputs = new Float64Array(this.hidden);
    return Float64Array.from({ length: rows.count }, (_, r) => {
      inputs.set(this.hiddenBias);
      let energy = this.constant;
      for (let i = 0; i < this.visible; i++) {
        const spin = 2 * rows.bit(r, i) - 1;
        energy -= spin * this.visibleBias[i];
        const row = i * this.hidden;
        for (let j = 0; j < this.hidden; j++) inputs[j] += spin * this.weights[row + j];
      }
      for (let j = 0; j < this.hidden; j++) energy -= logTwoCosh(inputs[j]);
      return energy;
    });
  }

  /**
   * H_RBM(v) = -log Tr_h e^{-E(v,h)} of every state, [2^visible].
   * @throws RangeError for more than 24 visible units
   */
  visibleEnergyTable(): Float64Array {
    return layerTable(this.visibleBias, this.hiddenBias, this.weights, 1, this.hidden, this.constant, 'visible');
  }

  /**
   * H_RBM(h) = -log Tr_v e^{-E(v,h)} of every state, [2^hidden].
   * @throws RangeError for more than 24 hidden units
   */
  hiddenEnergyTable(): Float64Array {
    return layerTable(this.hiddenBias, this.visibleBias, this.weights, this.hidden, 1, this.constant, 'hidden');
  }

  /**
   * ln Z by the sum over the smaller layer.
   * @throws RangeError for more than 24 units in the smaller layer
   */
  logPartition(): number {
    const table = this.visible <= this.hidden ? this.visibleEnergyTable() : this.hiddenEnergyTable();
    return logSum(table.map((energy) => -energy));
  }
}

/** Parameters of an RBM of {0,1} units, E = -c·x - b·y - xᵀWy; an `Rbm` has them. */
export interface BitRbmParameters {
  visible: number;
  hidden: number;
  weights: ArrayLike<number>;
  visibleBias: ArrayLike<number>;
  hiddenBias: ArrayLike<number>;
}

/**
 * The RBM of spins with the same energy for every state as an RBM of {0,1} units: with v = 2x - 1, h = 2y - 1
 *   W = W'/4,  c = c'/2 + Σ_j W'_ij/4,  b = b'/2 + Σ_i W'_ij/4,  E₀ = -Σc'/2 - Σb'/2 - ΣW'/4,
 * where primes denote the parameters of the {0,1} units. In double precision, so float32 parameters are exact.
 * @throws TypeError or RangeError as `SpinRbm`
 * @example
 * const { rbm } = await trainRbm(new BitRows(8, 4), { hidden: 2, epochs: 1, outcome: false, threads: 1 });
 * const spins = spinRbmFromBits(rbm);
 * spins.logPartition(); // ln Z of both
 */
export function spinRbmFromBits(bits: BitRbmParameters): SpinRbm {
  knownOptions('spinRbmFromBits', bits, ['visible', 'hidden', 'weights', 'visibleBias', 'hiddenBias'], 'bits');
  const { visible, hidden, weights, visibleBias: c, hiddenBias: b } = new SpinRbm(bits);
  const visibleBias = c.map((bias) => bias / 2);
  const hiddenBias = b.map((bias) => bias / 2);
  let constant = 0;
  for (let i = 0; i < visible; i++) {
    for (let j = 0; j < hidden; j++) {
      const quarter = weights[i * hidden + j] / 4;
      visibleBias[i] += quarter;
      hiddenBias[j] += quarter;
      constant -= quarter;
    }
  }
  for (const bias of c) constant -= bias / 2;
  for (const bias of b) constant -= bias / 2;
  return new SpinRbm({ visible, hidden, weights: weights.map((w) => w / 4), visibleBias, hiddenBias, constant });
}

/**
 * H of one layer, the other summed over: E₀ - bias·s - Σ_j ln 2cosh(other_j + Σ_i W_ij s_i). W_ij is at i·row +
 * j·column.
 */
function layerTable(
  bias: Float64Array,
  other: Float64Array,
  weights: Float64Array,
  column: number,
  row: number,
  constant: number,
  name: string,
): Float64Array {
  const spins = integer(name, bias.length, 1, MAX_SPINS);
  const table = linearTable(bias, -1, constant);
  const inputs = new Float64Array(2 ** spins);
  const unit = new Float64Array(spins);
  for (let j = 0; j < other.length; j++) {
    for (let i = 0; i < spins; i++) unit[i] = weights[i * row + j * column];
    linearTable(unit, 1, other[j], inputs);
    for (let s = 0; s < table.length; s++) table[s] -= logTwoCosh(inputs[s]);
  }
  return table;
}

/** offset + factor Σ_i a_i s_i for every state of the spins, each entry by one addition from another. */
export function linearTable(
  a: Float64Array,
  factor: number,
  offset: number,
  table: Float64Array = new Float64Array(2 ** a.length),
): Float64Array {
  table[0] = offset;
  for (const value of a) table[0] -= factor * value;
  for (let i = 0, size = 1; i < a.length; i++, size *= 2) {
    const step = 2 * factor * a[i];
    for (let s = 0; s < size; s++) table[size + s] = table[s] + step;
  }
  return table;
}

function doubles(name: string, values: ArrayLike<number> | undefined, length: number): Float64Array {
  if (values === undefined && name !== 'weights') return new Float64Array(length);
  if (!Array.isArray(values) && !(ArrayBuffer.isView(values) && 'length' in values)) {
    refuse(name, `array of ${length} numbers`, values, 'type');
  }
  lengthOf(name, values, length);
  return Float64Array.from(values, (value, k) => finite(`${name}[${k}]`, value));
}
