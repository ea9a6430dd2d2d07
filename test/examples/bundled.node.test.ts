/**
 * Examples that a bundler builds: what they install in every run, and in the matrix the build itself, from the
 * registry, in development and as a static site, driven in Chromium.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ISOLATION, root } from '../../scripts/browser.js';
import { kaufman } from '../../src/exact/index.js';
import { Ising, measure, square } from '../../src/ising/index.js';
import { formatEstimate } from '../../src/stats/index.js';
import { figureOf, LabInChromium, until } from '../lab/browser.js';
import { MATRIX } from '../matrix.js';
import { blocksOf, examples, Installation, run, serve, startServer, textOf } from './installed.js';

const test = suite('examples/bundled');
const installation = new Installation();
const lab = MATRIX ? await LabInChromium.start() : undefined;
test.after(async () => {
  await lab?.close();
  installation.close();
});

const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('each example depends on the package by its published name and version, and is in the list', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const list = readFileSync(join(examples, 'README.md'), 'utf8');
  for (const name of names) {
    const { dependencies, private: own } = JSON.parse(textOf(name, 'package.json'));
    assert.is(dependencies.blockspin, `^${version}`, name);
    assert.is(own, true);
    assert.ok(list.includes(`[${name}](${name}/README.md)`), name);
    assert.ok(blocksOf(name, 'sh').length > 0, name);
  }
  assert.is(names.length, 7);
});

test('vite-worker: what its README tells is what Node gives', () => {
  const data = new Ising({ lattice: square(32), coupling: 1 / 2.4, seed: 1 }).sample(4000);
  const { energy, absoluteMagnetisation } = measure(data);
  const exact = kaufman(32, 32, 1 / 2.4).energy;
  assert.ok(Math.abs(energy.mean - exact) < 4 * energy.error!);
  assert.is(
    `energy per spin   ${formatEstimate(energy)} J\nexact             ${exact.toFixed(4)} J\n|magnetisation|   ${formatEstimate(absoluteMagnetisation)}\n`,
    blocksOf('vite-worker', 'text')[0],
  );
});

/** A text of the page, once it is one that is waited for. */
const shown = (page: Page, selector: string, wanted: RegExp): Promise<string> =>
  until(`${selector} matches ${wanted}`, async () => {
    const text = (await page.locator(selector).textContent()) ?? '';
    return wanted.test(text) ? text : undefined;
  }) as Promise<string>;

const vite = (folder: string, ...words: string[]) =>
  startServer(folder, ['node_modules/vite/bin/vite.js', ...words, '--host', '127.0.0.1']);

/** Samples, stops a long run, and compares the spins with those of Node. */
async function driveWorker(address: string, isolated: boolean): Promise<void> {
  const { page, problems } = await lab!.visit(address);
  assert.is(await page.evaluate(() => crossOriginIsolated), isolated);
  await page.fill('[name=count]', '2000000');
  await page.click('#start');
  await shown(page, '#said', /%/);
  await page.click('#stop');
  await shown(page, '#said', /^stopped$/);
  await page.fill('[name=count]', '4000');
  await page.click('#start');
  const hash = await shown(page, '#hash', /^[0-9a-f]{64}$/);
  const { bytes } = new Ising({ lattice: square(32), coupling: 1 / 2.4, seed: 1 }).sample(4000);
  assert.is(hash, createHash('sha256').update(bytes).digest('hex'));
  const [energy] = blocksOf('vite-worker', 'text')[0].split('\n');
  assert.is(`energy per spin   ${await page.locator('#energy').textContent()}`, energy);
  assert.equal(problems, []);
  await page.close();
}

/** The figure tells its energy, and the training ends at the likelihood of the README. */
async function driveReact(address: string): Promise<void> {
  const { page, problems } = await lab!.visit(address);
  await figureOf(page, 'blockspin-spins');
  const energy = Number((await shown(page, '#energy', /-\d/)).match(/-[\d.]+/)![0]);
  // Onsager's -1.0283 at T = 2.6; one configuration of 256² fluctuates by 0.005
  assert.ok(Math.abs(energy + 1.0283) < 0.05, String(energy));
  await page.click('button.main');
  const said = await shown(page, '#likelihood', /done/);
  assert.is(`${said}\n`, blocksOf('react-app', 'text')[0]);
  assert.equal(problems, []);
  await page.close();
}

if (MATRIX && lab) {
  test('vite-worker: in development and built; with threads and without', async () => {
    const folder = installation.installed('vite-worker');
    run(folder, 'npm', 'run', 'build');
    for (const words of [[], ['preview']]) {
      const { address, stop } = await vite(folder, ...words);
      await driveWorker(address, true);
      stop();
    }
    const { address, stop } = await serve(join(folder, 'dist'));
    await driveWorker(address, false);
    stop();
  });

  test('react-app: strict types, in development and built', async () => {
    const folder = installation.installed('react-app');
    run(folder, 'npm', 'run', 'build');
    for (const words of [[], ['preview']]) {
      const { address, stop } = await vite(folder, ...words);
      await driveReact(address);
      stop();
    }
    const { address, stop } = await serve(join(folder, 'dist'), ISOLATION);
    await driveReact(address);
    stop();
  });

  test('notebook: Observable Notebook Kit builds it, and its last cell says what the README says', async () => {
    const folder = installation.installed('notebook');
    run(folder, 'npm', 'run', 'build');
    const { address, stop } = await serve(join(folder, '.observable/dist'));
    const { page } = await lab.visit(`${address}/notebook.html`);
    const last = await shown(page, '#cell-6', /T = 2\.3/);
    assert.ok(last.includes(blocksOf('notebook', 'text')[0].trim()), last);
    await page.close();
    stop();
  });
}

test.run();
