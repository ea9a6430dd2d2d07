// What the units of a small RBM do on average, exactly, in float64: every state s of the smaller layer, in the order of the Gray code, so that a state
// differs from the one before in one unit and its inputs a = bias + sW follow by one row addition.
//
//   p(s) ∝ exp(own·s + Σ_k softplus(a_k)),  ⟨s_j⟩,  ⟨y_k⟩ = Σ_s p(s) σ(a_k),  ⟨s_j y_k⟩ = Σ_s p(s) s_j σ(a_k)
//
// softplus(a) = max(a, 0) + log(1 + z) and σ(a) follow from one z = e^{-|a|}; the logarithm is taken once of the product of (1 + z).
//
//   own        f64 [n]           biases of the n enumerated units; in place of them, at the end, ⟨s_j⟩
//   other      f64 [m]           biases of the other layer, m even (a unit that pads it has -∞); at the end ⟨y_k⟩
//   weights    f64 [n, m]        read
//   joint      f64 [n, m]        ⟨s_j y_k⟩
//   work       f64 [3·m + n]     inputs, σ, Σ p σ, Σ p s
//
// Cost: m exponentials, m divisions and about n·m/2 multiply-adds a state.

import { exp, expPair, log } from '../math';

/** Factors 1 + z <= 2 a lane before a logarithm is taken: 2^512 is far from overflow. */
const FACTORS: usize = 512 * 16;

/** Multiplies `count` doubles (an even number) by `factor`. */
// @ts-ignore: decorator
@inline function scale(at: usize, count: u32, factor: f64): void {
  const f = f64x2.splat(factor);
  for (let end = at + ((<usize>count) << 3); at < end; at += 16) v128.store(at, f64x2.mul(v128.load(at), f));
}

/** a ← a ± row. */
// @ts-ignore: decorator
@inline function addRow(a: usize, row: usize, m: u32, sign: f64): void {
  const s = f64x2.splat(sign);
  for (let end = a + ((<usize>m) << 3); a < end; a += 16) {
    v128.store(a, f64x2.add(v128.load(a), f64x2.mul(s, v128.load(row))));
    row += 16;
  }
}

/** σ of the inputs into `sigma`; returns Σ_k softplus(a_k). */
function activate(a: usize, m: u32, sigma: usize): f64 {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const last = a + ((<usize>m) << 3);
  let sum: f64 = 0;
  while (a < last) {
    const end = min(last, a + FACTORS);
    let positive = zero;
    let product = one;
    for (; a < end; a += 16) {
      const x = v128.load(a);
      const z = expPair(f64x2.neg(f64x2.abs(x)));
      const whole = f64x2.add(one, z);
      product = f64x2.mul(product, whole);
      positive = f64x2.add(positive, f64x2.max(x, zero));
      v128.store(sigma, f64x2.div(v128.bitselect(z, one, f64x2.lt(x, zero)), whole));
      sigma += 16;
    }
    sum += f64x2.extract_lane(positive, 0) + f64x2.extract_lane(positive, 1);
    sum += log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1));
  }
  return sum;
}

/** Fills own, other and joint with means; returns log Z. n < 32. */
export function exactModel(own: usize, other: usize, weights: usize, n: u32, m: u32, joint: usize, work: usize): f64 {
  const line = (<usize>m) << 3;
  const inputs = work;
  const sigma = inputs + line;
  const others = sigma + line;
  const owns = others + line;
  memory.copy(inputs, other, line);
  memory.fill(others, 0, line + ((<usize>n) << 3));
  memory.fill(joint, 0, <usize>n * line);

  let bias: f64 = 0;
  let total: f64 = 0;
  let reference: f64 = 0;
  const states: u32 = (<u32>1) << n;
  for (let s: u32 = 0; s < states; s++) {
    const code = s ^ (s >> 1);
    if (s > 0) {
      const j = ctz(s);
      const sign: f64 = (code >> j) & 1 ? 1 : -1;
      bias += sign * load<f64>(own + ((<usize>j) << 3));
      addRow(inputs, weights + <usize>j * line, m, sign);
    }
    const weight = bias + activate(inputs, m, sigma);
    if (s == 0) reference = weight;
    if (weight - reference > 300) {
      const factor = exp(reference - weight);
      total *= factor;
      scale(others, m, factor);
      for (let j: u32 = 0; j < n; j++) {
        const at = owns + ((<usize>j) << 3);
        store<f64>(at, load<f64>(at) * factor);
      }
      scale(joint, n * m, factor);
      reference = weight;
    }
    const p = exp(weight - reference);
    total += p;
    addRow(others, sigma, m, p);
    for (let rest = code; rest; rest &= rest - 1) {
      const j = ctz(rest);
      const at = owns + ((<usize>j) << 3);
      store<f64>(at, load<f64>(at) + p);
      addRow(joint + <usize>j * line, sigma, m, p);
    }
  }
  scale(joint, n * m, 1 / total);
  scale(others, m, 1 / total);
  memory.copy(other, others, line);
  for (let j: u32 = 0; j < n; j++) store<f64>(own + ((<usize>j) << 3), load<f64>(owns + ((<usize>j) << 3)) / total);
  return reference + log(total);
}
