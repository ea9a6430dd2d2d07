import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bitLayer,
  bondRbm,
  bondWeightedTrg,
  criticalCoupling,
  enumerateTerms,
  isingHamiltonian,
  kaufman,
  logPartition,
  onsagerLogPartition,
  Rbm,
  rbmTensor,
  rbmTensorLogPartition,
  SpinRbm,
  spinLayer,
  square,
  trg,
} from '../../../src/all.js';
import { near, refuses } from '../../assert.js';

const test = suite('rg/tensor/rbm');

const noise = (k: number) => Math.sin(12.9898 * (k + 1) * (k + 3)) * 0.8;

/** Weights of hidden units that each see a plaquette of a torus, `kinds` per plaquette. */
function local(side: number, kinds: number, weight: (site: number, corner: number, kind: number) => number) {
  const hidden = side * side * kinds;
  const weights = new Float32Array(side * side * hidden);
  for (let site = 0; site < side * side; site++) {
    const [y, x] = [Math.floor(site / side), site % side];
    for (let kind = 0; kind < kinds; kind++) {
      for (const corner of [0, 1, 2, 3]) {
        const [dy, dx] = [corner >> 1, corner & 1];
        const seen = ((y + dy) % side) * side + ((x + dx) % side);
        weights[seen * hidden + site * kinds + kind] = weight(site, corner, kind);
      }
    }
  }
  return { hidden, weights };
}

test('the bond RBM of the Ising model has its ln Z at any size', () => {
  const K = criticalCoupling;
  const rbm = bondRbm(isingHamiltonian({ lattice: square(8), coupling: K }));
  const { estimate, method, change, discarded } = rbmTensorLogPartition(rbm, { shape: [8, 8], bond: 16 });
  assert.is(method, 'tensor');
  const exact = kaufman(8, 8, K).logPartition;
  near(estimate, exact, 1e-3, 'ln Z');
  assert.ok(change > 0 && change < 1e-2, `change ${change}`);
  assert.ok(discarded > 0 && discarded < 1e-3, `discarded ${discarded}`);

  const network = rbmTensor(rbm, { shape: [8, 8] });
  assert.is(network.tensor.legs[0].sizes.length, 2);
  const steps = [...trg(network, { bond: 16, steps: 20 })];
  near(steps[20].logPartition, onsagerLogPartition(K), 1e-4, 'ln Z per site of the infinite lattice');
  const { dimensions } = steps[6].dimensions({ count: 2 });
  near(dimensions[1].dimension, 1 / 8, 3e-3, 'Δ of the spin');
});

test('without truncation: couplings that differ at every bond', () => {
  const lattice = square(4);
  const hamiltonian = isingHamiltonian({ lattice, coupling: Float64Array.from({ length: 32 }, (_, k) => noise(k)) });
  const rbm = bondRbm(hamiltonian);
  const exact = enumerateTerms({ sites: 16, terms: hamiltonian.terms }).logPartition;
  near(rbmTensorLogPartition(rbm, { shape: [4, 4], bond: 16 }).estimate, exact, 1e-10, 'ln Z');
  refuses(() => rbmTensor(rbm, { shape: [4, 4] }), RangeError, /^"rbm" expected tied weights/);
});

test('{0,1} and ±1 units, untied, against enumeration', () => {
  const { hidden, weights } = local(4, 1, (site, corner) => noise(5 * site + corner));
  const bias = (n: number) => Float32Array.from({ length: n }, (_, k) => noise(k + 7));
  for (const [visible, other] of [
    [bitLayer, bitLayer],
    [spinLayer, bitLayer],
    [bitLayer, spinLayer],
  ]) {
    const rbm = new Rbm({ visibleLayer: visible(bias(16)), hiddenLayer: other(bias(hidden)), weights });
    const { estimate, change } = rbmTensorLogPartition(rbm, { shape: [4, 4], bond: 16 });
    near(estimate, logPartition(rbm, { method: 'exact' }).estimate, 1e-4, 'ln Z');
    assert.ok(change < 0.05, `change ${change}`);
  }
});

test('tied weights with two kinds of hidden units: per site and as a whole', () => {
  const { hidden, weights } = local(4, 2, (_, corner, kind) => noise(corner + 9 * kind) / 2);
  const rbm = new Rbm({
    visible: 16,
    hidden,
    weights,
    visibleBias: new Float32Array(16).fill(0.1),
    hiddenBias: Float32Array.from({ length: hidden }, (_, j) => (j % 2 ? -0.4 : 0.2)),
  });
  const exact = logPartition(rbm, { method: 'exact', layer: 'visible' }).estimate;
  near(rbmTensorLogPartition(rbm, { shape: [4, 4], bond: 16 }).estimate, exact, 1e-4, 'any weights');
  const steps = [...bondWeightedTrg(rbmTensor(rbm, { shape: [4, 4] }), { bond: 16, steps: 4 })];
  near(steps[4].logPartition * 16, exact, 1e-4, 'the same everywhere');
});

test('what is no network of plaquettes is refused by name', () => {
  const { hidden, weights } = local(4, 1, () => 0.1);
  weights[10 * hidden] = 0.2;
  const wide = new SpinRbm({ visible: 16, hidden, weights });
  refuses(
    () => rbmTensor(wide, { shape: [4, 4] }),
    RangeError,
    '"rbm" expected hidden units that see sites of one plaquette each, got "hidden unit 0 with 5 sites"',
  );
  const rbm = bondRbm(isingHamiltonian({ lattice: square(4), coupling: 0.3 }));
  refuses(() => rbmTensor(rbm, { shape: [4, 5] }), RangeError, /^"shape" expected \[rows, columns\] of 16 visible/);
  refuses(() => rbmTensor(rbm, { shape: [2, 8] }), RangeError, '"shape[0]" expected integer >= 3, got 2');
  refuses(() => rbmTensorLogPartition(rbm, { shape: [4, 4], bond: 0 }), RangeError, /^"bond" expected integer/);
});

test.run();
