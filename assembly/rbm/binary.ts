// Learning by maximum likelihood for an RBM of {0,1} units, several minibatches a call, by one thread or several: the general form of cd1.ts.
//
//   gradient = Σ_r a_r s(v_r) - S ⟨s⟩,   s(v) = v p(h|v)ᵀ, v, p(h|v);   a_r = weight_r/rows,  S = Σ a_r
//
// with ⟨s⟩ from (`algorithm`)
//   0  chains that start at the rows of the minibatch (CD-k, Hinton 2002);  their mean has the weights a_r, too
//   1  chains that go on from minibatch to minibatch (PCD-k, Tieleman 2008);  with replicas > 1 each is a ladder of inverse temperatures β, 1 the first,
//      on the way from independent visible units to the model, p_β(v,h) ∝ exp(β(c·v + b·h + vᵀWh) + (1 - β)c₀·v), neighbours of which exchange their
//      states (parallel tempering: Desjardins et al. 2010; Cho, Raiko & Ilin 2010), or a ladder of the models that this one has been (trajectory.ts).
//      Without a ladder h is drawn together with P⁻, as one product gives both, and waits for the next minibatch; the first of an epoch draws its own.
//      With a population the chains have weights (population.ts): the gradient is that of v⁻ as it was drawn in the step before, the product that gives
//      P⁻ gives F after that step and h, too, and v⁻ is drawn anew beside it, so that no step is weighed by the very states that it was taken from. Every
//      few updates h of some chains moves to where the data are (proposals.ts)
//   2  all states of the smaller layer (exactModel.ts)
//
// Threads divide panels as in cd1.ts: hidden ones upwards, in the gradient and the update, visible ones downwards; each panel is computed whole by
// one thread from its own streams, and what is summed over panels is summed in their order. Thread 0 alone exchanges replicas; threads share
// the states that are enumerated. A barrier stands between any two stages of which one reads what another thread wrote in the other.
//
// Rows of chains: replica k, chain m is row k·(chains rounded up to 4) + m.

import { Step, descendBias, descendPanel } from './descent';
import { exp } from '../math';
import { fillRandom } from '../random';
import { enumerate, subtractModel, subtractVisible } from './exactSide';
import { PANEL, ROW, TABLES, fillRows, product } from './panel';
import { Population } from './population';
import { freeHidden, freeVisible, populationTurn } from './populationTurn';
import { EVERY, Proposals, propose } from './proposals';
import { overlapRows, temperRows, weighRows, weightedCounts, weightedSum } from './rows';
import { gather, meanUnits, sampleUnits, transposeIndex } from './units';
import { exchangeTrajectory, trajectoryDown, trajectoryUp, trajectoryVisible, watchTrajectory } from './trajectory';
import { sumRows } from './update';

// @ts-ignore: decorator
@external("env", "barrier") declare function barrier(): void;

const CONTRASTIVE: u32 = 0;
const PERSISTENT: u32 = 1;
const EXACT: u32 = 2;

/** Share of the minibatch in the running mean λ of the hidden units. */
const SLIDE: f32 = 0.01;

