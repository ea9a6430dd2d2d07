/** One sampling report of several batches: its formulas, what it leaves out, and whether its error bars are true. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SamplingReport } from '../../src/ising/data/samplingReport.js';
import { mergeReports } from '../../src/ising/data/samplingReport.js';
import { ensembleMean } from '../../src/stats/ensemble.js';
import { integratedAutocorrelation } from '../../src/stats/series.js';
import { refuses } from '../assert.js';
import { standardNormal } from '../physics/statistics.js';
import { normal, seedWords, xoshiro128 } from '../reference/random.js';

const test = suite('io/samplingReport');

const report: SamplingReport = {
  method: 'heatBath',
  energyUnit: 'kT',
  order: 'sequential',
  chains: 1,
  interval: 7,
  independence: 5,
  tauEnergy: 0.5,
  tauMagnetisation: 0.6,
  effectiveSamples: 250,
  energy: { mean: -1, error: 0.02 },
  absoluteMagnetisation: { mean: 0.5, error: 0.01 },
};

test('means and times are averages by rows, errors add in squares, effective samples add', () => {
  const other: SamplingReport = {
    ...report,
    tauEnergy: 0.8,
    effectiveSamples: 80,
    energy: { mean: -1.4, error: 0.06 },
  };
  const merged = mergeReports([
    { count: 300, report },
    { count: 100, report: other },
  ]);
  const near = (value: number | undefined, expected: number) =>
    assert.ok(Math.abs((value ?? Number.NaN) - expected) < 1e-14, `${value}, ${expected}`);
  near(merged.energy?.mean, -1.1);
  near(merged.energy?.error, Math.sqrt((0.75 * 0.02) ** 2 + (0.25 * 0.06) ** 2));
  near(merged.absoluteMagnetisation?.mean, 0.5);
  near(merged.tauEnergy!, 0.575);
  near(merged.tauMagnetisation!, 0.6);
  assert.equal([merged.effectiveSamples, merged.batches, merged.interval, merged.order], [330, 2, 7, 'sequential']);
  assert.is(mergeReports([{ count: 300, report }]), report, 'one batch is the set');
});

test('null where a batch does not tell, or is shorter than 50 τ', () => {
  const untold = { ...report, tauEnergy: null, effectiveSamples: null, energy: null };
  const merged = mergeReports([
    { count: 300, report },
    { count: 300, report: untold },
  ]);
  assert.equal([merged.tauEnergy, merged.effectiveSamples, merged.energy], [null, null, null]);
  assert.is(merged.absoluteMagnetisation, null, 'since nobody knows how long 50 τ are');
  for (const [count, chains, long] of [
    [30, 1, true],
    [29, 1, false],
    [300, 10, true],
    [299, 10, false],
  ] as const) {
    const batches = [300, count].map((rows) => ({ count: rows, report: { ...report, chains } }));
    assert.is(mergeReports(batches).energy !== null, long, `${count} rows of ${chains} chains`);
    assert.is(mergeReports(batches).tauEnergy, 0.5);
  }
});

test('batches that were sampled in different ways are refused', () => {
  for (const change of [{ interval: 8 }, { chains: 2 }, { method: 'metropolis' }, { order: 'random' }, { seeds: 3 }]) {
    const other = { ...report, ...change } as SamplingReport;
    refuses(
      () => mergeReports([report, other].map((one) => ({ count: 9, report: one }))),
      RangeError,
      new RegExp(`^"batches: ${Object.keys(change)[0]}" expected the same in all`),
    );
  }
  refuses(() => mergeReports([]), RangeError, /"batches" expected one batch or more/);
});

// z of 400 runs are N(0, 1); two p each, above 1e-3
for (const [chains, length, a] of [
  [1, 400, 0.1],
  [1, 400, 0.5],
  [16, 80, 0.2],
]) {
  test(`error bars: 5 batches of ${chains} chains of ${length} entries, ρ(1) = ${a}`, () => {
    const z: number[] = [];
    for (let seed = 0; seed < 400; seed++) {
      const draw = normal(xoshiro128(seedWords(17 * chains + length + 1000 * seed)));
      const rows = chains * length + 3;
      const series = new Float64Array(5 * rows);
      series.forEach((_, i) => {
        series[i] = i < chains ? draw() : a * series[i - chains] + Math.sqrt(1 - a * a) * draw();
      });
      const batches = Array.from({ length: 5 }, (_, b) => {
        const part = series.slice(b * rows, (b + 1) * rows);
        const found = chains === 1 ? integratedAutocorrelation(part, { allowShort: true }) : ensembleMean(part, chains);
        const { mean, error, tau, effectiveSamples } = found;
        const energy = { mean, error };
        return {
          count: rows,
          report: { ...report, chains, energy, tauEnergy: tau, tauMagnetisation: tau, effectiveSamples },
        };
      });
      const { energy } = mergeReports(batches);
      if (energy !== null) z.push(energy.mean / energy.error);
    }
    assert.ok(z.length > 390, `${z.length} of 400 runs were long enough`);
    const { pMean, pVariance, variance } = standardNormal(z);
    assert.ok(pMean > 1e-3, `p = ${pMean}`);
    assert.ok(pVariance > 1e-3, `variance ${variance}, p = ${pVariance}`);
  });
}

test.run();
