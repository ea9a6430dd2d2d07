import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { crossingsOf, curvesOf } from '../../src/ising/measure/crossings.js';
import { measurePoint, unitsOf } from '../../src/ising/measure/modelPoint.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { oneConfiguration } from '../../src/ising/samplers/oneConfiguration.js';
import { finish } from '../../src/util/work.js';

const test = suite('ising/crossings');

const points = [8, 4].flatMap((side) =>
  [0.46, 0.42, 0.44].map((coupling) => {
    const lattice = square(side);
    const data = new Ising({ lattice, coupling, seed: 1 }).sample(4000);
    return measurePoint(data, isingHamiltonian({ lattice, coupling }));
  }),
);

test('curves go from the smallest size up, in order of the coupling', () => {
  const curves = curvesOf(points, 'energy');
  assert.equal(
    curves.map(({ size, points: own }) => [size, own.map(({ coupling }) => coupling)]),
    [
      ['4', [0.42, 0.44, 0.46]],
      ['8', [0.42, 0.44, 0.46]],
    ],
  );
  assert.is(unitsOf(points), 'kT');
  // five scores beyond 4.5 have p = 3e-5
  for (const { measured, exact } of points) {
    const z = (measured.energy.mean - (exact?.energy as number)) / (measured.energy.error as number);
    assert.ok(Math.abs(z) < 4.5, `${z}`);
  }
});

test("Binder's cumulants of 4×4 and 8×8 cross near K_c; measured at one coupling they do not", () => {
  const [crossing, ...others] = crossingsOf(points);
  assert.is(others.length, 0);
  assert.equal(crossing.sizes, ['4', '8']);
  const [low, high] = crossing.between;
  // sizes this small cross within 0.015 of K_c
  assert.ok(low < criticalCoupling + 0.015 && high > criticalCoupling - 0.015);
  const { value, error } = crossing.coupling as { value: number; error: number };
  assert.ok(Math.abs(value - criticalCoupling) < 0.015 + 4 * error, `${value} ± ${error}`);
  assert.equal(crossingsOf(points.filter(({ model }) => model?.coupling === 0.44)), []);
});

test('one configuration: ordered far above K_c, not far below, and a seed fixes it', () => {
  const at = (coupling: number, seed: number) => finish(oneConfiguration(square(32), coupling, seed, 'film'));
  const magnetisation = (coupling: number) => {
    const up = at(coupling, 1)
      .means()
      .reduce((sum, p) => sum + p, 0);
    return Math.abs(2 * up - 1024) / 1024;
  };
  // exact at K = 0.6 is 0.9736, with fluctuations of about 0.01
  assert.ok(Math.abs(magnetisation(0.6) - 0.9736) < 0.05 && magnetisation(0.2) < 0.25);
  assert.equal(at(0.44, 3).bytes, at(0.44, 3).bytes);
  assert.not.equal(at(0.44, 3).bytes, at(0.44, 4).bytes);
});

test.run();
