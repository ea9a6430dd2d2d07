import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { type FigureUnderTest, figureOf, LabInChromium, until } from './browser.js';

const test = suite('lab/page');
const lab = await LabInChromium.start();
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Small figures: what is tested here is the page, not the physics. */
const SMALL = '/?spins=size=128&blocks=size=256&zoom=size=512';

/** Ids of all figures of the page. */
const figuresOf = (page: Page) =>
  page.evaluate(() => [...document.querySelectorAll('[id^=figure-]')].map((figure) => figure.id));

/** Scrolls to each figure and waits until it has reported. */
async function visitAll(page: Page): Promise<string[]> {
  const ids = await figuresOf(page);
  for (const id of ids) {
    const figure = page.locator(`#${id}`);
    await figure.scrollIntoViewIfNeeded();
    await until(`${id} reports`, () =>
      figure.evaluate((one) => {
        const { report, failure } = one as FigureUnderTest;
        if (failure !== undefined) throw new Error(`${one.id}: ${failure}`);
        return report !== undefined;
      }),
    );
  }
  return ids;
}

check(
  'every figure comes alive when it is seen, under a strict policy and without a request to another server',
  async () => {
    const { page, problems } = await lab!.open(SMALL);
    const ids = await visitAll(page);
    assert.ok(ids.length >= 4, ids.join());
    assert.ok(await page.evaluate(() => crossOriginIsolated));
    // only those that can be seen work
    await page.evaluate(() => scrollTo(0, 0));
    await until('figures out of sight wait', () =>
      page.evaluate(() =>
        [...document.querySelectorAll('[id^=figure-]')].every((figure) => {
          const { top } = figure.getBoundingClientRect();
          return top < innerHeight + 100 || !(figure as FigureUnderTest).running;
        }),
      ),
    );
    assert.equal(problems, []);
    await page.close();
  },
);

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'reduced motion, narrow': { reducedMotion: 'reduce', viewport: { width: 360, height: 740 } },
} as const)) {
  check(`axe finds nothing to complain about: ${name}`, async () => {
    const { page, problems } = await lab!.open(SMALL, options);
    const ids = await visitAll(page);
    // menus and tables too
    for (const id of ids) {
      await page.locator(`#${id}`).evaluate((figure) => {
        for (const details of figure.shadowRoot!.querySelectorAll('details')) details.open = true;
      });
    }
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
      return violations.map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes
            .map(({ target }) => target.join(' '))
            .slice(0, 3)
            .join('; ')}`,
      );
    });
    assert.equal(violations, []);
    assert.equal(problems, []);
    // nothing is wider than the screen
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
    await page.close();
  });
}

interface AxeResults {
  violations: { id: string; help: string; nodes: { target: string[] }[] }[];
}

check('the keyboard reaches every control of every figure', async () => {
  const { page, problems } = await lab!.open(SMALL);
  const ids = await visitAll(page);
  for (const id of ids) {
    // its worker may have ended while it was out of sight: it begins anew
    const figure = await figureOf(page, `#${id}`);
    const controls = await figure.evaluate(async (one) => {
      (one as FigureUnderTest).pause();
      // what it was about to show comes first, since controls that cannot be used now are left out
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = document.createElement('button');
      before.id = 'before';
      one.before(before);
      before.focus();
      // of a table of weights one cell: the arrow keys lead to the others
      const all = one.shadowRoot!.querySelectorAll(
        'button:not(:disabled), input:not(:disabled):not([tabindex="-1"]), select, summary, [tabindex="0"]',
      );
      for (const [k, control] of all.entries()) (control as HTMLElement).dataset.control = String(k);
      return all.length;
    });
    const reached = new Set<string>();
    for (let k = 0; k < controls + 2; k++) {
      await page.keyboard.press('Tab');
      const place = await figure.evaluate((one) => {
        const focused = one.shadowRoot!.activeElement as HTMLElement | null;
        return focused === null ? null : (focused.dataset.control ?? `no control: <${focused.localName}>`);
      });
      if (place === null) break;
      reached.add(place);
    }
    assert.is(reached.size, controls, id);
    await page.locator('#before').evaluate((one) => one.remove());
  }
  assert.equal(problems, []);
  await page.close();
});

check('a link keeps what it says of figures that were not seen yet', async () => {
  const { page, problems } = await lab!.open('/?spins=size=64&flow=coupling=0.3&quiz=steps=3,distance=5');
  const figure = await figureOf(page, 'blockspin-spins');
  await figure.evaluate((one) => Object.assign(one, { temperature: 2.5 }));
  await until('the address follows', async () => page.url().includes('temperature=2.5'));
  const query = new URL(page.url()).searchParams;
  assert.equal(Object.fromEntries(query), {
    spins: 'size=64,temperature=2.5',
    flow: 'coupling=0.3',
    quiz: 'steps=3,distance=5',
    v: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
  });
  assert.ok(await page.locator('#version').isHidden());
  assert.equal(problems, []);
  await page.close();
});

