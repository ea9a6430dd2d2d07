/** The points of exact-map: an RBM of some hidden spins, trained on the Ising model of a small torus. */

import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { compareWithBlocks, compareWithDecimation } from '../../rg/map/comparison.js';
import { type ExactTraining, trainExactlyAsync } from '../../rg/map/exactTraining.js';
import { layerEnergies } from '../../rg/map/layerEnergies.js';
import { blockStart } from '../../rg/map/localStart.js';
import { checkMapping } from '../../rg/map/mapping.js';
import { inShare } from '../../util/work.js';
import { integer, integers, number, seed, type ValuesOf } from '../kit/specs.js';
import type { Context } from '../kit/study.js';

export const PARAMETERS = {
  coupling: number('K = J/kT of the tori; critical at 0.4407', 0.4407, 0, 5),
  small: integers('hidden spins of the RBMs on the 3×3 torus, one RBM each', [3, 9]),
  large: integers('hidden spins of the RBMs on the 4×4 torus, one RBM each', [4, 8, 16]),
  iterations: integer('steps of the descent', 300, 1, 100_000),
  restarts: integer('random starts of each RBM; the best is kept', 3, 1, 1000),
  seed: seed(),
};
export type Values = ValuesOf<typeof PARAMETERS>;

export const points = ({ small, large }: Values) => [
  ...small.map((hidden) => ({ key: `3×3, ${hidden}`, side: 3, hidden, start: 'random' as const })),
  { key: '4×4, from blocks', side: 4, hidden: 4, start: 'blocks' as const },
  ...large.map((hidden) => ({ key: `4×4, ${hidden}`, side: 4, hidden, start: 'random' as const })),
];

/** Max spins of a layer for storing its energies: pictures of max 2048 points. */
const SHOWN_SPINS = 11;

export async function run(
  { side, hidden, start }: ReturnType<typeof points>[number],
  parameters: Values,
  context: Context,
) {
  const { coupling, iterations, seed } = parameters;
  const lattice = square(side);
  const hamiltonian = isingHamiltonian({ lattice, coupling });
  const restarts = start === 'blocks' ? 1 : parameters.restarts;
  const trainings: ExactTraining[] = [];
  for (let restart = 0; restart < restarts; restart++) {
    const stage = `${side}×${side}, ${hidden} hidden, start ${restart + 1}`;
    const training = await trainExactlyAsync(hamiltonian, {
      hidden,
      iterations,
      seed: `${seed}, ${side}, ${hidden}, ${restart}`,
      start: start === 'blocks' ? blockStart(BLOCKS) : undefined,
      ...inShare(context, [restart / restarts, (restart + 1) / restarts], stage),
    });
    trainings.push(training);
  }
  const kls = trainings.map(({ history }) => history[history.length - 1].kl);
  // all that follows is of the start with the smallest KL
  const { rbm, start: first, history } = trainings[kls.indexOf(Math.min(...kls))];
  const small = Math.max(lattice.sites, hidden) <= SHOWN_SPINS;
  return {
    side,
    hidden,
    start,
    history,
    /** The last KL of each start. */
    kls,
    /** Row-major [visible, hidden]; there are no biases. */
    weights: [...rbm.weights],
    before: checkMapping(hamiltonian, first),
    after: checkMapping(hamiltonian, rbm),
    energies: small ? { before: layerEnergies(hamiltonian, first), after: layerEnergies(hamiltonian, rbm) } : null,
    /** Of the hidden layer beside those of block spins, if there is one hidden spin per block. */
    couplings: side === 4 && hidden === 4 ? compareWithBlocks(hamiltonian, rbm, BLOCKS, SETS) : null,
    /** The hidden layer beside decimation, if every hidden spin is a copy of one visible spin. */
    decimation: compareWithDecimation(hamiltonian, rbm),
  };
}
export type Result = Awaited<ReturnType<typeof run>>;

/** The four 2×2 blocks of the 4×4 torus, [block] → sites. */
export const BLOCKS = [0, 1, 2, 3].map((block) => {
  const corner = 8 * (block >> 1) + 2 * (block & 1);
  return [corner, corner + 1, corner + 4, corner + 5];
});

/** Six pairs (horizontal, vertical, diagonal) and the set of all four. */
const SETS = [
  [0, 1],
  [2, 3],
  [0, 2],
  [1, 3],
  [0, 3],
  [1, 2],
  [0, 1, 2, 3],
];
