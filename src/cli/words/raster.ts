/**
 * Conversion of SVG to PNG by resvg and the DejaVu fonts, both optional dependencies: without resvg there is no PNG,
 * and the caller reports it.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { positive, refuse } from '../../util/check.js';

/** Fonts of the figures, in the folder of the font package. */
const FACES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSans-Oblique.ttf', 'DejaVuSans-BoldOblique.ttf'];

/** Paths of the packaged fonts; none if the package is not installed. */
function fontFiles(): string[] {
  try {
    const home = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
    return FACES.map((face) => join(home, 'ttf', face));
  } catch {
    return [];
  }
}

/**
 * The PNG of an SVG document, with the text in the packaged fonts, so that it looks the same on a machine without
 * fonts; system fonts are used only if those are missing.
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
      loadSystemFonts: files.length === 0,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
    logLevel: 'off',
  });
  return Uint8Array.from(image.render().asPng());
}
