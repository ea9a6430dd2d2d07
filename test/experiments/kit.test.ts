import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawn, evenly, seriesOf } from '../../src/experiments/kit/charts.js';
import { COIN_TOSSES, otherCoupling, SHUFFLED_SITES } from '../../src/experiments/kit/controls.js';
import { decodeResult, encodeResult } from '../../src/experiments/kit/pointStore.js';
import { grouped, having, ofKind } from '../../src/experiments/kit/rows.js';
import { tableOf } from '../../src/experiments/kit/tables.js';
import { counted, fact, listed, paragraphs, percent, prose, verdictText } from '../../src/experiments/kit/text.js';
import { judge } from '../../src/experiments/kit/verdict.js';
import { reorderSites } from '../../src/ising/data/siteOrder.js';
import { SpinData } from '../../src/ising/data/spinData.js';

import { generator, shuffled } from '../../src/wasm/draws.js';

const test = suite('experiments/kit');

test('prose: line breaks of the source are spaces, those of values stay; paragraphs without the empty ones', () => {
  assert.is(
    prose`one
      ${2}
      three, ${'a  b\nc'}`,
    'one 2 three, a  b\nc',
  );
  assert.is(paragraphs('a', false, '', null, 'b'), 'a\n\nb');
});

test('words: lists, counts, shares, facts', () => {
  assert.equal([[], [4], [4, 16], [4, 16, 64]].map(listed), ['', '4', '4 and 16', '4, 16 and 64']);
  assert.equal(
    [0, 1, 2].map((n) => counted(n, 'step')),
    ['0 steps', '1 step', '2 steps'],
  );
  const shares = [0.98123, 0, 1, 0.00012345, { value: 0.68, error: 0.0933 }, { mean: 0.5, error: null }];
  assert.equal(shares.map(percent), ['98.1 %', '0 %', '100 %', '0.0123 %', '68.0(9.3) %', '50 %']);
  assert.equal(percent({ value: 0.3, error: 0 }), '30 %');
  assert.equal(fact('K', { value: 0.44, error: 0.0012 }), { label: 'K', value: '0.4400(12)' });
  assert.equal(fact('K', null, 'none'), { label: 'K', value: '–', note: 'none' });
});

test('verdicts as sentences: what holds, what does not, what cannot be told, with the number, the threshold and the control', () => {
  const criterion = { claim: 'x is small', statistic: '|x|', atMost: 2, control: 'noise' };
  assert.is(
    verdictText([judge(criterion, 1, 5), judge(criterion, 3, null), judge({ ...criterion, control: undefined }, null)]),
    'It holds that x is small (|x|: 1, needs at most 2; noise: 5). ' +
      'It does not hold that x is small (|x|: 3, needs at most 2; noise: –). ' +
      'It cannot be told whether x is small (|x|: –, needs at most 2).',
  );
  for (const value of [Number.NaN, Infinity]) {
    const { holds, value: kept, controlValue } = judge(criterion, value, value);
    assert.equal([holds, kept, controlValue], [null, null, null]);
  }
});

test('tables and series: estimates with their errors, dashes and gaps for null', () => {
  const rows = [
    { x: 1, y: { value: 0.5, error: 0.02 }, note: 'first' },
    { x: 2, y: null, note: 'second' },
    { x: 3, y: { value: 0.7, error: null }, note: 'third' },
  ];
  const columns = [
    { title: 'x', of: ({ x }: (typeof rows)[0]) => x },
    { title: 'y', of: ({ y }: (typeof rows)[0]) => y },
  ];
  assert.equal(tableOf('t', rows, columns, 'n'), {
    title: 't',
    columns: ['x', 'y'],
    rows: [
      [1, '0.500(20)'],
      [2, '–'],
      [3, '0.700000'],
    ],
    note: 'n',
  });
  const x = ({ x: at }: (typeof rows)[0]) => at;
  assert.equal(
    seriesOf('s', rows, x, ({ y }) => y, { mark: 'circles' }),
    {
      label: 's',
      x: [1, 3],
      y: [0.5, 0.7],
      error: [0.02, 0],
      mark: 'circles',
    },
  );
  assert.equal(
    seriesOf('s', rows, x, ({ y }) => y?.value ?? null),
    { label: 's', x: [1, 3], y: [0.5, 0.7] },
  );
});

test('results of one kind, and series by the names of members', () => {
  const results = [
    { point: { kind: 'a' as const }, x: 1, y: 2 },
    { point: { kind: 'b' as const }, x: 2, z: null },
    { point: { kind: 'a' as const }, x: 3, y: 4 },
  ];
  const own = ofKind(results, 'a');
  assert.equal(own, [results[0], results[2]]);
  assert.equal(seriesOf('s', own, 'x', 'y'), { label: 's', x: [1, 3], y: [2, 4] });
});

test('groups in the order in which they come first; rows that have a member', () => {
  const rows = [
    { a: 2, b: 1, c: null },
    { a: 1, b: 1, c: 'x' },
    { a: 2, b: 1, c: 'y' },
    { a: 2, b: 2, c: null },
  ];
  assert.equal(
    grouped(rows, ({ a, b }) => [a, b]),
    [[rows[0], rows[2]], [rows[1]], [rows[3]]],
  );
  assert.equal(having(rows, 'c'), [rows[1], rows[2]]);
  assert.equal(grouped([], String), []);
});

test('charts: series that have points, abscissas of a curve', () => {
  const empty = { label: 'none', x: [], y: [] };
  const one = { label: 'one', x: [1], y: [2] };
  assert.equal(drawn([empty, one]), [one]);
  assert.equal(evenly([3, 1, 2], 5), [1, 1.5, 2, 2.5, 3]);
  assert.equal(evenly([2, 2], 5), [2]);
});

test('controls: coin tosses have K = 0, sites that are put in another order carry their spins along', () => {
  assert.equal(
    [COIN_TOSSES, SHUFFLED_SITES, otherCoupling(0.3)].map(({ coupling }) => coupling(0.4)),
    [0, 0.4, 0.3],
  );
  const order = shuffled(Array(10).keys(), generator(5, 'order'));
  assert.equal(
    [...order].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(shuffled(Array(10).keys(), generator(5, 'order')), order);
  assert.not.equal(shuffled(Array(10).keys(), generator(6, 'order')), order);
  const data = new SpinData(2, [2, 5], Uint8Array.of(0b10110001, 1, 0b01000110, 2), { source: 'test' });
  const other = reorderSites(data, order);
  for (const r of [0, 1]) {
    assert.equal(
      [...other.row(r)],
      order.map((site) => data.bit(r, site)),
    );
  }
  assert.is(other.provenance.source, 'test, sites in a random order');
});

test('results come back from their bytes: plain values and typed arrays', () => {
  const result = {
    a: [1, 'two', null, { b: true }],
    c: Float64Array.of(0.1, 1e-300),
    d: Uint8Array.of(7),
    e: undefined,
  };
  const { e: _, ...kept } = result;
  assert.equal(decodeResult(encodeResult(result, { seed: '1' }), { seed: '1' }), kept);
  assert.throws(() => encodeResult({ x: Number.NaN }, {}), /expected finite number/);
});

test.run();
