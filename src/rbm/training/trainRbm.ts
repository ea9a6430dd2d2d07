/** Training of an RBM by one call. */

import type { BitRows } from '../../util/bits.js';
import { knownOptions } from '../../util/check.js';
import { shownEstimate, withShownFields } from '../../util/inspect.js';
import type { StopSignal } from '../../util/platform.js';
import type { RealRows } from '../../util/reals.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import type { Outcome } from '../diagnosis/outcome.js';
import { LAYERED_TRAINING_OPTIONS, type LayeredTrainingOptions, type TrainingOptions } from '../engines/options.js';
import type { EpochRecord, TrainingState } from '../engines/state.js';
import type { States } from '../model/layers.js';
import type { Rbm } from '../model/rbm.js';
import { Training } from './training.js';

/** Options of the call. */
export interface RunOptions {
  /** Stops the run; the promise is then rejected with its reason. */
  signal?: StopSignal;
  /** Called with the progress several times per second. */
  onProgress?: (progress: Progress) => void;
  /** Called after each epoch; `state()` is the input of `resume`. */
  onEpoch?: (record: EpochRecord, state: () => TrainingState) => void | Promise<void>;
  /** Continues from this state; the other options must be those of its run. */
  resume?: TrainingState;
  /** Whether the RBM is judged at the end, which takes about a second. Default true. */
  outcome?: boolean;
}

const RUN_OPTIONS = [...WORK_OPTIONS, 'onEpoch', 'resume', 'outcome'] as const satisfies readonly (keyof RunOptions)[];

/** Options of `trainRbm` for two-valued units and bits. */
export interface TrainRbmOptions extends TrainingOptions, RunOptions {}

/** Options of `trainRbm` for layers of any kind, or real numbers. */
export interface TrainLayersOptions extends LayeredTrainingOptions, RunOptions {}

/** The result of `trainRbm`. */
export interface TrainedRbm<V extends States = BitRows, H extends States = BitRows> {
  /** The RBM of the best epoch if there is a validation, otherwise of the last. */
  rbm: Rbm<V, H>;
  history: EpochRecord[];
  /** The epoch with the best validation, and its score. */
  best?: { epoch: number; score: number };
  /** Its likelihood on the training rows and that of independent units, unless `outcome` is false. */
  outcome?: Outcome<V>;
  /** Possible problems, each in one or two sentences with a remedy: read them. An empty list is no proof. */
  doubts: string[];
}

/**
 * Trains an RBM of two-valued units on bits.
 * @throws TypeError or RangeError for data or options before any work; DivergenceError if the training diverges; the
 *   reason of the signal if it stops
 * @example
 * const data = barsAndStripes(3);
 * const { rbm, outcome, doubts } = await trainRbm(data, { hidden: 8, epochs: 5, passes: 10 });
 * console.log(outcome.logLikelihood.mean, doubts);
 */
export async function trainRbm(data: BitRows, options: TrainRbmOptions): Promise<TrainedRbm>;
/**
 * Trains an RBM with layers of any kind (`units`), or on numbers: states of real units, means of two-valued ones.
 * @throws TypeError, RangeError or DivergenceError as for bits
 * @example
 * const rows = new RealRows(4, 2, new Float32Array([1, 2, 3, 5, 2, 2, 4, 1]));
 * const units = { visible: 'gaussian', hidden: 'bits' };
 * await trainRbm(rows.standardised().rows, { hidden: 2, epochs: 2, units, outcome: false });
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
