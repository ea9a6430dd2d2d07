import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { LAB_POLICY } from '../../src/cli/commands/lab.js';
import { type FigureUnderTest, figureOf, LabInChromium, until } from './browser.js';

const test = suite('lab/embed');

/** Pages of other people. */
const folder = mkdtempSync(join(tmpdir(), 'blockspin-embed-'));
const page = (name: string, body: string) =>
  writeFileSync(
    join(folder, name),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">${body}</html>`,
  );

page(
  'plain.html',
  `<script type="module" src="/elements/index.js"></script>
<blockspin-spins size="64" temperature="2" start="up" id="one"></blockspin-spins>
<blockspin-spins size="64" temperature="3" start="up" id="two"></blockspin-spins><div id="elsewhere"></div>`,
);
// properties are set on elements whose module has not come yet, as frameworks do it
page(
  'early.html',
  `<blockspin-spins size="64" start="up" id="one"></blockspin-spins>
<blockspin-spins size="64" start="up" id="two"></blockspin-spins><script type="module" src="early.js"></script>`,
);
writeFileSync(
  join(folder, 'early.js'),
  `Object.assign(document.getElementById('one'), { temperature: 3, seed: 7 });
Object.assign(document.getElementById('two'), { temperature: 'hot' });
await import('/elements/index.js');`,
);
page(
  'frame.html',
  `<iframe src="/other/plain.html" title="figures" allow="cross-origin-isolated" width="900" height="800"></iframe>`,
);
page('react.html', `<div id="root"></div><script type="module" src="react.js"></script>`);
await build({
  entryPoints: [join(root, 'test/lab/pages/react.jsx')],
  outfile: join(folder, 'react.js'),
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['blockspin/elements'],
  alias: {},
  plugins: [
    {
      name: 'elements-of-the-server',
      setup: (steps) => {
        steps.onResolve({ filter: /^blockspin\/elements$/ }, () => ({ path: '/elements/index.js', external: true }));
      },
    },
  ],
});

const lab = await LabInChromium.start({
  '/other/elements/': { folder: join(root, 'build/elements'), policy: LAB_POLICY, index: 'index.js' },
  '/other/': { folder, policy: `${LAB_POLICY}; frame-src 'self'`, index: 'plain.html' },
});
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

check('two figures in a plain page: each has its own properties', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  await figureOf(page, '#one');
  await figureOf(page, '#two');
  // both begin with all spins up
  await until('both are in equilibrium', () =>
    page.evaluate(() =>
      ['one', 'two'].every((id) => Number((document.getElementById(id) as FigureUnderTest).report!.sweeps) > 200),
    ),
  );
  const energies = await page.evaluate(() =>
    ['one', 'two'].map((id) => {
      const { report, state } = document.getElementById(id) as FigureUnderTest;
      return [state.temperature, (report as { energy: number }).energy];
    }),
  );
  assert.is(energies[0][0], 2);
  assert.is(energies[1][0], 3);
  assert.ok((energies[0][1] as number) < (energies[1][1] as number), JSON.stringify(energies));
  assert.equal(problems, []);
  await page.close();
});

check('what the menu of a figure gives runs in a plain page', async () => {
  const { page: first } = await lab!.open('/other/plain.html');
  const figure = await figureOf(first, '#two');
  const lines = await figure.evaluate(async (one) => {
    one.shadowRoot!.querySelector<HTMLDetailsElement>('details.leave')!.open = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [...one.shadowRoot!.querySelectorAll('.snippet pre')].map((pre) => pre.textContent!);
  });
  await first.close();
  assert.is(lines[1], "import 'blockspin/elements';");
  page('menu.html', lines[0]);
  const { page: own, problems } = await lab!.open('/other/menu.html');
  const copy = await figureOf(own, 'blockspin-spins');
  assert.equal(await copy.evaluate((one) => (one as FigureUnderTest).state), {
    size: 64,
    temperature: 3,
    start: 'up',
  });
  assert.equal(problems, []);
  await own.close();
});

check('properties throw for what they may not be, and tell events', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  await figureOf(page, '#one');
  const told = await page.evaluate(async () => {
    const figure = document.getElementById('one') as FigureUnderTest & { size: unknown; temperature: unknown };
    const thrown: string[] = [];
    for (const value of [100, '65', Number.NaN]) {
      try {
        figure.size = value;
      } catch (error) {
        thrown.push(`${(error as Error).name}: ${(error as Error).message}`);
      }
    }
    const changes: unknown[] = [];
    figure.addEventListener('change', (event) => changes.push((event as CustomEvent).detail));
    figure.temperature = 2.5;
    figure.size = '96'; // as frameworks do with the texts of templates
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { thrown, changes };
  });
  assert.is(told.thrown.length, 3);
  assert.match(told.thrown[0], /RangeError: "size" expected integer from 64 to 4096, a multiple of 32, got 100/);
  assert.match(told.thrown[1], /RangeError: "size" expected integer .*, got 65/);
  assert.equal(told.changes, [{ temperature: 2.5, size: 96 }]);
  assert.equal(problems, []);
  await page.close();
});

