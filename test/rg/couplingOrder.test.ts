/** Orders of the couplings of an RBM, against all couplings by enumeration. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isingHamiltonian, square } from '../../src/ising/index.js';
import { couplingOrder, exactCouplings, rbmOf, SpinRbm } from '../../src/rg/index.js';
import type { Estimate } from '../../src/util/estimate.js';
import { normalNumbers } from '../../src/wasm/draws.js';

const test = suite('rg/couplingOrder');

/** Σ|S| K²/ΣK² over even sets and the share of odd ones, from all couplings. */
function exactOrder(rbm: SpinRbm): { even: number; oddShare: number } {
  const sums = { even: 0, weighted: 0, odd: 0 };
  for (const { sites, coupling } of exactCouplings(rbm, { cut: 0 }).hamiltonian.terms) {
    if (sites.length % 2 === 1) sums.odd += coupling ** 2;
    else if (sites.length > 0) {
      sums.even += coupling ** 2;
      sums.weighted += sites.length * coupling ** 2;
    }
  }
  return { even: sums.weighted / sums.even, oddShare: sums.odd / (sums.even + sums.odd) };
}

function within(found: Estimate | null, exact: number, most: number, label: string): void {
  const { value, error } = found!;
  assert.ok(error! < most, `${label}: error ${error}`);
  assert.ok(Math.abs(value - exact) < 4 * error!, `${label}: ${value}(${error}), exact ${exact}`);
}

for (const strength of [0.3, 1, 3]) {
  test(`weights of ${strength}: the orders of all 2^10 couplings`, () => {
    const rbm = new SpinRbm({
      visible: 10,
      hidden: 6,
      weights: normalNumbers(7n, 60, strength),
      visibleBias: normalNumbers(8n, 10, strength / 3),
      hiddenBias: normalNumbers(9n, 6, strength / 3),
    });
    const exact = exactOrder(rbm);
    const found = couplingOrder(rbm, { samples: 20_000, flips: 4, seed: 5 });
    within(found.even, exact.even, 0.05, 'even');
    within(found.oddShare, exact.oddShare, 0.02, 'odd');
    assert.equal(couplingOrder(rbm, { samples: 20_000, flips: 4, seed: 5 }), found);
  });
}

test('an RBM of pairs has order 2 and no odd couplings; one without couplings has no order', () => {
  const pairs = rbmOf(isingHamiltonian({ lattice: square(4), coupling: 0.4 }));
  const { even, oddShare } = couplingOrder(pairs, { seed: 1 });
  within(even, 2, 0.1, 'pairs');
  assert.ok(oddShare!.value < 1e-20, String(oddShare!.value));
  const none = new SpinRbm({ visible: 4, hidden: 3, weights: new Float64Array(12) });
  assert.equal(couplingOrder(none, { seed: 1 }), { even: null, oddShare: null });
});

test('one unit that joins four spins, from many samples', () => {
  const one = new SpinRbm({ visible: 4, hidden: 1, weights: [1, 1, 1, 1] });
  within(couplingOrder(one, { samples: 200_000, seed: 3 }).even, exactOrder(one).even, 0.01, 'even');
});

test('wrong options are refused', () => {
  const rbm = new SpinRbm({ visible: 1, hidden: 1, weights: [1] });
  assert.throws(() => couplingOrder(rbm, { samples: 3 }), /^"samples"/);
  assert.throws(() => couplingOrder(rbm, { sample: 3 } as never), /sample/);
  assert.throws(() => couplingOrder({} as never), /^"rbm"/);
});

test.run();
