/**
 * The engine for layers of any kind, by the kernel of assembly/rbm/numeric.ts: states are numbers, and precisions of real visible units are learned, by
 * their logarithms. It also takes real numbers as data for two-valued units, as the means of the units that they are (Hinton & Salakhutdinov 2006).
 */

import { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import { streamKey } from '../../util/random.js';
import { RealRows } from '../../util/reals.js';
import type { Machine } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';
import { LAYERS, type Layer, type States } from '../model/layers.js';
import { Noise } from '../model/noise.js';
import { padded } from '../model/panels.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';
import { Translations } from '../model/symmetric.js';
import {
  beginEpoch,
  beginSteps,
  type Engine,
  loadMoments,
  loadParameters,
  readMoments,
  readParameters,
} from './engine.js';
import { type NumericMachine, numericMachine } from './memory/numericLayout.js';
import { type CheckedOptions, isReal, persists, type UnitKinds } from './options.js';
import { beginPopulation, loadPopulation, populationFigures, readPopulation } from './population.js';
import { rescaled, scalesOf } from './scales.js';
import {
  type EpochRecord,
  emptyState,
  initialWeights,
  type Parameters,
  type TrainingState,
  type Weights,
} from './state.js';

/** A Gaussian or rectified visible unit may not become narrower than this share of its variance in the data: a likelihood without bound would let it. */
const MIN_VARIANCE_SHARE = 1e-3;
/** Range of numbers that are means of a kind of units. */
const RANGES: Record<string, readonly [number, number]> = { bits: [0, 1], spins: [-1, 1], relu: [0, Infinity] };

/** Options of a run of this engine. */
export type NumericOptions = CheckedOptions & { kinds: UnitKinds; learnVariance: boolean };

export function isNumeric(options: CheckedOptions): options is NumericOptions {
  return options.kinds !== undefined;
}

/** The data as numbers. @throws RangeError, naming the first entry, for numbers that no mean of such units can be; TypeError for bits as real units */
export function numbersOf(data: BitRows | RealRows, { visible }: UnitKinds): RealRows {
  if (data instanceof BitRows) {
    if (isReal(visible)) refuse('data', `RealRows for ${visible} visible units`, data, 'type');
    const values = LAYERS[visible](new Float32Array(data.width)).values(data as States);
    return new RealRows(data.count, data.width, values as Float32Array);
  }
  const range = RANGES[visible];
  if (!range) return data;
  const bad = data.values.findIndex((x) => !(x >= range[0] && x <= range[1]));
  if (bad >= 0) {
    const place = `${Math.floor(bad / data.width)}, ${bad % data.width}`;
    refuse(`data[${place}]`, `number in [${range.join(', ')}] for ${visible} visible units`, data.values[bad]);
  }
  return data;
}

/** Of the visible units over the rows, each row with its weight. */
export interface Moments {
  means: Float64Array;
  /** ⟨(v - mean)²⟩. */
  variances: Float64Array;
}

export function momentsOf(data: RealRows, importance: Float32Array | undefined, tied = false): Moments {
  const { count, width, values } = data;
  const weight = (r: number) => (importance ? importance[r] : 1);
  // from the first row, so that a column that does not vary has a variance of 0 whatever its weights round to
  const origin = importance ? values.slice(0, width) : new Float32Array(width);
  let total = 0;
  for (let r = 0; r < count; r++) total += weight(r);
  const sum = (term: (x: number, i: number) => number) => {
    const sums = new Float64Array(width);
    values.forEach((x, k) => {
      sums[k % width] += weight(Math.floor(k / width)) * term(x, k % width);
    });
    return sums.map((all) => all / total);
  };
  // of tied units, those of all together
  const common = (all: Float64Array) => (tied ? all.fill(all.reduce((a, b) => a + b, 0) / width) : all);
  const means = common(sum((x, i) => x - origin[i]).map((mean, i) => origin[i] + mean));
  return { means, variances: common(sum((x, i) => (x - means[i]) * (x - means[i]))) };
}

/** The RBM of a state. */
export function numericRbm({ visible, hidden }: UnitKinds, parameters: Weights): Rbm<States, States> {
  const { weights, visibleBias, hiddenBias, precision } = parameters;
  return new Rbm<States, States>({
    visibleLayer: LAYERS[visible](visibleBias, precision),
    hiddenLayer: LAYERS[hidden](hiddenBias),
    weights,
  });
}

/**
 * A fresh run: W ~ N(0, initialDeviation²), for real visible units in units of their spread (scales.ts), visible units that are independent and have the data's moments (rectified ones ⟨v²⟩ alone), hidden ones of bias
 * 0 and precision 1; or what `initial` is. At rest; chains as independent units of the data's moments.
 * @throws RangeError for an `initial` of other units, other numbers of them, or a hidden precision that is not 1
 */
export function initialNumericState(
  { means, variances }: Moments,
  rows: number,
  options: NumericOptions,
): TrainingState {
  const { kinds, hidden, initial, seed } = options;
  const visible = means.length;
  const state = emptyState(visible, options);
  const precision = Float32Array.from(spreads(kinds, { means, variances }), (spread) => 1 / spread);
  const bias = Float32Array.from(means, (mean, i) => {
    if (kinds.visible === 'gaussian') return precision[i] * mean;
    if (kinds.visible === 'relu') return 0;
    const spins = kinds.visible === 'spins';
    const ones = (spins ? (1 + mean) / 2 : mean) * rows;
    const odds = kernels().log((ones + 0.5) / (rows - ones + 0.5));
    return spins ? odds / 2 : odds;
  });
  if (initial) {
    checkInitial(initial, visible, options);
    state.weights = initial.weights.slice();
    state.visibleBias = initial.visibleBias.slice();
    state.hiddenBias = initial.hiddenBias.slice();
    state.precision?.set(initial.visibleLayer.precision as Float32Array);
    if (options.tied) checkShared(state, options.tied);
  } else {
    let weights = initialWeights(options, visible);
    // as many numbers as there are in the filters
    if (options.tied) weights = new Translations(options.tied).expand(weights.slice(0, hidden));
    const scales = unitsOf(kinds, { means, variances });
    Object.assign(state, rescaled({ weights }, scales, false, true), { visibleBias: bias });
    state.precision?.set(precision);
  }
  const atRest = LAYERS[kinds.hidden](new Float32Array(hidden));
  state.hiddenOffset?.set(atRest.mean(atRest.bias));
  state.chainValues?.set(
    independent(LAYERS[kinds.visible](bias, precision), options.chains, streamKey(seed, 'chains')),
  );
  state.chainFreeEnergies?.set(numericRbm(kinds, state).freeEnergy(state.chainValues as Float32Array));
  state.pace?.fill(1);
  return state;
}

function checkInitial(initial: AnyRbm, visible: number, { kinds, hidden }: NumericOptions): void {
  const { visibleLayer, hiddenLayer } = initial;
  if (visibleLayer.kind !== kinds.visible || hiddenLayer.kind !== kinds.hidden) {
    refuse('initial', `${kinds.visible}-${kinds.hidden} units`, `${visibleLayer.kind}-${hiddenLayer.kind}`);
  }
  if (initial.visible !== visible || initial.hidden !== hidden) {
    throw new RangeError(`"initial" expected ${visible}-${hidden} units, got ${initial.visible}-${initial.hidden}`);
  }
  if (hiddenLayer.precision?.some((gamma) => gamma !== 1)) {
    throw new RangeError('"initial" expected hidden units of precision 1: h√γ, W/√γ and b/√γ are the same model');
  }
}

/** @throws RangeError for parameters that are not the same for all translations, to the last bit */
function checkShared({ weights, visibleBias, hiddenBias, precision }: Weights, tied: readonly number[]): void {
  const translations = new Translations(tied);
  const same = (a: Float32Array, b: Float32Array) => a.every((x, k) => x === b[k]);
  const alike =
    same(weights, translations.expand(translations.project(weights))) &&
    same(hiddenBias, translations.expandBias(translations.projectBias(hiddenBias))) &&
    [visibleBias, precision ?? new Float32Array(1)].every((all) => all.every((x) => x === all[0]));
  if (!alike) throw new RangeError('"initial" expected parameters shared by all translations (translationInvariant)');
}

/** Variance of a Gaussian unit by itself, 1 if it is constant; ⟨v²⟩ of a rectified one, whose precision it gives at bias 0. */
function spreads({ visible }: UnitKinds, { means, variances }: Moments): Float64Array {
  return variances.map((variance, i) => (visible === 'relu' ? variance + means[i] * means[i] : variance) || 1);
}

/** The units of measure of the visible units: 1 where they are two-valued. */
function unitsOf(kinds: UnitKinds, moments: Moments): Float64Array {
  return isReal(kinds.visible) ? scalesOf(spreads(kinds, moments)) : new Float64Array(moments.means.length).fill(1);
}

/** Rows of units without inputs from others, as numbers. */
function independent(layer: Layer, rows: number, key: bigint): Float32Array {
  const inputs = new Float64Array(rows * layer.size);
  for (let r = 0; r < rows; r++) inputs.set(layer.bias, r * layer.size);
  return layer.values(layer.sample(inputs, new Noise(key)));
}

export class NumericEngine implements Engine {
  readonly kernel = 'learnLayers';
  readonly blocks: readonly number[];
  readonly batches: number;
  readonly #data: RealRows;
  readonly #options: NumericOptions;
  readonly #machine: NumericMachine;
  /** Units of measure in the machine (scales.ts), and whether its velocities are gradients. */
  readonly #scales: Float64Array;
  readonly #adam: boolean;

  constructor(data: RealRows, options: NumericOptions, moments: Moments, importance: Float32Array | undefined) {
    const { hidden, batchSize, passes, threads, kinds, steps, chains, centred, optimiser, learnVariance, tied } =
      options;
    this.#data = data;
    this.#options = options;
    const batch = Math.min(batchSize, data.count);
    const samples = data.count * passes;
    this.batches = Math.ceil(samples / batch);
    this.#machine = numericMachine({
      visible: data.width,
      hidden,
      visibleKind: kinds.visible,
      hiddenKind: kinds.hidden,
      batch,
      rows: data.count,
      samples,
      threads,
      persistent: persists(options),
      population: options.algorithm === 'population',
      steps,
      chains,
      centred,
      learned: learnVariance && isReal(kinds.visible),
      weighted: importance !== undefined,
      squares: optimiser === 'adam',
      ...(tied ? { sites: data.width } : {}),
    });
    const machine = this.#machine;
    if (tied) machine.u32('shifts').set(new Translations(tied).shifts());
    const scales = unitsOf(kinds, moments);
    this.#scales = scales;
    this.#adam = optimiser === 'adam';
    this.#spread(
      data.values.map((x, k) => x / scales[k % data.width]),
      machine.f32('data'),
    );
    if (importance) machine.f32('importance').set(importance);
    machine.f32('visibleOffset').set(moments.means.map((mean, i) => mean / scales[i]));
    machine.f32('hiddenWidth').fill(1);
    const most = spreads(kinds, moments).map((spread, i) => (scales[i] * scales[i]) / (MIN_VARIANCE_SHARE * spread));
    machine.f32('mostPrecision').fill(1).set(most);
    this.blocks = [machine.at.layered, machine.at.step];
  }

  get memory(): Machine<never> {
    return this.#machine as never;
  }

  load(parameters: Parameters): void {
    const from = rescaled(parameters, this.#scales, this.#adam);
    const machine = this.#machine;
    const visible = this.#data.width;
    const { hidden } = this.#options;
    loadParameters(machine, visible, hidden, from);
    loadMoments(machine, visible, hidden, from);
    machine.f32('visibleBias').fill(0, visible);
    machine.f32('hiddenBias').fill(0, hidden);
    if (from.precision) {
      machine.f32('precision').fill(1).set(from.precision);
      // the same operations as in the kernel that writes it
      const widths = Float32Array.from(from.precision, (gamma) => 1 / Math.fround(Math.sqrt(gamma)));
      machine.f32('visibleWidth').fill(1).set(widths);
    }
    if (from.precisionVelocity) machine.f32('precisionVelocity').set(from.precisionVelocity);
    if (from.precisionSquare) machine.f32('precisionSquare').set(from.precisionSquare);
    if (from.chainValues) this.#spread(from.chainValues, machine.f32('chainValues'));
    if (from.chainLogWeights) loadPopulation(machine, from);
  }

  begin(epoch: number, rate: number): void {
    beginEpoch(this.#machine, this.#data, this.#options, epoch);
    const { momentum, lambda } = beginSteps(this.#machine, this.#options, this.batches, epoch, rate);
    if (this.#options.algorithm !== 'population') return;
    const { kernels, at } = this.#machine;
    kernels.seedStreams(at.resampleStream, 1, streamKey(this.#options.seed, 'exchange', epoch), 0);
    beginPopulation(this.#machine, momentum, lambda);
  }

  parameters(): Parameters {
    const machine = this.#machine;
    const visible = this.#data.width;
    const { hidden, optimiser, kinds, learnVariance, algorithm, chains } = this.#options;
    const parameters: Parameters = {
      ...readParameters(machine, visible, hidden),
      ...readMoments(machine, visible, this.#options),
    };
    if (isReal(kinds.visible)) {
      parameters.precision = machine.f32('precision').slice(0, visible);
      if (learnVariance) parameters.precisionVelocity = machine.f32('precisionVelocity').slice(0, visible);
      if (learnVariance && optimiser === 'adam') {
        parameters.precisionSquare = machine.f32('precisionSquare').slice(0, visible);
      }
    }
    if (persists(this.#options)) parameters.chainValues = this.#gathered(machine.f32('chainValues'));
    if (algorithm === 'population') Object.assign(parameters, readPopulation(machine, chains));
    return rescaled(parameters, this.#scales, this.#adam, true);
  }

  figures(): Partial<EpochRecord> {
    return this.#options.algorithm === 'population' ? populationFigures(this.#machine) : {};
  }

  /** Rows of `visible` numbers → rows of whole panels. */
  #spread(rows: Float32Array, out: Float32Array): void {
    const { width } = this.#data;
    const stride = padded(width);
    for (let r = 0; r * width < rows.length; r++) out.set(rows.subarray(r * width, (r + 1) * width), r * stride);
  }

  /** Rows of whole panels → rows of `visible` numbers. */
  #gathered(wide: Float32Array): Float32Array {
    const { width } = this.#data;
    const stride = padded(width);
    const rows = new Float32Array((wide.length / stride) * width);
    for (let r = 0; r * stride < wide.length; r++) rows.set(wide.subarray(r * stride, r * stride + width), r * width);
    return rows;
  }
}
