/**
 * The exact map between the variational renormalization group and RBMs during training: small RBMs trained by the exact
 * gradient on Ising tori that can be enumerated. Which identities hold from the first step, which only at the end, and
 * the resulting hidden layer.
 */

import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { type ExactTraining, trainExactlyAsync } from '../../rg/map/exactTraining.js';
import { checkMapping } from '../../rg/map/mapping.js';
import { decimationOperator, majorityOperator, rbmOperator } from '../../rg/map/operators.js';
import { SpinRbm } from '../../rg/map/spinRbm.js';
import { mutualInformation, variationalStep } from '../../rg/map/variational.js';
import { energyTable, hamiltonianOf, membersOf, walsh } from '../../rg/tables/walsh.js';
import type { Context, Experiment } from '../kit/experiment.js';
import {
  type BlockComparison,
  type DecimationComparison,
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
    couplings: side === 4 && hidden === 4 ? compareWithBlocks(hamiltonian, rbm) : null,
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

function compareWithBlocks(hamiltonian: Ising, rbm: SpinRbm): BlockComparison {
  const majority = majorityOperator(16, BLOCKS);
  const matched = matchToBlocks(rbm);
  const couplingsOf = (energies: Float64Array) => {
    const { terms } = hamiltonianOf(energies, { cut: 0 }).hamiltonian;
    return SETS.map((set) => terms.find(({ sites }) => sites.join() === set.join())?.coupling ?? 0);
  };
  const blocks = BLOCKS.map((sites, block) => {
    const sizes = Array.from({ length: 16 }, (_, site) => Math.abs(matched.weights[site * 4 + block]));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const within = sites.reduce((sum, site) => sum + sizes[site], 0);
    return { inside: within / 16, outside: (total - within) / 48, peak: (Math.max(...sizes) * 16) / total / 4 };
  });
  const sum = (of: 'inside' | 'outside' | 'peak') => blocks.reduce((all, block) => all + block[of], 0);
  return {
    sets: SETS,
    trained: couplingsOf(matched.hiddenEnergyTable()),
    blocks: couplingsOf(variationalStep(hamiltonian, majority).energies),
    inside: sum('inside'),
    outside: sum('outside'),
    peak: sum('peak'),
    information: {
      trained: mutualInformation(hamiltonian, rbmOperator(hamiltonian, rbm)),
      blocks: mutualInformation(hamiltonian, majority),
    },
  };
}

/** The same RBM, with the order and signs of its hidden spins for which Σ_blocks |W of the block| is largest. */
function matchToBlocks({ weights, visible, hidden, hiddenBias, visibleBias, constant }: SpinRbm): SpinRbm {
  const pull = (unit: number, block: number) => BLOCKS[block].reduce((sum, site) => sum + weights[site * 4 + unit], 0);
  let best = [0, 1, 2, 3];
  let most = -Infinity;
  for (let code = 0; code < 256; code++) {
    const order = [code & 3, (code >> 2) & 3, (code >> 4) & 3, code >> 6];
    if (new Set(order).size < 4) continue;
    const sum = order.reduce((all, unit, block) => all + Math.abs(pull(unit, block)), 0);
    if (sum > most) [best, most] = [order, sum];
  }
  const signs = best.map((unit, block) => (pull(unit, block) < 0 ? -1 : 1));
  return new SpinRbm({
    visible,
    hidden,
    visibleBias,
    constant,
    weights: weights.map((_, k) => signs[k % 4] * weights[k - (k % 4) + best[k % 4]]),
    hiddenBias: hiddenBias.map((_, block) => signs[block] * hiddenBias[best[block]]),
  });
}

/** Max hidden spins for a comparison of all 2^hidden couplings. */
const MAX_COMPARED = 10;

/**
 * The comparison with decimation, if the RBM is one: each hidden spin has one weight that is larger than the sum of its
 * others, so that it follows that spin for any values of the others, and no two follow the same. Null otherwise.
 */
export function compareWithDecimation(hamiltonian: Ising, rbm: SpinRbm): DecimationComparison | null {
  const { visible, hidden, weights } = rbm;
  if (hidden > MAX_COMPARED) return null;
  const copied: number[] = [];
  for (let j = 0; j < hidden; j++) {
    const sizes = Array.from({ length: visible }, (_, i) => Math.abs(weights[i * hidden + j]));
    const largest = Math.max(...sizes);
    if (largest <= sizes.reduce((sum, size) => sum + size, 0) - largest) return null;
    copied.push(sizes.indexOf(largest));
  }
  if (new Set(copied).size < hidden) return null;
  const signs = copied.map((site, j) => Math.sign(weights[site * hidden + j]));
  const turned = new SpinRbm({
    ...rbm,
    weights: weights.map((w, k) => signs[k % hidden] * w),
    hiddenBias: rbm.hiddenBias.map((b, j) => signs[j] * b),
  });
  const decimated = walsh(variationalStep(hamiltonian, decimationOperator(visible, copied)).energies.slice());
  const trained = walsh(turned.hiddenEnergyTable());
  const all = Array.from({ length: 2 ** hidden - 1 }, (_, k) => k + 1);
  return {
    copied,
    sets: all.map(membersOf),
    trained: all.map((set) => -trained[set]),
    decimated: all.map((set) => -decimated[set]),
    gap: all.reduce((most, set) => Math.max(most, Math.abs(trained[set] - decimated[set])), 0),
    weakest: Math.min(...copied.map((site, j) => Math.abs(weights[site * hidden + j]))),
  };
}
