/** What an error must be. (uvu's `assert.throws` takes a text or a class as second argument, and then accepts any error.) */

import * as assert from 'uvu/assert';

/** Asserts that `work` throws an error of exactly this class, with exactly this message, or one that matches. */
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
