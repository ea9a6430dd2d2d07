/** What changes in a machine as a chain moves, copied out and put back. */

import { lengthOf, refuse } from '../util/check.js';
import type { Machine } from '../wasm/machine.js';
import type { ChainSnapshot } from './sampling.js';

/** Copies of the named regions. */
export function snapshotOf<Name extends string>(machine: Machine<Name>, names: readonly Name[]): ChainSnapshot {
  return Object.fromEntries(names.map((name) => [name, machine.u8(name).slice()]));
}

/**
 * Puts the copies back.
 * @throws TypeError if one is missing, RangeError if its length is another; the machine is then as it was
 */
export function restoreInto<Name extends string>(
  machine: Machine<Name>,
  snapshot: ChainSnapshot,
  names: readonly Name[],
): void {
  const copies = names.map((name) => bytesOf(snapshot, name, machine.u8(name).length));
  names.forEach((name, k) => {
    machine.u8(name).set(copies[k]);
  });
}

/** @throws TypeError or RangeError if the snapshot has not so many bytes of that name */
export function bytesOf(snapshot: ChainSnapshot, name: string, length: number): Uint8Array {
  const bytes = snapshot[name];
  if (!(bytes instanceof Uint8Array)) refuse(`snapshot.${name}`, 'Uint8Array', bytes, 'type');
  return lengthOf(`snapshot.${name}`, bytes, length);
}

/** @throws TypeError if the snapshot has no number of that name */
export function numberOf(snapshot: ChainSnapshot, name: string): number {
  const number = snapshot[name];
  if (typeof number !== 'number') refuse(`snapshot.${name}`, 'number', number, 'type');
  return number;
}
