import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fingerprint } from '../../src/util/random.js';
import { cosineOfTurn, sineOfTurn } from '../../src/util/turns.js';
import { Draws } from '../reference/draws.js';
import { decimal, type Exact, exactSineOfTurn, ulps } from '../reference/exact.js';

const test = suite('util/turns');

/** The largest error that src/util/turns.ts states, in ulp. */
const STATED = 1.8;

/** cos 2πx = sin 2π(x + ¼). */
const exactCosineOfTurn = (part: number, whole: number): Exact => exactSineOfTurn(4 * part + whole, 4 * whole);

/** Asserts that the errors are as stated, and that one comes near it. */
function checkErrors(errors: { error: number; of: string }[]): void {
  // not `>`: a NaN must not slip through
  for (const { error, of } of errors) assert.ok(error <= STATED, `${of} is wrong by ${error} ulp`);
  const largest = errors.reduce((most, { error }) => Math.max(most, error), 0);
  assert.ok(largest > 0.75 * STATED, `no error above ${largest} ulp seen`);
}

test('the measure itself: known digits', () => {
  // sin 36°, by Python's mpmath
  assert.is(decimal(exactSineOfTurn(1, 10), 60), '0.587785252292473129168705954639072768597652437643145991072272');
  assert.ok(ulps(Math.SQRT1_2, exactSineOfTurn(1, 8)) < 0.5);
  assert.ok(ulps(-0.5, exactSineOfTurn(7, 12)) < 1e-9);
});

test('fractions of a turn are within the stated error, and 0 and ±1 exact', () => {
  const errors: { error: number; of: string }[] = [];
  for (const whole of [1, 2, 3, 5, 7, 12, 40, 64, 81, 128, 360, 1000, 1023]) {
    for (let part = -whole; part <= 2 * whole; part++) {
      const [sine, cosine] = [sineOfTurn(part, whole), cosineOfTurn(part, whole)];
      if ((4 * part) % whole === 0) {
        const quarter = (((4 * part) / whole) % 4) + 4;
        assert.equal([sine, cosine], [[0, 1, 0, -1][quarter % 4], [1, 0, -1, 0][quarter % 4]], `${part}/${whole}`);
      } else {
        errors.push({ error: ulps(sine, exactSineOfTurn(part, whole)), of: `sin ${part}/${whole}` });
        errors.push({ error: ulps(cosine, exactCosineOfTurn(part, whole)), of: `cos ${part}/${whole}` });
      }
    }
  }
  checkErrors(errors);
});

test('sin(πx/2) is within the stated error for real x, however small', () => {
  const draws = new Draws(3);
  const points = Array.from(
    { length: 10_000 },
    (_, k) => draws.uniform(-1, 1) * (k % 4 === 0 ? 2 ** -draws.integer(1, 60) : 1),
  );
  checkErrors(points.map((x) => ({ error: ulps(sineOfTurn(x, 4), exactSineOfTurn(x, 4)), of: `sin(π/2 · ${x})` })));
  assert.equal(
    [-1, 0, 1].map((x) => sineOfTurn(x, 4)),
    [-1, 0, 1],
  );
});

test('the same bits on every engine', () => {
  const values = Float64Array.from({ length: 2000 }, (_, k) => sineOfTurn(k - 500, 729) + 4 * cosineOfTurn(k, 1000));
  assert.is(fingerprint(new Uint8Array(values.buffer)), '01838d1da4027f4d');
});

test.run();
