import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reorderSites, siteOrder } from '../../src/ising/data/siteOrder.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { refuses } from '../assert.js';

const test = suite('ising/siteOrder');

const data = new Ising({ lattice: square(3, 5), coupling: 0.4, seed: 1 }).sample(20);

test('an order has each site once, and depends on the seed', () => {
  const order = siteOrder(15, 'a');
  assert.equal(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 15 }, (_, i) => i),
  );
  assert.equal(siteOrder(15, 'a'), order);
  assert.not.equal(siteOrder(15, 'b'), order);
});

test('every site may come first: χ² of 6000 orders of 6 sites', () => {
  const counts = new Array(6).fill(0);
  for (let seed = 0; seed < 6000; seed++) counts[siteOrder(6, seed)[0]]++;
  const chi = counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  assert.ok(chi < 20.5, `χ² = ${chi}`); // p = 0.001 at five degrees of freedom
});

test('sites move in all rows alike, and back', () => {
  const order = siteOrder(15, 2);
  const moved = reorderSites(data, order);
  const back: number[] = [];
  order.forEach((site, i) => {
    back[site] = i;
  });
  for (let r = 0; r < data.count; r++) {
    assert.equal(
      [...moved.row(r)],
      order.map((site) => data.bit(r, site)),
    );
  }
  assert.equal(reorderSites(moved, back).bytes, data.bytes);
});

test('refuses orders that are none', () => {
  const order = siteOrder(15);
  refuses(() => reorderSites(data, order.slice(1)), RangeError, /^"order" expected each of the sites 0 to 14 once/);
  refuses(() => reorderSites(data, [...order.slice(1), order[1]]), RangeError, /^"order"/);
  refuses(() => reorderSites(data, [...order.slice(1), 15]), RangeError, /^"order"/);
  refuses(() => reorderSites({} as never, order), TypeError, /^"data" expected SpinData/);
  refuses(() => siteOrder(0), RangeError, /^"sites"/);
});

test.run();
