/**
 * The layers of an RBM as values. Unit i has the energy
 *   E_i(x) = -θ_i x              two-valued units, x one of two levels: 0 and 1, or -1 and +1
 *   E_i(x) = γ_i x²/2 - θ_i x    real units: x any number (Gaussian), or x >= 0 (rectified linear)
 * with bias θ and precision γ, and the only interaction of the layers of an RBM is -Σ v_i W_ij h_j. So given its inputs
 * a_i = θ_i + Σ_j W_ij h_j a layer factorises, p(x | a) ∝ e^{a x - γ x²/2}, and the functions of `Layer` are all that
 * an RBM needs.
 */

import { BitRows } from '../../util/bits.js';
import { lengthOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { kernels } from '../../wasm/scalar.js';
import { freeSums } from './freeSums.js';
import { Noise } from './noise.js';
import { rectifiedLogIntegral, rectifiedMean, rectifiedVariance } from './rectified.js';

/** An array of floating-point numbers. */
export type Floats = Float32Array | Float64Array;

/**
 * Configurations of a layer: rows of bits for two-valued units (bit 1 is the upper level), row-major numbers [rows,
 * size] for real units.
 */
export type States = BitRows | Float32Array;

/** Kind of units: {0,1} bits, ±1 spins, Gaussian, or rectified linear. */
export type LayerKind = 'bits' | 'spins' | 'gaussian' | 'relu';

/**
 * A layer of an RBM. `inputs` are always total inputs a, bias included, row-major [rows, size]; results are fresh
 * arrays, [rows, size] or one number per row. Functions of states also take numbers [rows, size] in place of bits, such
 * as means, and use their values in the energy.
 */
export interface Layer<S extends States = States> {
  readonly kind: LayerKind;
  /** Number of units. */
  readonly size: number;
  /** θ, [size]. */
  readonly bias: Floats;
  /** γ, [size], of real units. */
  readonly precision?: Float32Array;
  /** The values of bits 0 and 1 of a two-valued unit. */
  readonly levels?: readonly [low: number, high: number];
  /** The same units with another bias. */
  withBias(bias: Floats): Layer<S>;
  /** The states as numbers, [rows, size]. */
  values(states: S | Float32Array): Float32Array;
  /** Σ_i E_i(x_i), one number per row; Infinity if a rectified unit is negative. */
  energy(states: S | Float32Array): Float64Array;
  /** -Σ_i log Σ_x e^{a_i x - γ_i x²/2} (an integral for real units), one number per row. */
  freeEnergy(inputs: Floats): Float64Array;
  /** ⟨x_i⟩ given the inputs. */
  mean(inputs: Floats): Float32Array;
  /** ⟨x_i²⟩ - ⟨x_i⟩² given the inputs. */
  variance(inputs: Floats): Float32Array;
  /** The most probable x_i given the inputs; the lower level if both are equally probable. */
  mode(inputs: Floats): S;
  /** One sample per row; `noise` is the source of random numbers, or a seed. */
  sample(inputs: Floats, noise: Noise | Seed): S;
}

/** {0,1} units. @param bias θ, kept @throws TypeError or RangeError if not finite floats */
export function bitLayer(bias: Floats): Layer<BitRows> {
  return new TwoValued('bits', bias, [0, 1]);
}

/** ±1 units; bit 1 is +1. @param bias θ, kept @throws TypeError or RangeError if not finite floats */
export function spinLayer(bias: Floats): Layer<BitRows> {
  return new TwoValued('spins', bias, [-1, 1]);
}

/**
 * Gaussian units: given inputs a, x ~ N(a/γ, 1/γ).
 * @param bias θ, kept
 * @param precision γ > 0, kept; default 1
 * @throws TypeError if not floats; RangeError for another length, a bias that is not finite, or a precision that is not
 *   a finite number > 0
 */
export function gaussianLayer(bias: Floats, precision?: Float32Array): Layer<Float32Array> {
  return new Real('gaussian', bias, precision, NORMAL);
}

/**
 * Rectified linear units: given inputs a, x ~ N(a/γ, 1/γ) given that x >= 0.
 * @param bias θ, kept
 * @param precision γ > 0, kept; default 1
 * @throws TypeError or RangeError as `gaussianLayer`
 */
export function reluLayer(bias: Floats, precision?: Float32Array): Layer<Float32Array> {
  return new Real('relu', bias, precision, RECTIFIED);
}

/** The constructor of each kind of layer; two-valued units have no precision. */
export const LAYERS: Readonly<Record<LayerKind, (bias: Floats, precision?: Float32Array) => Layer>> = {
  bits: bitLayer,
  spins: spinLayer,
  gaussian: gaussianLayer,
  relu: reluLayer,
};

/** All kinds of layers. */
export const LAYER_KINDS = Object.keys(LAYERS) as LayerKind[];

/** @throws TypeError if not floats, RangeError for another length or an entry that is not finite */
export function checkBias(name: string, bias: unknown, size?: number): Floats {
  if (!(bias instanceof Float32Array || bias instanceof Float64Array)) {
    refuse(name, 'Float32Array or Float64Array', bias, 'type');
  }
  if (size !== undefined) lengthOf(name, bias, size);
  if (bias.length === 0) throw new RangeError(`"${name}" expected at least one unit, got none`);
  const bad = (bias as Float64Array).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(`${name}[${bad}]`, 'finite number', bias[bad]);
  return bias;
}

/** Number of rows of numbers. @throws RangeError if they are not whole rows */
export function rowsOf(name: string, values: { length: number }, size: number): number {
  if (values.length % size) {
    throw new RangeError(`"${name}" expected a multiple of ${size} numbers, got ${values.length}`);
  }
  return values.length / size;
}

function asNoise(noise: Noise | Seed): Noise {
  return noise instanceof Noise ? noise : new Noise(streamKey(checkSeed('seed', noise), 'layer'));
}

/** One number per row: Σ_i term(x_i, i). */
function rowSums(values: Floats, size: number, term: (x: number, i: number) => number): Float64Array {
  return Float64Array.from({ length: rowsOf('rows', values, size) }, (_, r) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += term(values[r * size + i], i);
    return sum;
  });
}

