/** Signs on buttons, on a grid of 16 × 16. */

import { svg, type TemplateResult } from 'lit';

const icon = (path: string): TemplateResult<2> =>
  svg`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>`;

export const PLAY = icon('M4 2.5v11l9-5.5z');
export const PAUSE = icon('M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z');
export const STEP = icon('M3 2.5v11l7-5.5zM11 2.5h2v11h-2z');
export const RESET = icon('M8 3a5 5 0 1 0 4.9 6h-1.6A3.5 3.5 0 1 1 8 4.500V7l4-3.250L8 .5z');
