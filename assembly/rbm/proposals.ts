// Moves of the chains of a population to where the data are: independence Metropolis-Hastings (Hastings 1970; Tierney 1994) on the hidden units,
//
//   h → h' ~ q  with probability  min(1, p(h') q(h)/(p(h) q(h'))),      q(h) = (1/R) Σ_r p(h|v_r)
//
// with p(h) ∝ e^{-F(h)}, -F(h) = b·h + Σ_i softplus(c_i + (Wh)_i), and v_r the R rows of the minibatch. It leaves p(h) as it is, whatever q, so it changes how
// fast chains mix and nothing else. Where the RBM is good, the mean of p(h|v) over the data is close to p(h), and most proposals are taken, however far apart the
// modes. Where chains have lost a mode of the data, learning raises p there without end; so p(h')/q(h') grows until the first proposal from it is taken. Many hidden
// units (hundreds) leave q(h) too small for any h that is not of these very rows: then nothing is taken, at the price of n/EVERY products per update.
//
//   index    u16 [count + count, hidden/4]   h' of the chains to be moved, and their h; in 16 bits [hidden/40][count + count, 8] (fixed16Population.ts)
//   inputs   f32 [hidden][R rounded up to 4]   x_rj = b_j + (v_r W)_j
//   norms    f64 [panels of hidden units][R rounded up to 4]   Σ_j softplus(x_rj): log p(h|v_r) = Σ_j h_j x_rj - norm_r
//   free     f64 [panels of visible units][count + count]   Σ_i softplus(c_i + (Wh)_i)
//   logs     f32 [R rounded up to 4]
//   ones     u32 [hidden]
//
// A state h is `pieces` of `width` bytes of index entries, of so many `bits` each; pieces of the chains lie `block` bytes apart.

import { exp, exp4, log } from '../math';
import { fillRandom } from '../random';
import { ENTRY, PANEL, ROW, fillRows, product } from './panel';
import { copyState } from './population';
import { softplusRows } from './rows';
import { sampleUnits } from './units';

/** Updates from one time that chains are moved to the next. */
export const EVERY: u32 = 8;

/** Filled in by src/rbm/engines/memory/layout.ts. Where there is none, its address is 0. */
@unmanaged export class Proposals {
  count: u32; // of chains that are moved at a time, multiple of 4
  index: usize;
  inputs: usize;
  norms: usize;
  free: usize;
  logs: usize;
  ones: usize;
  first: u32; // the chains moved are first, first + 1, … (mod chains)
  tried: u32; // in this epoch,
  taken: u32;
}

/** h' of n chains, a panel of hidden units: that of chain i given row i of the minibatch, whose order is random. @param x inputs of the panel, [rows, 20] */
export function propose(t: Proposals, p: u32, x: usize, rows: u32, n: u32, stream: usize, scratch: usize, random: usize, groups: u32): void {
  const padded = (rows + 3) & ~3;
  softplusRows(x, rows, t.norms + ((<usize>(p * padded)) << 3));
  const line = (<usize>padded) << 2;
  for (let j: usize = 0; j < <usize>PANEL; j++) {
    const to = t.inputs + (<usize>(p * PANEL) + j) * line;
    for (let r: usize = 0; r < <usize>rows; r++) store<f32>(to + (r << 2), load<f32>(x + r * ROW + (j << 2)));
    for (let r = <usize>rows; r < <usize>padded; r++) store<f32>(to + (r << 2), 0);
  }
  memory.copy(scratch, x, <usize>n * ROW);
  sampleUnits(scratch, n, stream, random, t.index + <usize>p * 10, groups, 0, 0, 0);
}

/** Which n chains are moved, and their h beside what is proposed. */
export function chooseChains(
  t: Proposals, chains: u32, n: u32, states: usize, width: usize, pieces: u32, block: usize, stream: usize, numbers: usize,
): void {
  fillRandom(stream, numbers, 1);
  t.first = <u32>((<u64>load<u32>(numbers) * <u64>chains) >> 32);
  const to = t.index + <usize>t.count * width;
  for (let i: u32 = 0; i < n; i++) {
    const m = (t.first + i) % chains;
    copyState(states + <usize>m * width, block, to + <usize>i * width, 2 * <usize>t.count * width, width, pieces);
  }
}

