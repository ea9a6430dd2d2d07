/** Every export says in the house's words what is wrong with a first argument of a wrong kind: `"name" expected …, got …`. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as blockspin from '../../src/all.js';
import { refuses } from '../assert.js';

const test = suite('util/first arguments');

const VALUES: [shown: string, value: unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['5', 5],
  ['"a"', 'a'],
  ['{}', {}],
  ['[]', []],
];

/** Errors are made of anything; `SpinFile.open` and `Training.start` are the way to the others, whose constructors are private. */
const FREE = new Set(['DivergenceError', 'FormatError', 'SpinFile', 'Training']);

const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** What a call ends with: an error, or undefined for a result. */
async function errorOf(called: (...args: unknown[]) => unknown, value: unknown): Promise<unknown> {
  try {
    if (isClass(called)) Reflect.construct(called, [value]);
    else await called(value);
  } catch (error) {
    return error;
  }
  return undefined;
}

test('of a wrong kind', async () => {
  const wrong: string[] = [];
  for (const [name, exported] of Object.entries(blockspin)) {
    if (typeof exported !== 'function' || FREE.has(name)) continue;
    for (const [shown, value] of VALUES) {
      const error = await errorOf(exported as never, value);
      if (error === undefined) continue;
      const { message } = error as Error;
      if (error instanceof blockspin.FormatError) continue;
      if (!/^".+" expected .+, got /s.test(message)) wrong.push(`${name}(${shown}): ${message}`);
    }
  }
  assert.is(wrong.join('\n'), '');
});

test('of a wrong kind, beyond the first', () => {
  const data = new blockspin.Ising({ lattice: blockspin.square(4), coupling: 0.4 }).sample(3);
  const field = new Float64Array(16).fill(1);
  refuses(
    () => blockspin.isingPseudoLikelihood(data, undefined as never),
    TypeError,
    '"coupling" expected finite number, got undefined',
  );
  refuses(() => new blockspin.BitRows(1, 8, 'a' as never), TypeError, '"bytes" expected Uint8Array, got "a"');
  refuses(
    () =>
      blockspin.locality(
        field.map(() => Number.NaN),
        [4, 4],
      ),
    RangeError,
    '"field[0]" expected finite number, got NaN',
  );
  refuses(
    () =>
      blockspin.locality(
        field.map(() => 1e200),
        [4, 4],
      ),
    RangeError,
    /^"field" expected numbers whose squares/,
  );
  refuses(() => blockspin.locality(field, 4 as never), TypeError, '"shape" expected [rows, columns], got 4');
  refuses(
    () => blockspin.visibleCouplings(5 as never),
    TypeError,
    '"level" expected level, as decimationStack() returns, got 5',
  );
  refuses(() => new blockspin.Stack([5 as never], [4, 4]), TypeError, '"rbms[0]" expected Rbm, got 5');
});

test.run();
