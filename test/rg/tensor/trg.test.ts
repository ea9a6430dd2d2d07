import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bondWeightedTrg,
  criticalCoupling,
  hotrg,
  isingTensor,
  kaufman,
  onsagerCorrelationLength,
  onsagerEnergy,
  onsagerLogPartition,
  plaquetteTensor,
  pottsTensor,
  type TensorNetwork,
  type TensorStep,
  tensorEnergy,
  trg,
  weightTensor,
} from '../../../src/all.js';
import { near, refuses } from '../../assert.js';

const test = suite('rg/tensor/trg');

const CRITICAL = 0.92969539834161;
const METHODS = { trg, bondWeightedTrg, hotrg };
const critical = isingTensor({ coupling: criticalCoupling });

/** Steps by number. */
function run(method: typeof trg, network: TensorNetwork, bond: number, steps: number): TensorStep[] {
  return [...method(network, { bond, steps })];
}

/** ln Z of a small torus by enumeration. */
function enumerated(rows: number, columns: number, energy: (at: (x: number, y: number) => number) => number): number {
  let sum = 0;
  for (let state = 0; state < 2 ** (rows * columns); state++) {
    const at = (x: number, y: number) =>
      1 - 2 * ((state >> (((y + rows) % rows) * columns + ((x + columns) % columns))) & 1);
    sum += Math.exp(energy(at));
  }
  return Math.log(sum);
}

for (const [name, method] of Object.entries(METHODS)) {
  test(`${name}: tori without truncation are exact`, () => {
    for (const K of [criticalCoupling, 0.3, -0.25]) {
      const steps = run(method, isingTensor({ coupling: K }), 16, 4);
      near(steps[2].logPartition * 4, kaufman(2, 2, K).logPartition, 1e-12, `2×2, K = ${K}`);
      near(steps[4].logPartition * 16, kaufman(4, 4, K).logPartition, 1e-11, `4×4, K = ${K}`);
    }
  });

  test(`${name}: fields and unequal couplings on 2×2`, () => {
    const [a, b, h] = [0.4, -0.7, 0.3];
    const expected = enumerated(2, 2, (at) => {
      let sum = 0;
      for (const y of [0, 1]) {
        for (const x of [0, 1]) sum += a * at(x, y) * at(x + 1, y) + b * at(x, y) * at(x, y + 1) + h * at(x, y);
      }
      return sum;
    });
    const step = run(method, isingTensor({ coupling: [a, b], field: h }), 16, 2)[2];
    near(step.logPartition * 4, expected, 1e-12, 'ln Z');
  });

  test(`${name}: the triangular lattice on 2×2 and 4×4`, () => {
    const K = [0.4, 0.2, -0.3];
    const energy = (side: number, h: number) => (at: (x: number, y: number) => number) => {
      let sum = 0;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const s = at(x, y);
          const [right, up] = [at(x + 1, y), at(x, y + 1)];
          sum += K[0] * s * right + K[1] * s * up + K[2] * right * up + h * s;
        }
      }
      return sum;
    };
    for (const field of [0, 0.2]) {
      const step = run(method, isingTensor({ lattice: 'triangular', coupling: K, field }), 64, 2)[2];
      near(step.logPartition * 4, enumerated(2, 2, energy(2, field)), 1e-12, `field ${field}`);
    }
  });
}

test('ln Z at K_c: the errors of the literature', () => {
  const error = (method: typeof trg, bond: number, steps = 26) =>
    Math.abs(run(method, critical, bond, steps)[steps].logPartition / CRITICAL - 1);
  const trg8 = error(trg, 8);
  assert.ok(trg8 > 6e-5 && trg8 < 7.5e-5, `TRG χ = 8: ${trg8}`);
  const trg16 = error(trg, 16);
  assert.ok(trg16 > 4e-6 && trg16 < 5e-6, `TRG χ = 16: ${trg16}`);
  const weighted16 = error(bondWeightedTrg, 16, 28);
  assert.ok(weighted16 < 4e-7, `bond-weighted χ = 16: ${weighted16}`);
  const hotrg8 = error(hotrg, 8);
  assert.ok(hotrg8 < 1.5e-5, `HOTRG χ = 8: ${hotrg8}`);
});

test('c and the scaling dimensions at step 8', () => {
  const steps = run(trg, critical, 16, 9);
  near(steps[8].centralCharge as number, 0.5, 0.006, 'c of steps 7 and 8');
  near(steps[9].centralCharge as number, 0.5, 0.006, 'c of steps 8 and 9');
  const { dimensions, spinPeriod } = steps[8].dimensions({ count: 3 });
  assert.is(spinPeriod, null);
  near(dimensions[1].dimension, 1 / 8, 5e-4, 'Δ of the spin');
  near(dimensions[2].dimension, 1, 0.02, 'Δ of the energy');
  assert.equal(
    dimensions.map(({ charge }) => charge),
    [0, 1, 0],
  );
});

