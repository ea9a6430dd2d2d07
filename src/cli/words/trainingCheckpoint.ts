/** What a training that did not end leaves behind, and how it is gone on with. */

import { inspectSafetensors } from '../../formats/safetensors.js';
import { CheckpointMismatchError } from '../../io/checkpoint.js';
import { DivergenceError, FormatError } from '../../util/errors.js';
import type { CheckpointFile } from './checkpointFile.js';
import { UsageError } from './options.js';
import { Stopped } from './stopping.js';

type Identity = Readonly<Record<string, string>>;

/** That of the checkpoint which is saved after an error: one of a divergence says so. */
export function identityAfter(error: unknown, identity: Identity): Identity {
  return error instanceof DivergenceError ? { ...identity, diverged: `epoch ${error.epoch}` } : identity;
}

/**
 * The identity that a checkpoint must have for a run of this one to go on from it: after a divergence the learning rate is another.
 * @throws UsageError if the run would only diverge again; FormatError if the bytes are no checkpoint
 */
export function identityThere(saved: Uint8Array, identity: Identity, path: string): Identity {
  const { diverged, learningRate } = inspectSafetensors(saved, path).metadata;
  if (diverged === undefined || learningRate === undefined) return identity;
  if (learningRate !== identity.learningRate) return { ...identity, diverged, learningRate };
  throw new UsageError(
    `${path}: the training diverged in ${diverged} at this learning rate: --resume takes a smaller --learning-rate, --restart begins anew`,
  );
}

/** What to do after a training that did not end, if there is anything to say. */
export function adviceAfter(
  error: unknown,
  checkpoint: CheckpointFile,
  rate: number | readonly number[] | undefined,
): string | undefined {
  const again = 'go on with the same command and --resume';
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
      : `no epoch was good, and there is no checkpoint: begin anew with ${smaller}`;
  }
  const refused = [FormatError, CheckpointMismatchError, UsageError].some((kind) => error instanceof kind);
  return checkpoint.exists && !refused ? `the checkpoint is ${checkpoint.name}\n${again}` : undefined;
}
