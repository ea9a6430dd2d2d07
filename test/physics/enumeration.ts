/**
 * Small models by brute force in float64, written to be read: every state of the visible and hidden units of an RBM, every state of a small
 * Ising torus. What the fast code is compared with.
 */

import type { RbmParameters } from '../../src/rbm/model/rbm.js';
import { BitRows } from '../../src/util/bits.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

/** Rows of 0 and 1 as BitRows. */
export function bitRows(rows: readonly ArrayLike<number>[], width = rows[0].length): BitRows {
  const stride = Math.ceil(width / 8);
  const bytes = new Uint8Array(rows.length * stride);
  rows.forEach((row, r) => {
    for (let i = 0; i < width; i++) if (row[i]) bytes[r * stride + (i >> 3)] |= 1 << (i & 7);
  });
  return new BitRows(rows.length, width, bytes);
}

/** State number s as 0 and 1: unit i is bit i of s. */
export function unitsOf(state: number, units: number): Uint8Array {
  return Uint8Array.from({ length: units }, (_, i) => (state >> i) & 1);
}

/** All 2^units states; row s is state s. */
export function allStates(units: number): BitRows {
  return bitRows(Array.from({ length: 2 ** units }, (_, state) => unitsOf(state, units)));
}

/** Number of the state in a row, up to 30 units. */
export function stateOf(rows: BitRows, row: number): number {
  let state = 0;
  for (let byte = 0; byte < rows.stride; byte++) state |= rows.bytes[row * rows.stride + byte] << (8 * byte);
  return state;
}

/** Independent random bits; `bias(i)` is the probability of a 1 at place i. */
export function randomRows(
  count: number,
  width: number,
  seed: number,
  bias: (i: number) => number = () => 0.5,
): BitRows {
  const next = xoshiro128(seedWords(seed));
  return bitRows(
    Array.from({ length: count }, () =>
      Uint8Array.from({ length: width }, (_, i) => (next() < bias(i) * 2 ** 32 ? 1 : 0)),
    ),
    width,
  );
}

/** Parameters N(0, deviation²), weights and biases alike. */
export function randomParameters(visible: number, hidden: number, seed: number, deviation = 1): RbmParameters {
  const draw = normal(xoshiro128(seedWords(seed)));
  const floats = (length: number) => Float32Array.from({ length }, () => deviation * draw());
  return {
    visible,
    hidden,
    weights: floats(visible * hidden),
    visibleBias: floats(visible),
    hiddenBias: floats(hidden),
  };
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** log Σ e^x. */
export function logSumExp(x: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let k = 0; k < x.length; k++) largest = Math.max(largest, x[k]);
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += Math.exp(x[k] - largest);
  return largest + Math.log(sum);
}

/** b_j + Σ_i v_i W_ij. */
export function upInputs({ visible, hidden, weights, hiddenBias }: RbmParameters, v: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: hidden }, (_, j) => {
    let sum = hiddenBias[j];
    for (let i = 0; i < visible; i++) sum += v[i] * weights[i * hidden + j];
    return sum;
  });
}

/** c_i + Σ_j W_ij h_j. */
export function downInputs(
  { visible, hidden, weights, visibleBias }: RbmParameters,
  h: ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: visible }, (_, i) => {
    let sum = visibleBias[i];
    for (let j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
    return sum;
  });
}

/** E(v,h) = -c·v - b·h - vᵀWh. */
export function rbmEnergy(parameters: RbmParameters, v: ArrayLike<number>, h: ArrayLike<number>): number {
  const { visible, hidden, weights, visibleBias, hiddenBias } = parameters;
  let energy = 0;
  for (let i = 0; i < visible; i++) energy -= visibleBias[i] * v[i];
  for (let j = 0; j < hidden; j++) energy -= hiddenBias[j] * h[j];
  for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) energy -= v[i] * weights[i * hidden + j] * h[j];
  return energy;
}

/** F(v) = -log Σ_h e^{-E(v,h)}, all hidden states one by one. */
export function rbmFreeEnergy(parameters: RbmParameters, v: ArrayLike<number>): number {
  return -logSumExp(
    Float64Array.from(
      { length: 2 ** parameters.hidden },
      (_, h) => -rbmEnergy(parameters, v, unitsOf(h, parameters.hidden)),
    ),
  );
}

/** log p(v) of every visible state, normalised. */
export function logProbabilities(parameters: RbmParameters): Float64Array {
  const logs = Float64Array.from(
    { length: 2 ** parameters.visible },
    (_, v) => -rbmFreeEnergy(parameters, unitsOf(v, parameters.visible)),
  );
  const logZ = logSumExp(logs);
  return logs.map((x) => x - logZ);
}

