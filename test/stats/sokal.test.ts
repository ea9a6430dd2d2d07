import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryTime, sokalTime } from '../../src/stats/sokal.js';
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

test('a mark that is kept with probability q has τ = ½ + q/(1 - q), within 5 % over 20 series of 20,000', () => {
  for (const q of [0, 0.5, 0.9]) {
    let sum = 0;
    for (let seed = 0; seed < 20; seed++) {
      const next = xoshiro128(seedWords(seed));
      let mark = 0;
      sum += memoryTime(Array.from({ length: 20_000 }, () => (next() < q * 2 ** 32 ? mark : ++mark))) / 20;
    }
    const exact = 0.5 + q / (1 - q);
    assert.ok(Math.abs(sum / exact - 1) < 0.05, `q = ${q}: ${sum}, exact ${exact}`);
  }
  // marks that come back: two of them in turn are met at every second step
  assert.is(memoryTime([1, 2, 3, 4, 5]), 0.5);
  assert.ok(memoryTime(Array.from({ length: 1000 }, (_, k) => k % 2)) > 100);
  assert.throws(() => memoryTime([1]), /"marks"/);
});

test.run();
