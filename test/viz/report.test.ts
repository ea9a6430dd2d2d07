import { parseHTML } from 'linkedom';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineChart } from '../../src/viz/charts/chart.js';
import type { Figure } from '../../src/viz/frame/figure.js';
import { fieldsPanel } from '../../src/viz/panels/fieldsPanel.js';
import { architecturePanel } from '../../src/viz/panels/networkSheets.js';
import { reconstructionsPanel } from '../../src/viz/panels/reconstructions.js';
import { type ReportOptions, report } from '../../src/viz/report.js';
import { bumps, stripes } from './drawings.js';

const test = suite('viz/report');

const shape: [number, number] = [8, 8];
const figures: Figure[] = [
  architecturePanel({ shape, layers: [64, 16, 4] }),
  fieldsPanel({ name: 'panel-b', title: 'Middle', fields: bumps(16, shape), shape }),
  fieldsPanel({ name: 'panel-c', title: 'Top', fields: bumps(4, shape), shape }),
  reconstructionsPanel({
    shape,
    samples: [{ spins: stripes(64), reconstruction: new Float32Array(64).fill(0.5), agreement: 0.5 }],
    bottleneck: 4,
  }),
  lineChart({
    name: 'training',
    title: 'T',
    xLabel: 'x',
    yLabel: 'y',
    caption: 'c',
    series: [{ label: 'a', x: [1, 2], y: [3, 4] }],
  }),
];
const base: ReportOptions = {
  title: 'Blocks & <layers>',
  subtitle: 'a "subtitle"',
  question: 'Is 1 < 2?',
  answer: 'First <b>paragraph</b>.\n\nSecond.',
  facts: [{ label: 'Agreement', value: '82 %', note: 'of <sites>' }],
  figures,
  tables: [
    {
      title: 'Layers',
      columns: ['Layer', 'Units', 'Growth'],
      rows: [
        ['first', 400, '—'],
        ['top', 25, '×3.7'],
      ],
      note: 'a < b',
    },
  ],
  provenance: { seed: '1', '<key>': '<value>' },
  command: 'npx blockspin run mehta-schwab && echo "<done>"',
};

function page(options: ReportOptions = base): Document {
  return parseHTML(report(options)).document as unknown as Document;
}
const texts = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map((node) => node.textContent ?? '');

test('holds every part, as text', () => {
  const document = page();
  assert.equal(texts(document, 'h1'), ['Blocks & <layers>']);
  assert.equal(texts(document, 'title').slice(0, 1), ['Blocks & <layers>']);
  assert.equal(texts(document, '.question'), ['Is 1 < 2?']);
  assert.equal(texts(document, '.prose p'), ['First <b>paragraph</b>.', 'Second.']);
  assert.equal(texts(document, '.facts dt, .facts dd'), ['Agreement', '82 %', 'of <sites>']);
  assert.equal(texts(document, 'figure h3 .letter'), ['A', 'B', 'C', 'E']);
  assert.equal(
    texts(document, 'figcaption'),
    figures.map((figure) => figure.caption),
  );
  assert.equal(texts(document, 'tbody tr:first-child > *'), ['first', '400', '—']);
  assert.equal(texts(document, '.provenance dt, .provenance dd'), ['seed', '1', '<key>', '<value>']);
  assert.equal(texts(document, 'pre'), ['npx blockspin run mehta-schwab && echo "<done>"']);
  assert.is(document.querySelectorAll('main b, script, img, link').length, 0);
});

