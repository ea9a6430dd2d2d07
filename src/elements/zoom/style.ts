import { css } from 'lit';

/** The view, and what moves it. */
export const styles = css`
  .frame { position: relative; touch-action: pan-y pinch-zoom; cursor: grab; min-width: 0; }
  .frame:focus-within, .frame:active { touch-action: none; }
  .frame:active { cursor: grabbing; }
  canvas.view { width: 100%; aspect-ratio: 1; image-rendering: pixelated; border: 1px solid var(--_rule); border-radius: 3px; }
  .scale { position: absolute; inset-inline-start: 0.5rem; inset-block-end: 0.5rem; padding: 0.1rem 0.5rem; border-radius: 3px; background: var(--_paper); color: var(--_ink); font-size: 0.8125rem; opacity: 0.9; }
  .status { margin: 0; min-height: 2.6em; }
  @container (min-width: 44rem) { .zoom-columns { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } }
`;
