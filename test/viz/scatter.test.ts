import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ScatterOptions, scatterChart } from '../../src/viz/charts/scatter.js';
import { all, collisions, parse, words } from './drawings.js';

const test = suite('viz/scatter');

const x = Array.from({ length: 300 }, (_, k) => Math.sin(k) * 5);
const base: ScatterOptions = {
  name: 'hidden-layer',
  title: 'Hidden layer',
  xLabel: 'H_RBM(h)',
  yLabel: 'H_RG(h)',
  caption: 'All states.',
  series: [
    { label: 'after training', x, y: x },
    { label: 'before training, a label so long that it is broken into lines', x: x.slice(0, 5), y: x.slice(1, 6) },
  ],
};
const single: ScatterOptions = { ...base, name: 'single', series: [{ label: 'one', x: [0], y: [0] }] };

for (const options of [base, single]) {
  test(`${options.name}: well formed, legible, the same bytes every time`, () => {
    const figure = scatterChart(options);
    const root = parse(figure);
    assert.is(root.tagName, 'svg');
    assert.is(all(root, 'style, script, clipPath').length, 0);
    assert.is(
      all(root, 'circle').length,
      options.series.reduce((sum, series) => sum + series.x.length, 0),
    );
    assert.equal(collisions(figure), []);
    for (const { left, right, top, bottom, text } of words(figure)) {
      assert.ok(left >= 0 && right <= figure.width && top >= 0 && bottom <= figure.height, text);
    }
    assert.is(scatterChart(options).svg, figure.svg);
  });
}

test('both axes have one scale: what is equal lies on the diagonal', () => {
  const root = parse(scatterChart({ ...base, series: [{ label: 'equal', x: [-3, 0, 7], y: [-3, 0, 7] }] }));
  const centres = all(root, 'circle').map((dot) => [Number(dot.getAttribute('cx')), Number(dot.getAttribute('cy'))]);
  const sums = centres.map(([cx, cy]) => cx + cy);
  assert.is(centres.length, 3);
  for (const sum of sums) assert.ok(Math.abs(sum - sums[0]) < 0.05, `${sums}`);
  assert.ok(centres[2][0] > centres[0][0] && centres[2][1] < centres[0][1]);
});

test('refuses what cannot be drawn', () => {
  const bad = (series: unknown) => () => scatterChart({ ...base, series: series as ScatterOptions['series'] });
  assert.throws(bad([]), /"series" expected at least one series/);
  assert.throws(bad([{ label: 'a', x: [], y: [] }]), /"series\[0\]\.x" expected at least one point/);
  assert.throws(bad([{ label: 'a', x: [1], y: [1, 2] }]), /"series\[0\]\.y" expected length 1, got 2/);
  assert.throws(
    bad([{ label: 'a', x: [1], y: [Number.NaN] }]),
    /"series\[0\]\.y\[0\]" expected finite number, got NaN/,
  );
});

test.run();
