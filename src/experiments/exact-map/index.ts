/**
 * The exact map between the variational renormalization group and RBMs during training: small RBMs trained by the exact
 * gradient on Ising tori that can be enumerated. Which identities hold from the first step, which only at the end, and
 * the resulting hidden layer.
 */

import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { compareWithBlocks, compareWithDecimation } from '../../rg/map/comparison.js';
import { type ExactTraining, trainExactlyAsync } from '../../rg/map/exactTraining.js';
import { checkMapping } from '../../rg/map/mapping.js';
import { rbmOperator } from '../../rg/map/operators.js';
import { SpinRbm } from '../../rg/map/spinRbm.js';
import { variationalStep } from '../../rg/map/variational.js';
import { energyTable } from '../../rg/tables/walsh.js';
import type { Context, Experiment } from '../kit/experiment.js';
import {
  type ExactMapParameters,
  type ExactMapPoint,
  type ExactMapResult,
  type LayerEnergies,
  PARAMETERS,
} from './result.js';
import { type ExactMapSummary, summarise } from './summary.js';

type Ising = ReturnType<typeof isingHamiltonian>;

/** Max spins of a layer for storing its energies: pictures of max 2048 points. */
const SHOWN_SPINS = 11;

export const exactMap: Experiment<typeof PARAMETERS, ExactMapPoint, ExactMapResult, ExactMapSummary> = {
  name: 'exact-map',
  title: 'The exact map, watched',
  question: 'When does an RBM perform an exact renormalization step, and is that step a block-spin transformation?',
  parameters: PARAMETERS,
  presets: {
    quick: { doc: 'three starts of 300 steps', values: {} },
    thorough: { doc: 'eight starts of 2000 steps', values: { restarts: 8, iterations: 2000 } },
  },
  points: ({ small, large }) => [
    ...small.map((hidden) => ({ key: `3×3, ${hidden}`, side: 3, hidden, start: 'random' as const })),
    { key: '4×4, from blocks', side: 4, hidden: 4, start: 'blocks' },
    ...large.map((hidden) => ({ key: `4×4, ${hidden}`, side: 4, hidden, start: 'random' as const })),
  ],
  run,
  summarise,
  figures: async (outcome) => (await import('./figures.js')).figures(outcome),
};

async function run(
  { side, hidden, start }: ExactMapPoint,
  parameters: ExactMapParameters,
  context: Context,
): Promise<ExactMapResult> {
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
      start: start === 'blocks' ? blockStart() : undefined,
      signal: context.signal,
      onProgress: (progress) =>
        context.onProgress?.({ ...progress, stage, overall: (restart + progress.done / progress.total) / restarts }),
    });
    trainings.push(training);
  }
  const kls = trainings.map(({ history }) => history[history.length - 1].kl);
  const { rbm, start: first, history } = trainings[kls.indexOf(Math.min(...kls))];
  const small = Math.max(lattice.sites, hidden) <= SHOWN_SPINS;
  return {
    side,
    hidden,
    start,
    history,
    kls,
    weights: [...rbm.weights],
    before: checkMapping(hamiltonian, first),
    after: checkMapping(hamiltonian, rbm),
    energies: small ? { before: energiesOf(hamiltonian, first), after: energiesOf(hamiltonian, rbm) } : null,
    couplings: side === 4 && hidden === 4 ? compareWithBlocks(hamiltonian, rbm, BLOCKS, SETS) : null,
    decimation: compareWithDecimation(hamiltonian, rbm),
  };
}

function energiesOf(hamiltonian: Ising, rbm: SpinRbm): LayerEnergies {
  // without the RBM's own formula: T is a number, and H cancels
  const operator = { ...rbmOperator(hamiltonian, rbm), rbm: undefined };
  return {
    visible: { given: [...energyTable(hamiltonian)], rbm: [...rbm.visibleEnergyTable()] },
    hidden: {
      renormalised: [...variationalStep(hamiltonian, operator).energies],
      rbm: [...rbm.hiddenEnergyTable()],
    },
  };
}

/** The four 2×2 blocks of the 4×4 torus, [block] → sites. */
export const BLOCKS = [0, 1, 2, 3].map((block) => {
  const corner = 8 * (block >> 1) + 2 * (block & 1);
  return [corner, corner + 1, corner + 4, corner + 5];
});

/** One hidden spin per block, with weights to its own sites and small ones to all others. */
function blockStart(): SpinRbm {
  const weights = new Float64Array(16 * 4).fill(0.1);
  BLOCKS.forEach((sites, block) => {
    for (const site of sites) weights[site * 4 + block] = 0.5;
  });
  return new SpinRbm({ visible: 16, hidden: 4, weights });
}

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
