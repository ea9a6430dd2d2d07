/** Training of translation-invariant RBMs: the step is that of the plain gradient's mean over translations, and what is shared stays shared to the last bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import type { LayeredTrainingOptions } from '../../src/rbm/engines/options.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import { type AnyRbm, Rbm } from '../../src/rbm/model/rbm.js';
import { Translations, translationInvariant } from '../../src/rbm/model/symmetric.js';
import { Training } from '../../src/rbm/training/training.js';
import type { BitRows } from '../../src/util/bits.js';
import { RealRows } from '../../src/util/reals.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { bitRows, randomRows } from '../physics/enumeration.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';
import { rejection } from './runs.js';

const test = suite('rbm/tied');

const torus = new Translations([3, 5]);
const draw = normal(xoshiro128(seedWords(1)));
const floats = (length: number, deviation: number) => Float32Array.from({ length }, () => deviation * draw());

async function run(
  data: BitRows | RealRows,
  options: LayeredTrainingOptions,
  state?: TrainingState,
  until = options.epochs as number,
) {
  const training = await Training.start(data, { threads: 1, ...options }, state);
  try {
    while (training.epoch < until) await training.runEpoch();
    return { state: training.state(), rbm: training.rbm() };
  } finally {
    await training.close();
  }
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) => {
  assert.is(actual.length, expected.length);
  for (let k = 0; k < actual.length; k++) {
    assert.ok(Math.abs(actual[k] - expected[k]) < 1e-6, `${what} ${k}: ${actual[k]}, expected ${expected[k]}`);
  }
};

/** Parameters that are shared. */
const shared = (filters: number): Partial<TrainingState> => ({
  weights: torus.expand(floats(filters * 15, 0.5)),
  visibleBias: new Float32Array(15).fill(0.2),
  hiddenBias: torus.expandBias(floats(filters, 0.5)),
});

for (const [visible, hidden] of [
  ['spins', 'spins'],
  ['gaussian', 'relu'],
  ['gaussian', 'bits'],
] as const) {
  test(`${visible} and ${hidden}: a step is the plain one's mean over translations, of W, biases and precisions`, async () => {
    const values = visible === 'spins' ? floats(40 * 15, 1).map((x) => (x > 0.3 ? 1 : -1)) : floats(40 * 15, 1);
    const data = new RealRows(40, 15, values);
    for (const centred of [false, true]) {
      const options = {
        hidden: 30,
        units: { visible, hidden },
        epochs: 1,
        algorithm: 'pcd' as const,
        batchSize: 40,
        momentum: 0,
        learningRate: 1 / 16,
        centred,
        learnVariance: true,
        seed: 7,
      };
      const { state: start } = await run(data, { ...options, tied: [3, 5], epochs: 0 });
      Object.assign(start, shared(2));
      if (centred) start.hiddenOffset = torus.expandBias(Float32Array.of(0.3, 0.5));
      const plain = (await run(data, options, structuredClone(start))).state;
      const tied = (await run(data, { ...options, tied: [3, 5] }, structuredClone(start))).state;
      // the same chains, the same means: only the step differs; a centred one is linear in its offsets too, but μ and λ are then those of all translations
      if (!centred) {
        close(tied.velocity, torus.expand(torus.project(plain.velocity)), 'W');
        close(tied.hiddenVelocity, torus.expandBias(torus.projectBias(plain.hiddenVelocity)), 'b');
        const mean = (all: Float32Array) => all.fill(all.reduce((a, b) => a + b, 0) / all.length);
        close(tied.visibleVelocity, mean(plain.visibleVelocity), 'c');
        if (plain.precisionVelocity) close(tied.precisionVelocity!, mean(plain.precisionVelocity), 'log γ');
      }
      assert.ok(
        plain.velocity.some((x, k) => Math.abs(x - tied.velocity[k]) > 1e-3),
        'the plain step is another one',
      );
      assert.ok(tied.velocity.some((x) => Math.abs(x) > 1e-3));
    }
  });
}

