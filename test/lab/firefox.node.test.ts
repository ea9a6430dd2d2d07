/** The figures in Firefox: the bits of Node in the page of the lab, and two of them in a plain page. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LAB_POLICY } from '../../src/cli/commands/lab.js';
import { type FigureUnderTest, until } from './browser.js';
import { LabInFirefox } from './firefox.js';
import { checkSameBits, type PageUnderTest, SAME_BITS } from './sameBits.js';

const test = suite('lab/firefox');

/** A page of other people. */
const folder = mkdtempSync(join(tmpdir(), 'blockspin-firefox-'));
writeFileSync(
  join(folder, 'plain.html'),
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>plain</title><link rel="icon" href="data:,">
<script type="module" src="/elements/index.js"></script>
<blockspin-spins size="64" temperature="2" start="up" id="one"></blockspin-spins>
<blockspin-spins size="64" temperature="3" start="up" id="two"></blockspin-spins></html>`,
);

const lab = await LabInFirefox.start({ '/other/': { folder, policy: LAB_POLICY, index: 'plain.html' } });
/** Without Firefox they are skipped, which is said. */
const check = lab ? test : test.skip;

for (const one of SAME_BITS) {
  check(one.name, async () => {
    const { page, problems } = await lab!.open(`/?${new URLSearchParams({ [one.figure]: one.state })}`);
    await checkSameBits(page as unknown as PageUnderTest, one);
    assert.equal(problems, []);
    await page.close();
  });
}

check('every figure of the page comes alive, and none says that something is wrong', async () => {
  const { page, problems } = await lab!.open('/?spins=size=128&blocks=size=256&zoom=size=512');
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id^=figure-]')].map(({ id }) => id));
  assert.ok(ids.length >= 10, ids.join());
  for (const id of ids) {
    await until(`${id} reports`, () =>
      page.evaluate((name) => {
        const figure = document.getElementById(name) as FigureUnderTest;
        figure.scrollIntoView({ behavior: 'instant' });
        if (figure.failure !== undefined) throw new Error(`${name}: ${figure.failure}`);
        return figure.report !== undefined;
      }, id),
    );
  }
  assert.ok(await page.evaluate(() => crossOriginIsolated));
  const alerts = await page.evaluate(() =>
    [...document.querySelectorAll('[id^=figure-]')].flatMap((figure) =>
      [...figure.shadowRoot!.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent),
    ),
  );
  assert.equal(alerts, []);
  assert.equal(problems, []);
  await page.close();
});

check('two figures in a plain page: properties, drawing, a worker that ends with its figure', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  for (const id of ['one', 'two']) {
    await until(`${id} runs`, () =>
      page.evaluate((name) => {
        const { report } = document.getElementById(name) as FigureUnderTest;
        return ((report as { sweeps: number } | undefined)?.sweeps ?? 0) > 100;
      }, id),
    );
  }
  const energies = await page.evaluate(() =>
    ['one', 'two'].map((id) => ((document.getElementById(id) as FigureUnderTest).report as { energy: number }).energy),
  );
  assert.ok(energies[0] < energies[1], energies.join());
  // the canvas shows both kinds of spins, in the colours of the figure
  const colours = await page.evaluate(async () => {
    const figure = document.getElementById('two') as FigureUnderTest;
    figure.pause();
    const bitmap = await createImageBitmap((await figure.call('picture', 'lattice')) as Blob);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
    return [bitmap.width, new Set(pixels).size];
  });
  assert.equal(colours, [64, 2]);
  const thrown = await page.evaluate(() => {
    try {
      Object.assign(document.getElementById('one')!, { size: 100 });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  });
  assert.match(thrown, /"size" expected integer from 64 to 4096, a multiple of 32, got 100/);
  const asked = await page.evaluate(async () => {
    const figure = document.getElementById('one') as FigureUnderTest;
    const call = figure.call('configuration');
    figure.remove();
    return call.then(
      () => 'answered',
      (error: Error) => error.message,
    );
  });
  assert.ok(['answered', 'the figure was removed'].includes(asked), asked);
  assert.equal(problems, []);
  await page.close();
});

test.after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
