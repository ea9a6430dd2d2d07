/**
 * The engine for layers of any kind, by the kernel of assembly/rbm/numeric.ts: states are numbers, and the logarithms
 * of the precisions of real visible units are learned. It also takes real numbers as data for two-valued units, as
 * their means (Hinton & Salakhutdinov 2006).
 */

import { streamKey } from '../../util/random.js';
import type { RealRows } from '../../util/reals.js';
import type { Machine } from '../../wasm/machine.js';
import { padded } from '../model/panels.js';
import { Translations } from '../model/symmetric.js';
import { isReal, persists } from './checkedOptions.js';
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
import { type NumericOptions, spreads, unitsOf } from './numericState.js';
import { beginPopulation, loadPopulation, populationFigures, readPopulation } from './population.js';
import type { Moments } from './rows.js';
import { rescaled } from './scales.js';
import type { EpochRecord, Parameters } from './state.js';

/**
 * Min variance of a Gaussian or rectified visible unit, in units of its variance in the data, since the likelihood can
 * be unbounded.
 */
const MIN_VARIANCE_SHARE = 1e-3;
/** The engine for layers of any kind. */
export class NumericEngine implements Engine {
  readonly kernel = 'trainNumeric';
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
    const translations = tied && new Translations(tied.shape, tied.stride);
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
      ...(translations ? { translations } : {}),
    });
    const machine = this.#machine;
    if (translations) machine.u32('shifts').set(translations.shifts());
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
    this.blocks = [machine.at.training, machine.at.step];
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
