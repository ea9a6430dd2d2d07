/** A chain's work done here, and all that it told of. */

import { type ChainWork, runWork, type SpinChain } from '../../src/ising/chains/chain.js';

export function told<Report>(chain: Pick<SpinChain, 'machine'>, work: ChainWork<Report, unknown>): Report[] {
  const all: Report[] = [];
  runWork(chain.machine, work, (each) => all.push(each));
  return all;
}
