/**
 * Heights of the figures of the lab at some widths of the window, as they are once they live:
 * `tsx scripts/labRooms.ts` writes src/lab/rooms.css, by which the page keeps their room before they do.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FigureUnderTest, LabInChromium, until } from '../test/lab/browser.js';
import { CHROMIUM_MISSING, root } from './browser.js';

/** Widths from which a row of heights holds: where figures change their columns, and some between. */
const WIDTHS = [360, 420, 500, 600, 744, 850, 1000, 1128];
/** Milliseconds until a figure that lives has all its parts. */
const RUN_MS = 1500;

const lab = await LabInChromium.start();
if (lab === undefined) throw new Error(CHROMIUM_MISSING);
const heights = WIDTHS.map(() => new Map<string, number>());
const { page } = await lab.open('/?spins=size=256&blocks=size=256&zoom=size=512');
const ids = await page.evaluate(() => [...document.querySelectorAll('[id^=figure-]')].map(({ id }) => id));
for (const id of ids) {
  const figure = page.locator(`#${id}`);
  await figure.scrollIntoViewIfNeeded();
  await until(`${id} reports`, () => figure.evaluate((one) => (one as FigureUnderTest).report !== undefined));
  await new Promise((resolve) => setTimeout(resolve, RUN_MS));
  for (const [k, width] of WIDTHS.entries()) {
    await page.setViewportSize({ width, height: 900 });
    await figure.scrollIntoViewIfNeeded();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const height = await figure.evaluate((one) => one.shadowRoot!.querySelector('figure')!.offsetHeight);
    heights[k].set(id, height);
  }
}
await lab.close();

const rules = WIDTHS.map((width, k) => {
  const lines = ids.map((id) => `#${id} { --blockspin-room: ${heights[k].get(id)}px; }`);
  if (k === 0) return lines.join('\n');
  return `@media (min-width: ${width}px) {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`;
});
writeFileSync(
  join(root, 'src/lab/rooms.css'),
  `/* Room for each figure before it lives: made by scripts/labRooms.ts. */\n${rules.join('\n')}\n`,
);
