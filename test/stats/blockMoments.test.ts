import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockMoments, type Moments } from '../../src/stats/blockMoments.js';
import { jackknife } from '../../src/stats/jackknife.js';
import { allNear, near } from '../assert.js';
import { Draws } from '../reference/draws.js';

const test = suite('stats/blockMoments');

/** Rows of two dependent observables with a large mean. */
function rowsOf(count: number): [number, number][] {
  const draws = new Draws(count);
  return Array.from({ length: count }, () => {
    const x = draws.uniform();
    return [1000 + x, x * x - 0.2 * draws.uniform()];
  });
}

const ratio = (own: Moments) => [own.covariance(0, 1) / own.covariance(0, 0), own.mean(0), own.covariance(1, 1)];

for (const count of [2, 127, 128, 129, 1000]) {
  test(`means and covariances of ${count} rows`, () => {
    const rows = rowsOf(count);
    const moments = new BlockMoments(2);
    for (const row of rows) moments.add(row);
    const mean = [0, 1].map((k) => rows.reduce((sum, row) => sum + row[k], 0) / count);
    const covariance = (i: number, j: number) =>
      rows.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / count;
    const own = moments.moments();
    assert.is(moments.count, count);
    near(own.mean(0), mean[0], 1e-11, 'mean 0');
    near(own.mean(1), mean[1], 1e-13, 'mean 1');
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      near(own.covariance(i, j), covariance(i, j), 1e-13, `covariance ${i}, ${j}`);
    }
  });
}

for (const count of [100, 128, 1000, 1024]) {
  test(`jackknife of ${count} rows is that of the series in the same blocks`, () => {
    const rows = rowsOf(count);
    const moments = new BlockMoments(2);
    for (const row of rows) moments.add(row);
    const blocks = moments.blocks;
    assert.ok(blocks >= 64 || blocks === count, `${blocks} blocks`);
    // equal blocks are those of the series
    if (count % blocks !== 0) return;
    const found = moments.jackknife(ratio);
    const [x, y] = [0, 1].map((k) => Float64Array.from(rows, (row) => row[k]));
    const series = [x, y, x.map((value, k) => value * y[k]), x.map((value) => value ** 2)];
    const expected = jackknife(series, ([a, b, ab, aa]) => (ab - a * b) / (aa - a * a), { blocks });
    allNear([found[0].value, found[0].error], [expected.value, expected.error], 1e-7, 'ratio');
    near(found[1].error, jackknife([x], ([a]) => a, { blocks }).error, 1e-12, 'error of a mean');
  });
}

test.run();
