/**
 * The restricted Boltzmann machine of {0,1} units,
 *   E(v,h) = -c·v - b·h - vᵀWh,  p(v,h) = e^{-E}/Z,
 * as a value: parameters and the handful of functions that follow from them. Spins ±1 enter as bits, v = (1 + s)/2.
 */

import type { BitRows } from '../util/bits.js';
import { integer, lengthOf, refuse } from '../util/check.js';
import { checkSeed, type Seed, streamKey } from '../util/random.js';
import { kernels } from '../wasm/scalar.js';
import { Conditional } from './conditional.js';
import { transpose } from './panels.js';

export interface RbmParameters {
  visible: number;
  hidden: number;
  /** W, row-major [visible, hidden]. */
  weights: Float32Array;
  /** c, [visible]. */
  visibleBias: Float32Array;
  /** b, [hidden]. */
  hiddenBias: Float32Array;
}

export class Rbm implements RbmParameters {
  readonly visible: number;
  readonly hidden: number;
  readonly weights: Float32Array;
  readonly visibleBias: Float32Array;
  readonly hiddenBias: Float32Array;
  // made when first asked for, then kept: each holds the weights in the layout of its kernels
  #up: Conditional | undefined;
  #down: Conditional | undefined;

  /** @throws RangeError if a length does not fit or a parameter is not finite */
  constructor(parameters: RbmParameters) {
    this.visible = integer('visible', parameters.visible);
    this.hidden = integer('hidden', parameters.hidden);
    this.weights = finiteFloats('weights', parameters.weights, this.visible * this.hidden);
    this.visibleBias = finiteFloats('visibleBias', parameters.visibleBias, this.visible);
    this.hiddenBias = finiteFloats('hiddenBias', parameters.hiddenBias, this.hidden);
  }

  /** E(v,h) = -c·v - b·h - vᵀWh of each pair of rows, in units of kT. */
  energy(v: BitRows, h: BitRows): Float64Array {
    this.#checkWidth('v', v, this.visible);
    this.#checkWidth('h', h, this.hidden);
    if (v.count !== h.count) throw new RangeError(`"h" expected ${v.count} rows as in "v", got ${h.count}`);
    const inputs = this.hiddenInputs(v);
    return Float64Array.from({ length: v.count }, (_, r) => {
      let energy = 0;
      for (let i = 0; i < this.visible; i++) if (v.bit(r, i)) energy -= this.visibleBias[i];
      for (let j = 0; j < this.hidden; j++) if (h.bit(r, j)) energy -= inputs[r * this.hidden + j];
      return energy;
    });
  }

  /** F(v) = -c·v - Σ_j softplus(b_j + (vW)_j) = -log Σ_h e^{-E(v,h)} of each row, in units of kT. */
  freeEnergy(v: BitRows): Float64Array {
    const { softplus } = kernels();
    const inputs = this.hiddenInputs(v);
    return Float64Array.from({ length: v.count }, (_, r) => {
      let energy = 0;
      for (let i = 0; i < this.visible; i++) if (v.bit(r, i)) energy -= this.visibleBias[i];
      for (let j = 0; j < this.hidden; j++) energy -= softplus(inputs[r * this.hidden + j]);
      return energy;
    });
  }

  /** b_j + (vW)_j, [rows, hidden]. */
  hiddenInputs(v: BitRows): Float32Array {
    this.#checkWidth('v', v, this.visible);
    return this.#upward().inputs(v);
  }

  /** p(h_j = 1 | v), [rows, hidden]; v as bits, or as means [rows, visible] in [0, 1] (mean field). */
  meanHidden(v: BitRows | Float32Array): Float32Array {
    if (v instanceof Float32Array) return means(v, this.weights, this.hiddenBias);
    this.#checkWidth('v', v, this.visible);
    return this.#upward().means(v);
  }

  /** p(v_i = 1 | h), [rows, visible]; h as bits, or as means [rows, hidden] in [0, 1] (mean field). */
  meanVisible(h: BitRows | Float32Array): Float32Array {
    if (h instanceof Float32Array)
      return means(h, transpose(this.weights, this.visible, this.hidden), this.visibleBias);
    this.#checkWidth('h', h, this.hidden);
    return this.#downward().means(h);
  }

  /** One sample of p(h | v) a row. */
  sampleHidden(v: BitRows, seed: Seed): BitRows {
    this.#checkWidth('v', v, this.visible);
    return this.#upward().sample(v, streamKey(checkSeed('seed', seed), 'sampleHidden'));
  }

  /** One sample of p(v | h) a row. */
  sampleVisible(h: BitRows, seed: Seed): BitRows {
    this.#checkWidth('h', h, this.hidden);
    return this.#downward().sample(h, streamKey(checkSeed('seed', seed), 'sampleVisible'));
  }

  #upward(): Conditional {
    this.#up ??= new Conditional(this.weights, this.hiddenBias);
    return this.#up;
  }

  #downward(): Conditional {
    this.#down ??= new Conditional(transpose(this.weights, this.visible, this.hidden), this.visibleBias);
    return this.#down;
  }

  #checkWidth(name: string, rows: BitRows, width: number): void {
    if (rows.width !== width) throw new RangeError(`"${name}" expected ${width} bits a row, got ${rows.width}`);
  }
}

/** @throws TypeError if not a Float32Array, RangeError for another length or an entry that is not finite */
export function finiteFloats(name: string, values: unknown, length: number): Float32Array {
  if (!(values instanceof Float32Array)) refuse(name, 'Float32Array', values, 'type');
  lengthOf(name, values, length);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(`${name}[${bad}]`, 'finite number', values[bad]);
  return values;
}

/** σ(bias + x·weights) for rows of real numbers: sums in float64, in the order of the inputs. */
function means(rows: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array {
  const { sigmoid } = kernels();
  const outputs = bias.length;
  const inputs = weights.length / outputs;
  if (rows.length % inputs) {
    throw new RangeError(`"rows" expected a multiple of ${inputs} numbers, got ${rows.length}`);
  }
  const result = new Float32Array((rows.length / inputs) * outputs);
  const sums = new Float64Array(outputs);
  for (let r = 0; r * inputs < rows.length; r++) {
    sums.set(bias);
    for (let i = 0; i < inputs; i++) {
      const x = rows[r * inputs + i];
      if (x !== 0) for (let j = 0; j < outputs; j++) sums[j] += x * weights[i * outputs + j];
    }
    for (let j = 0; j < outputs; j++) result[r * outputs + j] = sigmoid(sums[j]);
  }
  return result;
}
