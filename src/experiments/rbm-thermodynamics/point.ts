/**
 * One RBM of the experiment `rbm-thermodynamics`: its training on configurations of one lattice at one temperature, and
 * the energy, specific heat, magnetisation and susceptibility of its own configurations.
 */

import type { SpinData } from '../../ising/data/spinData.js';
import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { Ising } from '../../ising/samplers/ising.js';
import {
  type Chained,
  chainAverages,
  type Drawn,
  hiddenLayerAverages,
  type Summed,
  summedAverages,
} from '../../rg/thermodynamics/averages.js';
import { sampledDivergence } from '../../rg/thermodynamics/divergence.js';
import {
  exactObservables,
  type Observable,
  type Observed,
  observablesOf,
} from '../../rg/thermodynamics/observables.js';
import { boltzmannStates, distinctRows, firstRows, SUMMED } from '../../rg/thermodynamics/states.js';
import { type ClosestRbm, type ClosestRbmOptions, fitByChains, fitExactly } from '../../rg/thermodynamics/training.js';
import type { Estimate } from '../../util/estimate.js';
import { finishWithPauses } from '../../util/work.js';
import type { Context, Point } from '../kit/experiment.js';

export interface RbmThermodynamicsPoint extends Point {
  size: number;
  temperature: number;
  hidden: number;
  /** Configurations, or Boltzmann's P(v) itself, which gives the best RBM of this number of hidden units. */
  target: 'configurations' | 'boltzmann';
  samples: number;
  /** Max steps of the quasi-Newton descent, if a layer can be summed. */
  iterations: number;
  /** Number of starts of an RBM of few hidden units. */
  restarts: number;
  /** Passes over the data, if no layer can be summed. */
  epochs: number;
  /** Seed of the configurations, the same for all numbers of hidden units. */
  seed: string;
}

export interface RbmThermodynamicsResult {
  point: RbmThermodynamicsPoint;
  /** Averages of the RBM; errors are 0 for sums over all states. */
  model: Observed;
  /** Averages of the training data. */
  data: Observed;
  /** Averages of the same number of fresh configurations; null if all values are known exactly. */
  fresh: Observed | null;
  /** Exact averages of the Ising model, if known. */
  exact: Record<Observable, number | null>;
  /** A text about the training of the RBM. */
  training: string;
  /** The method of its averages. */
  drawn: Summed | Drawn | Chained;
  /** KL(P‖p) of Boltzmann's P in nats of the whole lattice; its error is that of configurations and of log Z. */
  divergence: Estimate<number>;
}

export async function runPoint(point: RbmThermodynamicsPoint, context: Context): Promise<RbmThermodynamicsResult> {
  const { size, temperature, samples, seed, hidden } = point;
  const { signal } = context;
  const lattice = square(size);
  const coupling = 1 / temperature;
  const hamiltonian = isingHamiltonian({ lattice, coupling });
  const source = new Ising({ lattice, coupling, seed });
  const seeds = (...purpose: (string | number)[]) => JSON.stringify([seed, hidden, ...purpose]);
  const tell = stagesOf(point, context);
  // without pauses: a million configurations of 4×4 take less than a second
  const data = source.sample(samples);
  const { rbm, training } = await train(data, hamiltonian, point, { lattice, hidden, seeds, signal, tell }, context);
  const exact = exactObservables(hamiltonian, temperature);
  const common = { point, data: observablesOf(data, coupling), exact, training };
  if (lattice.sites <= SUMMED) {
    return { ...common, ...summedAverages(rbm, hamiltonian, temperature), fresh: null, drawn: { method: 'states' } };
  }
  const fresh = source.sample(samples);
  const own =
    hidden <= SUMMED
      ? hiddenLayerAverages(rbm, { shape: data.shape, temperature, seed: seeds('draw') })
      : await finishWithPauses(chainAverages(rbm, data, { temperature, seeds }), {
          signal,
          onProgress: tell('draw', 0.8, 0.95),
        });
  const divergence = await sampledDivergence(rbm, fresh, hamiltonian, { seed: seeds('log Z'), signal });
  const known = Object.values(exact).every((value) => value !== null);
  return { ...common, ...own, fresh: known ? null : observablesOf(fresh, coupling), divergence };
}

/** Number of rows in the exact gradient: all rows if their states fit into a table. */
const rowsTaken = ({ width, count }: SpinData) => (width <= SUMMED ? count : Math.min(count, 60_000));

/** The RBM, trained by the exact gradient if a layer can be summed, otherwise by persistent chains. */
function train(
  data: SpinData,
  hamiltonian: Hamiltonian,
  { hidden, target, temperature, iterations, restarts, epochs }: RbmThermodynamicsPoint,
  options: ClosestRbmOptions,
  { threads }: Context,
): Promise<ClosestRbm> {
  if (Math.min(data.width, hidden) > SUMMED) {
    return fitByChains(data, { ...options, coupling: 1 / temperature, epochs, threads });
  }
  const rows = target === 'boltzmann' ? boltzmannStates(hamiltonian) : distinctRows(firstRows(data, rowsTaken(data)));
  return fitExactly(rows, { ...options, iterations, restarts });
}

/** Progress of a stage as a share of the point. */
function stagesOf(
  { size, temperature, hidden }: RbmThermodynamicsPoint,
  { onProgress }: Context,
): ClosestRbmOptions['tell'] {
  return (stage, from, to) => (progress) => {
    const share = progress.stage === 'burn-in' || progress.stage === 'pilot' ? 0 : progress.done / progress.total;
    const name = `L = ${size}, T = ${temperature}, ${hidden} hidden: ${stage}`;
    onProgress?.({ ...progress, stage: name, overall: from + (to - from) * Math.min(1, share) });
  };
}
