/**
 * Conversion of SVG to PNG by resvg, an optional peer, with the fonts of the package: without resvg there is no PNG, and
 * the caller reports it.
 */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { positive, refuse } from '../../util/check.js';

/** Fonts of the figures. */
export const FACES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSans-Oblique.ttf', 'DejaVuSans-BoldOblique.ttf'];

/**
 * Ranges of code points that they have: Latin, modifiers and accents, Greek, Cyrillic, superscripts and subscripts,
 * punctuation, letters and fractions, arrows and operators, brackets, boxes.
 */
export const FONT_CHARACTERS: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x232, 0x233],
  [0x2b0, 0x3ff],
  [0x400, 0x45f],
  [0x1d2c, 0x1d6a],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x2070, 0x209c],
  [0x2100, 0x2149],
  [0x2150, 0x215e],
  [0x2190, 0x21ff],
  [0x2200, 0x22ff],
  [0x2308, 0x230b],
  [0x2580, 0x25ff],
  [0x27e8, 0x27e9],
  [0x2c7c, 0x2c7c],
];

/** A character that they have not. */
const FOREIGN = new RegExp(
  `[^\\n\\r\\t${FONT_CHARACTERS.map((range) => range.map((code) => `\\u{${code.toString(16)}}`).join('-')).join('')}]`,
  'u',
);

/** Paths of the fonts, in the build that this file is in or of; none in a checkout that was never built. */
function fontFiles(): string[] {
  let folder = fileURLToPath(import.meta.url);
  while (folder !== dirname(folder)) {
    folder = dirname(folder);
    for (const place of [join(folder, 'fonts'), join(folder, 'build', 'fonts')]) {
      if (existsSync(join(place, FACES[0]))) return FACES.map((face) => join(place, face));
    }
  }
  return [];
}

/**
 * The PNG of an SVG document, with the text in the fonts of the package, so that it looks the same on a machine without
 * fonts; those of the system are used besides for characters that these have not.
 * @param width in pixels; default twice the width of the document
 * @returns PNG bytes, or undefined if @resvg/resvg-js cannot be loaded
 * @throws Error from resvg for a document that is not SVG
 */
export async function rasterise(svg: string, width?: number): Promise<Uint8Array | undefined> {
  if (typeof svg !== 'string') refuse('svg', 'string', svg, 'type');
  if (width !== undefined) positive('width', width);
  const resvg = await import('@resvg/resvg-js').catch(() => undefined);
  if (resvg === undefined) return undefined;
  const files = fontFiles();
  const image = new resvg.Resvg(svg, {
    fitTo: width === undefined ? { mode: 'zoom', value: 2 } : { mode: 'width', value: Math.round(width) },
    font: {
      fontFiles: files,
      loadSystemFonts: files.length === 0 || FOREIGN.test(svg),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
    logLevel: 'off',
  });
  return Uint8Array.from(image.render().asPng());
}
