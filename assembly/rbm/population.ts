// A population of persistent chains with weights (Carbone, Hua, Coste & Vanden-Eijnden, arXiv:2305.19414; the weights are those of annealed importance
// sampling along the path that training takes, the resampling that of population annealing: Hukushima & Iba 2003).
//
// A step of the parameters from θ to θ' leaves the chains distributed by p_θ. Instead of waiting until they have followed, each takes on a weight:
//   log w_m ← log w_m + δ_m,  δ_m = F_θ(v_m) - F_θ'(v_m),     and then moves by Gibbs steps at θ', which leave p_θ' as it is.
// So weighted means are those of p_θ' also where chains do not mix: chains frozen in a mode whose share grows gain weight, and the gradient is told. Without
// weights it is not, and a small constant residue is integrated into the biases until one mode has lost all of its probability.
//
// Where the effective number (Σw)²/Σw² falls below KEEP of the chains, they are resampled (systematically: Kitagawa 1996), each in proportion to its weight:
// h is copied, v is drawn from it next. A step after which the spread Var_w δ, twice the relative entropy of the two models, exceeds `limit` was too long:
// velocities and rate are multiplied by what would have made it √limit; the rate grows back by RECOVERY per step.
//
//   before, after   f64 [panels of hidden, then of visible units][rows of chains]   -F of the chains: when v was drawn, and now, panel by panel

import { exp } from '../math';
import { fillRandom } from '../random';

/** Share of the chains that must count. */
const KEEP: f64 = 0.9;
/** Spread of δ beyond which a step is taken into the weights in part only. */
const MAX_SPREAD: f64 = 0.1;
/** Growth of a rate that was cut, and the least factor of a cut. */
const RECOVERY: f32 = 1.1;
const CUT: f64 = 0.1;

/** Filled in by src/rbm/engines/memory/layout.ts. Where there is none, its address is 0. */
@unmanaged export class Population {
  logWeights: usize; // f64 [chains], the largest 0
  before: usize;
  after: usize;
  counts: usize; // u32 [chains rounded up to 4], scratch
  limit: f32; // of Var δ; 0 for none
  momentum: f32; // of a step that is not slowed down,
  lambda: f32; // and its L1 shrinkage
  pace: f32; // share of the rate, in (0, 1]
  turns: u32; // steps of this epoch,
  resampled: u32; // how many of them were resampled,
  effective: f32; // and sums over them: of the effective share of the chains,
  paces: f32; // and of the pace
}

/** Σ over panels of one chain. */
// @ts-ignore: decorator
@inline function whole(at: usize, line: usize, panels: u32): f64 {
  let sum: f64 = 0;
  for (let p: u32 = 0; p < panels; p++) {
    sum += load<f64>(at);
    at += line;
  }
  return sum;
}

/**
 * Weighs all chains after a step, writes -total·w_m/Σw into `factors`, for v as it is now, 0 where padded, and resamples h if need be.
 * @param states h of the chains: rows of `width` bytes, in `pieces` that lie `block` bytes apart
 * @returns the factor of the velocities: 1, or less if the last step was too long
 */
export function weighPopulation(
  t: Population, chains: u32, panels: u32, states: usize, width: usize, pieces: u32, block: usize, stream: usize, numbers: usize, factors: usize, total: f32,
): f32 {
  const apart = (chains + 3) & ~3;
  const line = (<usize>apart) << 3;
  let sum: f64 = 0;
  let mean: f64 = 0;
  let square: f64 = 0;
  for (let m: u32 = 0; m < chains; m++) {
    const at = (<usize>m) << 3;
    const delta = whole(t.after + at, line, panels) - whole(t.before + at, line, panels);
    const w = exp(load<f64>(t.logWeights + at));
    store<f64>(t.after + at, delta); // the sums of this chain are not needed any more
    sum += w;
    mean += w * delta;
    square += w * (delta * delta);
  }
  mean /= sum;
  const spread = square / sum - mean * mean;
  const gain: f64 = spread > MAX_SPREAD ? sqrt(MAX_SPREAD / spread) : 1;

  let most: f64 = -Infinity;
  for (let m: u32 = 0; m < chains; m++) {
    const at = (<usize>m) << 3;
    const log = load<f64>(t.logWeights + at) + gain * load<f64>(t.after + at);
    store<f64>(t.logWeights + at, log);
    most = max(most, log);
  }
  sum = 0;
  let squares: f64 = 0;
  for (let m: u32 = 0; m < chains; m++) {
    const at = (<usize>m) << 3;
    const log = load<f64>(t.logWeights + at) - most;
    const w = exp(log);
    store<f64>(t.logWeights + at, log);
    store<f64>(t.before + at, w);
    sum += w;
    squares += w * w;
  }

  const effective = (sum * sum) / (squares * <f64>chains);
  const again = effective < KEEP;
  if (again) resample(t, chains, sum, states, width, pieces, block, stream, numbers);
  for (let m: u32 = 0; m < apart; m++) {
    const share = m < chains ? <f32>(<f64>total * (load<f64>(t.before + ((<usize>m) << 3)) / sum)) : 0;
    store<f32>(factors + ((<usize>m) << 2), -share);
  }

  let brake: f32 = 1;
  if (t.limit > 0 && spread > <f64>t.limit) {
    brake = <f32>max(CUT, sqrt(<f64>t.limit / spread));
    t.pace *= brake;
  } else t.pace = min<f32>(1, t.pace * RECOVERY);
  t.turns++;
  if (again) t.resampled++;
  t.effective += <f32>effective;
  t.paces += t.pace;
  return brake;
}

/** A state of `pieces` of `width` bytes; from one piece to the next there are `block` bytes where it comes from and `other` where it goes. */
// @ts-ignore: decorator
@inline export function copyState(from: usize, block: usize, to: usize, other: usize, width: usize, pieces: u32): void {
  for (let p: usize = 0; p < <usize>pieces; p++) memory.copy(to + p * other, from + p * block, width);
}

/** Chain m stays, or is copied over chains that are given up, ⌊…⌋ or ⌈chains·w_m/Σw⌉ times in all; weights become equal. */
function resample(
  t: Population, chains: u32, sum: f64, states: usize, width: usize, pieces: u32, block: usize, stream: usize, numbers: usize,
): void {
  fillRandom(stream, numbers, 1);
  const u = <f64>load<u32>(numbers) * 2.3283064365386963e-10;
  let cumulated: f64 = 0;
  let taken: u32 = 0;
  for (let m: u32 = 0; m < chains; m++) {
    cumulated += load<f64>(t.before + ((<usize>m) << 3)) / sum;
    let count: u32 = 0;
    while (taken < chains && <f64>taken + u < cumulated * <f64>chains) {
      taken++;
      count++;
    }
    if (m + 1 == chains) count += chains - taken;
    store<u32>(t.counts + ((<usize>m) << 2), count);
    store<f64>(t.logWeights + ((<usize>m) << 3), 0);
  }
  let free: u32 = 0;
  for (let m: u32 = 0; m < chains; m++) {
    for (let more = load<u32>(t.counts + ((<usize>m) << 2)); more > 1; more--) {
      while (load<u32>(t.counts + ((<usize>free) << 2)) != 0) free++;
      copyState(states + <usize>m * width, block, states + <usize>free * width, block, width, pieces);
      free++;
    }
  }
}
