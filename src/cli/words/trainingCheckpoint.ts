/** The checkpoint of an interrupted training, and how to continue it. */

import { inspectSafetensors } from '../../formats/safetensors.js';
import { CheckpointMismatchError } from '../../io/checkpoint.js';
import { DivergenceError, FormatError } from '../../util/errors.js';
import type { CheckpointFile } from './checkpointFile.js';
import { UsageError } from './options.js';
import { Stopped } from './stopping.js';

type Identity = Readonly<Record<string, string>>;

/** The identity of a checkpoint that is saved after an error; after a divergence it names the epoch. */
export function identityAfter(error: unknown, identity: Identity): Identity {
  return error instanceof DivergenceError ? { ...identity, diverged: `epoch ${error.epoch}` } : identity;
}

/**
 * The identity of a checkpoint from which a run with `identity` can continue: after a divergence the learning rate must
 * differ.
 * @throws UsageError if the run would only diverge again; FormatError if the bytes are not a checkpoint
 */
export function identityThere(saved: Uint8Array, identity: Identity, path: string): Identity {
  const { diverged, learningRate } = inspectSafetensors(saved, path).metadata;
  if (diverged === undefined || learningRate === undefined) return identity;
  if (learningRate !== identity.learningRate) return { ...identity, diverged, learningRate };
  throw new UsageError(
    `${path}: the training diverged in ${diverged} at this learning rate: --resume needs a smaller --learning-rate, --restart starts again`,
  );
}

/** Advice after an interrupted training, if there is any. */
export function adviceAfter(
  error: unknown,
  checkpoint: CheckpointFile,
  rate: number | readonly number[] | undefined,
): string | undefined {
  const again = 'continue with the same command and --resume';
  if (error instanceof Stopped) {
    const left = checkpoint.exists
      ? `the checkpoint is ${checkpoint.name}\n${again}`
      : 'no epoch was done, and there is no checkpoint';
    return `${error.reason}; ${left}`;
  }
  if (error instanceof DivergenceError) {
    const smaller = `a smaller --learning-rate${typeof rate === 'number' ? `, such as ${rate / 4}` : ''}`;
    return checkpoint.exists
      ? `the checkpoint ${checkpoint.name} keeps the last good epoch\n${again}, and ${smaller}`
      : `no epoch was good, and there is no checkpoint: start again with ${smaller}`;
  }
  const refused = [FormatError, CheckpointMismatchError, UsageError].some((kind) => error instanceof kind);
  return checkpoint.exists && !refused ? `the checkpoint is ${checkpoint.name}\n${again}` : undefined;
}
