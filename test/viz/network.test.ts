import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type NetworkOptions, networkPanel } from '../../src/viz/panels/network.js';
import { all, collisions, parse, words } from './drawings.js';

const test = suite('viz/network');

const base: NetworkOptions = {
  name: 'map',
  title: 'Strongest couplings',
  caption: 'Two panels.',
  shape: [10, 20],
  panels: [
    {
      heading: 'near',
      places: [[1, 1], [1, 3], [9, 19], null],
      links: [
        [0, 1, 0.5],
        [0, 2, -0.25],
        [1, 3, 9],
      ],
    },
    { heading: 'none', places: [[5, 5]], links: [] },
  ],
};

test('well formed, legible, the same bytes every time', () => {
  const figure = networkPanel(base);
  const root = parse(figure);
  assert.is(root.tagName, 'svg');
  assert.is(all(root, 'circle').length, 4);
  assert.equal(collisions(figure), []);
  for (const { left, right, top, bottom, text } of words(figure)) {
    assert.ok(left >= 0 && right <= figure.width && top >= 0 && bottom <= figure.height, text);
  }
  assert.not.match(figure.svg, /NaN|undefined|Infinity/);
  assert.is(networkPanel(base).svg, figure.svg);
});

test('a link goes the shortest way, and over the edge it is drawn at both sides of every seam', () => {
  const links = all(parse(networkPanel(base)), 'path').filter(
    (path) => path.getAttribute('stroke-linecap') === 'round',
  );
  // the link to the point without a place is left out; weaker ones lie below
  assert.is(links.length, 2);
  const strokesOf = (path: (typeof links)[number]) => (path.getAttribute('d') ?? '').match(/M/g)?.length;
  assert.equal(links.map(strokesOf), [4, 1]);
  const [across] = [...(links[0].getAttribute('d') ?? '').matchAll(/M([^ML ]+) ([^ML ]+)L([^ML ]+) ([^ML ]+)/g)];
  const [x0, y0, x1, y1] = across.slice(1).map(Number);
  // from (1,1) to (9,19): two rows up, two columns to the left, 17 pixels a site
  assert.ok(Math.abs(x1 - x0 + 34) < 0.02 && Math.abs(y1 - y0 + 34) < 0.02);
});

test('refuses what cannot be drawn', () => {
  assert.throws(() => networkPanel({ ...base, panels: [] }), /"panels" expected at least one panel/);
  const bad = (links: [number, number, number][]) => () =>
    networkPanel({ ...base, panels: [{ heading: 'x', places: [[0, 0]], links }] });
  assert.throws(bad([[0, 1, 1]]), /"panels\[0\]\.links\[0\]" expected integer in \[0, 0\], got 1/);
  assert.throws(bad([[0, 0, Number.NaN]]), /expected finite number, got NaN/);
});

test.run();
