/** Patterns of the data, with their share of the rows against their probability under each machine. */

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { DataReport } from './dataSet.js';
import type { MachineReport } from './machine.js';
import { METHODS } from './methods.js';
import { tileShape } from './tiling.js';

const WIDTH = 30;
/** Heights of the bars, and of what is written or drawn below. */
const BARS = 46;
const PICTURE = 28;
/** The most frequent pattern fills so much of the bars' height. */
const FILLED = 0.6;
/** So few patterns are shown larger. */
const FEW = 12;

/** Outlines of the set cells of a pattern, made once for each. */
const paths = new WeakMap<Uint8Array, string>();

function pathOf(bits: Uint8Array, columns: number): string {
  let path = paths.get(bits);
  if (path === undefined) {
    path = [...bits].map((bit, i) => (bit ? `M${i % columns},${Math.floor(i / columns)}h1v1h-1z` : '')).join('');
    paths.set(bits, path);
  }
  return path;
}

/** The picture of a row within a square of `size`, at its upper edge. */
export function thumbnail(
  bits: Uint8Array,
  shape: readonly [number, number],
  size: number,
  x = 0,
  y = 0,
): TemplateResult<2> {
  const [lines, columns] = tileShape(shape);
  const cell = Math.min(size / lines, size / columns);
  return svg`<g transform="translate(${(x + (size - cell * columns) / 2).toFixed(2)} ${y.toFixed(2)}) scale(${cell.toFixed(4)})">
    <rect class="ground" width=${columns} height=${lines}></rect><path class="cells" d=${pathOf(bits, columns)}></path></g>`;
}

/** Grey block: share of the data; bars in front: probability under each machine. */
function item(
  bars: readonly { p: number; tone: string }[],
  share: number,
  top: number,
  below: unknown,
  title: string,
): TemplateResult {
  const height = (p: number) => Math.min(BARS, (p / top) * BARS);
  const slot = (WIDTH - 6) / Math.max(1, bars.length);
  const across = Math.min(10, slot - 1);
  return html`<svg class="pattern" viewBox="0 0 ${WIDTH} ${BARS + 4 + PICTURE}" aria-hidden="true">
    <title>${title}</title>
    <rect class="share" x="1" y=${(BARS - height(share)).toFixed(1)} width=${WIDTH - 2} height=${height(share).toFixed(1)}></rect>
    ${bars.map(({ p, tone }, k) => {
      const x = 3 + slot * k + (slot - across) / 2;
      // a bar that does not fit has a notch
      return svg`<rect class="model ${tone}" x=${x.toFixed(1)} y=${(BARS - height(p)).toFixed(1)} width=${across.toFixed(1)} height=${height(p).toFixed(1)}></rect>${p > top ? svg`<rect class="notch" x=${(x - 1).toFixed(1)} y="6" width=${(across + 2).toFixed(1)} height="2"></rect>` : nothing}`;
    })}
    <line class="base" x1="0" x2=${WIDTH} y1=${BARS} y2=${BARS}></line>
    ${below}
  </svg>`;
}

const percent = (p: number): string => `${(100 * p).toFixed(p < 0.1 ? 2 : 1)} %`;

/** All patterns that are shown, and all other states together. */
export function patternList(
  data: DataReport,
  machines: readonly MachineReport[],
  tones: readonly string[],
): TemplateResult {
  const { patterns, shape } = data;
  const top = (patterns[0]?.share ?? 1) / FILLED;
  const rest = 1 - patterns.reduce((sum, { share }) => sum + share, 0);
  const words = (share: number, of: (machine: MachineReport) => number | undefined) =>
    `data ${percent(share)}${machines.map((machine) => `, ${METHODS[machine.algorithm].short} ${percent(of(machine) ?? 0)}`).join('')}`;
  const known = machines.flatMap((machine, k) => (machine.logLikelihood === null ? [] : [{ machine, tone: tones[k] }]));
  const sums = known
    .map(({ machine }) => `${METHODS[machine.algorithm].short} ${percent(1 - machine.others)}`)
    .join(', ');
  return html`<div class="patterns ${patterns.length <= FEW ? 'few' : ''}" part="patterns" role="img" aria-label="Patterns of the data, ${percent(1 - rest)} of the rows, and their probability under each machine: ${sums || 'unknown'} in all.">
    ${patterns.map(({ bits, share }, r) =>
      item(
        known.map(({ machine, tone }) => ({ p: machine.probabilities[r] ?? 0, tone })),
        share,
        top,
        thumbnail(bits, shape, PICTURE, (WIDTH - PICTURE) / 2, BARS + 4),
        words(share, ({ probabilities }) => probabilities[r]),
      ),
    )}
    ${item(
      known.map(({ machine, tone }) => ({ p: machine.others, tone })),
      Math.max(0, rest),
      1,
      svg`<text x=${WIDTH / 2} y=${BARS + 14} text-anchor="middle">all</text><text x=${WIDTH / 2} y=${BARS + 25} text-anchor="middle">others</text>`,
      `all other states: ${words(Math.max(0, rest), ({ others }) => others)}`,
    )}
  </div>`;
}
