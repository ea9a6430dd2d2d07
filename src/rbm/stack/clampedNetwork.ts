/**
 * Gibbs sampling of a whole stack, as the belief network of beliefNetwork.ts, with some visible units clamped. Given
 * the layers above and below, the units of a hidden layer are not independent, since they are alternative explanations
 * of the layer below; so they are sampled one after another, each from its exact conditional: with x the layer below, h
 * the other units of its own, and y the layer above,
 *   log odds of h_j = c_j + (W^{l+1} y)_j + Σ_i [W_ij x_i - log (1 + e^{u_i + W_ij})/(1 + e^{u_i})],
 *   u_i = c_i + Σ_{k≠j} W_ik h_k,
 * c the biases of the visible units of RBM l + 1, and of RBM l. The lowest layer given the next, and the highest given
 * the one below it, are sampled as a whole. Each sweep costs a division and three multiplications per weight and chain.
 */

import { BitRows } from '../../util/bits.js';
import type { Work } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import { Noise } from '../model/noise.js';
import type { Rbm } from '../model/rbm.js';

/** Max input: above it e^u + 1 rounds to e^u, and products of e^u and e^W could overflow. */
const MAX_INPUT = 500;
/** Bounds of a product of factors before its logarithm is taken. */
const HUGE = 1e150;
/** Weights of all chains between two pauses. */
const SLICE = 1e6;

/** One RBM, its weights stored by hidden unit. */
class Link {
  readonly visible: number;
  readonly hidden: number;
  /** Row-major [hidden, visible]: W and e^W. */
  readonly weights: Float64Array;
  readonly factors: Float64Array;

  constructor(readonly rbm: Rbm) {
    const { visible, hidden, weights } = rbm;
    const { exp } = kernels();
    this.visible = visible;
    this.hidden = hidden;
    this.weights = Float64Array.from({ length: weights.length }, (_, k) => {
      return weights[(k % visible) * hidden + Math.floor(k / visible)];
    });
    this.factors = this.weights.map((w) => exp(w));
  }

  /** c + Wh. */
  down(h: Uint8Array): Float64Array {
    const { visible, weights } = this;
    const inputs = Float64Array.from(this.rbm.visibleBias);
    h.forEach((on, j) => {
      if (on) for (let i = 0; i < visible; i++) inputs[i] += weights[j * visible + i];
    });
    return inputs;
  }

  /** W_j·x of each hidden unit. */
  overlaps(x: Uint8Array): Float64Array {
    const { visible, weights } = this;
    return Float64Array.from({ length: this.hidden }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < visible; i++) if (x[i]) sum += weights[j * visible + i];
      return sum;
    });
  }

  /**
   * Samples the hidden units h in place, one after another, given the visible units below and the log odds from the
   * layer above.
   * @param above log odds from the layer above
   * @param u uniform numbers, one per unit
   */
  sweep(h: Uint8Array, x: Uint8Array, above: Float64Array, u: Float64Array): void {
    const { visible, factors } = this;
    const { exp, log, sigmoid } = kernels();
    const odds = this.down(h).map((input) => exp(Math.min(input, MAX_INPUT)));
    const overlaps = this.overlaps(x);
    for (let j = 0; j < h.length; j++) {
      const first = j * visible;
      if (h[j]) for (let i = 0; i < visible; i++) odds[i] /= factors[first + i];
      let product = 1;
      let lost = 0;
      for (let i = 0; i < visible; i++) {
        product *= (1 + odds[i] * factors[first + i]) / (1 + odds[i]);
        if (product > HUGE || product < 1 / HUGE) {
          lost += log(product);
          product = 1;
        }
      }
      lost += log(product);
      h[j] = u[j] < sigmoid(above[j] + overlaps[j] - lost) ? 1 : 0;
      if (h[j]) for (let i = 0; i < visible; i++) odds[i] *= factors[first + i];
    }
  }
}

/**
 * `steps` sweeps over all layers of each chain; yields its progress.
 * @param rbms from the data upwards
 * @param start one row per chain: of the visible units, and of each hidden layer, including the top one
 * @param clamped visible units that keep their values
 */
export function* clampedNetwork(
  rbms: readonly Rbm[],
  start: readonly BitRows[],
  clamped: readonly number[],
  steps: number,
  key: bigint,
): Work<BitRows> {
  const links = rbms.map((rbm) => new Link(rbm));
  const top = links[links.length - 1];
  const chains = Array.from({ length: start[0].count }, (_, r) => start.map((rows) => rows.row(r)));
  const held = new Uint8Array(links[0].visible);
  for (const i of clamped) held[i] = 1;
  const { sigmoid } = kernels();
  const noise = new Noise(key);
  const draw = (units: Uint8Array, inputs: Float64Array, u: Float64Array, keep?: Uint8Array) => {
    for (let i = 0; i < units.length; i++) if (!keep?.[i]) units[i] = u[i] < sigmoid(inputs[i]) ? 1 : 0;
  };
  const cost = links.reduce((sum, { weights }) => sum + weights.length, 0);
  const units = start.reduce((sum, { width }) => sum + width, 0);
  let since = 0;
  for (let step = 0; step < steps; step++) {
    noise.seed(key, step);
    const numbers = noise.uniform(chains.length * units);
    for (const [r, layers] of chains.entries()) {
      let used = r * units;
      const next = (count: number) => {
        used += count;
        return numbers.subarray(used - count, used);
      };
      for (let l = 0; l + 1 < links.length; l++) {
        const above = links[l + 1].down(layers[l + 2]);
        links[l].sweep(layers[l + 1], layers[l], above, next(links[l].hidden));
      }
      draw(layers[0], links[0].down(layers[1]), next(links[0].visible), held);
      const below = layers[links.length - 1];
      const overlaps = top.overlaps(below);
      draw(
        layers[links.length],
        overlaps.map((sum, j) => sum + top.rbm.hiddenBias[j]),
        next(top.hidden),
      );
      since += cost;
      if (since < SLICE) continue;
      since = 0;
      yield { stage: 'generate', done: step + (r + 1) / chains.length, total: steps, unit: 'steps' };
    }
  }
  const rows = new BitRows(chains.length, start[0].width);
  chains.forEach(([v], r) => {
    v.forEach((on, i) => {
      if (on) rows.bytes[r * rows.stride + (i >> 3)] |= 1 << (i & 7);
    });
  });
  return rows;
}
