/**
 * Counterexamples to statements about the exact map, as models for `checkMapping`.
 *
 * "ΔF = 0 is equivalent to Tr_h e^T = 1" is false, and so is "an exact T coarse-grains":
 * - `wrongMarginal`: ΔF = 0, yet KL > 0;
 * - `independentHidden`: τ ≡ 1, so the RG is exact and KL = 0, yet h is independent of v;
 * - `matchFreeEnergy`: a constant added to the energy of any RBM makes ΔF = 0, for any weights.
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { refuse } from '../../util/check.js';
import { logSum } from '../tables/logs.js';
import { energyTable } from '../tables/walsh.js';
import type { JointModel } from './mapping.js';
import { checkRbm, rbmOperator } from './operators.js';
import type { SpinRbm } from './spinRbm.js';
import { variationalStep } from './variational.js';

/**
 * E(v,h) = H(v) + H(h) + g(v) + ln Z̃, Z̃ = Tr_v e^{-H - g}, with as many hidden as visible spins (Lin & Tegmark,
 * arXiv:1608.08225v1): Tr e^{-E} = Z, so ΔF = 0 and the hidden spins even have the distribution of the visible ones;
 * the visible marginal is e^{-H - g}, so KL > 0 unless g is constant.
 * @param perturbation g, as a Hamiltonian
 * @throws TypeError for a wrong kind; RangeError for another number of sites, or more than 12
 */
export function wrongMarginal(hamiltonian: Hamiltonian, perturbation: Hamiltonian): JointModel {
  const sites = sitesAtMost(hamiltonian, 12);
  checkHamiltonian(perturbation);
  if (perturbation.sites !== sites) refuse('perturbation', `${sites} sites`, perturbation.sites);
  const own = energyTable(hamiltonian);
  const perturbed = energyTable(perturbation).map((g, s) => own[s] + g);
  const logZ = logSum(perturbed.map((energy) => -energy));
  return {
    visible: sites,
    hidden: sites,
    energy: (v, h) => perturbed[stateOf(v)] + own[stateOf(h)] + logZ,
  };
}

/**
 * E(v,h) = H(v) + H'(h) + ln Z', Z' = Tr_h e^{-H'}: τ ≡ 1, since for every v the hidden spins have the normalised
 * distribution e^{-H'}/Z'.
 * @throws TypeError for a wrong kind; RangeError for more than 23 spins in all
 */
export function independentHidden(hamiltonian: Hamiltonian, hidden: Hamiltonian): JointModel {
  const sites = sitesAtMost(hamiltonian, 20);
  checkHamiltonian(hidden);
  if (hidden.sites > 23 - sites)
    refuse('hidden', `at most ${23 - sites} sites beside ${sites} visible ones`, hidden.sites);
  const [visibleEnergies, hiddenEnergies] = [energyTable(hamiltonian), energyTable(hidden)];
  const logZ = logSum(hiddenEnergies.map((energy) => -energy));
  return {
    visible: sites,
    hidden: hidden.sites,
    energy: (v, h) => visibleEnergies[stateOf(v)] + hiddenEnergies[stateOf(h)] + logZ,
  };
}

/**
 * The RBM with E₀ such that ln Z_λ = ln Z, hence ΔF = 0, and the same distribution.
 * @throws TypeError or RangeError as `rbmOperator` and `variationalStep`
 */
export function matchFreeEnergy(hamiltonian: Hamiltonian, rbm: SpinRbm): SpinRbm {
  const { deltaF } = variationalStep(hamiltonian, rbmOperator(hamiltonian, checkRbm(rbm)));
  return rbm.withConstant(rbm.constant - deltaF);
}

/** Number of a state in a table of energies. */
function stateOf(spins: Int8Array): number {
  let state = 0;
  for (let i = 0; i < spins.length; i++) if (spins[i] > 0) state += 1 << i;
  return state;
}

function sitesAtMost(hamiltonian: Hamiltonian, most: number): number {
  const { sites } = checkHamiltonian(hamiltonian);
  if (sites > most) refuse('hamiltonian', `at most ${most} sites`, sites);
  return sites;
}
