// Moves of the chains of a population to where the data are: independence Metropolis-Hastings (Hastings 1970; Tierney 1994) on the hidden units,
//
//   h → h' ~ q  with probability  min(1, p(h') q(h)/(p(h) q(h'))),      q(h) = (1/R) Σ_r p(h|v_r)
//
// with p(h) ∝ e^{-F(h)}, -F(h) = b·h + Σ_i softplus(c_i + (Wh)_i), and v_r the R rows of the minibatch. It leaves p(h) as it is, whatever q, so it changes how
// fast chains mix and nothing else. Where the RBM is good, the mean of p(h|v) over the data is close to p(h), and most proposals are taken, however far apart the
// modes. Where chains have lost a mode of the data, learning raises p there without end; so p(h')/q(h') grows until the first proposal from it is taken. Many hidden
// units (hundreds) leave q(h) too small for any h that is not of these very rows: then nothing is taken, at the price of n/EVERY products per update.
//
//   index    u16 [count + count, hidden/4]   h' of the chains to be moved, and their h
//   inputs   f32 [hidden][R rounded up to 4]   x_rj = b_j + (v_r W)_j
//   norms    f64 [panels of hidden units][R rounded up to 4]   Σ_j softplus(x_rj): log p(h|v_r) = Σ_j h_j x_rj - norm_r
//   free     f64 [panels of visible units][count + count]   Σ_i softplus(c_i + (Wh)_i)
//   logs     f32 [R rounded up to 4]

import { exp, exp4, log } from '../math';
import { fillRandom } from '../random';
import { ENTRY, PANEL, ROW, fillRows, product } from './panel';
import { softplusRows } from './rows';
import { sampleUnits } from './units';

/** Updates from one time that chains are moved to the next. */
export const EVERY: u32 = 8;

/** Filled in by src/rbm/layout.ts. Where there is none, its address is 0. */
@unmanaged export class Proposals {
  count: u32; // of chains that are moved at a time, multiple of 4
  index: usize;
  inputs: usize;
  norms: usize;
  free: usize;
  logs: usize;
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
export function chooseChains(t: Proposals, chains: u32, n: u32, states: usize, groups: u32, stream: usize, numbers: usize): void {
  fillRandom(stream, numbers, 1);
  t.first = <u32>((<u64>load<u32>(numbers) * <u64>chains) >> 32);
  const width = (<usize>groups) << 1;
  const to = t.index + <usize>t.count * width;
  for (let i: u32 = 0; i < n; i++) {
    const m = (t.first + i) % chains;
    memory.copy(to + <usize>i * width, states + <usize>m * width, width);
  }
}

/** The share of -F(h) and -F(h') of a panel of visible units. @param weights its panel of Wᵀ, @param bias its biases */
export function freeOfStates(t: Proposals, p: u32, n: u32, groups: u32, weights: usize, bias: usize, tables: usize, x: usize): void {
  const rows = t.count + ((n + 3) & ~3);
  fillRows(x, rows, bias);
  product(t.index, groups, rows, groups, weights, tables, x);
  softplusRows(x, rows, t.free + ((<usize>(p * 2 * t.count)) << 3));
}

/** log Σ_r p(h|v_r) for h in row i of the index. */
function logMixture(t: Proposals, i: u32, rows: u32, groups: u32): f64 {
  const padded = (rows + 3) & ~3;
  const line = (<usize>padded) << 2;
  const end = t.logs + line;
  const panels = groups / (PANEL >> 2);
  for (let r: u32 = 0; r < padded; r++) {
    let norm: f64 = 0;
    for (let p: u32 = 0; p < panels; p++) norm += load<f64>(t.norms + ((<usize>(p * padded + r)) << 3));
    store<f32>(t.logs + ((<usize>r) << 2), r < rows ? -(<f32>norm) : -Infinity);
  }
  const states = t.index + <usize>i * ((<usize>groups) << 1);
  for (let g: u32 = 0; g < groups; g++) {
    for (let bits = <u32>load<u16>(states + ((<usize>g) << 1)) / ENTRY; bits; bits &= bits - 1) {
      let x = t.inputs + <usize>(4 * g + <u32>ctz(bits)) * line;
      for (let at = t.logs; at < end; at += 16) {
        v128.store(at, f32x4.add(v128.load(at), v128.load(x)));
        x += 16;
      }
    }
  }
  let largest = load<f32>(t.logs);
  for (let at = t.logs; at < end; at += 4) largest = max(largest, load<f32>(at));
  let sum = f32x4.splat(0);
  for (let at = t.logs; at < end; at += 16) sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(at), f32x4.splat(largest))));
  const low = <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1);
  return <f64>largest + log(low + (<f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3)));
}

/** -F of row i of the index. */
function minusFree(t: Proposals, i: u32, groups: u32, hiddenBias: usize, panels: u32): f64 {
  let free: f64 = 0;
  const states = t.index + <usize>i * ((<usize>groups) << 1);
  for (let g: u32 = 0; g < groups; g++) {
    for (let bits = <u32>load<u16>(states + ((<usize>g) << 1)) / ENTRY; bits; bits &= bits - 1) {
      free += <f64>load<f32>(hiddenBias + ((<usize>(4 * g + <u32>ctz(bits))) << 2));
    }
  }
  for (let p: u32 = 0; p < panels; p++) free += load<f64>(t.free + ((<usize>(p * 2 * t.count + i)) << 3));
  return free;
}

/** Takes what is proposed, or not. @param panels of visible units, @param numbers room for as many u32 as there are chains */
export function decide(
  t: Proposals, rows: u32, chains: u32, n: u32, states: usize, groups: u32, hiddenBias: usize, panels: u32, stream: usize, numbers: usize,
): void {
  fillRandom(stream, numbers, (n + 3) >> 2);
  const width = (<usize>groups) << 1;
  for (let i: u32 = 0; i < n; i++) {
    const free = minusFree(t, i, groups, hiddenBias, panels) - minusFree(t, t.count + i, groups, hiddenBias, panels);
    const gain = free + (logMixture(t, t.count + i, rows, groups) - logMixture(t, i, rows, groups));
    const u = <f64>load<u32>(numbers + ((<usize>i) << 2)) * 2.3283064365386963e-10;
    if (!(u < exp(gain))) continue;
    t.taken++;
    memory.copy(states + <usize>((t.first + i) % chains) * width, t.index + <usize>i * width, width);
  }
  t.tried += n;
}
