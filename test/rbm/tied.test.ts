/** Training of translation-invariant RBMs: the step is that of the plain gradient's mean over translations, and what is shared stays shared to the last bit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeTrainingState, encodeTrainingState } from '../../src/io/trainingState.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import type { LayeredTrainingOptions } from '../../src/rbm/engines/options.js';
import type { TrainingState } from '../../src/rbm/engines/state.js';
import { independentLogLikelihood } from '../../src/rbm/likelihood/independent.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
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
const shared = (torus: Translations, filters: number): Partial<TrainingState> => ({
  weights: torus.expand(floats(filters * torus.sites, 0.5)),
  visibleBias: new Float32Array(torus.sites).fill(0.2),
  hiddenBias: torus.expandBias(floats(filters, 0.5)),
});

for (const [visible, hidden, torus] of [
  ['spins', 'spins', new Translations([3, 5])],
  ['gaussian', 'relu', new Translations([3, 5])],
  ['gaussian', 'bits', new Translations([3, 5])],
  ['spins', 'spins', new Translations([4, 6], 2)],
  ['gaussian', 'bits', new Translations([3, 6], 3)],
] as const) {
  const { sites, count, shape, stride } = torus;
  test(`${visible} and ${hidden}, stride ${stride}: a step is the plain one's mean over translations, of W, biases and precisions`, async () => {
    const values = visible === 'spins' ? floats(40 * sites, 1).map((x) => (x > 0.3 ? 1 : -1)) : floats(40 * sites, 1);
    const data = new RealRows(40, sites, values);
    const sharing = { tied: stride === 1 ? shape : { shape, stride } };
    for (const centred of [false, true]) {
      const options = {
        hidden: 2 * count,
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
      const { state: start } = await run(data, { ...options, ...sharing, epochs: 0 });
      Object.assign(start, shared(torus, 2));
      if (centred) start.hiddenOffset = torus.expandBias(Float32Array.of(0.3, 0.5));
      const plain = (await run(data, options, structuredClone(start))).state;
      const tied = (await run(data, { ...options, ...sharing }, structuredClone(start))).state;
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
  for (const changed of [
    { optimiser: 'adam', learningRate: 0.01, l1: 1e-3 },
    { optimiser: 'nesterov', l2: 0.01, algorithm: 'cd', steps: 2 },
    { algorithm: 'pcd', learningRate: 0.05 },
    { units: { visible: 'spins', hidden: 'bits' } },
    { tied: { shape: [4, 4], stride: 2 }, hidden: 24 },
    { tied: { shape: [4, 4], stride: 2 }, hidden: 24, algorithm: 'pcd', optimiser: 'adam', learningRate: 0.01 },
  ] as const) {
    const stride = changed.tied?.stride ?? 1;
    const torus = new Translations([4, 4], stride);
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
    assert.equal(state.weights, torus.expand(torus.project(state.weights)));
    assert.equal(state.hiddenBias, torus.expandBias(torus.projectBias(state.hiddenBias)));
    assert.ok(state.visibleBias.every((c) => c === state.visibleBias[0]));
    assert.ok(new Set(state.weights).size > 20 && state.history[5].pseudoLikelihood! < 0);
    const moved = bitRows(
      Array.from({ length: rows.count }, (_, r) => {
        const row = rows.row(r);
        return row.map((__, i) => row[(Math.floor(i / 4) * 4 + ((i + stride) % 4) + 8) % 16]);
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

test('sides alone mean stride 1', async () => {
  const rows = randomRows(30, 16, 4);
  const options = { hidden: 16, epochs: 2, seed: 5 } as const;
  const [list, strided] = [[4, 4], { shape: [4, 4], stride: 1 }].map((tied) => run(rows, { ...options, tied }));
  assert.equal(encodeTrainingState((await list).state, {}), encodeTrainingState((await strided).state, {}));
});

test('a filter at every second site learns blocks of a critical Ising model: compact, and far better than independent units', async () => {
  const data = new Ising({ lattice: square(8), coupling: 0.44, seed: 6 }).sample(4000);
  const tied = { shape: [8, 8], stride: 2 };
  const { state, rbm } = await run(data, { hidden: 16, tied, units: 'spins', epochs: 10, passes: 5, seed: 2 });
  const { mean } = logLikelihood(rbm, data, { method: 'exact' });
  const independent = independentLogLikelihood(data);
  assert.ok(mean > independent + 20, `${mean} nats per row, independent units ${independent}`);
  // the place of a block is a symmetry of the data; its sites and their neighbours are 3 × 3 to 4 × 4 of the 8 × 8
  const filter = new Translations([8, 8], 2).project(state.weights);
  const size = (sites: readonly number[]) => sites.reduce((sum, i) => sum + filter[i] ** 2, 0);
  const window = (corner: number) =>
    Array.from({ length: 16 }, (_, k) => {
      const [y, x] = [Math.floor(corner / 8) + Math.floor(k / 4), corner + (k % 4)];
      return 8 * (y % 8) + (x % 8);
    });
  const all = [...filter.keys()];
  const share = Math.max(...all.map((corner) => size(window(corner)))) / size(all);
  assert.ok(share > 0.9, `${share} of Σ w² in a window of 4 × 4`);
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
    [{ ...options, hidden: 10 }, /^"hidden" expected multiple of the 9 translations of "tied", got 10$/],
    [{ ...options, tied: [3, 2], hidden: 6 }, /^"tied" expected sides of a torus of 9 sites, got \[3, 2\]$/],
    [{ ...options, tied: { shape: [6, 6], stride: 2 } }, /^"tied" expected sides of a torus of 9 sites, got \[6, 6\]$/],
    [
      { ...options, tied: { shape: [2, 8], stride: 2 }, hidden: 6 },
      /^"hidden" expected multiple of the 4 translations of "tied", got 6$/,
    ],
    [
      { ...options, tied: { shape: [3, 3], stride: 2 } },
      /^"tied.stride" expected common divisor of the sides \[3, 3\], got 2$/,
    ],
    [{ ...options, tied: { shape: [3, 3], stride: 0 } }, /^"tied.stride" expected positive integer, got 0$/],
    [{ ...options, tied: { shape: [3, 3], stride: 1.5 } }, /^"tied.stride" expected positive integer, got 1.5$/],
    [{ ...options, tied: { shape: [3, 3] } }, /^"tied.stride" expected positive integer, got undefined$/],
    [{ ...options, tied: { stride: 3 } }, /^"tied.shape" expected non-empty array of positive integers/],
    [{ ...options, tied: { shape: [3, 3], strides: 3 } }, /^"strides" expected an option of tied/],
    [{ ...options, tied: null }, /^"tied" expected non-empty array of positive integers/],
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