test('what is shared stays so to the last bit, by any optimiser; p(v) is translation invariant; threads and stops change no bit', async () => {
  const rows = new Ising({ lattice: square(4), coupling: 0.3, seed: 2 }).sample(120);
  const four = new Translations([4, 4]);
  for (const changed of [
    { optimiser: 'adam', learningRate: 0.01, l1: 1e-3 },
    { optimiser: 'nesterov', l2: 0.01, algorithm: 'cd', steps: 2 },
    { algorithm: 'pcd', learningRate: 0.05 },
    { units: { visible: 'spins', hidden: 'bits' } },
  ] as const) {
    const options = {
      hidden: 32,
      epochs: 6,
      batchSize: 25,
      tied: [4, 4],
      units: 'spins',
      seed: 3,
      ...changed,
    } as const;
    const { state, rbm } = await run(rows, options);
    assert.equal(state.weights, four.expand(four.project(state.weights)));
    assert.equal(state.hiddenBias, four.expandBias(four.projectBias(state.hiddenBias)));
    assert.ok(state.visibleBias.every((c) => c === state.visibleBias[0]));
    assert.ok(new Set(state.weights).size > 20 && state.history[5].pseudoLikelihood! < 0);
    const moved = bitRows(
      Array.from({ length: rows.count }, (_, r) => {
        const row = rows.row(r);
        return row.map((__, i) => row[(Math.floor(i / 4) * 4 + ((i + 1) % 4) + 8) % 16]);
      }),
    );
    const [own, others] = [rbm.freeEnergy(rows), rbm.freeEnergy(moved)];
    own.forEach((free, r) => {
      assert.ok(Math.abs(free - others[r]) < 1e-6 * Math.abs(free), `row ${r}: ${free}, ${others[r]}`);
    });
    const half = (await run(rows, options, undefined, 2)).state;
    const threads = threadsAvailable() ? 2 : 1;
    const back = decodeTrainingState(encodeTrainingState(half, {}), {});
    const rest = (await run(rows, { ...options, threads }, back)).state;
    assert.equal(encodeTrainingState(rest, {}), encodeTrainingState(state, {}));
  }
});

test('goes on from a translation-invariant RBM, and refuses others', async () => {
  const rows = randomRows(20, 9, 1);
  const options = { hidden: 9, epochs: 2, tied: [3, 3], units: 'spins' } as const;
  const initial: AnyRbm = translationInvariant({ shape: [3, 3], filters: floats(9, 0.3) }) as AnyRbm;
  const { state } = await run(rows, { ...options, initial, epochs: 0 });
  assert.equal(state.weights, initial.weights);
  const other = new Rbm({
    visible: 9,
    hidden: 9,
    weights: floats(81, 1),
    visibleBias: new Float32Array(9),
    hiddenBias: new Float32Array(9),
  }) as AnyRbm;
  const cases: [object, RegExp][] = [
    [{ ...options, hidden: 10 }, /^"hidden" expected multiple of the 9 sites of "tied", got 10$/],
    [{ ...options, tied: [3, 2], hidden: 6 }, /^"tied" expected sides of a torus of 9 sites, got \[3, 2\]$/],
    [{ ...options, tied: [] }, /^"tied" expected non-empty array of positive integers/],
    [{ ...options, maxNorm: 2 }, /^"maxNorm" expected nothing for tied weights, got 2$/],
    [{ ...options, algorithm: 'exact' }, /^"algorithm" expected population, cd or pcd/],
    [{ ...options, units: 'bits', initial: other }, /^"initial" expected parameters shared by all translations/],
  ];
  for (const [bad, message] of cases) {
    const error = await rejection(Training.start(rows, bad as LayeredTrainingOptions));
    assert.match((error as Error).message, message);
  }
});

test.run();
