/** The initial state of a run with layers of any kind, and the units of measure of its visible units. */

import { refuse } from '../../util/check.js';
import { streamKey } from '../../util/random.js';
import { kernels } from '../../wasm/scalar.js';
import { LAYERS, type Layer, type States } from '../model/layers.js';
import { Noise } from '../model/noise.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';
import { Translations } from '../model/symmetric.js';
import { type CheckedOptions, isReal } from './checkedOptions.js';
import type { StridedTorus, UnitKinds } from './options.js';
import type { Moments } from './rows.js';
import { rescaled, scalesOf } from './scales.js';
import { emptyState, initialWeights, type TrainingState, type Weights } from './state.js';

/** Options of a run of this engine. */
export type NumericOptions = CheckedOptions & { kinds: UnitKinds; learnVariance: boolean };

/** Whether a run with these options is one of this engine. */
export function isNumeric(options: CheckedOptions): options is NumericOptions {
  return options.kinds !== undefined;
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
 * The initial state: W ~ N(0, initialDeviation²), for real visible units in units of their spread (scales.ts), visible
 * units that are independent with the data's moments (rectified units: ⟨v²⟩ only), hidden units of bias 0 and precision
 * 1; or the parameters of `initial`. Velocities are 0; chains are samples of independent units with the data's moments.
 * @throws RangeError for an `initial` of other kinds or numbers of units, or a hidden precision that is not 1
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
    if (options.tied) {
      const translations = new Translations(options.tied.shape, options.tied.stride);
      // the numbers of the filters only
      weights = translations.expand(weights.slice(0, (hidden / translations.count) * visible));
    }
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

/** @throws RangeError for parameters that are not bitwise equal for all translations */
function checkShared({ weights, visibleBias, hiddenBias, precision }: Weights, { shape, stride }: StridedTorus): void {
  const translations = new Translations(shape, stride);
  const same = (a: Float32Array, b: Float32Array) => a.every((x, k) => x === b[k]);
  const alike =
    same(weights, translations.expand(translations.project(weights))) &&
    same(hiddenBias, translations.expandBias(translations.projectBias(hiddenBias))) &&
    [visibleBias, precision ?? new Float32Array(1)].every((all) => all.every((x) => x === all[0]));
  if (!alike) throw new RangeError('"initial" expected parameters shared by all translations (translationInvariant)');
}

/**
 * Variance of a Gaussian unit, 1 if it is constant; ⟨v²⟩ of a rectified unit, the inverse of its precision at bias 0.
 */
export function spreads({ visible }: UnitKinds, { means, variances }: Moments): Float64Array {
  return variances.map((variance, i) => (visible === 'relu' ? variance + means[i] * means[i] : variance) || 1);
}

/** The units of measure of the visible units: 1 if they are two-valued. */
export function unitsOf(kinds: UnitKinds, moments: Moments): Float64Array {
  return isReal(kinds.visible) ? scalesOf(spreads(kinds, moments)) : new Float64Array(moments.means.length).fill(1);
}

/** Samples of independent units, as numbers. */
function independent(layer: Layer, rows: number, key: bigint): Float32Array {
  const inputs = new Float64Array(rows * layer.size);
  for (let r = 0; r < rows; r++) inputs.set(layer.bias, r * layer.size);
  return layer.values(layer.sample(inputs, new Noise(key)));
}
