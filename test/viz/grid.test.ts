import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GridOptions, gridPanel } from '../../src/viz/panels/grid.js';
import { refuses } from '../assert.js';
import { all, bumps, collisions, parse, stripes, words } from './drawings.js';

const test = suite('viz/grid');

const film: GridOptions = {
  name: 'film',
  title: 'Three films of five pictures',
  caption: 'Stripes.',
  shape: [16, 16],
  content: 'spins',
  columns: Array.from({ length: 5 }, (_, k) => ({ heading: `${k} steps`, note: `of ${16 * 2 ** (4 - k)}²` })),
  rows: ['below', 'at', 'a long name for what is above'].map((label, r) => ({
    label,
    notes: ['K = 0.4407', 'a note that is longer than the column of the labels is wide'],
    cells: Array.from({ length: 5 }, (_, k) => stripes(256, 3 + k + r)),
  })),
};
const maps: GridOptions = {
  ...film,
  name: 'maps',
  content: 'field',
  shape: [8, 64],
  aspect: 0.5,
  label: 'weight',
  columns: [{ heading: 'sought' }, { heading: 'found' }],
  rows: [{ label: 'seed 1', cells: [bumps(1, [8, 64]), bumps(1, [8, 64], 0.1)] }],
};

for (const options of [film, maps, { ...maps, aspect: undefined, name: 'flat' }]) {
  test(`${options.name}: well formed, legible, a picture a place, the same bytes every time`, () => {
    const figure = gridPanel(options);
    const root = parse(figure);
    assert.is(root.tagName, 'svg');
    assert.not.match(figure.svg, /NaN|undefined|Infinity/);
    assert.equal(collisions(figure), []);
    assert.is(all(root, '.cell image').length, options.rows.length * options.columns.length);
    const text = words(figure).map((word) => word.text);
    for (const { heading } of options.columns) assert.ok(text.includes(heading));
    assert.is(gridPanel(options).svg, figure.svg);
    for (const { left, right } of words(figure)) assert.ok(left >= 0 && right <= figure.width);
  });
}

test('an aspect stretches the pictures', () => {
  const [image] = all(parse(gridPanel(maps)), '.cell image');
  const [width, height] = ['width', 'height'].map((name) => Number(image.getAttribute(name)));
  assert.ok(Math.abs(height / width - 0.5) < 0.01);
});

test('refusals', () => {
  const wrong = (options: Partial<GridOptions>) => () => gridPanel({ ...film, ...options });
  refuses(wrong({ rows: [] }), RangeError, '"rows" expected at least one row, got []');
  refuses(wrong({ columns: [] }), RangeError, '"columns" expected at least one column, got []');
  refuses(wrong({ shape: [16, 15] }), RangeError, '"rows[0].cells[0]" expected length 240, got 256');
  refuses(wrong({ columns: film.columns.slice(1) }), RangeError, '"rows[0].cells" expected length 4, got 5');
  refuses(
    wrong({ rows: [{ label: 'x', cells: film.columns.map(() => new Uint8Array(256).fill(2)) }] }),
    RangeError,
    /"spin"/,
  );
  refuses(
    wrong({
      content: 'field',
      rows: [{ label: 'x', cells: film.columns.map(() => new Float32Array(256).fill(Number.NaN)) }],
    }),
    RangeError,
    '"rows[0].cells[0][0]" expected finite number, got NaN',
  );
});

test.run();
