/** Work that is spread over frames, so that no task blocks the page. */

import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';

/** Frames do not come in a page that is hidden. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.visibilityState === 'hidden') setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });

let turn: Promise<void> = Promise.resolve();

/**
 * Resolves when the figure that asks may be rendered for the first time, one per frame: a module that defines an element
 * brings all of its figures on a page to life at once. At once if no other was in this frame.
 */
export function firstTurn(): Promise<void> {
  const own = turn;
  turn = turn.then(nextFrame);
  return own;
}

class Later extends AsyncDirective {
  #content: (() => unknown) | undefined;

  render(content: () => unknown): unknown {
    const waits = this.#content !== undefined;
    this.#content = content;
    if (!waits) void nextFrame().then(() => this.#show());
    return noChange;
  }

  #show(): void {
    const content = this.#content;
    this.#content = undefined;
    if (content !== undefined && this.isConnected) this.setValue(content());
  }

  protected override reconnected(): void {
    this.#show();
  }
}

/** What a figure shows a frame after the rest of it; the newest content only. Until then the old one stays. */
export const later = directive(Later);
