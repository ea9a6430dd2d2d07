import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { roundDomain } from '../../src/elements/map/charts.js';
import type { MapCheck } from '../../src/elements/map/check.js';
import { LATTICE_NAMES } from '../../src/elements/map/lattices.js';
import { hamiltonianFor } from '../../src/elements/map/models.js';
import { isShown, PRESETS } from '../../src/elements/map/presets.js';
import { programOf } from '../../src/elements/map/program.js';
import { mapScene } from '../../src/elements/map/scene.js';
import { MAP, type MapValues } from '../../src/elements/map/spec.js';
import { statementsOf } from '../../src/elements/map/statements.js';
import { textOfWeights, weightsOf } from '../../src/elements/map/weights.js';
import { signed, size, subscript } from '../../src/elements/map/words.js';
import { SPECS } from '../../src/elements/specs.js';
import * as ising from '../../src/ising/index.js';
import * as rg from '../../src/rg/index.js';
import { near, refuses } from '../assert.js';
import { cases } from '../matrix.js';

const test = suite('elements/map');

const valuesOf = (values: Partial<MapValues> = {}): MapValues => ({
  ...defaultsOf(MAP.properties),
  instant: true,
  ...values,
});

/** A scene, and what an element does with it. */
class Bench {
  readonly scene;
  #values: MapValues;

