/**
 * Training by maximum likelihood, in epochs. `runEpoch` is the loop; test/reference/binary.ts is a readable form of its
 * kernels for a minibatch.
 *
 * An epoch is a pure function of (state before it, data, options, epoch number): the order of the rows and all random
 * streams are derived from (seed, epoch). So a run that stops between epochs and continues later, on any number of
 * threads, ends with the same bits.
 */

import { BitRows } from '../../util/bits.js';
import { knownOptions, refuse } from '../../util/check.js';
import { RealRows } from '../../util/reals.js';
import { finishWithPauses, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { startTeam, type Team } from '../../wasm/team.js';
import { checkHeldOut } from '../diagnosis/monitor.js';
import { type Outcome, trainingOutcomeAsync } from '../diagnosis/outcome.js';
import { type CheckedOptions, checkTrainingOptions } from '../engines/checkedOptions.js';
import type { Engine } from '../engines/engine.js';
import { LAYERED_TRAINING_OPTIONS, type LayeredTrainingOptions, type TrainingOptions } from '../engines/options.js';
import { type Prepared, prepare } from '../engines/prepare.js';
import { rateOf } from '../engines/rate.js';
import { isRefreshed, refreshed } from '../engines/refresh.js';
import {
  checkState,
  type EpochRecord,
  logOdds,
  type Parameters,
  type TrainingState,
  type Weights,
} from '../engines/state.js';
import type { States } from '../model/layers.js';
import type { Rbm } from '../model/rbm.js';
import { bitRbmOf, chainsOf, rbmOf } from './models.js';
import { Watch } from './watch.js';

/** Approximate milliseconds between two pauses for the event loop. */
const SLICE_MS = 50;

/**
 * A training run: parameters, momentum and chains in a machine, updated by whole epochs. For the choice of algorithms
 * see `TrainingOptions`.
 * @example
 * const training = await Training.start(barsAndStripes(3), { hidden: 8, epochs: 2 });
 * while (!training.finished) await training.runEpoch();
 * training.rbm().hidden; // 8
 * await training.close();
 */
export class Training<V extends States = BitRows, H extends States = BitRows> {
  readonly options: CheckedOptions;
  readonly #data: BitRows | RealRows;
  /** Means of the visible units over the rows, if these are bits. */
  readonly #means: Float64Array | undefined;
  readonly #engine: Engine;
  readonly #team: Team;
  readonly #watch: Watch;
  /** The state at the end of the last epoch, without its history. */
  #state: Omit<TrainingState, 'history'>;
  readonly #history: EpochRecord[];
  /** Minibatches per call, for calls of about SLICE_MS. */
  #slice = 1;
  /** Whether an epoch is incomplete. */
  #midway = false;

  /**
   * See `start`, which checks the arguments.
   * @throws RangeError if memory for the rows of the records cannot be allocated
   */
  private constructor(data: BitRows | RealRows, options: CheckedOptions, prepared: Prepared, team: Team) {
    const { history, ...others } = prepared.state;
    this.options = options;
    this.#data = data;
    this.#means = prepared.means;
    this.#engine = prepared.engine;
    this.#team = team;
    this.#watch = new Watch(data, options, prepared.means);
    this.#state = others;
    this.#history = [...history];
  }

  /**
   * Starts a run of two-valued units on bits.
   * @param data rows of visible units; kept
   * @param state state to continue from, of a run with the same options; default a fresh run
   * @throws TypeError or RangeError for data, options or a state of a wrong kind, before any work; Error if threads
   *   that were asked for cannot be started
   */
  static async start(data: BitRows, options: TrainingOptions, state?: TrainingState): Promise<Training>;
  /**
   * Starts a run with layers of any kind, or on numbers.
   * @param data rows of visible units as bits, or as numbers: states of real units, means of two-valued ones
   * @throws TypeError, RangeError or Error as for bits
   */
  static async start<V extends States = States, H extends States = States>(
    data: BitRows | RealRows,
    options: LayeredTrainingOptions,
    state?: TrainingState,
  ): Promise<Training<V, H>>;
  /**
   * Starts a run, see above.
   * @throws TypeError, RangeError or Error as above
   */
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
    if (state !== undefined) checkState(state, data.width, checked);
    const prepared = prepare(data, checked, state);
    const team = await startTeam(prepared.engine.memory, checked.threads, options.threads !== undefined);
    return new Training(data, checked, prepared, team);
  }

  /** Number of epochs done. */
  get epoch(): number {
    return this.#state.epoch;
  }

  /** Whether all epochs are done, or `patience` has run out. */
  get finished(): boolean {
    const { epochs, patience } = this.options;
    const { best } = this.#state;
    return this.epoch >= epochs || (best !== undefined && this.epoch - best.epoch >= patience);
  }

  /**
   * Makes one epoch, and returns its record.
   * @throws DivergenceError if a weight is then not finite or larger than 100; the reason of the signal if it stops the
   *   epoch; errors of the validation; Error after one of these. The run then cannot continue, and `state()` is still
   *   that of the last complete epoch, from which a new run can start
   */
  async runEpoch(options: WorkOptions = {}): Promise<EpochRecord> {
    knownOptions('Training.runEpoch', options, WORK_OPTIONS);
    if (this.#midway)
      throw new Error('this run stopped within an epoch and cannot continue: start another one from its state()');
    this.#midway = true;
    const epoch = this.epoch + 1;
    const rate = rateOf(this.options, epoch);
    await this.#refresh(epoch, options.signal);
    this.#engine.begin(epoch, rate);
    await this.#minibatches(epoch, options);
    const parameters = this.#engine.parameters();
    const record = this.#watch.record(parameters, epoch, rate, this.#engine.figures());
    let { best } = this.#state;
    if (this.options.validation) {
      const score = await this.#watch.validate(parameters);
      record.validation = score;
      if (!best || score > best.score) best = { epoch, score, ...weightsOf(parameters) };
    }
    this.#state = { ...parameters, epoch, ...(best && { best }) };
    this.#history.push(record);
    this.#midway = false;
    return record;
  }

  /** All minibatches of an epoch, in slices with pauses for the event loop. */
  async #minibatches(epoch: number, { signal, onProgress }: WorkOptions): Promise<void> {
    const { kernel, blocks, batches } = this.#engine;
    for (let first = 0; first < batches; ) {
      signal?.throwIfAborted();
      const past = Math.min(batches, first + this.#slice);
      const start = performance.now();
      await this.#team.run(kernel, ...blocks, first, past);
      const each = (performance.now() - start) / (past - first);
      this.#slice = Math.max(1, Math.round(SLICE_MS / Math.max(each, 0.01)));
      first = past;
      const done = epoch - 1 + first / batches;
      onProgress?.({ stage: 'train', done, total: this.options.epochs, unit: 'epochs' });
    }
  }

  /**
   * The RBM at the end of the last epoch.
   * @throws RangeError if memory for it cannot be allocated
   */
  rbm(): Rbm<V, H> {
    return rbmOf(this.#state, this.options) as unknown as Rbm<V, H>;
  }

  /**
   * The RBM of the epoch with the best validation; without one, that of the last epoch.
   * @throws RangeError if memory for it cannot be allocated
   */
  best(): Rbm<V, H> {
    return rbmOf(this.#state.best ?? this.#state, this.options) as unknown as Rbm<V, H>;
  }

  /**
   * The outcome of `best()`: its likelihood on the training rows and that of independent units, and doubts in full
   * sentences. Takes about a second.
   * @throws the reason of the signal if it stops
   */
  async outcome(options: WorkOptions = {}): Promise<Outcome<V>> {
    knownOptions('Training.outcome', options, WORK_OPTIONS);
    const { initial, initialDeviation, sampleWeights, seed } = this.options;
    const { best, chainLogWeights } = this.#state;
    // the chains of the best epoch are not kept
    const chains = best ? undefined : chainsOf(this.#state, this.options);
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

  /** All that `start` needs to continue from the end of the last epoch; later epochs do not change it. */
  state(): TrainingState {
    return { ...this.#state, history: [...this.#history] };
  }

  /** Ends the threads and their memory at once; without this they end when the run is collected. */
  async close(): Promise<void> {
    await this.#team.close();
  }

  /** Refreshes the population, if it is due and possible (refresh.ts). */
  async #refresh(epoch: number, signal: AbortSignal | undefined): Promise<void> {
    const { algorithm, kinds, chains, seed } = this.options;
    if (algorithm !== 'population' || kinds) return;
    if (!isRefreshed(epoch, this.#engine.batches)) return;
    const rbm = bitRbmOf(this.#state, this.options);
    const base = logOdds(this.#means as Float64Array, this.#data.count);
    const old = {
      rows: chainsOf(this.#state, this.options) as BitRows,
      logWeights: this.#state.chainLogWeights as Float64Array,
    };
    const own = JSON.stringify([seed, 'refresh', epoch]);
    const rows = await finishWithPauses(refreshed(rbm, old, base, own), signal ? { signal } : {});
    if (!rows) return;
    const fresh = { chainLogWeights: new Float64Array(chains), chainFreeEnergies: rbm.freeEnergy(rows) };
    this.#engine.load({ ...this.#state, chains: rows.bytes, ...fresh });
  }
}

/** The parameters of the best epoch. */
function weightsOf({ weights, visibleBias, hiddenBias, precision }: Parameters): Weights {
  return { weights, visibleBias, hiddenBias, ...(precision ? { precision } : {}) };
}

function checkValidation(validation: unknown, visible: number): void {
  if (validation === undefined || typeof validation === 'function') return;
  if (!(validation instanceof BitRows)) refuse('validation', 'BitRows or a function', validation, 'type');
  if (validation.width !== visible || validation.count === 0) {
    const got = `${validation.count} of ${validation.width}`;
    throw new RangeError(`"validation" expected at least one row of ${visible} bits, got ${got}`);
  }
}
