/**
 * Experiments at the shape of their default preset, with little work: what a user gets who says nothing ends, and says
 * nothing that is no number. The largest is in the matrix; the others take too long even so, and are run by
 * `npm run studies`, as are all presets.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyExperiment, experiments, resolveParameters } from '../../src/experiments/index.js';
import { pointsOf, resultOf, summaryOf } from '../../src/experiments/kit/runner.js';
import { cases } from '../matrix.js';

const test = suite('experiments at their default shapes');

/** Less of what sets the amount of work; nothing that sets the shape of the systems, layers or figures. */
const CUTS: Readonly<Record<string, Record<string, unknown>>> = {
  'decimation-1d': { samples: 200, flowSamples: 100, epochs: 1, seeds: 1 },
  thermodynamics: { samples: 200 },
  mcrg: { samples: 300, runs: 2 },
  'kernel-weight': { samples: 300 },
  'tensor-rg': { trg: 4, weighted: 4, hotrg: 4, loop: 2, steps: 18 },
  'rg-zoo': { side: 16, samples: 400, sweeps: 500, bond: 4 },
  'exact-map': { iterations: 3, restarts: 1 },
  'block-spins': { samples: 200, final: 4, steps: 2, window: 16, filmSteps: 1 },
  'rbm-thermodynamics': { sizes: [4], temperatures: [2, 2.5], samples: [200], epochs: 2, hidden: [2], seeds: [2] },
  // smaller lattices and filters too, and the fewest sweeps that eight steps can have
  'variational-rbm': { sides: [24], filters: 2, size: 3, operators: [7], sweeps: 1000, judged: 100, runs: 2 },
  'couplings-flow': { samples: 150, measured: 50, epochs: 1, seeds: 1, pairs: 4 },
};

for (const name of cases(
  [
    ...['decimation-1d', 'thermodynamics', 'mcrg', 'kernel-weight', 'tensor-rg', 'rg-zoo', 'exact-map'],
    ...['block-spins', 'rbm-thermodynamics', 'variational-rbm'],
  ],
  ['couplings-flow'],
)) {
  const cut = CUTS[name];
  const experiment: AnyExperiment = experiments[name];
  test(`${name}`, async () => {
    const parameters = resolveParameters(experiment, undefined, cut);
    const results: unknown[] = [];
    for (const point of pointsOf(experiment, parameters)) {
      results.push(await resultOf(experiment, parameters, point, { threads: 1 }));
    }
    await checkSummary(experiment, parameters, results);
    // what is left when a point is missing, where the study says that it can do without
    for (const k of [0, results.length >> 1]) {
      const some = results.toSpliced(k, 1);
      if (experiment.summarisesSome?.(some)) await checkSummary(experiment, parameters, some);
    }
  });
}

/** Summary and figures say nothing that is no number. */
async function checkSummary(
  experiment: AnyExperiment,
  parameters: Record<string, unknown>,
  results: unknown[],
): Promise<void> {
  const summary = summaryOf(experiment, parameters, results);
  const figures = await experiment.figures(summary);
  const texts = [
    summary.answer,
    JSON.stringify([summary.facts, summary.tables]),
    ...figures.flatMap(({ svg, caption, title }) => [svg, caption, title]),
  ];
  // letters of pictures inside say nothing
  for (const text of texts) {
    assert.not.match(text.replaceAll(/data:[a-z/]+;base64,[^"]*/g, ''), /NaN|undefined|Infinity|\[object/);
  }
  assert.ok(figures.length > 0);
}

test.run();
