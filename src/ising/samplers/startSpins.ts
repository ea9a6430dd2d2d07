/** A configuration from which a sampler begins. */

import { refuse } from '../../util/check.js';
import { SpinData } from '../data/spinData.js';
import type { SquareLattice } from '../models/lattice.js';

/**
 * The packed spins of the option `start`.
 * @param expected what else the option may be, for the message
 * @throws TypeError or RangeError unless it is one row of the lattice's shape
 */
export function startSpins(start: unknown, { shape }: SquareLattice, expected = ''): Uint8Array {
  if (!(start instanceof SpinData)) refuse('start', `${expected}SpinData of one row`, start, 'type');
  if (start.count !== 1) refuse('start', 'SpinData of one row', `${start.count} rows`);
  if (start.shape[0] !== shape[0] || start.shape[1] !== shape[1]) {
    refuse('start', `data of the lattice's shape ${shape.join(' × ')}`, start.shape.join(' × '));
  }
  return start.bytes;
}
