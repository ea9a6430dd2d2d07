/** The map of one model in numbers, for the element. */

import { type Hamiltonian, hamiltonianFromTerms } from '../../ising/index.js';
import {
  checkMapping,
  energyTable,
  functionOperator,
  type JointModel,
  type MappingStatement,
  rbmOperator,
  SpinRbm,
  termGroups,
  variationalStep,
} from '../../rg/index.js';

/** Couplings of H_RG(h) that are equal. */
export interface CouplingGroup {
  /** Number of spins that each couples. */
  order: number;
  coupling: number;
  count: number;
}

export interface MapCheck {
  /** H_λ(h) by the model's own formula and H_RG(h) by the sum over v of e^{T-H}: of all h, or of 512 evenly chosen. */
  energies: [own: number, renormalised: number][];
  /** Number of states of the hidden spins, and the largest |H_RG - H_λ| of all. */
  hiddenStates: number;
  hiddenGap: number;
  /** log τ(v) by rising H(v), equal ones by the number of the state, and these numbers. */
  logTau: number[];
  states: number[];
  deltaF: number;
  kl: number;
  /** Of log τ: mean and standard deviation under P, range. */
  tau: { mean: number; deviation: number; least: number; most: number };
  information: number;
  statements: MappingStatement[];
  exact: boolean;
  /** Pair couplings of H_RG(h), and its largest groups; null for more than 10 hidden spins. */
  pairs: [number, number, number][] | null;
  groups: CouplingGroup[] | null;
}

const SHOWN = 512;
const MAX_COUPLED = 10;

/** Whether the check takes so little time that it can follow a slider: less than about 30 ms. */
export function isQuick(hamiltonian: Hamiltonian, model: SpinRbm | JointModel): boolean {
  return hamiltonian.sites + model.hidden <= (model instanceof SpinRbm ? 15 : 12);
}

/** All that is shown of the map between a Hamiltonian and a model. */
export function checkOf(hamiltonian: Hamiltonian, model: SpinRbm | JointModel): MapCheck {
  const report = checkMapping(hamiltonian, model);
  const own = ownEnergies(hamiltonian, model);
  const operator =
    model instanceof SpinRbm
      ? // without the RBM: T is a number, and H_RG is summed
        { ...rbmOperator(hamiltonian, model), rbm: undefined }
      : functionOperator(model.visible, model.hidden, (v, h) => hamiltonian.energy(v) - model.energy(v, h));
  const step = variationalStep(hamiltonian, operator);
  const { length } = own;
  const shown = Math.min(SHOWN, length);
  const chosen = Array.from({ length: shown }, (_, k) => Math.floor((k * length) / shown));
  const energies = energyTable(hamiltonian);
  // equal energies may differ in their last bit
  const levels = energies.map((energy) => Math.round(energy * 1e9));
  const states = Array.from(levels.keys()).sort((a, b) => levels[a] - levels[b] || a - b);
  return {
    energies: chosen.map((h) => [own[h], step.energies[h]]),
    hiddenStates: length,
    hiddenGap: own.reduce((most, energy, h) => Math.max(most, Math.abs(energy - step.energies[h])), 0),
    logTau: states.map((v) => step.logTau[v]),
    states,
    deltaF: report.deltaF,
    kl: report.kl,
    tau: report.tau,
    information: report.mutualInformation,
    statements: report.statements,
    exact: report.exact,
    ...couplingsOf(model.hidden, () => step.renormalised({ cut: 0 }).hamiltonian),
  };
}

/** H_λ(h) = -log Σ_v e^{-E}. */
function ownEnergies(hamiltonian: Hamiltonian, model: SpinRbm | JointModel): Float64Array {
  if (model instanceof SpinRbm) return model.hiddenEnergyTable();
  const { visible, hidden, energy } = model;
  const nothing = hamiltonianFromTerms({ sites: hamiltonian.sites, terms: [] });
  return variationalStep(
    nothing,
    functionOperator(visible, hidden, (v, h) => -energy(v, h)),
  ).energies;
}

function couplingsOf(hidden: number, renormalised: () => Hamiltonian): Pick<MapCheck, 'pairs' | 'groups'> {
  if (hidden > MAX_COUPLED) return { pairs: null, groups: null };
  const hamiltonian = renormalised();
  const groups = termGroups(hamiltonian, 5e-5)
    .filter(({ order, coupling }) => order > 0 && Math.abs(coupling) >= 5e-5)
    .map(({ order, coupling, sets }) => ({ order, coupling, count: sets.length }));
  const pairs = hamiltonian.terms.filter(({ sites }) => sites.length === 2);
  return { pairs: pairs.map(({ sites: [j, k], coupling }) => [j, k, coupling]), groups };
}
