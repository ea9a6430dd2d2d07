import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import {
  conditionalOperator,
  decimationOperator,
  functionOperator,
  kadanoffOperator,
  type LayerOperator,
  majorityOperator,
  type Operator,
  rbmOperator,
} from '../../src/rg/map/operators.js';
import { SpinRbm } from '../../src/rg/map/spinRbm.js';
import { mutualInformation, optimiseOperator, variationalStep } from '../../src/rg/map/variational.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { plainEnergy, plainRbmEnergy, plainStep } from '../reference/jointSpins.js';
import { QUARTERS, randomHamiltonian, randomRbm } from './draws.js';

const test = suite('rg/variational');

const all = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string) => {
  assert.is(actual.length, expected.length, what);
  for (let k = 0; k < actual.length; k++) near(actual[k], expected[k], tolerance, `${what} of state ${k}`);
};

/** Compares all that a step gives with the plain loops. */
function compare(
  h: ReturnType<typeof hamiltonianFromTerms>,
  operator: Operator,
  value: (v: number[], h: number[]) => number,
  tolerance = 1e-10,
) {
  const expected = plainStep(h.sites, operator.hidden, (v) => plainEnergy(h.terms, v), value);
  const step = variationalStep(h, operator);
  all(step.energies, expected.hiddenEnergies, tolerance, `${operator.name}: H_RG`);
  all(step.logTau, expected.logTau, tolerance, `${operator.name}: log τ`);
  near(step.visibleFreeEnergy, expected.visibleFreeEnergy, tolerance, 'F_v');
  near(step.hiddenFreeEnergy, expected.hiddenFreeEnergy, tolerance, 'F_h');
  near(step.deltaF, expected.deltaF, tolerance, 'ΔF');
  near(step.deltaF, -Math.log(expected.meanTau), tolerance, 'ΔF = -log⟨τ⟩');
  near(step.kl, expected.kl, tolerance, 'KL');
  near(step.kl, Math.log(expected.meanTau) - expected.meanLogTau, tolerance, 'KL = log⟨τ⟩ - ⟨log τ⟩');
  near(step.tau.mean, expected.meanLogTau, tolerance, '⟨log τ⟩');
  near(mutualInformation(h, operator), expected.information, tolerance, 'I(v;h)');
  return step;
}

test('600 random Hamiltonians and RBMs: H_RG, τ, ΔF, KL and I(v;h) as the sums over all states give them, to 1e-10', () => {
  const draws = new Draws(1);
  for (let k = 0; k < 600; k++) {
    const visible = draws.integer(1, 5);
    const hidden = draws.integer(1, 4);
    const h = randomHamiltonian(draws, visible, draws.integer(0, 8));
    const rbm = randomRbm(draws, visible, hidden, draws.uniform(0, 1.5), 0.2);
    compare(h, rbmOperator(h, rbm), (v, s) => plainEnergy(h.terms, v) - plainRbmEnergy(rbm, v, s));
  }
});

test('T = -E + H of another Hamiltonian than the one renormalised', () => {
  const draws = new Draws(2);
  for (let k = 0; k < 20; k++) {
    const [h, other] = [randomHamiltonian(draws, 5, 6), randomHamiltonian(draws, 5, 6)];
    const rbm = randomRbm(draws, 5, 3);
    compare(h, rbmOperator(other, rbm), (v, s) => plainEnergy(other.terms, v) - plainRbmEnergy(rbm, v, s));
  }
});

const cosh = (x: number) => Math.log(2 * Math.cosh(x));
const blockSum = (v: number[], block: readonly number[]) => block.reduce((sum, i) => sum + v[i], 0);

test('kernels of any softness, overlapping blocks and sites in no block included', () => {
  const draws = new Draws(3);
  const blocks = [[0, 1, 2], [2, 3], [4, 1], [5]];
  for (let k = 0; k < 10; k++) {
    const h = randomHamiltonian(draws, 7, 12, 4, 0.7);
    const w = draws.uniform(0, 2);
    const soft = (v: number[], s: number[]) =>
      blocks.reduce((sum, block, b) => sum + w * s[b] * blockSum(v, block) - cosh(w * blockSum(v, block)), 0);
    assert.ok(compare(h, majorityOperator(7, blocks, w), soft).exact);
    assert.ok(compare(h, kadanoffOperator(7, blocks, w), soft).exact);
    const open = (v: number[], s: number[]) =>
      blocks.reduce((sum, block, b) => sum - w * s[b] * blockSum(v, block), -0.3);
    assert.not.ok(compare(h, kadanoffOperator(7, blocks, -w, { normalised: false, constant: 0.3 }), open).exact);
    const kept = [6, 0, 3];
    const copy = (v: number[], s: number[]) => kept.reduce((sum, i, b) => sum + w * s[b] * v[i] - cosh(w), 0);
    assert.ok(compare(h, decimationOperator(7, kept, w), copy).exact);
    const rbm = randomRbm(draws, 7, 3, 1, 0.3);
    const conditional = (v: number[], s: number[]) => {
      const own = [-1, 1].flatMap((a) =>
        [-1, 1].flatMap((b) => [-1, 1].map((c) => -plainRbmEnergy(rbm, v, [a, b, c]))),
      );
      return -plainRbmEnergy(rbm, v, s) - Math.log(own.reduce((sum, x) => sum + Math.exp(x), 0));
    };
    assert.ok(compare(h, conditionalOperator(rbm), conditional).exact);
  }
});

