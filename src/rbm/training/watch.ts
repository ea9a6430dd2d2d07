/** The measurements after an epoch for its record, and the check for divergence. */

import { BitRows } from '../../util/bits.js';
import { finite } from '../../util/check.js';
import { DivergenceError } from '../../util/errors.js';
import { RealRows } from '../../util/reals.js';
import { monitored } from '../diagnosis/monitor.js';
import { residueOf } from '../diagnosis/residue.js';
import { type CheckedOptions, isReal } from '../engines/checkedOptions.js';
import type { EpochRecord, Parameters, Weights } from '../engines/state.js';
import { largestCoupling, QUICK_SEARCH } from '../likelihood/coupling.js';
import { pseudoLikelihood, unexplainedVariance } from '../likelihood/likelihood.js';
import type { States } from '../model/layers.js';
import type { Rbm } from '../model/rbm.js';
import { bitRbmOf, chainsOf, rbmOf } from './models.js';

/** Max |weight|: a larger weight gives conditional probabilities of e^-100, which means that training has diverged. */
const MAX_WEIGHT = 100;
/** Training rows for the pseudo-likelihood. */
const WATCHED = 500;

/** The measurements of a training run. */
export class Watch {
  readonly #options: CheckedOptions;
  readonly #means: Float64Array | undefined;
  readonly #rows: BitRows | RealRows;

  /** @param means of the visible units over the data, if these are bits */
  constructor(data: BitRows | RealRows, options: CheckedOptions, means: Float64Array | undefined) {
    this.#options = options;
    this.#means = means;
    const count = Math.min(WATCHED, data.count);
    this.#rows =
      data instanceof BitRows
        ? new BitRows(count, data.width, data.bytes.slice(0, count * data.stride))
        : new RealRows(count, data.width, data.values.slice(0, count * data.width));
  }

  /**
   * The record of an epoch.
   * @param figures those of the engine
   * @throws DivergenceError if a weight is not finite or larger than 100
   */
  record(parameters: Parameters, epoch: number, learningRate: number, figures: Partial<EpochRecord>): EpochRecord {
    const { precision, monitor, epochs } = this.#options;
    const weights = soundWeights(parameters, epoch);
    const record: EpochRecord = {
      ...this.#proxy(parameters),
      ...weights,
      ...this.#coupling(parameters),
      ...figures,
      ...this.#residue(parameters),
      epoch,
      learningRate,
      precision,
    };
    if (monitor && (epoch === epochs || epoch % (monitor.every ?? 1) === 0)) {
      Object.assign(record, monitored(monitor, rbmOf(parameters, this.#options), this.#rows));
    }
    return record;
  }

  /**
   * The score of the parameters by the validation.
   * @throws TypeError or RangeError if it is not a finite number; errors of the function
   */
  async validate(parameters: Parameters): Promise<number> {
    const { validation } = this.#options;
    if (validation instanceof BitRows) return pseudoLikelihood(bitRbmOf(parameters, this.#options), validation).mean;
    return finite('validation', await validation?.(rbmOf(parameters, this.#options)));
  }

  /** The largest coupling of real units in both layers; at 1 the model is not normalisable. */
  #coupling(parameters: Weights): Pick<EpochRecord, 'largestCoupling'> {
    const { kinds } = this.#options;
    if (!kinds || !isReal(kinds.visible) || !isReal(kinds.hidden)) return {};
    return { largestCoupling: largestCoupling(rbmOf(parameters, this.#options), QUICK_SEARCH) };
  }

  /** Cheap measures of how well the training rows are described. */
  #proxy(
    parameters: Weights,
  ): Pick<EpochRecord, 'pseudoLikelihood' | 'pseudoLikelihoodError' | 'independent' | 'unexplained'> {
    const rows = this.#rows;
    const rbm = this.#options.kinds ? rbmOf(parameters, this.#options) : bitRbmOf(parameters, this.#options);
    if (rows instanceof RealRows) {
      const share = unexplainedVariance(rbm, rows.values);
      return share === undefined ? {} : { unexplained: share };
    }
    const { mean, error, independent } = pseudoLikelihood(rbm as Rbm<BitRows, States>, rows);
    return {
      pseudoLikelihood: mean,
      ...(Number.isFinite(error) ? { pseudoLikelihoodError: error } : {}),
      independent,
    };
  }

  /** The difference of the means of chains and data. */
  #residue(parameters: Parameters): { residue?: number; residueError?: number } {
    const chains = chainsOf(parameters, this.#options);
    return chains && this.#means ? residueOf(chains, parameters.chainLogWeights, this.#means) : {};
  }
}

/** @throws DivergenceError if a weight or bias is not finite, a weight larger than 100, or a precision not positive */
function soundWeights(
  { weights, visibleBias, hiddenBias, precision }: Weights,
  epoch: number,
): Pick<EpochRecord, 'zeroWeights' | 'largestWeight'> {
  let zero = 0;
  let largest = 0;
  for (let k = 0; k < weights.length; k++) {
    const size = Math.abs(weights[k]);
    if (size === 0) zero++;
    else if (size > largest) largest = size;
    else if (!(size <= largest)) {
      largest = Number.NaN;
      break;
    }
  }
  const moderate = largest <= MAX_WEIGHT && (precision ?? []).every((gamma) => gamma > 0 && gamma < Infinity);
  if (!moderate || !visibleBias.every(Number.isFinite) || !hiddenBias.every(Number.isFinite)) {
    throw new DivergenceError(
      `training diverged in epoch ${epoch}: largest |weight| ${largest} (limit ${MAX_WEIGHT}); a smaller learningRate may help`,
      epoch,
    );
  }
  return { zeroWeights: zero / weights.length, largestWeight: largest };
}
