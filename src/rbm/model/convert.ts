/**
 * Conversion between {0,1} and ±1 units. With x = α + κs in a layer of bias c,
 *   -c·x - b·h - xᵀWh = -(κc)·s - (b + αΣ_i W_i)·h - κ sᵀWh - αΣ_i c_i,
 * so the distribution is the same, and the energy changes by a constant. Sums are taken in float64 and kept so:
 * converted biases are Float64Array; halved or doubled weights are exact in float32.
 */

import { instanceOf } from '../../util/check.js';
import { bitLayer, type Floats, type Layer, type States, spinLayer } from './layers.js';
import { type AnyRbm, Rbm } from './rbm.js';

/** The RBM in the other convention. */
export interface ConvertedRbm<V extends States, H extends States> {
  rbm: Rbm<V, H>;
  /** E = E_converted + constant for the same configurations. */
  constant: number;
}

/**
 * The RBM with ±1 units in every two-valued layer: configurations are the same rows of bits. Real layers are unchanged.
 * @throws TypeError if not an Rbm
 */
export function toSpins<V extends States, H extends States>(rbm: Rbm<V, H>): ConvertedRbm<V, H> {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  return converted(rbm, spinLayer);
}

/**
 * The RBM with {0,1} units in every two-valued layer: configurations are the same rows of bits. Real layers are
 * unchanged.
 * @throws TypeError if not an Rbm
 */
export function toBits<V extends States, H extends States>(rbm: Rbm<V, H>): ConvertedRbm<V, H> {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  return converted(rbm, bitLayer);
}

function converted<V extends States, H extends States>(rbm: Rbm<V, H>, layer: (bias: Floats) => Layer) {
  const visible = rewritten(rbm as AnyRbm, layer);
  if (rbm.hiddenLayer.kind === layer(new Float64Array(1)).kind) return visible as ConvertedRbm<V, H>;
  const hidden = rewritten(visible.rbm.mirror(), layer);
  return { rbm: hidden.rbm.mirror() as Rbm<V, H>, constant: visible.constant + hidden.constant };
}

/** The RBM with its visible layer, if it is two-valued, in the units of `layer`. */
export function rewritten(rbm: AnyRbm, layer: (bias: Floats) => Layer): ConvertedRbm<States, States> {
  const { visibleLayer, hiddenLayer, weights, hidden } = rbm;
  const target = layer(new Float64Array(1));
  if (!visibleLayer.levels || !target.levels || visibleLayer.kind === target.kind) return { rbm, constant: 0 };
  const [low, high] = visibleLayer.levels;
  const kappa = (high - low) / (target.levels[1] - target.levels[0]);
  const alpha = low - kappa * target.levels[0];
  const bias = Float64Array.from(hiddenLayer.bias);
  weights.forEach((w, k) => {
    bias[k % hidden] += alpha * w;
  });
  let constant = 0;
  for (const c of visibleLayer.bias) constant -= alpha * c;
  return {
    rbm: new Rbm<States, States>({
      visibleLayer: layer(Float64Array.from(visibleLayer.bias, (c) => kappa * c)),
      hiddenLayer: hiddenLayer.withBias(bias),
      weights: weights.map((w) => kappa * w),
    }),
    constant,
  };
}
