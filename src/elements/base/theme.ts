/** The look of all figures: colours, letters and distances as custom properties, and what controls look like. */

import { css, unsafeCSS } from 'lit';
import { CUSTOM_PROPERTIES } from './customProperties.js';

const tokens = Object.entries(CUSTOM_PROPERTIES)
  .map(([name, [, light, dark]]) => `--_${name.slice(12)}: var(${name}, light-dark(${light}, ${dark}));`)
  .join('\n');

/** Style sheet of all figures. Private names begin with `--_`. */
export const theme = [
  unsafeCSS(`:host {\n${tokens}\n}`),
  css`
:host {
  display: block;
  container-type: inline-size;
  color: var(--_ink);
  background: var(--_paper);
  font: 0.875rem/1.45 system-ui, 'Segoe UI', 'Helvetica Neue', sans-serif;
  font-variant-numeric: tabular-nums;
  text-align: start;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
figure { margin: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; align-content: start; }
figure.empty { min-height: var(--_room, var(--blockspin-room, 0)); }
canvas, svg { display: block; max-width: 100%; }
canvas.spins { width: 100%; aspect-ratio: 1; image-rendering: pixelated; border: 1px solid var(--_rule); border-radius: 3px; }
.shown { position: relative; }
.unseen { visibility: hidden; }
.busy { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; border: 1px solid var(--_rule); border-radius: 3px; }
.columns { display: grid; gap: 0.75rem 1.5rem; align-items: start; }
.stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.6rem; align-content: start; min-width: 0; }
.row { display: flex; flex-wrap: wrap; gap: 0.4rem 0.6rem; align-items: center; }
.grow { flex: 1; }
.quiet { color: var(--_quiet); }
.small { font-size: 0.8125rem; }
.error { color: light-dark(#9c1c1c, #ff9d94); margin: 0; }
button, select, input, summary { font: inherit; color: inherit; }
button, select, input[type='number'] {
  background: var(--_panel); border: 1px solid var(--_rule); border-radius: 5px; padding: 0.2rem 0.6rem; min-height: 2rem;
}
button { cursor: pointer; }
button:hover, select:hover { border-color: var(--_accent); }
button[aria-pressed='true'], button.main { background: var(--_accent); border-color: var(--_accent); color: var(--_paper); }
button:disabled { opacity: 0.5; cursor: default; }
button.icon { min-width: 2.4rem; display: inline-grid; place-items: center; padding: 0.2rem; }
button.icon svg { width: 1rem; height: 1rem; fill: currentColor; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; border-radius: 3px; }
label.control { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.1rem; min-width: 0; }
label.control select { min-width: 0; }
label.control > span { display: flex; justify-content: space-between; gap: 0.5rem; }
label.control .value { color: var(--_ink); }
input[type='range'] { width: 100%; accent-color: var(--_accent); margin: 0; min-height: 1.5rem; }
dl.numbers { display: grid; grid-template-columns: auto 1fr; gap: 0.1rem 0.9rem; margin: 0; }
dl.numbers dt { color: var(--_quiet); }
dl.numbers dd { margin: 0; }
table { border-collapse: collapse; font-size: 0.8125rem; width: 100%; }
th, td { text-align: end; padding: 0.15rem 0.5rem; border-bottom: 1px solid var(--_rule); }
th:first-child, td:first-child { text-align: start; }
th { color: var(--_quiet); font-weight: 600; }
.scroll { overflow: auto; max-height: 20rem; }
caption { text-align: start; padding-block: 0.3rem; }
details > summary { cursor: pointer; color: var(--_quiet); width: fit-content; }
.foot { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.3rem; }
.leave .stack { padding-block: 0.5rem; }
.leave .told { overflow-wrap: anywhere; }
.snippet pre { margin: 0.2rem 0 0; padding: 0.6rem 0.75rem; background: var(--_panel); border-radius: 5px; overflow-x: auto; font: 0.8125rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
button.small { min-height: 1.75rem; padding-block: 0.1rem; }
figcaption { color: var(--_quiet); font-size: 0.8125rem; }
.hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
svg.plot { width: 100%; height: auto; overflow: visible; font-size: 11px; }
svg.plot text { fill: var(--_quiet); }
svg.plot .axis line, svg.plot .axis path { stroke: var(--_rule); fill: none; }
svg.plot .curve { fill: none; stroke: var(--_quiet); stroke-width: 1.25; }
svg.plot .trace { fill: none; stroke: var(--_accent); stroke-width: 1.25; }
svg.plot .dot { fill: var(--_accent); stroke: var(--_paper); stroke-width: 1.5; }
svg.plot .bar { stroke: var(--_accent); stroke-width: 1.5; }
svg.plot .area { fill: var(--_accent); stroke: none; }
svg.plot .second.dot, svg.plot .second.area { fill: var(--_second); } svg.plot .second.trace, svg.plot .second.bar { stroke: var(--_second); }
svg.plot .third.dot, svg.plot .third.area { fill: var(--_third); } svg.plot .third.trace, svg.plot .third.bar { stroke: var(--_third); }
svg.plot .quiet.dot, svg.plot .quiet.area { fill: var(--_quiet); } svg.plot .quiet.trace, svg.plot .quiet.bar { stroke: var(--_quiet); }
svg.plot text.second { fill: var(--_second); } svg.plot text.third { fill: var(--_third); }
svg.plot .mark { stroke: var(--_quiet); stroke-dasharray: 3 3; }
@media print { .row.toolbar, details { display: none; } }
`,
];
