/** Figures as files. */

import type { Figure } from '../../viz/frame/figure.js';
import { rasterise } from './raster.js';

/** Each figure as SVG, and as PNG where that can be made, through `write`. */
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
  if (!png) process.stderr.write('no PNG files: the optional package @resvg/resvg-js is not installed\n');
}
