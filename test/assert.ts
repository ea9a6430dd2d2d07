/** What many tests assert: numbers that are near, errors as they must be. */

import * as assert from 'uvu/assert';

/** |actual - expected| <= tolerance. */
export function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

/** |actual - expected| <= tolerance·max(1, |expected|). */
export function close(actual: number, expected: number, tolerance: number, what: string): void {
  near(actual, expected, tolerance * Math.max(1, Math.abs(expected)), what);
}

/** |actual - expected| <= tolerance·|expected|, however small these are. */
export function relativelyClose(actual: number, expected: number, tolerance: number, what: string): void {
  near(actual, expected, tolerance * Math.abs(expected), what);
}

/** `near`, entry by entry. */
export function allNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.is(actual.length, expected.length, `${what}: length`);
  for (let k = 0; k < actual.length; k++) near(actual[k], expected[k], tolerance, `${what}: entry ${k}`);
}

/** `close`, entry by entry. */
export function allClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.is(actual.length, expected.length, `${what}: length`);
  for (let k = 0; k < actual.length; k++) close(actual[k], expected[k], tolerance, `${what}: entry ${k}`);
}

/**
 * Asserts that `work` throws an error of exactly this class, with exactly this message, or one that matches. (uvu's `assert.throws` takes a text or a
 * class as second argument, and then accepts any error.)
 */
export function refuses(work: () => unknown, kind: new (...args: never[]) => Error, message: string | RegExp): void {
  let error: unknown;
  try {
    work();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof Error, `accepted, expected: ${message}`);
  if (typeof message === 'string') assert.is((error as Error).message, message);
  else assert.match((error as Error).message, message);
  assert.is((error as Error).constructor, kind, `${message}`);
}
