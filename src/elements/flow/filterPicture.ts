/** The weights of a filter as a picture: area says how large a weight is, filled or open its sign. */

import { html, svg, type TemplateResult } from 'lit';

/** Side of a weight in the picture. */
const CELL = 14;

/** Squares whose area is |w|; positive ones filled, negative ones open (and in another colour). */
export function filterPicture(side: number, weights: readonly number[]): TemplateResult {
  const largest = Math.max(...weights.map(Math.abs), 1e-9);
  const size = side * CELL;
  const squares = weights.map((w, k) => {
    const edge = Math.sqrt(Math.abs(w) / largest) * (CELL - 2);
    const [x, y] = [(k % side) * CELL + (CELL - edge) / 2, Math.floor(k / side) * CELL + (CELL - edge) / 2];
    return svg`<rect class=${w < 0 ? 'minus' : 'plus'} x=${x.toFixed(2)} y=${y.toFixed(2)} width=${edge.toFixed(2)} height=${edge.toFixed(2)}></rect>`;
  });
  const sum = weights.reduce((all, w) => all + w, 0);
  const label = `Filter of ${side} × ${side} weights, from ${Math.min(...weights).toFixed(2)} to ${Math.max(...weights).toFixed(2)}; they sum to ${sum.toFixed(2)}.`;
  return html`<svg class="filter" part="filter" viewBox="-1 -1 ${size + 2} ${size + 2}" role="img" aria-label=${label}>
    <rect class="frame" x="-0.5" y="-0.5" width=${size + 1} height=${size + 1}></rect>${squares}
  </svg>`;
}
