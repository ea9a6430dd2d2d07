/**
 * Time to learn: from a random start to a stated exact log-likelihood of bars and stripes, 4×4, with 8 hidden units,
 * evaluated at regular intervals. Persistent chains at a constant rate; each program uses its usual steps. The best
 * possible value is -108.1.
 */

import { type BitRows, barsAndStripes, logLikelihood, type Rbm, Training } from '../../src/all.js';
import type { Entry } from '../harness.js';
import { close } from './agree.js';
import { type Body, entry } from './entry.js';
import { plainPartition } from './likelihood.js';
import { PlainTraining } from './training.js';

/** Momentum is ½. Whoever has not come there after `most` updates gives up: its time is then less than it would be. */
export const REACH = { side: 4, hidden: 8, rate: 0.03, chains: 100, target: -140, every: 100, most: 30_000 };
/** One a round, in turn. */
export const REACH_SEEDS = [1, 2, 3, 4];
export const REACH_NAME = `bars and stripes 4×4, 8 hidden units, to a log-likelihood of ${REACH.target}`;

/** Σ over the rows of log p(v), from the definition. */
function plainLikelihood(rbm: Rbm, rows: Uint8Array[]): number {
  const { hidden, weights, visibleBias, hiddenBias } = rbm;
  const logZ = plainPartition(rbm, 2 ** hidden);
  return rows.reduce((sum, v) => {
    let log = -logZ;
    for (let i = 0; i < v.length; i++) log += v[i] * visibleBias[i];
    for (let j = 0; j < hidden; j++) {
      let input = hiddenBias[j];
      for (let i = 0; i < v.length; i++) input += v[i] * weights[i * hidden + j];
      log += Math.log1p(Math.exp(input));
    }
    return sum + log;
  }, 0);
}

async function ours(data: BitRows, seed: number, target: number, rate: number): Promise<Rbm> {
  const { hidden, chains, every, most } = REACH;
  const training = await Training.start(data, {
    algorithm: 'pcd',
    schedule: 'constant',
    learningRate: rate,
    hidden,
    chains,
    epochs: most / every,
    passes: every,
    threads: 1,
    seed,
  });
  while (!training.finished) {
    await training.runEpoch();
    if (logLikelihood(training.rbm(), data).mean * data.count >= target) break;
  }
  return training.rbm();
}

function plain(rows: Uint8Array[], seed: number, target: number, rate: number): Rbm {
  const { hidden, every, most } = REACH;
  const training = new PlainTraining(rows, hidden, 'pcd', rate, seed);
  for (let done = 0; done < most; done += every) {
    for (let k = 0; k < every; k++) training.epoch();
    if (plainLikelihood(training.rbm(), rows) >= target) break;
  }
  return training.rbm();
}

function reachCase(target: number, rate: number): Body {
  const data = barsAndStripes(REACH.side);
  const rows = Array.from({ length: data.count }, (_, r) => data.row(r));
  let [round, other] = [0, 0];
  const seedOf = (n: number) => REACH_SEEDS[n % REACH_SEEDS.length];
  return {
    unit: 'trainings',
    work: 1,
    contenders: [
      { name: 'Wasm float32, PCD-1, centred', run: async () => void (await ours(data, seedOf(round++), target, rate)) },
      { name: 'plain TypeScript, PCD-1', run: () => void plain(rows, seedOf(other++), target, rate) },
    ],
    check: async () => {
      const results = [await ours(data, 1, target, rate), plain(rows, 1, target, rate)];
      const reached = results.map((rbm) => plainLikelihood(rbm, rows));
      for (const likelihood of reached) {
        if (!(likelihood >= target - 1e-9)) throw new Error(`log-likelihood ${likelihood}, wanted ${target}`);
      }
      close('log-likelihood', [logLikelihood(results[0], data).mean * data.count], [reached[0]], 1e-3);
      return `log-likelihoods ${reached.map((x) => x.toFixed(1)).join(' and ')} by the definition, of 32 rows`;
    },
  };
}

export function reachEntries(): Entry[] {
  return [
    entry({ name: REACH_NAME, group: 'Training of RBMs' }, (short) =>
      short ? reachCase(-250, 0.1) : reachCase(REACH.target, REACH.rate),
    ),
  ];
}
