import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bonds } from '../../src/ising/models/bonds.js';
import { square } from '../../src/ising/models/lattice.js';
import { Ising } from '../../src/ising/samplers/ising.js';
import { groupCouplings, type Pair } from '../../src/rg/couplings/pseudoLikelihood.js';
import { BitRows } from '../../src/util/bits.js';
import { refuses } from '../assert.js';
import { torusBonds } from '../physics/enumeration.js';
import { Draws } from '../reference/draws.js';
import { scoresOf } from '../reference/statistics.js';

const test = suite('rg/pseudoLikelihood');

/** Pairs of a torus one step apart along the diagonals. */
const diagonals = (side: number): Pair[] =>
  Array.from({ length: side * side }, (_, i) => [Math.floor(i / side), i % side]).flatMap(([y, x]) =>
    [1, side - 1].map((dx): Pair => [y * side + x, ((y + 1) % side) * side + ((x + dx) % side)]),
  );

/** Rows of random bits, each spin leaning to that before it. */
function randomRows(draws: Draws, count: number, width: number): BitRows {
  const rows = new BitRows(count, width);
  for (let r = 0; r < count; r++) {
    let last = 0;
    for (let i = 0; i < width; i++) {
      last = draws.uniform(0, 1) < 0.3 + 0.3 * last ? 1 : 0;
      rows.bytes[r * rows.stride + (i >> 3)] |= last << (i & 7);
    }
  }
  return rows;
}

test('Ising data: the coupling, none along the diagonals, none beyond; scores N(0,1) over 40 seeds', () => {
  const coupling = 0.35;
  const groups = [torusBonds(8), diagonals(8)];
  const scores: number[] = [];
  for (let seed = 0; seed < 40; seed++) {
    const data = new Ising({ lattice: square(8), coupling, seed }).sample(500);
    const { couplings, covariance, partners, moving } = groupCouplings(data, groups, { rest: true });
    assert.equal(partners, [4, 4, 55]);
    assert.is(moving, 64);
    couplings.forEach((found, g) => {
      scores.push((found - (g === 0 ? coupling : 0)) / Math.sqrt(covariance[4 * g]));
    });
  }
  // p = 1e-4 each: of 120 scores the largest is below 4.8; the three of a fit are correlated, so their mean may spread somewhat more than 1
  const { largest, mean, spread } = scoresOf(scores);
  assert.ok(largest < 4.8 && Math.abs(mean) < 5 && Math.abs(spread) < 4.5, `${largest} ${mean} ${spread}`);
});

test('the maximum is one: against values of the pseudo-likelihood all around it, with fields and signs', () => {
  const draws = new Draws(1);
  const width = 6;
  const data = randomRows(draws, 80, width);
  const groups: Pair[][] = [
    [
      [0, 1],
      [2, 1],
      [3, 4],
    ],
    [
      [0, 2],
      [5, 3],
    ],
  ];
  const signs = [1, -1, 1, 1, -1, 1];
  const found = groupCouplings(data, groups, { signs });
  /** Σ ln p(s_i | rest) at given couplings, each field at its own maximum (by bisection of the derivative). */
  const profile = (couplings: number[]): number => {
    const spins = Array.from({ length: data.count }, (_, r) => signs.map((sign, i) => sign * (2 * data.bit(r, i) - 1)));
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const inputs = spins.map((s) =>
        groups.reduce(
          (all, pairs, g) =>
            all + couplings[g] * pairs.reduce((m, [a, b]) => m + (a === i ? s[b] : b === i ? s[a] : 0), 0),
          0,
        ),
      );
      let [low, high] = [-20, 20];
      for (let round = 0; round < 80; round++) {
        const h = (low + high) / 2;
        const slope = inputs.reduce((all, x, r) => all + spins[r][i] - Math.tanh(h + x), 0);
        if (slope > 0) low = h;
        else high = h;
      }
      inputs.forEach((x, r) => {
        sum -= Math.log(1 + Math.exp(-2 * spins[r][i] * (low + x)));
      });
    }
    return sum;
  };
  const best = profile(found.couplings);
  for (const step of [1e-3, -1e-3]) {
    for (const g of [0, 1]) {
      const beside = profile(found.couplings.map((k, f) => (f === g ? k + step : k)));
      // the slope there is 0, and the curvature that of 80 rows: between a thousandth and all of step²·rows·width
      assert.ok(best - beside > 1e-5 && best - beside < 1e-3, `${best - beside}`);
    }
  }
});

