/** The benchmarks in a page: all cases in their short forms in headless Chromium, isolated; and a page that is not, where there are no threads. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogue } from '../../bench/cases/catalogue.js';
import { parseReport, type Report } from '../../bench/report.js';
import { benchPage } from '../../scripts/benchPage.js';
import { type Bundle, CHROMIUM_MISSING, findChromium, visit } from '../../scripts/browser.js';

const test = suite<{ bundle: Bundle }>('bench/page');

test.before(async (context) => {
  context.bundle = await benchPage();
});

test('loads nothing but its own script', ({ bundle }) => {
  assert.equal([...bundle.keys()], ['/index.html', '/bench.js']);
  const html = bundle.get('/index.html')!;
  const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"|url\(([^)]*)\)|@import/g)].map(([, a, b]) => a ?? b);
  assert.equal(addresses, ['data:,', 'bench.js']);
  assert.not.match(html, '/* style.css */');
});

test('every control has a name', ({ bundle }) => {
  const html = bundle.get('/index.html')!;
  for (const [, attributes, content] of html.matchAll(/<button ([^>]*)>([^<]*)</g)) {
    assert.ok(content.trim().length > 2, attributes);
  }
  assert.match(html, '<label for="rounds">');
  assert.match(html, 'role="status"');
  assert.match(html, '<html lang="en">');
});

const chromium = findChromium();
if (chromium === undefined) console.log(`skipped: ${CHROMIUM_MISSING}`);
const inChromium = chromium === undefined ? test.skip : test;

/** What the page reports at its end. */
async function runPage(bundle: Bundle, query: string, isolated: boolean): Promise<{ report: Report; shown: number }> {
  let answer = '';
  await visit({
    chromium: chromium!,
    bundle,
    start: `/index.html?run&report&short&rounds=1${query}`,
    isolated,
    patience: 180_000,
    onReport: (body) => {
      answer = body;
      return undefined;
    },
  });
  const { report, shown, errors } = JSON.parse(answer);
  assert.is(errors, undefined);
  return { report: parseReport('the page', JSON.stringify(report)), shown };
}

inChromium('all cases, isolated: every check passes and rows come out', async ({ bundle }) => {
  const { report, shown } = await runPage(bundle, '', true);
  assert.equal(report.failed, []);
  assert.ok(report.threads >= 1);
  const names = catalogue(report.threads).map(({ name }) => name);
  assert.equal([...new Set(report.rows.map((row) => row.case))], names);
  assert.is(shown, names.length);
  for (const { check, contender, rate, machine, kind } of report.rows) {
    assert.ok(check.length > 5, contender);
    assert.ok(
      rate.every((value) => value > 0 && Number.isFinite(value)),
      contender,
    );
    assert.is(machine!.length, 1);
    assert.ok(kind === 'ours' || kind === 'twin');
  }
  assert.ok(report.fits.length > 5);
  assert.ok(report.missing.includes('peers: a page cannot start programs of others'));
});

inChromium('a page that is not isolated has one thread, and says so', async ({ bundle }) => {
  const { report } = await runPage(bundle, '&only=fields', false);
  assert.equal([report.failed, report.threads], [[], 1]);
  assert.ok(report.rows.length >= 2);
  assert.ok(report.missing.includes('threads: the page is not cross-origin isolated'));
  assert.ok(report.missing.some((line) => /^\d+ cases not chosen$/.test(line)));
});

test.run();
