// Parallel trajectory tempering (Béreux, Decelle, Furtlehner, Rosset & Seoane 2024): the chains of the model that is learning exchange their states with
// those of models it has been, back to the one it began as, whose units are independent. Replica 0 is the model now, replica 1 the newest past one.
//
//   (v,h) of k and (v',h') of k + 1 change places with probability min(1, e^{E_k(v,h) + E_(k+1)(v',h') - E_k(v',h') - E_(k+1)(v,h)})
//
// When too few exchanges between now and the newest past model succeed, the model now is kept as the newest past one. Where all places are taken, it is
// put in place of the past model whose neighbours are nearest, by the exchanges that it had with both.
//
//   ladder    u32 [most][4]               where W, Wᵀ, b and c of each replica lie; past the last, places that are free
//   overlaps  f64 [2][panels][rows]       -E of the pairs by their own model, then by that of their partner, panel by panel
//   swaps     u32 [most][2]               exchanges that succeeded and were tried, of k with k + 1
//   window    u32 [2]                     the same of 0 with 1 since the last look at them

import { BinaryTraining } from './binary';
import { exp } from '../math';
import { fillRandom } from '../random';
import { PANEL, ROW, fillRows, product } from './panel';
import { overlapRows } from './rows';
import { sampleUnits } from './units';

/** Field of a replica: 0 W, 1 Wᵀ, 2 b, 3 c. */
// @ts-ignore: decorator
@inline function part(t: BinaryTraining, replica: u32, field: u32): usize {
  return <usize>load<u32>(t.ladder + ((<usize>(replica * 4 + field)) << 2));
}

/** The replica that k may exchange with in this turn, or k. */
// @ts-ignore: decorator
@inline function partner(t: BinaryTraining, k: u32, odd: u32): u32 {
  if (k < odd) return k;
  const other = (k - odd) & 1 ? k - 1 : k + 1;
  return other < t.replicas ? other : k;
}

/** h of all chains given v, panels [first, last) of hidden units, and those panels' share of -E. */
export function trajectoryUp(
  t: BinaryTraining, apart: u32, odd: u32, first: u32, last: u32, panels: u32, tables: usize, inputs: usize,
): void {
  const size = <usize>t.rows * ROW;
  const groups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  const line = (<usize>(apart * t.most)) << 3;
  const cross = t.overlaps + <usize>panels * line;
  for (let p = first; p < last; p++) {
    const weights = <usize>p * <usize>t.visible * ROW;
    for (let k: u32 = 0; k < t.replicas; k++) {
      const row = k * apart;
      const v = t.chainIndex + <usize>row * ((<usize>groups) << 1);
      const h = t.hiddenIndex + <usize>row * ((<usize>hiddenGroups) << 1) + <usize>p * 10;
      const out = <usize>p * line + ((<usize>row) << 3);
      fillRows(inputs, apart, part(t, k, 2) + <usize>p * ROW);
      product(v, groups, apart, groups, part(t, k, 0) + weights, tables, inputs);
      memory.copy(inputs + size, inputs, <usize>apart * ROW);
      sampleUnits(inputs + size, apart, t.hiddenStreams + ((<usize>p) << 6), inputs + 2 * size, h, hiddenGroups, 0, 0, 0);
      overlapRows(inputs, ROW, apart, h, hiddenGroups, t.overlaps + out);
      const other = partner(t, k, odd);
      if (other == k) continue;
      fillRows(inputs, apart, part(t, other, 2) + <usize>p * ROW);
      product(v, groups, apart, groups, part(t, other, 0) + weights, tables, inputs);
      overlapRows(inputs, ROW, apart, h, hiddenGroups, cross + out);
    }
  }
}

/** The visible units' share of -E, c·v, panels [first, last). */
export function trajectoryVisible(t: BinaryTraining, apart: u32, odd: u32, first: u32, last: u32, panels: u32): void {
  const groups = t.visible >> 2;
  const line = (<usize>(apart * t.most)) << 3;
  const cross = t.overlaps + <usize>panels * line;
  for (let p = first; p < last; p++) {
    for (let k: u32 = 0; k < t.replicas; k++) {
      const row = k * apart;
      const v = t.chainIndex + <usize>row * ((<usize>groups) << 1) + <usize>p * 10;
      const out = <usize>(t.hidden / PANEL + p) * line + ((<usize>row) << 3);
      overlapRows(part(t, k, 3) + <usize>p * ROW, 0, apart, v, groups, t.overlaps + out);
      const other = partner(t, k, odd);
      if (other != k) overlapRows(part(t, other, 3) + <usize>p * ROW, 0, apart, v, groups, cross + out);
    }
  }
}