test('one pair: K = ¼ ln of the odds ratio', () => {
  // 30 and 20 rows of equal spins, 10 and 15 of unlike ones
  const counts = [30, 10, 15, 20];
  const rows = counts.flatMap((count, state) => new Array<number>(count).fill(state));
  const data = new BitRows(rows.length, 2, Uint8Array.from(rows));
  const { couplings, covariance } = groupCouplings(data, [[[0, 1]]]);
  assert.ok(Math.abs(couplings[0] - Math.log((30 * 20) / (10 * 15)) / 4) < 1e-9);
  // both conditionals tell the same: the error is that of the log odds ratio, √Σ 1/n
  const error = Math.sqrt(counts.reduce((sum, n) => sum + 1 / n, 0)) / 4;
  assert.ok(Math.abs(Math.sqrt(covariance[0]) / error - 1) < 0.02, `${Math.sqrt(covariance[0])} ${error}`);
});

test('spins that never move are not fitted, and sites can be left out', () => {
  const draws = new Draws(2);
  const data = randomRows(draws, 200, 10);
  for (let r = 0; r < 200; r++) data.bytes[2 * r] |= 1;
  const pairs: Pair[] = Array.from({ length: 9 }, (_, i) => [i, i + 1]);
  const found = groupCouplings(data, [pairs], { rest: true });
  assert.is(found.moving, 9);
  const sites = [3, 4, 5, 6];
  const part = groupCouplings(data, [pairs], { sites });
  assert.equal(part.partners, [1.5]);
  assert.ok(Number.isFinite(part.couplings[0]) && part.couplings[0] !== found.couplings[0]);
});

test('refuses what it cannot do, by name', () => {
  const data = randomRows(new Draws(3), 20, 4);
  refuses(() => groupCouplings({} as never, []), TypeError, '"data" expected BitRows, got Object');
  refuses(() => groupCouplings(data, 3 as never), TypeError, '"groups" expected array of groups of pairs, got 3');
  refuses(() => groupCouplings(data, [[]]), RangeError, '"groups[0]" expected at least one pair, got "none"');
  refuses(() => groupCouplings(data, [[[0, 4]]]), RangeError, '"groups[0][0]" expected integer in [0, 3], got 4');
  refuses(
    () => groupCouplings(data, [[[0, 1]], [[1, 0]]]),
    RangeError,
    /^"groups\[1\]\[0\]" expected pair of different/,
  );
  refuses(
    () => groupCouplings(data, [[[0, 1]]], { signs: [1, 1, 0, 1] }),
    RangeError,
    '"signs[2]" expected 1 or -1, got 0',
  );
  refuses(() => groupCouplings(data, [[[0, 1]]], { sites: [0, 0] }), RangeError, /^"sites" expected different sites/);
  refuses(() => groupCouplings(new BitRows(1, 4), [[[0, 1]]]), RangeError, '"data" expected at least two rows, got 1');
  refuses(
    () => groupCouplings(new BitRows(5, 4), [[[0, 1]]]),
    RangeError,
    /^"data" expected rows that determine all couplings/,
  );
});

test('a group may be the bonds of a lattice', () => {
  const lattice = square(6);
  const spins = new Ising({ lattice, coupling: 0.3, seed: 1 }).sample(500);
  const flat = bonds(lattice);
  const pairs = Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k], flat[2 * k + 1]] as const);
  assert.equal(groupCouplings(spins, [flat]), groupCouplings(spins, [pairs]));
  refuses(
    () => groupCouplings(spins, [flat.slice(1)]),
    RangeError,
    /^"groups\[0\]" expected two sites for each bond, got /,
  );
  refuses(
    () => groupCouplings(spins, [null as never]),
    TypeError,
    /^"groups\[0\]" expected array of pairs of sites, or bonds/,
  );
});

test.run();
