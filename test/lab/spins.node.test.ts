import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MultiSpin, square } from '../../src/ising/index.js';
import { type FigureUnderTest, figureOf, LabInChromium, until } from './browser.js';

const test = suite('lab/spins');
const lab = await LabInChromium.start();
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

/** A page with one figure that waits, all of whose steps are asked for. */
async function stepped(query: string, tag: string, steps: number) {
  const { page, problems } = await lab!.open(`/?${query}`);
  const figure = await figureOf(page, tag);
  await figure.evaluate(async (element, count) => {
    const one = element as FigureUnderTest;
    one.pause();
    await one.reset();
    for (let k = 0; k < count; k++) await one.step();
  }, steps);
  return { page, problems, figure };
}

check('the spins of the page are those of Node', async () => {
  for (const [query, options] of [
    ['spins=size=64,temperature=2.4,start=random,seed=7', { coupling: 1 / 2.4 }],
    [
      'spins=size=96,temperature=1.7,field=0.3,method=heatBath,start=up,seed=8',
      { coupling: 1 / 1.7, field: 0.3 / 1.7, method: 'heatBath', start: 'up' },
    ],
  ] as const) {
    const { page, problems, figure } = await stepped(query, 'blockspin-spins', 5);
    const bytes = (await figure.evaluate(async (element) => {
      const { bytes } = (await (element as FigureUnderTest).call('configuration')) as { bytes: Uint8Array };
      return [...bytes];
    })) as number[];
    const seed = Number(/seed=(\d+)/.exec(query)![1]);
    const size = Number(/size=(\d+)/.exec(query)![1]);
    const lattice = new MultiSpin({ lattice: square(size), ...options, seed });
    lattice.advance(5);
    assert.equal(bytes, [...lattice.configurations().bytes]);
    assert.equal(problems, []);
    await page.close();
  }
});

check('a wrong attribute is told in the figure, and the rest of it works', async () => {
  const { page, problems } = await lab!.open('/?spins=size=100,start=random');
  const alert = page.locator('blockspin-spins').locator('[role=alert]');
  await alert.waitFor();
  assert.match(await alert.innerText(), /"size" expected integer from 64 to 4096, a multiple of 32, got 100/);
  await figureOf(page, 'blockspin-spins');
  assert.equal(problems, []);
  await page.close();
});

check('the reader moves the temperature: state, address and numbers follow', async () => {
  const { page, problems } = await lab!.open('/?spins=size=64,start=up,temperature=1');
  const figure = page.locator('blockspin-spins');
  const slider = figure.getByRole('slider', { name: 'temperature' });
  await slider.focus();
  for (let k = 0; k < 10; k++) await page.keyboard.press('ArrowRight');
  await until('the address follows', async () => page.url().includes('temperature=1.1'));
  const state = await figure.evaluate((element) => (element as FigureUnderTest).state);
  assert.equal(state, { size: 64, temperature: 1.1, start: 'up' });
  assert.equal(problems, []);
  await page.close();
});

test.after(() => lab?.close());
test.run();
