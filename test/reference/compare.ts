/** Equality to the last bit. */

import * as assert from 'uvu/assert';

type Numbers = Float32Array | Float64Array | Uint8Array | Uint16Array | Uint32Array | Int32Array;

/**
 * Asserts that two arrays hold the same bits (so -0 is not 0); names the first place where they differ. One NaN is as good as another: WebAssembly
 * leaves its sign and its lower bits open.
 */
export function sameBits(actual: Numbers, expected: Numbers, what: string): void {
  assert.is(actual.constructor, expected.constructor, `${what}: kinds of arrays`);
  assert.is(actual.length, expected.length, `${what}: lengths`);
  const a = bytesOf(actual);
  const b = bytesOf(expected);
  for (let k = 0; k < a.length; k++) {
    if (a[k] === b[k]) continue;
    const place = Math.floor(k / actual.BYTES_PER_ELEMENT);
    if (Number.isNaN(actual[place]) && Number.isNaN(expected[place])) continue;
    assert.unreachable(`${what}: entry ${place} is ${actual[place]}, expected ${expected[place]}`);
  }
}

function bytesOf(numbers: Numbers): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
