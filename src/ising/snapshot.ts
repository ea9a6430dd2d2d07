/** Snapshots of chains: the regions of a machine that change as it moves, copied out and put back. */

import { refuse } from '../util/check.js';
import type { Machine } from '../wasm/machine.js';
import type { ChainSnapshot } from './sampling.js';

/** The bytes of the named regions, in fresh arrays. */
export function snapshotOf<Name extends string>(machine: Machine<Name>, regions: readonly Name[]): ChainSnapshot {
  return Object.fromEntries(regions.map((region) => [region, machine.u8(region).slice()]));
}

/**
 * Puts the regions back as `snapshotOf` found them; nothing is written before all of them have been checked.
 * @throws TypeError if the snapshot is no object; RangeError if a region is missing, or has another number of bytes
 */
export function restoreRegions<Name extends string>(
  machine: Machine<Name>,
  regions: readonly Name[],
  snapshot: ChainSnapshot,
): void {
  if (snapshot === null || typeof snapshot !== 'object') refuse('snapshot', 'snapshot of a chain', snapshot, 'type');
  for (const region of regions) {
    const bytes = snapshot[region];
    const expected = machine.u8(region).length;
    if (!(bytes instanceof Uint8Array)) refuse(`snapshot.${region}`, `${expected} bytes`, bytes);
    if (bytes.length !== expected) refuse(`snapshot.${region}`, `${expected} bytes`, `${bytes.length} bytes`);
  }
  for (const region of regions) machine.u8(region).set(snapshot[region] as Uint8Array);
}
