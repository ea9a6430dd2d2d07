/** One call from data to RBM. */

import type { BitRows } from '../../util/bits.js';
import { knownOptions } from '../../util/check.js';
import { shownEstimate, withShownFields } from '../../util/inspect.js';
import type { RealRows } from '../../util/reals.js';
import { type Progress, WORK_OPTIONS } from '../../util/work.js';
import type { Outcome } from '../diagnosis/outcome.js';
import { LAYERED_TRAINING_OPTIONS, type LayeredTrainingOptions, type TrainingOptions } from '../engines/options.js';
import type { EpochRecord, TrainingState } from '../engines/state.js';
import type { States } from '../model/layers.js';
import type { Rbm } from '../model/rbm.js';
import { Training } from './training.js';

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