test('loads nothing: no address but that of the SVG name space, and a policy that forbids the rest', () => {
  const html = report(base);
  assert.equal([...new Set(html.match(/\w+:\/\/[^\s"']+/g))], ['http://www.w3.org/2000/svg']);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; img-src data:/);
  assert.not.match(html, /@import|url\((?!#)/);
});

test('ids are unique, and every reference finds its own', () => {
  const document = page();
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  assert.is(new Set(ids).size, ids.length);
  let references = 0;
  for (const node of document.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      const found = [...value.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
      if (name === 'aria-labelledby' || name === 'aria-describedby') found.push(...value.split(' '));
      for (const id of found) {
        references++;
        assert.ok(ids.includes(id), `${name} → ${id}`);
      }
    }
  }
  assert.ok(references > figures.length);
});

test('each drawing is named by its heading and described by its caption, and drops its own heading', () => {
  const document = page();
  for (const figure of figures) {
    const svg = document.querySelector(`#${figure.name} svg`);
    assert.is(svg?.getAttribute('role'), 'img');
    assert.is(svg?.getAttribute('aria-labelledby'), `${figure.name}-heading`);
    assert.is(svg?.querySelectorAll('.heading').length, 0);
    const [left, top, width, height] = (svg?.getAttribute('viewBox') ?? '').split(' ').map(Number);
    assert.is(left, 0);
    assert.ok(top > 20);
    assert.is(width, figure.width);
    assert.is(top + height, figure.height);
  }
});

test('drawings that share ids are kept apart', () => {
  const drawing = (name: string): Figure => ({
    name,
    title: name,
    caption: '',
    width: 10,
    height: 10,
    svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><defs><linearGradient id="g"/></defs><rect fill="url(#g)"/><use href="#g"/></svg>',
  });
  const html = report({ ...base, figures: [drawing('one'), drawing('two')] });
  for (const name of ['one', 'two']) {
    assert.ok(
      html.includes(`id="${name}-g"`) && html.includes(`url(#${name}-g)`) && html.includes(`href="#${name}-g"`),
    );
  }
});

test('numbers stand flush right, words do not', () => {
  const cells = [...page().querySelectorAll('tbody tr:first-child > *')].map((cell) =>
    cell.classList.contains('number'),
  );
  assert.equal(cells, [false, true, true]);
});

test('light and dark, paper and small screens have their rules; there is no script', () => {
  const html = report(base);
  for (const rule of ['prefers-color-scheme:dark', '@media print', 'max-width:40rem', '<html lang="en">']) {
    assert.ok(html.includes(rule), rule);
  }
  assert.ok(html.startsWith('<!doctype html>'));
  assert.is(report(base), html);
});

test('parts may be empty', () => {
  const html = report({ ...base, facts: [], figures: [], tables: [], provenance: {}, subtitle: undefined });
  assert.not.match(html, /<h2>Figures|<h2>Tables|<h2>Provenance|class="facts"/);
});

test('refuses drawings that run code, load, or refer elsewhere', () => {
  const draw =
    (inside: string, root = '') =>
    () =>
      report({
        ...base,
        figures: [
          { ...figures[0], svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"${root}>${inside}</svg>` },
        ],
      });
  assert.not.throws(draw('<rect/>'));
  assert.throws(draw('<script>alert(1)</script>'), /"figures\["panel-a"\].svg" expected no element that runs or loads/);
  assert.throws(draw('<foreignObject/>'), /no element that runs or loads/);
  assert.throws(draw('<rect onclick="x()"/>'), /expected no event handler, got "onclick"/);
  assert.throws(draw('', ' onload="x()"'), /expected no event handler/);
  assert.throws(draw('<image href="https://example.org/x.png"/>'), /expected links to its own ids or embedded images/);
  assert.throws(draw('<a href="javascript:alert(1)"/>'), /expected links to its own ids or embedded images/);
  assert.throws(draw('<rect fill="url(#nowhere)"/>'), /expected references to its own ids, got "#nowhere"/);
  assert.throws(draw('<rect style="fill:url(https://example.org/x)"/>'), /expected references to its own ids/);
  assert.throws(() => report({ ...base, figures: [{ ...figures[0], svg: 'hello' }] }), /expected one svg element/);
});

test('refuses what does not fit, by name', () => {
  assert.throws(
    () => report({ ...base, figures: [figures[0], figures[0]] }),
    /"figures\[1\].name" expected a name of its own/,
  );
  const table = (rows: (string | number)[][]) => () =>
    report({ ...base, tables: [{ title: 't', columns: ['a', 'b'], rows }] });
  assert.throws(table([['x']]), /"tables\[0\].rows\[0\]" expected 2 cells, got "1 cells"/);
  assert.throws(table([['x', Number.NaN]]), /"tables\[0\].rows\[0\]\[1\]" expected text or a finite number, got NaN/);
  assert.throws(() => report({ ...base, title: 5 as unknown as string }), /"title" expected string, got 5/);
  assert.throws(
    () => report({ ...base, provenance: { a: 1 as unknown as string } }),
    /"provenance\["a"\]" expected string/,
  );
});

test.run();
