/** Which of two bias potentials is nearer to the renormalised Hamiltonian. */

import type { EnsembleWork } from '../../ising/chains/ensemble.js';
import { bennett } from '../../rbm/likelihood/annealing.js';
import { checkList, integer, knownOptions, refuse } from '../../util/check.js';
import type { Estimate } from '../../util/estimate.js';
import type { WorkOptions } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import {
  type BiasedEnsemble,
  type EnsemblePlan,
  ensemblePlan,
  VMCRG_OPTIONS,
  VMCRG_WORK_OPTIONS,
  type VmcrgOptions,
  type VmcrgWorkOptions,
} from './biasedEnsemble.js';
import { OperatorPotential } from './biasPotential.js';
import { biasedBy } from './fixedBias.js';
import { RbmPotential } from './rbmPotential.js';

/** Options of `omegaDifference`. */
export interface OmegaDifferenceOptions extends VmcrgOptions {
  /** V and V'; neither is changed. */
  potentials: readonly [OperatorPotential | RbmPotential, OperatorPotential | RbmPotential];
  /** Sweeps of each walker, as many with V as with V'; default 10 000, at least 400. */
  sweeps?: number;
  /** Sweeps between two states; default 10. */
  interval?: number;
}

/** Ω[V'] - Ω[V], in nats. */
export interface OmegaDifference extends Estimate<number> {
  /** Of the states that each of the two ensembles has where the other is, the smaller number: (Σ f)²/Σ f². */
  effectiveSize: number;
  /** States of each ensemble. */
  states: number;
}

export const OMEGA_DIFFERENCE_OPTIONS = [...VMCRG_OPTIONS, 'potentials', 'sweeps', 'interval'] as const;

/**
 * Ω[V'] - Ω[V] = ln(Z'/Z) + ⟨V' - V⟩_p, Z = Σ e^{-H' - V}, p uniform. Since Ω[V] is its minimum plus KL(p ‖ p_V), p_V ∝ e^{-H' - V},
 * this is the difference of the two distances from the renormalised Hamiltonian: negative if V' is nearer, whether the two
 * are lists of couplings, RBMs, or one of each. Fresh walkers sample both ensembles; ln(Z'/Z) is by Bennett's acceptance ratio,
 * the second mean exact, and the error by the scatter of the walkers.
 * @throws TypeError or RangeError for an option of a wrong kind or value
 */
export function omegaDifference(options: OmegaDifferenceOptions): OmegaDifference {
  knownOptions('omegaDifference', options, OMEGA_DIFFERENCE_OPTIONS);
  const pair = new Pair(options, undefined);
  const [a, b] = pair.ensembles.map((ensemble) => ensemble.finish(pair.work(ensemble)));
  return pair.difference(a, b);
}

/**
 * `omegaDifference` with pauses, on threads: stops at the signal, reports progress. The same result.
 * @throws TypeError or RangeError as `omegaDifference`; the signal's reason; Error if threads that were asked for cannot be
 *   started
 */
export async function omegaDifferenceAsync(
  options: OmegaDifferenceOptions & VmcrgWorkOptions,
): Promise<OmegaDifference> {
  knownOptions('omegaDifferenceAsync', options, [...OMEGA_DIFFERENCE_OPTIONS, ...VMCRG_WORK_OPTIONS]);
  const pair = new Pair(options, options);
  const energies: Energies[] = [];
  for (const [k, ensemble] of pair.ensembles.entries()) {
    const work: WorkOptions = {
      signal: options.signal,
      onProgress: (progress) =>
        options.onProgress?.({ ...progress, overall: (k + progress.done / progress.total) / pair.ensembles.length }),
    };
    energies.push(await ensemble.finishWithPauses(pair.work(ensemble), work));
  }
  return pair.difference(energies[0], energies[1]);
}

/** V' - V of states, [rows, walkers]. */
type Energies = Float64Array;

class Pair {
  /** Of V, and of V'. */
  readonly ensembles: BiasedEnsemble[];
  readonly #potentials: OmegaDifferenceOptions['potentials'];
  readonly #plan: EnsemblePlan;
  readonly #rows: number;
  readonly #interval: number;

  constructor(options: OmegaDifferenceOptions, threads: { threads?: number } | undefined) {
    this.#plan = ensemblePlan(options, 200);
    checkList('potentials', options.potentials, 'two potentials');
    if (options.potentials.length !== 2) refuse('potentials', 'two potentials', options.potentials.length);
    this.#potentials = options.potentials;
    for (const [k, potential] of this.#potentials.entries()) {
      if (!(potential instanceof OperatorPotential || potential instanceof RbmPotential)) {
        refuse(`potentials[${k}]`, 'an OperatorPotential or RbmPotential', potential, 'type');
      }
    }
    const sweeps = integer('sweeps', options.sweeps ?? 10_000, 400);
    this.#interval = integer('interval', options.interval ?? 10, 1, Math.floor(sweeps / 40));
    this.#rows = Math.ceil(sweeps / this.#interval);
    this.ensembles = this.#potentials.map((potential, k) => {
      // walkers of their own
      const plan = { ...this.#plan, seed: JSON.stringify([this.#plan.seed, 'omega', k]) };
      return biasedBy(`potentials[${k}]`, potential, plan, { measured: [] }, threads).ensemble;
    });
  }

  *work(ensemble: BiasedEnsemble): EnsembleWork<Energies> {
    yield* ensemble.sweeps('burn-in', this.#plan.burnIn);
    const states = yield* ensemble.states('states', this.#rows, this.#interval);
    const [v, other] = this.#potentials.map((potential) => potential.energies(states));
    return other.map((energy, row) => energy - v[row]);
  }

  difference(own: Energies, other: Energies): OmegaDifference {
    const [v, w] = this.#potentials.map((potential) => potential.fairMeans().energy);
    // ⟨e^{V - V'}⟩_V = Z'/Z
    const up = own.map((d) => -d);
    const { logRatio, effectiveSize } = bennett(up, other);
    const walkers = own.length / this.#rows;
    // f of each state, whose sums over both ensembles are equal; what each walker has of them
    const shares = [up.map((x) => kernels().sigmoid(x - logRatio)), other.map((x) => kernels().sigmoid(x + logRatio))];
    let [slope, variance] = [0, 0];
    for (const f of shares) {
      const sums = new Float64Array(walkers);
      f.forEach((value, at) => {
        sums[at % walkers] += value;
        slope += value * (1 - value);
      });
      const mean = sums.reduce((sum, x) => sum + x, 0) / walkers;
      variance += sums.reduce((sum, x) => sum + (x - mean) ** 2, 0) * (walkers / (walkers - 1));
    }
    return {
      value: logRatio + w - v,
      error: Math.sqrt(variance) / slope,
      effectiveSize,
      states: own.length,
    };
  }
}
