/**
 * The units of RBM layers by brute force in float64, written to be read: sums over two levels, and integrals by Simpson's rule. What the layers of the
 * package, and sums over whole RBMs, are compared with.
 */

import { logSumExp } from './enumeration.js';

export type Kind = 'bits' | 'spins' | 'gaussian' | 'relu';

/** The values of a unit with their weights: Σ weight·f(value) is the sum over its states, or the integral. */
export interface Nodes {
  values: Float64Array;
  /** log of the weights. */
  logWeights: Float64Array;
}

/**
 * States of a unit whose p(x) ∝ e^{ax - γx²/2}. Real ones: Simpson's rule over 14 widths 1/√γ about the maximum of the density; the step of 1/500 of a
 * width leaves a relative error of 1e-12, one of 1/107 still 1e-10.
 */
export function unitNodes(kind: Kind, a: number, gamma = 1, intervals = 14_000): Nodes {
  if (kind === 'bits' || kind === 'spins') {
    return { values: Float64Array.of(kind === 'bits' ? 0 : -1, 1), logWeights: new Float64Array(2) };
  }
  const width = 1 / Math.sqrt(gamma);
  const top = kind === 'relu' ? Math.max(0, a / gamma) : a / gamma;
  // of a density cut off far from its maximum, e^{-|a|x}, the width is 1/|a|
  const scale = kind === 'relu' && a < 0 ? Math.min(width, 3 / Math.abs(a)) : width;
  const start = kind === 'relu' ? Math.max(0, top - 14 * scale) : top - 14 * scale;
  const step = (top + 14 * scale - start) / intervals;
  return {
    values: Float64Array.from({ length: intervals + 1 }, (_, k) => start + k * step),
    logWeights: Float64Array.from({ length: intervals + 1 }, (_, k) =>
      Math.log((step / 3) * (k === 0 || k === intervals ? 1 : k % 2 ? 4 : 2)),
    ),
  };
}

/** log Σ_x e^{ax - γx²/2}, ⟨x⟩ and ⟨x²⟩ - ⟨x⟩² of one unit (no γ for two-valued ones). */
export function unitMoments(
  kind: Kind,
  a: number,
  gamma = 1,
  intervals = 14_000,
): { logSum: number; mean: number; variance: number } {
  const { values, logWeights } = unitNodes(kind, a, gamma, intervals);
  const square = kind === 'gaussian' || kind === 'relu' ? gamma : 0;
  const logs = values.map((x, k) => logWeights[k] + a * x - (square * x * x) / 2);
  const logSum = logSumExp(logs);
  let mean = 0;
  logs.forEach((log, k) => {
    mean += Math.exp(log - logSum) * values[k];
  });
  let variance = 0;
  logs.forEach((log, k) => {
    variance += Math.exp(log - logSum) * (values[k] - mean) ** 2;
  });
  return { logSum, mean, variance };
}

/** A layer in plain numbers. */
export interface PlainLayer {
  kind: Kind;
  bias: ArrayLike<number>;
  /** γ of real units. */
  precision?: ArrayLike<number>;
}

/** All states of a layer of two-valued units, as numbers. */
export function plainStates({ kind, bias }: PlainLayer): Float64Array[] {
  const low = kind === 'bits' ? 0 : -1;
  return Array.from({ length: 2 ** bias.length }, (_, state) =>
    Float64Array.from({ length: bias.length }, (_, i) => ((state >> i) & 1 ? 1 : low)),
  );
}

/** Inputs of the hidden units: b_j + Σ_i v_i W_ij. */
export function plainInputs(v: ArrayLike<number>, weights: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: bias.length }, (_, j) => {
    let sum = bias[j];
    for (let i = 0; i < v.length; i++) sum += v[i] * weights[i * bias.length + j];
    return sum;
  });
}

/** -F(v) = c·v - Σ γv²/2 + Σ_j log Σ_h e^{h a_j - γh²/2}. */
export function plainLogWeight(
  v: ArrayLike<number>,
  visible: PlainLayer,
  hidden: PlainLayer,
  weights: ArrayLike<number>,
): number {
  let log = 0;
  for (let i = 0; i < v.length; i++) {
    log += visible.bias[i] * v[i] - ((visible.precision?.[i] ?? 0) * v[i] ** 2) / 2;
  }
  plainInputs(v, weights, hidden.bias).forEach((a, j) => {
    log += unitMoments(hidden.kind, a, hidden.precision?.[j], 3000).logSum;
  });
  return log;
}
