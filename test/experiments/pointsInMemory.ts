/** A store of points that keeps everything in memory. */

import type { PointStore } from '../../src/experiments/index.js';

export interface PointsInMemory extends PointStore {
  /** Results by the keys of their points. */
  readonly results: Map<string, Uint8Array>;
  /** The state that was saved last; none once its point is finished. */
  saved: Uint8Array | undefined;
}

/** @param onSave called after a result was kept */
export function pointsInMemory(onSave: (key: string) => void = () => {}): PointsInMemory {
  const results = new Map<string, Uint8Array>();
  const points: PointsInMemory = {
    results,
    saved: undefined,
    nameOf: (key) => `store/${key}`,
    load: (key) => results.get(key),
    save(key, bytes) {
      results.set(key, bytes);
      points.saved = undefined;
      onSave(key);
    },
    state: {
      name: 'store',
      load: () => points.saved,
      save(bytes, now) {
        if (now) points.saved = bytes();
      },
    },
  };
  return points;
}
