import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LineChartOptions, lineChart, spread } from '../../src/viz/charts/chart.js';
import { all, collisions, parse, words } from './drawings.js';

const test = suite('viz/chart');

const x = Array.from({ length: 120 }, (_, k) => k + 1);
const decay = (from: number, to: number, rate: number) => x.map((k) => to + (from - to) * Math.exp(-k / rate));
const base: LineChartOptions = {
  name: 'training',
  title: 'Training',
  xLabel: 'epoch',
  yLabel: 'error per unit',
  caption: 'Three layers.',
  series: [
    { label: 'layer 1', x, y: decay(0.2, 0.05, 20), error: x.map(() => 0.004) },
    { label: 'layer 2', x, y: decay(0.18, 0.0505, 25) },
    { label: 'layer 3, the smallest of them all and the last to settle', x, y: decay(0.21, 0.051, 40) },
  ],
};
const log: LineChartOptions = { ...base, name: 'log', yScale: 'log' };
const few: LineChartOptions = { ...base, name: 'few', series: [{ label: '', x: [3], y: [-120000.5] }] };
const wide: LineChartOptions = {
  ...log,
  name: 'wide',
  series: [{ label: 'KL', x: [0, 1, 2], y: [1e3, 1e-3, 1e-9], error: [1, 1, 1] }],
};
const many: LineChartOptions = {
  ...base,
  name: 'many',
  series: Array.from({ length: 12 }, (_, k) => ({ label: `K = 0.${30 + k}`, x, y: decay(0, -1 - k / 500, 20) })),
};

for (const options of [base, log, few, wide, many]) {
  test(`${options.name}: well formed, legible, the same bytes every time`, () => {
    const figure = lineChart(options);
    const root = parse(figure);
    assert.is(root.tagName, 'svg');
    assert.is(all(root, 'style, script, clipPath').length, 0);
    assert.not.match(figure.svg, /NaN|undefined|Infinity/);
    assert.equal(collisions(figure), []);
    assert.is(lineChart(options).svg, figure.svg);
  });
}

/** Points of a path of straight strokes. */
const points = (node: Element) =>
  [...(node.getAttribute('d') ?? '').matchAll(/[ML]([-\d.]+),([-\d.]+)/g)].map(([, px, py]) => [
    Number(px),
    Number(py),
  ]);

test('marks stand on a curve: bars for their errors, no line, no band; what is counted has whole ticks', () => {
  const x = [0, 1, 2, 3];
  const figure = lineChart({
    ...base,
    name: 'marks',
    series: [
      { label: 'exact', x, y: [4, 2, 1, 0.5] },
      { label: 'read off', x, y: [4, 2, 1, 0.5], mark: 'circles' },
      { label: 'measured', x, y: [4.1, 2, 0.9, 0.5], error: [0.1, 0.1, 0.1, 0.1], mark: 'crosses' },
    ],
  });
  const root = parse(figure);
  assert.is(all(root, '.curve path').length, 1);
  assert.is(all(root, '.band path').length, 0);
  assert.is(all(root, '.marks path, .marks circle').length, 8);
  assert.is(all(root, '.bars line').length, 4);
  const ticks = words(figure).map(({ text }) => text);
  assert.ok(x.every((tick) => ticks.includes(String(tick))));
  assert.not.ok(ticks.includes('1.5'));
  assert.equal(collisions(figure), []);
  assert.throws(
    () => lineChart({ ...base, series: [{ label: 'x', x, y: x, mark: 'stars' as never }] }),
    /"series\[0\].mark"/,
  );
});