test('hard kernels: the majority with ties by coin tosses, decimation, and what softness tends to', () => {
  const draws = new Draws(4);
  const blocks = [
    [0, 1],
    [2, 3, 4],
  ];
  for (let k = 0; k < 10; k++) {
    const h = randomHamiltonian(draws, 6, 10, 3, 0.8);
    const hard = (v: number[], s: number[]) =>
      blocks.reduce((sum, block, b) => {
        const total = blockSum(v, block);
        return sum + (total === 0 ? Math.log(0.5) : total * s[b] > 0 ? 0 : -Infinity);
      }, 0);
    const step = compare(h, majorityOperator(6, blocks), hard);
    assert.ok(step.exact);
    all(variationalStep(h, majorityOperator(6, blocks, 30)).energies, step.energies, 1e-10, 'w = 30');
    compare(h, decimationOperator(6, [5, 1]), (v, s) => (v[5] === s[0] && v[1] === s[1] ? 0 : -Infinity));
    compare(
      h,
      functionOperator(6, 2, (v, s) => hard([...v], [...s])),
      hard,
    );
  }
});

test("a user's function", () => {
  const draws = new Draws(5);
  const h = randomHamiltonian(draws, 5, 9);
  const value = (v: ArrayLike<number>, s: ArrayLike<number>) =>
    0.3 * v[0] * v[1] * s[0] - 0.8 * s[0] * s[1] * v[4] + 0.1;
  const step = compare(h, functionOperator(5, 2, value), value);
  assert.not.ok(step.exact);
});

