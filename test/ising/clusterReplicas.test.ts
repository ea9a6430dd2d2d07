/** The 128 replicas that `Ising` samples with the method "replicas": each of them alone, and two of them together. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { runWork } from '../../src/ising/chains/chain.js';
import { ClusterReplicas } from '../../src/ising/chains/clusterReplicas.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { sokalTime } from '../../src/stats/sokal.js';
import { bondSum, torusBonds } from '../physics/enumeration.js';
import { chiSquareTail } from '../physics/statistics.js';
import { magnetisationDistribution, meanAbsoluteMagnetisation } from '../physics/torus.js';
import { told } from '../reference/slices.js';
import { scoresOf } from '../reference/statistics.js';

const test = suite('ising/clusterReplicas');

/** Energies [steps, 128] of a calibrated sampler, `interval` steps apart. */
function energies(size: number, coupling: number, steps: number, interval: number, seed: number): Float64Array {
  const replicas = new ClusterReplicas(square(size), coupling, seed);
  runWork(replicas.machine, replicas.calibrate(5));
  const values = new Float64Array(128 * steps);
  for (let step = 0; step < steps; step++) {
    runWork(replicas.machine, replicas.advance(interval));
    values.set(
      Float64Array.from(replicas.present().bondSums, (sum) => -sum / size ** 2),
      128 * step,
    );
  }
  return values;
}

for (const coupling of [0.408, criticalCoupling]) {
  test(`each of 128 replicas alone has the energy of the 4 × 4 torus, K = ${coupling.toFixed(4)}`, () => {
    const steps = 4000;
    const values = energies(4, coupling, steps, 1, 21);
    const { energy, specificHeat } = kaufman(4, 4, coupling);
    const variance = specificHeat / coupling ** 2 / 16;
    const error = Math.sqrt((2 * sokalTime(values, 6, 128) * variance) / steps);
    const scores = Float64Array.from({ length: 128 }, (_, r) => {
      let sum = 0;
      for (let step = 0; step < steps; step++) sum += values[128 * step + r];
      return (sum / steps - energy) / error;
    });
    const { largest, mean, spread } = scoresOf(scores);
    // N(0, 1): the largest of 128 passes 4.5 with p = 9e-4, mean and spread pass 3.5 with p = 5e-4 each
    assert.ok(largest < 4.5, `replica with score ${largest}`);
    assert.ok(Math.abs(mean) < 3.5 && Math.abs(spread) < 3.5, `mean ${mean}, spread ${spread}`);
  });
}

test('no two replicas have to do with each other, although they share the seeds: 8 × 8 at K_c', () => {
  const steps = 1500;
  const size = 8;
  const values = energies(size, criticalCoupling, steps, 15, 5);
  const { energy, specificHeat } = kaufman(size, size, criticalCoupling);
  const deviation = Math.sqrt(specificHeat / criticalCoupling ** 2) / size;
  const z = values.map((value) => (value - energy) / deviation);
  for (const lag of [0, 1]) {
    const scores: number[] = [];
    for (let a = 0; a < 128; a++) {
      for (let b = 0; b < 128; b++) {
        if (a === b || (lag === 0 && b > a)) continue;
        let sum = 0;
        for (let t = 0; t + lag < steps; t++) sum += z[128 * t + a] * z[128 * (t + lag) + b];
        scores.push(sum / Math.sqrt(steps - lag));
      }
    }
    const { largest, mean, spread } = scoresOf(scores);
    // products of two normal-like numbers: the largest of 16,000 passes 6 with p about 1e-4
    assert.ok(largest < 6, `lag ${lag}: largest ${largest}`);
    assert.ok(Math.abs(mean) < 4 && Math.abs(spread) < 4, `lag ${lag}: mean ${mean}, spread ${spread}`);
  }
});

