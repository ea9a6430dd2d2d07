import { css } from 'lit';

/** Model and weights beside charts where there is room for both; statements below. */
export const styles = css`
  .charts { display: grid; grid-template-columns: 1fr; gap: 0.75rem; }
  .about { margin: 0; min-height: 6.5em; max-width: 62rem; }
  .halves > * { flex: 1 1 8rem; }
  sub, sup { line-height: 0; font-size: 0.75em; }
  .fixed { min-height: 2rem; padding-block: 0.25rem; }
  .withButton { display: grid; grid-template-columns: 1fr auto; gap: 0.6rem; align-items: end; }

  table.weights { table-layout: fixed; font-size: 0.75rem; border-collapse: separate; border-spacing: 2px; user-select: none; }
  table.weights th, table.weights td { border: 0; padding: 0; text-align: center; font-weight: 400; }
  table.weights tr > :first-child { width: 1.6rem; }
  table.weights tbody td { border-radius: 3px; background: color-mix(in srgb, var(--_tint) var(--strength), var(--_panel)); }
  table.weights td.positive { --_tint: var(--_accent); }
  table.weights td.negative { --_tint: var(--_second); }
  table.weights input {
    width: 100%; min-width: 0; border: 0; padding: 0; height: 1.75rem; text-align: center; background: transparent; font: inherit;
    font-variant-numeric: tabular-nums; cursor: ew-resize; touch-action: pan-y; border-radius: 3px;
  }
  table.weights input:focus { cursor: text; user-select: text; }
  .steps { margin: 0; }
  .refused:empty { display: none; }

  svg.network .bond { stroke: var(--_rule); }
  svg.network .weight { opacity: 0.8; }
  svg.network .positive { stroke: var(--_accent); }
  svg.network .negative { stroke: var(--_second); stroke-dasharray: 5 3; }
  svg.network .pair.positive, svg.network .pair.negative { stroke: var(--_third); }
  svg.network .site { fill: var(--_paper); stroke: var(--_quiet); stroke-width: 1.25; }
  svg.network .unit { fill: var(--_ink); }
  svg.network text.inner { font-size: 10px; fill: var(--_ink); }
  svg.network text.small { font-size: 8px; }
  svg.network text.unit-name { fill: var(--_paper); }

  dl.numbers { grid-template-columns: auto 1fr; }

  .statements { display: grid; gap: 1rem 2rem; border-top: 1px solid var(--_rule); padding-top: 0.75rem; }
  .statements h3 { margin: 0 0 0.4rem; font-size: 0.875rem; font-weight: 600; }
  .statements ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.6rem; }
  .statements li { display: grid; gap: 0.05rem; }
  .statements .claim { font-weight: 600; }
  .light { display: inline-flex; align-items: center; gap: 0.35rem; }
  .light svg { width: 1rem; height: 1rem; fill: currentColor; flex: none; }
  .light .ring { fill: none; stroke: currentColor; stroke-width: 1.75; }
  .light .sign { fill: none; stroke: var(--_paper); stroke-width: 2; }
  .light.holds, .light.nearly { color: var(--_third); }
  .light.no, .light.silent { color: var(--_quiet); }
  .light.refuted { color: var(--_second); }

  @container (min-width: 30rem) {
    .charts { grid-template-columns: 1fr 1fr; }
    .about { min-height: 4.5em; }
  }
  @container (min-width: 44rem) {
    .map-columns { grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); }
    .statements { grid-template-columns: repeat(3, minmax(0, 1fr)); }
    .about { min-height: 3em; }
  }
`;
