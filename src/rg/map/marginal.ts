/**
 * One layer of an RBM of spins, the other layer summed over: the log weights of many configurations at once, and the
 * moments of their gradients,
 *   log Σ_h e^{c·v + b·h + vᵀWh} = c·v + Σ_j ln 2cosh x_j,  x_j = b_j + Σ_i W_ij v_i.
 * The parameters are in one array: W row-major [visible, hidden], then c, then b. All numbers are from the kernels or
 * plain arithmetic, in double precision.
 */

import type { BitRows } from '../../util/bits.js';
import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';
import { linearTable } from './spinRbm.js';

/** Configurations of a layer of spins, with the sums over them. */
export interface Configurations {
  readonly count: number;
  readonly width: number;
  /** out_r = offset + Σ_i a_i v_i of each configuration; returns out. */
  linear(a: Float64Array, offset: number, out: Float64Array): Float64Array;
  /** Calls `give` with Σ_r d_r v_i for every spin i; returns Σ_r d_r. Overwrites d. */
  moments(d: Float64Array, give: (i: number, moment: number) => void): number;
}

/** All 2^width states; spin i of state s is bit i of s. */
export class AllStates implements Configurations {
  readonly count: number;

  constructor(readonly width: number) {
    this.count = 2 ** width;
  }

  linear(a: Float64Array, offset: number, out: Float64Array): Float64Array {
    return linearTable(a, 1, offset, out);
  }

  /** The table is folded in half, from the highest spin down. */
  moments(d: Float64Array, give: (i: number, moment: number) => void): number {
    for (let half = d.length / 2, i = Math.log2(d.length) - 1; i >= 0; half /= 2, i--) {
      let up = 0;
      let down = 0;
      for (let s = 0; s < half; s++) {
        down += d[s];
        up += d[s + half];
        d[s] += d[s + half];
      }
      give(i, up - down);
    }
    return d[0];
  }
}

/**
 * Rows of bits, byte by byte: the part of a byte in Σ a_i v_i is looked up in a table of 256 entries, and moments are
 * first summed by the value of each byte.
 */
export class Rows implements Configurations {
  readonly count: number;
  readonly width: number;
  readonly #rows: BitRows;
  readonly #bytes: AllStates[];

  constructor(rows: BitRows) {
    this.count = rows.count;
    this.width = rows.width;
    this.#rows = rows;
    this.#bytes = Array.from({ length: rows.stride }, (_, k) => new AllStates(Math.min(8, rows.width - 8 * k)));
  }

  linear(a: Float64Array, offset: number, out: Float64Array): Float64Array {
    const { bytes, stride } = this.#rows;
    const tables = new Float64Array(256 * stride);
    this.#bytes.forEach((byte, k) => {
      const table = tables.subarray(256 * k, 256 * k + byte.count);
      byte.linear(a.subarray(8 * k, 8 * k + byte.width), k === 0 ? offset : 0, table);
    });
    for (let r = 0, at = 0; r < out.length; r++) {
      let sum = 0;
      for (let k = 0; k < stride; k++) sum += tables[256 * k + bytes[at++]];
      out[r] = sum;
    }
    return out;
  }

  moments(d: Float64Array, give: (i: number, moment: number) => void): number {
    const { bytes, stride } = this.#rows;
    const tables = new Float64Array(256 * stride);
    for (let r = 0, at = 0; r < d.length; r++) {
      for (let k = 0; k < stride; k++) tables[256 * k + bytes[at++]] += d[r];
    }
    this.#bytes.forEach((byte, k) => {
      byte.moments(tables.subarray(256 * k, 256 * k + byte.count), (i, moment) => give(8 * k + i, moment));
    });
    return tables[0];
  }
}

/**
 * Log weights and moments of fixed configurations of one layer at given parameters: memory for one number per
 * configuration and unit of the other layer.
 */