/** How far below the window's top the heading of a chapter is, once all figures in sight live and it stays for a second. */
async function settledTop(page: Page, id: string): Promise<number> {
  const state = () =>
    page.evaluate((name) => {
      const seen = [...document.querySelectorAll('[id^=figure-]')].filter((figure) => {
        const { top, bottom } = figure.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      return {
        lives: seen.every((figure) => (figure as FigureUnderTest).report !== undefined),
        top: document.querySelector(`#${name} h2`)!.getBoundingClientRect().top,
      };
    }, id);
  let tops: number[] = [];
  await until(`${id} settles`, async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { lives, top } = await state();
    tops = lives ? [...tops, top].slice(-5) : [];
    return tops.length === 5 && tops.every((one) => one === top);
  });
  return tops[0];
}

for (const width of [360, 1200]) {
  check(`an address and a link lead to their chapter, although figures grow: ${width} pixels`, async () => {
    const viewport = { width, height: 900 };
    const { page: first, problems } = await lab!.open(SMALL, { viewport });
    const links = await first
      .locator('nav a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')!.slice(1)));
    assert.is(links.length, 6);
    for (const id of [...links].reverse()) {
      await first.evaluate(() => scrollTo(0, 0));
      await first.locator(`nav a[href="#${id}"]`).click();
      const top = await settledTop(first, id);
      assert.ok(top >= 0 && top <= 80, `link to ${id}: ${top}`);
    }
    assert.equal(problems, []);
    await first.context().close();
    for (const id of links) {
      const { page, problems } = await lab!.open(`${SMALL}#${id}`, { viewport });
      const top = await settledTop(page, id);
      assert.ok(top >= 0 && top <= 80, `address ${id}: ${top}`);
      // a reader who scrolls is let go
      await page.mouse.move(width / 2, 450);
      await page.mouse.wheel(0, 700);
      await until('it scrolls', () =>
        page.evaluate((name) => document.querySelector(`#${name} h2`)!.getBoundingClientRect().top < -200, id),
      );
      assert.equal(problems, []);
      await page.context().close();
    }
  });
}

check('a figure whose worker has ended keeps its height', async () => {
  const { page, problems } = await lab!.open(SMALL);
  const ids = await visitAll(page);
  const heights = () =>
    page.evaluate(
      (all) => all.map((id) => Math.round(document.getElementById(id)!.getBoundingClientRect().height)),
      ids,
    );
  const lives = () =>
    page.evaluate((all) => all.map((id) => (document.getElementById(id) as FigureUnderTest).report !== undefined), ids);
  const [before, after] = [await lives(), await heights()];
  const ended = ids.filter((_, k) => !before[k]);
  assert.ok(ended.length >= 4, ended.join());
  // nothing but their reports is gone
  const rooms = await page.evaluate(
    (all) => all.map((id) => Number.parseFloat(document.getElementById(id)!.style.getPropertyValue('--_room') || '0')),
    ids,
  );
  for (const [k, id] of ids.entries()) {
    if (before[k]) continue;
    assert.ok(rooms[k] > 300, `${id}: ${rooms[k]}`);
    assert.ok(Math.abs(after[k] - rooms[k]) < 60, `${id}: ${after[k]}, was ${rooms[k]}`);
  }
  assert.equal(problems, []);
  await page.close();
});

check('formulas and figures fit a narrow window', async () => {
  const { page } = await lab!.open(SMALL, { viewport: { width: 360, height: 740 } });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('math[display=block]')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.textContent),
  );
  assert.equal(wide, []);
  await page.close();
});

check('one button makes all figures wait, another changes light to dark', async () => {
  const { page, problems } = await lab!.open(SMALL);
  const spins = page.locator('#figure-spins');
  await spins.scrollIntoViewIfNeeded();
  await until('the lattice runs', () => spins.evaluate((one) => (one as FigureUnderTest).running === true));
  await page.getByRole('button', { name: 'Pause all figures' }).click();
  assert.is(await spins.evaluate((one) => (one as FigureUnderTest).running), false);
  await page.getByRole('button', { name: 'Let all figures run' }).click();
  await until('it runs again', () => spins.evaluate((one) => (one as FigureUnderTest).running));
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.getByRole('button', { name: 'Dark' }).click();
  assert.is.not(await paper(), before);
  assert.equal(problems, []);
  await page.close();
});

check('a link of another version says so', async () => {
  const { page, problems } = await lab!.open('/?v=0.1.0&spins=size=64,start=up');
  await figureOf(page, 'blockspin-spins');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.is(
    await page.locator('#version').innerText(),
    `This link was made with blockspin 0.1.0, and this page is of ${version}: its numbers may differ.`,
  );
  assert.equal(problems, []);
  await page.close();
});

check('saving energy: by the button, by reduced motion, by an attribute that links do not carry', async () => {
  const query = '/?spins=size=64,start=up,temperature=3';
  const { page, problems } = await lab!.open(query);
  const figure = await figureOf(page, 'blockspin-spins');
  const button = page.getByRole('button', { name: 'Save energy' });
  assert.is(await button.getAttribute('aria-pressed'), 'false');
  await figure.evaluate((one) => one.setAttribute('low-power', ''));
  await button.click();
  assert.is(await button.getAttribute('aria-pressed'), 'true');
  const sweeps = () => figure.evaluate((one) => (one as FigureUnderTest).report!.sweeps as number);
  const before = await sweeps();
  await until('it goes on', async () => (await sweeps()) > before);
  const state = await figure.evaluate((one) => (one as FigureUnderTest).state);
  assert.equal(Object.keys(state), ['size', 'temperature', 'start']);
  assert.equal(problems, []);
  await page.close();
  const { page: calm } = await lab!.open(query, { reducedMotion: 'reduce' });
  assert.is(await calm.getByRole('button', { name: 'Save energy' }).getAttribute('aria-pressed'), 'true');
  await calm.close();
});

test.after(() => lab?.close());
test.run();
