/** The study of defaults: cost, regret, zoo, competitors, record and tables, against numbers worked out by hand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPETITORS, DEFAULT, refusal } from '../../bench/defaults/competitors.js';
import { BUDGET_UNIT, lengthOf, updatesOf, workPerUpdate } from '../../bench/defaults/cost.js';
import { digitImages } from '../../bench/defaults/digits.js';
import { type Entry, Journal } from '../../bench/defaults/journal.js';
import {
  mixtureLikelihood,
  mixtureRows,
  ownLikelihood,
  randomMixture,
  shiftingBar,
  twoModes,
} from '../../bench/defaults/patterns.js';
import {
  independentLikelihood,
  median,
  quantile,
  ranking,
  regret,
  standings,
  upperQuartile,
} from '../../bench/defaults/regret.js';
import { run } from '../../bench/defaults/run.js';
import { strokeImages } from '../../bench/defaults/strokes.js';
import {
  bitsOf,
  competitorsOf,
  finalists,
  finds,
  jobsOf,
  keyOf,
  type Plan,
  REFERENCE,
  type Summary,
  setsOf,
  summarise,
  work,
} from '../../bench/defaults/study.js';
import { likelihoodTable, rankingTable, report, withTables } from '../../bench/defaults/tables.js';
import { evaluated, ZOO } from '../../bench/defaults/zoo.js';
import { BitRows } from '../../src/all.js';

const test = suite('bench/defaults');

const setNamed = (name: string) => ZOO.find((set) => set.name === name)!;
const near = (a: number, b: number, error = 1e-12) => assert.ok(Math.abs(a - b) <= error, `${a}, expected ${b}`);

test('work of an update, by hand', () => {
  const shape = { rows: 5000, visible: 64, hidden: 16 };
  const recipe = { algorithm: 'pcd', steps: 1, chains: 100, batchSize: 100, betas: [1] };
  const cost = (own: object, models?: number, of = shape) => workPerUpdate({ ...recipe, ...own }, of, models);
  assert.is(cost({}), 500);
  assert.is(1000 * cost({}), BUDGET_UNIT);
  assert.is(cost({ steps: 3, chains: 200 }), 200 + 7 * 200);
  assert.is(cost({ algorithm: 'cd' }), 500);
  assert.is(cost({ algorithm: 'cd', steps: 10 }), 2300);
  assert.is(cost({ algorithm: 'tempering', betas: Array(10).fill(1) }), 200 + 22 * 100);
  assert.is(cost({ algorithm: 'trajectory' }, 5), 200 + 17 * 100);
  assert.is(cost({ algorithm: 'population' }), 643.125);
  assert.is(cost({ algorithm: 'exact' }), 200 + 65536 * 1.25);
  // the smaller layer is summed over, and minibatches have no more rows than there are
  assert.is(cost({ algorithm: 'exact' }, 1, { rows: 9, visible: 8, hidden: 16 }), 18 + 256 * 1.5);
  assert.is(cost({}, 1, { rows: 9, visible: 9, hidden: 16 }), 18 + 300);
  assert.throws(() => cost({ algorithm: 'other' }), /"algorithm" expected one whose cost is known, got other/);
});

test('epochs and passes: no more updates than are paid for, and few less', () => {
  assert.equal(lengthOf(1000, 5000, 100), { epochs: 20, passes: 1 });
  assert.equal(lengthOf(49, 5000, 100), { epochs: 0, passes: 1 });
  assert.equal(lengthOf(10_000, 5000, 100), { epochs: 100, passes: 2 });
  assert.equal(lengthOf(99, 9, 9, 50), { epochs: 49, passes: 2 });
  for (const [rows, batch] of [
    [5000, 100],
    [9, 9],
    [297, 100],
    [1500, 100],
  ]) {
    for (const affordable of [50, 99, 101, 1000, 3333, 31_250]) {
      const updates = updatesOf(lengthOf(affordable, rows, batch), rows, batch);
      const pass = Math.ceil(rows / batch);
      // whole passes in whole epochs; a last minibatch may be smaller than the others
      assert.ok(updates <= affordable + 100, `${updates} of ${affordable}`);
      if (affordable >= 100 * pass) assert.ok(updates >= 0.5 * affordable, `${updates} of ${affordable}`);
    }
  }
});

test('regret: 0 for the best, 1 for independent units, no bound above', () => {
  const scale = { best: -10, independent: -40 };
  assert.equal(
    [-10, -25, -40, -70].map((likelihood) => regret(likelihood, scale)),
    [0, 0.5, 1, 2],
  );
  assert.is(regret(Number.NEGATIVE_INFINITY, scale), Number.POSITIVE_INFINITY);
  assert.throws(() => regret(-1, { best: -40, independent: -40 }), /"best" expected number > -40/);
});

test('independent units, by hand', () => {
  // two bits, means (2 + ½)/4 and (0 + ½)/4
  const train = new BitRows(3, 2, Uint8Array.of(1, 1, 0));
  const rows = new BitRows(2, 2, Uint8Array.of(1, 2));
  const each = [Math.log(2.5 / 4) + Math.log(3.5 / 4), Math.log(1.5 / 4) + Math.log(0.5 / 4)];
  near(independentLikelihood(train, rows), (each[0] + each[1]) / 2);
  near(independentLikelihood(twoModes(2000, 64), twoModes(2000, 64)), -64 * Math.LN2);
});

test('quantiles: between the values, and infinite where they are', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 2, 3]), 2.5);
  assert.is(upperQuartile([1, 2, 3, 4, 5]), 4);
  near(upperQuartile([1, 2, 3, 4]), 3.25);
  const infinite = Number.POSITIVE_INFINITY;
  assert.is(upperQuartile([1, 2, 3, 4, infinite]), 4);
  assert.is(upperQuartile([1, 2, infinite, infinite]), infinite);
  assert.is(median([1, infinite, infinite]), infinite);
  assert.is(quantile([infinite], 0.3), infinite);
  assert.throws(() => median([]), /expected at least one/);
});

test('standings: the worst set of the upper quartile counts, then the means', () => {
  const cell = (competitor: string, set: string, budget: number, regrets: number[]) => ({
    competitor,
    set,
    budget,
    regrets,
  });
  const infinite = Number.POSITIVE_INFINITY;
  const all = standings([
    cell('a', 'x', 1, [0.1, 0.1, 0.1, 0.1, 9]),
    cell('a', 'y', 1, [0.2, 0.3, 0.4, 0.5, 0.6]),
    cell('b', 'x', 1, [0, 0, 0, 0, 0]),
    cell('b', 'y', 1, [0.7, 0.7, 0.7, 0.7, 0.7]),
    cell('c', 'x', 1, [infinite]),
    cell('a', 'x', 3, [0.6]),
    cell('b', 'x', 3, [0.1]),
    cell('d', 'x', 1, [infinite]),
    cell('d', 'y', 1, [0]),
  ]);
  assert.equal(all[0], { competitor: 'a', budget: 1, worst: 0.5, where: 'y', mean: 0.25, sets: 2 });
  assert.equal(all[1], { competitor: 'b', budget: 1, worst: 0.7, where: 'y', mean: 0.35, sets: 2 });
  assert.equal(ranking(all), ['a', 'b', 'c', 'd']);
});

test('the zoo: unique names, both roles, a layer that can be summed over', () => {
  assert.is(new Set(ZOO.map(({ name }) => name)).size, ZOO.length);
  assert.is(setsOf('tuning').length + setsOf('apart').length, ZOO.length);
  assert.is(setsOf('tuning').length, 18);
  assert.ok(ZOO.every(({ hidden }) => hidden <= 20));
});

/** Of what can be sampled in no time: rows, width, rows held out, log p of the true distribution. */
const EXPECTED: [name: string, rows: number, width: number, others: number | undefined, best: number | undefined][] = [
  ['Ising 8×8, K = 0.4407, 16 hidden', 5000, 64, 2000, -18.1],
  ['Ising 8×8, K = 0.6, 16 hidden', 5000, 64, 2000, -5.0],
  ['Ising 6×7, K = 0.5, 300 rows, 16 hidden', 300, 42, 2000, -7.2],
  ['triangular Ising 5×5, K = 0.35, 16 hidden', 5000, 25, 2000, -3.3],
  ['two-mode, 1 hidden', 2000, 64, undefined, -Math.LN2],
  ['bars and stripes 4×4, 8 hidden', 32, 16, undefined, -108.131 / 32],
  ['bars and stripes 3×3, 8 hidden', 16, 9, undefined, -41.5888 / 16],
  ['labelled shifter, n = 4, 16 hidden', 48, 11, undefined, -Math.log(48)],
  ['shifting bar, 4 of 9, 4 hidden', 9, 9, undefined, -Math.log(9)],
  ['shifting bar, 5 of 11, 16 hidden', 11, 11, undefined, -Math.log(11)],
  ['three-mode, 8 hidden', 2000, 48, 1000, -5.6],
  ['digits 8×8, 16 hidden', 1500, 64, 297, undefined],
  ['digits 8×8, another split, 10 hidden', 1500, 64, 297, undefined],
  ['strokes 28×28, 16 hidden', 2000, 784, 500, undefined],
];

