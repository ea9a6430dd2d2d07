/** Progress of a point. */

import type { Progress, WorkOptions } from '../../util/work.js';
import type { Context } from './experiment.js';

/** Options of long work that say whose work it is. */
export function staged({ signal, onProgress }: Context, name: string): WorkOptions {
  if (onProgress === undefined) return { signal };
  return {
    signal,
    onProgress: (progress: Progress) => onProgress({ ...progress, stage: `${name}: ${progress.stage}` }),
  };
}
