/** Progress of a point. */

import type { Progress, WorkOptions } from '../../util/work.js';
import type { Context } from './experiment.js';

/** Options of long work, with a name in front of the stages. */
export function staged({ signal, onProgress }: Context, name: string): WorkOptions {
  if (onProgress === undefined) return { signal };
  return {
    signal,
    onProgress: (progress: Progress) => onProgress({ ...progress, stage: `${name}: ${progress.stage}` }),
  };
}
