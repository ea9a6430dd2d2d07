/** How far the distribution of an RBM is from that of a Hamiltonian. */

import { SpinData } from '../../ising/data/spinData.js';
import { exactAnswer } from '../../ising/measure/exactAnswer.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { logPartitionAsync } from '../../rbm/likelihood/partition.js';
import type { Rbm } from '../../rbm/model/rbm.js';
import { meanEstimate } from '../../stats/estimate.js';
import type { Estimate } from '../../util/estimate.js';
import type { Seed } from '../../util/random.js';
import { firstRows } from './states.js';

/** Max fresh configurations on which KL(P‖p) is averaged. */
const MAX_ROWS = 10_000;

/**
 * KL(P‖p) in nats of the whole lattice: the mean of log P - log p over fresh configurations, log Z of the RBM summed or
 * annealed; its error is that of both.
 * @param fresh configurations of the Hamiltonian, whose exact log Z is known
 */
export async function sampledDivergence(
  rbm: Rbm,
  fresh: SpinData,
  hamiltonian: Hamiltonian,
  { seed, signal }: { seed: Seed; signal?: AbortSignal },
): Promise<Estimate<number>> {
  const rows = firstRows(fresh, MAX_ROWS);
  const given = exactAnswer(hamiltonian)?.logPartition as number;
  const { estimate, error } = await logPartitionAsync(rbm, { data: rows, seed, signal });
  const energies = hamiltonian.energy(new SpinData(rows.count, fresh.shape, rows.bytes, { source: 'fresh' }));
  const gaps = rbm.freeEnergy(rows).map((free, r) => free + estimate - energies[r] - given);
  const { mean, error: spread } = meanEstimate(gaps);
  return { value: mean, error: Math.hypot(spread ?? 0, error) };
}
