/** A chain's work done here, and all that it told of. */

import { type ChainWork, carryOut, type SpinChain } from '../../src/ising/chains/chain.js';

export function told<Told>(chain: Pick<SpinChain, 'machine'>, work: ChainWork<Told, unknown>): Told[] {
  const all: Told[] = [];
  carryOut(chain.machine, work, (each) => all.push(each));
  return all;
}
