import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hamiltonianFromTerms } from '../../src/ising/models/hamiltonian.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { independentHidden, matchFreeEnergy, wrongMarginal } from '../../src/rg/map/counterexamples.js';
import { type LayerEnergies, layerEnergies } from '../../src/rg/map/layerEnergies.js';
import { checkMapping, describeMapping, type JointModel, type MappingReport } from '../../src/rg/map/mapping.js';
import { rbmOperator } from '../../src/rg/map/operators.js';
import { SpinRbm, spinRbmFromBits } from '../../src/rg/map/spinRbm.js';
import { variationalStep } from '../../src/rg/map/variational.js';
import { near, refuses } from '../assert.js';
import { Draws } from '../reference/draws.js';
import { plainEnergy, plainRbmEnergy, plainStep } from '../reference/jointSpins.js';
import { randomHamiltonian, randomRbm } from './draws.js';

const test = suite('rg/mapping');

/** Whether each property holds, by its formula. */
const properties = (report: MappingReport) =>
  Object.fromEntries(
    report.statements.filter(({ kind }) => kind === 'property').map(({ formula, holds }) => [formula, holds]),
  );

test('500 random Hamiltonians and RBMs: every identity to 1e-10, and no property of an exact map', () => {
  const draws = new Draws(1);
  for (let k = 0; k < 500; k++) {
    const visible = draws.integer(2, 6);
    const h = randomHamiltonian(draws, visible, draws.integer(1, 8));
    const rbm = randomRbm(draws, visible, draws.integer(1, 5), draws.uniform(0.2, 2));
    const report = checkMapping(h, rbm);
    assert.ok(report.identities, describeMapping(report));
    for (const { kind, gap, formula } of report.statements) {
      if (kind === 'identity') assert.ok(gap < 1e-10, `${formula}: ${gap}`);
      else assert.ok(gap > 1e-10, `${formula}: ${gap}`);
    }
    assert.not.ok(report.exact);
    assert.equal(report.checked, { hidden: 2 ** rbm.hidden, visible: 2 ** visible });
    if (k % 5 === 0) {
      const energy = (v: number[]) => plainEnergy(h.terms, v);
      const plain = plainStep(visible, rbm.hidden, energy, (v, s) => energy(v) - plainRbmEnergy(rbm, v, s));
      near(report.deltaF, plain.deltaF, 1e-10, 'ΔF');
      near(report.kl, plain.kl, 1e-10, 'KL');
      near(report.mutualInformation, plain.information, 1e-10, 'I(v;h)');
      near(report.tau.least, Math.min(...plain.logTau), 1e-10, 'least log τ');
    }
  }
});

test('an RBM of {0,1} units is the same as its ±1 form, energy by energy', () => {
  const draws = new Draws(2);
  const h = randomHamiltonian(draws, 5, 6);
  const parameters = {
    visible: 5,
    hidden: 3,
    weights: draws.floats(15, -2, 2),
    visibleBias: draws.floats(5, -1, 1),
    hiddenBias: draws.floats(3, -1, 1),
  };
  const spins = spinRbmFromBits(parameters);
  for (let state = 0; state < 2 ** 8; state++) {
    const bits = Array.from({ length: 8 }, (_, i) => (state >> i) & 1);
    const pair = (units: number[]) => [units.slice(0, 5), units.slice(5)] as const;
    const expected = plainRbmEnergy({ ...parameters, constant: 0 }, ...pair(bits));
    near(spins.energy(...pair(bits.map((bit) => 2 * bit - 1))), expected, 1e-13, 'E');
  }
  const report = checkMapping(h, new Rbm(parameters));
  assert.ok(report.identities, describeMapping(report));
  assert.is(report.deltaF, checkMapping(h, spins).deltaF);
});

