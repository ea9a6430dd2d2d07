import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { rbmThermodynamics } from '../../src/experiments/rbm-thermodynamics/index.js';
import type { RbmThermodynamicsPoint, Result } from '../../src/experiments/rbm-thermodynamics/points.js';
import { groupsOf } from '../../src/experiments/rbm-thermodynamics/summary.js';
import { spreadOf } from '../../src/stats/sample.js';
import { pointsInMemory } from './pointsInMemory.js';

const test = suite('experiments/rbm-thermodynamics');

const at = (given: Partial<RbmThermodynamicsPoint>): RbmThermodynamicsPoint => ({
  key: 'point',
  size: 4,
  temperature: 2.269,
  hidden: 16,
  target: 'configurations',
  samples: 100_000,
  iterations: 1,
  restarts: 1,
  epochs: 1,
  seed: '1',
  ...given,
});

test('groups: mean and spread over the seeds, the limit apart', () => {
  const result = (run: number, value: number, target: 'configurations' | 'boltzmann') =>
    ({ point: at({ target, seed: `${run}` }), model: { energy: { value, error: 0 } } }) as Result;
  const [group, ...others] = groupsOf([
    result(0, -1.5, 'configurations'),
    result(1, -1.6, 'configurations'),
    result(0, -1.7, 'boltzmann'),
  ]);
  assert.is(others.length, 0);
  assert.is(group.runs.length, 2);
  assert.is(group.limit?.model.energy.value, -1.7);
  const { value, error } = spreadOf(group.runs.map(({ model }) => model.energy.value));
  assert.ok(Math.abs(value + 1.55) < 1e-12 && Math.abs(error - Math.sqrt(0.005)) < 1e-12);
});

test('a tiny run: all three ways to average, a stopped run goes on, figures and tables without NaN', async () => {
  const parameters = resolveParameters(rbmThermodynamics, 'quick', {
    sizes: [3, 5],
    temperatures: [2.269],
    hidden: [2, 17],
    seeds: [2, 1],
    samples: [2000],
    limits: 'yes',
    iterations: 2,
    restarts: 2,
    epochs: 1,
  });
  let last = 0;
  const outcome = await runExperiment(rbmThermodynamics, parameters, {
    threads: 1,
    onProgress: ({ overall = 0 }) => {
      assert.ok(overall >= last - 1e-9 && overall <= 1 + 1e-9, `overall went from ${last} to ${overall}`);
      last = overall;
    },
  });
  assert.equal(
    outcome.results.map(({ point, drawn }) => `${point.target}, ${drawn.method}`),
    [
      ...['configurations', 'configurations', 'boltzmann'].map((target) => `${target}, states`),
      ...['configurations', 'configurations', 'boltzmann'].map((target) => `${target}, states`),
      'configurations, hidden layer',
      'configurations, chains',
    ],
  );
  const store = pointsInMemory();
  const stop = new AbortController();
  const stopped = await runExperiment(rbmThermodynamics, parameters, {
    threads: 1,
    store,
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage.startsWith('L = 5, T = 2.269, 2 hidden')) stop.abort(new Error('stopped'));
    },
  }).catch((error: Error) => error.message);
  assert.is(stopped, 'stopped');
  const resumed = await runExperiment(rbmThermodynamics, parameters, { threads: 1, store });
  assert.equal(JSON.stringify(resumed.numbers), JSON.stringify(outcome.numbers));
  const figures = await rbmThermodynamics.figures(outcome);
  assert.is(figures.length, 11);
  const text = JSON.stringify([outcome.numbers, outcome.tables, outcome.facts, outcome.answer, figures]);
  assert.not.match(text, /NaN|undefined|Infinity/);
});

test.run();
