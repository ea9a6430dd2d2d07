/** Examples that are pages without a bundler, in headless Chromium: what they show are the numbers of Node, to the bit. */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { kaufman } from '../../src/exact/index.js';
import { Ising, measure, square } from '../../src/ising/index.js';
import { formatEstimate } from '../../src/stats/index.js';
import { type FigureUnderTest, figureOf, LabInChromium, until } from '../lab/browser.js';
import { blocksOf, Installation, serve, startServer } from './installed.js';

const test = suite('examples/pages');
const installation = new Installation();
const lab = await LabInChromium.start();
test.after(async () => {
  await lab?.close();
  installation.close();
});
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

const sampleOf = (size: number, coupling: number, count: number) =>
  new Ising({ lattice: square(size), coupling, seed: 1 }).sample(count);

/** A text of the page, once it is one that is waited for. */
const textOf = (page: Page, selector: string, wanted: RegExp): Promise<string> =>
  until(`${selector} matches ${wanted}`, async () => {
    const text = (await page.locator(selector).textContent()) ?? '';
    return wanted.test(text) ? text : undefined;
  }) as Promise<string>;

check('plain-page: numbers by an import map, and a live figure', async () => {
  const folder = installation.copyForPages('plain-page');
  const { address, stop } = await startServer(folder, ['serve.mjs'], { PORT: '0' });
  const { page, problems } = await lab!.visit(`${address}/`);
  const hash = await textOf(page, '#hash', /^[0-9a-f]{64}$/);
  const samples = [2, 2.269, 3].map((temperature) => sampleOf(16, 1 / temperature, 4000));
  assert.is(hash, samples.reduce((sum, { bytes }) => sum.update(bytes), createHash('sha256')).digest('hex'));
  const rows = await page
    .locator('#energies tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent).join('\t')));
  assert.is(`${rows.join('\n')}\n`, blocksOf('plain-page', 'text')[0]);
  for (const data of samples) {
    const { coupling, energy } = measure(data);
    assert.ok(Math.abs(energy.mean - kaufman(16, 16, coupling!).energy) < 4 * energy.error!, formatEstimate(energy));
  }
  const figure = await figureOf(page, 'blockspin-spins');
  await page.click('#hotter');
  assert.is(await figure.evaluate((one) => (one as FigureUnderTest).state.temperature), 3);
  await textOf(page, '#event', /sweeps, energy -0\.[789]/);
  assert.equal(problems, []);
  await page.close();
  stop();
});

check('plain-page: under a strict policy, on threads from a file', async () => {
  const { address, stop } = await startServer(`${installation.folder}/plain-page`, ['serve.mjs'], { PORT: '0' });
  const { page, problems } = await lab!.visit(`${address}/strict.html`);
  const hash = await textOf(page, '#hash', /^[0-9a-f]{64}$/);
  const data = sampleOf(24, 0.4, 4000);
  assert.is(hash, createHash('sha256').update(data.bytes).digest('hex'));
  assert.match(await textOf(page, '#threads', /Threads/), /^Threads: 2\./);
  const { energy } = measure(data);
  assert.ok(Math.abs(energy.mean - kaufman(24, 24, 0.4).energy) < 4 * energy.error!);
  assert.ok((await textOf(page, '#energy', /exact/)).includes(formatEstimate(energy)));
  await figureOf(page, 'blockspin-spins');
  assert.equal(problems, []);
  await page.close();
  stop();
});

check('notebook: cells of a plain page follow the slider', async () => {
  const { address, stop } = await serve(installation.copyForPages('notebook'));
  const { page, problems } = await lab!.visit(`${address}/`);
  const expected = (temperature: number) => {
    const data = sampleOf(64, 1 / temperature, 1000);
    const energy = formatEstimate(measure(data).energy);
    const exact = kaufman(64, 64, 1 / temperature).energy.toFixed(4);
    return `T = ${temperature.toFixed(1)}: energy per spin ${energy} J, exact ${exact}`;
  };
  const first = await textOf(page, '#energy-output', /T = 2\.3/);
  assert.is(first, expected(2.3));
  assert.is(`${first}\n`, blocksOf('notebook', 'text')[0]);
  await page.locator('input').fill('3');
  assert.is(await textOf(page, '#energy-output', /T = 3\.0/), expected(3));
  assert.is(await page.locator('canvas').count(), 2);
  assert.equal(problems, []);
  await page.close();
  stop();
});

check('start: the page of the guide shows what it says', async () => {
  const guide = readFileSync(join(root, 'docs/guide/start.md'), 'utf8');
  const [, text] = /^```html\n(.*?)^```/ms.exec(guide) as RegExpExecArray;
  const folder = join(installation.folder, 'plain-page');
  writeFileSync(join(folder, 'first.html'), text.replace('<title>', '<link rel="icon" href="data:,"><title>'));
  const { address, stop } = await serve(folder);
  const { page, problems } = await lab!.visit(`${address}/first.html`);
  const said = await textOf(page, '#energy', /exact/);
  assert.ok(guide.includes(`The page says \`${said}\``), said);
  await figureOf(page, 'blockspin-spins');
  assert.equal(problems, []);
  await page.close();
  stop();
});

test.run();
