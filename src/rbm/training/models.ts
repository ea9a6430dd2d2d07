/** RBMs and chains from the arrays of a training run. */

import { BitRows } from '../../util/bits.js';
import type { CheckedOptions } from '../engines/checkedOptions.js';
import { numericRbm } from '../engines/numericState.js';
import type { Parameters, Weights } from '../engines/state.js';
import { toSpins } from '../model/convert.js';
import { type AnyRbm, Rbm } from '../model/rbm.js';

/** The RBM in the units of the options. */
export function rbmOf(parameters: Weights, options: CheckedOptions): AnyRbm {
  const { kinds, units } = options;
  if (kinds) return numericRbm(kinds, parameters);
  const rbm = bitRbmOf(parameters, options);
  return units === 'spins' ? toSpins(rbm).rbm : rbm;
}

/** The RBM of {0,1} units in which bits are trained. */
export function bitRbmOf({ weights, visibleBias, hiddenBias }: Weights, { hidden }: CheckedOptions): Rbm {
  return new Rbm({ visible: visibleBias.length, hidden, weights, visibleBias, hiddenBias });
}

/** Persistent chains of the model itself (not of its replicas), if they are bits. */
export function chainsOf(
  { chains, visibleBias }: Pick<Parameters, 'chains' | 'visibleBias'>,
  { chains: count }: CheckedOptions,
): BitRows | undefined {
  if (!chains) return undefined;
  const visible = visibleBias.length;
  return new BitRows(count, visible, chains.slice(0, count * Math.ceil(visible / 8)));
}
