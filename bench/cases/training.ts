/** Contrastive divergence: one epoch, ours on one thread and on several, against a plain TypeScript one. */

import { type BitRows, Ising, square, Training } from '../../src/index.js';
import type { Case } from '../harness.js';

/** CD-1 written straight from the formula: row-major loops, skipping zeros, float32 arrays, Math.random. */
export function plainEpoch(data: BitRows, rows: number, hidden: number, batch: number) {
  const visible = data.width;
  const weights = Float32Array.from({ length: visible * hidden }, () => 0.02 * (Math.random() - 0.5));
  const velocity = new Float32Array(visible * hidden);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const up = (v: Uint8Array, out: Float32Array) => {
    out.fill(0);
    for (let i = 0; i < visible; i++) if (v[i]) for (let j = 0; j < hidden; j++) out[j] += weights[i * hidden + j];
    for (let j = 0; j < hidden; j++) out[j] = sigmoid(out[j]);
  };
  const plus = new Float32Array(hidden);
  const minus = new Float32Array(hidden);
  const gradient = new Float32Array(visible * hidden);
  const model = new Uint8Array(visible);
  return () => {
    for (let first = 0; first < rows; first += batch) {
      gradient.fill(0);
      for (let r = first; r < Math.min(rows, first + batch); r++) {
        const v = data.row(r);
        up(v, plus);
        const h = Uint8Array.from(plus, (p) => (Math.random() < p ? 1 : 0));
        for (let i = 0; i < visible; i++) {
          let sum = 0;
          for (let j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
          model[i] = Math.random() < sigmoid(sum) ? 1 : 0;
        }
        up(model, minus);
        for (let i = 0; i < visible; i++) {
          if (v[i]) for (let j = 0; j < hidden; j++) gradient[i * hidden + j] += plus[j];
          if (model[i]) for (let j = 0; j < hidden; j++) gradient[i * hidden + j] -= minus[j];
        }
      }
      for (let k = 0; k < weights.length; k++) {
        velocity[k] = 0.5 * velocity[k] + (0.1 / batch) * gradient[k];
        weights[k] += velocity[k];
      }
    }
  };
}

/** One epoch of 20,000 configurations of 40×40 spins, 1600-400, minibatch 100. */
export async function trainingCase(
  threads: number,
  others: Case['contenders'] = [],
  data = trainingData(),
): Promise<Case> {
  const hidden = 400;
  const plainest = { algorithm: 'cd', centred: false, schedule: 'constant', learningRate: 0.1 } as const;
  const start = (count: number) => Training.start(data, { ...plainest, hidden, epochs: 1e6, threads: count, seed: 1 });
  const training = await start(threads);
  const plain = plainEpoch(data, 200, hidden, 100);
  return {
    name: `CD-1 epoch, 1600-400, ${threads} thread${threads > 1 ? 's' : ''}`,
    unit: 'epochs',
    work: 1,
    contenders: [
      { name: 'Wasm float32', run: async () => void (await training.runEpoch()) },
      { name: 'plain TypeScript, 1 thread', run: plain, share: 200 / data.count },
      ...others,
    ],
    check: async () => {
      // the kernels equal their readable twins bit for bit in the tests; here: threads change no bit
      const small = await Promise.all([start(1), start(threads)]);
      for (const run of small) await run.runEpoch();
      const [one, many] = small.map((run) => run.state().weights);
      await Promise.all(small.map((run) => run.close()));
      if (!one.every((w, k) => w === many[k])) throw new Error('weights depend on the number of threads');
      return threads > 1 ? `same weights as on 1 thread` : 'kernels equal their twins bit for bit (npm test)';
    },
  };
}

let kept: BitRows | undefined;

export function trainingData(): BitRows {
  kept ??= new Ising({ lattice: square(40), coupling: 0.408, seed: 1 }).sample(20_000);
  return kept;
}