/** Where everything lies; filled in by src/rbm/engines/memory/layout.ts. Sizes are padded ones. */
@unmanaged export class BinaryTraining {
  visible: u32; // units, multiples of 20
  hidden: u32;
  visibleUnits: u32; // without padding
  hiddenUnits: u32;
  batch: u32; // rows of a full minibatch
  samples: u32; // rows that an epoch visits
  stride: u32; // bytes of a row of the data
  data: usize; // u8 [rows, stride]
  order: usize; // u32 [samples]
  importance: usize; // f32 [rows], weights of mean 1; 0 for none
  weights: usize; // W, panels [visible, hidden]
  mirror: usize; // Wᵀ, panels [hidden, visible]
  velocity: usize; // as W
  square: usize; // as W, with Adam
  hiddenBias: usize; // b, f32 [hidden]
  hiddenVelocity: usize;
  hiddenSquare: usize;
  hiddenOffset: usize; // λ
  hiddenBase: usize; // 0, f32 [hidden]; -1e30 where padded
  visibleBias: usize; // c, f32 [visible]
  visibleVelocity: usize;
  visibleSquare: usize;
  visibleOffset: usize; // μ
  visibleBase: usize; // c₀, f32 [visible]; -1e30 where padded
  hiddenStreams: usize; // 64 bytes a panel
  visibleStreams: usize;
  swapStream: usize;
  algorithm: u32;
  centred: u32;
  steps: u32; // k
  chains: u32;
  replicas: u32;
  betas: usize; // f32 [rows of chains]
  ladder: usize; // the models of a trajectory (trajectory.ts), 0 for none;
  most: u32; // how many replicas there can be of them,
  window: usize; // and what it watches
  population: Population; // weights of the chains (population.ts), 0 for none,
  proposals: Proposals; // and where they may move (proposals.ts)
  swaps: usize; // u32 [replicas - 1]: exchanges done
  swapNumbers: usize; // u32 [chains rounded up to 4]
  overlaps: usize; // f64 [panels of hidden, then of visible units][rows of chains]; twice that for a trajectory
  dataIndex: usize; // v, u16 [batch, visible/4]
  chainIndex: usize; // v⁻, u16 [rows of chains, visible/4]
  hiddenIndex: usize; // h, u16 [rows of chains, hidden/4]
  transposed: usize; // v beside v⁻, u16 [visible, (batch + chains)/4]
  factors: usize; // f32 [batch + chains]: a_r, then the weights of the chains
  differences: usize; // dc, f32 [visible]
  partials: usize; // f32 [panels of hidden units][visible]: ΔW λ
  means: usize; // P⁺ then P⁻, panels [batch + chains, hidden]
  rows: u32; // rows of a panel in `means`, and in the scratch of a thread
  tables: usize; // per thread: 25600 bytes
  scratch: usize; // per thread: two panels and the random numbers of a third, [rows, 20]
  sums: usize; // per thread: four rows of 20
  gradient: usize; // per thread: a panel [visible, 20]
  exact: usize; // f64: n own, m other, [n, m] weights, [n, m] joint, the sums of the blocks, and per thread 2m (exactModel.ts)
  corrections: usize; // f32 [minibatches][2]: rate and second of each step (descent.ts)
  target: f32; // sparsity: the wanted mean of a hidden unit,
  cost: f32; // and the price of a squared difference
}

// @ts-ignore: decorator
@inline export function four(rows: u32): u32 {
  return (rows + 3) & ~3;
}

/** a_r into `factors`, zero where padded, and then the weights of the chains, minus; returns S. */
function weigh(t: BinaryTraining, order: usize, rows: u32, chains: u32): f32 {
  const share = <f32>1 / <f32>rows;
  let total: f32 = 0;
  let at = t.factors;
  for (let r: u32 = 0; r < rows; r++) {
    const row = <usize>load<u32>(order + ((<usize>r) << 2));
    const a = t.importance ? load<f32>(t.importance + (row << 2)) * share : share;
    total += a;
    store<f32>(at, a);
    at += 4;
  }
  for (let r = rows; r < four(rows); r++) {
    store<f32>(at, 0);
    at += 4;
  }
  const all = t.importance ? total : <f32>1;
  if (t.population) return all; // thread 0 writes those of the chains when it knows them
  for (let m: u32 = 0; m < four(chains); m++) {
    const own = t.algorithm == CONTRASTIVE ? load<f32>(t.factors + ((<usize>m) << 2)) : all / <f32>chains;
    store<f32>(at, m < chains ? -own : 0);
    at += 4;
  }
  return all;
}

