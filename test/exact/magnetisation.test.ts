/** The distribution of the magnetisation: against sums over all states, Kaufman's ln Z, and published moments. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kaufman } from '../../src/exact/kaufman.js';
import { magnetisationDistribution } from '../../src/exact/magnetisation.js';
import { enumerateTerms } from '../../src/exact/nBody.js';
import { criticalCoupling } from '../../src/exact/onsager.js';
import { solveStrip } from '../../src/exact/strip.js';
import { chain, square } from '../../src/ising/models/lattice.js';
import { isingHamiltonian } from '../../src/ising/models/models.js';

const test = suite('exact/magnetisation');

function close(actual: number, expected: number, what: string, bound = 1e-12): void {
  assert.ok(
    Math.abs(actual - expected) < bound * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

const MODELS = [
  { rows: 4, columns: 4, coupling: 0.44, field: 0 },
  { rows: 3, columns: 5, coupling: 0.3, field: 0.1 },
  { rows: 5, columns: 3, coupling: -0.5, field: 0.2 },
  { rows: 2, columns: 7, coupling: 0.4, field: 0 },
  { rows: 2, columns: 2, coupling: -0.7, field: -0.3 },
  { rows: 3, columns: 3, coupling: -0.6, field: 0 },
  { rows: 12, columns: 1, coupling: 0.8, field: 0.05 },
  { rows: 2, columns: 1, coupling: 0.8, field: 0 },
  { rows: 13, columns: 1, coupling: -0.8, field: 0 },
];

for (const model of MODELS) {
  for (const boundary of ['periodic', 'open'] as const) {
    const { rows, columns, coupling, field } = model;
    test(`${rows}×${columns}, ${boundary}, K = ${coupling}, B = ${field}: the sum over all states`, () => {
      const lattice = columns === 1 ? chain(rows, { boundary }) : square(rows, columns, { boundary });
      const h = isingHamiltonian({ lattice, coupling, field });
      const answer = magnetisationDistribution({ ...model, boundary });
      const all = enumerateTerms(h);
      close(answer.logPartition, all.logPartition, 'ln Z');
      close(answer.magnetisation, all.magnetisation, 'm');
      close(answer.absoluteMagnetisation, all.meanAbsoluteMagnetisation, '|m|');
      close(answer.magnetisation2, all.magnetisation2, 'm²');
      close(answer.magnetisation4, all.magnetisation4, 'm⁴');
      // P(M) itself
      const sites = rows * columns;
      const expected = new Float64Array(sites + 1);
      for (let state = 0; state < 2 ** sites; state++) {
        const spins = Int8Array.from({ length: sites }, (_, i) => ((state >> i) & 1 ? 1 : -1));
        const ups = spins.reduce((sum, s) => sum + (s + 1) / 2, 0);
        expected[ups] += Math.exp(-h.energy(spins) - all.logPartition);
      }
      expected.forEach((probability, k) => {
        close(answer.probabilities[k], probability, `P(M = ${2 * k - sites})`);
      });
    });
  }
}

test('4×4 and 8×8 at K_c: known moments, and ln Z of Kaufman', () => {
  const four = magnetisationDistribution({ rows: 4, columns: 4, coupling: criticalCoupling });
  close(four.absoluteMagnetisation, 0.8438604448, '|m| of 4×4', 1e-10);
  close(1 - four.magnetisation4 / (3 * four.magnetisation2 ** 2), 0.6171993184, 'U4 of 4×4', 1e-10);
  for (const coupling of [0.1, criticalCoupling, 0.6, 3]) {
    for (const [rows, columns] of [
      [8, 8],
      [7, 5],
      [4, 21],
    ]) {
      const { logPartition, probabilities } = magnetisationDistribution({ rows, columns, coupling });
      close(logPartition, kaufman(rows, columns, coupling).logPartition, `${rows}×${columns}, K = ${coupling}`);
      assert.equal(probabilities.slice().reverse(), probabilities);
    }
  }
});

test('open strips: ln Z and m of the transfer matrix; the sides may be exchanged', () => {
  for (const coupling of [0.4, -0.4]) {
    const field = 0.15;
    const answer = magnetisationDistribution({ rows: 6, columns: 9, coupling, field, boundary: 'open' });
    const known = solveStrip({ width: 6, length: 9, coupling, field, sides: 'open' });
    close(answer.logPartition, known.logPartition, 'ln Z');
    close(answer.magnetisation, known.magnetisation, 'm');
    const turned = magnetisationDistribution({ rows: 9, columns: 6, coupling, field, boundary: 'open' });
    assert.equal(turned, answer);
  }
});

test('the limits: no coupling, one ground state, a frustrated antiferromagnet far below its scale', () => {
  const free = magnetisationDistribution({ rows: 8, columns: 8, coupling: 0 });
  close(free.magnetisation2, 1 / 64, 'm² of free spins');
  close(free.magnetisation4, (3 - 2 / 64) / 64 ** 2, 'm⁴ of free spins');
  const frozen = magnetisationDistribution({ rows: 8, columns: 8, coupling: 100 });
  assert.equal([frozen.absoluteMagnetisation, frozen.magnetisation4, frozen.magnetisation], [1, 1, 0]);
  const aligned = magnetisationDistribution({ rows: 6, columns: 6, coupling: 50, field: 20 });
  close(aligned.magnetisation, 1, 'm');
  close(aligned.logPartition, 72 * 50 + 36 * 20, 'ln Z');
  // 5×5 antiferromagnet: each row and each column has one broken bond at least
  const odd = magnetisationDistribution({ rows: 5, columns: 5, coupling: -60 });
  assert.ok(Math.abs(odd.logPartition - (50 - 20) * 60) < Math.log(2 ** 25), `${odd.logPartition}`);
});

test('refuses what it cannot sum', () => {
  const range = (error: unknown): boolean => error instanceof RangeError;
  assert.throws(() => magnetisationDistribution({ rows: 13, columns: 13, coupling: 0.4 }), range);
  assert.throws(() => magnetisationDistribution({ rows: 15, columns: 15, coupling: 0.4, boundary: 'open' }), range);
  assert.throws(
    () => magnetisationDistribution({ rows: 10, columns: 1000, coupling: 0.4 }),
    /"rows" expected a lattice/,
  );
  assert.throws(() => magnetisationDistribution({ rows: 1, columns: 1, coupling: 0.4 }), /periodic side/);
  assert.throws(() => magnetisationDistribution({ rows: 0, columns: 4, coupling: 0.4 }), range);
  assert.throws(() => magnetisationDistribution({ rows: 4, columns: 4, coupling: Number.NaN }), range);
  assert.throws(
    () => magnetisationDistribution({ rows: 4, columns: 4, coupling: 1, fields: 1 } as never),
    /"fields"|field/,
  );
});

test.run();
