/** The spins, weights, fields and numbers of every figure in Chromium are those of Node, and a link gives them again. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FigureUnderTest, figureOf, LabInChromium, until } from './browser.js';
import { checkSameBits, type PageUnderTest, SAME_BITS } from './sameBits.js';

const test = suite('lab/sameBits');
const lab = await LabInChromium.start();
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

for (const one of SAME_BITS) {
  check(one.name, async () => {
    const { page, problems } = await lab!.open(`/?${new URLSearchParams({ [one.figure]: one.state })}`);
    await checkSameBits(page as unknown as PageUnderTest, one);
    assert.equal(problems, []);
    await page.context().close();
  });
}

check('the menu shows the hash, and the link of a finished run gives it again', async () => {
  const { page, problems } = await lab!.open('/?training=data=bars3,hiddenUnits=4,updates=300,speed=0');
  const figure = await figureOf(page, 'blockspin-training');
  // some of it is set by the reader
  await figure.getByRole('combobox', { name: 'epochs' }).selectOption('25');
  await figure.evaluate((one) => Object.assign(one, { seed: 5 }));
  const ended = () =>
    figure.evaluate((one) => {
      const { report, running } = one as FigureUnderTest;
      return !running && (report as { epoch: number }).epoch === 25;
    });
  await until('it has come to its end', ended);
  await figure.locator('details.leave summary').click();
  await figure.getByRole('button', { name: 'SHA-256' }).click();
  const told = figure.locator('.leave .told');
  await until('the hash is shown', async () => /[0-9a-f]{64}/.test(await told.innerText()));
  const shown = await told.innerText();
  assert.match(shown, /^SHA-256 of weights, visible and hidden biases of each machine, in single precision: /);
  const hash = await figure.evaluate((one) => (one as FigureUnderTest).hash());
  assert.ok(shown.endsWith(hash!), shown);
  await until('the address follows', async () => /seed=5/.test(page.url()) && /epochs=25/.test(page.url()));
  const { page: again, problems: others } = await lab!.open(page.url().slice(lab!.address.length));
  const second = await figureOf(again, 'blockspin-training');
  await until('the other has come to its end', () =>
    second.evaluate((one) => {
      const { report, running } = one as FigureUnderTest;
      return !running && (report as { epoch: number }).epoch === 25;
    }),
  );
  assert.is(await second.evaluate((one) => (one as FigureUnderTest).hash()), hash);
  assert.equal([...problems, ...others], []);
  await page.context().close();
  await again.context().close();
});

test.after(() => lab?.close());
test.run();
