/** The state of a sampler as a checkpoint file. */

import type { Tensor } from '../formats/safetensors.js';
import type { ChainSnapshot, Schedule } from '../ising/chains/chain.js';
import type { SamplerState } from '../ising/samplers/contract.js';
import { checkList, objectWith, refuse, text } from '../util/check.js';
import { FormatError } from '../util/errors.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

/**
 * The state of a sampler as the bytes of a checkpoint file (safetensors with a checksum): spins, random streams and the
 * like of chain k are the tensors `k.spins`, `k.stream`, …; the results of the pilot run are its progress.
 * @throws TypeError if an argument is not such a state; RangeError as `encodeCheckpoint`
 */
export function encodeSamplerState(state: SamplerState): Uint8Array<ArrayBuffer> {
  objectWith('state', state, ['identity', 'chains'], 'state of a sampler');
  const tensors: Record<string, Tensor> = {};
  text('state.identity', state.identity);
  checkList('state.chains', state.chains, 'snapshots of chains');
  const numbers = state.chains.map((chain, k) => {
    objectWith(`state.chains[${k}]`, chain, [], 'snapshot of a chain');
    const own: Record<string, number> = {};
    for (const [name, value] of Object.entries(chain)) {
      if (typeof value === 'number') own[name] = value;
      else if (value instanceof Uint8Array) tensors[`${k}.${name}`] = { shape: [value.length], data: value };
      else refuse(`state.chains[${k}].${name}`, 'number or Uint8Array', value, 'type');
    }
    return own;
  });
  return encodeCheckpoint({
    identity: { sampler: state.identity },
    progress: {
      schedule: state.schedule && { ...state.schedule },
      given: state.given,
      numbers,
      notes: state.notes ?? {},
    },
    tensors,
  });
}

/**
 * The state of a sampler from the bytes of a checkpoint file, for `restore` of a new sampler.
 * @param identity of the new sampler
 * @param path named in errors
 * @throws FormatError if the bytes are not such a file, or damaged; CheckpointMismatchError if it belongs to another
 *   sampler
 */
export function decodeSamplerState(bytes: Uint8Array, identity: string, path?: string): SamplerState {
  const { progress, tensors } = decodeCheckpoint(bytes, { sampler: identity }, path);
  const { schedule, given, numbers, notes } = progress;
  const isRecord = (value: unknown) => value !== null && typeof value === 'object' && !Array.isArray(value);
  const sound =
    Number.isSafeInteger(given) &&
    (given as number) >= 0 &&
    Array.isArray(numbers) &&
    numbers.every((own) => isRecord(own) && Object.values(own).every((value) => typeof value === 'number')) &&
    (schedule === null || isRecord(schedule)) &&
    isRecord(notes);
  if (!sound) {
    throw new FormatError('is a checkpoint, but not that of a sampler', 8, path);
  }
  const chains: ChainSnapshot[] = (numbers as Record<string, number>[]).map((own) => ({ ...own }));
  for (const [name, { data }] of Object.entries(tensors)) {
    const [, chain, region] = /^(\d+)\.(.+)$/.exec(name) ?? [];
    if (!(data instanceof Uint8Array) || chain === undefined || chains[Number(chain)] === undefined) {
      throw new FormatError(`has a tensor ${JSON.stringify(name)}, which no sampler wrote`, 8, path);
    }
    chains[Number(chain)][region] = data;
  }
  return {
    identity,
    schedule: schedule as Schedule | null,
    given: given as number,
    chains,
    notes: notes as Record<string, unknown>,
  };
}
