/** One seed, one result: the hash of sampled spins and trained weights in Node and in Chromium, on one thread and on two. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM_MISSING, evaluateInPage, findChromium } from '../../scripts/browser.js';
import { GOLDEN, golden } from '../golden.js';

const test = suite('browser/golden');

for (const threads of [1, 2]) {
  test(`in Node, threads: ${threads}`, async () => {
    assert.is(await golden({ threads }), GOLDEN);
  });
}

test('is a SHA-256', () => {
  assert.match(GOLDEN, /^[0-9a-f]{64}$/);
});

const chromium = findChromium();
if (chromium === undefined) console.log(`skipped: ${CHROMIUM_MISSING}`);
const inChromium = chromium === undefined ? test.skip : test;

/** Runs the golden program in a page; whether threads could share a memory there comes back with the hashes. */
const inPage = (threads: number[], isolated: boolean) =>
  evaluateInPage(
    `import { golden } from './test/golden.ts';
    export default async () => {
      const hashes = [];
      for (const threads of ${JSON.stringify(threads)}) hashes.push(await golden({ threads }));
      return { hashes, isolated: crossOriginIsolated, sharedMemory: typeof SharedArrayBuffer !== 'undefined' };
    };`,
    { chromium: chromium!, isolated },
  );

inChromium('in an isolated page of Chromium, threads: 1 and 2', async () => {
  assert.equal(await inPage([1, 2], true), { hashes: [GOLDEN, GOLDEN], isolated: true, sharedMemory: true });
});

inChromium('in a page that is not isolated, where 2 threads fall back to one', async () => {
  assert.equal(await inPage([2], false), { hashes: [GOLDEN], isolated: false, sharedMemory: false });
});

test.run();
