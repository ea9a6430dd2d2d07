/**
 * ΔF and KL of systems that are too large for sums over states, from independent samples of P(v) = e^{-H}/Z: log τ(v)
 * is known for each sample, and
 *   ΔF = -log⟨τ⟩,  KL(P‖p) = log⟨τ⟩ - ⟨log τ⟩.
 *
 * The logarithm of a mean is biased: E[log (1/n)Σ τ] = log⟨τ⟩ - Var(τ)/(2n⟨τ⟩²) + …, so a plain estimate of ΔF is too
 * high and one of KL too low. The jackknife removes that first term. It cannot correct for a τ so broad that the
 * samples miss the states that dominate ⟨τ⟩: the estimates are then bounds at best, in the same direction, and the
 * error bars are wrong. (Στ)²/Στ² is the number of samples that contribute to the mean.
 */

import { type Jackknife, jackknife } from '../../stats/jackknife.js';
import { BitRows } from '../../util/bits.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { logTwoCosh } from '../tables/logs.js';
import { checkOperator, type LayerOperator, type Operator } from './operators.js';

/** Estimates of ΔF and KL from samples. */
export interface SampledStep {
  samples: number;
  /** (Στ)²/Στ², from 1 to `samples`. */
  effectiveSamples: number;
  /** ΔF; `corrected` is the estimate, `value` the biased one. Null for fewer than 50 effective samples. */
  deltaF: Jackknife | null;
  /** KL(P‖p) in nats, likewise. */
  kl: Jackknife | null;
  /** ⟨log τ⟩, always unbiased. -⟨log τ⟩ is an upper bound of ΔF. */
  meanLogTau: Jackknife;
  /** Standard deviation of log τ over the samples. */
  deviation: number;
}

/** Effective samples below which log⟨τ⟩ is not given. */
const MIN_SAMPLES = 50;

/**
 * ΔF, KL and ⟨log τ⟩ of one step of the variational renormalization group, with error bars.
 * @param data configurations drawn from P, nearly independent; a set bit is spin +1
 * @param operator any except a function of the user; its H(v), if it has one, must be that of the data
 * @param options blocks of the jackknife, default 50
 * @throws TypeError for a wrong kind; RangeError for another width, or fewer rows than blocks
 */
export function sampledVariationalStep(
  data: BitRows,
  operator: Operator,
  options: { blocks?: number } = {},
): SampledStep {
  knownOptions('sampledVariationalStep', options, ['blocks']);
  const logTau = logTauOf(data, operator);
  const blocks = integer('blocks', options.blocks ?? 50, 2, Math.max(2, logTau.length));
  if (logTau.length < blocks) refuse('data', `at least ${blocks} rows`, logTau.length);
  // in units of e^{largest}, so that nothing overflows
  const largest = logTau.reduce((most, log) => Math.max(most, log), -Infinity);
  const tau = logTau.map((log) => Math.exp(log - largest));
  const [sum, squares] = tau.reduce(([a, b], t) => [a + t, b + t * t], [0, 0]);
  const effectiveSamples = (sum * sum) / squares;
  const estimate = (statistic: (means: Float64Array) => number): Jackknife =>
    jackknife([tau, logTau], statistic, { blocks });
  const meanLogTau = estimate(([, log]) => log);
  const enough = effectiveSamples >= MIN_SAMPLES;
  return {
    samples: logTau.length,
    effectiveSamples,
    deltaF: enough ? estimate(([mean]) => -largest - Math.log(mean)) : null,
    kl: enough ? estimate(([mean, log]) => largest + Math.log(mean) - log) : null,
    meanLogTau,
    deviation: Math.sqrt(logTau.reduce((all, log) => all + (log - meanLogTau.value) ** 2, 0) / logTau.length),
  };
}

/**
 * log τ(v) of each row, at any size.
 * @throws TypeError for a wrong kind or a function of the user; RangeError for another width
 */
export function logTauOf(data: BitRows, operator: Operator): Float64Array {
  if (!(data instanceof BitRows)) refuse('data', 'BitRows', data, 'type');
  const { visible, spins, hamiltonian, visibleBias, constant, rbm } = layerOnly(checkOperator(operator));
  if (data.width !== visible) refuse('data', `rows of ${visible} spins`, `rows of ${data.width}`);
  const energies = hamiltonian?.energy(data) ?? new Float64Array(data.count);
  if (rbm && hamiltonian) {
    const own = rbm.visibleEnergies(data);
    return energies.map((energy, r) => energy - own[r]);
  }
  const open = spins.filter(({ kind }) => kind === 'open');
  return energies.map((energy, r) => {
    let log = energy - constant;
    for (let i = 0; visibleBias && i < visible; i++) log += visibleBias[i] * (2 * data.bit(r, i) - 1);
    for (const { sites, weights, bias } of open) {
      let x = bias;
      for (let k = 0; k < sites.length; k++) x += weights[k] * (2 * data.bit(r, sites[k]) - 1);
      log += logTwoCosh(x);
    }
    return log;
  });
}

function layerOnly(operator: Operator): LayerOperator {
  if (operator.kind !== 'layer') refuse('operator', 'operator of independent hidden spins', operator.name, 'type');
  return operator;
}