/** h of all chains given v, panels [first, last) of hidden units; with replicas, what of -(E - E₀) those panels hold. */
function sampleUp(t: BinaryTraining, rows: u32, first: u32, last: u32, tables: usize, inputs: usize): void {
  const size = <usize>t.rows * ROW;
  const tempered = t.replicas > 1 ? inputs + size : inputs;
  const groups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  for (let p = first; p < last; p++) {
    const index = t.hiddenIndex + <usize>p * 10;
    fillRows(inputs, four(rows), t.hiddenBias + <usize>p * ROW);
    product(t.chainIndex, groups, four(rows), groups, t.weights + <usize>p * <usize>t.visible * ROW, tables, inputs);
    if (t.replicas > 1) temperRows(inputs, rows, t.betas, t.hiddenBase + <usize>p * ROW, tempered);
    sampleUnits(tempered, rows, t.hiddenStreams + ((<usize>p) << 6), inputs + 2 * size, index, hiddenGroups, 0, 0, 0);
    if (t.replicas > 1) overlapRows(inputs, ROW, rows, index, hiddenGroups, t.overlaps + <usize>p * (<usize>rows << 3));
  }
}

/** The visible units' share of -(E - E₀): (c - c₀)·v, panels [first, last). */
function overlapVisible(t: BinaryTraining, rows: u32, first: u32, last: u32, difference: usize): void {
  const hiddenPanels = t.hidden / PANEL;
  for (let p = first; p < last; p++) {
    for (let k: usize = 0; k < ROW; k += 16) {
      const at = <usize>p * ROW + k;
      v128.store(difference + k, f32x4.sub(v128.load(t.visibleBias + at), v128.load(t.visibleBase + at)));
    }
    const out = t.overlaps + <usize>(hiddenPanels + p) * (<usize>rows << 3);
    overlapRows(difference, 0, rows, t.chainIndex + <usize>p * 10, t.visible >> 2, out);
  }
}

/**
 * Neighbours β_k, β_(k+1) with k even, or odd, exchange h with probability min(1, e^{(β_k - β_(k+1))(O_(k+1) - O_k)}), O = -(E - E₀) of the pair (v, h):
 * detailed balance in the product of all p_β. v need not follow, it is drawn next.
 */
export function exchangeReplicas(
  hiddenIndex: usize, groups: u32, overlaps: usize, panels: u32, betas: usize, chains: u32, replicas: u32, odd: u32,
  stream: usize, numbers: usize, swaps: usize,
): void {
  const apart = four(chains);
  const rows = apart * replicas;
  const line = (<usize>groups) << 1;
  for (let k = odd; k + 1 < replicas; k += 2) {
    fillRandom(stream, numbers, apart >> 2);
    const step = <f64>load<f32>(betas + ((<usize>(k * apart)) << 2)) - <f64>load<f32>(betas + ((<usize>((k + 1) * apart)) << 2));
    let done: u32 = 0;
    for (let m: u32 = 0; m < chains; m++) {
      const low = k * apart + m;
      const high = low + apart;
      let gain: f64 = 0;
      for (let p: u32 = 0; p < panels; p++) {
        const at = overlaps + ((<usize>(p * rows)) << 3);
        gain += load<f64>(at + ((<usize>high) << 3)) - load<f64>(at + ((<usize>low) << 3));
      }
      const u = <f64>load<u32>(numbers + ((<usize>m) << 2)) * 2.3283064365386963e-10;
      if (!(u < exp(step * gain))) continue;
      done++;
      let a = hiddenIndex + <usize>low * line;
      let b = hiddenIndex + <usize>high * line;
      const end = a + line;
      for (; a < end; a += 2) {
        const entry = load<u16>(a);
        store<u16>(a, load<u16>(b));
        store<u16>(b, entry);
        b += 2;
      }
    }
    const count = swaps + ((<usize>k) << 2);
    store<u32>(count, load<u32>(count) + done);
  }
}