test('an RBM with H_RBM = H is exact RG: all properties hold', () => {
  for (const h of [
    isingHamiltonian({ lattice: square(3), coupling: 0.44, field: 0.1 }),
    isingHamiltonian({ lattice: chain(6), coupling: -1 }),
  ]) {
    const report = checkMapping(h, bondRbm(h));
    assert.ok(report.identities && report.exact, describeMapping(report));
    assert.ok(Object.values(properties(report)).every(Boolean), describeMapping(report));
    near(report.deltaF, 0, 1e-12, 'ΔF');
    near(report.kl, 0, 1e-14, 'KL');
    assert.ok(report.mutualInformation > 0.1);
  }
});

test('counterexample: ΔF = 0 and the hidden distribution is that of H, but KL > 0', () => {
  const draws = new Draws(3);
  for (let k = 0; k < 20; k++) {
    const sites = draws.integer(2, 5);
    const h = randomHamiltonian(draws, sites, 5);
    const g = hamiltonianFromTerms({
      sites,
      terms: [
        { sites: [0], coupling: draws.uniform(0.2, 1) },
        { sites: [0, 1], coupling: -0.3 },
      ],
    });
    const model = wrongMarginal(h, g);
    const report = checkMapping(h, model);
    assert.ok(report.identities, describeMapping(report));
    assert.equal(properties(report), {
      'ΔF = 0': true,
      'H(v) = H_λ(v) + constant': false,
      'H(v) = H_λ(v)': false,
      'τ(v) = 1 for every v': false,
    });
    assert.ok(report.kl > 1e-3, `KL = ${report.kl}`);
    const energy = (v: number[]) => plainEnergy(h.terms, v);
    const joint = (v: number[], s: number[]) => model.energy(Int8Array.from(v), Int8Array.from(s));
    near(report.kl, plainStep(sites, sites, energy, (v, s) => energy(v) - joint(v, s)).kl, 1e-11, 'KL');
  }
  // a constant g changes nothing, and the map is exact
  const h = randomHamiltonian(draws, 4, 5);
  const trivial = checkMapping(
    h,
    wrongMarginal(h, hamiltonianFromTerms({ sites: 4, terms: [{ sites: [], coupling: 2 }] })),
  );
  near(trivial.kl, 0, 1e-14, 'KL');
});

test('counterexample: τ ≡ 1 and everything agrees, but the hidden spins know nothing', () => {
  const draws = new Draws(4);
  for (let k = 0; k < 20; k++) {
    const h = randomHamiltonian(draws, 5, 6);
    const report = checkMapping(h, independentHidden(h, randomHamiltonian(draws, 3, 4)));
    assert.ok(report.identities && report.exact, describeMapping(report));
    assert.ok(Object.values(properties(report)).every(Boolean));
    near(report.kl, 0, 1e-14, 'KL');
    near(report.mutualInformation, 0, 1e-12, 'I(v;h)');
  }
});

test('counterexample: a constant makes ΔF = 0 for any weights, and changes nothing else', () => {
  const draws = new Draws(5);
  for (let k = 0; k < 20; k++) {
    const h = randomHamiltonian(draws, 5, 6);
    const rbm = randomRbm(draws, 5, 3);
    const [before, after] = [checkMapping(h, rbm), checkMapping(h, matchFreeEnergy(h, rbm))];
    near(after.deltaF, 0, 1e-12, 'ΔF');
    assert.ok(Math.abs(before.deltaF) > 1e-3);
    near(after.kl, before.kl, 1e-12, 'KL');
    near(after.tau.deviation, before.tau.deviation, 1e-12, 'deviation of log τ');
    near(after.mutualInformation, before.mutualInformation, 1e-12, 'I(v;h)');
    near(before.constant, -before.deltaF, 0, 'constant');
    assert.not.ok(after.exact);
  }
});

test('KL = 0 without ΔF = 0: τ constant, not 1', () => {
  const h = isingHamiltonian({ lattice: square(3), coupling: 0.3 });
  const rbm = bondRbm(h);
  const report = checkMapping(h, rbm.withConstant(rbm.constant + 1));
  assert.equal(Object.values(properties(report)), [false, true, false, false]);
  near(report.deltaF, 1, 1e-12, 'ΔF');
  near(report.kl, 0, 1e-14, 'KL');
  near(report.tau.least, report.tau.most, 1e-12, 'log τ');
});

