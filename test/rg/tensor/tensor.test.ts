import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type BlockTensor,
  contract,
  dimensionOf,
  type Leg,
  permute,
  scaleLeg,
  split,
  squaredNorm,
  zeros,
} from '../../../src/rg/tensor/tensor.js';
import { allNear, near } from '../../assert.js';

const test = suite('rg/tensor/tensor');

const ORDER = 3;
const legs: Leg[] = [
  { sizes: [2, 1, 2], arrow: 1 },
  { sizes: [1, 2, 1], arrow: -1 },
  { sizes: [2, 2, 1], arrow: -1 },
  { sizes: [1, 1, 3], arrow: 1 },
];

const chargesOf = (leg: Leg) => leg.sizes.flatMap((size, charge) => new Array<number>(size).fill(charge));

/** All index tuples of legs, last leg fastest. */
function* tuples(all: readonly Leg[]): Generator<number[]> {
  const sizes = all.map(dimensionOf);
  const count = sizes.reduce((product, size) => product * size, 1);
  for (let place = 0; place < count; place++) {
    let rest = place;
    const index = sizes.map(() => 0);
    for (let k = sizes.length - 1; k >= 0; k--) {
      index[k] = rest % sizes[k];
      rest = Math.floor(rest / sizes[k]);
    }
    yield index;
  }
}

const total = (all: readonly Leg[], index: readonly number[]) =>
  index.reduce((sum, i, k) => sum + all[k].arrow * chargesOf(all[k])[i] + ORDER, 0) % ORDER;

/** Entries that look random where the charge is conserved. */
function sample(all: readonly Leg[], seed: number): BlockTensor {
  const tensor = zeros(all);
  let place = 0;
  for (const index of tuples(all)) {
    tensor.values[place] = total(all, index) === 0 ? Math.sin(seed + 1.7 * place * place) : 0;
    place++;
  }
  return tensor;
}

const opposite = (leg: Leg): Leg => ({ sizes: leg.sizes, arrow: leg.arrow === 1 ? -1 : 1 });

test('a contraction is the plain sum', () => {
  const a = sample(legs, 1);
  const b = sample([opposite(legs[2]), legs[1], opposite(legs[0])], 2);
  const product = contract(a, [0, 2], b, [2, 0]);
  const expected: number[] = [];
  const at = (tensor: BlockTensor, index: number[]) =>
    tensor.values[index.reduce((place, i, k) => place * dimensionOf(tensor.legs[k]) + i, 0)];
  for (const [j, l, m] of tuples([legs[1], legs[3], legs[1]])) {
    let sum = 0;
    for (const [i, k] of tuples([legs[0], legs[2]])) sum += at(a, [i, j, k, l]) * at(b, [k, m, i]);
    expected.push(sum);
  }
  allNear(product.values, expected, 1e-14, 'product');
  assert.equal(product.legs, [legs[1], legs[3], legs[1]]);
});

test('permuted and back', () => {
  const a = sample(legs, 3);
  const there = permute(a, [2, 0, 3, 1]);
  assert.equal(there.legs, [legs[2], legs[0], legs[3], legs[1]]);
  assert.equal(permute(there, [1, 3, 0, 2]), a);
});

test('a split without truncation gives the tensor back', () => {
  const a = sample(legs, 4);
  const { u, s, v, discarded } = split(a, [0, 3], 100);
  const product = contract(scaleLeg(u, 2, s), [2], v, [0]);
  allNear(permute(product, [0, 2, 3, 1]).values, a.values, 1e-13, 'u s v');
  near(discarded, 0, 1e-14, 'discarded');
});

test('a split keeps the largest values of all charges', () => {
  const a = sample(legs, 5);
  const all = [...split(a, [0, 3], 100).s].sort((x, y) => y - x);
  const { u, s, v, discarded } = split(a, [0, 3], 5);
  allNear(
    [...s].sort((x, y) => y - x),
    all.slice(0, 5),
    1e-12,
    'values',
  );
  const rest = all.slice(5).reduce((sum, x) => sum + x * x, 0);
  near(discarded, rest / squaredNorm(a), 1e-12, 'discarded');
  const product = permute(contract(scaleLeg(u, 2, s), [2], v, [0]), [0, 2, 3, 1]);
  const lost = product.values.reduce((sum, x, k) => sum + (x - a.values[k]) ** 2, 0);
  near(lost, rest, 1e-12, 'distance');
});

test.run();
