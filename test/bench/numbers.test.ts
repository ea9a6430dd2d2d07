import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { digits, exponents, perTime, quartiles, withError } from '../../bench/numbers.js';
import { inFewWords } from '../../bench/report.js';
import { normals, report, row } from './reports.js';

const test = suite('bench/numbers');

test('quartiles, linear between order statistics', () => {
  assert.equal(quartiles([3]), [3, 3, 3]);
  assert.equal(quartiles([5, 1, 3]), [2, 3, 4]);
  assert.equal(quartiles([4, 1, 3, 2]), [1.75, 2.5, 3.25]);
  assert.equal(quartiles([10, 20, 30, 40, 50]), [20, 30, 40]);
  assert.throws(() => quartiles([]), /expected at least one number/);
});

const line = (x: number[], rate: (x: number) => number, contender = 'Wasm') =>
  x.map((each) => ({ series: 'cost', contender, x: each, rate: rate(each) }));

test('an exponent, with an error from the scatter', () => {
  const [exact] = exponents(line([10, 100, 1000], (x) => 5 * x ** -1.5));
  assert.ok(Math.abs(exact.exponent - 1.5) < 1e-12 && exact.error! < 1e-12);
  assert.equal(
    { ...exact, exponent: 0, error: 0 },
    { series: 'cost', contender: 'Wasm', exponent: 0, error: 0, points: 3, from: 10, to: 1000 },
  );
  // by hand: ln x = 0, 1, 2; ln rate = 0, 0.1, 0.5: slope 0.25, residuals 0.05, -0.1, 0.05, so s² = 0.015 and error² = 0.015/2
  const logs = [0, 0.1, 0.5];
  const [fit] = exponents(line([1, Math.E, Math.E ** 2], (x) => Math.exp(logs[Math.round(Math.log(x))])));
  assert.ok(Math.abs(fit.exponent + 0.25) < 1e-12);
  assert.ok(Math.abs(fit.error! - Math.sqrt(0.015 / 2)) < 1e-12);
});

test('two points have an exponent and no error, one has neither', () => {
  const [two] = exponents(line([1, 2], (x) => x));
  assert.equal([two.exponent, two.error, two.points], [-1, undefined, 2]);
  assert.equal(exponents(line([2, 2, 2], () => 1)), []);
  assert.equal(exponents([]), []);
  assert.is(withError(two), '−1.00 (two points)');
  assert.is(withError({ ...two, exponent: 0.1234, error: 0.0213 }), '0.123 ± 0.021');
});

test('errors of exponents are those of a fit: deviations over errors follow Student, 2 degrees of freedom', () => {
  // |t| < 0.816 with probability ½; 400 seeds, so the share is 0.5 ± 0.025
  let inside = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const next = normals(seed);
    const [fit] = exponents(line([1, 10, 100, 1000], (x) => x ** -0.5 * Math.exp(0.1 * next())));
    if (Math.abs(fit.exponent - 0.5) < 0.816 * fit.error!) inside++;
  }
  assert.ok(Math.abs(inside / 400 - 0.5) < 0.1, `${inside}`); // four standard errors
});

test('the first contender of each case is one line of a series, whatever it is called; peers are none', () => {
  const point = (x: number, more = {}) =>
    row({ mean: x, noise: 0, case: `size ${x}`, series: { name: 'threads', x }, ...more });
  const { fits } = report([
    point(1, { contender: 'Wasm, 1 thread' }),
    point(2, { contender: 'Wasm, 2 threads' }),
    point(2, { contender: 'Wasm, 1 thread', ratio: [2, 2, 2] }),
    point(2, { contender: 'C', kind: 'peer', ratio: [2, 2, 2] }),
    point(4, { contender: 'C', kind: 'peer', ratio: [2, 2, 2] }),
    point(4, { contender: 'Wasm, 4 threads, pinned' }),
  ]);
  assert.is(fits.length, 1);
  assert.equal([fits[0].contender, fits[0].points], ['Wasm', 3]);
  assert.ok(Math.abs(fits[0].exponent + 1) < 1e-9);
});

test('rates as they are said', () => {
  const said: [number, string][] = [
    [1.384e10, '13.8 flips/ns'],
    [1e9, '1.00 flips/ns'],
    [1.5e8, '150 M flips/s'],
    [131_250, '131 k flips/s'],
    [2050.4, '2050 flips/s'],
    [12.34, '12.3 flips/s'],
    [0.75, '45.0 flips/min'],
    [1 / 120, '30.0 flips/h'],
    [0, '0.00 flips/h'],
  ];
  for (const [rate, text] of said) assert.is(perTime(rate, 'flips'), text);
  assert.is(perTime(0.5e9, '', 1e9), '0.500');
  assert.equal([0.012345, 999.6, 1234.5, 4.5e-5].map(digits), ['0.0123', '1000', '1230', '0.0000450']);
});

test('what is missing for one reason is said once', () => {
  const why = '(/usr/bin/python3): No module named torch';
  assert.equal(
    inFewWords([`PyTorch for "a" ${why}`, 'threads: one core', `PyTorch for "b "c"" ${why}`, `NumPy for "a" ${why}`]),
    [`PyTorch ${why} (2 cases)`, 'threads: one core', `NumPy ${why}`],
  );
});

test.run();
