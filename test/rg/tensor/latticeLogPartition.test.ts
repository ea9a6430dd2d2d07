import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BitRows,
  bitLayer,
  bondRbm,
  isingHamiltonian,
  kaufman,
  latticeLogPartition,
  latticeLogPartitionAsync,
  logLikelihood,
  logPartition,
  type Progress,
  Rbm,
  rbmTensorLogPartition,
  spinLayer,
  square,
} from '../../../src/all.js';
import { near, refuses } from '../../assert.js';
import { Draws } from '../../reference/draws.js';

const test = suite('rg/tensor/latticeLogPartition');

/** Two-valued units, a hidden one per site that sees its plaquette, weights and biases uniform in ±size. */
function local(rows: number, columns: number, size: number, tied: boolean, layer = bitLayer): Rbm {
  const draws = new Draws(rows * 100 + columns);
  const sites = rows * columns;
  const some = (n: number) => Float32Array.from({ length: n }, () => draws.uniform(-size, size));
  const corners = some(4);
  const weights = new Float32Array(sites * sites);
  for (let site = 0; site < sites; site++) {
    const [y, x] = [Math.floor(site / columns), site % columns];
    const own = tied ? corners : some(4);
    [0, 1, 2, 3].forEach((k) => {
      const seen = ((y + (k >> 1)) % rows) * columns + ((x + (k & 1)) % columns);
      weights[seen * sites + site] = own[k];
    });
  }
  const bias = (n: number) => (tied ? new Float32Array(n).fill(0.3) : some(n));
  return new Rbm({ visibleLayer: layer(bias(sites)), hiddenLayer: layer(bias(sites)), weights }) as Rbm;
}

const bond = (side: number, coupling: number): Rbm => {
  const { hidden, weights } = bondRbm(isingHamiltonian({ lattice: square(side), coupling }));
  const spins = (n: number) => spinLayer(new Float32Array(n));
  return new Rbm({
    visibleLayer: spins(side ** 2),
    hiddenLayer: spins(hidden),
    weights: Float32Array.from(weights),
  }) as Rbm;
};

test('by tensors it is the exact log Z, on even and odd sides, tied and not, of bits and spins', () => {
  for (const [rows, columns] of [
    [3, 3],
    [4, 4],
    [3, 5],
    [5, 4],
  ]) {
    for (const tied of [false, true]) {
      for (const layer of [bitLayer, spinLayer]) {
        const rbm = local(rows, columns, layer === bitLayer ? 1 : 0.25, tied, layer as typeof bitLayer);
        const found = latticeLogPartition(rbm, { shape: [rows, columns], method: 'tensor' });
        const exact = logPartition(rbm, { method: 'exact' }).estimate;
        const what = `${rows}×${columns}, ${tied ? 'tied' : 'any'} weights of ${rbm.visibleLayer.kind}`;
        near(found.estimate, exact, 2e-4, what);
        assert.ok(
          found.lower <= exact + 1e-7 && exact <= found.upper + 1e-7,
          `${what}: ${exact}, ${JSON.stringify(found)}`,
        );
      }
    }
  }
});

test('the bond RBM of an Ising torus of 8 × 8 at K = 0.4: ln Z of Kaufman; tied weights are those of a network of one tensor', () => {
  const K = 0.4;
  const found = latticeLogPartition(bond(8, K), { shape: [8, 8] });
  assert.is(found.method, 'tensor');
  assert.is(found.withoutTensors, undefined);
  const { bond: dimension, change } = found.tensors!;
  assert.is(dimension, 16);
  // weights are float32
  near(found.estimate, kaufman(8, 8, K).logPartition + 128 * (Math.LN2 + K), 1e-3, 'ln Z');
  assert.ok(change > 0 && change < 1e-3 && found.error === change, `change ${change}`);

  // on sides of powers of 2 a tied RBM is one tensor; with a weight that differs by rounding of float32 it is one per site
  const tied = local(8, 8, 0.5, true);
  const alone = rbmTensorLogPartition(tied, { shape: [8, 8], bond: 8 });
  const weights = tied.weights.map((w, k) => (k === tied.weights.findIndex((x) => x !== 0) ? w * (1 + 2 ** -22) : w));
  const { visibleLayer, hiddenLayer } = tied;
  const apart = rbmTensorLogPartition(new Rbm({ visibleLayer, hiddenLayer, weights }), { shape: [8, 8], bond: 8 });
  near(apart.estimate, alone.estimate, 1e-5, 'one tensor or 64');
});

test('auto enumerates what is quick, and says why it anneals what tensors do not know', () => {
  const small = latticeLogPartition(local(4, 4, 1, false), { shape: [4, 4] });
  assert.is(small.method, 'exact');
  const wide = bond(6, 0.3);
  const weights = wide.weights.slice();
  weights[20 * wide.hidden] = 0.1;
  const { visibleLayer, hiddenLayer } = wide;
  const other = new Rbm({ visibleLayer, hiddenLayer, weights }) as Rbm;
  const few = { chains: 30, temperatures: 30 };
  const annealed = latticeLogPartition(other, { shape: [6, 6], ...few });
  assert.is(annealed.method, 'annealing');
  assert.match(
    annealed.withoutTensors!,
    /hidden units that see sites of one plaquette each, got "hidden unit 0 with 3 sites"/,
  );
  assert.match(
    latticeLogPartition(bond(6, 0.3), { shape: [1, 36], ...few }).withoutTensors!,
    /"shape\[0\]" expected integer/,
  );
  assert.is(
    latticeLogPartition(bond(6, 0.3), { shape: [6, 6], method: 'annealing', ...few }).withoutTensors,
    undefined,
  );
});

test('with pauses: the same, with progress; a likelihood takes the result', async () => {
  const rbm = bond(6, 0.3);
  const seen: Progress[] = [];
  const options = { shape: [6, 6], bond: 8 };
  const found = await latticeLogPartitionAsync(rbm, { ...options, onProgress: (progress) => void seen.push(progress) });
  assert.equal(found, latticeLogPartition(rbm, options));
  assert.is(seen[0].stage, 'contract, χ = 8');
  assert.ok(
    seen.every(
      ({ done, total, stage }, k) => total === 36 && (done > (seen[k - 1]?.done ?? -1) || stage !== seen[k - 1].stage),
    ),
  );
  const data = new BitRows(
    3,
    36,
    Uint8Array.from({ length: 15 }, (_, k) => (k % 5 === 4 ? 5 : 37 * k)),
  );
  const { lower, mean, upper } = logLikelihood(rbm, data, found);
  assert.ok(lower < mean && mean < upper);
});

test('wrong input is refused by name', () => {
  const rbm = bond(6, 0.3);
  refuses(() => latticeLogPartition(rbm, { shape: [6, 5] }), RangeError, /^"shape" expected \[rows, columns\] of 36/);
  refuses(
    () => latticeLogPartition(rbm, { shape: [1, 36], method: 'tensor' }),
    RangeError,
    /^"shape\[0\]" expected integer/,
  );
  refuses(
    () => latticeLogPartition(rbm, { shape: [6, 6], bond: 33 }),
    RangeError,
    /^"bond" expected integer in \[1, 32\]/,
  );
  refuses(() => latticeLogPartition(rbm, { shape: [6, 6], method: 'all' as never }), RangeError, /^"method"/);
  refuses(
    () => latticeLogPartition(rbm, { shape: [6, 6], size: 1 } as never),
    RangeError,
    /^"size" expected an option/,
  );
  refuses(() => latticeLogPartition({} as never, { shape: [6, 6] }), TypeError, /^"rbm" expected Rbm/);
});

test.run();
