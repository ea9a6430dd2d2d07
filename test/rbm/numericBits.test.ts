/** Training of real units gives the same bits on every engine. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '../../src/rbm/training/training.js';
import { RealRows } from '../../src/util/reals.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('rbm/numericBits');

// 32 bits of all arrays, found in Node: other engines must find them, too
test('the bits do not depend on the engine', async () => {
  const draw = normal(xoshiro128(seedWords(2)));
  const data = new RealRows(
    64,
    21,
    Float32Array.from({ length: 64 * 21 }, () => Math.fround(Math.round(draw() * 64) / 64)),
  );
  const found: string[] = [];
  for (const hidden of ['bits', 'spins', 'relu'] as const) {
    const training = await Training.start(data, {
      hidden: 6,
      units: { visible: 'gaussian', hidden },
      epochs: 20,
      algorithm: 'pcd',
      batchSize: 16,
      seed: 3,
      threads: 1,
    });
    while (!training.finished) await training.runEpoch();
    const state = training.state();
    await training.close();
    const hash = fnv([state.weights, state.visibleBias, state.hiddenBias, state.precision!, state.chainValues!]);
    found.push(hash);
  }
  assert.equal(found, ['7d20e675', '63d2ed16', 'fe78ccfb']);
});

function fnv(arrays: Float32Array[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16);
}

test.run();
