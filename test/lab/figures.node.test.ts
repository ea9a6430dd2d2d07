/** What readers do with single figures: buttons, files, keys. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeNpy } from '../../src/formats/npy.js';
import { Ising, square } from '../../src/ising/index.js';
import { type FigureUnderTest, figureOf, LabInChromium, until } from './browser.js';

const test = suite('lab/figures');
const lab = await LabInChromium.start();
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

check('quiz: an answer is told by its event, and by a live region', async () => {
  const { page, problems } = await lab!.open('/');
  const figure = await figureOf(page, 'blockspin-quiz');
  await figure.evaluate((one) => {
    one.addEventListener('answer', (event) => {
      one.dataset.told = JSON.stringify((event as CustomEvent).detail);
    });
  });
  await figure.getByRole('button', { name: 'The left one' }).click();
  const told = await until('the answer is told', () => figure.evaluate((one) => one.dataset.told));
  const { right, temperature } = JSON.parse(told!);
  assert.type(right, 'boolean');
  assert.match(
    await figure.locator('.verdict').innerText(),
    new RegExp(`^${right ? 'Right' : 'Wrong'}: .*${temperature}`),
  );
  assert.equal(problems, []);
  await page.close();
});

check('quiz: until its pictures are there it says so, and takes no answer', async () => {
  const { page, problems } = await lab!.open('/#figure-quiz');
  const figure = page.locator('blockspin-quiz');
  const state = () =>
    figure.evaluate((one) => {
      const buttons = [...(one.shadowRoot?.querySelectorAll<HTMLButtonElement>('.pair button') ?? [])];
      return {
        there: buttons.length,
        disabled: buttons.every(({ disabled }) => disabled),
        note: one.shadowRoot?.querySelector('.verdict')?.textContent ?? '',
        reports: (one as FigureUnderTest).report !== undefined,
      };
    });
  const early = await until('its buttons', async () => {
    const now = await state();
    return now.there === 2 ? now : undefined;
  });
  assert.not(early!.reports);
  assert.ok(early!.disabled);
  assert.match(early!.note, /^Preparing/);
  const left = figure.getByRole('button', { name: 'The left one' });
  await until('its pictures', () => left.isEnabled());
  assert.match((await state()).note, /^Pair 1/);
  // other values: the pictures of before are gone at once
  const later = await figure.evaluate(async (one) => {
    Object.assign(one, { distance: 8 });
    await (one as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const buttons = [...one.shadowRoot!.querySelectorAll<HTMLButtonElement>('.pair button')];
    return [buttons.every(({ disabled }) => disabled), one.shadowRoot!.querySelectorAll('canvas.unseen').length];
  });
  assert.equal(later, [true, 2]);
  await until('its new pictures', () => left.isEnabled());
  assert.equal(problems, []);
  await page.close();
});

check('blocks: no data under another label, and a note at once', async () => {
  const { page, problems } = await lab!.open('/?blocks=size=512');
  const figure = await figureOf(page, 'blockspin-blocks');
  const shown = () =>
    figure.evaluate((one) => {
      const root = one.shadowRoot!;
      return {
        value: root.querySelector('label.control .value')!.textContent!.trim(),
        unseen: root.querySelector('.levels')!.classList.contains('unseen'),
        note: root.querySelector('.busy')?.textContent ?? '',
        dots: root.querySelectorAll('svg.plot .dot').length,
      };
    });
  await until('three lines', async () => (await shown()).dots === 15);
  await figure.evaluate(async (one) => {
    Object.assign(one, { distance: 5 });
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  const { value, unseen, note, dots } = await shown();
  assert.is(value, '5.0 %');
  assert.ok(unseen);
  assert.match(note, /^preparing/);
  assert.is(dots, 0);
  await until('new ones', async () => (await shown()).dots === 15 && !(await shown()).unseen);
  assert.equal(problems, []);
  await page.close();
});

check('after a step the report is that of the step; a waiting figure says what it shows', async () => {
  const { page, problems } = await lab!.open('/?spins=size=64,start=up');
  const figure = await figureOf(page, 'blockspin-spins');
  const sweeps = await figure.evaluate(async (element) => {
    const one = element as FigureUnderTest;
    one.pause();
    await one.reset();
    await one.step();
    return one.report!.sweeps;
  });
  assert.is(sweeps, 1);
  const said = await until('it is said', () => figure.locator('p.hidden[role=status]').innerText());
  assert.match(said, /^Temperature 2.27: energy per spin -\d.\d\d at present, magnetisation/);
  assert.equal(problems, []);
  await page.close();
});

check('fields: threads start under the policy of the page, from the file beside it', async () => {
  const state = 'live=true,samples=2000,network=400,epochs=2';
  const { page, problems } = await lab!.open(`/?${new URLSearchParams({ experiment: state })}`);
  const files: string[] = [];
  page.on('request', (request) => files.push(new URL(request.url()).pathname));
  const trained = () =>
    page.evaluate(() => {
      const figure = document.getElementById('figure-experiment') as FigureUnderTest;
      figure.scrollIntoView({ behavior: 'instant' });
      return (figure.report as { progress?: { epoch: number } } | undefined)?.progress?.epoch === 2;
    });
  await until('two epochs of training', trained);
  assert.ok(files.includes('/thread.js'));
  // without threads a warning says so
  assert.equal(problems, []);
  await page.context().close();
});

check('buttons of figures that are removed at once leave no uncaught error', async () => {
  const { page, problems } = await lab!.open('/?training=updates=300');
  for (const [tag, names] of [
    ['blockspin-training', ['Judge now', 'Sample']],
    ['blockspin-map', ['Make ΔF = 0', 'Shift the energy', 'Step']],
    ['blockspin-quiz', ['Begin anew']],
    ['blockspin-fields', ['Generate others']],
  ] as const) {
    const figure = await figureOf(page, tag);
    for (const name of names) {
      const button = figure.getByRole('button', { name, exact: true }).first();
      await until(`${tag}: ${name}`, () => button.isEnabled());
    }
    await figure.evaluate(
      (one, labels) => {
        const buttons = [...one.shadowRoot!.querySelectorAll('button')];
        for (const label of labels) {
          buttons.find((button) => button.textContent!.trim() === label || button.ariaLabel === label)!.click();
        }
        one.remove();
      },
      names as readonly string[],
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(problems, []);
  await page.close();
});

check('spins: a file is the beginning; one that does not fit is refused by a sentence, by keys too', async () => {
  const { page, problems } = await lab!.open('/?spins=size=128,start=random');
  const figure = await figureOf(page, 'blockspin-spins');
  await figure.evaluate((one) => (one as FigureUnderTest).pause());
  await figure.getByRole('combobox', { name: 'begin with' }).selectOption('file');
  const chooser = figure.locator('input[type=file]');
  await chooser.focus();
  const spins = new Ising({ lattice: square(64), coupling: 0.5, method: 'wolff' }).burnIn().configurations();
  const file = (name: string, shape: number[], data: Uint8Array) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(encodeNpy({ shape, data })),
  });
  await chooser.setInputFiles(file('forty.npy', [1, 40, 40], new Uint8Array(1600)));
  await until('the refusal', async () =>
    /forty.npy holds 1 × 40 × 40/.test(await figure.locator('.drop [role=alert]').innerText()),
  );
  await chooser.setInputFiles(file('own.npy', [1, 64, 64], Uint8Array.from(spins.row(0))));
  await until('the file is in use', async () => /In use: own.npy/.test(await figure.locator('.drop').innerText()));
  const { bytes, state } = await figure.evaluate(async (element) => {
    const one = element as FigureUnderTest;
    const { bytes } = (await one.call('configuration')) as { bytes: Uint8Array };
    return { bytes: [...bytes], state: one.state };
  });
  assert.equal(bytes, [...spins.bytes]);
  assert.equal(state, { size: 64, start: 'file' });
  assert.equal(problems, []);
  await page.close();
});

test.after(() => lab?.close());
test.run();
