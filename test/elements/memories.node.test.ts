/**
 * A figure that works makes few WebAssembly memories. Browsers reserve some ten gigabytes of addresses for each, collect
 * them late, and have no more of them after about a hundred, in all workers of a page together.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Scene, SceneMaker } from '../../src/elements/base/scene.js';
import { defaultsOf, type PropertySpecs } from '../../src/elements/base/spec.js';
import { blocksScene } from '../../src/elements/blocks/scene.js';
import { BLOCKS } from '../../src/elements/blocks/spec.js';
import { fieldsScene } from '../../src/elements/fields/scene.js';
import { FIELDS } from '../../src/elements/fields/spec.js';
import { flowScene } from '../../src/elements/flow/scene.js';
import { FLOW } from '../../src/elements/flow/spec.js';
import { mapScene } from '../../src/elements/map/scene.js';
import { MAP } from '../../src/elements/map/spec.js';
import { trainingScene } from '../../src/elements/training/scene.js';
import { TRAINING } from '../../src/elements/training/spec.js';

const test = suite('elements/memories');

let made = 0;
const Own = WebAssembly.Memory;
test.before(() => {
  WebAssembly.Memory = class extends Own {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made++;
    }
  } as typeof WebAssembly.Memory;
});
test.after(() => {
  WebAssembly.Memory = Own;
});

const stage = { canvases: new Map(), palette: { up: [0, 0, 0], down: [9, 9, 9], paper: [9, 9, 9] } } as const;

/** Memories that a scene makes: at its beginning, until it has settled, and in as many turns after that. */
async function memoriesOf<S extends PropertySpecs>(
  maker: SceneMaker<never, unknown>,
  { properties }: { properties: S },
  values: Record<string, unknown>,
  turns: number,
): Promise<[first: number, later: number]> {
  made = 0;
  const scene = (await maker({ ...defaultsOf(properties), ...values } as never)) as Scene<unknown, unknown>;
  const counts: number[] = [];
  for (let half = 0; half < 2; half++) {
    for (let k = 0; k < turns && (await scene.advance(0)); k++) {
      scene.draw(stage);
      scene.report();
    }
    counts.push(made);
  }
  return [counts[0], counts[1] - counts[0]];
}

const CASES: [name: string, maker: unknown, spec: { properties: PropertySpecs }, values: object, turns: number][] = [
  ['blocks', blocksScene, BLOCKS, { size: 256 }, 30],
  ['training, exact likelihoods', trainingScene, TRAINING, { speed: 0 }, 40],
  ['map', mapScene, MAP, { steps: 60, instant: true }, 40],
  [
    'fields',
    fieldsScene,
    FIELDS,
    { live: true, size: 12, samples: 400, network: '20', epochs: 60, control: 'shuffled' },
    60,
  ],
  ['flow, a rule', flowScene, FLOW, { row: 'positive', size: 32, samples: 12_800 }, 20],
  ['flow, tensors', flowScene, FLOW, { view: 'spectrum', bond: 6, otherBond: 4, steps: 20 }, 10],
];

for (const [name, maker, spec, values, turns] of CASES) {
  test(name, async () => {
    const [first, later] = await memoriesOf(maker as never, spec, values as never, turns);
    assert.ok(first <= 24, `${first} memories until it has settled`);
    assert.ok(later <= 3, `${later} memories in ${turns} turns`);
  });
}

test.run();
