/** Figures as files. */

import type { Figure } from '../../viz/frame/figure.js';
import { rasterise } from './raster.js';

/** Writes each figure as SVG, and as PNG if that is possible, by `write`. */
export async function writeFigures(
  write: (name: string, content: Uint8Array | string) => void,
  figures: readonly Figure[],
): Promise<void> {
  let png = true;
  for (const figure of figures) {
    write(`${figure.name}.svg`, figure.svg);
    const bytes = await rasterise(figure.svg);
    if (bytes) write(`${figure.name}.png`, bytes);
    else png = false;
  }
  if (!png) process.stderr.write('no PNG files: they need the package @resvg/resvg-js (npm install @resvg/resvg-js)\n');
}
