import { css } from 'lit';

/** Lattice beside charts where there is room for both. */
export const styles = css`
  .charts { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
  .thirds > label { flex: 1 1 8.5rem; }
  @container (min-width: 44rem) {
    .spins-columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
  }
  @container (max-width: 26rem) {
    .charts { grid-template-columns: 1fr; }
  }
`;