check('properties that were set before the element was defined', async () => {
  const { page, problems } = await lab!.open('/other/early.html');
  const figure = await figureOf(page, '#one');
  const { temperature, seed } = await figure.evaluate((one) => (one as FigureUnderTest).state);
  assert.equal([temperature, seed], [3, 7]);
  await figure.evaluate((one) => Object.assign(one, { temperature: 2.5 }));
  assert.is(await figure.evaluate((one) => (one as FigureUnderTest).state.temperature), 2.5);
  const sentence = () => page.locator('#two').evaluate((one) => one.shadowRoot!.querySelector('.error')?.textContent);
  assert.match((await until('the wrong one says so', sentence))!, /"temperature" expected number.*, got "hot"/);
  assert.equal(problems, []);
  await page.close();
});

check('moved, it goes on; removed, its worker ends; added again, it begins anew', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  await figureOf(page, '#one');
  await figureOf(page, '#two');
  assert.is(page.workers().length, 2);
  const before = await page.evaluate(() => {
    const figure = document.getElementById('one') as FigureUnderTest;
    document.getElementById('elsewhere')!.append(figure);
    return (figure.report as { sweeps: number }).sweeps;
  });
  await until('it goes on', () =>
    page.evaluate(
      (past) => ((document.getElementById('one') as FigureUnderTest).report as { sweeps: number })?.sweeps > past,
      before,
    ),
  );
  assert.is(page.workers().length, 2);
  await page.evaluate(() => {
    (globalThis as unknown as { kept: Element }).kept = document.getElementById('one')!;
    document.getElementById('one')!.remove();
  });
  await until('its worker has ended', async () => page.workers().length === 1);
  await page.evaluate(() => document.body.prepend((globalThis as unknown as { kept: Element }).kept));
  await until('it has another', async () => page.workers().length === 2);
  await figureOf(page, '#one');
  assert.equal(problems, []);
  await page.close();
});

check('added and removed twelve times, nothing is left', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  await figureOf(page, '#one');
  for (let k = 0; k < 12; k++) {
    await page.evaluate(async () => {
      const figure = document.createElement('blockspin-spins') as FigureUnderTest;
      figure.setAttribute('size', '64');
      figure.setAttribute('start', 'random');
      document.body.prepend(figure);
      const end = performance.now() + 20_000;
      while (figure.report === undefined && performance.now() < end) await new Promise((next) => setTimeout(next, 10));
      if (figure.report === undefined) throw new Error('no report');
      figure.remove();
    });
  }
  await until("only the page's own workers", async () => page.workers().length <= 2);
  assert.equal(problems, []);
  await page.close();
});

check('in React: state to property, event to state, mounted and unmounted', async () => {
  const { page, problems } = await lab!.open('/other/react.html');
  await figureOf(page, 'blockspin-spins');
  await page.click('#hotter');
  await until('the temperature is told', () =>
    page.evaluate(() => (document.querySelector('blockspin-spins') as FigureUnderTest).state.temperature === 2.5),
  );
  await until('events come back', async () => Number(await page.locator('#sweeps').innerText()) > 0);
  await page.click('#toggle');
  await until('its worker has ended', async () => page.workers().length === 0);
  await page.click('#toggle');
  await figureOf(page, 'blockspin-spins');
  assert.equal(problems, []);
  await page.close();
});

check('labels in the language of the page', async () => {
  const { page, problems } = await lab!.open('/other/plain.html');
  const figure = await figureOf(page, '#one');
  const thrown = await page.evaluate(async () => {
    const address = '/elements/index.js';
    const { labels } = (await import(address)) as { labels: (texts: unknown) => void };
    labels({
      temperature: 'Temperatur',
      'heat bath': 'Wärmebad',
      Pause: 'Anhalten',
      'temperature (J/k)': 'Temperatur (J/k)',
      sweep: 'Durchgang',
    });
    try {
      labels({ field: 7 });
      return '';
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  assert.is(thrown, 'TypeError: "texts["field"]" expected text, got 7');
  const slider = figure.getByRole('slider', { name: 'Temperatur' });
  await slider.waitFor();
  await figure.getByRole('button', { name: 'Anhalten' }).waitFor();
  assert.ok((await figure.getByRole('combobox', { name: 'update' }).innerText()).includes('Wärmebad'));
  assert.ok((await figure.locator('svg.plot').first().innerHTML()).includes('Temperatur (J/k)'));
  // an empty text takes it back
  await page.evaluate(async () => {
    const address = '/elements/index.js';
    (await import(address)).labels({ temperature: '' });
  });
  await figure.getByRole('slider', { name: 'temperature' }).waitFor();
  assert.equal(problems, []);
  await page.close();
});

check('in an iframe that may be isolated', async () => {
  const { page, problems } = await lab!.open('/other/frame.html');
  const frame = page.frameLocator('iframe');
  const figure = frame.locator('#one');
  await until('the figure reports', () => figure.evaluate((one) => (one as FigureUnderTest).report !== undefined));
  assert.is(await figure.evaluate(() => crossOriginIsolated), true);
  assert.equal(problems, []);
  await page.close();
});

test.after(async () => {
  await lab?.close();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
