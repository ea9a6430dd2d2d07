/** The report in a browser: figures, tables of eleven columns and long commands are whole at 1100 pixels, figures and commands at 500 too. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHROMIUM_MISSING, evaluateInPage, findChromium } from '../../scripts/browser.js';
import { lineChart } from '../../src/viz/charts/chart.js';
import { report } from '../../src/viz/report.js';

const test = suite('viz/report in a page');

const chromium = findChromium();
if (chromium === undefined) console.log(`skipped: ${CHROMIUM_MISSING}`);
const inChromium = chromium === undefined ? test.skip : test;

const numbers = Array.from({ length: 9 }, (_, k) => `-1.${4917 + k}(${60 + k})`);
const page = report({
  title: 'A report',
  question: 'Does it fit?',
  answer: 'Yes.',
  facts: [],
  figures: [
    lineChart({
      name: 'line',
      title: 'Line',
      xLabel: 'epoch',
      yLabel: 'value',
      caption: 'A line.',
      series: [{ label: 'one', x: [1, 2, 3], y: [1, 2, 3] }],
    }),
  ],
  tables: [
    {
      title: 'Eleven columns',
      columns: ['lattice and temperature', 'hidden units', ...numbers.map((_, k) => `E of RBM ${k}`)],
      rows: [['4×4 at T = 2.269', 16, ...numbers]],
    },
  ],
  provenance: {},
  command: `npx blockspin run mehta-schwab ${'--learning-rate 0.1 '.repeat(20)}--out ${'long'.repeat(60)}`,
});

inChromium('nothing is cut', async () => {
  const overflowing = await evaluateInPage(
    `const page = ${JSON.stringify(page)};
    export default async () => {
      const found = {};
      for (const width of [500, 1100, 1600]) {
        const frame = document.createElement('iframe');
        frame.style.width = width + 'px';
        frame.style.border = '0';
        frame.srcdoc = page;
        await new Promise((resolve) => { frame.onload = resolve; document.body.append(frame); });
        const root = frame.contentDocument;
        const cut = (selector) => [...root.querySelectorAll(selector)].some((box) => box.scrollWidth > box.clientWidth + 1);
        found[width] = ['html', 'pre', '.frame', '.scroll'].filter(cut);
      }
      return found;
    };`,
    { chromium: chromium as string, isolated: false },
  );
  // on a telephone so wide a table is moved under the finger
  assert.equal(overflowing, { 500: ['.scroll'], 1100: [], 1600: [] });
});

test.run();
