/**
 * An RBM that stands for a lattice at one temperature: its training on configurations, and the energy, specific heat,
 * magnetisation and susceptibility of its own ones.
 */

import { square } from '../../ising/models/lattice.js';
import { isingHamiltonian } from '../../ising/models/models.js';
import { Ising } from '../../ising/samplers/ising.js';
import type { Estimate } from '../../util/estimate.js';
import { finishWithPauses, inShare, type WorkOptions } from '../../util/work.js';
import {
  type Chained,
  chainAverages,
  type Drawn,
  hiddenLayerAverages,
  type Summed,
  summedAverages,
} from './averages.js';
import { sampledDivergence } from './divergence.js';
import { exactObservables, type Observable, type Observed, observablesOf } from './observables.js';
import { boltzmannStates, distinctRows, firstRows, SUMMED } from './states.js';
import { fitByChains, fitExactly } from './training.js';

/** The lattice, the RBM and its training. */
export interface RbmPointOptions {
  /** Side of the periodic square lattice. */
  size: number;
  /** kT/J. */
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

/** The RBM beside the lattice. */
export interface RbmPoint {
  /** Averages of the training data. */
  data: Observed;
  /** Exact averages of the Ising model, if known. */
  exact: Record<Observable, number | null>;
  /** A text about the training of the RBM. */
  training: string;
  /** Averages of the RBM; errors are 0 for sums over all states. */
  model: Observed;
  /** The method of its averages. */
  drawn: Summed | Drawn | Chained;
  /** Averages of the same number of fresh configurations; null if all values are known exactly. */
  fresh: Observed | null;
  /** KL(P‖p) of Boltzmann's P in nats of the whole lattice; its error is that of configurations and of log Z. */
  divergence: Estimate<number>;
}

/** Max rows in the exact gradient; all if their states fit into a table. */
const MAX_ROWS = 60_000;

/** Trains the RBM, by the exact gradient if a layer can be summed, otherwise by persistent chains; and measures it. */
export async function rbmPoint(
  { size, temperature, hidden, target, samples, iterations, restarts, epochs, seed }: RbmPointOptions,
  { threads, ...work }: WorkOptions & { threads?: number } = {},
): Promise<RbmPoint> {
  const { signal } = work;
  const lattice = square(size);
  const coupling = 1 / temperature;
  const hamiltonian = isingHamiltonian({ lattice, coupling });
  const source = new Ising({ lattice, coupling, seed });
  const seeds = (...purpose: (string | number)[]) => JSON.stringify([seed, hidden, ...purpose]);
  // without pauses: a million configurations of 4×4 take less than a second
  const data = source.sample(samples);
  const options = { lattice, hidden, seeds, work };
  const rows = lattice.sites <= SUMMED ? samples : MAX_ROWS;
  const { rbm, training } =
    Math.min(lattice.sites, hidden) > SUMMED
      ? await fitByChains(data, { ...options, coupling, epochs, threads })
      : await fitExactly(target === 'boltzmann' ? boltzmannStates(hamiltonian) : distinctRows(firstRows(data, rows)), {
          ...options,
          iterations,
          restarts,
        });
  const exact = exactObservables(hamiltonian, temperature);
  const common = { data: observablesOf(data, coupling), exact, training };
  if (lattice.sites <= SUMMED) {
    return { ...common, ...summedAverages(rbm, hamiltonian, temperature), fresh: null, drawn: { method: 'states' } };
  }
  const fresh = source.sample(samples);
  const own =
    hidden <= SUMMED
      ? hiddenLayerAverages(rbm, { shape: data.shape, temperature, seed: seeds('draw') })
      : await finishWithPauses(chainAverages(rbm, data, { temperature, seeds }), inShare(work, [0.8, 0.95], 'draw'));
  const divergence = await sampledDivergence(rbm, fresh, hamiltonian, { seed: seeds('log Z'), signal });
  const known = Object.values(exact).every((value) => value !== null);
  return { ...common, ...own, fresh: known ? null : observablesOf(fresh, coupling), divergence };
}