/** v of all chains given h, panels [first, last) of visible units; columns ≠ 0: those of the first `chains` rows transposed as well. */
function sampleDown(
  t: BinaryTraining, rows: u32, chains: u32, first: u32, last: u32, tables: usize, inputs: usize, columns: usize, across: u32,
  counts: usize,
): void {
  const groups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  const random = inputs + 2 * <usize>t.rows * ROW;
  for (let p = first; p < last; p++) {
    const stream = t.visibleStreams + ((<usize>p) << 6);
    const index = t.chainIndex + <usize>p * 10;
    fillRows(inputs, four(rows), t.visibleBias + <usize>p * ROW);
    product(t.hiddenIndex, hiddenGroups, four(rows), hiddenGroups, t.mirror + <usize>p * <usize>t.hidden * ROW, tables, inputs);
    if (t.replicas > 1) temperRows(inputs, rows, t.betas, t.visibleBase + <usize>p * ROW, inputs);
    const own = columns ? columns + <usize>(p * PANEL) * ((<usize>across) << 1) : 0;
    sampleUnits(inputs, chains, stream, random, index, groups, own, across, counts);
    if (rows > four(chains)) {
      const rest = <usize>four(chains);
      sampleUnits(inputs + rest * ROW, rows - four(chains), stream, random, index + rest * ((<usize>groups) << 1), groups, 0, 0, 0);
    }
  }
}

/**
 * Data means q = Σ a P / S of a panel's hidden units; from them the running mean λ ← λ + SLIDE(q - λ), and with a sparsity target
 * P ← P - cost·(q - target)·P(1 - P), so that the data's side of the gradient is that of the likelihood minus (cost/2)·Σ_j (q_j - target)².
 */
function watchMeans(t: BinaryTraining, means: usize, rows: u32, total: f32, offset: usize, q: usize): void {
  weightedSum(means, rows, t.factors, q);
  const one = f32x4.splat(1);
  for (let k: usize = 0; k < ROW; k += 16) {
    const mean = f32x4.div(v128.load(q + k), f32x4.splat(total));
    if (t.centred) {
      const lambda = v128.load(offset + k);
      v128.store(offset + k, f32x4.add(lambda, f32x4.mul(f32x4.splat(SLIDE), f32x4.sub(mean, lambda))));
    }
    if (!(t.cost > 0)) continue;
    const strength = f32x4.mul(f32x4.splat(t.cost), f32x4.sub(mean, f32x4.splat(t.target)));
    for (let at = means + k, end = at + <usize>rows * ROW; at < end; at += ROW) {
      const p = v128.load(at);
      v128.store(at, f32x4.sub(p, f32x4.mul(strength, f32x4.mul(p, f32x4.sub(one, p)))));
    }
  }
}

