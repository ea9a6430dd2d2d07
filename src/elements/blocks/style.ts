import { css } from 'lit';

/** A row per lattice, a column per step. */
export const styles = css`
  .levels { display: grid; grid-template-columns: auto repeat(5, minmax(0, 1fr)); gap: 0.4rem; align-items: center; }
  .head { text-align: center; }
  .side { text-align: end; padding-inline-end: 0.2rem; }
  @container (min-width: 44rem) { .blocks-columns { grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); } }
  @container (max-width: 34rem) {
    .levels { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.2rem; }
    .levels > span:first-child { display: none; }
    .side { grid-column: 1 / -1; text-align: start; padding-block-start: 0.4rem; }
  }
`;
