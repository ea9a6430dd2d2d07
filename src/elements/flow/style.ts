import { css } from 'lit';

/** The table of methods, the chosen row below it, and charts side by side. */
export const styles = css`
  figure { grid-template-columns: minmax(0, 1fr); }
  .methods-scroll { max-height: none; }
  table.methods { font-size: 0.875rem; }
  .methods th, .methods td { padding: 0.1rem 0.5rem; vertical-align: middle; white-space: nowrap; }
  .methods thead th { padding-block: 0.1rem; }
  .methods tbody th { font-weight: 400; color: var(--_ink); white-space: normal; position: relative; }
  .methods tr.group th { color: var(--_quiet); font-size: 0.75rem; letter-spacing: 0.04em; padding-block: 0.6rem 0.1rem; }
  .methods tr.chosen { background: var(--_panel); }
  .methods tr.chosen th { box-shadow: inset 3px 0 var(--_accent); }
  .methods .exact-row th, .methods .exact-row td { color: var(--_quiet); }
  .methods .what { font-size: 0.8125rem; margin-inline-start: 0.35rem; }
  .methods .live { color: var(--_accent); font-weight: 600; }
  .methods .wide { padding-inline: 0.1rem; text-align: center; }
  .methods .scale { font-size: 0.6875rem; }
  button.sort { background: none; border: 0; padding: 0.2rem 0; min-height: 0; color: inherit; font-weight: 600; white-space: nowrap; }
  .arrow { display: inline-block; width: 0.8em; text-align: start; }
  button.rerun { min-width: 4.75rem; text-align: end; }
  svg.forest { display: inline-block; vertical-align: middle; }
  svg.forest .exact { stroke: var(--_rule); stroke-width: 1.5; }
  svg.forest .dot { fill: var(--_accent); } svg.forest .bar { stroke: var(--_accent); stroke-width: 1.5; }
  svg.forest .quiet.dot { fill: var(--_quiet); } svg.forest .quiet.bar { stroke: var(--_quiet); }
  .detail { display: grid; gap: 1rem 1.5rem; grid-template-columns: 190px minmax(0, 1fr) minmax(0, 1fr); align-items: start; min-height: 14rem; }
  .detail-words p { margin: 0; }
  table.contrast { width: auto; justify-self: start; }
  table.contrast th, table.contrast td { padding-inline: 0.5rem 1.5rem; text-align: start; }
  .detail .status { min-height: 4.4em; }
  svg.filter { width: 8.5rem; height: 8.5rem; }
  svg.filter .frame { fill: none; stroke: var(--_rule); stroke-width: 1; }
  svg.filter .plus { fill: var(--_accent); }
  svg.filter .minus { fill: none; stroke: var(--_second); stroke-width: 1.5; }
  .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; }
  .key::before { content: '●'; margin-inline-end: 0.35em; color: var(--_accent); }
  .key.second::before { color: var(--_second); }
  .key.third::before { color: var(--_third); }
  .key.old::before { color: var(--_quiet); }
  .pair { display: grid; gap: 1rem 1.5rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
  .settings select { width: 100%; }
  .settings { display: grid; gap: 0.6rem 1.2rem; grid-template-columns: minmax(0, 2fr) repeat(5, minmax(0, 1fr)); align-items: end; }
  .settings.few { grid-template-columns: minmax(0, 2fr) repeat(2, minmax(0, 1fr)); }
  @container (max-width: 60rem) {
    .methods .wide { display: none; }
  }
  @container (max-width: 50rem) {
    .detail { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
    .detail-words { grid-column: 1 / -1; }
    .methods .what { display: block; margin: 0; }
    .detail .status { min-height: 2.9em; }
  }
  @container (max-width: 35rem) {
    .detail, .pair { grid-template-columns: minmax(0, 1fr); }
    .settings, .settings.few { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
    .settings > label:first-child { grid-column: 1 / -1; }
    .rerun .time { display: none; }
    table.methods { font-size: 0.75rem; }
    .methods .coupling, .methods .what { display: none; }
    .methods th, .methods td { padding-inline: 0.2rem; }
    button.rerun { min-width: 2.25rem; padding-inline: 0.3rem; }
  }
`;
