// What the units of a small RBM do on average, exactly, in float64: every state s of the smaller layer, in the order of the Gray code, so that a state
// differs from the one before in one unit and its inputs a = bias + sW follow by one row addition.
//
//   p(s) ∝ exp(own·s + Σ_k softplus(a_k)),  ⟨s_j⟩,  ⟨y_k⟩ = Σ_s p(s) σ(a_k),  ⟨s_j y_k⟩ = Σ_s p(s) s_j σ(a_k)
//
// softplus(a) = max(a, 0) + log(1 + z) and σ(a) follow from one z = e^{-|a|}; the logarithm is taken once of the product of (1 + z).
//
// The states are cut into BLOCKS blocks of equal size, consecutive in the Gray code, or one a state if there are fewer; each has sums of its own, which
// are put together in the order of the blocks. Whoever does which block, the bits are the same.
//
//   own        f64 [n]           biases of the n enumerated units; in place of them, at the end, ⟨s_j⟩
//   other      f64 [m]           biases of the other layer, m even (a unit that pads it has -∞); at the end ⟨y_k⟩
//   weights    f64 [n, m]        read
//   joint      f64 [n, m]        ⟨s_j y_k⟩
//   sums       a block's, f64    largest log weight R so far, Σ p; [m] Σ p σ; [n, or n + 1 if odd] Σ p s; [n, m] Σ p s σ;  p = e^{log weight - R}
//   work       f64 [2·m]         inputs, σ; one for each thread
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

/** Blocks, for enough states. */
export const BLOCKS: u32 = 16;

/** How many blocks the states of n units make. */
// @ts-ignore: decorator
@inline export function exactBlocks(n: u32): u32 {
  return min(BLOCKS, (<u32>1) << n);
}

/** Bytes of a block's sums. */
// @ts-ignore: decorator
@inline export function exactSums(n: u32, m: u32): usize {
  return (<usize>(2 + m + ((n + 1) & ~1) + n * m)) << 3;
}

/** The sums of block number `block`. n < 32. */
export function exactBlock(own: usize, other: usize, weights: usize, n: u32, m: u32, block: u32, sums: usize, work: usize): void {
  const line = (<usize>m) << 3;
  const inputs = work;
  const sigma = inputs + line;
  const others = sums + 16;
  const owns = others + line;
  const joint = owns + ((<usize>((n + 1) & ~1)) << 3);
  memory.fill(sums, 0, exactSums(n, m));
  memory.copy(inputs, other, line);

  const states = ((<u32>1) << n) / exactBlocks(n);
  const first = block * states;
  let bias: f64 = 0;
  for (let rest = first ^ (first >> 1); rest; rest &= rest - 1) {
    const j = ctz(rest);
    bias += load<f64>(own + ((<usize>j) << 3));
    addRow(inputs, weights + <usize>j * line, m, 1);
  }
  let total: f64 = 0;
  let reference: f64 = 0;
  for (let s = first; s < first + states; s++) {
    const code = s ^ (s >> 1);
    if (s > first) {
      const j = ctz(s);
      const sign: f64 = (code >> j) & 1 ? 1 : -1;
      bias += sign * load<f64>(own + ((<usize>j) << 3));
      addRow(inputs, weights + <usize>j * line, m, sign);
    }
    const weight = bias + activate(inputs, m, sigma);
    if (s == first) reference = weight;
    if (weight - reference > 300) {
      const factor = exp(reference - weight);
      total *= factor;
      scale(others, m + ((n + 1) & ~1) + n * m, factor);
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
  store<f64>(sums, reference);
  store<f64>(sums, total, 8);
}

/** Fills own, other and joint with means from the sums of all blocks, one behind the other; returns log Z. */
export function exactMeans(own: usize, other: usize, n: u32, m: u32, joint: usize, sums: usize): f64 {
  const line = (<usize>m) << 3;
  const size = exactSums(n, m);
  const end = sums + <usize>exactBlocks(n) * size;
  let reference: f64 = -Infinity;
  for (let at = sums; at < end; at += size) reference = max(reference, load<f64>(at));
  memory.fill(own, 0, (<usize>n) << 3);
  memory.fill(other, 0, line);
  memory.fill(joint, 0, <usize>n * line);
  let total: f64 = 0;
  for (let at = sums; at < end; at += size) {
    const factor = exp(load<f64>(at) - reference);
    const owns = at + 16 + line;
    total += factor * load<f64>(at, 8);
    addRow(other, at + 16, m, factor);
    for (let j: usize = 0; j < <usize>n << 3; j += 8) store<f64>(own + j, load<f64>(own + j) + factor * load<f64>(owns + j));
    addRow(joint, owns + ((<usize>((n + 1) & ~1)) << 3), n * m, factor);
  }
  scale(joint, n * m, 1 / total);
  scale(other, m, 1 / total);
  for (let j: usize = 0; j < <usize>n << 3; j += 8) store<f64>(own + j, load<f64>(own + j) / total);
  return reference + log(total);
}