export class Marginal {
  readonly #configurations: Configurations;
  readonly #units: number;
  /**
   * W_ij between spin i of this layer and unit j of the other is at i·row + j·column, the biases begin at `own` and
   * `other`.
   */
  readonly #row: number;
  readonly #column: number;
  readonly #own: number;
  readonly #other: number;
  /** Number of configurations, rounded up to even: the kernel takes two at once. */
  readonly #stride: number;
  readonly #machine: LearningMachine<'inputs' | 'sums' | 'products'>;

  /**
   * @param configurations of the layer, kept
   * @param layer of the configurations
   * @param units of the other layer, at most 1000
   */
  constructor(configurations: Configurations, layer: 'visible' | 'hidden', units: number) {
    const { width, count } = configurations;
    const size = width * units;
    this.#configurations = configurations;
    this.#units = units;
    [this.#row, this.#column] = layer === 'visible' ? [units, 1] : [1, width];
    [this.#own, this.#other] = layer === 'visible' ? [size, size + width] : [size + units, size];
    this.#stride = count + (count % 2);
    const column = 8 * this.#stride;
    this.#machine = new Machine(LEARNING, { inputs: column * units, sums: column, products: column });
  }

  /** c·v + Σ_j ln 2cosh x_j of each configuration, in a fresh array; keeps tanh x_j for `addMoments`. */
  logWeights(x: Float64Array): Float64Array {
    const { width, count } = this.#configurations;
    const { kernels, at } = this.#machine;
    const inputs = this.#machine.f64('inputs');
    const sums = this.#machine.f64('sums').fill(0);
    const products = this.#machine.f64('products').fill(1);
    const weights = new Float64Array(width);
    for (let j = 0; j < this.#units; j++) {
      for (let i = 0; i < width; i++) weights[i] = x[i * this.#row + j * this.#column];
      const from = j * this.#stride;
      this.#configurations.linear(weights, x[this.#other + j], inputs.subarray(from, from + count));
      kernels.spinUnits(at.inputs + 8 * from, this.#stride, at.sums, at.products);
    }
    const { log } = kernels;
    const logs = this.#configurations.linear(x.subarray(this.#own, this.#own + width), 0, new Float64Array(count));
    for (let r = 0; r < count; r++) logs[r] += sums[r] + log(products[r]);
    return logs;
  }

  /**
   * Adds Σ_r d_r v_i tanh x_j, Σ_r d_r v_i and Σ_r d_r tanh x_j to the gradient, at the parameters of the last call of
   * `logWeights`.
   */
  addMoments(d: Float64Array, gradient: Float64Array): void {
    const inputs = this.#machine.f64('inputs');
    const factors = new Float64Array(d.length);
    for (let j = 0; j < this.#units; j++) {
      for (let r = 0, at = j * this.#stride; r < d.length; r++) factors[r] = d[r] * inputs[at + r];
      gradient[this.#other + j] += this.#configurations.moments(factors, (i, moment) => {
        gradient[i * this.#row + j * this.#column] += moment;
      });
    }
    factors.set(d);
    this.#configurations.moments(factors, (i, moment) => {
      gradient[this.#own + i] += moment;
    });
  }
}

/** log Σ e^x and e^x/Σ e^x, the latter in a fresh array. */
export function normalise(logs: Float64Array): { logZ: number; p: Float64Array } {
  const { exp, log } = kernels();
  const high = logs.reduce((most, value) => Math.max(most, value), -Infinity);
  const p = logs.map((value) => exp(value - high));
  const total = sumOf(p);
  return { logZ: high + log(total), p: p.map((value) => value / total) };
}

/** Σ x, by blocks of 1024. */
export function sumOf(x: Float64Array): number {
  let sum = 0;
  for (let first = 0; first < x.length; first += 1024) {
    const end = Math.min(x.length, first + 1024);
    let part = 0;
    for (let k = first; k < end; k++) part += x[k];
    sum += part;
  }
  return sum;
}
