/**
 * What decides a spin or a weight has the same bits on every engine, so the rooms that do so call none of the functions
 * of `Math` of which engines differ in the last bit (docs/decisions/random-numbers.md).
 */

import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('guards/engines');

/** The rooms, and single files of others. */
const ROOMS = [
  'util/',
  'wasm/',
  'linear/',
  'ising/models/',
  'ising/data/',
  'ising/chains/',
  'ising/samplers/',
  'rbm/model/',
  'rbm/engines/',
  'rbm/training/',
  'rbm/stack/',
  'rg/operators/',
  'rg/blocking/',
  'rg/map/exactTraining.ts',
  'rg/map/maximumLikelihood.ts',
  'rg/vmcrg/',
];

/** Files that may, and what for. */
const OTHERS: Readonly<Record<string, string>> = {
  'util/estimate.ts': 'errors, and digits of a text',
  'linear/eigen.ts': 'eigenvalues of matrices that are not symmetric: exponents of studies',
  'ising/chains/pastChain.ts': 'the text of an error',
  'ising/samplers/growth.ts': 'whether a ratio of integers is a power of two',
  'rbm/training/training.ts': 'weights of chains for the doubts of a training',
  'rbm/stack/beliefNetwork.ts': 'estimates of likelihoods',
  'rg/blocking/decimation.ts': 'couplings in closed form',
  'rg/vmcrg/linearisedVmcrg.ts': 'exponents',
};

const DIFFERENT =
  /\bMath\.(?:sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2|exp|expm1|log|log1p|log2|log10|pow|cbrt|hypot)\b/g;

/** The calls in a file, comments left out. */
function callsIn(text: string): string[] {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').match(DIFFERENT) ?? [];
}

test('no function of Math that differs between engines decides a spin or a weight', () => {
  const src = new URL('../../src/', import.meta.url);
  const found: Record<string, string[]> = {};
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    const path = name.replaceAll('\\', '/');
    if (!path.endsWith('.ts') || !ROOMS.some((room) => path.startsWith(room))) continue;
    const calls = callsIn(readFileSync(new URL(path, src), 'utf8'));
    if (calls.length > 0) found[path] = calls;
  }
  for (const [path, calls] of Object.entries(found)) {
    assert.ok(path in OTHERS, `src/${path} calls ${calls.join(', ')}: kernels() and util/turns.ts have the same bits`);
  }
  // an entry of the list that is no longer needed
  assert.equal(
    Object.keys(OTHERS).filter((path) => !(path in found)),
    [],
  );
});

test('finds planted calls, and no comment', () => {
  assert.equal(callsIn('const a = Math.exp(1); /* Math.sin */ const b = Math.sqrt(2); // Math.log\nMath.hypot(a, b)'), [
    'Math.exp',
    'Math.hypot',
  ]);
});

test.run();
