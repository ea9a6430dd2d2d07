/** log Z: exact by enumeration, and steps of annealed importance sampling, against the formulas written straight down. */

import { annealedImportance, logPartition, Rbm } from '../../src/index.js';
import type { Case } from '../harness.js';

/** W ~ uniform of deviation 0.1, biases alike: the same numbers in every run. */
export function likelihoodRbm(visible: number, hidden: number): Rbm {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.1 * Math.sqrt(12);
  };
  const floats = (n: number) => Float32Array.from({ length: n }, next);
  return new Rbm({
    visible,
    hidden,
    weights: floats(visible * hidden),
    visibleBias: floats(visible),
    hiddenBias: floats(hidden),
  });
}

/** log Σ over the first `states` hidden states of a Gray code, one softplus a visible unit and state. */
export function plainPartition({ visible, hidden, weights, visibleBias, hiddenBias }: Rbm, states: number): number {
  const inputs = Float64Array.from(visibleBias);
  const h = new Uint8Array(hidden);
  let field = 0;
  let most = -Infinity;
  let sum = 0;
  for (let g = 0; g < states; g++) {
    let log = field;
    for (let i = 0; i < visible; i++) log += Math.max(inputs[i], 0) + Math.log1p(Math.exp(-Math.abs(inputs[i])));
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

/** The whole log Z of 784 visible units and `hidden` <= 24 hidden ones. */
export function partitionCase(hidden: number, others: Case['contenders'] = []): Case {
  const rbm = likelihoodRbm(784, hidden);
  const states = 2 ** hidden;
  const share = 2 ** -8;
  return {
    name: `exact log Z, 784-${hidden}`,
    unit: 'states',
    work: states,
    contenders: [
      { name: 'Wasm float64', run: () => void logPartition(rbm, { method: 'exact', layer: 'hidden' }) },
      { name: 'plain TypeScript, Gray code', run: () => void plainPartition(rbm, states * share), share },
      ...others,
    ],
    check: () => {
      const small = likelihoodRbm(784, 12);
      const ours = logPartition(small, { method: 'exact', layer: 'hidden' }).estimate;
      const plain = plainPartition(small, 2 ** 12);
      if (!(Math.abs(ours - plain) < 1e-12 * plain)) throw new Error(`log Z ${ours}, plain ${plain}`);
      return `784-12: log Z equal to the plain one within ${Math.abs(ours / plain - 1).toExponential(1)}`;
    },
  };
}

/** One chain and temperature of AIS, straight from the formula, in float64 with Math.random: returns log w of one chain. */
export function plainAnnealing(
  { visible, hidden, weights, visibleBias, hiddenBias }: Rbm,
  temperatures: number,
): number {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const v = Uint8Array.from({ length: visible }, () => (Math.random() < 0.5 ? 1 : 0));
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
      h[j] = Math.random() < sigmoid(to * x[j]) ? 1 : 0;
    }
    for (let i = 0; i < visible; i++) {
      let sum = visibleBias[i];
      for (let j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
      v[i] = Math.random() < sigmoid(to * sum) ? 1 : 0;
    }
  }
  return log;
}

/** AIS of 784-500 units: 100 chains, 100 temperatures. */
export function annealingCase(others: Case['contenders'] = []): Case {
  const rbm = likelihoodRbm(784, 500);
  const [chains, temperatures] = [100, 100];
  const base = new Float32Array(784);
  return {
    name: 'annealed importance sampling, 784-500, 100 chains',
    unit: 'chain steps',
    work: chains * temperatures,
    contenders: [
      { name: 'Wasm', run: () => void annealedImportance(rbm, { chains, temperatures, base }) },
      {
        name: 'plain TypeScript',
        run: () => void plainAnnealing(rbm, temperatures),
        share: 1 / chains,
      },
      ...others,
    ],
    check: () => {
      const small = likelihoodRbm(784, 10);
      const exact = logPartition(small).estimate;
      const { logPartition: estimate, error } = annealedImportance(small, { chains: 200, temperatures: 200 });
      if (!(Math.abs(estimate - exact) < 4 * error)) throw new Error(`log Z ${estimate} ± ${error}, exact ${exact}`);
      return `784-10: ${((estimate - exact) / error).toFixed(1)} standard errors from the exact log Z`;
    },
  };
}