// The mean over replicas at one moment is a mean of 128 independent numbers, whatever the time before: the burn-in is long enough. |z| < 4, p = 6e-5.
for (const [size, coupling] of [
  [8, 0],
  [8, 0.2],
  [8, 0.408],
  [8, 0.6],
  [8, 1],
]) {
  test(`the first 128 samples of many seeds have the energy and |m| of equilibrium, K = ${coupling}`, () => {
    const exact = {
      energy: kaufman(size, size, coupling).energy,
      magnetisation: meanAbsoluteMagnetisation(magnetisationDistribution(size, size, coupling).probabilities),
    };
    const found = { energy: [] as number[], magnetisation: [] as number[] };
    for (let seed = 0; seed < 30; seed++) {
      const replicas = new ClusterReplicas(square(size), coupling, seed);
      const { interval } = runWork(replicas.machine, replicas.calibrate(1));
      for (const { bondSums, spinSums } of told(replicas, replicas.series(128, interval))) {
        for (const sum of bondSums) found.energy.push(-sum / size ** 2);
        for (const sum of spinSums) found.magnetisation.push(Math.abs(sum) / size ** 2);
      }
    }
    for (const name of ['energy', 'magnetisation'] as const) {
      const values = found[name];
      assert.is(values.length, 3840);
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
      const score = (mean - exact[name]) / Math.sqrt(variance / values.length);
      assert.ok(variance > 0 && Math.abs(score) < 4, `${name}: ${mean}, exact ${exact[name]}, score ${score}`);
    }
  });
}

test('rows, bond sums and spin sums tell of the same spins, in order, however the calls are divided', () => {
  for (const [rows, columns] of [
    [2, 2],
    [3, 5],
    [8, 9],
  ]) {
    const bonds = torusBonds(rows, columns);
    const stride = Math.ceil((rows * columns) / 8);
    const whole = new ClusterReplicas(square(rows, columns), 0.4, 1);
    const parts = new ClusterReplicas(square(rows, columns), 0.4, 1);
    const all = told(whole, whole.series(700, 3));
    const divided = [1, 127, 1, 299, 272].flatMap((count) => told(parts, parts.series(count, 3)));
    for (const slices of [all, divided])
      assert.is(
        slices.reduce((sum, { bondSums }) => sum + bondSums.length, 0),
        700,
      );
    const join = (slices: typeof all) => slices.flatMap(({ bits }) => [...bits]);
    assert.equal(join(divided), join(all));
    for (const { bits, bondSums, spinSums } of divided) {
      bondSums.forEach((sum, r) => {
        const spins = Array.from(
          { length: rows * columns },
          (_, i) => 2 * ((bits[r * stride + (i >> 3)] >> (i & 7)) & 1) - 1,
        );
        assert.is(bondSum(spins, bonds), sum);
        assert.is(Math.abs(spins.reduce((total, s) => total + s, 0)), Math.abs(spinSums[r]));
      });
    }
  }
});

test('samples are flipped as a whole with probability ½, K = 400', () => {
  const data = new Ising({ lattice: square(6), coupling: 400, seed: 2, method: 'replicas' }).sample(12_800);
  let up = 0;
  for (let r = 0; r < data.count; r++) {
    const sum = data.row(r).reduce((total, bit) => total + bit, 0);
    assert.ok(sum === 0 || sum === 36, `row ${r}: ${sum} up`);
    up += sum / 36;
  }
  assert.ok(Math.abs(up - 6400) < 4 * Math.sqrt(3200), `${up} of 12800`); // p = 6e-5
});

test('K = 0: every spin of every replica is as often up as down', () => {
  const data = new Ising({ lattice: square(5, 7), coupling: 0, seed: 2, method: 'replicas' }).sample(12_800);
  const square_ = data.means().reduce((sum, mean) => sum + (mean - 0.5) ** 2 * 4 * data.count, 0);
  const p = chiSquareTail(square_, 35);
  assert.ok(p > 1e-3 && p < 0.999, `p = ${p}`);
});

test('the method is chosen by the size of the lattice, and can be named', () => {
  const method = (options: object) => new Ising({ lattice: square(4), coupling: 0.4, ...options }).method;
  assert.is(method({}), 'replicas');
  assert.is(method({ lattice: square(128) }), 'replicas');
  assert.is(method({ lattice: square(128, 129) }), 'wolff');
  assert.is(method({ method: 'wolff' }), 'wolff');
  assert.is(method({ lattice: square(130), method: 'replicas' }), 'replicas');
  assert.throws(
    () => method({ method: 'metropolis' }),
    (e: Error) =>
      e instanceof RangeError && /^"method" expected one of wolff, replicas, got "metropolis"$/.test(e.message),
  );
  assert.throws(
    () => method({ lattice: square(2048, 2049), method: 'replicas' }),
    (e: Error) => e instanceof RangeError && /^"lattice" expected at most 2\^22 sites .*, got 4196352$/.test(e.message),
  );
});

test.run();
