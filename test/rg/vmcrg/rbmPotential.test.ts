/** The free energy of an RBM as a bias: its energies, its symmetries, and its means over fair spins. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chain, square } from '../../../src/ising/index.js';
import { densePotential, filterPotential, type RbmPotential } from '../../../src/rg/index.js';
import { fairMeans } from '../../../src/rg/vmcrg/fairField.js';
import { BitRows } from '../../../src/util/bits.js';
import { normalNumbers } from '../../../src/wasm/draws.js';
import { near } from '../../assert.js';

const test = suite('rg/vmcrg/rbmPotential');

const statesOf = (sites: number) =>
  Array.from({ length: 2 ** sites }, (_, state) =>
    Int8Array.from({ length: sites }, (_, i) => 2 * ((state >> i) & 1) - 1),
  );

test('means over fair spins are sums over all of them', () => {
  for (const [count, scale, bias] of [
    [1, 0.5, 0],
    [3, 1, 0.3],
    [10, 0.3, -1],
    [10, 0.9, 0],
    [12, 0.2, 2],
  ] as const) {
    const w = Float64Array.from(normalNumbers(BigInt(count), count, scale));
    const found = fairMeans(bias, w);
    let [energy, tanh] = [0, 0];
    const gradient = new Float64Array(count);
    const states = statesOf(count);
    for (const s of states) {
      const x = s.reduce((sum, spin, i) => sum + w[i] * spin, bias);
      energy += Math.log(2 * Math.cosh(x)) / states.length;
      tanh += Math.tanh(x) / states.length;
      for (let i = 0; i < count; i++) gradient[i] += (s[i] * Math.tanh(x)) / states.length;
    }
    near(found.logTwoCosh, energy, 1e-12, 'ln 2cosh');
    near(found.tanh, tanh, 1e-12, 'tanh');
    gradient.forEach((value, i) => {
      near(found.gradient[i], value, 1e-12, `s_${i} tanh`);
    });
  }
  // as large as a unit may be
  const strong = fairMeans(0, [4, 3, 2, 1]);
  const exact = statesOf(4).reduce(
    (sum, s) => sum + Math.log(2 * Math.cosh(4 * s[0] + 3 * s[1] + 2 * s[2] + s[3])) / 16,
    0,
  );
  near(strong.logTwoCosh, exact, 1e-12, '|w| = 10');
});

const POTENTIALS: [string, RbmPotential][] = [
  ['filters on 3×3', filterPotential(square(3), { filters: 2, size: [2, 2], parameters: normalNumbers(1n, 8, 0.5) })],
  [
    'a filter of the whole lattice',
    filterPotential(square(3), { filters: 1, size: [3, 3], parameters: normalNumbers(2n, 9, 0.4) }),
  ],
  [
    'without images',
    filterPotential(square(2, 4), { filters: 3, size: [1, 3], images: false, parameters: normalNumbers(3n, 9, 0.5) }),
  ],
  ['filters on a ring', filterPotential(chain(7), { filters: 2, size: [3], parameters: normalNumbers(4n, 6, 0.6) })],
  ['dense', densePotential(5, { hidden: 3, parameters: normalNumbers(5n, 15, 0.5) })],
  ['dense with biases', densePotential(4, { hidden: 9, biases: true, parameters: normalNumbers(6n, 45, 0.5) })],
];

for (const [name, potential] of POTENTIALS) {
  test(`${name}: -V is H of its RBM; changes, gradients, and means over all states`, () => {
    const { sites, parameters } = potential;
    const states = statesOf(sites);
    const rbm = potential.rbm();
    const rows = new BitRows(states.length, sites);
    states.forEach((s, row) => {
      s.forEach((spin, i) => {
        if (spin > 0) rows.bytes[row * rows.stride + (i >> 3)] |= 1 << (i & 7);
      });
    });
    const energies = rbm.visibleEnergies(rows);
    const batch = potential.energies(rows);
    const slopes = potential.gradients(rows);
    const gradient = new Float64Array(parameters.length);
    let mean = 0;
    states.forEach((s, k) => {
      const v = potential.energy(s);
      near(v, -energies[k], 1e-10, 'V');
      near(batch[k], v, 1e-5 * Math.abs(v), 'V of rows');
      mean += v / states.length;
      potential.gradient(s).forEach((value, p) => {
        near(slopes[k * parameters.length + p], value, 1e-5 * (1 + Math.abs(value)), '∂V of rows');
        gradient[p] += value / states.length;
      });
    });
    const fair = potential.fairMeans();
    near(fair.energy, mean, 1e-10, '⟨V⟩');
    fair.gradient.forEach((value, p) => {
      near(value, gradient[p], 1e-10, `⟨∂V/∂θ_${p}⟩`);
    });
    const s = states[Math.floor(states.length / 3)];
    near(
      potential.change(s, 1),
      potential.energy(s.map((x, i) => (i === 1 ? -x : x))) - potential.energy(s),
      1e-10,
      'change',
    );
    const own = potential.gradient(s);
    const step = 1e-5;
    own.forEach((value, p) => {
      const moved = (by: number) => potential.with(parameters.map((x, k) => (k === p ? x + by : x)))!.energy(s);
      near(value, (moved(step) - moved(-step)) / (2 * step), 1e-6, `∂V/∂θ_${p}`);
    });
  });
}

test('filters have the symmetries of the lattice and of a flip of all spins', () => {
  const potential = filterPotential(square(4), { filters: 2, size: [3, 3], parameters: normalNumbers(7n, 18, 0.4) });
  const s = Int8Array.from(normalNumbers(8n, 16), (x) => (x > 0 ? 1 : -1));
  const at = (of: (y: number, x: number) => [number, number]) =>
    Int8Array.from({ length: 16 }, (_, i) => {
      const [y, x] = of(Math.floor(i / 4), i % 4);
      return s[((y + 4) % 4) * 4 + ((x + 4) % 4)];
    });
  const v = potential.energy(s);
  for (const [name, other] of [
    ['turned', at((y, x) => [x, 3 - y])],
    ['mirrored', at((y, x) => [y, 3 - x])],
    ['moved', at((y, x) => [y + 1, x + 2])],
    ['flipped', s.map((x) => -x)],
  ] as const) {
    near(potential.energy(other), v, 1e-10, name);
  }
  assert.is(potential.hidden, 16 * 2 * 8);
});

test('wrong options are refused', () => {
  assert.throws(() => filterPotential(square(3), { filters: 1, size: [4, 4] }), /^"size\[0\]"/);
  assert.throws(() => filterPotential(square(3), { filters: 1, size: [1, 2] }), /^"size" expected a square/);
  assert.throws(() => filterPotential(square(3), { filters: 1, size: [2] }), /^"size"/);
  assert.throws(() => filterPotential(square(3), { filter: 1, size: [2, 2] } as never), /filter/);
  assert.throws(
    () => filterPotential(square(3), { filters: 1, size: [2, 2], parameters: [9, 2, 0, 0] }),
    /^"parameters" expected \|b\|/,
  );
  assert.throws(() => densePotential(3, { hidden: 2, parameters: [1] }), /^"parameters" expected length 6/);
  assert.is(densePotential(2, { hidden: 1, parameters: [1, 1] }).with([9, 9]), null);
});

test.run();
