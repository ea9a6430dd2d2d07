/**
 * Burn-in of cluster updates by a number of flips, for one configuration in equilibrium: only a second one needs a
 * pilot run.
 */

import { type Progress, progress } from '../../util/work.js';
import type { ChainWork, SpinChain } from './chain.js';

/** A chain of cluster updates. */
export interface ClusterUpdates extends SpinChain {
  /** Returns the number of sites flipped. */
  advance(updates: number): ChainWork<never, number>;
}

/** Updates of the first call, and flips per call: about 20 ms. */
const FIRST = 16;
const FLIPS = 2e6;

/**
 * Updates until every chain has flipped `sweeps` times its number of sites on the average, and then as many updates
 * again: a chain that is looked at when it has made a number of flips is found after a large cluster too often, and the
 * second half forgets that.
 */
export function* burnIn(chain: ClusterUpdates, sweeps: number): ChainWork<Progress, void> {
  const sites = chain.sites * chain.chains;
  let flipped = 0;
  let updates = 0;
  const report = (done: number): Progress => progress('burn-in', done, 2 * sweeps, 'sweeps');
  while (flipped < sweeps * sites) {
    const perUpdate = Math.max(1, flipped / Math.max(1, updates));
    const count = updates === 0 ? FIRST : Math.max(1, Math.min(updates, Math.floor(FLIPS / perUpdate)));
    flipped += yield* chain.advance(count);
    updates += count;
    yield report(Math.min(sweeps, flipped / sites));
  }
  const most = Math.max(1, Math.floor((FLIPS * updates) / flipped));
  for (let done = 0; done < updates; ) {
    const count = Math.min(most, updates - done);
    yield* chain.advance(count);
    done += count;
    yield report(sweeps * (1 + done / updates));
  }
  // Wolff: one cluster more with probability ½, or the parity of Σs is tied to the number of clusters for K → 0
  if (chain.chains > 1) return;
  for (const series = chain.series(1, 1, false); ; ) {
    const step = series.next([]);
    if (step.done) return;
    if (Array.isArray(step.value)) yield step.value;
  }
}