/** f(x, unit) of each number. */
function each(values: Floats, size: number, f: (x: number, i: number) => number): Float32Array {
  rowsOf('rows', values, size);
  const result = new Float32Array(values.length);
  for (let first = 0; first < values.length; first += size) {
    for (let i = 0; i < size; i++) result[first + i] = f(values[first + i], i);
  }
  return result;
}

/** Rows of bits: bit k is decide(x_k, k) over all rows. */
function bitsWhere(values: Floats, size: number, decide: (x: number, k: number) => boolean): BitRows {
  const rows = new BitRows(rowsOf('rows', values, size), size);
  for (let r = 0; r < rows.count; r++) {
    for (let i = 0; i < size; i++) {
      if (decide(values[r * size + i], r * size + i)) rows.bytes[r * rows.stride + (i >> 3)] |= 1 << (i & 7);
    }
  }
  return rows;
}

class TwoValued implements Layer<BitRows> {
  readonly size: number;
  readonly bias: Floats;

  constructor(
    readonly kind: 'bits' | 'spins',
    bias: Floats,
    readonly levels: readonly [number, number],
  ) {
    this.bias = checkBias('bias', bias);
    this.size = bias.length;
  }

  /** Upper minus lower level: log p(high)/p(low) = step·a. */
  get #step(): number {
    return this.levels[1] - this.levels[0];
  }

  withBias(bias: Floats): Layer<BitRows> {
    return new TwoValued(this.kind, checkBias('bias', bias, this.size), this.levels);
  }

  values(states: BitRows | Float32Array): Float32Array {
    if (states instanceof Float32Array) return states;
    if (states.width !== this.size) {
      throw new RangeError(`"states" expected ${this.size} bits per row, got ${states.width}`);
    }
    const result = new Float32Array(states.count * this.size);
    for (let r = 0, k = 0; r < states.count; r++) {
      for (let i = 0; i < this.size; i++, k++) result[k] = this.levels[states.bit(r, i)];
    }
    return result;
  }

  energy(states: BitRows | Float32Array): Float64Array {
    return rowSums(this.values(states), this.size, (x, i) => -this.bias[i] * x);
  }

  freeEnergy(inputs: Floats): Float64Array {
    rowsOf('rows', inputs, this.size);
    return freeSums(inputs, this.size, this.levels[0], this.#step).map((sum) => -sum);
  }

  mean(inputs: Floats): Float32Array {
    const { sigmoid } = kernels();
    const [low] = this.levels;
    const step = this.#step;
    return each(inputs, this.size, (a) => low + step * sigmoid(step * a));
  }

  variance(inputs: Floats): Float32Array {
    const { sigmoid } = kernels();
    const step = this.#step;
    return each(inputs, this.size, (a) => step * step * sigmoid(step * a) * sigmoid(-step * a));
  }

  mode(inputs: Floats): BitRows {
    return bitsWhere(inputs, this.size, (a) => a > 0);
  }

  sample(inputs: Floats, noise: Noise | Seed): BitRows {
    const { sigmoid } = kernels();
    const step = this.#step;
    const random = asNoise(noise).uniform(inputs.length);
    return bitsWhere(inputs, this.size, (a, k) => random[k] < sigmoid(step * a));
  }
}

