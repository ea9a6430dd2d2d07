/** What runs in the worker of an element. */

import type { Palette } from './messages.js';

/** Where a scene draws, and what it is drawn with. */
export interface Stage {
  canvases: ReadonlyMap<string, OffscreenCanvas>;
  palette: Palette;
}

/**
 * The simulation behind a figure and its pictures. The host (host.ts) calls `advance` in a loop while the figure runs,
 * then `draw`, and sends `report()` to the element some ten times per second.
 */
export interface Scene<V, R> {
  /**
   * New values of properties; `changed` has their names. A scene decides what it must begin anew.
   * @throws Error with a sentence for the reader if they do not fit together
   */
  set(values: V, changed: ReadonlySet<string>): void | Promise<void>;
  /** Works for about that many milliseconds; false when nothing is left to do. */
  advance(milliseconds: number): boolean | Promise<boolean>;
  /** Draws the present state on the canvases that there are. */
  draw(stage: Stage): void;
  /** Numbers and short series for the element: a value that can be cloned. */
  report(): R;
  /** What the seed fixes to the bit, as the `bits` of the figure's spec say; undefined while there is nothing. */
  bits?(): readonly ArrayBufferView[] | undefined;
  /** Questions of the element, by name: the smallest step, exports, what lies at a point. */
  readonly calls: Readonly<Record<string, (argument: never) => unknown>>;
}

/** Makes a scene; the values are checked one by one. */
export type SceneMaker<V = never, R = unknown> = (values: V) => Scene<V, R> | Promise<Scene<V, R>>;
