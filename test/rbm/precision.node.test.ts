import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { Training } from '../../src/rbm/training/training.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { threadsAvailable } from '../../src/wasm/threads.js';
import { sameBits } from '../reference/compare.js';
import { Draws } from '../reference/draws.js';

const test = suite('rbm/precision');

const plain = { algorithm: 'cd', centred: false, schedule: 'constant', precision: 'fixed16' } as const;

// biome-ignore format: names
const ARRAYS = ['weights', 'velocity', 'hiddenBias', 'visibleBias', 'hiddenVelocity', 'visibleVelocity', 'hiddenOffset', 'chains', 'chainLogWeights', 'chainFreeEnergies', 'pace'] as const;

function randomRows(count: number, width: number): BitRows {
  const draws = new Draws(count);
  const rows = new BitRows(count, width);
  draws.bits(count * width, 0.4).forEach((bit, k) => {
    if (bit) rows.bytes[Math.floor(k / width) * rows.stride + ((k % width) >> 3)] |= 1 << ((k % width) & 7);
  });
  return rows;
}

const KINDS = {
  'CD-1': {},
  'CD-2, centred': { centred: true, steps: 2 },
  'PCD-1, centred': { algorithm: 'pcd', centred: true, chains: 33 },
  'a population': { algorithm: 'population', centred: true, chains: 45, momentum: 0.9 },
} as const;

for (const [name, kind] of Object.entries(KINDS)) {
  test(`${name} in 16 bits is the same on any number of threads, and when it goes on from where it stopped`, async () => {
    const data = randomRows(90, 130);
    const common = { ...plain, hidden: 93, epochs: 4, batchSize: 20, learningRate: 0.2, l1: 1e-3, seed: 'sixteen' };
    const options = { ...common, ...kind } as const;
    const whole = await Training.start(data, { ...options, threads: 1 });
    for (let e = 0; e < 4; e++) await whole.runEpoch();
    const expected = whole.state();
    await whole.close();
    for (const threads of threadsAvailable() ? [1, 2, 3] : [1]) {
      const half = await Training.start(data, { ...options, threads });
      for (let e = 0; e < 2; e++) await half.runEpoch();
      const rest = await Training.start(data, { ...options, threads }, half.state());
      for (let e = 0; e < 2; e++) await rest.runEpoch();
      const state = rest.state();
      for (const array of ARRAYS) {
        const [actual, wanted] = [state[array], expected[array]];
        assert.is(actual === undefined, wanted === undefined, array);
        if (actual && wanted) sameBits(actual, wanted, `${array}, ${threads} threads`);
      }
      assert.equal(state.history, expected.history);
      await Promise.all([half.close(), rest.close()]);
    }
    const { reconstructionError } = expected.history[3];
    if (!('algorithm' in kind)) assert.ok((reconstructionError as number) > 0 && (reconstructionError as number) < 0.6);
  });
}

const TRAININGS = {
  'CD-1': { algorithm: 'cd', centred: false, schedule: 'constant', learningRate: 0.1 },
  'PCD-1, centred,': { algorithm: 'pcd', learningRate: 0.1 },
  'a population': { algorithm: 'population' },
} as const;

for (const [name, options] of Object.entries(TRAININGS)) {
  test(`the likelihood of ${name} is that of float32: means over twenty seeds agree within their error`, async () => {
    // 16 spins at K_c: the likelihood is a sum over the states of eight hidden units
    const data = new Ising({ lattice: square(4), coupling: 0.44, seed: 2 }).sample(1000);
    const seeds = Array.from({ length: 20 }, (_, k) => k);
    const scores = async (precision: 'float32' | 'fixed16') => {
      const found: number[] = [];
      for (const seed of seeds) {
        const common = { precision, hidden: 8, epochs: 12, batchSize: 50, seed, threads: 1, outcome: false };
        const { rbm } = await trainRbm(data, { ...options, ...common });
        found.push(logLikelihood(rbm, data, { method: 'exact' }).mean);
      }
      const mean = found.reduce((a, b) => a + b) / found.length;
      const variance = found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (found.length - 1);
      return { mean, error: Math.sqrt(variance / found.length) };
    };
    const [float, fixed] = [await scores('float32'), await scores('fixed16')];
    const error = Math.hypot(float.error, fixed.error);
    const both = `${fixed.mean} ± ${fixed.error}, float ${float.mean} ± ${float.error}`;
    assert.ok(Math.abs(float.mean - fixed.mean) < 3 * error, both);
    // the comparison can fail: the error is far below what training gained over independent spins
    const gained = float.mean + 16 * Math.LN2;
    assert.ok(gained > 2 && error < gained / 20, both);
  });
}

test('what the kernel in 16 bits does not do is refused by name, before any work', async () => {
  const data = randomRows(4, 5);
  const options = { ...plain, hidden: 3, epochs: 1 };
  for (const other of [
    { units: { visible: 'bits', hidden: 'relu' } },
    { algorithm: 'exact' },
    { algorithm: 'tempering' },
    { algorithm: 'pcd', batchSize: 20, chains: 10 },
    { algorithm: 'pcd', chains: 5000 },
    { algorithm: 'population', chains: 5000 },
    { algorithm: 'trajectory' },
    { optimiser: 'adam' },
    { l2: 0.1 },
    { maxNorm: 2 },
    { sparsity: { target: 0.1, cost: 1 } },
    { sampleWeights: [1, 1, 1, 2] },
    { batchSize: 5000 },
  ] as const) {
    try {
      await Training.start(data, { ...options, ...other });
      assert.unreachable(JSON.stringify(other));
    } catch (error) {
      assert.ok(error instanceof RangeError);
      assert.match(
        (error as Error).message,
        /^"precision" fixed16 expected two-valued units learning from bits, algorithm population, cd or pcd/,
      );
    }
  }
  try {
    await Training.start(data, { ...options, precision: 'float16' as never });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /^"precision" expected/);
  }
});

test.run();