  constructor(values: Partial<MapValues> = {}) {
    this.#values = valuesOf(values);
    this.scene = mapScene(this.#values);
  }

  set(values: Partial<MapValues>): void {
    this.#values = { ...this.#values, ...values };
    this.scene.set(this.#values, new Set(Object.keys(values)));
  }

  /** Trains as far as the property says. */
  run(): void {
    while (this.scene.advance(5));
  }

  report() {
    this.scene.calls.compute();
    return this.scene.report();
  }

  check(): MapCheck {
    const { check } = this.report();
    assert.ok(check);
    return check;
  }

  get values(): MapValues {
    return this.#values;
  }
}

const rbmOf = ({ sites: visible, hidden, weights, constant }: ReturnType<Bench['report']>): rg.SpinRbm =>
  new rg.SpinRbm({ visible, hidden, weights, constant: constant as number });

test('the numbers are those of checkMapping and variationalStep, for every lattice', () => {
  for (const lattice of LATTICE_NAMES) {
    const bench = new Bench({ lattice, coupling: 0.3, hiddenSpins: 4, seed: 7 });
    const report = bench.report();
    const check = bench.check();
    const hamiltonian = hamiltonianFor(bench.values);
    const rbm = rbmOf(report);
    const direct = rg.checkMapping(hamiltonian, rbm);
    for (const name of ['deltaF', 'kl', 'tau', 'statements', 'exact'] as const) assert.equal(check[name], direct[name]);
    assert.is(check.information, direct.mutualInformation);
    const step = rg.variationalStep(hamiltonian, rg.rbmOperator(hamiltonian, rbm));
    assert.is(check.energies.length, 16);
    check.energies.forEach(([own, renormalised], h) => {
      assert.is(own, step.energies[h]);
      near(renormalised, own, 1e-12, `H_RG of state ${h}`);
    });
    assert.ok(check.hiddenGap > 0 && check.hiddenGap < 1e-12, `summed in two ways: ${check.hiddenGap}`);
    // the likeliest first, and every state once
    const energies = rg.energyTable(hamiltonian);
    assert.is(new Set(check.states).size, 2 ** report.sites);
    check.states.forEach((v, k) => {
      assert.is(check.logTau[k], step.logTau[v]);
      if (k > 0) assert.ok(energies[v] >= energies[check.states[k - 1]] - 1e-9);
    });
    assert.is(report.problem, null);
  }
});

test('random weights have two decimals and belong to their seed', () => {
  const weights = (seed: number) => new Bench({ seed }).report().weights;
  assert.equal(weights(1), weights(1));
  assert.not.equal(weights(1), weights(2));
  for (const weight of weights(1)) assert.is(weight, Number(weight.toFixed(2)));
  // as text they are the same model
  const own = new Bench({ weights: textOfWeights(weights(3)), seed: 1 });
  assert.equal(own.check(), new Bench({ seed: 3 }).check());
});

test('a constant moves ΔF by itself and nothing else; the one of -ΔF makes it zero', () => {
  const bench = new Bench();
  const before = bench.check();
  bench.set({ shift: 2.5 });
  near(bench.check().deltaF, before.deltaF + 2.5, 1e-12, 'ΔF');
  near(bench.check().kl, before.kl, 1e-12, 'KL');
  bench.set({ shift: -before.deltaF });
  const balanced = bench.check();
  assert.ok(Math.abs(balanced.deltaF) < 1e-12);
  near(balanced.kl, before.kl, 1e-12, 'KL');
  assert.not(balanced.exact);
  // the same from the beginning
  assert.equal(new Bench({ shift: -before.deltaF }).check(), balanced);
});

test('training has the bits of trainExactly after as many steps, however it got there', () => {
  const bench = new Bench({ seed: 5 });
  const start = rbmOf(bench.report());
  const hamiltonian = hamiltonianFor(bench.values);
  const after = (iterations: number) =>
    rg.trainExactly(hamiltonian, { hidden: 3, start, iterations }).rbm.withConstant(start.constant);

  bench.set({ steps: 20 });
  bench.run();
  assert.is(bench.report().training.steps, 20);
  assert.equal(rbmOf(bench.report()), after(20));
  assert.equal(bench.report().start, [...start.weights]);
  // step by step, on and back
  assert.is(bench.scene.calls.step(), 21);
  assert.equal(rbmOf(bench.report()), after(21));
  bench.set({ steps: 4 });
  bench.run();
  assert.equal(rbmOf(bench.report()), after(4));
  // all at once, with a constant that is moved on the way
  const whole = new Bench({ seed: 5, steps: 4 });
  whole.run();
  assert.equal(whole.report().weights, bench.report().weights);
  whole.set({ shift: 1 });
  assert.is(whole.report().training.steps, 4);
  assert.equal(whole.report().weights, bench.report().weights);
  near(whole.check().deltaF, bench.check().deltaF + 1, 1e-12, 'ΔF');
  // back to the beginning
  whole.set({ steps: 0 });
  assert.equal(whole.report().weights, [...start.weights]);
});

test('the history is that of the figure: KL falls, ΔF has the constant', () => {
  const bench = new Bench({ seed: 2, shift: 0.75, steps: 30 });
  bench.run();
  const { history } = bench.report().training;
  assert.equal(
    history.map(([step]) => step),
    Array.from({ length: 31 }, (_, k) => k),
  );
  for (let k = 1; k < history.length; k++) assert.ok(history[k][1] < history[k - 1][1], `step ${k}`);
  near(history[30][1], bench.check().kl, 1e-12, 'KL');
  near(history[30][2], bench.check().deltaF, 1e-12, 'ΔF');
  // of a long one only so many points, the last among them
  const long = new Bench({ lattice: '3x3', hiddenSpins: 6, coupling: 0.44, steps: 700 });
  long.run();
  const { training } = long.report();
  assert.ok(training.steps > 300, `${training.steps} steps`);
  assert.ok(training.history.length <= 302);
  assert.is(training.history.at(-1)![0], training.steps);
});

test('on the rings training ends at decimation, on the 3 × 3 torus it does not', () => {
  const ends = (values: Partial<MapValues>, seeds: number[]) =>
    seeds.map((seed) => {
      const bench = new Bench({ ...values, seed, steps: 1000 });
      bench.run();
      return bench;
    });
  const decimated = Math.log(Math.cosh(2 * 0.5)) / 2;
  const twenty = (...first: number[]) => Array.from({ length: 20 }, (_, k) => k + 1).filter((k) => !first.includes(k));
  for (const bench of ends({}, cases([1, 2, 3, 4, 5], twenty(1, 2, 3, 4, 5)))) {
    const { training } = bench.report();
    assert.ok(training.over && training.steps < 1000);
    const { kl, pairs, groups } = bench.check();
    assert.ok(kl < 1e-12, `KL ${kl}`);
    for (const [, , coupling] of pairs!) near(Math.abs(coupling), decimated, 1e-4, 'pair');
    assert.ok(groups!.every(({ order }) => order === 2));
  }
  const eight = cases([1, 17], twenty(1, 17));
  ends({ lattice: 'ring-8', hiddenSpins: 4 }, eight).forEach((bench, k) => {
    const { kl } = bench.check();
    if (eight[k] === 17) near(kl, 0.0249, 5e-5, 'the one that does not');
    else assert.ok(kl < 1e-12, `KL ${kl}`);
  });
  for (const bench of ends({ lattice: '3x3', coupling: 0.44, hiddenSpins: 4 }, cases([1, 2, 3], twenty(1, 2, 3)))) {
    const { kl } = bench.check();
    assert.ok(kl > 0.02 && kl < 0.03, `KL ${kl}`);
  }
});

test('a training that is watched has a pace', () => {
  const bench = new Bench({ instant: false, steps: 100_000 });
  assert.ok(bench.scene.advance(5), 'more is left to do');
  const { steps } = bench.report().training;
  assert.ok(steps >= 1 && steps < 40, `${steps} steps`);
});

test('weights that are all equal have no gradient to tell them apart, and it says so', () => {
  const bench = new Bench({ weights: textOfWeights(new Float64Array(18)), steps: 10 });
  bench.run();
  const { training } = bench.report();
  assert.ok(training.over && training.converged);
  assert.is(training.steps, 0);
});

test('the wrong marginal: ΔF = 0, KL = 0.1201, the hidden spins as the visible ones', () => {
  const bench = new Bench({ lattice: 'ring-4', coupling: 0.4, model: 'wrongMarginal' });
  const check = bench.check();
  assert.ok(Math.abs(check.deltaF) < 1e-12);
  near(check.kl, 0.1201, 5e-5, 'KL');
  assert.is(check.hiddenStates, 16);
  assert.equal(
    check.groups!.map(({ order, coupling, count }) => [order, coupling.toFixed(6), count]),
    [[2, '0.400000', 4]],
  );
  assert.is(bench.report().constant, null);
  assert.equal(bench.report().weights, []);
  // a constant counts here too
  bench.set({ shift: -3 });
  near(bench.check().deltaF, -3, 1e-12, 'ΔF');
});

test('independent hidden spins: exact, and they know nothing', () => {
  for (const hiddenSpins of [1, 3, 5]) {
    const check = new Bench({ model: 'independent', hiddenSpins }).check();
    assert.ok(check.exact && Math.abs(check.kl) < 1e-12 && check.information < 1e-9, `${hiddenSpins} hidden spins`);
    assert.is(check.hiddenStates, 2 ** hiddenSpins);
  }
});

test('a hidden spin per bond: exact on every lattice, at any coupling', () => {
  const hidden = { 'ring-4': 4, 'ring-6': 6, 'ring-8': 8, '2x2': 4, '2x3': 9, '3x3': 18 };
  for (const lattice of LATTICE_NAMES) {
    if (lattice === '3x3') continue; // a second; the next test
    for (const coupling of [0.44, -0.7]) {
      const bench = new Bench({ lattice, coupling, model: 'bonds' });
      assert.is(bench.report().hidden, hidden[lattice]);
      assert.ok(bench.check().exact, `${lattice} at ${coupling}`);
    }
  }
});

test('a check that takes long waits until it is asked for', () => {
  const bench = new Bench({ lattice: '3x3', coupling: 0.44, model: 'bonds' });
  const first = bench.scene.report();
  assert.ok(first.stale && first.check === null);
  assert.is(first.hidden, 18);
  bench.scene.calls.compute();
  const { stale, check } = bench.scene.report();
  assert.not(stale);
  assert.ok(check!.exact);
  assert.is(check!.energies.length, 512);
  assert.is(check!.hiddenStates, 2 ** 18);
  assert.is(check!.pairs, null);
  // and the old one stays while the next is not there
  bench.set({ coupling: 0.5 });
  assert.ok(bench.scene.report().stale);
  assert.is(bench.scene.report().check, check);
});

test('copies leave the couplings of decimation at any weight, and τ is 1 but for e^{-2A}', () => {
  for (const lattice of ['ring-4', 'ring-6', 'ring-8', '2x2'] as const) {
    for (const coupling of [0.5, -0.3]) {
      const bench = new Bench({ lattice, coupling, model: 'copies' });
      const { deltaF, kl, groups } = bench.check();
      assert.ok(Math.abs(deltaF) < 1e-12, `ΔF ${deltaF}`);
      assert.ok(kl > 0 && kl < 1e-6, `KL ${kl}`);
      // two paths lead from one copy to the other on the ring of four, and each is a double bond on the torus
      const once = Math.log(Math.cosh(2 * coupling)) / 2;
      const expected = { 'ring-4': 2 * once, 'ring-6': once, 'ring-8': once, '2x2': Math.log(Math.cosh(4 * coupling)) };
      near(groups![0].coupling, expected[lattice], 1e-12, lattice);
      assert.is(groups!.length, 1);
    }
  }
});

test('what does not fit is said as a sentence, and forgotten when it fits again', () => {
  const bench = new Bench({ weights: '1 2 3' });
  const problem = () => bench.report().problem;
  assert.is(problem(), '"weights" expected 18 numbers (6 sites × 3 hidden spins), got 3');
  assert.is(bench.report().check, null);
  assert.not(bench.scene.advance(5));
  bench.set({ weights: '' });
  assert.is(problem(), null);
  assert.ok(bench.report().check);
  bench.set({ model: 'copies', lattice: '2x3' });
  assert.match(problem()!, /^Every second spin can be kept only where/);
  bench.set({ model: 'independent', steps: 3 });
  assert.is(problem(), 'Only an RBM can be trained: this energy has no weights');
  bench.set({ steps: 0, weights: '1' });
  assert.is(problem(), '"weights" can be given for an RBM only, not for the model "independent"');
  bench.set({ weights: '' });
  assert.is(problem(), null);
  refuses(() => bench.scene.calls.step(), Error, 'Only an RBM can be trained: this energy has no weights');
  refuses(() => weightsOf('1 x', 1, 2), RangeError, '"weights" expected finite numbers, got "x"');
  assert.equal([...weightsOf(' 1;2,\n3e-1 -4 ', 2, 2)], [1, 2, 0.3, -4]);
});

/** What a program prints, run with the doors of the package. */
function printed(program: string): string {
  const faces: Record<string, unknown> = { ising, rg };
  const body = program.replace(
    /^import \{ (.*) \} from 'blockspin\/(\w+)';$/gm,
    (_, names, face) => `const { ${names} } = faces.${face};`,
  );
  assert.not.match(body, /import/);
  const lines: string[] = [];
  new Function('faces', 'console', body)(faces, { log: (line: string) => lines.push(line) });
  return lines.join('\n');
}

test('the program of the menu prints the numbers of the figure, to the last bit', () => {
  const cases: Partial<MapValues>[] = [
    {},
    { seed: 9, hiddenSpins: 5, lattice: '3x3', coupling: -0.21, shift: -0.125 },
    { seed: 4, steps: 33, shift: 0.3 },
    { weights: '0.1 0.2 0.3 -0.4', lattice: 'ring-4', hiddenSpins: 1 },
    { lattice: '2x3', model: 'bonds' },
    { lattice: 'ring-4', model: 'bonds', shift: -0.7 },
    { lattice: 'ring-4', model: 'bonds', coupling: 0.4, shift: 0.7, steps: 2 },
    { lattice: 'ring-8', model: 'copies', coupling: 1 },
    { lattice: 'ring-4', model: 'wrongMarginal', coupling: 0.4 },
    { lattice: '2x2', model: 'wrongMarginal', shift: 1.5 },
    { model: 'independent', hiddenSpins: 4 },
    { model: 'independent', hiddenSpins: 1, shift: -2 },
  ];
  for (const values of cases) {
    const bench = new Bench(values);
    bench.run();
    const report = bench.report();
    const { statements, deltaF, kl, tau, information: mutualInformation } = bench.check();
    const shown = rg.describeMapping({ statements, deltaF, kl, tau, mutualInformation } as rg.MappingReport);
    assert.is(printed(programOf(bench.values, report)), shown, JSON.stringify(values));
  }
});

test('lights: which statements hold, nearly hold, and are refuted by the model', () => {
  const lights = (values: Partial<MapValues>) => {
    const bench = new Bench(values);
    bench.run();
    return statementsOf(bench.check(), bench.report().constant !== null).map(({ verdicts }) =>
      verdicts.map(({ light }) => light).join(' '),
    );
  };
  const [always, never] = ['holds holds holds', 'no no no'];
  assert.equal(lights({}), [always, never, 'silent refuted silent']);
  const { deltaF } = new Bench().check();
  assert.equal(lights({ shift: -deltaF }), [always, 'holds no no', 'refuted refuted silent']);
  assert.equal(lights({ steps: 300 }), [always, 'no nearly no', 'silent silent silent']);
  const ring = { lattice: 'ring-4', coupling: 0.4 } as const;
  assert.equal(lights({ ...ring, model: 'wrongMarginal' }), [always, 'holds no no', 'refuted silent silent']);
  assert.equal(lights({ ...ring, model: 'independent' }), [always, 'holds holds holds', 'silent silent refuted']);
  assert.equal(lights({ ...ring, model: 'bonds' }), [always, 'holds holds holds', 'silent silent silent']);
  assert.equal(lights({ ...ring, model: 'copies' }), [always, 'holds nearly nearly', 'silent silent silent']);
});

test('presets are models that there are, and each is known when it is shown', () => {
  for (const preset of PRESETS) {
    const bench = new Bench(preset.values);
    assert.is(bench.report().problem, null, preset.name);
    assert.equal(
      PRESETS.filter((one) => isShown(one, bench.values)).map(({ name }) => name),
      [preset.name],
    );
  }
  assert.not(isShown(PRESETS[0], valuesOf({ shift: 1 })));
});

test('domains are round and hold their values', () => {
  for (const values of [
    [0.1, 0.2],
    [-53.21, -53.2],
    [0, 1e-9],
    [-7, 3],
    [1000, 1001],
  ]) {
    const [low, high] = roundDomain(values, 0.2);
    assert.ok(low < Math.min(...values) && high > Math.max(...values), `${values}`);
    assert.ok(high - low >= 0.2 && high - low <= 3 * Math.max(0.2, values[1] - values[0]), `${low} … ${high}`);
  }
});

test('numbers as words', () => {
  assert.is(size(0), '0');
  assert.is(size(0.72551), '0.7255');
  assert.is(size(8.9e-16), '8.9·10⁻¹⁶');
  assert.is(size(Infinity), '∞');
  assert.is(signed(-2.7e-5), '-2.7·10⁻⁵');
  assert.is(signed(3e-15), '0');
  assert.is(signed(-1.5), '-1.5000');
  assert.is(subscript(10), '₁₀');
});

test('no property of an element is an attribute of every element', () => {
  const taken = [
    'hidden',
    'title',
    'lang',
    'dir',
    'id',
    'slot',
    'class',
    'className',
    'style',
    'translate',
    'draggable',
    'inert',
    'popover',
    'part',
    'role',
    'prefix',
    'children',
    'dataset',
    'nonce',
    'autofocus',
    'spellcheck',
  ];
  for (const { tag, properties } of SPECS) {
    for (const name of Object.keys(properties)) assert.not(taken.includes(name), `${tag}: ${name}`);
  }
});

test.run();
