import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSeed, hash64, streamKey } from '../../src/util/random.js';

const test = suite('util/random');

test('hash64 is FNV-1a: the published test vectors', () => {
  assert.is(hash64(''), 0xcbf29ce484222325n);
  assert.is(hash64('a'), 0xaf63dc4c8601ec8cn);
  assert.is(hash64('foobar'), 0x85944171f73967e8n);
});

test('hash64 is of the UTF-8 bytes', () => {
  // é is the bytes c3 a9
  let hash = 0xcbf29ce484222325n;
  for (const byte of [0xc3n, 0xa9n]) hash = ((hash ^ byte) * 0x100000001b3n) & 0xffffffffffffffffn;
  assert.is(hash64('é'), hash);
});

test('a seed is an integer >= 0 or a text', () => {
  for (const seed of [0, 1, 2 ** 53 - 1, 'a', ' ', '0']) assert.is(checkSeed('seed', seed), seed);
  for (const seed of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(
      () => checkSeed('seed', seed),
      (error: Error) =>
        error instanceof RangeError && error.message === `"seed" expected integer >= 0 or non-empty text, got ${seed}`,
    );
  }
  for (const seed of ['', null, undefined, 1n, [1], {}, true]) {
    assert.throws(
      () => checkSeed('seed', seed),
      (error: Error) =>
        error instanceof TypeError && error.message.startsWith('"seed" expected integer >= 0 or non-empty text, got '),
    );
  }
});

test('keys differ in seed, kind of seed, label and index', () => {
  const keys = new Set<bigint>();
  let made = 0;
  for (const seed of [0, 1, 11, '0', '1', '11', '[1,"a",0]']) {
    for (const label of ['a', 'b', 'a,1', '"', '']) {
      for (const index of [0, 1, 2, 11]) {
        keys.add(streamKey(seed, label, index));
        made++;
      }
    }
  }
  assert.is(keys.size, made);
  assert.is.not(streamKey(1, 'a'), streamKey('1', 'a'));
  assert.is(streamKey(1, 'a'), streamKey(1, 'a', 0), 'the index is 0 when left out');
  for (const key of keys) assert.ok(key >= 0n && key < 2n ** 64n);
});

test('keys are what they have always been: old runs can be made again', () => {
  assert.is(streamKey(1, 'wolff'), hash64('[1,"wolff",0]'));
  assert.is(streamKey('run', 'order', 3), hash64('["run","order",3]'));
});

test.run();
