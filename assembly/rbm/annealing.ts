// Annealed importance sampling of an RBM of {0,1} units, many temperatures a call: chains at β move to β', as in src/rbm/likelihood/annealing.ts, which has the theory.
//
//   up       x = b + vW, a panel of 20 hidden units at a time; at once the change of the log weight, which needs x at β and at β', and h ~ σ(β'x)
//   down     v ~ σ(β'(c + Wh) + (1 - β')c₀), a panel of visible units at a time
//
// Threads divide panels, as in cd1.ts: each is computed whole by one thread from a stream of its own, and what is summed over panels is summed in
// their order, so that no bit depends on the number of threads. A barrier stands between up and down, and between one temperature and the next.
//
// A padded hidden unit has x = 0: it weighs nothing, and its coin meets rows of Wᵀ that are 0. A padded visible unit has c = c₀ = -1e30: it is 0.
// Inverse temperatures are float32, so that those of neighbours have exact differences.

import { exp4, log, sigmoid4 } from '../math';
import { nibble } from '../lanes';
import { fillRandom, uniform4 } from '../random';
import { ENTRY, PANEL, ROW, TABLES, fillRows, product } from './panel';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Bytes of what a panel says of a row: Σ max(x, 0) in f32, four lanes, and Π (1 + lack) in f64, two. */
const SHARE: usize = 32;
/** Panels whose products, at most 2^10 a lane and panel, stay far from overflow. */
const FACTORS: u32 = 60;

/** Where everything lies; filled in by src/rbm/likelihood/annealing.ts. Sizes are padded ones. */
@unmanaged export class Annealing {
  visible: u32; // units, multiples of 20
  hidden: u32;
  visibleGroups: u32; // groups of four units, those of padding alone left out
  hiddenGroups: u32;
  rows: u32; // chains
  betas: usize; // f32: the path, upwards or downwards
  weights: usize; // W, panels [visible, hidden]
  mirror: usize; // Wᵀ, panels [hidden, visible]
  hiddenBias: usize; // b, f32 [hidden]
  visibleBias: usize; // c, f32 [visible]
  base: usize; // c₀, f32 [visible]
  linear: usize; // f64 [visible/4][16]: sums of c - c₀ over the units of a group that are 1
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  visibleIndex: usize; // v, u16 [rows, visible/4]
  hiddenIndex: usize; // h, u16 [rows, hidden/4]
  shares: usize; // 32 bytes [panels of hidden units][rows]
  logs: usize; // f64 [rows]: log weights
  tables: usize; // per thread: 25600 bytes
  scratch: usize; // per thread: 20 floats, then a panel and its random numbers, [rows, 20]
}

/**
 * One panel of hidden inputs x: h = [u < σ(to·x)] as index entries, and shares of the change of the log weights,
 *   log(1 + e^{to·x}) - log(1 + e^{from·x}) = δ max(x, 0) - log(1 + σ(-to|x|)(e^{δ|x|} - 1)),  δ = to - from.
 * The product of the last brackets over a row is gathered as what it exceeds 1 by, with a relative error of 1e-6 in float32, however small it is; from
 * five vectors on in float64.
 * @param random 80 bytes a row: vector [r][k] serves units 4k .. 4k+3 of row r
 * @param index entry of row 0 and the panel's first group; groups = entries a row
 * @param shares 32 bytes a row
 */
