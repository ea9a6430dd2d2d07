// One step along a gradient, for one panel of weights and its hidden units: momentum, Nesterov or Adam; centring, L2, L1 and a bound on norms.
//
//   g ← G - μ dbᵀ - dc λᵀ - decay·W      (centring: the gradient by the weights between v - μ and h - λ)
//   momentum   u ← m·u + rate·g,  W ← W + u
//   Nesterov   u ← m·u + rate·g,  W ← W + m·u + rate·g
//   Adam       u ← m·u + (1 - m)·g,  s ← β·s + (1 - β)·g²,  W ← W + first·u / d,  d = √(second·s) + ε
//              first = rate/(1 - mᵗ),  second = 1/(1 - βᵗ),  t the number of the update (Kingma & Ba, arXiv:1412.6980)
//   W ← shrink(W, λ₁), divided by d for Adam;  columns longer than `limit` are shortened to it
//
// In the words of E = -(v - μ)ᵀW(h - λ) - c'·(v - μ) - b'·(h - λ) a step of W leaves b' and c' where they are, so the ordinary biases b = b' - Wᵀμ and
// c = c' - Wλ move by -ΔWᵀμ and -ΔWλ: `correction` and `partial` below.

import { sumLanes } from '../lanes';
import { exp4 } from '../math';
import { PANEL, ROW } from './panel';
import { shrink, storeBlock } from './update';

export const MOMENTUM: u32 = 0;
export const NESTEROV: u32 = 1;
export const ADAM: u32 = 2;

/** Adam's β and ε. */
const BETA: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/** The numbers of every step of a run; what changes from step to step is passed beside it. Filled in by src/rbm/engines/memory/layout.ts. */
@unmanaged export class Step {
  optimiser: u32; // 0 momentum, 1 Nesterov, 2 Adam
  momentum: f32;
  lambda: f32; // L1 shrinkage
  decay: f32; // L2
  limit: f32; // of the norm of a column, 0 for none
}

/** Four numbers moved by their gradient; `square` is read by Adam alone. */
// @ts-ignore: decorator
@inline function moved(
  x: v128, g: v128, velocity: usize, square: usize, step: Step, rate: f32, second: f32, lambda: f32,
): v128 {
  const m = f32x4.splat(step.momentum);
  const before = f32x4.mul(m, v128.load(velocity));
  if (step.optimiser == ADAM) {
    const u = f32x4.add(before, f32x4.mul(f32x4.splat(<f32>1 - step.momentum), g));
    const s = f32x4.add(
      f32x4.mul(f32x4.splat(BETA), v128.load(square)), f32x4.mul(f32x4.splat(<f32>1 - BETA), f32x4.mul(g, g)),
    );
    v128.store(velocity, u);
    v128.store(square, s);
    const d = f32x4.add(f32x4.sqrt(f32x4.mul(f32x4.splat(second), s)), f32x4.splat(EPSILON));
    return shrink(f32x4.add(x, f32x4.div(f32x4.mul(f32x4.splat(rate), u), d)), f32x4.div(f32x4.splat(lambda), d));
  }
  const pull = f32x4.mul(f32x4.splat(rate), g);
  const u = f32x4.add(before, pull);
  v128.store(velocity, u);
  const by = step.optimiser == NESTEROV ? f32x4.add(f32x4.mul(m, u), pull) : u;
  return shrink(f32x4.add(x, by), f32x4.splat(lambda));
}

/**
 * One panel of W moved along its gradient, with the matching rows of Wᵀ.
 * @param gradient f32 [rows, 20]; may be overwritten by what the weights become
 * @param db dc f32 [20] and [rows]: gradients of the biases
 * @param lambdas mus f32 [20] and [rows]: the offsets λ and μ; 0 for an uncentred step, and then partial and correction are not written
 * @param partial f32 [rows]: ΔW λ of this panel; correction f32 [20]: ΔWᵀμ
 * @param norms f32 [20]: scratch
 * @param rate second with Adam rate/(1 - mᵗ) and 1/(1 - βᵗ)
 */
