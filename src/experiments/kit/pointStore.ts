/**
 * Results of points as files, by the keys of their points, from which a run continues, and several runs can be merged.
 */

import type { Tensor } from '../../formats/safetensors.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../io/checkpoint.js';
import { FormatError } from '../../util/errors.js';
import type { CheckpointStore } from './experiment.js';

/** What fixes the result of a point, as texts by name. */
export type PointIdentity = Readonly<Record<string, string>>;

/** The store of the results of finished points, and of the checkpoints of unfinished ones, by their identities. */
export interface PointStore {
  /** Name of a point's result in errors: a path. */
  nameOf(identity: PointIdentity): string;
  /** The bytes saved for this point, if there are any. */
  load(identity: PointIdentity): Uint8Array | undefined;
  /** Saves the result of a finished point; its checkpoint is no longer needed. */
  save(identity: PointIdentity, bytes: Uint8Array): void;
  /** Where the checkpoint of this point is. */
  checkpoint(identity: PointIdentity): CheckpointStore;
}

/** Key of a placeholder for a typed array in the JSON of a result. */
const TENSOR = '$tensor';

/** A result as a checkpoint: plain values (numbers, texts, arrays, objects) as JSON, typed arrays as tensors. */
export function encodeResult(result: unknown, identity: PointIdentity): Uint8Array {
  const tensors: Record<string, Tensor> = {};
  const plain = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) {
      const name = String(Object.keys(tensors).length);
      const data = value as Tensor['data'];
      tensors[name] = { shape: [data.length], data };
      return { [TENSOR]: name };
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(entries.map(([name, entry]) => [name, plain(entry)]));
  };
  return encodeCheckpoint({ identity, progress: { result: plain(result) }, tensors });
}

/**
 * The result from its bytes.
 * @throws FormatError if it is not a result; CheckpointMismatchError if it belongs to another run or point
 */
export function decodeResult(bytes: Uint8Array, identity: PointIdentity, path?: string): unknown {
  const { progress, tensors } = decodeCheckpoint(bytes, identity, path);
  if (!('result' in progress)) throw new FormatError('is a checkpoint, but not the result of a point', 8, path);
  const whole = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== 'object') return value;
    if (TENSOR in value) {
      const name = String(value[TENSOR]);
      if (Object.hasOwn(tensors, name)) return tensors[name].data;
      throw new FormatError(`has no tensor ${JSON.stringify(name)}, which its result names`, 8, path);
    }
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, whole(entry)]));
  };
  return whole(progress.result);
}

/** A checkpoint store of which `keep` saves the last offer, when the point is stopped. */
export function keeping(store: CheckpointStore): CheckpointStore & { keep(): void } {
  let last: (() => Uint8Array) | undefined;
  return {
    name: store.name,
    load: () => store.load(),
    save(bytes, now) {
      last = bytes;
      store.save(bytes, now);
    },
    keep() {
      if (last) store.save(last, true);
    },
  };
}
