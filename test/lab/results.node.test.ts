/** `blockspin lab RESULTS`: finished studies as a chapter of the page. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findChromium, root } from '../../scripts/browser.js';
import { labFolders } from '../../src/cli/commands/lab.js';
import { UsageError } from '../../src/cli/words/options.js';
import { serveFolders } from '../../src/cli/words/staticServer.js';
import { readStudies, readStudy } from '../../src/cli/words/studyFolder.js';
import { report } from '../../src/viz/report.js';
import { LabInChromium } from './browser.js';

const test = suite('lab/results');
const folder = mkdtempSync(join(tmpdir(), 'blockspin-results-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" viewBox="0 0 40 30"><rect width="40" height="30" fill="#fff"/></svg>';

/** A folder as `blockspin run` leaves it, with texts that look like markup. */
function study(path: string, experiment = 'exact-map'): string {
  const own = join(folder, path);
  mkdirSync(own, { recursive: true });
  const page = report({
    title: 'Any',
    question: 'What is it?',
    answer: 'First <script src="/results/a/x.js"></script> & then.\n\nSecond.',
    facts: [{ label: 'KL', value: '0.1 < 0.2', note: 'nats' }],
    figures: [{ name: 'kl', title: 'KL of every model', caption: 'It falls <fast>.', svg: SVG, width: 40, height: 30 }],
    tables: [
      { title: 'Criteria, fixed beforehand', columns: ['Claim', 'Holds'], rows: [['it is exact', 'yes']] },
      { title: 'Models', columns: ['model', 'KL'], rows: [['3 x 3', 0.25]], note: 'In nats.' },
    ],
    provenance: {},
    command: 'npx blockspin run exact-map --seed 1',
  });
  writeFileSync(join(own, 'report.html'), page);
  writeFileSync(join(own, 'kl.svg'), SVG);
  writeFileSync(join(own, 'result.json'), JSON.stringify({ experiment, preset: 'quick', version: '0.2.0' }));
  return own;
}

test('a study is read as texts: answer, facts, figures, tables', () => {
  const { title, answer, facts, figures, tables, command, preset } = readStudy(study('read'));
  assert.is(title, 'The exact map, watched');
  assert.equal(answer, ['First <script src="/results/a/x.js"></script> & then.', 'Second.']);
  assert.equal(facts, [{ label: 'KL', value: '0.1 < 0.2', note: 'nats' }]);
  assert.equal(figures, [{ name: 'kl', title: 'KL of every model', caption: 'It falls <fast>.' }]);
  assert.equal(tables[1], { title: 'Models', columns: ['model', 'KL'], rows: [['3 x 3', '0.25']], note: 'In nats.' });
  assert.equal([command, preset], ['npx blockspin run exact-map --seed 1', 'quick']);
});

test('folders of other kinds are refused by name, before anything is served', () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const other = join(folder, 'training');
  mkdirSync(other);
  writeFileSync(join(other, 'result.json'), '{"rbm": 1}');
  const broken = join(folder, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'result.json'), '{');
  for (const [path, reason] of [
    [join(folder, 'none'), /there is no such folder$/],
    [join(folder, 'read', 'kl.svg'), /it is a file$/],
    [empty, /it holds no result.json, which is written at the end of a study$/],
    [other, /its result.json is that of another command, and names no experiment$/],
    [broken, /its result.json cannot be read as JSON$/],
    [study('foreign', 'toString'), /there is no experiment "toString" in this version$/],
  ] as const) {
    assert.throws(
      () => readStudy(path),
      (error: Error) =>
        error instanceof UsageError &&
        error.message.startsWith('"RESULTS" expected') &&
        error.message.includes(path) &&
        reason.test(error.message),
      path,
    );
  }
});

const check = findChromium() ? test : test.skip;

check('the page shows them as a chapter, without running anything of theirs, and axe finds nothing', async () => {
  const studies = readStudies([study('a'), study('b/a')]);
  assert.equal(
    studies.map(({ name }) => name),
    ['a', 'a-2'],
  );
  const { server, address } = await serveFolders(labFolders(join(root, 'build/elements'), studies), 0);
  const lab = await LabInChromium.start();
  try {
    for (const options of [{}, { colorScheme: 'dark', viewport: { width: 360, height: 740 } }] as const) {
      const { page, problems } = await lab!.visit(`${address}/#results`, options);
      assert.is(await page.locator('nav a[href="#results"]').innerText(), 'Your results');
      assert.is(await page.locator('#results article').count(), 2);
      const first = page.locator('#results article').first();
      const text = await first.innerText();
      for (const part of ['it is exact', '0.1 < 0.2', 'It falls <fast>.', 'First <script', 'One more table']) {
        assert.ok(text.includes(part), `${part} in ${text}`);
      }
      assert.match(text, /When does an RBM perform an exact renormalization step/);
      const image = first.locator('img');
      await image.scrollIntoViewIfNeeded();
      assert.is(
        await image.evaluate((one) =>
          (one as HTMLImageElement).decode().then(() => (one as HTMLImageElement).naturalWidth),
        ),
        40,
      );
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as { axe: { run(within: string): Promise<{ violations: { id: string }[] }> } }
        ).axe.run('#results');
        return violations.map(({ id }) => id);
      });
      assert.equal(violations, []);
      const answer = await page.request.get(`${address}/results/a-2/result.json`);
      assert.is(answer.status(), 200);
      assert.equal(problems, []);
      await page.close();
    }
    // without results the page has no such chapter
    const { page } = await lab!.open('/');
    assert.is(await page.locator('#results').count(), 0);
    await page.close();
  } finally {
    await lab!.close();
    server.close();
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