/** The share of -F(h) and -F(h') of a panel of visible units. @param weights its panel of Wᵀ, @param bias its biases */
export function freeOfStates(t: Proposals, p: u32, n: u32, groups: u32, weights: usize, bias: usize, tables: usize, x: usize): void {
  const rows = t.count + ((n + 3) & ~3);
  fillRows(x, rows, bias);
  product(t.index, groups, rows, groups, weights, tables, x);
  softplusRows(x, rows, t.free + ((<usize>(p * 2 * t.count)) << 3));
}

/** Writes into `ones` which units are 1 in row i of the index; returns how many. */
function listOnes(t: Proposals, i: u32, width: usize, pieces: u32, bits: u32): u32 {
  let count: u32 = 0;
  let unit: u32 = 0;
  for (let p: u32 = 0; p < pieces; p++) {
    const from = t.index + <usize>(2 * t.count * p + i) * width;
    for (let at = from; at < from + width; at += 2) {
      for (let group = <u32>load<u16>(at) / ENTRY; group; group &= group - 1) {
        store<u32>(t.ones + ((<usize>count) << 2), unit + <u32>ctz(group));
        count++;
      }
      unit += bits;
    }
  }
  return count;
}

/** log Σ_r p(h|v_r) for h of which `ones` lists so many units. @param panels of hidden units */
function logMixture(t: Proposals, ones: u32, rows: u32, panels: u32): f64 {
  const padded = (rows + 3) & ~3;
  const line = (<usize>padded) << 2;
  const end = t.logs + line;
  for (let r: u32 = 0; r < padded; r++) {
    let norm: f64 = 0;
    for (let p: u32 = 0; p < panels; p++) norm += load<f64>(t.norms + ((<usize>(p * padded + r)) << 3));
    store<f32>(t.logs + ((<usize>r) << 2), r < rows ? -(<f32>norm) : -Infinity);
  }
  for (let k: u32 = 0; k < ones; k++) {
    let x = t.inputs + <usize>load<u32>(t.ones + ((<usize>k) << 2)) * line;
    for (let at = t.logs; at < end; at += 16) {
      v128.store(at, f32x4.add(v128.load(at), v128.load(x)));
      x += 16;
    }
  }
  let largest = load<f32>(t.logs);
  for (let at = t.logs; at < end; at += 4) largest = max(largest, load<f32>(at));
  let sum = f32x4.splat(0);
  for (let at = t.logs; at < end; at += 16) sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(at), f32x4.splat(largest))));
  const low = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
  return <f64>largest + log(low + (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3)));
}

/** -F of row i of the index, of which `ones` lists so many units. @param panels of visible units */
function minusFree(t: Proposals, i: u32, ones: u32, hiddenBias: usize, panels: u32): f64 {
  let free: f64 = 0;
  for (let k: u32 = 0; k < ones; k++) free += <f64>load<f32>(hiddenBias + ((<usize>load<u32>(t.ones + ((<usize>k) << 2))) << 2));
  for (let p: u32 = 0; p < panels; p++) free += load<f64>(t.free + ((<usize>(p * 2 * t.count + i)) << 3));
  return free;
}

/** Takes what is proposed, or not. @param numbers room for as many u32 as there are chains */
export function decide(
  t: Proposals, rows: u32, chains: u32, n: u32, states: usize, width: usize, pieces: u32, block: usize, bits: u32,
  hiddenBias: usize, hiddenPanels: u32, visiblePanels: u32, stream: usize, numbers: usize,
): void {
  fillRandom(stream, numbers, (n + 3) >> 2);
  for (let i: u32 = 0; i < n; i++) {
    // log p - log q of h', then of h
    let ones = listOnes(t, i, width, pieces, bits);
    const after = minusFree(t, i, ones, hiddenBias, visiblePanels);
    const mixed = logMixture(t, ones, rows, hiddenPanels);
    ones = listOnes(t, t.count + i, width, pieces, bits);
    const free = after - minusFree(t, t.count + i, ones, hiddenBias, visiblePanels);
    const gain = free + (logMixture(t, ones, rows, hiddenPanels) - mixed);
    const u = <f64>load<u32>(numbers + ((<usize>i) << 2)) * 2.3283064365386963e-10;
    if (!(u < exp(gain))) continue;
    t.taken++;
    copyState(t.index + <usize>i * width, 2 * <usize>t.count * width, states + <usize>((t.first + i) % chains) * width, block, width, pieces);
  }
  t.tried += n;
}