/** Mean log p(v) of the rows. */
export function logLikelihood(parameters: RbmParameters, data: BitRows): number {
  const logs = logProbabilities(parameters);
  let sum = 0;
  for (let r = 0; r < data.count; r++) sum += logs[stateOf(data, r)];
  return sum / data.count;
}

/** Probability of each state of independent units with these inputs. */
function productDistribution(inputs: Float64Array): Float64Array {
  const on = Float64Array.from(inputs, sigmoid);
  return Float64Array.from({ length: 2 ** on.length }, (_, state) =>
    on.reduce((p, q, k) => p * ((state >> k) & 1 ? q : 1 - q), 1),
  );
}

/**
 * What one CD-k step of gradient over all rows is on average, and its covariance: exact sums over all paths of the chain. Entries: W row-major
 * [visible, hidden], then c, then b; means over the rows.
 *   gradient = ⟨v p(h|v)⟩ - ⟨v⁻ p(h|v⁻)⟩,  ⟨v⟩ - ⟨v⁻⟩,  ⟨p(h|v)⟩ - ⟨p(h|v⁻)⟩,   k times h ~ p(h|v),  v⁻ ~ p(v|h)
 */
export function contrastiveGradient(
  parameters: RbmParameters,
  data: BitRows,
  steps = 1,
): { mean: Float64Array; covariance: () => Float64Array } {
  const { visible, hidden } = parameters;
  const size = visible * hidden + visible + hidden;
  const states = 2 ** visible;
  const statistics = Array.from({ length: states }, (_, state) => {
    const v = unitsOf(state, visible);
    const p = upInputs(parameters, v).map(sigmoid);
    const s = new Float64Array(size);
    for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) s[i * hidden + j] = v[i] * p[j];
    s.set(v, visible * hidden);
    s.set(p, visible * hidden + visible);
    return s;
  });
  const down = Array.from({ length: 2 ** hidden }, (_, h) =>
    productDistribution(downInputs(parameters, unitsOf(h, hidden))),
  );
  const counts = new Float64Array(states);
  for (let r = 0; r < data.count; r++) counts[stateOf(data, r)]++;

  // T(v → v⁻): one step of the chain
  const transitions = Array.from({ length: states }, (_, state) => {
    const probabilities = new Float64Array(states);
    productDistribution(upInputs(parameters, unitsOf(state, visible))).forEach((p, h) => {
      for (let v = 0; v < states; v++) probabilities[v] += p * down[h][v];
    });
    return probabilities;
  });

  // for each v in the data: p(v⁻ | v) after all steps, and the statistics of v⁻ on average
  const chains = Array.from(counts, (count, state) => {
    let probabilities = new Float64Array(states);
    const average = new Float64Array(size);
    if (count > 0) {
      probabilities[state] = 1;
      for (let step = 0; step < steps; step++) {
        const next = new Float64Array(states);
        probabilities.forEach((p, from) => {
          for (let v = 0; v < states; v++) next[v] += p * transitions[from][v];
        });
        probabilities = next;
      }
      probabilities.forEach((p, v) => {
        for (let k = 0; k < size; k++) average[k] += p * statistics[v][k];
      });
    }
    return { probabilities, average };
  });
  const mean = new Float64Array(size);
  counts.forEach((count, state) => {
    const { average } = chains[state];
    for (let k = 0; k < size; k++) mean[k] += (count / data.count) * (statistics[state][k] - average[k]);
  });
  const covariance = () => {
    const matrix = new Float64Array(size * size);
    counts.forEach((count, state) => {
      if (count === 0) return;
      const { probabilities, average } = chains[state];
      probabilities.forEach((p, v) => {
        for (let k = 0; k < size; k++) {
          const first = (p * count * (statistics[v][k] - average[k])) / data.count ** 2;
          for (let l = 0; l < size; l++) matrix[k * size + l] += first * (statistics[v][l] - average[l]);
        }
      });
    });
    return matrix;
  };
  return { mean, covariance };
}

/** All bonds of the rows×columns torus, 2 a site: [site, its right or lower neighbour]. */
export function torusBonds(rows: number, columns = rows): [number, number][] {
  const bonds: [number, number][] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      bonds.push([y * columns + x, y * columns + ((x + 1) % columns)]);
      bonds.push([y * columns + x, ((y + 1) % rows) * columns + x]);
    }
  }
  return bonds;
}

/** Σ s s' over bonds of a configuration of ±1. */
export function bondSum(spins: ArrayLike<number>, bonds: readonly [number, number][]): number {
  return bonds.reduce((sum, [a, b]) => sum + spins[a] * spins[b], 0);
}
