import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchCurves } from '../../src/rg/mcrg/curveMatching.js';
import type { Mean } from '../../src/util/estimate.js';

const test = suite('rg/curveMatching');

const X = [-4, -2, -1, 0, 1, 2, 4];
const curve = (of: (x: number) => number, error: number | null = 0.001): Mean[] =>
  X.map((x) => ({ mean: of(x), error }));
const small = curve((x) => 0.5 + 0.01 * x);

test('straight lines: where they cross, and the exponent of their slopes', () => {
  const { crossing, exponent, chiSquare, freedom } = matchCurves(
    X,
    small,
    curve((x) => 0.495 + 0.03 * x),
    3,
  );
  assert.ok(crossing && Math.abs(crossing.value - 0.25) < 1e-12 && crossing.error > 0, `${crossing?.value}`);
  assert.ok(exponent && Math.abs(exponent.value - 1) < 1e-12, `${exponent?.value}`);
  assert.ok(chiSquare !== null && chiSquare < 1e-12);
  assert.is(freedom, 3);
});

test('none where the larger lattice does not rise through the smaller one, or nearly in parallel', () => {
  for (const large of [
    curve((x) => 0.6 + 0.02 * x * 0),
    curve((x) => 0.5 - 0.01 * x),
    curve((x) => 0.5 + 0.0101 * x),
  ]) {
    assert.is(matchCurves(X, small, large, 2).crossing, null);
  }
  assert.is(
    matchCurves(
      X,
      small,
      curve((x) => 0.5 - 0.01 * x),
      2,
    ).exponent,
    null,
  );
});

test('a mean without an error has no weight: nothing can be told', () => {
  const large = curve((x) => 0.495 + 0.03 * x);
  large[3] = { mean: 0.495, error: null };
  assert.equal(matchCurves(X, small, large, 2), { crossing: null, exponent: null, chiSquare: null, freedom: 3 });
});

test.run();
