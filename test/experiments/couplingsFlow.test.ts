import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { couplingsFlow } from '../../src/experiments/couplings-flow/index.js';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { checkResume } from './resume.js';

const test = suite('experiments/couplings-flow');

const TINY = { side: 6, hidden: [9, 4], samples: 300, measured: 200, epochs: 3, seeds: 2, pairs: 6 };

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
