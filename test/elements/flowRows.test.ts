import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ORDER } from '../../src/elements/flow/nulls.js';
import { estimateText, shippedNumbers, sortedRows, timeText } from '../../src/elements/flow/numbers.js';
import { SHIPPED } from '../../src/elements/flow/results.js';
import { KIND_NAMES, ROW_IDS, type RowId, RULE_IDS, STUDIED_IDS } from '../../src/elements/flow/rows.js';
import { near } from '../assert.js';

const test = suite('elements/flowRows');

test('rows: every one once, sorted by their distance from the exact value, those without a number last', () => {
  assert.equal([...ROW_IDS].sort(), [...RULE_IDS, ...STUDIED_IDS].sort());
  const thermal = sortedRows('thermal');
  const distance = (id: RowId) => Math.abs((shippedNumbers(id).thermal?.value ?? Number.POSITIVE_INFINITY) - 1);
  for (let k = 1; k < thermal.length; k++) assert.ok(distance(thermal[k - 1]) <= distance(thermal[k]));
  const coupling = sortedRows('coupling');
  assert.is(shippedNumbers(coupling.at(-1)!).coupling, null);
});

test('shipped results: every row has numbers, each rule three steps; the majority is at the exact values', () => {
  for (const id of ROW_IDS) {
    const { thermal } = shippedNumbers(id);
    if (id !== 'signs') assert.ok(Number.isFinite(thermal?.value), id);
  }
  assert.ok(JSON.stringify(SHIPPED).length < 100_000);
  const { steps } = SHIPPED.rules.rows.majority;
  assert.is(steps.length, 3);
  near(steps[1].thermal!.value, 1, 0.02, 'y_T');
  near(steps[1].magnetic!.value, 15 / 8, 0.005, 'y_h');
  assert.equal(
    [...ORDER].sort((a, b) => a - b),
    Array.from({ length: 64 }, (_, k) => k),
  );
});

test('reported rows: without exponents they say why; each line of couplings has its steps', () => {
  assert.ok(SHIPPED.reported.length > 0);
  for (const { kind, thermal, magnetic, reason } of SHIPPED.reported) {
    assert.ok(kind in KIND_NAMES);
    assert.is(reason === null, thermal !== null && magnetic !== null);
  }
  const [, at] = SHIPPED.couplings.lines.map(({ points }) => points).filter((_, k) => k === 1 || k === 2);
  near(at[3].nearest!.value, at[2].nearest!.value, 0.03, 'at K_c the neighbours come to rest');
  const colder = SHIPPED.couplings.lines.at(-1)!.points;
  assert.ok(colder[3].nearest!.value > colder[1].nearest!.value, 'below T_c they grow');
  const warmer = SHIPPED.couplings.lines[0].points;
  assert.ok(warmer[3].nearest!.value < warmer[1].nearest!.value - 0.03, 'above they fall');
  assert.equal(
    SHIPPED.contrast.layers.map(({ data, points }) => [data, points.length]),
    [
      ['ising', 3],
      ['shuffled', 3],
      ['coins', 3],
    ],
  );
});

test('numbers as texts: with an error in brackets, without one by four decimals, none as a dash; times from seconds to minutes', () => {
  assert.is(estimateText({ value: 1.00321, error: 0.0031 }), '1.0032(31)');
  assert.is(estimateText({ value: 0.74724, error: null }), '0.7472');
  assert.is(estimateText(null), '–');
  assert.equal([0.2, 4.1, 89, 150].map(timeText), ['< 1 s', '5 s', '89 s', '3 min']);
});

test.run();
