/**
 * log Z: exact by enumeration, and steps of annealed importance sampling, against the formulas written straight down.
 */

import { annealedImportance, logPartition, Rbm } from '../../src/all.js';
import { enumeration } from '../../src/rbm/likelihood/enumeration.js';
import type { Entry } from '../harness.js';
import { type Body, entry } from './entry.js';
import { Uniform } from './uniform.js';

/** W ~ uniform of deviation 0.1, biases alike: the same numbers in every run. */
export function likelihoodRbm(visible: number, hidden: number): Rbm {
  const random = new Uniform(hidden);
  const floats = (n: number) => Float32Array.from({ length: n }, () => (random.next() - 0.5) * 0.1 * Math.sqrt(12));
  return new Rbm({
    visible,
    hidden,
    weights: floats(visible * hidden),
    visibleBias: floats(visible),
    hiddenBias: floats(hidden),
  });
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** log Σ over the first `states` hidden states of a Gray code, one softplus a visible unit and state. */
export function plainPartition({ visible, hidden, weights, visibleBias, hiddenBias }: Rbm, states: number): number {
  const inputs = Float64Array.from(visibleBias);
  const h = new Uint8Array(hidden);
  let field = 0;
  let most = -Infinity;
  let sum = 0;
  for (let g = 0; g < states; g++) {
    let log = field;
    for (let i = 0; i < visible; i++) log += softplus(inputs[i]);
    if (log > most) {
      sum = sum * Math.exp(most - log) + 1;
      most = log;
    } else sum += Math.exp(log - most);
    const j = Math.min(hidden - 1, 31 - Math.clz32((g + 1) & -(g + 1)));
    const sign = h[j] ? -1 : 1;
    h[j] ^= 1;
    field += sign * hiddenBias[j];
    for (let i = 0; i < visible; i++) inputs[i] += sign * weights[i * hidden + j];
  }
  return most + Math.log(sum);
}

/** The enumeration of the hidden layer, up to a share of its states; how many they were. */
function enumerated(rbm: Rbm, share: number): number {
  const work = enumeration(rbm, 'hidden');
  for (let step = work.next(); !step.done; step = work.next()) {
    const { done, total } = step.value;
    if (done >= share * total) return done;
  }
  throw new Error('the enumeration told of no progress');
}

export const partitionName = (hidden: number) => `exact log Z, 784-${hidden}`;
export const MODEL_VISIBLE = 784;
/** States that a baseline sums in a round. */
export const PARTITION_STATES = 2 ** 13;

/** Units up to which a round sums all states; of more, as many states as these have. */
const WHOLE = 22;

/** States that ours sums in a round: whole calls of the kernel. */
export function partitionStates(visible: number, hidden: number, whole = WHOLE): number {
  return hidden <= whole ? 2 ** hidden : enumerated(likelihoodRbm(visible, hidden), 2 ** (whole - hidden));
}

export const PARTITION_UNITS = [20, 22, 25];

/** log Z of 784 visible units; of very many states, the beginning of it. */
function partitionCase(visible: number, hidden: number, whole = WHOLE): Body {
  const rbm = likelihoodRbm(visible, hidden);
  const all = hidden <= whole;
  const states = partitionStates(visible, hidden, whole);
  const few = Math.min(states, PARTITION_STATES);
  const ours = all
    ? () => void logPartition(rbm, { method: 'exact', layer: 'hidden' })
    : () => void enumerated(rbm, 2 ** (whole - hidden));
  return {
    unit: 'states',
    work: states,
    contenders: [
      { name: all ? 'Wasm float64' : 'Wasm float64, the first states', run: ours },
      { name: 'plain TypeScript, Gray code', run: () => void plainPartition(rbm, few), share: few / states },
    ],
    check: () => {
      const small = likelihoodRbm(visible, 12);
      const exact = logPartition(small, { method: 'exact', layer: 'hidden' }).estimate;
      const plain = plainPartition(small, 2 ** 12);
      if (!(Math.abs(exact - plain) < 1e-12 * Math.abs(plain))) throw new Error(`log Z ${exact}, plain ${plain}`);
      return `${visible}-12: log Z equal to the plain one within ${Math.abs(exact / plain - 1).toExponential(0)}`;
    },
  };
}

/** AIS of one chain, straight from the formula, in float64, from fair coins: its log w. */
function plainAnnealing(rbm: Rbm, temperatures: number, random: Uniform): number {
  const { visible, hidden, weights, visibleBias, hiddenBias } = rbm;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const v = Uint8Array.from({ length: visible }, () => (random.next() < 0.5 ? 1 : 0));
  const h = new Uint8Array(hidden);
  const x = new Float64Array(hidden);
  let log = 0;
  for (let k = 1; k <= temperatures; k++) {
    const [from, to] = [(k - 1) / temperatures, k / temperatures];
    x.set(hiddenBias);
    for (let i = 0; i < visible; i++) {
      if (!v[i]) continue;
      log += (to - from) * visibleBias[i];
      for (let j = 0; j < hidden; j++) x[j] += weights[i * hidden + j];
    }
    for (let j = 0; j < hidden; j++) {
      log += softplus(to * x[j]) - softplus(from * x[j]);
      h[j] = random.next() < sigmoid(to * x[j]) ? 1 : 0;
    }
    for (let i = 0; i < visible; i++) {
      let sum = visibleBias[i];
      for (let j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
      v[i] = random.next() < sigmoid(to * sum) ? 1 : 0;
    }
  }
  return log;
}

/** log of the mean of e^x, and its standard error. */
function logMean(x: number[]): [value: number, error: number] {
  const most = Math.max(...x);
  const weights = x.map((value) => Math.exp(value - most));
  const mean = weights.reduce((sum, w) => sum + w, 0) / x.length;
  const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / (x.length - 1);
  return [most + Math.log(mean), Math.sqrt(variance / x.length) / mean];
}

/** @throws Error unless an estimate is within four of its standard errors; says how many */
function within(what: string, estimate: number, error: number, exact: number): string {
  const score = (estimate - exact) / error;
  if (!(Math.abs(score) < 4)) throw new Error(`${what}: log Z ${estimate} ± ${error}, exact ${exact}`);
  return score.toFixed(1);
}

export const ANNEALING = { name: 'annealed importance sampling, 784-500', hidden: 500, chains: 100, temperatures: 100 };

/** From fair coins, which is a base that needs no data. */
function annealingCase(visible: number, hidden: number): Body {
  const rbm = likelihoodRbm(visible, hidden);
  const { chains, temperatures } = ANNEALING;
  // equal steps, as the others have; a number alone would add a pilot run that lays them out
  const equal = Float64Array.from({ length: temperatures + 1 }, (_, k) => k / temperatures);
  const base = new Float32Array(visible);
  const random = new Uniform(1);
  return {
    unit: 'chain steps',
    work: chains * temperatures,
    contenders: [
      { name: 'Wasm', run: () => void annealedImportance(rbm, { chains, temperatures: equal, base }) },
      {
        name: 'plain TypeScript',
        run: () => void plainAnnealing(rbm, temperatures, random),
        share: 1 / chains,
      },
    ],
    check: () => {
      const small = likelihoodRbm(visible, 10);
      const exact = logPartition(small, { method: 'exact' }).estimate;
      const ours = annealedImportance(small, { chains: 200, temperatures: 200, base });
      const logs = Array.from({ length: 100 }, () => plainAnnealing(small, 100, random));
      const [ratio, error] = logMean(logs);
      const plain = within('plain', ratio + (visible + 10) * Math.LN2, error, exact);
      const score = within('Wasm', ours.logPartition, ours.error, exact);
      return `${visible}-10: ${score} and ${plain} standard errors from the exact log Z`;
    },
  };
}

export function likelihoodEntries(): Entry[] {
  const group = 'Partition functions';
  return [
    ...PARTITION_UNITS.map((hidden) =>
      entry(
        { name: partitionName(hidden), group, series: { name: 'exact log Z, cost of a state', x: 2 ** hidden } },
        (short) => (short ? partitionCase(61, hidden - 10, 12) : partitionCase(MODEL_VISIBLE, hidden)),
      ),
    ),
    entry({ name: ANNEALING.name, group }, (short) =>
      short ? annealingCase(61, 43) : annealingCase(MODEL_VISIBLE, ANNEALING.hidden),
    ),
  ];
}
