/** Figures as files. */

import { join } from 'node:path';
import { writeFileAtomic } from '../io/node.js';
import type { Figure } from '../viz/figure.js';
import { rasterise } from './raster.js';

/** Each figure as SVG, and as PNG where that can be made. */
export async function writeFigures(folder: string, figures: readonly Figure[]): Promise<void> {
  let png = true;
  for (const figure of figures) {
    writeFileAtomic(join(folder, `${figure.name}.svg`), figure.svg);
    const bytes = await rasterise(figure.svg);
    if (bytes) writeFileAtomic(join(folder, `${figure.name}.png`), bytes);
    else png = false;
  }
  if (!png) process.stderr.write('no PNG files: the optional package @resvg/resvg-js is not installed\n');
}