export function annealUnits(panel: usize, rows: u32, from: f32, to: f32, random: usize, index: usize, groups: u32, shares: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1.0);
  const minus = f32x4.splat(-to);
  const step = f32x4.splat(to - from);
  const line = (<usize>groups) << 1;
  const end = panel + <usize>rows * ROW;
  do {
    let over = zero;
    let lack = zero;
    let entry = index;
    const stop = panel + ROW;
    do {
      const x = v128.load(panel);
      const size = f32x4.abs(x);
      const z = exp4(f32x4.mul(minus, size));
      const likely = f32x4.div(one, f32x4.add(one, z)); // σ(to|x|)
      const unlikely = f32x4.mul(z, likely);
      const q = f32x4.mul(step, size);
      let more: v128; // σ(-to|x|)(e^q - 1)
      if (v128.any_true(f32x4.gt(f32x4.abs(q), f32x4.splat(0.25)))) {
        more = f32x4.mul(likely, f32x4.sub(exp4(f32x4.mul(f32x4.splat(-from), size)), z));
      } else {
        more = f32x4.add(f32x4.mul(q, f32x4.splat(1.0 / 720.0)), f32x4.splat(1.0 / 120.0));
        more = f32x4.add(f32x4.mul(q, more), f32x4.splat(1.0 / 24.0));
        more = f32x4.add(f32x4.mul(q, more), f32x4.splat(1.0 / 6.0));
        more = f32x4.add(f32x4.mul(q, more), f32x4.splat(0.5));
        more = f32x4.add(f32x4.mul(q, more), one);
        more = f32x4.mul(unlikely, f32x4.mul(q, more));
      }
      over = f32x4.add(over, f32x4.pmax(x, zero));
      lack = f32x4.add(lack, f32x4.add(more, f32x4.mul(lack, more)));
      const p = v128.bitselect(unlikely, likely, f32x4.lt(x, zero));
      store<u16>(entry, <u16>(nibble(f32x4.lt(uniform4(v128.load(random)), p)) * ENTRY));
      random += 16;
      entry += 2;
      panel += 16;
    } while (panel < stop);
    const low = f64x2.promote_low_f32x4(lack);
    const high = f64x2.promote_low_f32x4(i32x4.shuffle(lack, lack, 2, 3, 0, 1));
    v128.store(shares, over);
    v128.store(shares, f64x2.mul(f64x2.add(low, f64x2.splat(1.0)), f64x2.add(high, f64x2.splat(1.0))), 16);
    shares += SHARE;
    index += line;
  } while (panel < end);
}

/** One panel of visible inputs x (20 floats of `added` each row): v = [u < σ(to·x + added)] as index entries; random as above. */
export function annealVisible(panel: usize, rows: u32, to: f32, added: usize, random: usize, index: usize, groups: u32): void {
  const scale = f32x4.splat(to);
  const line = (<usize>groups) << 1;
  const end = panel + <usize>rows * ROW;
  do {
    let entry = index;
    let own = added;
    const stop = panel + ROW;
    do {
      const p = sigmoid4(f32x4.add(f32x4.mul(v128.load(panel), scale), v128.load(own)));
      store<u16>(entry, <u16>(nibble(f32x4.lt(uniform4(v128.load(random)), p)) * ENTRY));
      random += 16;
      entry += 2;
      own += 16;
      panel += 16;
    } while (panel < stop);
    index += line;
  } while (panel < end);
}

/**
 * logs_r += δ Σ_i d_i over the units that are 1, for rows [first, last), by a table of the 16 sums of each group of four; the sums of groups 0, 2, … and of
 * 1, 3, … first.
 * @param index u16 [rows, groups] (panel.ts)
 * @param table f64 [groups, 16]
 */
export function annealLinear(index: usize, first: u32, last: u32, groups: u32, table: usize, delta: f64, logs: usize): void {
  let entry = index + <usize>first * ((<usize>groups) << 1);
  for (let r = first; r < last; r++) {
    let even: f64 = 0;
    let odd: f64 = 0;
    let sums = table;
    const end = entry + ((<usize>groups) << 1);
    for (; entry + 2 < end; entry += 4) {
      even += load<f64>(sums + <usize>(<u32>load<u16>(entry) / 10));
      odd += load<f64>(sums + <usize>(<u32>load<u16>(entry, 2) / 10), 128);
      sums += 256;
    }
    if (entry < end) even += load<f64>(sums + <usize>(<u32>load<u16>(entry) / 10));
    entry = end;
    const at = logs + ((<usize>r) << 3);
    store<f64>(at, load<f64>(at) + delta * (even + odd));
  }
}

