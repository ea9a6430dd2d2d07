/** A trained RBM compared with its rows, with independent units and with its chains: the doubts that follow. */

import { type WeightedMean, weightedMean } from '../../stats/weighted.js';
import { BitRows } from '../../util/bits.js';
import { lengthOf } from '../../util/check.js';
import type { Layer, States } from '../model/layers.js';
import type { Rbm } from '../model/rbm.js';
import * as doubt from './doubts.js';
import type { Scores, Side, Weighted } from './modes.js';
import { treeGain } from './pairTree.js';

/** Standard errors of a significant difference; VERY_FAR for samples from annealing, whose errors are less reliable. */
const FAR = 4;
export const VERY_FAR = 5;
/** Min ratio of different shares. */
const TWICE = 2;
/** Min gain in units of that of a tree of pairs; below it next to nothing is learned. */
const LITTLE = 0.05;

/**
 * Doubts from the comparison of the likelihood with that of independent units.
 * @param told the doubt from the records: weights that hardly moved, or biases that drifted
 */
export function likelihoodDoubts<V extends States>(
  { logs, independent, gains }: Scores,
  { states, values, weights }: Weighted<V>,
  modes: [Side, Side] | undefined,
  told: 'unmoved' | 'driven' | null,
  mix: string,
): string[] {
  if (!independent || !gains) return [];
  const gain = weightedMean(gains, weights);
  // independent units are fitted to these rows: half a nat per parameter
  const parameters = (values.length / logs.length) * (states instanceof BitRows ? 1 : 2);
  const fitted = parameters / (2 * gain.effectiveSize);
  const isBelow = ({ mean, error }: WeightedMean) => mean + FAR * error + fitted < 0;
  const lost = modes?.find((side) => side.gain && isBelow(side.gain));
  const kept = modes?.find((side) => side.gain && side.gain.mean > 0);
  // an untrained model has not lost a mode
  if (lost && kept && told !== 'unmoved') {
    const { logLikelihood: mean, independent: other = Number.NaN, share } = lost.seen;
    return [doubt.modeLost(share, { logLikelihood: mean, independent: other }, kept.seen, mix)];
  }
  if (isBelow(gain)) {
    return [doubt.belowIndependent(weightedMean(logs, weights).mean, weightedMean(independent, weights).mean, mix)];
  }
  if (told || !(states instanceof BitRows)) return [];
  const tree = treeGain(states);
  if (tree === 0 || gain.mean + fitted + 2 * gain.error >= LITTLE * tree) return [];
  return [doubt.learnedLittle({ value: gain.mean, error: gain.error }, tree)];
}

/** A doubt if the shares of the model's samples on the sides differ from those of the rows. */
export function shareDoubts(modes: [Side, Side], mix: string): string[] {
  const [{ share, modelShare }] = modes;
  if (!modelShare) return [];
  const [n, m] = [share.effectiveSize, modelShare.effectiveSize];
  const pooled = (n * share.mean + m * modelShare.mean) / (n + m);
  const z = Math.abs(share.mean - modelShare.mean) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const ratio = (a: number, b: number) => Math.max(a / b, b / a);
  const off = Math.max(ratio(share.mean, modelShare.mean), ratio(1 - share.mean, 1 - modelShare.mean));
  if (!(z > FAR && off > TWICE)) return [];
  const error = Math.sqrt((pooled * (1 - pooled)) / m);
  return [doubt.sharesDiffer(share.mean, { value: modelShare.mean, error }, mix)];
}

/**
 * A doubt if chains and samples have different means: the one of free energy, magnetisation and its square that differs
 * most.
 */
export function chainDoubts<V extends States>(
  rbm: Rbm<V, States>,
  chains: V,
  chainWeights: ArrayLike<number> | undefined,
  samples: Weighted<V>,
  mix: string,
): string[] {
  const values = (rbm.visibleLayer as Layer).values(chains);
  const count = values.length / rbm.visible;
  const weights = chainWeights ? lengthOf('chainWeights', chainWeights, count) : new Float64Array(count).fill(1);
  const magnetisation = (of: Float32Array) =>
    Float64Array.from({ length: of.length / rbm.visible }, (_, r) => {
      let sum = 0;
      for (let i = 0; i < rbm.visible; i++) sum += of[r * rbm.visible + i];
      return sum / rbm.visible;
    });
  const [own, other] = [magnetisation(values), magnetisation(samples.values)];
  const square = (m: number) => m * m;
  const compared = (
    [
      ['free energy', rbm.freeEnergy(chains), rbm.freeEnergy(samples.states)],
      ['mean of the units', own, other],
      ['mean square of the mean of the units', own.map(square), other.map(square)],
    ] as const
  ).map(([quantity, a, b]) => {
    const [x, y] = [weightedMean(a, weights), weightedMean(b, samples.weights)];
    const error = Math.hypot(x.error, y.error);
    return { quantity, x, y, z: error > 0 ? (x.mean - y.mean) / error : 0 };
  });
  const [worst] = [...compared].sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  if (!(Math.abs(worst.z) > VERY_FAR)) return [];
  const { quantity, x, y, z } = worst;
  return [doubt.chainsParted(quantity, { value: x.mean, error: x.error }, { value: y.mean, error: y.error }, z, mix)];
}
