/**
 * Pages of the documentation: all in the navigation of the site, all their links lead somewhere, in the installed package
 * too. In the matrix the built site in Chromium (needs `npm run build` first).
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { anchorsOf, linksOf, PAGES, problemsOfPages, slugOf } from '../../scripts/sitePages.js';
import { figureOf, LabInChromium, until } from '../lab/browser.js';
import { MATRIX } from '../matrix.js';
import { runSource } from '../program.js';

const test = suite('site');

test('anchors are those of GitHub', () => {
  assert.is(slugOf('1. Energies: K·s, `blockspin/rg` & τ_int'), '1-energies-ks-blockspinrg--τ_int');
  const text = '# A\n## [B](b.md) *c*\n```sh\n# no heading\n```\n## A\n<a id="own"></a>\n';
  assert.equal([...anchorsOf(text)], ['a', 'b-c', 'a-1', 'own']);
});

test('links are found outside of code', () => {
  const text =
    'See [x](y.md#z), ![p](../p.png) and `[no](no.md)`.\n\n    [no](no.md)\n\n[![i](i.svg)](https://example.org)\n[own](#here)';
  assert.equal(
    linksOf('docs/guide/a.md', text).map(({ path, anchor }) => [path, anchor]),
    [
      ['docs/guide/y.md', 'z'],
      ['docs/p.png', ''],
      ['docs/guide/i.svg', ''],
      [undefined, ''],
      ['docs/guide/a.md', 'here'],
    ],
  );
});

test('every page is in the navigation, and every link, picture and anchor exists', () => {
  assert.equal(problemsOfPages(), []);
});

test('what a page of the package links to is in the package', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const paths: string[] = JSON.parse(stdout)[0].files.map(({ path }: { path: string }) => path);
  const isPacked = (path: string) => paths.some((one) => one === path || one.startsWith(`${path.replace(/\/$/, '')}/`));
  const missing = PAGES.filter(isPacked).flatMap((page) =>
    linksOf(page, readFileSync(join(root, page), 'utf8'))
      .filter(({ path }) => path !== undefined && !isPacked(path))
      .map(({ target }) => `${page}: ${target}`),
  );
  assert.equal(missing, []);
});

/** What the scripts of VitePress need; other hosts are refused. */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; worker-src 'self' blob:";

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious violations of a page, as sentences. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe });
  return page.evaluate(async () => {
    interface Result {
      violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
    }
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Result> } }).axe.run();
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}`);
  });
}

const LOOKS = [{ colorScheme: 'light' }, { colorScheme: 'dark', viewport: { width: 360, height: 740 } }] as const;

(MATRIX ? test : test.skip)('the built site lives under a path, alone on its host', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockspin-site-'));
  const { status, stderr } = runSource('scripts/site.ts', ['--base', '/blockspin/', '--out', folder], root);
  assert.is(status, 0, stderr);
  const served = { '/blockspin/': { folder, policy: POLICY, index: 'index.html' } };
  const chromium = await LabInChromium.start(served);
  if (chromium) {
    for (const look of LOOKS) {
      for (const path of ['index.html', 'docs/guide/physics.html', 'api/blockspin/rbm/functions/trainRbm.html']) {
        const { page, problems } = await chromium.open(`/blockspin/${path}`, look);
        if (!path.startsWith('api/')) await figureOf(page, 'blockspin-spins');
        assert.equal(await violationsOf(page), [], `${path}, ${look.colorScheme}`);
        assert.equal(problems, [], path);
        await page.close();
      }
    }
    const { page, problems } = await chromium.open('/blockspin/index.html');
    await page.click('.VPNavBarSearch button');
    await page.fill('.search-input', 'doubt');
    await until('search finds "doubt"', () => page.locator('.results .result').count());
    // a page that is reached by a link inside the site has its figures too, with their attributes
    await page.keyboard.press('Escape');
    await page.click('.VPNavBarMenu a[href$="/README.html"]');
    await page.click('.VPSidebar a[href$="/guide/physics.html"]');
    const figure = await figureOf(page, 'blockspin-spins');
    assert.is(await figure.evaluate((one) => (one as unknown as { size: number }).size), 512);
    assert.equal(problems, []);
    await chromium.close();
  }
  rmSync(folder, { recursive: true });
});

test.run();
