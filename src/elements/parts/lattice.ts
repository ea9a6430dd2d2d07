/** The lattice that an element shows, at its beginning. */

import { growLattice, Ising, MultiSpin, type MultiSpinOptions, type SpinData, square } from '../../ising/index.js';
import { isDoubled, seedlingOf } from './growthPlan.js';

export type LiveStart = 'random' | 'up' | 'grown';

/** What a live lattice is told; in the page one thread is one worker. */
export type LiveOptions = Omit<MultiSpinOptions, 'start' | 'lattice' | 'threads'> & { seed: number };

/** A lattice that begins in disorder, all up, in equilibrium (without the field, if there is one), or with these spins. */
export async function liveLattice(options: LiveOptions, side: number, start: LiveStart | SpinData): Promise<MultiSpin> {
  const own = { ...options, lattice: square(side), threads: 1 };
  if (start !== 'grown') return new MultiSpin({ ...own, start });
  const { coupling, seed } = options;
  if (!isDoubled(side)) {
    const ising = new Ising({ lattice: square(side), coupling, seed, method: 'wolff' });
    return new MultiSpin({ ...own, start: (await ising.burnInAsync()).configurations() });
  }
  let grown: MultiSpin | undefined;
  for await (const { spins } of growLattice({ size: side, from: seedlingOf(side), coupling, seed, threads: 1 })) {
    grown = spins;
  }
  return new MultiSpin({ ...own, start: (grown as MultiSpin).configurations() });
}
