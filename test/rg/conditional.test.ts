import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpinData } from '../../src/ising/data/spinData.js';
import { chain, cubic, type Lattice, nameOfLattice, square, triangular } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { probabilityUp } from '../../src/rg/blocking/conditional.js';
import { filterRule } from '../../src/rg/blocking/filter.js';
import { layerRule } from '../../src/rg/blocking/layers.js';
import {
  type BlockingRule,
  decimationRule,
  functionRule,
  iteratedRule,
  majorityRule,
  softRule,
} from '../../src/rg/blocking/rule.js';
import { decimationOperator, majorityOperator, ruleOperator } from '../../src/rg/map/operators.js';
import { variationalStep } from '../../src/rg/map/variational.js';
import { refuses } from '../assert.js';
import { chiSquareTail } from '../physics/statistics.js';
import { Draws } from '../reference/draws.js';

const test = suite('rg/conditional');

const draws = new Draws(3);

/** An RBM of bits with hidden units of any weights. */
function bitRbm(visible: number, hidden: number): Rbm {
  const floats = (n: number, size: number) => Float32Array.from({ length: n }, () => draws.uniform(-size, size));
  const weights = floats(visible * hidden, 1);
  return new Rbm({ visible, hidden, weights, visibleBias: floats(visible, 1), hiddenBias: floats(hidden, 1) });
}

const cases: [name: string, rule: BlockingRule, lattice: Lattice][] = [
  ['majority of a square', majorityRule({ factor: 2 }), square(2, 4)],
  ['majority, ties to the first', majorityRule({ factor: 2, ties: 'first' }), square(4, 2)],
  ['majority of a chain', majorityRule({ factor: 3 }), chain(9)],
  ['majority of a cube', majorityRule({ factor: [1, 2, 2] }), cubic(2)],
  ['soft rule of a cube', softRule({ factor: 2, weight: 0.3 }), cubic(2)],
  ['soft rule of rhombi', softRule({ factor: [2, 1], weight: 0.6 }), triangular(2, 4)],
  ['majority of triangles', majorityRule({ factor: 'sqrt3' }), triangular(3)],
  ['soft rule of triangles', softRule({ factor: 'sqrt3', weight: 0.5 }), triangular(3)],
  ['decimation', decimationRule({ factor: [2, 2], site: [1, 0] }), square(2, 4)],
  ['decimation of triangles', decimationRule({ factor: 'sqrt3', site: [1] }), triangular(3)],
  [
    'function',
    functionRule({ name: 'weighted', factor: 2, probability: ([a, b, c, d]) => (4.5 + a + 2 * b - c + d / 2) / 9 }),
    square(2, 4),
  ],
  ['layer', layerRule(bitRbm(8, 3)), square(2, 4)],
  [
    'filter larger than its stride',
    filterRule({ weights: [0.1, 0.3, 0.2, 0.9, 0, -0.4], size: [2, 3], origin: [0, -1], bias: 0.2, stride: 2 }),
    square(2, 4),
  ],
  [
    'filter of bits',
    filterRule({ weights: [1, -2, 0.5, 0.2], size: 2, bias: -0.3, stride: 2, units: 'bits' }),
    square(2, 4),
  ],
  [
    'filter of more sites than a table has',
    filterRule({ weights: Float64Array.from({ length: 13 }, () => draws.uniform(-0.1, 0.1)), size: 13, stride: 7 }),
    chain(14),
  ],
  ['filter of a chain', filterRule({ weights: [0.5, 1, 0.5], size: 3, origin: [0, -1], stride: 2 }), chain(8)],
];

