// The turn of a population in an update of binary.ts: its chains as they were drawn in the step before are weighed for that step, their P and h are drawn, and
// some h are moved to where the data are. What weights are: population.ts; what moves are: proposals.ts.

import { Step } from './descent';
import { BinaryTraining, four } from './binary';
import { PANEL, ROW, fillRows, product } from './panel';
import { weighPopulation } from './population';
import { chooseChains, decide, freeOfStates } from './proposals';
import { overlapRows, softplusRows } from './rows';
import { sampleUnits } from './units';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

/** Inputs of a panel of hidden units given v of the chains, and the panel's share of -F: f64 [panels][chains rounded up to 4]. */
export function freeHidden(t: BinaryTraining, p: u32, inputs: usize, tables: usize, free: usize): void {
  const groups = t.visible >> 2;
  const rows = four(t.chains);
  fillRows(inputs, rows, t.hiddenBias + <usize>p * ROW);
  product(t.chainIndex, groups, rows, groups, t.weights + <usize>p * <usize>t.visible * ROW, tables, inputs);
  softplusRows(inputs, t.chains, free + <usize>p * ((<usize>rows) << 3));
}

/** The visible units' share of -F, c·v, panels [first, last): behind that of the hidden ones in f64 [panels][chains rounded up to 4]. */
export function freeVisible(t: BinaryTraining, first: u32, last: u32, free: usize): void {
  const line = (<usize>four(t.chains)) << 3;
  for (let p = first; p < last; p++) {
    const out = free + <usize>(t.hidden / PANEL + p) * line;
    overlapRows(t.visibleBias + <usize>p * ROW, 0, t.chains, t.chainIndex + <usize>p * 10, t.visible >> 2, out);
  }
}

/**
 * P and h of the chains into `means`, behind those of the `rows` rows of the minibatch, and into `hiddenIndex`; weights into `factors`; then `moved` chains are
 * offered another h. Ends without a barrier: thread 0 may still write h.
 */
export function populationTurn(
  t: BinaryTraining, step: Step, rows: u32, total: f32, moved: u32, rank: u32,
  firstHidden: u32, lastHidden: u32, firstVisible: u32, lastVisible: u32, tables: usize, inputs: usize,
): void {
  const population = t.population;
  const proposals = t.proposals;
  const groups = t.hidden >> 2;
  const width = (<usize>groups) << 1; // bytes of h
  const visiblePanels = t.visible / PANEL;
  const panel = <usize>(four(t.batch) + four(t.chains)) * ROW;
  for (let p = firstHidden; p < lastHidden; p++) {
    const negative = t.means + <usize>p * panel + <usize>four(rows) * ROW;
    freeHidden(t, p, negative, tables, population.after);
    sampleUnits(negative, t.chains, t.hiddenStreams + ((<usize>p) << 6), inputs, t.hiddenIndex + <usize>p * 10, groups, 0, 0, 0);
  }
  freeVisible(t, firstVisible, lastVisible, population.after);
  barrier();
  if (rank == 0) {
    const brake = weighPopulation(
      population, t.chains, t.hidden / PANEL + visiblePanels, t.hiddenIndex, width, 1, 0, t.swapStream, t.swapNumbers,
      t.factors + ((<usize>four(rows)) << 2), total,
    );
    step.momentum = population.momentum * brake;
    step.lambda = population.lambda * population.pace;
    if (moved) chooseChains(proposals, t.chains, moved, t.hiddenIndex, width, 1, 0, t.swapStream, t.swapNumbers);
  }
  if (!moved) return;
  barrier();
  for (let p = firstVisible; p < lastVisible; p++) {
    const weights = t.mirror + <usize>p * <usize>t.hidden * ROW;
    freeOfStates(proposals, p, moved, groups, weights, t.visibleBias + <usize>p * ROW, tables, inputs);
  }
  barrier();
  if (rank == 0) {
    decide(
      proposals, rows, t.chains, moved, t.hiddenIndex, width, 1, 0, 4, t.hiddenBias, t.hidden / PANEL, visiblePanels, t.swapStream, t.swapNumbers,
    );
  }
}
