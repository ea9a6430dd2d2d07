import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type SpectrumOptions, spectrumChart } from '../../src/viz/charts/spectrum.js';
import { all, collisions, parse } from './drawings.js';

const test = suite('viz/spectrum');

const epochs = Array.from({ length: 30 }, (_, k) => 2 * k + 1);
/** Values that leave a bulk one after another. */
const grown = (count: number) =>
  epochs.map((epoch) =>
    Array.from(
      { length: count },
      (_, k) => 0.2 / (1 + k / 20) + 6 / (1 + k) / (1 + Math.exp((12 + 6 * k - epoch) / 3)),
    ),
  );
const base: SpectrumOptions = {
  name: 'singular-values',
  title: 'Singular values of the weights',
  epochs,
  values: grown(40),
  edge: 0.25,
  caption: 'All of them.',
};
const CASES: SpectrumOptions[] = [
  base,
  { ...base, name: 'largest', count: 784 },
  { ...base, name: 'few', values: grown(3), edge: undefined },
  { ...base, name: 'one', epochs: [7], values: [[3, 2, 0]] },
  { ...base, name: 'nothing', epochs: [1, 2], values: [[0], [0]], edge: undefined },
];

for (const options of CASES) {
  test(`${options.name}: well formed, legible, the same bytes every time`, () => {
    const chart = spectrumChart(options);
    const root = parse(chart);
    assert.is(root.tagName, 'svg');
    assert.not.match(chart.svg, /NaN|undefined|Infinity/);
    assert.equal(collisions(chart), []);
    assert.is(spectrumChart(options).svg, chart.svg);
    const lines = all(root, options.epochs.length > 1 ? '.spectrum path' : '.spectrum circle');
    assert.is(lines.length, options.values[0].length);
  });
}

/** Heights of a line, as in its path. */
const heights = (line: Element) =>
  [...line.getAttribute('d')!.matchAll(/ ([\d.]+)(?=[L]|$)/g)].map(([, y]) => Number(y));

test('a line a value, logarithmic, the largest last and so on top; the edge lies where its value does', () => {
  const root = parse(spectrumChart({ ...base, values: epochs.map(() => [8, 4, 2, 1]), edge: 2 }));
  const ys = all(root, '.spectrum path').map((line) => heights(line)[0]);
  assert.is(ys.length, 4);
  const steps = ys.slice(1).map((y, k) => ys[k] - y);
  for (const step of steps) assert.ok(Math.abs(step - steps[0]) < 0.05 && step > 20, `${steps}`);
  const [edge] = all(root, '.edge');
  assert.ok(Math.abs(Number(/^M[\d.]+ ([\d.]+)/.exec(edge.getAttribute('d')!)![1]) - ys[1]) < 0.05);
  assert.equal(
    all(root, '.labels text').map((node) => node.textContent),
    ['1st', '2nd', '3rd', '4th'],
  );
  const many = parse(spectrumChart({ ...base, count: 784 }));
  assert.ok(
    all(many, '.labels text')
      .map((node) => node.textContent)
      .includes('40th of 784'),
  );
});

test('refuses what cannot be drawn', () => {
  const refused: [Partial<SpectrumOptions>, RegExp][] = [
    [{ epochs: [], values: [] }, /"epochs" expected at least one/],
    [{ epochs: [1, 2], values: [[1]] }, /"values" expected length 2, got 1/],
    [{ epochs: [2, 2], values: [[1], [1]] }, /"epochs\[1\]" expected number above 2, got 2/],
    [{ epochs: [1, 2], values: [[1], [1, 2]] }, /"values\[1\]" expected length 1, got 2/],
    [{ epochs: [1], values: [[-1]] }, /"values\[0\]\[0\]" expected number >= 0, got -1/],
    [{ epochs: [1], values: [[Number.NaN]] }, /"values\[0\]\[0\]" expected finite number/],
    [{ epochs: [1], values: [[]] }, /"values\[0\]" expected at least one value/],
    [{ edge: 0 }, /"edge" expected number > 0/],
  ];
  for (const [changed, message] of refused) assert.throws(() => spectrumChart({ ...base, ...changed }), message);
});

test.run();
