/** The state of a chain's machine, copied and restored. */

import { lengthOf, refuse } from '../../util/check.js';
import type { SamplingMachine } from '../../wasm/sampling.js';
import type { ChainSnapshot } from './chain.js';

/** Copies of the named regions. */
export function snapshotOf<Name extends string>(machine: SamplingMachine<Name>, names: readonly Name[]): ChainSnapshot {
  return Object.fromEntries(names.map((name) => [name, machine.u8(name).slice()]));
}

/**
 * The named parts of a snapshot, checked but not yet written.
 * @throws TypeError if a part is missing or not bytes, RangeError if its length is not that of the machine's region
 */
export function partsOf<Name extends string>(
  machine: SamplingMachine<Name>,
  snapshot: ChainSnapshot,
  names: readonly Name[],
): Record<Name, Uint8Array> {
  const parts = names.map((name): [Name, Uint8Array] => {
    const part = entryOf(snapshot, name);
    if (!(part instanceof Uint8Array)) refuse(`snapshot.${name}`, 'Uint8Array', part, 'type');
    return [name, lengthOf(`snapshot.${name}`, part, machine.u8(name).length)];
  });
  return Object.fromEntries(parts) as Record<Name, Uint8Array>;
}

/** Writes parts into their regions. */
export function restoreParts<Name extends string>(
  machine: SamplingMachine<Name>,
  parts: Record<Name, Uint8Array>,
): void {
  for (const name in parts) machine.u8(name).set(parts[name]);
}

/** @throws TypeError if the snapshot has no number of that name */
export function numberOf(snapshot: ChainSnapshot, name: string): number {
  const number = entryOf(snapshot, name);
  if (typeof number !== 'number') refuse(`snapshot.${name}`, 'number', number, 'type');
  return number;
}

/** @throws RangeError if some byte is neither 0 nor 1 */
export function checkBits(name: string, bytes: Uint8Array): void {
  const wrong = bytes.findIndex((byte) => byte > 1);
  if (wrong >= 0) refuse(`${name}[${wrong}]`, '0 or 1', bytes[wrong]);
}

function entryOf(snapshot: ChainSnapshot, name: string): Uint8Array | number | undefined {
  if (snapshot === null || typeof snapshot !== 'object') refuse('snapshot', 'snapshot of a chain', snapshot, 'type');
  return snapshot[name];
}
