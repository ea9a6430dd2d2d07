/** The program and the command of the menu of <blockspin-fields> give the bits of its scene. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as api from '../../src/all.js';
import { defaultsOf } from '../../src/elements/base/spec.js';
import { programOf } from '../../src/elements/fields/program.js';
import { fieldsScene } from '../../src/elements/fields/scene.js';
import { FIELDS, type FieldsValues } from '../../src/elements/fields/spec.js';
import { mehtaSchwab } from '../../src/experiments/mehta-schwab/index.js';

const test = suite('elements/fieldsProgram');

const VALUES: FieldsValues = {
  ...defaultsOf(FIELDS.properties),
  live: true,
  size: 10,
  samples: 300,
  network: '12-5',
  epochs: 2,
  l1: 0.001,
  rate: 0.05,
  seed: 3,
};

async function finished(values: FieldsValues) {
  const scene = fieldsScene(values);
  while (await scene.advance(50));
  return { scene, report: scene.report() };
}

for (const control of ['gaussian', 'shuffled'] as const) {
  test(`the program prints the hashes of the figure: ${control}`, async () => {
    const { report } = await finished({ ...VALUES, control });
    // as a function: its imports are taken from the sources
    const body = programOf({ ...VALUES, control }).replace(
      /^import (\{.*\}) from '(.*)';$/gm,
      (_, names, from) => `const ${names} = ${from.startsWith('node:') ? `await import('${from}')` : 'api'};`,
    );
    const printed: string[] = [];
    const AsyncFunction = (async () => {}).constructor as new (
      ...parts: string[]
    ) => (...args: unknown[]) => Promise<void>;
    await new AsyncFunction('api', 'console', body)(api, { log: (line: string) => printed.push(line) });
    assert.equal(printed, [report.hash.spins, report.hash.control]);
  });
}

test('the command, the study mehta-schwab, trains the same stack', async () => {
  const { scene } = await finished(VALUES);
  const { size: side, coupling, samples, epochs, rate: learningRate, l1, seed } = VALUES;
  const parameters = {
    ...{ side, coupling, samples, epochs, learningRate, l1, seed, hidden: [12, 5] },
    ...{ momentum: 0.5, batchSize: 100, precision: 'fixed16' as const },
  };
  const [point] = await mehtaSchwab.points(parameters);
  const { stack } = await mehtaSchwab.run(point, parameters, {});
  const [study, figure] = [api.decodeStack(stack), api.decodeStack(await scene.calls.stack('spins'))];
  assert.equal(
    study.rbms.map(({ weights }) => weights),
    figure.rbms.map(({ weights }) => weights),
  );
});

test.run();
