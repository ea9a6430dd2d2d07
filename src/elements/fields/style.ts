import { css } from 'lit';

/** Both stacks side by side where there is room, pictures with buttons over them. */
export const styles = css`
  .between { justify-content: space-between; align-items: end; }
  .note { margin: 0; }
  .title { display: grid; }
  table.evidence td { white-space: nowrap; }
  .padded { padding-block: 0.5rem; }
  .picture { position: relative; }
  .picture > canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  svg.overlay { position: relative; width: 100%; height: auto; }
  rect.unit { fill: transparent; stroke: var(--_rule); stroke-width: 1.5; cursor: pointer; outline: none; }
  rect.unit:hover { stroke: var(--_ink); stroke-width: 4; }
  rect.unit[aria-selected='true'] { stroke: var(--_accent); stroke-width: 8; }
  rect.unit:focus-visible { stroke: var(--_ink); stroke-width: 8; }
  canvas.square { width: 100%; aspect-ratio: 1; border: 1px solid var(--_rule); border-radius: 3px; }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; max-width: 34rem; }
  button.link { all: unset; cursor: pointer; color: var(--_accent); text-decoration: underline; text-underline-offset: 0.15em; }
  button.link:focus-visible { outline: 2px solid var(--_accent); }
  .tabs button { display: grid; justify-items: start; line-height: 1.25; padding-block: 0.3rem; }
  .quarters > label { flex: 1 1 8rem; }
  input[type='text'] {
    background: var(--_panel); border: 1px solid var(--_rule); border-radius: 5px; padding: 0.2rem 0.6rem; min-height: 2rem; width: 100%;
  }
  progress { accent-color: var(--_accent); height: 0.6rem; min-width: 6rem; }
  strong.control { color: var(--_second); }
  strong.spins { color: var(--_accent); }
  th.first { color: var(--_accent); }
  th.other { color: var(--_second); }
  table.evidence th[scope='row'] { color: var(--_ink); font-weight: 400; text-align: start; }
  .key { display: inline-block; width: 1.2rem; border-top: 2px solid var(--_accent); vertical-align: middle; }
  .key.second { border-color: var(--_second); margin-inline-start: 0.6rem; }
  svg.plot .trace { stroke-width: 1.75; }
  @container (min-width: 44rem) {
    .halves { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  }
`;