for (const [name, rule, lattice] of cases) {
  test(`${name}: what is drawn has the probabilities that the rule tells`, () => {
    const { sites } = lattice;
    const spins = rule.spins!(lattice);
    const states = 1 << sites;
    const times = Math.ceil(2 ** 15 / states) * 4;
    const count = states * times;
    const stride = Math.ceil(sites / 8);
    const bytes = Uint8Array.from({ length: count * stride }, (_, k) => {
      return ((Math.floor(k / stride) % states) >> (8 * (k % stride))) & 255;
    });
    const { shape } = lattice;
    const plane: [number, number] = shape.length === 1 ? [1, sites] : [sites / shape.at(-1)!, shape.at(-1)!];
    const parameters = { lattice: nameOfLattice(lattice), shape };
    const coarse = rule.apply(new SpinData(count, plane, bytes, { source: 'this test', parameters }), { seed: name });
    assert.is(coarse.width, spins.length);
    // each (state, coarse spin) is binomial; coarse spins of one state are independent, so are their pairs
    let [chi, freedom, pairs, pairFreedom] = [0, 0, 0, 0];
    for (let state = 0; state < states; state++) {
      const v = Int8Array.from({ length: sites }, (_, i) => ((state >> i) & 1 ? 1 : -1));
      const p = spins.map((spin) => probabilityUp(spin, v));
      const ups = spins.map(() => 0);
      let both = 0;
      for (let r = state; r < count; r += states) {
        for (let k = 0; k < spins.length; k++) ups[k] += coarse.bit(r, k);
        both += spins.length > 1 ? coarse.bit(r, 0) & coarse.bit(r, 1) : 0;
      }
      p.forEach((up, k) => {
        if (up < 1e-9 || up > 1 - 1e-9) assert.is(ups[k], Math.round(up) * times, `spin ${k} of state ${state}`);
        else {
          chi += (ups[k] - times * up) ** 2 / (times * up * (1 - up));
          freedom++;
        }
      });
      if (spins.length < 2) continue;
      const q = p[0] * p[1];
      if (q > 1e-9 && q < 1 - 1e-9) {
        pairs += (both - times * q) ** 2 / (times * q * (1 - q));
        pairFreedom++;
      }
    }
    for (const [value, n] of [
      [chi, freedom],
      [pairs, pairFreedom],
    ]) {
      if (n === 0) continue;
      const tail = chiSquareTail(value, n);
      // two statements per case: p < 1e-5 once in 3000 runs of the file
      assert.ok(tail > 1e-5, `χ² = ${value} of ${n}: p = ${tail}`);
    }
    const step = variationalStep(isingHamiltonian({ lattice, coupling: 0.3, field: 0.1 }), ruleOperator(rule, lattice));
    assert.ok(Math.abs(step.deltaF) < 1e-11, `ΔF = ${step.deltaF}`);
  });
}

test('operators of rules are those of blocks', () => {
  const lattice = square(2, 4);
  const blocks = [
    [0, 1, 4, 5],
    [2, 3, 6, 7],
  ];
  const strip = ({ name, ...others }: { name: string }) => others;
  assert.equal(strip(ruleOperator(majorityRule({ factor: 2 }), lattice)), strip(majorityOperator(8, blocks)));
  assert.equal(
    strip(ruleOperator(softRule({ factor: 2, weight: 0.7 }), lattice)),
    strip(majorityOperator(8, blocks, 0.7)),
  );
  assert.equal(strip(ruleOperator(decimationRule({ factor: 2 }), lattice)), strip(decimationOperator(8, [0, 2])));
});

test('a filter of equal weights, as large as its stride, is the soft rule, and a wide one the majority', () => {
  const lattice = cubic(4, 2, 2);
  const filter = filterRule({ weights: new Float64Array(8).fill(0.4), size: 2, stride: 2 });
  assert.equal(filter.spins!(lattice), softRule({ factor: 2, weight: 0.4 }).spins!(lattice));
  const [hard] = filterRule({ weights: new Float64Array(8).fill(50), size: 2, stride: 2 }).spins!(cubic(2));
  const [majority] = majorityRule({ factor: 2 }).spins!(cubic(2));
  for (let state = 0; state < 256; state++) {
    const v = Int8Array.from({ length: 8 }, (_, i) => ((state >> i) & 1 ? 1 : -1));
    assert.ok(Math.abs(probabilityUp(hard, v) - probabilityUp(majority, v)) < 1e-15);
  }
});

test('refusals', () => {
  refuses(
    () => ruleOperator(iteratedRule(majorityRule({ factor: 2 }), 2), square(4)),
    RangeError,
    '"rule" expected a rule of one step, with independent coarse spins, got "2 × majority, b = 2"',
  );
  refuses(() => ruleOperator({} as never, square(4)), TypeError, /^"rule"/);
  refuses(() => ruleOperator(majorityRule({ factor: 3 }), square(4)), RangeError, /a multiple of 3 such as 3 or 6/);
  const coin = functionRule({ name: 'coin', factor: 2, probability: () => 0.5 });
  refuses(
    () => ruleOperator(coin, square(4, 6)),
    RangeError,
    '"lattice" expected at most 24 fine and coarse spins, got 30',
  );
});

test.run();