test('two tensors in a row give spins modulo 2', () => {
  const { dimensions, spinPeriod } = run(trg, critical, 12, 6)[6].dimensions({ row: 2, count: 8 });
  assert.is(spinPeriod, 2);
  const expected = [0, 1 / 8, 1, 9 / 8, 9 / 8, 2, 2, 2];
  for (const [k, each] of dimensions.entries()) near(each.dimension, expected[k], 0.04, `Δ ${k}`);
  assert.equal(
    dimensions.slice(0, 5).map(({ spin }) => Math.abs(Math.round(spin as number))),
    [0, 0, 0, 1, 1],
  );
});

test('the number of phases on both sides of K_c', () => {
  for (const [K, phases] of [
    [criticalCoupling - 0.01, 1],
    [criticalCoupling + 0.01, 2],
  ]) {
    const step = run(trg, isingTensor({ coupling: K }), 12, 22)[22];
    near(step.x1, phases, 1e-4, `X1 at ${K}`);
    // the short loops that TRG keeps count a little on the twisted torus
    near(step.x2 as number, phases, 0.02, `X2 at ${K}`);
    near(step.logPartition, onsagerLogPartition(K), 2e-5, `ln Z at ${K}`);
  }
});

test('the triangular lattice: ln Z and the spectrum with its τ', () => {
  // Houtappel's integral over smooth periodic functions, by sums that converge exponentially
  const K = 0.2;
  const [c, s] = [Math.cosh(2 * K), Math.sinh(2 * K)];
  const n = 60;
  let sum = 0;
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++) {
      const [p, q] = [(2 * Math.PI * x) / n, (2 * Math.PI * y) / n];
      sum += Math.log(c ** 3 + s ** 3 - s * (Math.cos(p) + Math.cos(q) + Math.cos(p + q)));
    }
  }
  const exact = Math.LN2 + sum / (2 * n * n);
  const off = run(bondWeightedTrg, isingTensor({ lattice: 'triangular', coupling: K }), 16, 20)[20];
  near(off.logPartition, exact, 1e-8, 'ln Z');

  const steps = run(trg, isingTensor({ lattice: 'triangular', coupling: Math.log(3) / 4 }), 16, 6);
  for (const [k, height] of [Math.sqrt(3) / 2, 1 / Math.sqrt(3), Math.sqrt(3) / 2, Math.sqrt(3)].entries()) {
    near(steps[k].tau.imaginary, height, 1e-12, `τ of step ${k}`);
  }
  const { dimensions, spinPeriod } = steps[4].dimensions({ count: 5 });
  assert.is(Math.round(spinPeriod as number), 2);
  for (const [k, expected] of [0, 1 / 8, 1, 9 / 8, 9 / 8].entries()) {
    near(dimensions[k].dimension, expected, 0.02, `Δ ${k}`);
    near(Math.abs(dimensions[k].spin as number), k < 3 ? 0 : 1, 0.05, `spin ${k}`);
  }
  near(steps[5].centralCharge as number, 0.5, 0.006, 'c');
});

test('Potts models', () => {
  const two = run(trg, pottsTensor({ states: 2, coupling: 2 * criticalCoupling }), 8, 10)[10];
  near(two.logPartition - 2 * criticalCoupling, run(trg, critical, 8, 10)[10].logPartition, 1e-12, 'q = 2 is Ising');
  const steps = run(bondWeightedTrg, pottsTensor({ states: 3, coupling: Math.log(1 + Math.sqrt(3)) }), 21, 8);
  near(steps[8].centralCharge as number, 4 / 5, 0.02, 'c');
  const { dimensions } = steps[8].dimensions({ count: 4 });
  near(dimensions[1].dimension, 2 / 15, 3e-3, 'Δ of the spin');
  near(dimensions[2].dimension, dimensions[1].dimension, 1e-3, 'its conjugate');
  assert.equal(new Set(dimensions.slice(1, 3).map(({ charge }) => charge)), new Set([1, 2]));
  near(dimensions[3].dimension, 4 / 5, 0.07, 'Δ of the energy');
});

test('Potts with three states on 2×2, by enumeration', () => {
  const K = [0.6, -0.4];
  let sum = 0;
  for (let state = 0; state < 81; state++) {
    const s = [0, 1, 2, 3].map((k) => Math.floor(state / 3 ** k) % 3);
    const bond = (i: number, j: number) => (s[i] === s[j] ? 2 : 0);
    sum += Math.exp(K[0] * (bond(0, 1) + bond(2, 3)) + K[1] * (bond(0, 2) + bond(1, 3)));
  }
  for (const method of Object.values(METHODS)) {
    const step = run(method, pottsTensor({ states: 3, coupling: K }), 81, 2)[2];
    near(step.logPartition * 4, Math.log(sum), 1e-12, 'ln Z');
  }
});