export function descendPanel(
  gradient: usize, velocity: usize, square: usize, weights: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  db: usize, dc: usize, lambdas: usize, mus: usize, partial: usize, correction: usize, norms: usize,
  step: Step, rate: f32, second: f32,
): void {
  if (step.optimiser == MOMENTUM && step.limit == 0) {
    if (lambdas) momentumPanel(gradient, velocity, weights, mirror, rows, hidden, panel, db, dc, lambdas, mus, partial, correction, step, rate, true);
    else momentumPanel(gradient, velocity, weights, mirror, rows, hidden, panel, db, dc, lambdas, mus, partial, correction, step, rate, false);
    return;
  }
  const decay = f32x4.splat(step.decay);
  for (let i: u32 = 0; i < rows; i++) {
    const row = <usize>i * ROW;
    const mu = lambdas ? v128.load32_splat(mus + ((<usize>i) << 2)) : f32x4.splat(0);
    const d = lambdas ? v128.load32_splat(dc + ((<usize>i) << 2)) : f32x4.splat(0);
    for (let k: usize = 0; k < ROW; k += 16) {
      const w = v128.load(weights + row + k);
      let g = v128.load(gradient + row + k);
      if (lambdas) {
        g = f32x4.sub(g, f32x4.mul(mu, v128.load(db + k)));
        g = f32x4.sub(g, f32x4.mul(v128.load(lambdas + k), d));
      }
      g = f32x4.sub(g, f32x4.mul(decay, w));
      v128.store(gradient + row + k, moved(w, g, velocity + row + k, square + row + k, step, rate, second, step.lambda));
    }
  }
  if (step.limit > 0) boundNorms(gradient, rows, norms, step.limit);
  if (lambdas) correctBiases(gradient, weights, rows, lambdas, mus, partial, correction);
  mirrorPanel(gradient, weights, mirror, rows, hidden, panel);
}

/** Four weights w of `momentumPanel`, moved; b and l are db and λ of their columns, at `mu` and `d` μ and dc of their row. */
// @ts-ignore: decorator
@inline function momentumStep(
  gradient: usize, velocity: usize, w: v128, rate: v128, momentum: v128, lambda: v128, decay: v128,
  mu: usize, d: usize, b: v128, l: v128, centred: bool,
): v128 {
  let g = v128.load(gradient);
  if (centred) {
    g = f32x4.sub(g, f32x4.mul(v128.load32_splat(mu), b));
    g = f32x4.sub(g, f32x4.mul(l, v128.load32_splat(d)));
  }
  g = f32x4.sub(g, f32x4.mul(decay, w));
  const u = f32x4.add(f32x4.mul(momentum, v128.load(velocity)), f32x4.mul(rate, g));
  v128.store(velocity, u);
  return shrink(f32x4.add(w, u), lambda);
}

