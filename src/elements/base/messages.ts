/** The messages between an element and its worker. */

import type { Value } from './spec.js';

/** Colours as the worker needs them: red, green, blue of each, 0 … 255. */
export interface Palette {
  up: readonly [number, number, number];
  down: readonly [number, number, number];
  paper: readonly [number, number, number];
}

/** What an element tells its worker. */
export type ToWorker =
  /** Begins with a scene; sent once, first. */
  | { type: 'scene'; scene: string; values: Record<string, Value>; palette: Palette }
  /** New values, and how often there were such. */
  | { type: 'set'; values: Readonly<Record<string, Value>>; turn: number }
  | { type: 'palette'; palette: Palette }
  /** A canvas on which the scene draws, by a name that the scene knows. */
  | { type: 'canvas'; name: string; canvas: OffscreenCanvas }
  | { type: 'run'; on: boolean }
  /** Milliseconds of work between two frames, and from one frame to the next at least. */
  | { type: 'share'; milliseconds: number; interval: number }
  | { type: 'call'; id: number; method: string; argument: unknown };

/** What a worker tells its element. */
export type FromWorker =
  | { type: 'ready' }
  /** What it shows, with the values of this turn. */
  | { type: 'report'; report: unknown; turn: number }
  /** It has come to an end by itself: nothing is left to do. */
  | { type: 'ended' }
  | { type: 'answer'; id: number; value?: unknown; error?: string }
  /** The scene cannot go on: why, as a sentence. */
  | { type: 'failed'; message: string };
