import { css } from 'lit';

/** Two pictures side by side, at any width. */
export const styles = css`
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; max-width: 44rem; }
  .question, .verdict { margin: 0; }
  .verdict { min-height: 2.9em; align-content: center; }
  @container (min-width: 44rem) { .quiz-columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
`;