/** The steps of `descendPanel` with plain momentum and no bound, as one pass: four rows at a time, 4×4 blocks transposed in registers. Leaves the gradient. */
// @ts-ignore: decorator
@inline function momentumPanel(
  gradient: usize, velocity: usize, weights: usize, mirror: usize, rows: u32, hidden: u32, panel: u32,
  db: usize, dc: usize, lambdas: usize, mus: usize, partial: usize, correction: usize, step: Step, rate: f32, centred: bool,
): void {
  const r = f32x4.splat(rate);
  const m = f32x4.splat(step.momentum);
  const shrinkage = f32x4.splat(step.lambda);
  const decay = f32x4.splat(step.decay);
  const zero = f32x4.splat(0);
  if (centred) memory.fill(correction, 0, ROW);
  for (let i: u32 = 0; i < rows; i += 4) {
    const block = mirror + <usize>(i / PANEL) * (<usize>hidden * ROW) + ((<usize>(i % PANEL)) << 2) + <usize>(panel * PANEL) * ROW;
    const mu = mus + ((<usize>i) << 2);
    const d = dc + ((<usize>i) << 2);
    let sum0 = zero;
    let sum1 = zero;
    let sum2 = zero;
    let sum3 = zero;
    for (let k: usize = 0; k < ROW; k += 16) {
      const at = <usize>i * ROW + k;
      const g = gradient + at;
      const v = velocity + at;
      const w = weights + at;
      const b = centred ? v128.load(db + k) : zero;
      const l = centred ? v128.load(lambdas + k) : zero;
      const before0 = v128.load(w);
      const before1 = v128.load(w, ROW);
      const before2 = v128.load(w, 2 * ROW);
      const before3 = v128.load(w, 3 * ROW);
      const w0 = momentumStep(g, v, before0, r, m, shrinkage, decay, mu, d, b, l, centred);
      const w1 = momentumStep(g + ROW, v + ROW, before1, r, m, shrinkage, decay, mu + 4, d + 4, b, l, centred);
      const w2 = momentumStep(g + 2 * ROW, v + 2 * ROW, before2, r, m, shrinkage, decay, mu + 8, d + 8, b, l, centred);
      const w3 = momentumStep(g + 3 * ROW, v + 3 * ROW, before3, r, m, shrinkage, decay, mu + 12, d + 12, b, l, centred);
      v128.store(w, w0);
      v128.store(w, w1, ROW);
      v128.store(w, w2, 2 * ROW);
      v128.store(w, w3, 3 * ROW);
      if (centred) {
        const change0 = f32x4.sub(w0, before0);
        const change1 = f32x4.sub(w1, before1);
        const change2 = f32x4.sub(w2, before2);
        const change3 = f32x4.sub(w3, before3);
        sum0 = f32x4.add(sum0, f32x4.mul(change0, l));
        sum1 = f32x4.add(sum1, f32x4.mul(change1, l));
        sum2 = f32x4.add(sum2, f32x4.mul(change2, l));
        sum3 = f32x4.add(sum3, f32x4.mul(change3, l));
        let c = v128.load(correction + k);
        c = f32x4.add(c, f32x4.mul(v128.load32_splat(mu), change0));
        c = f32x4.add(c, f32x4.mul(v128.load32_splat(mu, 4), change1));
        c = f32x4.add(c, f32x4.mul(v128.load32_splat(mu, 8), change2));
        v128.store(correction + k, f32x4.add(c, f32x4.mul(v128.load32_splat(mu, 12), change3)));
      }
      storeBlock(w0, w1, w2, w3, block + (k >> 2) * ROW);
    }
    if (centred) {
      const out = partial + ((<usize>i) << 2);
      store<f32>(out, sumLanes(sum0));
      store<f32>(out, sumLanes(sum1), 4);
      store<f32>(out, sumLanes(sum2), 8);
      store<f32>(out, sumLanes(sum3), 12);
    }
  }
}

/** Columns of a panel longer than `limit` are shortened to it. */
function boundNorms(panel: usize, rows: u32, norms: usize, limit: f32): void {
  const end = panel + <usize>rows * ROW;
  const limits = f32x4.splat(limit);
  for (let k: usize = 0; k < ROW; k += 16) {
    let sum = f32x4.splat(0);
    for (let at = panel + k; at < end; at += ROW) sum = f32x4.add(sum, f32x4.mul(v128.load(at), v128.load(at)));
    const norm = f32x4.sqrt(sum);
    v128.store(norms + k, v128.bitselect(f32x4.div(limits, norm), f32x4.splat(1), f32x4.gt(norm, limits)));
  }
  for (let at = panel; at < end; at += ROW) {
    for (let k: usize = 0; k < ROW; k += 16) v128.store(at + k, f32x4.mul(v128.load(at + k), v128.load(norms + k)));
  }
}

