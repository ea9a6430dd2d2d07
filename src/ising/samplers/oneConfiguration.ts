/** One configuration of a large square lattice, without a pilot run, since a single one needs no interval. */

import type { Seed } from '../../util/random.js';
import type { Work } from '../../util/work.js';
import { runWork } from '../chains/chain.js';
import { WolffChain } from '../chains/wolff.js';
import { SpinData } from '../data/spinData.js';
import { nameOfLattice, type SquareLattice } from '../models/lattice.js';

/** Sweeps from the ordered start; Wolff clusters need only a few. */
const SWEEPS = 60;

/** A configuration in equilibrium. @param stage of the progress */
export function* oneConfiguration(lattice: SquareLattice, coupling: number, seed: Seed, stage: string): Work<SpinData> {
  const chain = new WolffChain(lattice, coupling, seed);
  const wanted = SWEEPS * lattice.sites;
  for (let flipped = 0; flipped < wanted; ) {
    flipped += runWork(chain.machine, chain.advance(16));
    yield { stage, done: Math.min(flipped, wanted) / lattice.sites, total: SWEEPS, unit: 'sweeps' };
  }
  let bits = new Uint8Array();
  runWork(chain.machine, chain.series(1, 1, true), (slice) => {
    bits = Uint8Array.from(slice.bits);
  });
  const parameters = { lattice: nameOfLattice(lattice), shape: [...lattice.shape], coupling };
  return new SpinData(1, lattice.shape, bits, { source: 'blockspin Wolff', parameters, seed });
}
