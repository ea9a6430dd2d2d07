/** A store of points that keeps everything in memory. */

import type { PointIdentity, PointStore } from '../../src/experiments/index.js';

export interface PointsInMemory extends PointStore {
  /** Results by the keys of their points. */
  readonly results: Map<string, Uint8Array>;
  /** Checkpoints by the keys of unfinished points. */
  readonly checkpoints: Map<string, Uint8Array>;
}

/** @param onSave called after a result was kept */
export function pointsInMemory(onSave: (key: string) => void = () => {}): PointsInMemory {
  const results = new Map<string, Uint8Array>();
  const checkpoints = new Map<string, Uint8Array>();
  const keyOf = ({ point }: PointIdentity): string => JSON.parse(point).key;
  return {
    results,
    checkpoints,
    nameOf: (identity) => `store/${keyOf(identity)}`,
    load: (identity) => results.get(keyOf(identity)),
    save(identity, bytes) {
      const key = keyOf(identity);
      results.set(key, bytes);
      checkpoints.delete(key);
      onSave(key);
    },
    checkpoint: (identity) => ({
      name: `store/${keyOf(identity)}, unfinished`,
      load: () => checkpoints.get(keyOf(identity)),
      save(bytes, now) {
        if (now) checkpoints.set(keyOf(identity), bytes());
      },
    }),
  };
}