/** partial_i ← Σ_j ΔW_ij λ_j, correction_j ← Σ_i μ_i ΔW_ij. */
function correctBiases(
  after: usize, before: usize, rows: u32, lambdas: usize, mus: usize, partial: usize, correction: usize,
): void {
  memory.fill(correction, 0, ROW);
  for (let i: u32 = 0; i < rows; i++) {
    const row = <usize>i * ROW;
    const mu = v128.load32_splat(mus + ((<usize>i) << 2));
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < ROW; k += 16) {
      const change = f32x4.sub(v128.load(after + row + k), v128.load(before + row + k));
      sum = f32x4.add(sum, f32x4.mul(change, v128.load(lambdas + k)));
      v128.store(correction + k, f32x4.add(v128.load(correction + k), f32x4.mul(mu, change)));
    }
    store<f32>(partial + ((<usize>i) << 2), sumLanes(sum));
  }
}

/** weights ← after, and into Wᵀ: four rows at a time, 4×4 blocks transposed in registers. */
function mirrorPanel(after: usize, weights: usize, mirror: usize, rows: u32, hidden: u32, panel: u32): void {
  const size = <usize>hidden * ROW;
  for (let i: u32 = 0; i < rows; i += 4) {
    const block = mirror + <usize>(i / PANEL) * size + ((<usize>(i % PANEL)) << 2) + <usize>(panel * PANEL) * ROW;
    for (let k: usize = 0; k < ROW; k += 16) {
      const at = <usize>i * ROW + k;
      const w0 = v128.load(after + at);
      const w1 = v128.load(after + at, ROW);
      const w2 = v128.load(after + at, 2 * ROW);
      const w3 = v128.load(after + at, 3 * ROW);
      v128.store(weights + at, w0);
      v128.store(weights + at, w1, ROW);
      v128.store(weights + at, w2, 2 * ROW);
      v128.store(weights + at, w3, 3 * ROW);
      storeBlock(w0, w1, w2, w3, block + (k >> 2) * ROW);
    }
  }
}

/** 20 biases moved along their gradient, then by -correction (20 floats); no penalty. */
export function descendBias(
  gradient: usize, velocity: usize, square: usize, bias: usize, correction: usize, step: Step, rate: f32,
  second: f32,
): void {
  for (let k: usize = 0; k < ROW; k += 16) {
    const b = moved(v128.load(bias + k), v128.load(gradient + k), velocity + k, square + k, step, rate, second, 0);
    v128.store(bias + k, f32x4.sub(b, v128.load(correction + k)));
  }
}

/**
 * Precisions γ of 20 real units moved along the gradient of their logarithms, g = -(γ/2)·spread, so that they stay positive: γ ← min(γ e^Δ, most).
 * In the words of centring a step of γ leaves c' where it is, and c = c' + γμ - Wλ moves by Δγ·μ, which is taken off `correction`.
 * @param spread ⟨(v - μ)²⟩ of the data minus that of the model, f32 [20]
 * @param widths 1/√γ, written
 * @param mus f32 [20]; 0 for an uncentred step
 */
export function descendPrecision(
  spread: usize, velocity: usize, square: usize, precision: usize, most: usize, widths: usize, mus: usize, correction: usize,
  step: Step, rate: f32, second: f32,
): void {
  const one = f32x4.splat(1);
  for (let k: usize = 0; k < ROW; k += 16) {
    const before = v128.load(precision + k);
    const g = f32x4.mul(f32x4.mul(f32x4.splat(-0.5), before), v128.load(spread + k));
    const by = moved(f32x4.splat(0), g, velocity + k, square + k, step, rate, second, 0);
    const after = f32x4.min(f32x4.mul(before, exp4(by)), v128.load(most + k));
    v128.store(precision + k, after);
    v128.store(widths + k, f32x4.div(one, f32x4.sqrt(after)));
    if (!mus) continue;
    const shift = f32x4.mul(f32x4.sub(after, before), v128.load(mus + k));
    v128.store(correction + k, f32x4.sub(v128.load(correction + k), shift));
  }
}