/** logs_r += δ Σ max(x, 0) - log Π (1 + lack): the shares of all panels, in their order, for rows [first, last) of `rows`. */
export function annealShares(shares: usize, panels: u32, rows: u32, first: u32, last: u32, delta: f64, logs: usize): void {
  const line = <usize>rows * SHARE;
  for (let r = first; r < last; r++) {
    const place = logs + ((<usize>r) << 3);
    let sum = load<f64>(place);
    let over = f64x2.splat(0);
    let product = f64x2.splat(1.0);
    let at = shares + <usize>r * SHARE;
    for (let p: u32 = 0; p < panels; p++) {
      const x = v128.load(at);
      over = f64x2.add(over, f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 0, 1))));
      product = f64x2.mul(product, v128.load(at, 16));
      if ((p + 1) % FACTORS == 0 || p + 1 == panels) {
        sum -= log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1));
        product = f64x2.splat(1.0);
      }
      at += line;
    }
    store<f64>(place, sum + delta * (f64x2.extract_lane(over, 0) + f64x2.extract_lane(over, 1)));
  }
}

/** v of all chains given h, at β; panels [first, last) of visible units. At β = 0, where h says nothing, from the base. */
// @ts-ignore: decorator
@inline function down(t: Annealing, beta: f32, first: u32, last: u32, tables: usize, scratch: usize): void {
  const panel = scratch + ROW;
  const random = panel + <usize>t.rows * ROW;
  const rest = f32x4.splat(<f32>1 - beta);
  for (let p = first; p < last; p++) {
    const own = <usize>p * ROW;
    for (let k: usize = 0; k < ROW; k += 16) v128.store(scratch + k, f32x4.mul(rest, v128.load(t.base + own + k)));
    fillRows(panel, t.rows, t.visibleBias + own);
    if (beta > 0) product(t.hiddenIndex, t.hidden >> 2, t.rows, t.hiddenGroups, t.mirror + own * <usize>t.hidden, tables, panel);
    fillRandom(t.visibleStreams + ((<usize>p) << 6), random, 5 * t.rows);
    annealVisible(panel, t.rows, beta, scratch, random, t.visibleIndex + <usize>p * 10, t.visible >> 2);
  }
}

/** All chains start in samples of the base. */
export function annealBase(t: Annealing): void {
  down(t, 0, 0, t.visible / PANEL, t.tables, t.scratch);
}

/** All chains move from betas[from] to betas[from + 1], …, betas[to], as thread `rank` of `threads`. */
export function anneal(t: Annealing, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / PANEL;
  const visiblePanels = t.visible / PANEL;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const firstRow = (t.rows * rank) / threads;
  const lastRow = (t.rows * (rank + 1)) / threads;
  const rows = t.rows;
  const groups = t.visible >> 2;
  const tables = t.tables + <usize>rank * TABLES;
  const scratch = t.scratch + <usize>rank * (ROW + 2 * <usize>rows * ROW);
  const panel = scratch + ROW;
  const random = panel + <usize>rows * ROW;
  for (let k = from; k < to; k++) {
    const low = load<f32>(t.betas + ((<usize>k) << 2));
    const high = load<f32>(t.betas + ((<usize>k) << 2), 4);
    const delta = <f64>high - <f64>low;
    annealLinear(t.visibleIndex, firstRow, lastRow, groups, t.linear, delta, t.logs);
    for (let p = firstHidden; p < lastHidden; p++) {
      fillRows(panel, rows, t.hiddenBias + <usize>p * ROW);
      product(t.visibleIndex, groups, rows, t.visibleGroups, t.weights + <usize>p * ROW * <usize>t.visible, tables, panel);
      fillRandom(t.hiddenStreams + ((<usize>p) << 6), random, 5 * rows);
      annealUnits(panel, rows, low, high, random, t.hiddenIndex + <usize>p * 10, t.hidden >> 2, t.shares + <usize>(p * rows) * SHARE);
    }
    barrier();
    annealShares(t.shares, hiddenPanels, rows, firstRow, lastRow, delta, t.logs);
    down(t, high, firstVisible, lastVisible, tables, scratch);
    barrier();
  }
}
