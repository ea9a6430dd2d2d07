/** What someone gets who says only how many hidden units: a model, or sentences that say why not. In Node alone, as is all that asks how well something is learned: the bits are those of a page. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { logLikelihood } from '../../src/rbm/likelihood/likelihood.js';
import { barsAndStripes } from '../../src/rbm/model/datasets.js';
import { trainRbm } from '../../src/rbm/training/trainRbm.js';
import { BitRows } from '../../src/util/bits.js';
import { cases } from '../matrix.js';

const test = suite('rbm/defaults');

/** 200 rows of 64 units, all 0 and all 1 in turn. */
function twoModes(): BitRows {
  const rows = new BitRows(200, 64);
  for (let r = 1; r < rows.count; r += 2) rows.bytes.fill(255, r * rows.stride, (r + 1) * rows.stride);
  return rows;
}

test('two modes: both keep half of the probability, and persistent chains without weights say that they lose one', async () => {
  const rows = twoModes();
  for (const seed of cases([1], [2])) {
    const { rbm, outcome, doubts } = await trainRbm(rows, { hidden: 1, seed });
    const { mean } = logLikelihood(rbm, rows);
    assert.ok(mean > -0.9, `seed ${seed}: ${mean}, the best is -0.693`);
    assert.is(outcome?.logLikelihood?.mean, mean);
    assert.equal(doubts, []);
  }
  // what used to be the default
  const old = { algorithm: 'pcd', learningRate: 0.02, momentum: 0.5, epochs: 50, passes: 40 } as const;
  const { rbm, doubts } = await trainRbm(rows, { hidden: 1, seed: 1, ...old });
  assert.ok(logLikelihood(rbm, rows).mean < -2);
  assert.ok(doubts.length > 0);
  for (const doubt of doubts) assert.match(doubt, /^[A-Z].*\. (Use|Train|Start) [^.]*.*\.$/);
});

const seeds = cases([1], [2]);

// exact: -0.9015 at K = 1 (two ground states and little else), -10.7 at 0.5; independent units have -44.3
for (const [coupling, hidden, least] of [
  [1, 8, -1.1],
  [0.5, 16, -12.7],
] as const) {
  test(`8×8 Ising spins at K = ${coupling}, ${seeds.length} seeds`, async () => {
    const data = new Ising({ lattice: square(8), coupling, seed: 1 }).sample(2000);
    for (const seed of seeds) {
      const { rbm, doubts, history } = await trainRbm(data, { hidden, seed });
      const { mean, independent } = logLikelihood(rbm, data);
      assert.ok(mean > least, `seed ${seed}: ${mean} nats, ${independent} by independent units`);
      assert.equal(doubts, []);
      assert.is(history.length, 50);
      const { effectiveShare, pace, residue } = history[49];
      assert.ok((effectiveShare as number) > 0.8 && (pace as number) > 0.5 && Math.abs(residue as number) < 0.2);
    }
  });
}

test('few rows and rows all alike', async () => {
  const bars = barsAndStripes(3);
  const { rbm } = await trainRbm(bars, { hidden: 8 });
  const sum = 16 * logLikelihood(rbm, bars).mean;
  assert.ok(sum > -43.5 && sum < -41.5888, `${sum}, the best is -41.5888`);
  for (const count of [1, 3]) {
    const rows = new BitRows(count, 5, new Uint8Array(count).fill(0b10110));
    const trained = await trainRbm(rows, { hidden: 2 });
    const { mean } = logLikelihood(trained.rbm, rows);
    assert.ok(mean > -0.5 * 5 && mean <= 0, `${count} rows: ${mean}`);
  }
});

test('one epoch is told to be too few', async () => {
  const { doubts } = await trainRbm(twoModes(), { hidden: 4, epochs: 1, learningRate: 0.001 });
  assert.match(doubts.join(' '), /weights have hardly moved/i);
});

test.run();
