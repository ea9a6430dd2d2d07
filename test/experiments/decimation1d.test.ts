import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decimation1d } from '../../src/experiments/decimation-1d/index.js';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { checkResume } from './resume.js';

const test = suite('experiments/decimation1d');

const TINY = {
  steps: 2,
  flowSites: 64,
  flowSamples: 600,
  sites: 16,
  hidden: [8, 4],
  samples: 1500,
  epochs: 8,
  seeds: 1,
};

test('tiny: the flow is exact in the weights and right within errors in the samples; figures, no NaN, the same twice', async () => {
  const parameters = resolveParameters(decimation1d, 'quick', TINY);
  const outcome = await runExperiment(decimation1d, parameters, { threads: 1 });
  assert.equal(
    outcome.points.map(({ level }) => level),
    [-2, -1, 0, 1, 2],
  );
  for (const { level, recursion, stack, monteCarlo } of outcome.points) {
    if (level > 0) assert.ok(Math.abs(Math.tanh(recursion) - Math.tanh(1) ** (2 ** level)) < 1e-14);
    if (level > -2) assert.ok(Math.abs((stack as number) - recursion) < 1e-12);
    // three scores: one above 4 has p = 2e-4
    if (monteCarlo) assert.ok(Math.abs(monteCarlo.sigmas as number) < 4, `level ${level}: ${monteCarlo.sigmas}`);
  }
  assert.is(outcome.points.filter(({ monteCarlo }) => monteCarlo).length, 3);
  assert.is(outcome.layers.length, 6);
  const text = JSON.stringify(outcome.numbers);
  assert.not.match(text, /NaN|Infinity/);
  const figures = await decimation1d.figures(outcome);
  assert.equal(
    figures.map(({ name }) => name),
    ['flow', 'fields-1', 'fields-2', 'templates'],
  );
  for (const { svg } of figures) assert.not.match(svg, /NaN|undefined|Infinity/);
  assert.equal(
    outcome.verdicts?.map(({ atLeast, atMost }) => [atLeast, atMost]),
    [
      [0.9, undefined],
      [0.9, undefined],
      [undefined, 0.3],
      [1.5, undefined],
      [undefined, 0.5],
    ],
  );
  const [first, , coins] = outcome.layers;
  assert.is(outcome.verdicts?.[2].value, first.unevenness);
  assert.is(outcome.verdicts?.[4].controlValue, coins.radius / coins.shuffledRadius);
  const again = await runExperiment(decimation1d, parameters, { threads: 1 });
  assert.is(JSON.stringify(again.numbers), text);
});

test('stopped after its first point it goes on to the same numbers', async () => {
  const given = { ...TINY, flowSamples: 200, samples: 300, epochs: 2 };
  await checkResume(decimation1d, resolveParameters(decimation1d, 'quick', given));
});

test.run();