for (const [name, rows, width, others, best] of EXPECTED) {
  test(`${name}: shape and best possible`, () => {
    const data = setNamed(name).data();
    const { train, heldOut, exactBest } = data;
    assert.equal([train.count, train.width, heldOut?.count], [rows, width, others]);
    assert.is(evaluated(data), heldOut ?? train);
    if (best === undefined) assert.is(exactBest, undefined);
    else {
      near(exactBest!, best, heldOut ? 0.25 : 1e-5);
      assert.ok(exactBest! > independentLikelihood(train, evaluated(data)));
    }
    assert.is(setNamed(name).data(), data);
  });
}

test('patterns are what they are called', () => {
  const bar = shiftingBar(9, 4);
  assert.equal([...bar.row(7)], [1, 1, 0, 0, 0, 0, 0, 1, 1]);
  assert.ok(Array.from({ length: 9 }, (_, r) => bar.row(r).reduce((sum, bit) => sum + bit, 0)).every((n) => n === 4));
  assert.equal([...twoModes(3, 2).row(1), ...twoModes(3, 2).row(2)], [1, 1, 0, 0]);
  near(ownLikelihood(new BitRows(4, 1, Uint8Array.of(0, 1, 1, 1))), 0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
});

test('a mixture has its shares and flips, and the likelihood of its formula', () => {
  const mixture = randomMixture(48, [0.6, 0.3, 0.1], 0.02, 1);
  const rows = mixtureRows(mixture, 2000, 1);
  const counts = [0, 0, 0];
  let flips = 0;
  for (let r = 0; r < rows.count; r++) {
    const distances = counts.map((_, m) => rows.row(r).filter((bit, i) => bit !== mixture.patterns.bit(m, i)).length);
    const least = Math.min(...distances);
    counts[distances.indexOf(least)]++;
    flips += least;
  }
  // 4 standard deviations
  mixture.shares.forEach((share, m) => {
    near(counts[m] / 2000, share, 4 * Math.sqrt((share * (1 - share)) / 2000));
  });
  near(flips / 96_000, 0.02, 4 * Math.sqrt((0.02 * 0.98) / 96_000));
  // one bit, two patterns: p(1) = 0.6·0.9 + 0.4·0.1
  const small = { patterns: new BitRows(2, 1, Uint8Array.of(1, 0)), shares: [0.6, 0.4], flips: 0.1 };
  near(mixtureLikelihood(small, new BitRows(1, 1, Uint8Array.of(1))), Math.log(0.58));
});

test('strokes are sparse, of several kinds, and the same by the same seed', () => {
  const images = strokeImages(300, 1);
  assert.equal(images, strokeImages(300, 1));
  assert.not.equal(images, strokeImages(300, 2));
  const share = images.means().reduce((sum, mean) => sum + mean, 0) / 784;
  assert.ok(share > 0.1 && share < 0.2, `${share}`);
});

test('the digits are those of the source', () => {
  const images = digitImages();
  assert.equal([images.count, images.width], [1797, 64]);
  near(images.means().reduce((sum, mean) => sum + mean, 0) / 64, 0.32303, 1e-5);
  // the margins at the left and at the right are empty
  assert.ok(images.means()[0] === 0 && images.means()[56] === 0);
});

test('competitors: unique names, options that the package takes or whose refusal is told', () => {
  assert.is(new Set(COMPETITORS.map(({ name }) => name)).size, COMPETITORS.length);
  assert.equal(COMPETITORS.filter(({ options }) => Object.keys(options).length === 0).length, 1);
  const { competitors, missing } = competitorsOf();
  assert.is(competitors.length + missing.length, COMPETITORS.length);
  assert.ok(
    missing.every((line) => line.startsWith('population')),
    missing.join(),
  );
  const broken = { name: 'broken', options: { algorithm: 'nonsense' as 'cd' } };
  assert.match(refusal(broken)!, /"algorithm" expected one of/);
  assert.equal(
    competitorsOf('tempering, 4').competitors.map(({ name }) => name),
    [DEFAULT, ...[0.02, 0.05, 0.1, 0.3].map((rate) => `tempering, 4 rungs, ${rate}`)],
  );
  assert.ok(finds('ising 8X8', 'Ising 8×8, K = 0.3') && !finds('9x9', 'Ising 8×8'));
});

/** Two sets, two competitors, a budget of a hundredth. */
function tiny(): Plan {
  return {
    sets: [setNamed('shifting bar, 4 of 9, 4 hidden'), setNamed('bars and stripes 3×3, 8 hidden')],
    competitors: COMPETITORS.filter(({ name }) => name === DEFAULT || name === 'cd-1, 0.1'),
    budgets: [0.01],
    seeds: 2,
    reference: true,
    bits: new Map([
      [DEFAULT, 'a'],
      ['cd-1, 0.1', 'b'],
    ]),
  };
}

test('a tiny study from its jobs to its tables', async () => {
  const plan = tiny();
  const jobs = jobsOf(plan);
  assert.is(jobs.length, 2 * 2 * 2 + 2);
  assert.equal(jobs.at(-1), { set: plan.sets[1].name, competitor: REFERENCE, budget: 0, seed: 1 });
  const journal = new Journal();
  for (const job of jobs.slice(0, 5)) journal.add({ ...keyOf(job, plan), ...(await work(job)) });
  assert.is(summarise(plan, journal).unfinished, 5);
  // what is on the disk is all that is needed to go on
  const again = Journal.parse('a.json', journal.text());
  assert.is(again.text(), journal.text());
  for (const entry of journal.entries()) assert.is(again.find(entry)?.logLikelihood, entry.logLikelihood);
  assert.is(jobs.filter((job) => again.find(keyOf(job, plan))).length, 5);
  for (const job of jobs.slice(5)) again.add({ ...keyOf(job, plan), ...(await work(job)) });

  const summary = summarise(plan, again);
  assert.is(summary.unfinished, 0);
  assert.is(summary.standings.length, 2);
  for (const { worst, mean } of summary.standings) assert.ok(worst > 0 && mean > 0 && mean <= worst);
  for (const { best, exactBest, independent, bestBy } of summary.sets) {
    assert.is(bestBy, REFERENCE);
    assert.ok(best > independent && best <= exactBest! + 1e-9, `${independent} ${best} ${exactBest}`);
  }
  near(summary.sets[0].best, -Math.log(9), 0.25);
  assert.is(summary.checks.length, 4);
  assert.match(rankingTable(summary), /^\| way of training \| worst at 0\.01 \| mean at 0\.01 \| worst on \|\n/);
});

test('runs of other code, rows or options are not taken for these', () => {
  const plan = tiny();
  const [job] = jobsOf(plan);
  const entry: Entry = {
    ...keyOf(job, plan),
    logLikelihood: Number.NEGATIVE_INFINITY,
    updates: 1,
    spent: 1,
    seconds: 1,
  };
  for (const other of [{ bits: 'other' }, { rows: 'other' }, { options: 'other' }, { seed: 99 }]) {
    const journal = new Journal();
    journal.add({ ...entry, ...other });
    assert.is(journal.find(keyOf(job, plan)), undefined);
  }
  const journal = new Journal();
  journal.add(entry);
  journal.add(entry);
  assert.is(journal.size, 1);
  assert.equal(Journal.parse('a.json', journal.text()).find(keyOf(job, plan)), entry);
  for (const text of ['{', 'null', '[]', '{"format":"blockspin-defaults/1","runs":[]}']) {
    assert.throws(() => Journal.parse('a.json', text), /^"a\.json" expected runs of the study of defaults/);
  }
});

test('a short training tells code and options apart', async () => {
  const bits = await bitsOf([
    { name: 'a', options: {} },
    { name: 'b', options: {} },
    { name: 'c', options: { momentum: 0.8 } },
    { name: 'd', options: { algorithm: 'cd', learningRate: 1e4 } },
  ]);
  assert.is(bits.get('a'), bits.get('b'));
  assert.not.equal(bits.get('a'), bits.get('c'));
  assert.is(bits.get('d'), 'diverged');
});

test('the best of each family goes on, and the default', () => {
  const cells = { 'cd, 0.1': [0.2, 0.3], 'cd, 0.3': [0.1, 0.4], 'pcd, 4 x, 0.1': [0.5, 0.5], [DEFAULT]: [2, 2] };
  const all = Object.entries(cells).flatMap(([competitor, values]) =>
    values.map((value, k) => ({ set: `s${k}`, competitor, budget: 3, regrets: [value] })),
  );
  const competitors = Object.keys(cells).map((name) => ({ name, options: {} }));
  const heats = { ...made, standings: standings(all) };
  assert.equal(
    finalists(competitors, heats).map(({ name }) => name),
    ['cd, 0.1', 'pcd, 4 x, 0.1', DEFAULT],
  );
});

test('a run spends its budget, a trajectory by finding its length, and divergence is no number', async () => {
  const set = setNamed('bars and stripes 3×3, 8 hidden');
  const named = (name: string) => COMPETITORS.find((each) => each.name === name)!;
  for (const name of [DEFAULT, 'cd-10, 0.1', 'trajectory, 0.1']) {
    const { spent, updates, models } = await run({ set, competitor: named(name), budget: 0.1, seed: 1 });
    assert.ok(spent > 0.085 && spent < 0.115, `${name}: ${spent}`);
    assert.ok(updates > 0);
    assert.is(models !== undefined, name.startsWith('trajectory'));
  }
  // nothing is affordable: the RBM is as it began
  const none = await run({ set, competitor: named('exact, 0.1'), budget: 1e-6, seed: 1 });
  assert.is(none.updates, 0);
  near(none.logLikelihood, independentLikelihood(set.data().train, set.data().train), 0.2);
  const wild = { name: 'wild', options: { algorithm: 'cd', learningRate: 1e4 } as const };
  assert.is((await run({ set, competitor: wild, budget: 0.01, seed: 1 })).logLikelihood, Number.NEGATIVE_INFINITY);
});

const made: Summary = {
  seeds: 10,
  budgets: [1, 3],
  sets: [
    {
      set: 'made up, 2 hidden',
      visible: 4,
      hidden: 2,
      rows: 10,
      evaluated: 5,
      independent: -3.5,
      best: -2,
      bestBy: REFERENCE,
      likelihoods: [
        { budget: 1, default: -3, best: -2.25, bestBy: 'b, 0.1' },
        { budget: 3, default: Number.NEGATIVE_INFINITY },
      ],
    },
  ],
  standings: [
    { competitor: DEFAULT, budget: 1, worst: 0.7, where: 'made up, 2 hidden', mean: 2 / 3, sets: 1 },
    { competitor: DEFAULT, budget: 3, worst: Infinity, where: 'made up, 2 hidden', mean: Infinity, sets: 1 },
    { competitor: 'b, 0.1', budget: 1, worst: 0.25, where: 'made up, 2 hidden', mean: 1 / 6, sets: 1 },
  ],
  checks: [],
  unfinished: 3,
};

test('tables say what is in the results', () => {
  assert.is(
    rankingTable(made),
    [
      '| way of training | worst at 1 | mean at 1 | worst on | worst at 3 | mean at 3 | worst on |',
      '| --- | ---: | ---: | --- | ---: | ---: | --- |',
      '| b, 0.1 | 0.250 | 0.167 | made up, 2 hidden | – | – | – |',
      '| default | 0.700 | 0.667 | made up, 2 hidden | ∞ | ∞ | made up, 2 hidden |',
    ].join('\n'),
  );
  assert.is(
    likelihoodTable(made).split('\n')[2],
    '| made up, 2 hidden | −3.50 | −3.00 | −2.25 | b, 0.1 | −∞ | – | – | −2.00 | – |',
  );
  assert.match(report(made), '3 runs are not finished');
});

test('tables stand between the marks of a page, and nothing else is changed', () => {
  const mark = (word: string) => `<!-- tables of npm run bench -- defaults: ${word} -->`;
  const page = `before\n${mark('begin')}\nold\n${mark('end')}\nafter\n`;
  const once = withTables('a.md', page, 'new');
  assert.ok(once.startsWith('before\n') && once.endsWith('\nafter\n') && !once.includes('old'));
  assert.match(once, '\n\nnew\n\n');
  assert.is(withTables('a.md', once, 'new'), once);
  assert.throws(() => withTables('a.md', 'nothing', 'new'), /^"a\.md" expected the marks/);
});

test.run();
