/** The restricted Boltzmann machine as a value: two layers and the weights between them. */

import { BitRows } from '../../util/bits.js';
import { checkList, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { INSPECT, shownAs } from '../../util/inspect.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { Conditional } from './conditional.js';
import { Dense } from './dense.js';
import { bitLayer, checkBias, type Floats, type Layer, rowsOf, type States } from './layers.js';
import { Noise } from './noise.js';
import { transpose } from './panels.js';

/** An RBM of {0,1} units. */
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

/** An RBM of any units. */
export interface RbmLayers<V extends States = States, H extends States = States> {
  visibleLayer: Layer<V>;
  hiddenLayer: Layer<H>;
  /** W, row-major [visible, hidden]. */
  weights: Float32Array;
}

const PARAMETERS = [
  'visible',
  'hidden',
  'weights',
  'visibleBias',
  'hiddenBias',
  'visibleLayer',
  'hiddenLayer',
] as const;

/** An RBM of any units. */
export type AnyRbm = Rbm<States, States>;

/** Options of `Rbm.gibbs`. */
export interface GibbsOptions {
  /** Steps v → h → v. */
  steps: number;
  /** Seed of all random numbers. */
  seed: Seed;
  /** Number of the first step: a long run in several calls then gives the same bits as in one. Default 0. */
  from?: number;
  /** Visible units that keep their values: the other units are then sampled given these. Default: none. */
  clamp?: readonly number[];
}

/**
 * One layer given the other: inputs, means and samples. The weights are converted to the kernels' layout at the first
 * use, and kept.
 */
class Side<From extends States, To extends States> {
  #bits: Conditional | undefined;
  #dense: Dense | undefined;
  #noise: Noise | undefined;

  /** @param weights row-major [from, to] */
  constructor(
    readonly from: Layer<From>,
    readonly to: Layer<To>,
    readonly weights: () => Float32Array,
  ) {}

  #conditional(): Conditional {
    this.#bits ??= new Conditional(this.weights(), this.to.bias, this.from.levels, this.to.levels);
    return this.#bits;
  }

  /** Inputs in float64 for any states. */
  exactInputs(states: From | Float32Array): Float64Array {
    this.#dense ??= new Dense(this.weights(), this.to.bias);
    return this.#dense.inputs(this.from.values(states));
  }

  /** Inputs, by tables in float32 if the states are bits. */
  inputs(states: From | Float32Array): Floats {
    return states instanceof BitRows ? this.#conditional().inputs(states) : this.exactInputs(states as Float32Array);
  }

  mean(states: From | Float32Array): Float32Array {
    if (states instanceof BitRows && this.to.levels) return this.#conditional().means(states);
    return this.to.mean(this.inputs(states));
  }

  /** One sample per row; `index` numbers the samples of one key. */
  sample(states: From, key: bigint, index = 0): To {
    if (states instanceof BitRows && this.to.levels) return this.#conditional().sample(states, key, index) as To;
    this.#noise ??= new Noise(key, index);
    this.#noise.seed(key, index);
    return this.to.sample(this.inputs(states), this.#noise);
  }
}

/**
 * The restricted Boltzmann machine
 *   E(v,h) = E_v(v) + E_h(h) - vᵀWh,  p(v,h) = e^{-E}/Z,
 * with two layers and the weights between them. The layers define the kinds of units; `{ visible, hidden, weights,
 * visibleBias, hiddenBias }` is an RBM of {0,1} units, E = -c·v - b·h - vᵀWh. Energies are in units of kT.
 * @example
 * const rbm = new Rbm({
 *   visible: 2,
 *   hidden: 1,
 *   weights: new Float32Array([1, -1]),
 *   visibleBias: new Float32Array(2),
 *   hiddenBias: new Float32Array(1),
 * });
 * rbm.freeEnergy(new BitRows(1, 2)); // [-0.693], of the row 00
 */
export class Rbm<V extends States = BitRows, H extends States = BitRows> implements RbmParameters {
  // own properties are numbers and arrays only, so that a structured clone of an RBM of {0,1} units has its parameters
  /** Number of visible units. */
  readonly visible: number;
  /** Number of hidden units. */
  readonly hidden: number;
  /** W, row-major [visible, hidden]. */
  readonly weights: Float32Array;
  /** θ of the visible layer, rounded to float32 if it is in float64 (as after a conversion). */
  readonly visibleBias: Float32Array;
  /** θ of the hidden layer, rounded to float32 if it is in float64. */
  readonly hiddenBias: Float32Array;
  readonly #visibleLayer: Layer<V>;
  readonly #hiddenLayer: Layer<H>;
  readonly #up: Side<V, H>;
  readonly #down: Side<H, V>;

  /**
   * @param parameters layers and weights, or those of an RBM of {0,1} units; kept, not copied
   * @throws TypeError or RangeError if a length does not fit or a parameter is not finite
   */
  constructor(parameters: RbmParameters | RbmLayers<V, H>) {
    knownOptions('Rbm', parameters, PARAMETERS, 'parameters');
    const { visibleLayer, hiddenLayer } =
      'visibleLayer' in parameters ? parameters : (bitLayers(parameters) as unknown as RbmLayers<V, H>);
    this.#visibleLayer = checkLayer('visibleLayer', visibleLayer);
    this.#hiddenLayer = checkLayer('hiddenLayer', hiddenLayer);
    this.visible = visibleLayer.size;
    this.hidden = hiddenLayer.size;
    this.weights = finiteFloats('weights', parameters.weights, this.visible * this.hidden);
    this.visibleBias = asFloat32(visibleLayer.bias);
    this.hiddenBias = asFloat32(hiddenLayer.bias);
    this.#up = new Side(visibleLayer, hiddenLayer, () => this.weights);
    this.#down = new Side(hiddenLayer, visibleLayer, () => transpose(this.weights, this.visible, this.hidden));
  }

  /** The visible layer. */
  get visibleLayer(): Layer<V> {
    return this.#visibleLayer;
  }

  /** The hidden layer. */
  get hiddenLayer(): Layer<H> {
    return this.#hiddenLayer;
  }

  /**
   * The RBM with visible and hidden layer exchanged.
   * @throws TypeError or RangeError if a parameter was changed to an invalid one
   */
  mirror(): Rbm<H, V> {
    const { visibleLayer, hiddenLayer } = this;
    const weights = transpose(this.weights, this.visible, this.hidden);
    return new Rbm<H, V>({ visibleLayer: hiddenLayer, hiddenLayer: visibleLayer, weights });
  }

  /**
   * E(v,h) = E_v(v) + E_h(h) - vᵀWh of each pair of rows, in units of kT, in float64.
   * @throws TypeError if not states; RangeError for another width, or different numbers of rows
   */
  energy(v: V | Float32Array, h: H | Float32Array): Float64Array {
    const rows = this.#rows('v', v, this.visible);
    if (this.#rows('h', h, this.hidden) !== rows) {
      throw new RangeError(`"h" expected ${rows} rows as in "v", got ${this.#rows('h', h, this.hidden)}`);
    }
    const { hidden } = this;
    const { bias } = this.hiddenLayer;
    const inputs = this.#up.exactInputs(v);
    const values = this.hiddenLayer.values(h);
    const own = this.hiddenLayer.energy(h);
    return this.visibleLayer.energy(v).map((energy, r) => {
      let met = 0; // vᵀWh: the inputs without the bias
      for (let j = 0; j < hidden; j++) met += (inputs[r * hidden + j] - bias[j]) * values[r * hidden + j];
      return energy + own[r] - met;
    });
  }

  /**
   * F(v) = -log Σ_h e^{-E(v,h)} (an integral for real units) of each row, in units of kT, in float64. For that of h use
   * `mirror()`.
   * @throws TypeError if not states; RangeError for another width
   */
  freeEnergy(v: V | Float32Array): Float64Array {
    this.#rows('v', v, this.visible);
    const hidden = this.hiddenLayer.freeEnergy(this.#up.exactInputs(v));
    return this.visibleLayer.energy(v).map((energy, r) => energy + hidden[r]);
  }

  /**
   * b_j + (vW)_j, [rows, hidden]; float32 sums if v is bits.
   * @throws TypeError if not states; RangeError for another width
   */
  hiddenInputs(v: V | Float32Array): Float32Array {
    this.#rows('v', v, this.visible);
    return asFloat32(this.#up.inputs(v));
  }

  /**
   * c_i + (Wh)_i, [rows, visible]; float32 sums if h is bits.
   * @throws TypeError if not states; RangeError for another width
   */
  visibleInputs(h: H | Float32Array): Float32Array {
    this.#rows('h', h, this.hidden);
    return asFloat32(this.#down.inputs(h));
  }

  /**
   * ⟨h_j⟩ given v, [rows, hidden]; v as states, or as means [rows, visible] (mean field). For {0,1} units it is p(h_j =
   * 1 | v).
   * @throws TypeError if not states; RangeError for another width
   */
  meanHidden(v: V | Float32Array): Float32Array {
    this.#rows('v', v, this.visible);
    return this.#up.mean(v);
  }

  /**
   * ⟨v_i⟩ given h, [rows, visible]; h as states, or as means [rows, hidden] (mean field).
   * @throws TypeError if not states; RangeError for another width
   */
  meanVisible(h: H | Float32Array): Float32Array {
    this.#rows('h', h, this.hidden);
    return this.#down.mean(h);
  }

  /**
   * ⟨h_j²⟩ - ⟨h_j⟩² given v, [rows, hidden].
   * @throws TypeError if not states; RangeError for another width
   */
  varianceHidden(v: V | Float32Array): Float32Array {
    this.#rows('v', v, this.visible);
    return this.hiddenLayer.variance(this.#up.inputs(v));
  }

  /**
   * ⟨v_i²⟩ - ⟨v_i⟩² given h, [rows, visible].
   * @throws TypeError if not states; RangeError for another width
   */
  varianceVisible(h: H | Float32Array): Float32Array {
    this.#rows('h', h, this.hidden);
    return this.visibleLayer.variance(this.#down.inputs(h));
  }

  /**
   * The most probable h given v.
   * @throws TypeError if not states; RangeError for another width
   */
  modeHidden(v: V | Float32Array): H {
    this.#rows('v', v, this.visible);
    return this.hiddenLayer.mode(this.#up.inputs(v));
  }

  /**
   * The most probable v given h.
   * @throws TypeError if not states; RangeError for another width
   */
  modeVisible(h: H | Float32Array): V {
    this.#rows('h', h, this.hidden);
    return this.visibleLayer.mode(this.#down.inputs(h));
  }

  /**
   * One sample of p(h | v) per row.
   * @throws TypeError if not states, or for a seed of a wrong kind; RangeError for another width, or an invalid seed
   */
  sampleHidden(v: V, seed: Seed): H {
    this.#rows('v', v, this.visible);
    return this.#up.sample(v, streamKey(checkSeed('seed', seed), 'sampleHidden'));
  }

  /**
   * One sample of p(v | h) per row.
   * @throws TypeError or RangeError as `sampleHidden`
   */
  sampleVisible(h: H, seed: Seed): V {
    this.#rows('h', h, this.hidden);
    return this.#down.sample(h, streamKey(checkSeed('seed', seed), 'sampleVisible'));
  }

  /**
   * Block Gibbs sampling: one chain per row, from the states v, `steps` times v → h → v. Each step keeps p(v,h), or
   * with `clamp` the distribution of the other units given the clamped ones; the number of steps until the initial
   * state is forgotten depends on the weights.
   * @returns the last v, and the h from which it was sampled
   * @throws TypeError or RangeError for states of another kind or width, or an option out of range
   */
  gibbs(v: V, options: GibbsOptions): { visible: V; hidden: H } {
    knownOptions('Rbm.gibbs', options, ['steps', 'seed', 'from', 'clamp']);
    this.#rows('v', v, this.visible);
    const steps = integer('steps', options.steps, 1, 2 ** 20);
    const seed = checkSeed('seed', options.seed);
    const from = integer('from', options.from ?? 0, 0, 2 ** 20);
    const { clamp = [] } = options;
    checkList('clamp', clamp, 'array of units');
    const clamped = clamp.map((unit, k) => integer(`clamp[${k}]`, unit, 0, this.visible - 1));
    const up = streamKey(seed, 'gibbs hidden');
    const down = streamKey(seed, 'gibbs visible');
    let visible = v;
    let hidden: H;
    let step = 0;
    do {
      hidden = this.#up.sample(visible, up, from + step);
      visible = this.#down.sample(hidden, down, from + step);
      if (clamped.length > 0) hold(visible, v, clamped, this.visible);
    } while (++step < steps);
    return { visible, hidden };
  }

  /** How Node prints it: size and kind of the layers, and the largest weight. */
  [INSPECT](_depth: number, options: object, inspect: Parameters<typeof shownAs>[3]): string {
    const { visible, hidden, visibleLayer, hiddenLayer, weights } = this;
    const largestWeight = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const units = { visible: `${visible} ${visibleLayer.kind}`, hidden: `${hidden} ${hiddenLayer.kind}` };
    return shownAs('Rbm', { ...units, largestWeight }, options, inspect);
  }

  /** Number of rows. @throws TypeError if not states, RangeError for another width */
  #rows(name: string, states: States, width: number): number {
    if (states instanceof Float32Array) return rowsOf(name, states, width);
    if (!(states instanceof BitRows)) refuse(name, 'BitRows or Float32Array', states, 'type');
    if (states.width !== width) {
      throw new RangeError(`"${name}" expected ${width} bits per row, got ${states.width}`);
    }
    return states.count;
  }
}

/** Copies the clamped units of each row from `kept` to `states`. */
function hold(states: States, kept: States, clamped: readonly number[], width: number): void {
  if (states instanceof BitRows) {
    const from = kept as BitRows;
    const mask = new Uint8Array(states.stride);
    for (const i of clamped) mask[i >> 3] |= 1 << (i & 7);
    states.bytes.forEach((byte, k) => {
      const m = mask[k % states.stride];
      states.bytes[k] = (byte & ~m) | (from.bytes[k] & m);
    });
  } else {
    const from = kept as Float32Array;
    for (let first = 0; first < states.length; first += width) {
      for (const i of clamped) states[first + i] = from[first + i];
    }
  }
}

function asFloat32(values: Floats): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** The layers of an RBM of {0,1} units. */
function bitLayers({ visible, hidden, weights, visibleBias, hiddenBias }: RbmParameters) {
  finiteFloats('weights', weights, integer('visible', visible) * integer('hidden', hidden));
  return {
    visibleLayer: bitLayer(finiteFloats('visibleBias', visibleBias, visible)),
    hiddenLayer: bitLayer(finiteFloats('hiddenBias', hiddenBias, hidden)),
  };
}

/** @throws TypeError if it is not a layer, RangeError for a bias that is not finite */
function checkLayer<S extends States>(name: string, layer: Layer<S>): Layer<S> {
  if (layer === null || typeof layer !== 'object' || typeof layer.freeEnergy !== 'function') {
    refuse(name, 'a layer (bitLayer, spinLayer, gaussianLayer, reluLayer)', layer, 'type');
  }
  checkBias(`${name}.bias`, layer.bias);
  return layer;
}

/** @throws TypeError if not a Float32Array, RangeError for another length or an entry that is not finite */
export function finiteFloats(name: string, values: unknown, length: number): Float32Array {
  if (!(values instanceof Float32Array)) refuse(name, 'Float32Array', values, 'type');
  lengthOf(name, values, length);
  // what is not finite makes the sum of 0·value a NaN: a million weights per epoch are looked at
  let none = 0;
  for (let k = 0; k < length; k++) none += 0 * values[k];
  if (none === 0) return values;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  refuse(`${name}[${bad}]`, 'finite number', values[bad]);
}
