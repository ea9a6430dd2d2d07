import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { couplingsFlow } from '../../src/experiments/couplings-flow/index.js';
import {
  displacement,
  inducedCouplings,
  placeSites,
  placeUnits,
  sampledShells,
} from '../../src/experiments/couplings-flow/layer.js';
import type { SampledCouplings } from '../../src/experiments/couplings-flow/result.js';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { bondRbm } from '../../src/rg/couplings/decoration.js';
import { finish } from '../../src/util/work.js';
import { checkResume } from './resume.js';

const test = suite('experiments/couplings-flow');

const TINY = { side: 6, hidden: [9, 4], samples: 300, measured: 200, epochs: 3, seeds: 2, pairs: 6 };

test('the bond RBM of the torus, seen by the measurement: K at distance 1 and nothing else, all |K| nearest', () => {
  const coupling = 0.4;
  const side = 8;
  const rbm = bondRbm(isingHamiltonian({ lattice: square(side), coupling }));
  const options = { from: 'above' as const, pairs: 5, seed: 1 };
  const { bins, nearest, effective, range, strongest } = finish(
    inducedCouplings(rbm, placeSites([side, side]), options),
  );
  assert.ok(Math.abs(nearest.share - 1) < 1e-10 && Math.abs(effective - coupling) < 1e-10);
  assert.ok(Math.abs(nearest.pairs - 128 / (32 * 63)) < 1e-12);
  for (const { distance, size, pairs, sampled, shuffled } of bins) {
    assert.ok(Math.abs(size - (distance < 1.2 ? coupling : 0)) < 1e-10, `${distance}: ${size}`);
    assert.is(pairs, sampled);
    // with the units exchanged 128 of 2016 pairs have K, wherever they are
    const [low, high] = shuffled as [number, number];
    assert.ok(low < (coupling * 128) / 2016 && high > (coupling * 128) / 2016 && high < coupling / 2);
  }
  assert.is(range, null);
  assert.is(strongest?.length, 128);
  // in a larger layer a few pairs of each distance say the same: here the couplings of one distance are all alike
  const large = bondRbm(isingHamiltonian({ lattice: square(11), coupling }));
  const few = finish(inducedCouplings(large, placeSites([11, 11]), options));
  assert.ok(Math.abs(few.effective - coupling) < 1e-10 && few.bins.every(({ sampled }) => sampled === 5));
  assert.is(few.strongest, null);
});

test('shells of Ising data: K and three zeros', () => {
  const data = new Ising({ lattice: square(8), coupling: 0.35, seed: 5 }).sample(1500);
  const found = sampledShells(data, placeSites([8, 8])) as SampledCouplings;
  assert.equal(
    found.shells.map(({ name, partners }) => [name, partners]),
    [
      ['nearest', 4],
      ['second', 4],
      ['third', 12],
      ['rest', 43],
    ],
  );
  // five scores: one above 4.2 has p = 1e-4
  const scores = found.shells.map(({ coupling, error }, k) => (coupling - (k === 0 ? 0.35 : 0)) / error);
  const { value, error } = found.effective;
  assert.ok(
    [...scores, (value - 0.35) / error].every((score) => Math.abs(score) < 4.2),
    `${scores} ${value}`,
  );
});

test('units stand where their fields are, and a field of zeros nowhere; the shortest way crosses the seam', () => {
  const fields = [0, 1, 2].map(() => new Float32Array(36));
  fields[0][7] = 2; // (1, 1)
  fields[1][0] = -1; // (0, 0), turned
  const placed = placeUnits(1, fields, [6, 6]);
  assert.is(placed.centres[2], null);
  assert.ok(Math.hypot(...displacement(placed.centres[0] as [number, number], [1, 1], [6, 6])) < 1e-12);
  assert.equal(placed.signs, [1, -1, 1]);
  assert.is(placed.spacing, Math.sqrt(12));
  assert.equal(displacement([0, 5], [5, 0], [6, 6]), [-1, 1]);
});

test('tiny: couplings, figures and words without NaN; stopped and gone on with, the same', async () => {
  const parameters = resolveParameters(couplingsFlow, 'quick', TINY);
  const outcome = await checkResume(couplingsFlow, parameters);
  assert.not.match(JSON.stringify(outcome.numbers), /NaN|Infinity/);
  assert.equal(
    outcome.stacks.map(({ point }) => [point.data, point.run]),
    [
      ['ising', 0],
      ['ising', 1],
      ['shuffled', 0],
      ['coins', 0],
    ],
  );
  assert.equal(
    outcome.blocks.map(({ layers }) => layers.map(({ side }) => side)),
    [
      [6, 3],
      [6, 3],
    ],
  );
  for (const { layers } of outcome.stacks) {
    assert.equal(
      layers.map(({ induced }) => induced.map(({ from }) => from)),
      [['above'], ['below', 'above'], ['below']],
    );
  }
  // what the data are is seen in layer 0: four scores, one above 4 has p = 3e-4
  for (const { point, layers } of outcome.stacks) {
    const { value, error } = (layers[0].sampled as NonNullable<(typeof layers)[0]['sampled']>).nearest;
    const expected = point.data === 'ising' ? parameters.coupling : 0;
    if (point.data !== 'shuffled')
      assert.ok(Math.abs(value - expected) < 4 * error, `${point.data}: ${value} ± ${error}`);
    else assert.ok(value < 0.3 * parameters.coupling, `${value}`);
  }
  const figures = await couplingsFlow.figures(outcome);
  assert.equal(
    figures.map(({ name }) => name),
    ['couplings-0', 'couplings-1', 'effective-coupling', 'map'],
  );
  for (const { svg, caption } of figures) assert.not.match(svg + caption, /NaN|undefined|Infinity/);
  assert.match(figures[1].caption, 'Couplings of coin tosses are those that noise leaves');
  const stacks = outcome.stacks.map((stack) =>
    stack.point.data === 'coins' ? { ...stack, layers: stack.layers.map((own) => ({ ...own, induced: [] })) } : stack,
  );
  assert.match((await couplingsFlow.figures({ ...outcome, stacks }))[1].caption, 'coin tosses has no couplings here');
  assert.not.match(outcome.answer, /NaN|undefined|Infinity/);
});

test('stacks whose weights a penalty holds at zero: layers without places, told as such', async () => {
  const parameters = resolveParameters(couplingsFlow, 'quick', { ...TINY, seeds: 1, l1: 5 });
  const outcome = await runExperiment(couplingsFlow, parameters, { threads: 1 });
  for (const { layers } of outcome.stacks) {
    assert.equal(
      layers.map(({ induced }) => induced.length),
      [1, 0, 0],
    );
  }
  assert.equal(
    outcome.verdicts?.map(({ holds }) => holds),
    [null, null, null],
  );
  assert.match(outcome.answer, 'It cannot be told whether couplings of hidden layer 1 are short-ranged');
  const figures = await couplingsFlow.figures(outcome);
  assert.equal(
    figures.map(({ name }) => name),
    ['couplings-0', 'effective-coupling'],
  );
  for (const text of [outcome.answer, JSON.stringify(outcome.tables), ...figures.map(({ svg }) => svg)]) {
    assert.not.match(text, /NaN|undefined|Infinity/);
  }
});

test.run();
