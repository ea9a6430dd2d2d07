/**
 * Experiments at the shape of their default preset, with little work: what a user gets who says nothing ends, and says
 * nothing that is no number. The largest is in the matrix; the others take too long even so, and are run by
 * `npm run studies`, as are all presets.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyExperiment, experiments, resolveParameters, runExperiment } from '../../src/experiments/index.js';
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
  'couplings-flow': { samples: 150, measured: 50, epochs: 1, seeds: 1, pairs: 4 },
};

for (const name of cases(
  ['decimation-1d', 'thermodynamics', 'mcrg', 'kernel-weight', 'tensor-rg', 'rg-zoo'],
  ['couplings-flow'],
)) {
  const cut = CUTS[name];
  const experiment: AnyExperiment = experiments[name];
  test(`${name}`, async () => {
    const parameters = resolveParameters(experiment, undefined, cut);
    const summary = await runExperiment(experiment, parameters, { threads: 1 });
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
  });
}

test.run();
