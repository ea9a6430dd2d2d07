/** An estimate beside the exact value, as a small drawing in a cell of a table. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Estimate } from '../../stats/index.js';

const [WIDTH, HEIGHT, EDGE] = [116, 22, 5];

export interface ForestOptions {
  exact: number;
  /** Half of what is shown: values farther from the exact one become arrows at the edge. */
  reach: number;
  shipped: Estimate | null;
  live: Estimate | null;
}

/** Both estimates with 2σ bars, the shipped one above, the live one below. */
export function forest({ exact, reach, shipped, live }: ForestOptions): TemplateResult {
  const x = (value: number) =>
    WIDTH / 2 + (Math.max(-1, Math.min(1, (value - exact) / reach)) * (WIDTH - 2 * EDGE)) / 2;
  const at = (estimate: Estimate | null, y: number, tone: string) => {
    if (estimate === null) return nothing;
    const { value, error } = estimate;
    const outside = Math.abs(value - exact) > reach;
    if (outside) {
      const [tip, back] = value > exact ? [WIDTH - 1, WIDTH - 7] : [1, 7];
      return svg`<path class="dot ${tone}" d="M${tip},${y}L${back},${y - 4}V${y + 4}Z"></path>`;
    }
    const bar = 2 * (error ?? 0);
    return svg`<line class="bar ${tone}" x1=${x(value - bar).toFixed(1)} x2=${x(value + bar).toFixed(1)} y1=${y} y2=${y}></line>
      <circle class="dot ${tone}" cx=${x(value).toFixed(1)} cy=${y} r="3.5"></circle>`;
  };
  const both = shipped !== null && live !== null;
  return html`<svg class="forest" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <line class="exact" x1=${WIDTH / 2} x2=${WIDTH / 2} y1="0" y2=${HEIGHT}></line>
    ${at(shipped, both ? 7 : HEIGHT / 2, 'quiet')} ${at(live, both ? 15 : HEIGHT / 2, '')}
  </svg>`;
}
