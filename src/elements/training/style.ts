import { css } from 'lit';

/** Controls above, curves side by side, patterns across, machines in columns. */
export const styles = css`
  .controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.6rem 0.9rem; align-items: end; }
  .controls select, .controls input[type='number'] { width: 100%; }
  .waiting { min-height: 46rem; }
  .curves { display: grid; gap: 0.75rem 1.5rem; }
  .swatch { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 2px; background: var(--_accent); }
  .swatch.second { background: var(--_second); }
  .swatch.third { background: var(--_third); }
  .swatch.data { background: var(--_rule); }
  svg.plot text { paint-order: stroke; stroke: var(--_paper); stroke-width: 3px; stroke-linejoin: round; }
  svg.plot text.first { fill: var(--_accent); }
  svg.plot .trace { stroke-width: 1.75; stroke-linejoin: round; }
  .presets button.small { background: transparent; }
  .patterns { display: flex; flex-wrap: wrap; gap: 0.6rem 0.25rem; }
  svg.pattern { width: 1.8rem; flex: none; }
  .few svg.pattern { width: 4rem; }
  .patterns.few svg.pattern text { font-size: 6px; }
  svg.pattern:last-child { margin-inline-start: 0.4rem; }
  svg.pattern text { font-size: 9px; fill: var(--_quiet); }
  svg .ground { fill: var(--_spin-down); }
  svg .cells { fill: var(--_spin-up); }
  svg.pattern .share { fill: var(--_rule); }
  svg.pattern .base { stroke: var(--_quiet); stroke-width: 0.75; }
  svg.pattern .model { fill: var(--_accent); }
  svg.pattern .model.second { fill: var(--_second); }
  svg.pattern .model.third { fill: var(--_third); }
  svg.pattern .notch { fill: var(--_paper); }
  .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; align-items: center; }
  .legend span { display: inline-flex; gap: 0.35rem; align-items: center; }
  .machines { display: grid; gap: 1.25rem 1.75rem; align-items: start; }
  .machine { display: grid; gap: 0.5rem; min-width: 0; align-content: start; }
  .machine h3 { margin: 0; font-size: 0.9375rem; font-weight: 600; display: flex; gap: 0.45rem; align-items: center; }
  .machine p { margin: 0; }
  .machine dl.numbers dd { min-height: 1.45em; }
  .machine canvas { width: 100%; height: auto; }
  .machine .about { min-height: 2.9em; }
  .picture { display: grid; gap: 0.25rem; }
  .doubts { margin: 0; padding-inline-start: 1.1rem; display: grid; gap: 0.3rem; }
  .editor > .stack { flex: 1 1 14rem; }
  .editor { display: flex; flex-wrap: wrap; gap: 1rem; padding: 0.75rem; background: var(--_panel); border-radius: 5px; }
  .grid { display: inline-grid; gap: 2px; touch-action: none; align-content: start; user-select: none; }
  .grid .line { display: flex; gap: 2px; }
  .cell { width: 1.7rem; height: 1.7rem; background: var(--_spin-down); border: 1px solid var(--_rule); border-radius: 2px; cursor: crosshair; }
  .cell.set { background: var(--_spin-up); }
  .thumb { display: grid; justify-items: center; gap: 0.1rem; padding: 0.25rem; line-height: 1; font-size: 0.75rem; }
  .thumb svg { width: 1.75rem; height: 1.75rem; }
  button.thumb[aria-pressed='true'] { background: var(--_paper); color: inherit; outline: 2px solid var(--_accent); }
  .editor input[type='number'] { width: 5rem; }
  .note { margin: 0; }
  @container (min-width: 44rem) {
    .controls { grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); }
    .waiting { min-height: 46rem; }
  .curves { grid-template-columns: 1fr 1fr; }
    .machines.two { grid-template-columns: 1fr 1fr; }
    .machines.three { grid-template-columns: 1fr 1fr 1fr; }
    .machines.one .machine { grid-template-columns: 1fr 1fr; column-gap: 1.75rem; }
    .machines.one .machine > .whole { grid-column: 1 / -1; }
  }
`;