/**
 * A real unit of precision 1, given its input t. Other precisions are reduced to it, since x√γ has precision 1 and the
 * input a/√γ.
 */
interface StandardUnit {
  /** log ∫ e^{tx - x²/2} dx. */
  logIntegral(t: number): number;
  mean(t: number): number;
  variance(t: number): number;
  mode(t: number): number;
  sample(t: Float64Array, noise: Noise): Float32Array;
  /** Whether x is a possible value. */
  allows(x: number): boolean;
}

const LOG_ROOT_TWO_PI = 0.9189385332046727;

const NORMAL: StandardUnit = {
  logIntegral: (t) => (t * t) / 2 + LOG_ROOT_TWO_PI,
  mean: (t) => t,
  variance: () => 1,
  mode: (t) => t,
  sample: (t, noise) => noise.normal(t.length).map((x, k) => x + t[k]),
  allows: () => true,
};

const RECTIFIED: StandardUnit = {
  logIntegral: rectifiedLogIntegral,
  mean: rectifiedMean,
  variance: rectifiedVariance,
  mode: (t) => Math.max(0, t),
  sample: (t, noise) => noise.rectified(t),
  allows: (x) => x >= 0,
};

class Real implements Layer<Float32Array> {
  readonly size: number;
  readonly bias: Floats;
  readonly precision: Float32Array;
  readonly #unit: StandardUnit;
  /** 1/√γ. */
  readonly #width: Float64Array;
  /** -½ Σ log γ. */
  readonly #logWidths: number;

  constructor(
    readonly kind: 'gaussian' | 'relu',
    bias: Floats,
    precision: Float32Array | undefined,
    unit: StandardUnit,
  ) {
    this.bias = checkBias('bias', bias);
    this.size = bias.length;
    this.precision = precision ?? new Float32Array(this.size).fill(1);
    if (!(this.precision instanceof Float32Array)) refuse('precision', 'Float32Array', precision, 'type');
    lengthOf('precision', this.precision, this.size);
    const bad = this.precision.findIndex((value) => !(value > 0 && Number.isFinite(value)));
    if (bad >= 0) refuse(`precision[${bad}]`, 'number > 0', this.precision[bad]);
    this.#unit = unit;
    this.#width = Float64Array.from(this.precision, (gamma) => 1 / Math.sqrt(gamma));
    this.#logWidths = this.#width.reduce((sum, width) => sum + kernels().log(width), 0);
  }

  withBias(bias: Floats): Layer<Float32Array> {
    return new Real(this.kind, checkBias('bias', bias, this.size), this.precision, this.#unit);
  }

  values(states: Float32Array): Float32Array {
    if (!(states instanceof Float32Array)) refuse('states', 'Float32Array', states, 'type');
    return states;
  }

  energy(states: Float32Array): Float64Array {
    return rowSums(this.values(states), this.size, (x, i) =>
      this.#unit.allows(x) ? (this.precision[i] * x * x) / 2 - this.bias[i] * x : Infinity,
    );
  }

  freeEnergy(inputs: Floats): Float64Array {
    return rowSums(inputs, this.size, (a, i) => -this.#unit.logIntegral(a * this.#width[i])).map(
      (sum) => sum - this.#logWidths,
    );
  }

  mean(inputs: Floats): Float32Array {
    return each(inputs, this.size, (a, i) => this.#width[i] * this.#unit.mean(a * this.#width[i]));
  }

  variance(inputs: Floats): Float32Array {
    return each(inputs, this.size, (a, i) => this.#unit.variance(a * this.#width[i]) / this.precision[i]);
  }

  mode(inputs: Floats): Float32Array {
    return each(inputs, this.size, (a, i) => this.#width[i] * this.#unit.mode(a * this.#width[i]));
  }

  sample(inputs: Floats, noise: Noise | Seed): Float32Array {
    rowsOf('rows', inputs, this.size);
    const standard = Float64Array.from(inputs, (a, k) => a * this.#width[k % this.size]);
    return this.#unit.sample(standard, asNoise(noise)).map((x, k) => x * this.#width[k % this.size]);
  }
}