/** Neighbours k, k + 1 with k even, or odd, exchange h; v need not follow, it is drawn next. */
export function exchangeTrajectory(t: BinaryTraining, chains: u32, apart: u32, odd: u32, panels: u32): void {
  const line = (<usize>(apart * t.most)) << 3;
  const width = (<usize>t.hidden) >> 1;
  const cross = <usize>panels * line;
  for (let k = odd; k + 1 < t.replicas; k += 2) {
    fillRandom(t.swapStream, t.swapNumbers, apart >> 2);
    let done: u32 = 0;
    for (let m: u32 = 0; m < chains; m++) {
      const low = (<usize>(k * apart + m)) << 3;
      const high = low + ((<usize>apart) << 3);
      let gain: f64 = 0;
      for (let p: u32 = 0; p < panels; p++) {
        const at = t.overlaps + <usize>p * line;
        gain += load<f64>(at + cross + low) + load<f64>(at + cross + high) - (load<f64>(at + low) + load<f64>(at + high));
      }
      const u = <f64>load<u32>(t.swapNumbers + ((<usize>m) << 2)) * 2.3283064365386963e-10;
      if (!(u < exp(gain))) continue;
      done++;
      let a = t.hiddenIndex + <usize>(k * apart + m) * width;
      let b = a + <usize>apart * width;
      const end = a + width;
      for (; a < end; a += 2) {
        const entry = load<u16>(a);
        store<u16>(a, load<u16>(b));
        store<u16>(b, entry);
        b += 2;
      }
    }
    count(t.swaps + ((<usize>k) << 3), done, chains);
    if (k == 0) count(t.window, done, chains);
  }
}

// @ts-ignore: decorator
@inline function count(at: usize, done: u32, tries: u32): void {
  store<u32>(at, load<u32>(at) + done);
  store<u32>(at, load<u32>(at, 4) + tries, 4);
}

/** Share of the exchanges of k with k + 1 that succeeded; 0 if none was tried. */
// @ts-ignore: decorator
@inline function rate(t: BinaryTraining, k: u32): f64 {
  const at = t.swaps + ((<usize>k) << 3);
  const tries = load<u32>(at, 4);
  return tries ? <f64>load<u32>(at) / <f64>tries : 0;
}

/**
 * Keeps the model now as a past one when fewer than half of its exchanges succeeded in its last turn. A look every turn, and no later: where the model goes
 * through a transition a few updates open a gap that no exchange crosses, and chains beyond it are frozen for good.
 */
export function watchTrajectory(t: BinaryTraining, chains: u32, apart: u32): void {
  const done = load<u32>(t.window);
  const tries = load<u32>(t.window, 4);
  if (tries < chains) return; // it had no turn
  store<u64>(t.window, 0);
  if (done < tries - done) keep(t, apart);
}

/** The model now becomes the newest past one, with a copy of its chains. */
function keep(t: BinaryTraining, apart: u32): void {
  let place = t.replicas;
  if (place == t.most) {
    // the oldest one stays; of the others that goes whose neighbours are nearest
    if (t.most < 3) return;
    let best: f64 = -1;
    for (let j: u32 = 1; j + 1 < t.most; j++) {
      const both = rate(t, j - 1) * rate(t, j);
      if (both > best) {
        best = both;
        place = j;
      }
    }
    // what comes after the gap keeps its counts; the gap itself has none
    store<u64>(t.swaps + ((<usize>place) << 3), 0);
  } else t.replicas++;

  // replicas 1 … place - 1 move up by one, and the place that is free, or freed, comes to 1
  const entry = t.ladder + ((<usize>place) << 4);
  const free = v128.load(entry);
  memory.copy(t.ladder + 32, t.ladder + 16, (<usize>(place - 1)) << 4);
  v128.store(t.ladder + 16, free);
  const rows = <usize>apart * ((<usize>t.hidden) >> 1);
  memory.copy(t.hiddenIndex + 2 * rows, t.hiddenIndex + rows, <usize>(place - 1) * rows);
  memory.copy(t.hiddenIndex + rows, t.hiddenIndex, rows);
  // counts of pairs (k, k + 1), k < place - 1, move up; that of 0 with 1, now the same model, begins anew
  memory.copy(t.swaps + 8, t.swaps, (<usize>(place - 1)) << 3);
  store<u64>(t.swaps, 0);

  const matrix = <usize>t.visible * <usize>t.hidden * 4;
  memory.copy(part(t, 1, 0), t.weights, matrix);
  memory.copy(part(t, 1, 1), t.mirror, matrix);
  memory.copy(part(t, 1, 2), t.hiddenBias, (<usize>t.hidden) << 2);
  memory.copy(part(t, 1, 3), t.visibleBias, (<usize>t.visible) << 2);
}

/** v of all chains given h, panels [first, last) of visible units; columns ≠ 0: those of the model now transposed as well. */
export function trajectoryDown(
  t: BinaryTraining, chains: u32, apart: u32, first: u32, last: u32, tables: usize, inputs: usize, columns: usize, across: u32,
  counts: usize,
): void {
  const groups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  const random = inputs + 2 * <usize>t.rows * ROW;
  for (let p = first; p < last; p++) {
    const stream = t.visibleStreams + ((<usize>p) << 6);
    const own = columns ? columns + <usize>(p * PANEL) * ((<usize>across) << 1) : 0;
    for (let k: u32 = 0; k < t.replicas; k++) {
      const row = <usize>(k * apart);
      const h = t.hiddenIndex + row * ((<usize>hiddenGroups) << 1);
      const v = t.chainIndex + row * ((<usize>groups) << 1) + <usize>p * 10;
      fillRows(inputs, apart, part(t, k, 3) + <usize>p * ROW);
      product(h, hiddenGroups, apart, hiddenGroups, part(t, k, 1) + <usize>p * <usize>t.hidden * ROW, tables, inputs);
      if (k == 0) sampleUnits(inputs, chains, stream, random, v, groups, own, across, counts);
      else sampleUnits(inputs, apart, stream, random, v, groups, 0, 0, 0);
    }
  }
}
