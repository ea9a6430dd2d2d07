import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { Rbm } from '../../src/rbm/model/rbm.js';
import { Stack } from '../../src/rbm/stack/stack.js';
import { meanCouplings, stackCouplings } from '../../src/rg/couplings/ofStack.js';
import { finish } from '../../src/util/work.js';

const test = suite('rg/ofStack');

/** A hidden unit per 2×2 block of the 4×4 lattice, and one unit for the four of them. */
function stackOf(weight: number): Stack {
  const first = new Float32Array(64);
  for (let site = 0; site < 16; site++) first[site * 4 + 2 * (site >> 3) + ((site & 3) >> 1)] = weight;
  const rbm = (visible: number, hidden: number, weights: Float32Array) =>
    new Rbm({
      visible,
      hidden,
      weights,
      visibleBias: new Float32Array(visible).fill(-weight / 2),
      hiddenBias: new Float32Array(hidden).fill((-weight * visible) / hidden / 2),
    });
  return new Stack([rbm(16, 4, first), rbm(4, 1, new Float32Array(4).fill(weight))], [4, 4]);
}

const fresh = new Ising({ lattice: square(4), coupling: 0.3, seed: 1 }).sample(500);
const couplingsOf = (stack: Stack) => finish(stackCouplings(stack, fresh, { pairs: 4, seed: 1 }));

test('the data and every layer: the RBMs beside them, places of the units, couplings of the configurations', () => {
  const layers = couplingsOf(stackOf(2));
  assert.equal(
    layers.map(({ layer, units, induced }) => [layer, units, induced.map(({ from }) => from).join()]),
    [
      [0, 16, 'above'],
      [1, 4, 'below,above'],
      [2, 1, ''],
    ],
  );
  const [data, blocks, top] = layers;
  // W = 2 of bits is ½ of spins: K of four spins in a block by one hidden spin, none between blocks
  assert.ok(data.induced[0].nearest.share > 0.5 && data.induced[0].bins[0].size > 0.01);
  // blocks share no unit below them
  assert.ok(blocks.induced[0].bins.every(({ size }) => size < 1e-12));
  assert.ok(blocks.induced[1].bins.every(({ size }) => size > 0.01));
  assert.is(blocks.compact, 1);
  assert.is(top.sampled, null);
  const { value, error } = data.sampled?.nearest ?? { value: Number.NaN, error: Number.NaN };
  assert.ok(Math.abs(value - 0.3) < 4.5 * error, `${value} ± ${error}`);
});

test('means over stacks, with errors where there are several; null where no stack has a value', () => {
  const [one, other] = [1, 2].map((weight) => couplingsOf(stackOf(weight)));
  const { units, induced, nearest } = meanCouplings([one[0], other[0]]);
  const shares = [one, other].map(
    ([
      {
        induced: [own],
      },
    ]) => own.nearest.share,
  );
  assert.is(units, 16);
  assert.ok(Math.abs(induced[0].share.value - (shares[0] + shares[1]) / 2) < 1e-12);
  assert.ok(Math.abs((induced[0].share.error as number) - Math.abs(shares[0] - shares[1]) / 2) < 1e-12);
  // the same fresh configurations
  assert.equal(nearest, { value: one[0].sampled?.nearest.value, error: 0 });
  const top = meanCouplings([one[2]]);
  assert.equal([top.induced, top.nearest, top.effective], [[], null, null]);
  assert.is(meanCouplings([one[1]]).compact.error, null);
});

test.run();
