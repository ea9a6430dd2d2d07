/** Whether an experiment of several points can be stopped between two of them. */

import * as assert from 'uvu/assert';
import {
  type Experiment,
  type ParameterSpecs,
  type Point,
  runExperiment,
  type Summary,
  type ValuesOf,
} from '../../src/experiments/index.js';
import { pointsInMemory } from './pointsInMemory.js';

/**
 * Runs the experiment whole, and stopped after its first point and gone on with: the same numbers, and no point is run
 * twice. The results must be what JSON makes of them, since that is what a store gives back.
 */
export async function checkResume<Specs extends ParameterSpecs, Own extends Point, Result, Outcome extends Summary>(
  experiment: Experiment<Specs, Own, Result, Outcome>,
  parameters: ValuesOf<Specs>,
): Promise<Outcome> {
  let runs = 0;
  const watched: typeof experiment = {
    ...experiment,
    run: async (point, own, context) => {
      runs++;
      const result = await experiment.run(point, own, context);
      assert.equal(JSON.parse(JSON.stringify(result)), result);
      return result;
    },
  };
  const points = experiment.points(parameters).length;
  const whole = await runExperiment(watched, parameters, { threads: 1 });
  assert.is(runs, points);

  const controller = new AbortController();
  const store = pointsInMemory(() => controller.abort(new Error('enough')));
  runs = 0;
  let stopped: unknown;
  await runExperiment(watched, parameters, { threads: 1, store, signal: controller.signal }).catch((error) => {
    stopped = error;
  });
  assert.is((stopped as Error)?.message, 'enough');
  assert.is(runs, 1);
  const resumed = await runExperiment(watched, parameters, { threads: 1, store });
  assert.is(runs, points);
  assert.equal(
    [...store.results.keys()],
    experiment.points(parameters).map(({ key }) => key),
  );
  assert.is(JSON.stringify(resumed.numbers), JSON.stringify(whole.numbers));
  assert.equal(await experiment.figures(resumed), await experiment.figures(whole));
  return whole;
}
