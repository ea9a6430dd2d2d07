/**
 * Pictures of every chapter of the built lab at three widths, light and dark, to be looked at:
 * `tsx scripts/labPictures.ts [PATTERN ...]` writes out/lab/CHAPTER-WIDTH-SCHEME.png of those whose name matches.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FigureUnderTest, LabInChromium, until } from '../test/lab/browser.js';
import { CHROMIUM_MISSING, root } from './browser.js';

const FOLDER = join(root, 'out/lab');
const WIDTHS = [360, 900, 1440];
const SCHEMES = ['light', 'dark'] as const;
/** Milliseconds that a chapter runs before its picture is taken. */
const RUN_MS = 4000;

const patterns = process.argv.slice(2).map((word) => new RegExp(word, 'i'));
const isAsked = (name: string) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name));

const lab = await LabInChromium.start();
if (lab === undefined) throw new Error(CHROMIUM_MISSING);
mkdirSync(FOLDER, { recursive: true });
for (const width of WIDTHS) {
  const { page, problems } = await lab.open('/', { viewport: { width, height: 900 } });
  const places = await page.evaluate(() =>
    [...document.querySelectorAll('body > header, section')].map(({ id }) => id),
  );
  for (const id of places) {
    const name = id || 'head';
    const asked = SCHEMES.filter((scheme) => isAsked(`${name}-${width}-${scheme}`));
    if (asked.length === 0) continue;
    const place = page.locator(id ? `#${id}` : 'body > header');
    await place.scrollIntoViewIfNeeded();
    for (const figure of await place.locator('[id^=figure-]').all()) {
      await figure.scrollIntoViewIfNeeded();
      await until(`${id} reports`, () => figure.evaluate((one) => (one as FigureUnderTest).report !== undefined));
      await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    }
    for (const colorScheme of asked) {
      await page.emulateMedia({ colorScheme });
      await new Promise((resolve) => setTimeout(resolve, 500));
      await place.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`) });
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`${name} at ${width}: ${wide} pixels too wide`);
  }
  for (const problem of problems) console.log(`${width}: ${problem}`);
  await page.context().close();
}
await lab.close();
console.log(`${FOLDER}`);