test('decimation: every second spin of a ring, K′ = ½ ln cosh 2K; the middle of a cross, pairs and a four-spin coupling', () => {
  for (const coupling of [0.3, -0.8, 1.7]) {
    const step = variationalStep(
      isingHamiltonian({ lattice: chain(12), coupling }),
      decimationOperator(12, [0, 2, 4, 6, 8, 10]),
    );
    const { hamiltonian: next, dropped } = step.renormalised();
    const pair = Math.log(Math.cosh(2 * coupling)) / 2;
    const [constant, ...pairs] = next.terms;
    assert.equal(constant.sites, []);
    near(constant.coupling, 6 * (Math.LN2 + pair), 1e-12, 'constant');
    assert.equal(
      pairs.map(({ sites }) => sites),
      [
        [0, 1],
        [0, 5],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    );
    for (const term of pairs) near(term.coupling, pair, 1e-12, 'K′');
    assert.ok(dropped.largest < 1e-13);
  }
  const coupling = 0.44;
  const cross = hamiltonianFromTerms({ sites: 5, terms: [1, 2, 3, 4].map((site) => ({ sites: [0, site], coupling })) });
  const { terms } = variationalStep(cross, decimationOperator(5, [1, 2, 3, 4])).renormalised().hamiltonian;
  const eighth = Math.log(Math.cosh(4 * coupling)) / 8;
  assert.equal(
    terms.map(({ sites }) => sites.length),
    [0, 2, 2, 2, 2, 2, 2, 4],
  );
  for (const term of terms.slice(1, 7)) near(term.coupling, eighth, 1e-13, 'pair');
  near(terms[7].coupling, eighth - Math.log(Math.cosh(2 * coupling)) / 2, 1e-13, 'four spins');
});

test('block spins of the 4×4 torus keep its free energy, and have its symmetry', () => {
  for (const w of [0, 0.5, 2, Infinity]) {
    const step = variationalStep(
      isingHamiltonian({ lattice: square(4), coupling: 0.4407 }),
      majorityOperator(16, QUARTERS, w),
    );
    assert.ok(step.exact);
    near(step.deltaF, 0, 1e-12, 'ΔF');
    near(step.kl, 0, 1e-14, 'KL');
    const { hamiltonian: next } = step.renormalised();
    assert.ok(next.even);
    assert.is(next.terms.length, w === 0 ? 1 : 8);
  }
});

test('a renormalised Hamiltonian has the energies that it was made of; a cut changes them by no more than it says', () => {
  const draws = new Draws(6);
  const h = randomHamiltonian(draws, 8, 20);
  const step = variationalStep(h, conditionalOperator(randomRbm(draws, 8, 6, 0.7)));
  const spins = (state: number) => Array.from({ length: 6 }, (_, i) => ((state >> i) & 1 ? 1 : -1));
  const { hamiltonian: full } = step.renormalised();
  const { hamiltonian: cut, dropped } = step.renormalised({ cut: 0.01, shape: [2, 3] });
  assert.equal(cut.shape, [2, 3]);
  assert.ok(dropped.count > 0 && dropped.largest <= 0.01);
  assert.is(cut.terms.length + dropped.count, 64);
  step.energies.forEach((energy, state) => {
    near(full.energy(spins(state)), energy, 1e-12, 'H_RG');
    near(cut.energy(spins(state)), energy, dropped.sum + 1e-12, 'H_RG cut');
  });
});

test('couplings that overflow every weight: logarithms all the way', () => {
  const h = hamiltonianFromTerms({ sites: 4, terms: [{ sites: [0, 1, 2, 3], coupling: 2000 }] });
  const step = variationalStep(
    h,
    majorityOperator(
      4,
      [
        [0, 1],
        [2, 3],
      ],
      0.5,
    ),
  );
  near(step.visibleFreeEnergy, -2000 - Math.log(8), 1e-9, 'F_v');
  near(step.deltaF, 0, 1e-9, 'ΔF');
  const rbm = new SpinRbm({ visible: 4, hidden: 1, weights: [900, 900, 900, 900] });
  const wrong = variationalStep(h, rbmOperator(h, rbm));
  // H is 2000 above where τ is: the RBM prefers the two states of aligned spins
  near(wrong.deltaF, -3600 + 2000 - Math.log(2) + Math.log(8), 1e-9, 'ΔF');
  near(wrong.kl, 3600 + Math.log(2) - (6 * Math.LN2 + 2 * (3600 + 0)) / 8 - Math.log(8), 1e-9, 'KL');
});

// One hidden spin on a ring of four: T = -E + H with E = -w h Σ v + E₀; with E₀ = ln 2 a hidden spin that sees nothing changes nothing.
const ringOfFour = isingHamiltonian({ lattice: chain(4), coupling: 0.4 });
const family = ([w, constant = Math.LN2]: Float64Array): LayerOperator =>
  rbmOperator(ringOfFour, new SpinRbm({ visible: 4, hidden: 1, weights: [w, w, w, w], constant }));

test('|ΔF| and KL are two variational principles: each leaves the other behind', () => {
  const freeEnergy = optimiseOperator(ringOfFour, { family, principle: 'deltaF', start: [0.5] });
  const likelihood = optimiseOperator(ringOfFour, { family, principle: 'kl', start: [0.5] });
  assert.ok(freeEnergy.converged && likelihood.converged);
  // by plain loops, on a grid
  const plain = (w: number) =>
    plainStep(
      4,
      1,
      (v) => plainEnergy(ringOfFour.terms, v),
      (v, [s]) => w * s * blockSum(v, [0, 1, 2, 3]) + plainEnergy(ringOfFour.terms, v) - Math.LN2,
    );
  const grid = Array.from({ length: 100 }, (_, k) => 0.01 * k);
  const best = Math.min(...grid.map((w) => plain(w).kl));
  near(likelihood.value, best, 1e-4, 'least KL');
  assert.ok(likelihood.value <= best + 1e-12);
  near(plain(freeEnergy.lambda[0]).deltaF, 0, 1e-7, 'ΔF at its zero');
  // ΔF = 0 at w = 0.413, where KL = 0.128; the least KL, 0.046, at w = 0.691, where ΔF = -0.555
  assert.ok(Math.abs(freeEnergy.lambda[0] - likelihood.lambda[0]) > 0.05, `${freeEnergy.lambda} ${likelihood.lambda}`);
  assert.ok(Math.abs(likelihood.step.deltaF) > 0.1);
  assert.ok(freeEnergy.step.kl > likelihood.step.kl + 0.01);
  // with a constant among the parameters |ΔF| can be made 0 at any w, and KL does not see it
  for (const start of [0.1, 1.2]) {
    const any = optimiseOperator(ringOfFour, { family, principle: 'deltaF', start: [start, 0] });
    near(any.value, 0, 1e-7, 'ΔF');
    assert.ok(Math.abs(any.lambda[0] - start) < 1, `${any.lambda}`);
  }
  const shifted = variationalStep(ringOfFour, family(Float64Array.of(0.3, 5)));
  near(shifted.kl, variationalStep(ringOfFour, family(Float64Array.of(0.3, 0))).kl, 1e-12, 'KL');
  near(shifted.deltaF, variationalStep(ringOfFour, family(Float64Array.of(0.3, 0))).deltaF + 5, 1e-12, 'ΔF');
});

test('-⟨log τ⟩ is an upper bound of ΔF, and KL the distance to it', () => {
  const draws = new Draws(8);
  for (let k = 0; k < 50; k++) {
    const h = randomHamiltonian(draws, 6, 8);
    const step = variationalStep(h, rbmOperator(h, randomRbm(draws, 6, 3)));
    assert.ok(step.deltaF <= -step.tau.mean + 1e-12);
    near(step.kl, -step.tau.mean - step.deltaF, 1e-11, 'KL');
  }
});

test('refuses what it cannot do, by name', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
  refuses(() => variationalStep(null as never, majorityOperator(16, QUARTERS)), TypeError, /^"hamiltonian" expected/);
  refuses(() => variationalStep(h, null as never), TypeError, /^"operator" expected operator/);
  refuses(
    () => variationalStep(h, majorityOperator(9, [[0]])),
    RangeError,
    '"operator" expected 16 visible spins, got 9',
  );
  const own = majorityOperator(16, QUARTERS);
  const [spin] = own.spins;
  const broken: [object, string][] = [
    [{ constant: Number.NaN }, 'constant'],
    [{ spins: 3 }, 'spins'],
    [{ hidden: 3 }, 'hidden'],
    [{ visibleBias: new Float64Array(3) }, 'visibleBias'],
    [{ hamiltonian: isingHamiltonian({ lattice: chain(3), coupling: 1 }) }, 'hamiltonian'],
    [{ spins: [null, ...own.spins.slice(1)] }, 'spins[0]'],
    [{ spins: [{ ...spin, kind: 'soft' }, ...own.spins.slice(1)] }, 'spins[0].kind'],
    [{ spins: [{ ...spin, sites: [0, 1] }, ...own.spins.slice(1)] }, 'spins[0].sites'],
    [{ spins: [{ ...spin, sites: Uint32Array.of(1, 0, 4, 5) }, ...own.spins.slice(1)] }, 'spins[0].sites[1]'],
    [
      { spins: [{ ...spin, weights: new Float64Array(4).fill(Infinity) }, ...own.spins.slice(1)] },
      'spins[0].weights[0]',
    ],
    [{ spins: [{ ...spin, bias: '1' }, ...own.spins.slice(1)] }, 'spins[0].bias'],
  ];
  for (const [change, name] of broken) {
    assert.throws(
      () => variationalStep(h, { ...own, ...change } as LayerOperator),
      (error: Error) => error.message.startsWith(`"operator.${name}" expected `),
      name,
    );
  }
  refuses(() => majorityOperator(4, []), TypeError, /^"blocks" expected non-empty array of blocks/);
  refuses(() => majorityOperator(4, [[0, 4]]), RangeError, '"blocks[0][1]" expected integer in [0, 3], got 4');
  refuses(() => majorityOperator(4, [[0, 0]]), RangeError, '"blocks[0]" expected different sites, got [0, 0]');
  refuses(() => majorityOperator(4, [[0]], -1), RangeError, '"w" expected number in [0, Infinity], got -1');
  refuses(() => decimationOperator(4, [7]), RangeError, '"kept[0][0]" expected integer in [0, 3], got 7');
  refuses(() => kadanoffOperator(4, [[0]], NaN), RangeError, '"p" expected finite number, got NaN');
  refuses(() => functionOperator(20, 5, () => 0), RangeError, '"hidden" expected integer in [1, 4], got 5');
  refuses(
    () =>
      variationalStep(
        h,
        functionOperator(16, 1, () => NaN),
      ),
    RangeError,
    '"T(v,h)" expected number below Infinity, got NaN',
  );
  const dense = conditionalOperator(randomRbm(new Draws(1), 16, 12));
  refuses(() => variationalStep(h, dense), RangeError, /^"operator" expected at most 24 spins to be kept at once/);
  refuses(() => rbmOperator(h, {} as never), TypeError, '"rbm" expected SpinRbm, got Object');
  refuses(
    () => optimiseOperator(h, { family: () => dense, principle: 'F' as never, start: [1] }),
    RangeError,
    '"principle" expected one of deltaF, kl, deviation, got "F"',
  );
  // a majority of two blocks with the same sites by a hard rule: h = (+, -) only by ties; without ties it has no v
  const impossible = variationalStep(
    isingHamiltonian({ lattice: chain(3), coupling: 1 }),
    majorityOperator(3, [
      [0, 1, 2],
      [0, 1, 2],
    ]),
  );
  assert.is(impossible.energies[1], Infinity);
  refuses(() => impossible.renormalised(), RangeError, '"energies[1]" expected finite number, got Infinity');
});

test.run();