test('a curve a series, a band a series with errors, drawn where the numbers are', () => {
  const root = parse(lineChart(base));
  const curves = all(root, '.curve path');
  assert.is(curves.length, 3);
  assert.is(all(root, '.band path').length, 1);
  const first = points(curves[0]);
  assert.is(first.length, x.length);
  // Equal steps in x, and height an affine function of y with a negative slope: larger is higher.
  const y = base.series[0].y;
  const slope = (first[50][1] - first[0][1]) / (y[50] - y[0]);
  assert.ok(slope < 0);
  first.forEach(([px, py], k) => {
    assert.ok(Math.abs(px - (first[0][0] + k * ((first[119][0] - first[0][0]) / 119))) < 0.02, `x of ${k}`);
    assert.ok(Math.abs(py - (first[0][1] + slope * (y[k] - y[0]))) < 0.03, `y of ${k}`);
  });
});

test('a logarithmic axis has equal steps for equal factors', () => {
  const series = [{ label: '', x: [0, 1, 2], y: [100, 1, 0.01] }];
  const [curve] = all(parse(lineChart({ ...log, series })), '.curve path');
  const heights = points(curve).map(([, py]) => py);
  assert.ok(Math.abs(heights[2] - 2 * heights[1] + heights[0]) < 0.03);
  assert.ok(heights[2] > heights[0]);
});

test('ticks of a linear axis have the same decimals', () => {
  const text = words(lineChart(base)).map((box) => box.text);
  for (const tick of ['0.00', '0.05', '0.10', '0.15', '0.20']) assert.ok(text.includes(tick), tick);
});

test('ticks of a short axis are there and differ', () => {
  const heights = [
    { y: [3.1, 3.2, 3.3], yScale: 'log' as const, some: ['3.1', '3.3'] },
    { y: [3.0001, 3.0002, 3.0003], yScale: 'log' as const, some: ['3.0002'] },
    { y: [1, 1.000005, 1.00001], some: ['1.000002', '1.000008'] },
    // these are one number
    { y: [1e6, 1e6 + 1e-6, 1e6], some: ['1000000'] },
  ];
  for (const { y, yScale, some } of heights) {
    const figure = lineChart({ ...base, yScale, series: [{ label: 'a', x: [0, 1, 2], y }] });
    const ticks = words(figure)
      .map(({ text }) => text)
      .filter((text) => /^[\d.]{2,}$/.test(text));
    assert.is(new Set(ticks).size, ticks.length, `${ticks}`);
    for (const tick of some) assert.ok(ticks.includes(tick), `${tick} in ${ticks}`);
  }
});

test('labels keep their order, their distance and the frame', () => {
  const wanted = [100, 101, 99, 40, 338].map((centre) => ({ centre, height: 20 }));
  const centres = spread(wanted, 340);
  assert.equal(centres, [100, 120, 80, 40, 330]);
  assert.equal(spread([], 100), []);
});

test('refuses bad series by name', () => {
  const draw = (change: Partial<LineChartOptions['series'][number]>, yScale?: 'log') => () =>
    lineChart({ ...base, yScale, series: [{ label: 'a', x: [1, 2], y: [1, 2], ...change }] });
  assert.not.throws(draw({}));
  assert.throws(draw({ y: [1] }), /"series\[0\].y" expected length 2, got 1/);
  assert.throws(draw({ y: [1, Number.NaN] }), /"series\[0\].y\[1\]" expected finite number, got NaN/);
  assert.throws(draw({ x: [1, Number.POSITIVE_INFINITY] }), /"series\[0\].x\[1\]" expected finite number/);
  assert.throws(draw({ x: [], y: [] }), /"series\[0\].x" expected at least one point/);
  assert.throws(draw({ error: [1] }), /"series\[0\].error" expected length 2, got 1/);
  assert.throws(draw({ error: [1, -1] }), /"series\[0\].error\[1\]" expected number >= 0, got -1/);
  assert.throws(draw({ y: [1, 0] }, 'log'), /"series\[0\].y\[1\]" expected number > 0 on a logarithmic scale, got 0/);
  assert.throws(() => lineChart({ ...base, series: [] }), /"series" expected at least one series/);
  assert.throws(() => lineChart({ ...base, yScale: 'sqrt' as 'log' }), /"yScale" expected one of linear, log/);
});

test.run();
