import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coordinate, element, escapeText } from '../../src/viz/frame/markup.js';
import { formatNumber, formatPercent, superscript, textWidth, wrapText } from '../../src/viz/frame/text.js';

const test = suite('viz/text');

test('escapes what markup would read, and replaces what XML forbids', () => {
  assert.is(escapeText(`<a href="x">'&'</a>`), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;');
  assert.is(escapeText('a\u0000b\u001bc\ud800d\n\te\u{1f600}'), 'a\ufffdb\ufffdc\ufffdd\n\te\u{1f600}');
});

test('writes coordinates with two decimals and no negative zero', () => {
  assert.equal([1 / 3, -0.001, 2, 1e-9, -1.005].map(coordinate), ['0.33', '0', '2', '0', '-1']);
});

test('writes elements with escaped attributes and leaves out what is undefined', () => {
  assert.is(element('g', { id: '"', x: 0.125, y: undefined }, 'a', 'b'), '<g id="&quot;" x="0.13">ab</g>');
  assert.is(element('path', {}), '<path/>');
});

test('numbers read as in print', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [-1.5, '−1.5'],
    [0.30000000000000004, '0.3'],
    [123456, '123500'],
    [1e6, '1×10⁶'],
    [-2.5e-5, '−2.5×10⁻⁵'],
    [999999.9, '1×10⁶'],
    [0.0009999999, '0.001'],
  ];
  for (const [value, text] of cases) assert.is(formatNumber(value), text);
  assert.is(formatNumber(0.25, 3, true), '+0.25');
  assert.is(superscript(-10), '⁻¹⁰');
});

test('a percentage is 0 % or 100 % only where that is exact', () => {
  const cases: [number, string][] = [
    [0, '0 %'],
    [1, '100 %'],
    [1e-6, '< 0.01 %'],
    [0.999999, '> 99.99 %'],
    [0.0042, '0.42 %'],
    [0.8234, '82.3 %'],
    [0.9966, '99.66 %'],
  ];
  for (const [value, text] of cases) assert.is(formatPercent(value), text);
});

test('lines are no wider than asked, and lose no word', () => {
  const text = 'the quick brown fox jumps over an extraordinarilylongword and a lazy dog';
  const lines = wrapText(text, 90, 12);
  assert.is(lines.join(' '), text);
  assert.ok(lines.length > 3);
  for (const line of lines) assert.ok(textWidth(line, 12) <= 90 || !line.includes(' '), line);
  assert.equal(wrapText('  ', 90, 12), []);
});

test.run();
