/** Annealed importance sampling in the kernels' order (assembly/rbm/annealing.ts). Matrices are plain, row-major and unpadded, but for single panels. */

import { log } from './math.js';
import { product, repeatRows } from './products.js';
import { type Stream, uniform } from './streams.js';
import { exp32, PANEL, roundUp, sigmoid32, transpose } from './units.js';

const { fround } = Math;

/** What a panel says of the change of the log weights: of each row Σ max(x, 0), f32 [4], and Π (1 + lack), f64 [2]. */
export interface Shares {
  over: Float32Array;
  product: Float64Array;
}

/** σ(-to|x|)(e^q - 1), q = (to - from)|x|, of one input; by its Taylor series to q⁶ where all of four are small. */
function lackOf(size: number, from: number, to: number, small: boolean): number {
  const z = exp32(-fround(to * size));
  const likely = fround(1 / fround(1 + z));
  if (!small) return fround(likely * fround(exp32(-fround(from * size)) - z));
  const q = fround(fround(to - from) * size);
  let sum = fround(fround(q * fround(1 / 720)) + fround(1 / 120));
  for (const coefficient of [1 / 24, 1 / 6, 1 / 2, 1]) sum = fround(fround(q * sum) + fround(coefficient));
  return fround(fround(z * likely) * fround(q * sum));
}

/**
 * Bits of a panel of hidden inputs, and its shares. Columns that are equal modulo 4 are gathered in f32, then in f64.
 * @param panel [rows, 20]
 * @param numbers random, one an input
 */
export function annealUnits(panel: Float32Array, from: number, to: number, numbers: Uint32Array) {
  const rows = panel.length / PANEL;
  const over = new Float32Array(rows * 4);
  const lack = new Float32Array(rows * 4);
  const bits = panel.map((x, k) => {
    const r = Math.floor(k / PANEL);
    const at = r * 4 + (k % 4);
    const four = panel.subarray(k - (k % 4), k - (k % 4) + 4);
    const small = four.every((y) => Math.abs(fround(fround(to - from) * Math.abs(y))) <= 0.25);
    const more = lackOf(Math.abs(x), from, to, small);
    over[at] += Math.max(x, 0);
    lack[at] = fround(lack[at] + fround(more + fround(lack[at] * more)));
    const z = exp32(-fround(to * Math.abs(x)));
    const likely = fround(1 / fround(1 + z));
    return uniform(numbers[k]) < (x < 0 ? fround(z * likely) : likely) ? 1 : 0;
  });
  const pairs = Float64Array.from({ length: rows * 2 }, (_, k) => {
    const at = (k >> 1) * 4 + (k & 1);
    return (lack[at] + 1) * (lack[at + 2] + 1);
  });
  return { bits: Uint8Array.from(bits), shares: { over, product: pairs } satisfies Shares };
}

/** Bits [u < σ(to·x + added)] of a panel of visible inputs, [rows, 20]; `added` [20]. */
export function annealVisible(panel: Float32Array, to: number, added: Float32Array, numbers: Uint32Array): Uint8Array {
  return Uint8Array.from(panel, (x, k) =>
    uniform(numbers[k]) < sigmoid32(fround(fround(x * to) + added[k % PANEL])) ? 1 : 0,
  );
}

/** logs_r + delta·Σ_i d_i over the set bits: groups of four first, then those of even and of odd number. @param bits [rows, units] */
export function annealLinear(bits: Uint8Array, d: Float64Array, delta: number, logs: Float64Array): Float64Array {
  return logs.map((start, r) => {
    const sums = [0, 0];
    for (let first = 0; first < d.length; first += 4) {
      let four = 0;
      for (let i = first; i < Math.min(first + 4, d.length); i++) if (bits[r * d.length + i]) four += d[i];
      sums[(first / 4) % 2] += four;
    }
    return start + delta * (sums[0] + sums[1]);
  });
}

