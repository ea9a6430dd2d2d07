/**
 * Experiments at the shapes of their presets, with little work at each: what a user gets who says nothing ends, and says nothing that is no number. Those that
 * take half a minute even so are run by `npm run studies` alone.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AnyExperiment, experiments, resolveParameters, runExperiment } from '../../src/experiments/index.js';

const test = suite('experiments at their default shapes');

/** Less of what sets the amount of work; nothing that sets the shape of the systems, layers or figures. */
const CUTS: Readonly<Record<string, Record<string, unknown>>> = {
  'decimation-1d': { samples: 200, flowSamples: 100, epochs: 1, seeds: 1 },
  'exact-map': { iterations: 3, restarts: 1 },
  thermodynamics: { samples: 200 },
  'rbm-thermodynamics': { samples: [300], seeds: [1], iterations: 3, restarts: 1, epochs: 1 },
  'couplings-flow': { samples: 150, measured: 50, epochs: 1, seeds: 1 },
};

for (const [name, cut] of Object.entries(CUTS)) {
  const experiment: AnyExperiment = experiments[name];
  const shapes = new Map<string, { preset: string; parameters: object }>();
  for (const preset of Object.keys(experiment.presets)) {
    const parameters = resolveParameters<object>(experiment, preset, cut);
    // presets that differ in nothing but the work are one
    shapes.set(JSON.stringify(parameters), { preset, parameters });
  }
  for (const { preset, parameters } of shapes.values()) {
    test(`${name}, preset ${preset}`, async () => {
      const summary = await runExperiment(experiment, parameters, { threads: 1 });
      const figures = experiment.figures(summary);
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
}

test.run();