test('a wrong identity is seen: the report compares two ways of computing', () => {
  const h = isingHamiltonian({ lattice: chain(5), coupling: 0.5 });
  // an RBM whose formulas are off by 1e-6 in one place
  class Broken extends SpinRbm {
    override hiddenEnergyTable() {
      return super.hiddenEnergyTable().map((energy, state) => (state === 2 ? energy + 1e-6 : energy));
    }
  }
  const report = checkMapping(h, new Broken(randomRbm(new Draws(6), 5, 2)));
  assert.not.ok(report.identities);
  assert.not.ok(report.statements[0].holds);
  assert.match(describeMapping(report), /^FAILS {2}H_RG\(h\) = H_λ\(h\)/);
});

test('large models are checked on a part of their states, and say so', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.44 });
  const report = checkMapping(h, randomRbm(new Draws(7), 16, 8, 0.5));
  assert.equal(report.checked, { hidden: 16, visible: 4096 });
  assert.ok(report.identities, describeMapping(report));
});

test('a tolerance of its own', () => {
  const h = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
  const rbm = bondRbm(h);
  const near1 = rbm.withConstant(rbm.constant + 1e-6);
  assert.not.ok(checkMapping(h, near1).exact);
  assert.ok(checkMapping(h, near1, { tolerance: 1e-5 }).exact);
});

test('KL of a nearly exact map keeps its digits', () => {
  const h = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
  const rbm = bondRbm(h);
  const weights = rbm.weights.slice();
  weights[0] += 1e-6;
  const { kl } = variationalStep(h, rbmOperator(h, new SpinRbm({ ...rbm, weights })));
  weights[0] += 1e-6;
  const twice = variationalStep(h, rbmOperator(h, new SpinRbm({ ...rbm, weights }))).kl;
  assert.ok(kl > 1e-14 && kl < 1e-11, `${kl}`);
  near(twice / kl, 4, 1e-3, 'KL grows as the square');
});

test('refuses what is no model', () => {
  const h = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
  refuses(
    () => checkMapping(h, null as never),
    TypeError,
    '"model" expected SpinRbm, Rbm, or { visible, hidden, energy }, got null',
  );
  refuses(() => checkMapping(h, randomRbm(new Draws(1), 4, 2)), RangeError, '"model" expected 16 visible spins, got 4');
  const energy: JointModel['energy'] = () => NaN;
  refuses(
    () => checkMapping(h, { visible: 16, hidden: 9, energy }),
    RangeError,
    '"model.hidden" expected integer in [1, 8], got 9',
  );
  refuses(
    () => checkMapping(h, { visible: 16, hidden: 1, energy }),
    RangeError,
    '"E(v,h)" expected finite number, got NaN',
  );
  refuses(() => wrongMarginal(h, h), RangeError, '"hamiltonian" expected at most 12 sites, got 16');
  refuses(() => new SpinRbm({ visible: 2, hidden: 1, weights: [1] }), RangeError, '"weights" expected length 2, got 1');
  refuses(
    () => new SpinRbm({ visible: 1, hidden: 1, weights: [NaN] }),
    RangeError,
    '"weights[0]" expected finite number, got NaN',
  );
});

test('the energies of both layers, state by state: the hidden ones agree for any weights, the visible ones once exact', () => {
  const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
  const gapsOf = ({ visible, hidden }: LayerEnergies) => [
    Math.max(...visible.given.map((energy, v) => Math.abs(visible.rbm[v] - energy))),
    Math.max(...hidden.renormalised.map((energy, h) => Math.abs(hidden.rbm[h] - energy))),
  ];
  const any = layerEnergies(hamiltonian, randomRbm(new Draws(5), 4, 3));
  assert.equal([any.visible.rbm.length, any.hidden.rbm.length], [16, 8]);
  const [, trained] = gapsOf(any);
  const [visible, hidden] = gapsOf(layerEnergies(hamiltonian, matchFreeEnergy(hamiltonian, bondRbm(hamiltonian))));
  assert.ok(Math.max(trained, visible, hidden) < 1e-12, `${trained} ${visible} ${hidden}`);
});

test.run();