/** logs_r + delta·Σ max(x, 0) - log Π (1 + lack), panel after panel; a logarithm after 60 panels and after the last. */
export function annealShares(shares: readonly Shares[], delta: number, logs: Float64Array): Float64Array {
  return logs.map((start, r) => {
    const over = [0, 0];
    let factors = [1, 1];
    let sum = start;
    shares.forEach((share, p) => {
      for (const lane of [0, 1]) {
        over[lane] += share.over[r * 4 + lane] + share.over[r * 4 + lane + 2];
        factors[lane] *= share.product[r * 2 + lane];
      }
      if ((p + 1) % 60 !== 0 && p + 1 !== shares.length) return;
      sum -= log(factors[0]) + log(factors[1]);
      factors = [1, 1];
    });
    return sum + delta * (over[0] + over[1]);
  });
}

export interface AnnealedMachine {
  visible: number;
  hidden: number;
  weights: Float32Array;
  visibleBias: Float32Array;
  hiddenBias: Float32Array;
  /** c₀. */
  base: Float32Array;
}

/** Panel number p of a matrix [rows, columns], columns that are missing being `padding`. */
function panelOf(matrix: Float32Array, rows: number, columns: number, p: number, padding: number): Float32Array {
  return Float32Array.from({ length: rows * PANEL }, (_, k) => {
    const j = p * PANEL + (k % PANEL);
    return j < columns ? matrix[Math.floor(k / PANEL) * columns + j] : padding;
  });
}

/** Copies the bits of a panel [rows, 20] into those of all units [rows, columns]. */
function placePanel(bits: Uint8Array, rows: number, columns: number, p: number, panel: Uint8Array): void {
  panel.forEach((bit, k) => {
    const j = p * PANEL + (k % PANEL);
    if (j < columns) bits[Math.floor(k / PANEL) * columns + j] = bit;
  });
  if (bits.length !== rows * columns) throw new RangeError('bits of other rows');
}

/** v given h at β, [rows, visible]. */
export function annealDown(
  t: AnnealedMachine,
  h: Uint8Array,
  rows: number,
  beta: number,
  streams: Stream[],
): Uint8Array {
  const start = repeatRows(t.visibleBias, rows);
  const mirror = transpose(t.weights, t.visible, t.hidden);
  const inputs = beta > 0 ? product(h, mirror, start, rows, t.hidden, t.visible) : start;
  const added = t.base.map((c) => fround(fround(1 - beta) * c));
  const v = new Uint8Array(rows * t.visible);
  streams.forEach((stream, p) => {
    const panel = panelOf(inputs, rows, t.visible, p, -1e30);
    const bits = annealVisible(panel, beta, panelOf(added, 1, t.visible, p, -1e30), stream.fill(5 * rows));
    placePanel(v, rows, t.visible, p, bits);
  });
  return v;
}

/** One step from β to β': log weights, h and v. @param streams one a panel: hidden ones, then visible ones */
export function annealStep(
  t: AnnealedMachine,
  v: Uint8Array,
  logs: Float64Array,
  from: number,
  to: number,
  streams: Stream[],
): { v: Uint8Array; logs: Float64Array } {
  const rows = logs.length;
  const panels = roundUp(t.hidden, PANEL) / PANEL;
  const inputs = product(v, t.weights, repeatRows(t.hiddenBias, rows), rows, t.visible, t.hidden);
  const h = new Uint8Array(rows * t.hidden);
  const shares = streams.slice(0, panels).map((stream, p) => {
    const panel = panelOf(inputs, rows, t.hidden, p, 0);
    const { bits, shares } = annealUnits(panel, from, to, stream.fill(5 * rows));
    placePanel(h, rows, t.hidden, p, bits);
    return shares;
  });
  const d = Float64Array.from(t.visibleBias, (c, i) => c - t.base[i]);
  const linear = annealLinear(v, d, to - from, logs);
  return {
    v: annealDown(t, h, rows, to, streams.slice(panels)),
    logs: annealShares(shares, to - from, linear),
  };
}
