/**
 * Training by maximum likelihood, as far as the likelihood's gradient can be had: what there is to choose from is in trainingOptions.ts.
 *
 * An epoch is a pure function of (state before it, data, options, epoch number): the order of the rows and all random streams are derived afresh
 * from (seed, epoch). So a run that stops between epochs and goes on later, on any number of threads, ends with the same bits.
 */

import { BitRows } from '../../util/bits.js';
import { finite, knownOptions, refuse } from '../../util/check.js';
import { DivergenceError } from '../../util/errors.js';
import { shownEstimate, withShownFields } from '../../util/inspect.js';
import { RealRows } from '../../util/reals.js';
import { finishWithPauses, type Progress, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { startTeam, type Team } from '../../wasm/team.js';
import { checkHeldOut, monitored } from '../diagnosis/monitor.js';
import { type Outcome, trainingOutcomeAsync } from '../diagnosis/outcome.js';
import { residueOf } from '../diagnosis/residue.js';
import { BinaryEngine, importanceOf, meansOf } from '../engines/binary.js';
import { Cd1Engine } from '../engines/cd1.js';
import type { Engine } from '../engines/engine.js';
import { Fixed16Engine } from '../engines/fixed16.js';
import { initialNumericState, isNumeric, momentsOf, NumericEngine, numbersOf, numericRbm } from '../engines/numeric.js';
import {
  type CheckedOptions,
  checkTrainingOptions,
  isPlain,
  isReal,
  LAYERED_TRAINING_OPTIONS,
  type LayeredTrainingOptions,
  rateOf,
  type TrainingOptions,
} from '../engines/options.js';
import { isRefreshed, refreshed } from '../engines/refresh.js';
import {
  checkState,
  type EpochRecord,
  initialState,
  logOdds,
  type Parameters,
  type TrainingState,
  type Weights,
} from '../engines/state.js';
import { largestCoupling, QUICK_SEARCH } from '../likelihood/coupling.js';
import { pseudoLikelihood, unexplainedVariance } from '../likelihood/likelihood.js';
import { toSpins } from '../model/convert.js';
import type { States } from '../model/layers.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';

export type { TrainingOptions } from '../engines/options.js';
export type { EpochRecord, TrainingState } from '../engines/state.js';

/** A weight of this size makes a conditional probability of e^-100: training has left its senses. */
const MAX_WEIGHT = 100;
/** Rows of training data on which the pseudo-likelihood is watched. */
const WATCHED = 500;
/** Milliseconds between two pauses of the event loop, about. */
const SLICE_MS = 50;

/** A training run: parameters, momentum and chains in a machine, moved on by whole epochs. */
export class Training<V extends States = BitRows, H extends States = BitRows> {
  readonly options: CheckedOptions;
  readonly #visible: number;
  readonly #data: BitRows | RealRows;
  /** Of the visible units over the rows, where these are bits. */
  readonly #means: Float64Array | undefined;
  readonly #watched: BitRows | RealRows;
  readonly #engine: Engine;
  readonly #team: Team;
  /** As it was at the end of the last epoch; its history is kept apart, since that grows. */
  #state: Omit<TrainingState, 'history'>;
  readonly #history: EpochRecord[];
  /** Minibatches a call, so that a call takes SLICE_MS or so. */
  #slice = 1;
  /** Whether an epoch was begun and not ended: the machine then holds half an epoch. */
  #midway = false;

  private constructor(
    data: BitRows | RealRows,
    options: CheckedOptions,
    engine: Engine,
    team: Team,
    state: TrainingState,
    means: Float64Array | undefined,
  ) {
    this.options = options;
    this.#visible = data.width;
    this.#data = data;
    this.#means = means;
    const count = Math.min(WATCHED, data.count);
    this.#watched =
      data instanceof BitRows
        ? new BitRows(count, data.width, data.bytes.slice(0, count * data.stride))
        : new RealRows(count, data.width, data.values.slice(0, count * data.width));
    this.#engine = engine;
    this.#team = team;
    const { history, ...others } = state;
    this.#state = others;
    this.#history = [...history];
  }

  /**
   * @param data rows of visible units; kept
   * @param state goes on from there, with options that are those of the run it is from; left out, a fresh run
   * @throws TypeError or RangeError for bad options, before any work
   */
  static async start(data: BitRows, options: TrainingOptions, state?: TrainingState): Promise<Training>;
  /** @param data rows of visible units as bits, or as numbers: states of real units, means of two-valued ones */
  static async start<V extends States = States, H extends States = States>(
    data: BitRows | RealRows,
    options: LayeredTrainingOptions,
    state?: TrainingState,
  ): Promise<Training<V, H>>;
  static async start(
    data: BitRows | RealRows,
    options: TrainingOptions | LayeredTrainingOptions,
    state?: TrainingState,
  ): Promise<unknown> {
    knownOptions('Training.start', options, LAYERED_TRAINING_OPTIONS);
    if (!(data instanceof BitRows || data instanceof RealRows)) {
      refuse('data', 'BitRows (such as SpinData) or RealRows', data, 'type');
    }
    const { count, width } = data;
    if (count === 0) throw new RangeError('"data" expected at least one row, got none');
    const checked = checkTrainingOptions(options, { real: data instanceof RealRows, count, width });
    checkValidation(checked.validation, data.width);
    checkHeldOut(checked.monitor?.heldOut, data);
    const importance = importanceOf(data, checked.sampleWeights);
    if (state !== undefined) checkState(state, data.width, checked);
    let first = state;
    let engine: Engine;
    let means: Float64Array | undefined;
    if (isNumeric(checked)) {
      const numbers = numbersOf(data, checked.kinds);
      checkTorus(checked.tied, data.width);
      const moments = momentsOf(numbers, importance, checked.tied !== undefined);
      first ??= initialNumericState(moments, data.count, checked);
      engine = new NumericEngine(numbers, checked, moments, importance);
    } else {
      const bits = data as BitRows;
      means = meansOf(bits, importance);
      first ??= initialState(bits, means, checked);
      engine = engineOf(bits, checked, means, importance);
    }
    engine.load(first);
    const team = await startTeam(engine.memory, checked.threads, options.threads !== undefined);
    return new Training(data, checked, engine, team, first, means);
  }

  /** Epochs done. */
  get epoch(): number {
    return this.#state.epoch;
  }

  /** Whether all epochs are done, or the validation has lost patience. */
  get finished(): boolean {
    const { epochs, patience } = this.options;
    const { best } = this.#state;
    return this.epoch >= epochs || (best !== undefined && this.epoch - best.epoch >= patience);
  }

  /**
   * One epoch.
   * @throws DivergenceError if a weight is then not finite or larger than 100; the signal's reason if it stops the epoch midway; what the validation
   * throws. In these cases this run cannot go on, and `state()` is still that of the last whole epoch: a new one can start there.
   */
  async runEpoch(
    options: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
  ): Promise<EpochRecord> {
    knownOptions('Training.runEpoch', options, WORK_OPTIONS);
    if (this.#midway)
      throw new Error('this run stopped within an epoch and cannot go on: start another one from its state()');
    const epoch = this.epoch + 1;
    const engine = this.#engine;
    const rate = rateOf(this.options, epoch);
    this.#midway = true;
    await this.#refresh(epoch, options.signal);
    engine.begin(epoch, rate);
    const { batches } = engine;
    for (let first = 0; first < batches; ) {
      options.signal?.throwIfAborted();
      const past = Math.min(batches, first + this.#slice);
      const start = performance.now();
      await this.#team.run(engine.kernel, ...engine.blocks, first, past);
      const each = (performance.now() - start) / (past - first);
      this.#slice = Math.max(1, Math.round(SLICE_MS / Math.max(each, 0.01)));
      first = past;
      options.onProgress?.({
        stage: 'train',
        done: epoch - 1 + first / batches,
        total: this.options.epochs,
        unit: 'epochs',
      });
    }
    const parameters = engine.parameters();
    const watched = { ...this.#observe(parameters, epoch), ...engine.figures(), ...this.#residue(parameters) };
    const record: EpochRecord = { ...watched, epoch, learningRate: rate, precision: this.options.precision };
    if (this.#monitors(epoch)) {
      Object.assign(record, monitored(this.options.monitor ?? {}, this.#rbmOf(parameters) as AnyRbm, this.#watched));
    }
    const state = { ...parameters, epoch, best: this.#state.best };
    if (this.options.validation) {
      record.validation = await this.#validate(parameters);
      const { weights, visibleBias, hiddenBias, precision } = parameters;
      if (!state.best || record.validation > state.best.score) {
        const own = { weights, visibleBias, hiddenBias, ...(precision ? { precision } : {}) };
        state.best = { epoch, score: record.validation, ...own };
      }
    }
    if (!state.best) delete state.best;
    this.#state = state;
    this.#history.push(record);
    this.#midway = false;
    return record;
  }

  #monitors(epoch: number): boolean {
    const { monitor, epochs } = this.options;
    return monitor !== undefined && (epoch === epochs || epoch % (monitor.every ?? 1) === 0);
  }

  /** The machine at the end of the last epoch. */
  rbm(): Rbm<V, H> {
    return this.#rbmOf(this.#state);
  }

  /** The machine that the validation liked best; without one, that of the last epoch. */
  best(): Rbm<V, H> {
    return this.#rbmOf(this.#state.best ?? this.#state);
  }

  /**
   * How good `best()` is: its likelihood by the training rows beside that of independent units, and doubts in full sentences. Takes about a second.
   * @throws the signal's reason when it stops the work
   */
  async outcome(options: WorkOptions = {}): Promise<Outcome<V>> {
    knownOptions('Training.outcome', options, WORK_OPTIONS);
    const { initial, initialDeviation, sampleWeights, seed } = this.options;
    const { best, chainLogWeights } = this.#state;
    // of the epoch that the validation liked best no chains are left
    const chains = best ? undefined : this.#chains(this.#state);
    return trainingOutcomeAsync<V>(this.best(), this.#data, {
      history: this.#history,
      ...(initial ? {} : { initialDeviation }),
      ...(chains && { chains: chains as States as V }),
      ...(chains && chainLogWeights && { chainWeights: chainLogWeights.map((log) => Math.exp(log)) }),
      ...(sampleWeights && { sampleWeights }),
      seed,
      ...options,
    });
  }

  /** All that `start` needs to go on from the end of the last epoch; not changed by later ones. */
  state(): TrainingState {
    return { ...this.#state, history: [...this.#history] };
  }

  /** Ends the threads and their memory, at once: without this they end when the run is collected. */
  async close(): Promise<void> {
    await this.#team.close();
  }

  #rbmOf(parameters: Weights): Rbm<V, H> {
    const { kinds, units } = this.options;
    if (kinds) return numericRbm(kinds, parameters) as Rbm<V, H>;
    const rbm = this.#bits(parameters);
    return (units === 'spins' ? toSpins(rbm).rbm : rbm) as unknown as Rbm<V, H>;
  }

  #bits({ weights, visibleBias, hiddenBias }: Weights): Rbm {
    return new Rbm({ visible: this.#visible, hidden: this.options.hidden, weights, visibleBias, hiddenBias });
  }

  /** Draws the population anew, where it is time and can be done (refresh.ts). */
  async #refresh(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    const { algorithm, kinds, chains, seed } = this.options;
    if (algorithm !== 'population' || kinds) return;
    if (!isRefreshed(epoch, this.#engine.batches)) return;
    const rbm = this.#bits(this.#state);
    const base = logOdds(this.#means as Float64Array, this.#data.count);
    const old = { rows: this.#chains(this.#state) as BitRows, logWeights: this.#state.chainLogWeights as Float64Array };
    const own = JSON.stringify([seed, 'refresh', epoch]);
    const rows = await finishWithPauses(refreshed(rbm, old, base, own), signal ? { signal } : {});
    if (!rows) return;
    const fresh = { chainLogWeights: new Float64Array(chains), chainFreeEnergies: rbm.freeEnergy(rows) };
    this.#engine.load({ ...this.#state, chains: rows.bytes, ...fresh });
  }

  /** Persistent chains of the model itself, where they are bits. */
  #chains({ chains }: Pick<Parameters, 'chains'>): BitRows | undefined {
    if (!chains) return undefined;
    const stride = Math.ceil(this.#visible / 8);
    return new BitRows(this.options.chains, this.#visible, chains.slice(0, this.options.chains * stride));
  }

  #residue(parameters: Parameters): { residue?: number; residueError?: number } {
    const chains = this.#chains(parameters);
    return chains && this.#means ? residueOf(chains, parameters.chainLogWeights, this.#means) : {};
  }

  async #validate(parameters: Parameters): Promise<number> {
    const { validation } = this.options;
    if (validation instanceof BitRows) return pseudoLikelihood(this.#bits(parameters), validation).mean;
    return finite('validation', await validation?.(this.#rbmOf(parameters) as never));
  }

  #observe(parameters: Parameters, epoch: number): Omit<EpochRecord, 'epoch' | 'learningRate' | 'precision'> {
    const { weights, visibleBias, hiddenBias, precision } = parameters;
    let zero = 0;
    let largest = 0;
    for (const w of weights) {
      if (w === 0) zero++;
      // not `>`: Math.max keeps a NaN
      largest = Math.max(largest, Math.abs(w));
    }
    const moderate = largest <= MAX_WEIGHT && (precision ?? []).every((gamma) => gamma > 0 && gamma < Infinity);
    if (!moderate || !visibleBias.every(Number.isFinite) || !hiddenBias.every(Number.isFinite)) {
      throw new DivergenceError(
        `training diverged in epoch ${epoch}: largest |weight| ${largest} (limit ${MAX_WEIGHT}); a smaller learningRate may help`,
        epoch,
      );
    }
    return {
      ...this.#proxy(parameters),
      zeroWeights: zero / weights.length,
      largestWeight: largest,
      ...this.#coupling(parameters),
    };
  }

  /** How near real units in both layers are to having no distribution. */
  #coupling(parameters: Parameters): Pick<EpochRecord, 'largestCoupling'> {
    const { kinds } = this.options;
    if (!kinds || !isReal(kinds.visible) || !isReal(kinds.hidden)) return {};
    return { largestCoupling: largestCoupling(this.#rbmOf(parameters) as unknown as AnyRbm, QUICK_SEARCH) };
  }

  /** What can be said cheaply of how well the training rows are described. */
  #proxy(
    parameters: Parameters,
  ): Pick<EpochRecord, 'pseudoLikelihood' | 'pseudoLikelihoodError' | 'independent' | 'unexplained'> {
    const rows = this.#watched;
    const rbm = this.options.kinds ? this.#rbmOf(parameters) : this.#bits(parameters);
    if (rows instanceof RealRows) {
      const share = unexplainedVariance(rbm as AnyRbm, rows.values);
      return share === undefined ? {} : { unexplained: share };
    }
    const { mean, error, independent } = pseudoLikelihood(rbm as Rbm<BitRows, States>, rows);
    return {
      pseudoLikelihood: mean,
      ...(Number.isFinite(error) ? { pseudoLikelihoodError: error } : {}),
      independent,
    };
  }
}

function checkTorus(tied: readonly number[] | undefined, visible: number): void {
  if (tied === undefined || tied.reduce((product, side) => product * side, 1) === visible) return;
  refuse('tied', `sides of a torus of ${visible} sites`, tied);
}

/** The fastest engine that does what is asked for. */
function engineOf(
  data: BitRows,
  options: CheckedOptions,
  means: Float64Array,
  importance: Float32Array | undefined,
): Engine {
  if (options.precision === 'fixed16') return new Fixed16Engine(data, options, means);
  return isPlain(options) ? new Cd1Engine(data, options) : new BinaryEngine(data, options, means, importance);
}

function checkValidation(validation: unknown, visible: number): void {
  if (validation === undefined || typeof validation === 'function') return;
  if (!(validation instanceof BitRows)) refuse('validation', 'BitRows or a function', validation, 'type');
  if (validation.width !== visible || validation.count === 0) {
    const got = `${validation.count} of ${validation.width}`;
    throw new RangeError(`"validation" expected at least one row of ${visible} bits, got ${got}`);
  }
}

/** How a run is watched and gone on with. */
export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called after each epoch; `state()` is all that `resume` needs. */
  onEpoch?: (record: EpochRecord, state: () => TrainingState) => void | Promise<void>;
  /** Goes on from there; the other options must be those of the run that made it. */
  resume?: TrainingState;
  /** Whether the RBM is judged at the end, which takes about a second. Default true. */
  outcome?: boolean;
}

const RUN_OPTIONS = [...WORK_OPTIONS, 'onEpoch', 'resume', 'outcome'] as const satisfies readonly (keyof RunOptions)[];

export interface TrainRbmOptions extends TrainingOptions, RunOptions {}

export interface TrainLayersOptions extends LayeredTrainingOptions, RunOptions {}

export interface TrainedRbm<V extends States = BitRows, H extends States = BitRows> {
  /** That of the best epoch if there is a validation, else that of the last. */
  rbm: Rbm<V, H>;
  history: EpochRecord[];
  /** The epoch that the validation liked best, and how much. */
  best?: { epoch: number; score: number };
  /** Its likelihood by the training rows beside that of independent units, unless that was not asked for. */
  outcome?: Outcome<V>;
  /** What may be wrong with it, each in one or two sentences with what helps: read them. None is good news, not proof. */
  doubts: string[];
}

/**
 * Trains one RBM from start to end.
 * @example
 * const { rbm, outcome, doubts } = await trainRbm(data, { hidden: 16 });
 * console.log(outcome.logLikelihood, doubts);
 */
export async function trainRbm(data: BitRows, options: TrainRbmOptions): Promise<TrainedRbm>;
/**
 * The same for layers of any kind (`units`), and for data that are numbers: states of real units, means of two-valued ones.
 * @example trainRbm(new RealRows(1000, 64, values).standardised().rows, { hidden: 30, epochs: 50, units: { visible: 'gaussian', hidden: 'relu' } })
 */
export async function trainRbm<V extends States = States, H extends States = States>(
  data: BitRows | RealRows,
  options: TrainLayersOptions,
): Promise<TrainedRbm<V, H>>;
export async function trainRbm(data: BitRows | RealRows, options: TrainLayersOptions): Promise<TrainedRbm<never>> {
  knownOptions('trainRbm', options, [...LAYERED_TRAINING_OPTIONS, ...RUN_OPTIONS]);
  const { signal, onProgress, onEpoch, resume, outcome: judged = true, ...own } = options;
  const training = await Training.start<never, never>(data, own, resume);
  try {
    while (!training.finished) {
      const record = await training.runEpoch({ signal, onProgress });
      await onEpoch?.(record, () => training.state());
    }
    const { history, best } = training.state();
    const rbm = training.best() as never;
    const outcome = judged ? await training.outcome({ signal }) : undefined;
    const trained: TrainedRbm<never> = {
      rbm,
      history,
      ...(best ? { best: { epoch: best.epoch, score: best.score } } : {}),
      ...(outcome && { outcome: outcome as never }),
      doubts: outcome?.doubts ?? [],
    };
    return withShownFields(trained, ({ rbm, history, best, outcome, doubts }) => ({
      rbm,
      epochs: history.at(-1)?.epoch ?? 0,
      ...(best && { best }),
      ...(outcome?.logLikelihood && {
        logLikelihood: shownEstimate(outcome.logLikelihood),
        independent: outcome.logLikelihood.independent,
      }),
      doubts,
    }));
  } finally {
    await training.close();
  }
}
