/** One machine: its training, epoch by epoch, and what is measured of it. */

import {
  type LogPartition,
  logLikelihood,
  logPartition,
  logPartitionAsync,
  type Outcome,
  type Rbm,
  Training,
} from '../../rbm/index.js';
import { BitRows } from '../../util/bits.js';
import { DivergenceError } from '../../util/errors.js';
import type { DataSet } from './dataSet.js';
import { epochsBetween, estimateFor } from './estimate.js';
import { type MethodName, optionsOf } from './methods.js';
import { passesOf } from './program.js';
import type { TrainingValues } from './spec.js';
import { PICTURES } from './tiling.js';

/** Gibbs steps of the free chain between two pictures. */
const STEPS = 5;

/** A point of the curve: after an epoch, the mean log-likelihood per row, in nats, and its bracket if log Z is estimated. */
export type Point = [epoch: number, logLikelihood: number, lower: number, upper: number];

/** How the package judges the machine. */
export interface Judgement {
  epoch: number;
  doubts: string[];
}

export interface MachineReport {
  algorithm: MethodName;
  /** `refused`: with the reason in `message`; `diverged`: likewise. */
  state: 'learning' | 'done' | 'reached' | 'refused' | 'diverged';
  message: string | null;
  epoch: number;
  /** Whether log Z is an exact sum; otherwise it is annealed. */
  exact: boolean;
  curve: Point[];
  /** The last of the curve. */
  logLikelihood: number | null;
  /** Mean log p(v_i | rest) per unit after the last epoch, in nats: no likelihood. */
  pseudoLikelihood: number | null;
  /** Probability of each pattern that is shown, and of all others together; of the last point of the curve. */
  probabilities: number[];
  others: number;
  largestWeight: number;
  learningRate: number | null;
  judgement: Judgement | null;
  /** Milliseconds per epoch, with its measurement. */
  pace: number;
}

/** A machine that learns. */
export class Machine {
  /** The last states of one Gibbs chain, the newest first. */
  readonly pictures: Uint8Array[] = [];
  readonly report: MachineReport;
  readonly #set: DataSet;
  readonly #seed: number;
  readonly #training: Training | undefined;
  readonly #every: number;
  #rbm: Rbm | undefined;
  #chain: BitRows;
  #drawn = 0;
  #until: number;

  private constructor(
    set: DataSet,
    algorithm: MethodName,
    values: TrainingValues,
    training?: Training,
    refusal?: string,
  ) {
    const { width } = set.rows;
    this.#set = set;
    this.#seed = values.seed;
    this.#until = values.until;
    this.#training = training;
    this.#every = epochsBetween(width, values.hiddenUnits, values.epochs);
    this.#chain = new BitRows(1, width);
    this.report = {
      algorithm,
      state: training ? 'learning' : 'refused',
      message: refusal ?? null,
      epoch: 0,
      exact: estimateFor(width, values.hiddenUnits).method === 'exact',
      curve: [],
      logLikelihood: null,
      pseudoLikelihood: null,
      probabilities: [],
      others: 0,
      largestWeight: 0,
      learningRate: null,
      judgement: null,
      pace: 0,
    };
  }

  /** A machine before its first epoch, measured; one whose options the package refuses says why. */
  static async start(set: DataSet, algorithm: MethodName, values: TrainingValues): Promise<Machine> {
    const { hiddenUnits: hidden, seed, epochs, rate } = values;
    const passes = passesOf(values, set.rows.count);
    let training: Training;
    try {
      // one thread: figures share the cores among themselves
      const options = { ...optionsOf(algorithm, rate), hidden, seed, epochs, passes, threads: 1 };
      training = await Training.start(set.rows, options);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return new Machine(set, algorithm, values, undefined, error.message);
    }
    const machine = new Machine(set, algorithm, values, training);
    machine.report.largestWeight = training.rbm().weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    await machine.#measure();
    return machine;
  }

  get learning(): boolean {
    return this.report.state === 'learning';
  }

  /** The RBM after the last epoch; undefined if there is none. */
  rbm(): Rbm | undefined {
    if (this.#training === undefined) return undefined;
    this.#rbm ??= this.#training.rbm();
    return this.#rbm;
  }

  /**
   * One epoch, with what is measured after it. A divergence is told in the report.
   * @throws the reason of the signal if it stops; the machine cannot go on then
   */
  async epoch(signal?: AbortSignal): Promise<void> {
    if (!this.learning || this.#training === undefined) return;
    const started = performance.now();
    const { report } = this;
    try {
      const record = await this.#training.runEpoch({ ...(signal && { signal }) });
      report.pseudoLikelihood = record.pseudoLikelihood ?? null;
      report.learningRate = record.learningRate;
      report.largestWeight = record.largestWeight;
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      report.state = 'diverged';
      report.message = error.message;
      return;
    }
    this.#rbm = undefined;
    report.epoch = this.#training.epoch;
    this.draw();
    if (this.#training.finished || report.epoch % this.#every === 0) await this.#measure();
    if (this.#training.finished) report.state = 'done';
    this.look();
    const took = performance.now() - started;
    report.pace = report.pace === 0 ? took : report.pace + 0.1 * (took - report.pace);
  }

  /** Stops a machine that is as near to the best possible model as is asked for, or lets it go on. */
  look(until: number = this.#until): void {
    const { report } = this;
    if (report.state !== 'learning' && report.state !== 'reached') return;
    const last = report.curve.at(-1);
    const reached = until > 0 && last !== undefined && this.#set.report.best - last[1] <= until;
    report.state = reached ? 'reached' : 'learning';
    this.#until = until;
  }

  /** Moves the free chain of the present model, and keeps its picture. */
  draw(): void {
    const rbm = this.rbm();
    if (rbm === undefined) return;
    const seed = JSON.stringify([this.#seed, 'free chain']);
    this.#chain = rbm.gibbs(this.#chain, { steps: STEPS, seed, from: (this.#drawn * STEPS) % 2 ** 20 }).visible;
    this.#drawn++;
    this.pictures.unshift(this.#chain.row(0));
    if (this.pictures.length > PICTURES) this.pictures.pop();
  }

  /** Has the package judge the present machine: about a second. */
  async judge(signal?: AbortSignal): Promise<Outcome | undefined> {
    if (this.#training === undefined || this.report.epoch === 0) return undefined;
    const outcome = await this.#training.outcome({ ...(signal && { signal }) });
    this.report.judgement = { epoch: this.report.epoch, doubts: outcome.doubts };
    return outcome;
  }

  close(): Promise<void> | undefined {
    return this.#training?.close();
  }

  /** Likelihood and probabilities of the patterns. */
  async #measure(): Promise<void> {
    const rbm = this.rbm() as Rbm;
    const { report } = this;
    const { measured, shown } = this.#set;
    const partition = await this.#partition(rbm);
    if (!Number.isFinite(partition.estimate)) return;
    const { mean, lower, upper } = logLikelihood(rbm, measured, partition);
    report.curve.push([report.epoch, mean, lower, upper]);
    report.logLikelihood = mean;
    report.probabilities = [...rbm.freeEnergy(shown)].map((free) => Math.exp(-free - partition.estimate));
    report.others = Math.max(0, 1 - report.probabilities.reduce((sum, p) => sum + p, 0));
  }

  #partition(rbm: Rbm): LogPartition<BitRows> | Promise<LogPartition<BitRows>> {
    const options = estimateFor(rbm.visible, rbm.hidden);
    if (options.method === 'exact') return logPartition(rbm, options); // without the pauses of the other
    return logPartitionAsync(rbm, { ...options, data: this.#set.measured });
  }
}
