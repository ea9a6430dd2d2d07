/** What is shown of a report: the chart and BENCHMARKS.md say what is in it, and nothing else. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ratioChart } from '../../bench/chart.js';
import { disturbed, type Row, table } from '../../bench/harness.js';
import { markdown, shortMarkdown } from '../../bench/markdown.js';
import type { Report } from '../../bench/report.js';
import { all, collisions, parse, words } from '../viz/drawings.js';
import { example, report, row } from './reports.js';

const test = suite('bench/markdown');

/** As it comes back from out/bench.json. */
const filed = (made: Report): Report => JSON.parse(JSON.stringify(made));

test('BENCHMARKS.md is made of the file alone, and holds every row', () => {
  const made = example();
  const text = markdown(made, 'docs/benchmarks.png');
  assert.is(markdown(filed(made), 'docs/benchmarks.png'), text);
  for (const part of [
    '| Command | `npm run bench -- --rounds 7` |',
    '| Date | 2026-01-02 03:04 UTC |',
    '| blockspin | 1.2.3, commit abcdef012345, kernels 0123456789ab |',
    '| Machine | Abacus 3, 2 cores |',
    '](docs/benchmarks.png)',
    '## Cluster updates',
    '| ×4.25 | 3.83 – 5.10 |',
    '| Wolff, 64×64 | **Wasm** |',
    '| **Wasm, tables of sums** | 21.9 multiply-adds/ns | 21.8 – 22.2 |',
    'textbook C (cc 12 \\| -O3)',
    '| Wolff, cost of a flip | Wasm | 0.25 (two points) | 4096 – 65536 | 2 |',
    '| kernels | 53.6 kB | those of the source |',
    '| start | 62.4 ms (61.0 ms – 70.3 ms) | samples as here |',
    '- PyTorch float32 (/usr/bin/python3): No module named torch (2 cases)',
    '- Wolff, 64×64: equal bits',
    'in 7 rounds, each timing repeated within a round until it takes 20.0 ms or more',
  ]) {
    assert.ok(text.includes(part), `${part}\n\n${text}`);
  }
  assert.not.match(text, /undefined|NaN|slow rounds/);
  // every table has as many cells in each line as in its head
  for (const lines of text.split('\n\n').filter((block) => block.startsWith('|'))) {
    const cells = lines.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
    assert.is(new Set(cells).size, 1, lines);
  }
});

test('what went wrong is said: failures, slow rounds, short forms', () => {
  const slow = row({ machine: [1, 1, 1, 1, 1, 1, 0.5] });
  const text = markdown(
    report([slow], { failed: [{ name: 'CD-1', reason: 'weight 3 *differs*' }], short: true }),
    undefined,
  );
  assert.match(text, /\n## What failed\n\n- CD-1: weight 3 \\\*differs\\\*\n/);
  assert.match(text, '| ~ 1/7 |');
  assert.match(text, 'In 1 of 7 rounds the machine was more than 10 % slower');
  assert.match(text, 'These are the short forms');
  assert.not.match(text, '![');
});

test('a page gives the same tables to be pasted', () => {
  const text = shortMarkdown(example());
  assert.match(text, '### Cluster updates');
  assert.match(text, '| ×4.25 | 3.83 – 5.10 |');
  assert.not.match(text, '## Method');
});

test('the table of the terminal', () => {
  const text = table(example().rows);
  assert.match(text, /\nCluster updates\n {2}Wolff, 64×64\n {4}Wasm {2,}\d/);
  assert.match(text, /textbook TypeScript .* ×4\.25 +3\.83 – 5\.10\n/);
  assert.not.match(text, /undefined|NaN/);
});

const widths = (figure: { svg: string }) =>
  all(parse(figure), 'g.drawing rect[rx]').map((bar) => [
    Number(bar.getAttribute('x')),
    Number(bar.getAttribute('width')),
  ]);

test('the chart has a bar for each ratio, as long as its logarithm', () => {
  const made = filed(example());
  const chart = ratioChart(made)!;
  const bars = widths(chart).slice(3); // the first three are those of the legend
  assert.is(bars.length, 4);
  const ratios = made.rows.flatMap(({ ratio }) => (ratio ? [ratio[1]] : []));
  const scale = bars[0][1] / Math.log(ratios[0]);
  bars.forEach(([, width], k) => {
    assert.ok(Math.abs(width - scale * Math.abs(Math.log(ratios[k]))) < 0.05, `bar ${k}`);
  });
  const one = bars[0][0];
  assert.ok(Math.abs(bars[1][0] + bars[1][1] - one) < 0.05, 'the other is faster: the bar ends at 1');
  for (const text of [
    '×4.25',
    '×0.800',
    '×312',
    'Cluster updates',
    'textbook C (cc 12 | -O3)',
    'against a program of others',
  ]) {
    assert.ok(
      words(chart).some((box) => box.text === text),
      text,
    );
  }
});

test('no words of the chart meet, and none leaves it, whatever their length', () => {
  const long =
    'annealed importance sampling of a machine whose name is longer than anything that the catalogue holds today, '.repeat(
      2,
    );
  const rows: Row[] = [0.001, 0.3, 1, 12, 1e6].flatMap((middle, k) => [
    row({ case: `${long}${k}` }),
    row({ case: `${long}${k}`, contender: `${long} as well`, kind: 'peer', ratio: [middle / 3, middle, middle * 30] }),
    row({
      case: `${long}${k}`,
      contender: 'plain',
      kind: 'twin',
      ratio: [middle, middle, middle],
      group: k < 3 ? 'A' : long,
    }),
  ]);
  for (const made of [example(), report(rows), report([row({}), row({ ratio: [1, 1, 1] })])]) {
    const chart = ratioChart(made)!;
    assert.equal(collisions(chart), []);
  }
});

test('a disturbed row is marked in the chart', () => {
  const machine = [1, 1, 1, 1, 1, 1, 0.5];
  const made = report([row({ machine }), row({ ratio: [2, 2, 2], machine })]);
  assert.is(disturbed(made.rows[1]), '~ 1/7');
  const chart = ratioChart(made)!;
  assert.ok(words(chart).some(({ text }) => text === '×2.00 ~'));
  assert.match(chart.caption, 'the machine was slow');
});

test('there is no chart of nothing', () => {
  assert.is(ratioChart(report([row({})])), undefined);
});

test.run();
