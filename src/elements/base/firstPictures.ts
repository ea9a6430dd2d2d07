/** First pictures of figures, one per frame: a module that defines an element brings all of its figures on a page to life at once. */

let turn: Promise<void> = Promise.resolve();

/** Frames do not come in a page that is hidden. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.visibilityState === 'hidden') setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });

/** Resolves when the figure that asks may be rendered for the first time: at once if no other was in this frame. */
export function firstTurn(): Promise<void> {
  const own = turn;
  turn = turn.then(nextFrame);
  return own;
}
