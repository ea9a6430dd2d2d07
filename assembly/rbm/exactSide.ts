// The model's side of the gradient by the sum over all states of the smaller layer, for binary.ts: exactModel.ts gives the means, here they are taken from
// the panels of a run and subtracted from the data's side.

import { exactBlock, exactBlocks, exactMeans, exactSums } from './exactModel';
import { BinaryTraining } from './binary';
import { PANEL, ROW } from './panel';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/**
 * Means of all units: the smaller layer is enumerated, the visible one if equal. Thread 0 takes W, b and c from the panels and puts the blocks' sums
 * together; threads take turns with the blocks (exactModel.ts).
 */
export function enumerate(t: BinaryTraining, rank: u32, threads: u32): void {
  const byVisible = t.visibleUnits <= t.hiddenUnits;
  const n = byVisible ? t.visibleUnits : t.hiddenUnits;
  const units = byVisible ? t.hiddenUnits : t.visibleUnits;
  const m = (units + 1) & ~1;
  const own = t.exact;
  const other = own + ((<usize>((n + 1) & ~1)) << 3);
  const weights = other + ((<usize>m) << 3);
  const joint = weights + ((<usize>(n * m)) << 3);
  const sums = joint + ((<usize>(n * m)) << 3);
  const work = sums + <usize>exactBlocks(n) * exactSums(n, m);
  if (rank == 0) {
    const ownBias = byVisible ? t.visibleBias : t.hiddenBias;
    const otherBias = byVisible ? t.hiddenBias : t.visibleBias;
    for (let j: u32 = 0; j < n; j++) store<f64>(own + ((<usize>j) << 3), <f64>load<f32>(ownBias + ((<usize>j) << 2)));
    for (let k: u32 = 0; k < m; k++) {
      store<f64>(other + ((<usize>k) << 3), k < units ? <f64>load<f32>(otherBias + ((<usize>k) << 2)) : -Infinity);
      for (let j: u32 = 0; j < n; j++) {
        const i = byVisible ? j : k;
        const h = byVisible ? k : j;
        const at = t.weights + <usize>(h / PANEL) * (<usize>t.visible * ROW) + <usize>i * ROW + ((<usize>(h % PANEL)) << 2);
        store<f64>(weights + ((<usize>(j * m + k)) << 3), k < units ? <f64>load<f32>(at) : 0);
      }
    }
  }
  barrier();
  const place = work + <usize>rank * ((<usize>m) << 4);
  for (let block = rank; block < exactBlocks(n); block += threads) {
    exactBlock(own, other, weights, n, m, block, sums + <usize>block * exactSums(n, m), place);
  }
  barrier();
  if (rank == 0) exactMeans(own, other, n, m, joint, sums);
  barrier();
}

/** gradient -= S·⟨v h⟩ of a panel of hidden units, db -= S·⟨h⟩. */
export function subtractModel(t: BinaryTraining, panel: u32, total: f32, gradient: usize, db: usize): void {
  const byVisible = t.visibleUnits <= t.hiddenUnits;
  const n = byVisible ? t.visibleUnits : t.hiddenUnits;
  const m = ((byVisible ? t.hiddenUnits : t.visibleUnits) + 1) & ~1;
  const other = t.exact + ((<usize>((n + 1) & ~1)) << 3);
  const joint = other + ((<usize>(m + n * m)) << 3);
  const hidden = byVisible ? other : t.exact;
  const past = min((panel + 1) * PANEL, t.hiddenUnits);
  for (let j = panel * PANEL; j < past; j++) {
    const column = (<usize>(j - panel * PANEL)) << 2;
    const bias = db + column;
    store<f32>(bias, <f32>(<f64>load<f32>(bias) - <f64>total * load<f64>(hidden + ((<usize>j) << 3))));
    for (let i: u32 = 0; i < t.visibleUnits; i++) {
      const at = gradient + <usize>i * ROW + column;
      const place = byVisible ? i * m + j : j * m + i;
      store<f32>(at, <f32>(<f64>load<f32>(at) - <f64>total * load<f64>(joint + ((<usize>place) << 3))));
    }
  }
}

/** dc -= S·⟨v⟩, for units [from, past). */
export function subtractVisible(t: BinaryTraining, from: u32, past: u32, total: f32): void {
  const byVisible = t.visibleUnits <= t.hiddenUnits;
  const n = byVisible ? t.visibleUnits : t.hiddenUnits;
  const means = byVisible ? t.exact : t.exact + ((<usize>((n + 1) & ~1)) << 3);
  for (let i = from; i < min(past, t.visibleUnits); i++) {
    const at = t.differences + ((<usize>i) << 2);
    store<f32>(at, <f32>(<f64>load<f32>(at) - <f64>total * load<f64>(means + ((<usize>i) << 3))));
  }
}
