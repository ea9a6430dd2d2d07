import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sokalTime } from '../../src/stats/sokal.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('stats/sokal');

test('AR(1) has τ = ½(1 + ρ)/(1 - ρ), within 5 % over 20 series of 20,000', () => {
  for (const rho of [0, 0.5, 0.9]) {
    let sum = 0;
    for (let seed = 0; seed < 20; seed++) {
      const next = normal(xoshiro128(seedWords(seed)));
      let x = next() / Math.sqrt(1 - rho * rho);
      const series = Float64Array.from({ length: 20_000 }, () => {
        x = rho * x + next();
        return x;
      });
      sum += sokalTime(series) / 20;
    }
    const exact = (0.5 * (1 + rho)) / (1 - rho);
    assert.ok(Math.abs(sum / exact - 1) < 0.05, `ρ = ${rho}: ${sum}, exact ${exact}`);
  }
});

test('a constant series and an anticorrelated one have ½; what is not a series is refused', () => {
  assert.is(sokalTime([3, 3, 3, 3]), 0.5);
  assert.is(sokalTime(Array.from({ length: 100 }, (_, k) => k % 2)), 0.5);
  assert.throws(() => sokalTime([1]), /"series"/);
  assert.throws(() => sokalTime([1, Number.NaN]), /"series\[1\]" expected finite number, got NaN/);
});

test.run();
