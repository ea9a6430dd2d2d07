/** The smaller zoo of other kinds of models: its data, likelihoods that are known otherwise, and a short run from end to end. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { head, line, MAKER, resultOf, waysFor } from '../../bench/defaults/kinds.js';
import { GROUPS, independentOf, KINDS, scoreOf } from '../../bench/defaults/kindZoo.js';
import { blobLikelihood, blobRows, chainLikelihood, chainRows, greyStrokes } from '../../bench/defaults/realRows.js';
import { rectifiedLogPartition } from '../../bench/defaults/rectifiedPartition.js';
import { withTables } from '../../bench/defaults/tables.js';
import { type AnyRbm, gaussianLayer, logPartition, Rbm, RealRows, reluLayer, trainRbm } from '../../src/all.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('bench/kinds');

const near = (a: number, b: number, error: number) => assert.ok(Math.abs(a - b) <= error, `${a}, expected ${b}`);

test('names are unique, and every group has data of the widths that its options ask for', async () => {
  assert.is(new Set(KINDS.map(({ name }) => name)).size, KINDS.length);
  for (const group of GROUPS) assert.ok(KINDS.some((set) => set.group === group));
  for (const set of KINDS.filter(({ group, name }) => group !== 'stacks' || name.includes('layer 1'))) {
    const { train, heldOut, exactBest } = await set.data();
    assert.is(train.width, heldOut.width, set.name);
    assert.is(train instanceof RealRows, set.group === 'real visible units');
    const { tied, hidden } = set.options;
    if (tied) assert.is((tied as number[]).reduce((a, b) => a * b) * (hidden / train.width), hidden);
    const independent = independentOf({ train, heldOut });
    assert.ok(exactBest === undefined || exactBest > independent, `${set.name}: ${exactBest}, ${independent}`);
    assert.is(new Set(waysFor(set).map((way) => JSON.stringify(way))).size, waysFor(set).length);
  }
});

test('real rows are what they are said to be', () => {
  const one = { means: [Float64Array.of(1, -2)], deviation: 2 };
  const rows = blobRows(one, 20_000, 3);
  rows.means().forEach((mean, i) => {
    near(mean, one.means[0][i], 0.06);
  });
  // minus the entropy of a Gaussian
  near(blobLikelihood(one, rows), -Math.log(2 * Math.PI * Math.E * 4), 0.03);
  const chain = chainRows(0.8, 5, 20_000, 4);
  near(chainLikelihood(0.8, chain), -(5 * Math.log(2 * Math.PI * Math.E) + 4 * Math.log(0.36)) / 2, 0.05);
  const products = Array.from({ length: chain.count }, (_, r) => chain.row(r)[0] * chain.row(r)[3]);
  near(products.reduce((a, b) => a + b) / chain.count, 0.8 ** 3, 0.04);
  const grey = greyStrokes(50, 1);
  assert.is(grey.width, 36);
  assert.ok(grey.values.every((x) => x >= 0 && x < 17) && grey.values.some((x) => x > 16));
});

test('log Z of three rectified units: annealing agrees, and infinite where there is no distribution', () => {
  const draw = normal(xoshiro128(seedWords(2)));
  const machine = (deviation: number) =>
    new Rbm({
      visibleLayer: gaussianLayer(Float32Array.of(0.5, -1, 0.3, 0), Float32Array.of(1, 2, 0.5, 1)),
      hiddenLayer: reluLayer(Float32Array.of(0.4, -0.8, 1), Float32Array.of(1, 1, 1)),
      weights: Float32Array.from({ length: 12 }, () => deviation * draw()),
    }) as unknown as AnyRbm;
  const rbm = machine(0.25);
  const exact = rectifiedLogPartition(rbm);
  near(rectifiedLogPartition(rbm, 200), exact, 1e-6);
  const { estimate, error } = logPartition(rbm, { method: 'annealing', chains: 400, temperatures: 400 });
  near(exact, estimate, 5 * error);
  assert.ok(error < 0.02);
  assert.is(rectifiedLogPartition(machine(2)), Infinity);
});

test('a short run of one set of each kind, to a line of its table', async () => {
  for (const name of [
    'Gaussian chain, 12 {0,1} hidden',
    'Ising 4×4, K = 0.3, 1 filter',
    'bars and stripes 4×4, layer 1',
  ]) {
    const set = KINDS.find((each) => each.name.startsWith(name))!;
    const result = await resultOf(set, [1], { epochs: 1, outcome: false });
    assert.is(result.others.length, waysFor(set).length);
    const { train, heldOut } = await set.data();
    assert.is(result.independent, independentOf({ train, heldOut }));
    assert.ok([...result.own, ...result.others].every(({ logLikelihood }) => logLikelihood < 0));
    const cells = (text: string) => text.split(' | ').length;
    assert.is(cells(line(result)), cells(head(set).split('\n')[0]));
  }
});

test('four Gaussians by the default: a rate of 0.01 left -45.98 to this seed, the distribution itself has -41.58', async () => {
  const set = KINDS.find(({ name }) => name === 'four Gaussians, raw, 8 {0,1} hidden')!;
  const { train, heldOut } = await set.data();
  const { rbm } = await trainRbm<never, never>(train, { ...set.options, seed: 11, outcome: false });
  const found = scoreOf(rbm as AnyRbm, heldOut);
  assert.ok(found > -43.5, `${found}`);
});

test('tables stand between their own marks', () => {
  const mark = (word: string) => `<!-- tables of bench/defaults/kinds.ts: ${word} -->`;
  const page = `before\n${mark('begin')}\nold\n${mark('end')}\nafter\n`;
  const once = withTables('a.md', page, 'new', MAKER);
  assert.ok(once.startsWith('before\n') && once.endsWith('\nafter\n') && !once.includes('old'));
  assert.is(withTables('a.md', once, 'new', MAKER), once);
  assert.throws(() => withTables('a.md', 'nothing', 'new', MAKER), /^"a\.md" expected the marks/);
});

test.run();