test('any weights of bonds and of plaquettes', () => {
  const K = 0.35;
  const exact = kaufman(4, 4, K).logPartition;
  const bond = (s: number, t: number) => Math.exp(s === t ? K : -K);
  const bonds = weightTensor({ states: 2, horizontal: bond, vertical: bond });
  near(run(trg, bonds, 16, 4)[4].logPartition * 16, exact, 1e-11, 'bonds');
  const weight = (here: number, right: number, up: number, across: number) =>
    Math.sqrt(bond(here, right) * bond(up, across) * bond(here, up) * bond(right, across));
  for (const even of [true, false]) {
    const step = run(trg, plaquetteTensor({ states: 2, weight, even }), 16, 2)[2];
    near(step.logPartition * 4, kaufman(2, 2, K).logPartition, 1e-12, `plaquettes, even ${even}`);
  }
  // three states on 2×2, with weights of no symmetry
  const odd = (s: number, t: number) => 1 + s + 2 * t * t;
  const upward = (s: number, t: number) => 2 + Math.abs(s - 2 * t);
  const site = (s: number) => 0.5 + s;
  let sum = 0;
  for (let state = 0; state < 81; state++) {
    const at = (x: number, y: number) => Math.floor(state / 3 ** (2 * (y % 2) + (x % 2))) % 3;
    let product = 1;
    for (const y of [0, 1]) {
      for (const x of [0, 1]) product *= odd(at(x, y), at(x + 1, y)) * upward(at(x, y), at(x, y + 1)) * site(at(x, y));
    }
    sum += product;
  }
  const free = run(hotrg, weightTensor({ states: 3, horizontal: odd, vertical: upward, site }), 81, 2)[2];
  near(free.logPartition * 4, Math.log(sum), 1e-12, 'three states');
});

test('energy', () => {
  const network = (coupling: number) => isingTensor({ coupling });
  for (const coupling of [0.35, criticalCoupling, 0.5]) {
    const energy = tensorEnergy(network, { coupling, bond: 12, steps: 24 });
    near(energy, onsagerEnergy(coupling), coupling === criticalCoupling ? 2e-3 : 2e-5, `u(${coupling})`);
  }
});

test('correlation length above T_c', () => {
  // the width is four times ξ at step 8
  const step = run(bondWeightedTrg, isingTensor({ coupling: 0.38 }), 16, 8)[8];
  near(step.correlationLength / onsagerCorrelationLength(0.38, 'row'), 1, 0.02, 'ξ');
});

test('2^200 sites are no more than a number', () => {
  const last = run(trg, isingTensor({ coupling: 0.3 }), 4, 200)[200];
  assert.is(last.sites, 2 ** 200);
  near(last.logPartition, onsagerLogPartition(0.3), 1e-4, 'ln Z');
});

test('wrong input is refused by name before any work', () => {
  refuses(() => trg(critical, { bond: 0 }), RangeError, '"bond" expected integer in [1, 128], got 0');
  refuses(() => hotrg(critical, { bond: 4, steps: -1 }), RangeError, '"steps" expected integer in [0, 200], got -1');
  refuses(() => isingTensor({ coupling: 21 }), RangeError, '"coupling" expected number in [-20, 20], got 21');
  refuses(() => isingTensor({ coupling: [1, 2, 3] }), RangeError, /^"coupling" expected number, or 2 numbers/);
  refuses(() => isingTensor({ coupling: 0.4, field: NaN }), RangeError, '"field" expected finite number, got NaN');
  refuses(() => pottsTensor({ states: 1, coupling: 1 }), RangeError, '"states" expected integer in [2, 16], got 1');
  refuses(
    () => weightTensor({ states: 2, horizontal: (s, t) => s - t }),
    RangeError,
    '"horizontal(0, 1)" expected number >= 0, got -1',
  );
  refuses(
    () => plaquetteTensor({ states: 2, weight: (s) => 1 + s, even: true }),
    RangeError,
    /^"even" expected true only with two states/,
  );
  const broken = { ...critical, tensor: { ...critical.tensor, values: critical.tensor.values.map(() => NaN) } };
  refuses(() => trg(broken, { bond: 4 }), RangeError, '"network.tensor.values" expected finite numbers, got NaN');
  refuses(
    () => run(trg, critical, 4, 1)[1].dimensions({ row: 5 }),
    RangeError,
    '"row" expected integer in [1, 4], got 5',
  );
});

test.run();
