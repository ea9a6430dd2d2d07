/** build/fonts: the DejaVu fonts of the figures, with the letters and signs that figures in European languages and formulas need, for outlines at any size. */

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// @ts-expect-error it has no types
import subsetFont from 'subset-font';
import { FACES, FONT_CHARACTERS } from '../src/cli/words/raster.js';

const FROM = 'node_modules/dejavu-fonts-ttf';
const TO = 'build/fonts';

export async function buildFonts(): Promise<void> {
  rmSync(TO, { recursive: true, force: true });
  mkdirSync(TO, { recursive: true });
  const characters = FONT_CHARACTERS.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, k) => String.fromCodePoint(first + k)),
  ).join('');
  for (const face of FACES) {
    const whole = readFileSync(join(FROM, 'ttf', face));
    writeFileSync(join(TO, face), await subsetFont(whole, characters, { targetFormat: 'sfnt', noHinting: true }));
  }
  copyFileSync(join(FROM, 'LICENSE'), join(TO, 'LICENSE'));
}