/** Minibatches [from, to) of an epoch, as thread `rank` of `threads`. */
export function trainBinary(t: BinaryTraining, step: Step, from: u32, to: u32, rank: u32, threads: u32): void {
  const hiddenPanels = t.hidden / PANEL;
  const visiblePanels = t.visible / PANEL;
  const firstHidden = (hiddenPanels * rank) / threads;
  const lastHidden = (hiddenPanels * (rank + 1)) / threads;
  const firstVisible = (visiblePanels * rank) / threads;
  const lastVisible = (visiblePanels * (rank + 1)) / threads;
  const visibleGroups = t.visible >> 2;
  const hiddenGroups = t.hidden >> 2;
  const exact = t.algorithm == EXACT;
  const population = t.population;
  const proposals = t.proposals;
  const weighted = population ? true : false;
  const waiting = t.algorithm == PERSISTENT && t.replicas == 1 && !t.ladder && !weighted; // chains whose h is drawn with P⁻
  const across = (four(t.batch) + four(t.chains)) >> 2; // transposed entries a unit
  const panel = <usize>(four(t.batch) + four(t.chains)) * ROW;
  const panelOfWeights = <usize>t.visible * ROW;
  const tables = t.tables + <usize>rank * TABLES;
  const inputs = t.scratch + <usize>rank * (3 * <usize>t.rows * ROW);
  const random = inputs + 2 * <usize>t.rows * ROW;
  const sums = t.sums + <usize>rank * (4 * ROW);
  const correction = sums + ROW;
  const counts = sums + 2 * ROW;
  const norms = sums + 3 * ROW;
  const gradient = t.gradient + <usize>rank * panelOfWeights;
  const ownTransposed = t.transposed + <usize>(firstVisible * PANEL) * ((<usize>across) << 1);
  const ownUnits = (lastVisible - firstVisible) * PANEL;

  for (let b = from; b < to; b++) {
    const start = b * t.batch;
    const rows = min(t.batch, t.samples - start);
    const padded = four(rows);
    const contrastive = t.algorithm == CONTRASTIVE;
    const chains = exact ? 0 : contrastive ? rows : t.chains;
    const chainRows = t.replicas > 1 ? four(chains) * t.replicas : chains;
    const moved = population && b % EVERY == 0 ? min(proposals.count, min(rows, chains)) : 0; // how many chains
    const order = t.order + ((<usize>start) << 2);
    const rate = load<f32>(t.corrections + ((<usize>b) << 3));
    const second = load<f32>(t.corrections + ((<usize>b) << 3), 4);
    // Every thread gathers the whole minibatch and weighs it (all write the same), but transposes its own units only.
    const total = weigh(t, order, rows, chains);
    const own = firstVisible * 5;
    const past = lastVisible * 5;
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, 0, own, 0, 0, 0);
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, own, past, t.transposed, across, t.differences);
    gather(t.data, t.stride, order, rows, t.dataIndex, visibleGroups, past, visibleGroups, 0, 0, 0);

    // the data's side: P⁺, and h⁺ where the chains start from it
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * panel;
      fillRows(means, padded, t.hiddenBias + <usize>p * ROW);
      product(t.dataIndex, visibleGroups, padded, visibleGroups, t.weights + <usize>p * panelOfWeights, tables, means);
      if (moved) propose(proposals, p, means, rows, moved, t.hiddenStreams + ((<usize>p) << 6), inputs, random, hiddenGroups);
      if (!contrastive) meanUnits(means, rows, 1);
      else sampleUnits(means, rows, t.hiddenStreams + ((<usize>p) << 6), inputs, t.hiddenIndex + <usize>p * 10, hiddenGroups, 0, 0, 0);
    }

    // the model's side: v⁻
    if (exact) {
      barrier(); // the step before may still move the biases of other threads
      enumerate(t, rank, threads);
    } else if (t.ladder) {
      const apart = four(chains);
      for (let s: u32 = 0; s < t.steps; s++) {
        const odd = (b * t.steps + s) & 1;
        trajectoryUp(t, apart, odd, firstHidden, lastHidden, hiddenPanels + visiblePanels, tables, inputs);
        trajectoryVisible(t, apart, odd, firstVisible, lastVisible, hiddenPanels + visiblePanels);
        barrier();
        if (rank == 0) {
          exchangeTrajectory(t, chains, apart, odd, hiddenPanels + visiblePanels);
          watchTrajectory(t, chains, apart);
        }
        barrier();
        const columns: usize = s + 1 < t.steps ? 0 : t.transposed + ((<usize>padded) >> 1);
        trajectoryDown(t, chains, apart, firstVisible, lastVisible, tables, inputs, columns, across, counts);
        if (s + 1 < t.steps) barrier();
      }
    } else {
      if (weighted) {
        transposeIndex(t.chainIndex, visibleGroups, chains, own, past, t.transposed + ((<usize>padded) >> 1), across);
        populationTurn(t, step, rows, total, moved, rank, firstHidden, lastHidden, firstVisible, lastVisible, tables, inputs);
      }
      const ready = contrastive || weighted || (waiting && b > 0); // h of the first step
      for (let s: u32 = 0; s < t.steps; s++) {
        if (s > 0 || !ready) {
          sampleUp(t, chainRows, firstHidden, lastHidden, tables, inputs);
          if (t.replicas > 1) {
            overlapVisible(t, chainRows, firstVisible, lastVisible, counts);
            barrier();
            if (rank == 0) {
              exchangeReplicas(
                t.hiddenIndex, hiddenGroups, t.overlaps, hiddenPanels + visiblePanels, t.betas, chains, t.replicas,
                (b * t.steps + s) & 1, t.swapStream, t.swapNumbers, t.swaps,
              );
            }
          }
        }
        barrier();
        const columns: usize = weighted || s + 1 < t.steps ? 0 : t.transposed + ((<usize>padded) >> 1);
        sampleDown(t, chainRows, chains, firstVisible, lastVisible, tables, inputs, columns, across, counts);
        if (s + 1 < t.steps) barrier();
      }
    }
    const groups = (padded + four(chains)) >> 2;
    weightedCounts(ownTransposed, across, ownUnits, groups, t.factors, tables, t.differences + ((<usize>(firstVisible * PANEL)) << 2));
    if (exact) subtractVisible(t, firstVisible * PANEL, lastVisible * PANEL, total);
    if (population) freeVisible(t, firstVisible, lastVisible, population.before);
    const pace: f32 = population ? population.pace : 1; // a step too long slows down this one
    barrier();

    // P⁻; then the gradient and the step
    for (let p = firstHidden; p < lastHidden; p++) {
      const means = t.means + <usize>p * panel;
      const negative = means + <usize>padded * ROW;
      const weights = t.weights + <usize>p * panelOfWeights;
      const bias = <usize>p * ROW;
      if (population) freeHidden(t, p, inputs, tables, population.before);
      else if (!exact) {
        fillRows(negative, four(chains), t.hiddenBias + bias);
        product(t.chainIndex, visibleGroups, four(chains), visibleGroups, weights, tables, negative);
        if (!waiting) meanUnits(negative, chains, 1);
        else sampleUnits(negative, chains, t.hiddenStreams + ((<usize>p) << 6), inputs, t.hiddenIndex + <usize>p * 10, hiddenGroups, 0, 0, 0);
      }
      watchMeans(t, means, rows, total, t.hiddenOffset + bias, sums);
      weighRows(means, padded + four(chains), t.factors);
      fillRows(gradient, t.visible, 0);
      product(t.transposed, across, t.visible, groups, means, tables, gradient);
      sumRows(means, padded + four(chains), sums);
      if (exact) subtractModel(t, p, total, gradient, sums);
      memory.fill(correction, 0, ROW);
      const lambdas = t.centred ? t.hiddenOffset + bias : 0;
      descendPanel(
        gradient, t.velocity + <usize>p * panelOfWeights, t.square + <usize>p * panelOfWeights, weights, t.mirror, t.visible, t.hidden, p,
        sums, t.differences, lambdas, t.visibleOffset, t.partials + ((<usize>(p * t.visible)) << 2), correction, norms, step, pace * rate, second,
      );
      descendBias(sums, t.hiddenVelocity + bias, t.hiddenSquare + bias, t.hiddenBias + bias, correction, step, pace * rate, second);
    }
    barrier();

    for (let p = firstVisible; p < lastVisible; p++) {
      const bias = <usize>p * ROW;
      memory.fill(correction, 0, ROW);
      if (t.centred) {
        for (let q: u32 = 0; q < hiddenPanels; q++) {
          const partial = t.partials + ((<usize>(q * t.visible)) << 2) + bias;
          for (let k: usize = 0; k < ROW; k += 16) {
            v128.store(correction + k, f32x4.add(v128.load(correction + k), v128.load(partial + k)));
          }
        }
      }
      descendBias(
        t.differences + bias, t.visibleVelocity + bias, t.visibleSquare + bias, t.visibleBias + bias, correction, step, pace * rate, second,
      );
    }
  }
}
