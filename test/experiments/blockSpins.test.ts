import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockSpins } from '../../src/experiments/block-spins/index.js';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { checkResume } from './resume.js';

const test = suite('experiments/blockSpins');

/** Couplings far enough apart that few configurations tell them apart. */
const TINY = { final: 4, steps: 2, samples: 1500, spacing: 0.02, window: 8, filmSteps: 2, filmOffset: 0.1 };
const parametersOf = (given: object) => resolveParameters(blockSpins, 'quick', { ...TINY, ...given });

test('tiny: energies before any step, a flow that parts at K_c, a crossing near it, figures, no NaN, the same twice', async () => {
  const parameters = parametersOf({});
  const outcome = await runExperiment(blockSpins, parameters, {});
  const text = JSON.stringify(outcome.numbers);
  assert.not.match(text, /NaN|Infinity/);
  // fourteen scores: one above 4.5 has p = 1e-4
  const scores = outcome.numbers.scoresOfStepZero as (number | null)[];
  assert.is(scores.length, 14);
  assert.ok(
    scores.every((score) => score !== null && Math.abs(score) < 4.5),
    String(scores),
  );
  const nearest = (k: number, n: number) => outcome.flows[k].levels[n].observables.nearest!.mean;
  assert.ok(nearest(0, 2) < nearest(0, 0) - 0.05 && nearest(6, 2) > nearest(6, 0) + 0.05);
  assert.ok(outcome.flows.every(({ levels }) => levels.every(({ shape, step }, n) => shape[0] === 4 && step === n)));
  assert.equal(
    outcome.flows[0].largest.map(({ shape }) => shape[1]),
    [16, 8, 4],
  );
  const last = outcome.matchings.find(({ observable, steps }) => observable === 'nearest' && steps[1] === 2);
  // on 4 × 4 the irrelevant operators still matter: within a spacing of K_c is all that is claimed
  assert.ok(Math.abs(last!.coupling!.value - 0.44068679) < 0.02, JSON.stringify(last));
  assert.equal(
    outcome.verdicts?.map(({ atLeast, atMost, holds }) => [atLeast, atMost, holds]),
    [
      [undefined, -3, true],
      [3, undefined, true],
    ],
  );
  assert.match(outcome.answer, /^It holds that below K_c block spins become less ordered/);
  const figures = await blockSpins.figures(outcome);
  assert.equal(
    figures.map(({ name }) => name),
    ['film', 'flow-nearest', 'flow-magnetisation', 'critical-operators', 'matching'],
  );
  for (const { svg } of figures) assert.not.match(svg, /NaN|undefined|Infinity/);
  const again = await runExperiment(blockSpins, parameters, {});
  assert.is(JSON.stringify(again.numbers), text);
});

test('stopped after its first point it goes on to the same numbers', async () => {
  await checkResume(blockSpins, parametersOf({ steps: 1, samples: 200, filmSteps: 1 }));
});

test('b = 3, one step', async () => {
  const outcome = await runExperiment(
    blockSpins,
    parametersOf({ factor: 3, steps: 1, samples: 200, filmSteps: 1 }),
    {},
  );
  assert.equal(
    outcome.flows[3].largest.map(({ shape }) => shape),
    [
      [12, 12],
      [4, 4],
    ],
  );
  assert.is(outcome.films[0].frames.length, 2);
  assert.is((await blockSpins.figures(outcome)).length, 5);
});

test('a signal stops it', async () => {
  let stopped: unknown;
  try {
    await runExperiment(blockSpins, parametersOf({}), { signal: AbortSignal.abort(new Error('enough')) });
  } catch (error) {
    stopped = error;
  }
  assert.is((stopped as Error)?.message, 'enough');
});

test.run();
