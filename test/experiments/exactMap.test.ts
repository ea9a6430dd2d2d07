import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exactMap } from '../../src/experiments/exact-map/index.js';
import { BLOCKS } from '../../src/experiments/exact-map/points.js';
import { resolveParameters, runExperiment } from '../../src/experiments/index.js';
import { QUARTERS } from '../rg/draws.js';
import { checkResume } from './resume.js';

const test = suite('experiments/exact-map');

const tiny = (given: object = {}) =>
  resolveParameters(exactMap, 'quick', {
    small: [2, 6],
    large: [4],
    iterations: 20,
    restarts: 2,
    ...given,
  });

test('the blocks are those of the 4×4 lattice', () => {
  assert.equal(BLOCKS, QUARTERS);
});

test('a tiny run: identities hold before and after, KL falls, the same numbers twice, no NaN', async () => {
  const stages = new Set<string>();
  const outcome = await runExperiment(exactMap, tiny(), {
    onProgress: ({ stage, overall = 0 }) => {
      stages.add(stage);
      assert.ok(overall >= 0 && overall <= 1);
    },
  });
  assert.ok(stages.has('3×3, 6 hidden, start 2') && stages.has('4×4, 4 hidden, start 1'));
  const [two, six, blocks, random] = outcome.results;
  assert.equal(
    outcome.results.map(({ side, hidden, start, kls }) => [side, hidden, start, kls.length]),
    [
      [3, 2, 'random', 2],
      [3, 6, 'random', 2],
      [4, 4, 'blocks', 1],
      [4, 4, 'random', 2],
    ],
  );
  for (const { before, after, history, kls } of outcome.results) {
    assert.ok(before.identities && after.identities);
    const last = history[history.length - 1];
    assert.is(last.kl, Math.min(...kls));
    assert.ok(last.kl < history[0].kl / 2);
    assert.ok(Math.abs(after.kl - last.kl) < 1e-12);
    assert.ok(Math.abs(after.deltaF) < 1e-11 && Math.abs(before.deltaF) < 1e-11);
  }
  assert.ok(six.history[six.history.length - 1].kl < two.history[two.history.length - 1].kl);
  assert.is(two.couplings, null);
  // block symmetry is kept: four equal pairs and two equal diagonals; the block spins have it too
  for (const list of [blocks.couplings?.trained, blocks.couplings?.blocks, random.couplings?.blocks]) {
    const couplings = list as number[];
    assert.is(couplings.length, 7);
    for (const k of [1, 2, 3]) assert.ok(Math.abs(couplings[k] - couplings[0]) < 1e-9, `${couplings}`);
    assert.ok(Math.abs(couplings[5] - couplings[4]) < 1e-9, `${couplings}`);
  }
  assert.equal(
    (await exactMap.figures(outcome)).map(({ name }) => name),
    ['kl', 'tau', 'visible-layer', 'hidden-layer', 'couplings'],
  );
  const text = JSON.stringify(outcome.numbers);
  assert.not.match(text, /NaN|Infinity/);
  assert.match(
    outcome.answer,
    /^It holds that H_RG\(h\) = H_RBM\(h\).*\n\nAn RBM with T = -E \+ H performs an exact step/,
  );
  const preferred = blocks.history[blocks.history.length - 1].kl - random.history[random.history.length - 1].kl;
  assert.equal(
    outcome.verdicts?.map(({ value }) => value),
    [1, preferred],
  );
  assert.is(outcome.facts[1].value, 'all hold');
  const again = await exactMap.run(exactMap.points(tiny())[1], tiny(), {});
  assert.equal(again.history, six.history);
  assert.equal(again.weights, six.weights);
});

test('only models with a hidden spin a block are compared with blocks; only small ones are shown state by state', async () => {
  const outcome = await runExperiment(exactMap, tiny({ small: [12], large: [2], iterations: 1, restarts: 1 }), {});
  assert.equal(
    outcome.results.map(({ energies, couplings }) => [energies === null, couplings === null]),
    [
      [true, true],
      [true, false],
      [true, true],
    ],
  );
  assert.equal(
    (await exactMap.figures(outcome)).map(({ name }) => name),
    ['kl', 'tau', 'couplings'],
  );
});

test('stopped after its first point it goes on to the same numbers', async () => {
  await checkResume(exactMap, tiny({ small: [6], large: [1], iterations: 3, restarts: 1 }));
});

test('stops at a signal', async () => {
  const controller = new AbortController();
  let reason: unknown;
  await runExperiment(exactMap, tiny(), {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  }).catch((error) => {
    reason = error;
  });
  assert.is((reason as Error)?.message, 'enough');
});

test.run();
