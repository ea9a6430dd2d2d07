/**
 * How soon there is a first result: kernels compiled anew, and a first sample of them. What a fresh process or page
 * takes beside that is measured outside.
 */

import { Ising, kaufman, square } from '../../src/all.js';
import { binary as sampling } from '../../src/wasm/binaries/sampling.js';
import { bytesOf } from '../../src/wasm/binaryText.js';
import { useModule } from '../../src/wasm/module.js';
import type { Entry } from '../harness.js';
import { agree, same } from './agree.js';
import { PlainWolff } from './clusters.js';
import { type Body, entry } from './entry.js';

const binary = bytesOf(sampling);
let copies = 0;

/**
 * The kernels with a custom section of their own at the end: engines keep what they compiled, and would not compile the
 * same bytes again.
 */
function freshBinary(): Uint8Array<ArrayBuffer> {
  const section = new TextEncoder().encode(`copy${String(++copies).padStart(8, '0')}`);
  const bytes = new Uint8Array(binary.length + section.length + 3);
  bytes.set(binary);
  // custom section: 0, its length, the length of its name, which is all that it has
  bytes.set([0, section.length + 1, section.length, ...section], binary.length);
  return bytes;
}

const SIDE = 40;
const COUPLING = 0.408;
const ROWS = 100;

const first = () => new Ising({ lattice: square(SIDE), coupling: COUPLING, seed: 1 }).sample(ROWS);

/** The first samples of kernels that have just been compiled; the others take their place again afterwards. */
function freshStart() {
  try {
    useModule(new WebAssembly.Module(freshBinary()));
    return first();
  } finally {
    useModule(undefined);
  }
}

function startCase(): Body {
  const textbook = () => {
    const plain = new PlainWolff(SIDE, COUPLING);
    plain.advance(100 * SIDE ** 2);
    return Array.from({ length: ROWS }, () => {
      plain.updates(100);
      return plain.energy();
    });
  };
  return {
    unit: 'starts',
    work: 1,
    contenders: [
      { name: 'kernels compiled anew, first 100 samples', run: async () => void (await freshStart()) },
      { name: 'the samples alone', run: () => void first() },
      { name: 'textbook Wolff in TypeScript, 100 samples', run: () => void textbook() },
    ],
    check: async () => {
      same('samples', (await freshStart()).bytes, first().bytes);
      const score = agree('textbook', textbook(), kaufman(SIDE, SIDE, COUPLING).energy);
      return `the same samples as by the kernels that are there; energy of the textbook's ${score} standard errors from Kaufman's`;
    },
  };
}

export const START_NAME = 'start-up: kernels compiled, first 100 samples of 40×40';

export function startUpEntries(): Entry[] {
  return [entry({ name: START_NAME, group: 'Start-up' }, startCase)];
}
