/** RBMs for other programs, as their named arrays: the inverse of importRbm.ts. */

import { encodeNpz } from '../formats/npz.js';
import { encodeSafetensors } from '../formats/safetensors.js';
import type { Floats } from '../rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../rbm/model/rbm.js';
import { instanceOf, oneOf, refuse } from '../util/check.js';

/**
 * The file of an RBM of {0,1} units, energy -c·v - b·h - vᵀWh, for another program. Equal RBMs give equal bytes.
 *
 * - `torch`: safetensors, a state dict of float32: `W` [hidden, visible], which `torch.nn.functional.linear(v, W,
 *   h_bias)` takes, `v_bias` [visible] and `h_bias` [hidden].
 *   `module.load_state_dict(safetensors.torch.load_file(path))` fits modules whose parameters have these names and
 *   shapes. `rbmFromTensors` reads it too; if there are as many hidden as visible units, with `rows: 'hidden'`.
 * - `sklearn`: .npz of float64 with the attributes of a fitted scikit-learn `BernoulliRBM`: `components_` [hidden,
 *   visible], `intercept_visible_` [visible], `intercept_hidden_` [hidden]. `rbm = BernoulliRBM(n_components=hidden)`,
 *   then `for name, value in np.load(path).items(): setattr(rbm, name, value)` makes an RBM that transforms, scores,
 *   samples and continues with `partial_fit`.
 * @throws TypeError if `rbm` is not an Rbm; RangeError for another program, for units other than {0,1}
 *   (`toBits(rbm).rbm` converts ±1 units), or, with torch, for a bias that is not finite in float32
 */
export function exportRbm(rbm: AnyRbm, to: 'torch' | 'sklearn'): Uint8Array<ArrayBuffer> {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  oneOf('to', to, ['torch', 'sklearn']);
  const { visible, hidden, visibleLayer, hiddenLayer } = rbm;
  const kinds = [visibleLayer.kind, hiddenLayer.kind];
  if (kinds.some((kind) => kind !== 'bits')) {
    const twoValued = kinds.every((kind) => kind === 'bits' || kind === 'spins');
    const advice = twoValued
      ? 'toBits(rbm).rbm is the same RBM of {0,1} units'
      : 'encodeRbm keeps Gaussian and rectified units';
    throw new RangeError(`"rbm" expected bits in both layers, got ${kinds.join(' and ')}: ${advice}`);
  }
  // [hidden, visible]
  const weights = rbm.mirror().weights;
  if (to === 'torch') {
    return encodeSafetensors({
      tensors: {
        W: { shape: [hidden, visible], data: weights },
        v_bias: { shape: [visible], data: singles('visibleBias', visibleLayer.bias) },
        h_bias: { shape: [hidden], data: singles('hiddenBias', hiddenLayer.bias) },
      },
    });
  }
  return encodeNpz({
    components_: { shape: [hidden, visible], data: Float64Array.from(weights) },
    intercept_visible_: { shape: [visible], data: Float64Array.from(visibleLayer.bias) },
    intercept_hidden_: { shape: [hidden], data: Float64Array.from(hiddenLayer.bias) },
  });
}

/**
 * Rounded to float32.
 * @throws RangeError for an entry that is not finite in float32
 */
function singles(name: string, bias: Floats): Float32Array {
  const rounded = Float32Array.from(bias);
  const bad = rounded.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) refuse(`rbm.${name}[${bad}]`, 'number that float32 holds', bias[bad]);
  return rounded;
}
