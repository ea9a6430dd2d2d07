/**
 * The map between the variational renormalization group and RBMs (Mehta & Schwab, arXiv:1410.3831; comment
 * arXiv:1609.03541), statement by statement.
 *
 * With T(v,h) = -E(v,h) + H(v), τ(v) = Tr_h e^T, and averages over P(v) = e^{-H}/Z, these hold for EVERY model E,
 * trained or not:
 *   H_RG(h) = H_λ(h);  log τ(v) = H(v) - H_λ(v); e^T = p_λ(h|v) e^{H(v) - H_λ(v)};
 *   ΔF = -log⟨τ⟩;  KL(P‖p_λ) = log⟨τ⟩ - ⟨log τ⟩ >= 0.
 * And these hold for some:
 *   ΔF = 0 ⇔ ⟨τ⟩ = 1, one number: a constant added to E achieves it for any weights;
 *   KL = 0 ⇔ τ is constant ⇔ H(v) = H_λ(v) up to a constant;
 *   exact RG ⇔ τ(v) = 1 for every v; it implies the other two, and neither of them implies it
 *     (src/rg/map/counterexamples.ts).
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { Rbm } from '../../rbm/model/rbm.js';
import { integer, knownOptions, objectWith, refuse, within } from '../../util/check.js';
import { average, logSum, logTwoCosh, probabilitiesOf } from '../tables/logs.js';
import { writeSpins } from '../tables/walsh.js';
import { functionOperator, type Operator, rbmOperator } from './operators.js';
import { linearTable, SpinRbm, spinRbmFromBits } from './spinRbm.js';
import { jointLogs, visibleModel } from './trace.js';
import { informationOf, spreadOf, stepOf, type TauSpread } from './variational.js';

/** Any joint distribution p(v,h) = e^{-E}/Z of spins, by its energy; visible + hidden <= 24. */
export interface JointModel {
  visible: number;
  hidden: number;
  /** E(v,h) of spins ±1, finite. The arrays are reused for each state and must not be kept. */
  energy: (v: Int8Array, h: Int8Array) => number;
}

/** One statement, and its error. */
export interface MappingStatement {
  name: string;
  formula: string;
  /** An identity holds for every model, up to rounding; a property may hold or not. */
  kind: 'identity' | 'property';
  holds: boolean;
  /** The largest absolute difference of its two sides. */
  gap: number;
  tolerance: number;
}

/** Which statements of the exact map hold for a model, with the numbers behind them. */
export interface MappingReport {
  statements: MappingStatement[];
  /** τ ≡ 1 within the tolerance: T is an exact RG transformation. */
  exact: boolean;
  /** Whether every identity holds. */
  identities: boolean;
  deltaF: number;
  /** KL(P‖p_λ) in nats. */
  kl: number;
  tau: TauSpread;
  /** I(v;h) of the model, in nats: the information of the hidden spins about the visible ones. */
  mutualInformation: number;
  /** E₀ to be added to E so that ΔF = 0; the distribution does not change. */
  constant: number;
  /**
   * Number of states for which H_RG(h), and for which e^T and τ(v), were summed from their definition: all, or as many
   * as 2^20 terms allow, evenly distributed.
   */
  checked: { hidden: number; visible: number };
}

/** Largest number of terms of the sums from their definition. */
const TERMS = 2 ** 20;

/**
 * Which statements of the map between the variational renormalization group and RBMs hold for this model, and with what
 * error. H_RG and τ are summed from their definition, state by state, and compared with the formulas of the RBM, so
 * every identity is computed in two ways.
 * @param model an RBM of spins, one of {0,1} units (converted exactly), or any joint energy; up to 20 visible and 20
 *   hidden spins, 24 in all for an energy
 * @param options tolerance of every statement; default 1e-12·(1 + largest |H| and |H_λ|), the size of rounding errors
 * @throws TypeError for a wrong kind; RangeError for too many spins, another number of visible spins, or an energy that
 *   is not finite
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * const { rbm } = trainExactly(hamiltonian, { hidden: 4 });
 * console.log(describeMapping(checkMapping(hamiltonian, rbm)));
 */
export function checkMapping(
  hamiltonian: Hamiltonian,
  model: SpinRbm | Rbm | JointModel,
  options: { tolerance?: number } = {},
): MappingReport {
  knownOptions('checkMapping', options, ['tolerance']);
  checkHamiltonian(hamiltonian);
  const joint = checkModel(model, hamiltonian.sites);
  const visible = visibleModel(hamiltonian);
  const { energies } = visible;
  const operator = operatorOf(hamiltonian, joint);
  const own = ownEnergies(joint);
  const scale = Math.max(largestOf(energies), largestOf(own.visible));
  const tolerance = within('tolerance', options.tolerance ?? 1e-12 * (1 + scale), 0, Number.MAX_VALUE);

  const step = stepOf(visible, operator);
  const probabilities = probabilitiesOf(energies.map((energy) => -energy));
  const rows = hiddenGap(joint, energies, own.hidden);
  const columns = visibleGaps(joint, energies, own.visible);
  const { deltaF, logTau } = step;
  const logMeanTau = logSum(logTau.map((log, s) => log + Math.log(probabilities[s])));
  const meanLogTau = average(probabilities, logTau);
  const kl = divergence(energies, own.visible, probabilities);
  const range = step.tau.most - step.tau.least;

  const statement = (kind: MappingStatement['kind'], name: string, formula: string, gap: number): MappingStatement => ({
    name,
    formula,
    kind,
    holds: gap <= tolerance,
    gap,
    tolerance,
  });
  const statements = [
    statement('identity', 'the hidden Hamiltonians agree', 'H_RG(h) = H_λ(h) for every h', rows.gap),
    statement('identity', 'τ is the ratio of the visible weights', 'log τ(v) = H(v) - H_λ(v) for every v', columns.tau),
    statement(
      'identity',
      'T is a conditional probability, scaled',
      'e^T = p_λ(h|v) e^{H(v) - H_λ(v)}',
      columns.operator,
    ),
    statement(
      'identity',
      'the free energies differ by one average of τ',
      'ΔF = -log⟨τ⟩',
      Math.abs(deltaF + logMeanTau),
    ),
    statement(
      'identity',
      'KL is a Jensen gap of τ',
      'KL(P‖p_λ) = log⟨τ⟩ - ⟨log τ⟩',
      Math.abs(kl - (logMeanTau - meanLogTau)),
    ),
    statement('identity', 'KL is not negative', 'KL(P‖p_λ) >= 0', Math.max(0, -kl)),
    statement('property', 'the free energies agree', 'ΔF = 0', Math.abs(deltaF)),
    statement('property', 'the visible distributions agree', 'H(v) = H_λ(v) + constant', range / 2),
    statement('property', 'the visible Hamiltonians agree', 'H(v) = H_λ(v)', largestOf(logTau)),
    statement('property', 'exact RG', 'τ(v) = 1 for every v', Math.max(columns.one, largestOf(logTau))),
  ];
  return {
    statements,
    exact: statements[statements.length - 1].holds,
    identities: statements.every(({ kind, holds }) => kind === 'property' || holds),
    deltaF,
    kl: step.kl,
    tau: spreadOf(logTau, probabilities),
    mutualInformation: informationOf(step, energies),
    constant: -deltaF,
    checked: { hidden: rows.count, visible: columns.count },
  };
}

/**
 * The report as text, one line per statement: whether it holds, its formula, and its error.
 * @throws TypeError if not a report
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * console.log(describeMapping(checkMapping(hamiltonian, rbmOf(hamiltonian))));
 */
export function describeMapping(report: MappingReport): string {
  objectWith('report', report, ['statements'], 'report, as checkMapping() returns');
  const lines = report.statements.map(({ kind, holds, formula, name, gap }) => {
    const verdict = holds ? 'holds' : kind === 'identity' ? 'FAILS' : 'no';
    return `${verdict.padEnd(6)} ${formula.padEnd(40)} ${gap.toExponential(1).padStart(8)}  ${name}`;
  });
  const { deltaF, kl, tau, mutualInformation: information } = report;
  return [
    ...lines,
    `ΔF = ${deltaF.toPrecision(6)}, KL = ${kl.toPrecision(6)}, log τ from ${tau.least.toPrecision(4)} to ${tau.most.toPrecision(4)}, ` +
      `I(v;h) = ${information.toPrecision(4)} nats`,
  ].join('\n');
}

function checkModel(model: SpinRbm | Rbm | JointModel, sites: number): SpinRbm | JointModel {
  const joint = model instanceof Rbm ? spinRbmFromBits(model) : model;
  if (!(joint instanceof SpinRbm)) {
    if (joint === null || typeof joint !== 'object' || typeof joint.energy !== 'function') {
      refuse('model', 'SpinRbm, Rbm, or { visible, hidden, energy }', model, 'type');
    }
    integer('model.visible', joint.visible, 1, 23);
    integer('model.hidden', joint.hidden, 1, 24 - joint.visible);
  }
  if (joint.visible !== sites) refuse('model', `${sites} visible spins`, joint.visible);
  integer('model.visible', joint.visible, 1, 20);
  integer('model.hidden', joint.hidden, 1, 20);
  return joint;
}

/** T = -E + H. */
function operatorOf(hamiltonian: Hamiltonian, model: SpinRbm | JointModel): Operator {
  if (model instanceof SpinRbm) return rbmOperator(hamiltonian, model);
  const { visible, hidden, energy } = model;
  return functionOperator(visible, hidden, (v, h) => hamiltonian.energy(v) - energy(v, h), 'T = -E + H');
}

/** H_λ(v) and H_λ(h): for an RBM by its formulas, for another model by the sum over both layers. */
function ownEnergies(model: SpinRbm | JointModel): { visible: Float64Array; hidden: Float64Array } {
  if (model instanceof SpinRbm) return { visible: model.visibleEnergyTable(), hidden: model.hiddenEnergyTable() };
  const { visible, hidden, energy } = model;
  const logs = jointLogs({ visible, hidden, value: (v, h) => -checkEnergy(energy(v, h)) });
  return { visible: logs.visible.map((log) => -log), hidden: logs.hidden.map((log) => -log) };
}

/** Largest |H_RG(h) - H_λ(h)|, H_RG(h) = -log Σ_v e^{T(v,h) - H(v)} with T as a number. */
function hiddenGap(model: SpinRbm | JointModel, energies: Float64Array, own: Float64Array) {
  const states = spreadStates(model.hidden, model.visible);
  const h = new Int8Array(model.hidden);
  let gap = 0;
  for (const state of states) {
    const logs = energiesOfVisible(model, writeSpins(state, h)).map((energy, s) => {
      const operator = energies[s] - energy;
      return operator - energies[s];
    });
    gap = Math.max(gap, Math.abs(-logSum(logs) - own[state]));
  }
  return { gap, count: states.length };
}

/** Largest differences over v: of log τ, summed over h, from H - H_λ and from 0; of T from log p(h|v) + H - H_λ. */
function visibleGaps(model: SpinRbm | JointModel, energies: Float64Array, own: Float64Array) {
  const states = spreadStates(model.visible, model.hidden);
  const v = new Int8Array(model.visible);
  const gaps = { tau: 0, operator: 0, one: 0 };
  for (const state of states) {
    writeSpins(state, v);
    const operators = energiesOfHidden(model, v).map((energy) => energies[state] - energy);
    const logTau = logSum(operators);
    const conditionals = conditionalLogs(model, v, own[state]);
    gaps.tau = Math.max(gaps.tau, Math.abs(logTau - (energies[state] - own[state])));
    gaps.one = Math.max(gaps.one, Math.abs(logTau));
    operators.forEach((operator, t) => {
      gaps.operator = Math.max(gaps.operator, Math.abs(operator - conditionals[t] - (energies[state] - own[state])));
    });
  }
  return { ...gaps, count: states.length };
}

/** E(v,h) of all v at one h. */
function energiesOfVisible(model: SpinRbm | JointModel, h: Int8Array): Float64Array {
  if (model instanceof SpinRbm) {
    const { visible, hidden, weights, visibleBias, hiddenBias, constant } = model;
    const inputs = visibleBias.slice();
    for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) inputs[i] += weights[i * hidden + j] * h[j];
    return linearTable(
      inputs,
      -1,
      hiddenBias.reduce((sum, b, j) => sum - b * h[j], constant),
    );
  }
  const v = new Int8Array(model.visible);
  return Float64Array.from({ length: 2 ** model.visible }, (_, s) => model.energy(writeSpins(s, v), h));
}

/** E(v,h) of all h at one v. */
function energiesOfHidden(model: SpinRbm | JointModel, v: Int8Array): Float64Array {
  if (model instanceof SpinRbm) {
    return linearTable(
      hiddenInputs(model, v),
      -1,
      model.visibleBias.reduce((sum, c, i) => sum - c * v[i], model.constant),
    );
  }
  const h = new Int8Array(model.hidden);
  return Float64Array.from({ length: 2 ** model.hidden }, (_, t) => model.energy(v, writeSpins(t, h)));
}

/** log p(h|v) of all h: Σ_j (h_j x_j - ln 2cosh x_j) of an RBM, -E + H_λ(v) of another model. */
function conditionalLogs(model: SpinRbm | JointModel, v: Int8Array, own: number): Float64Array {
  if (!(model instanceof SpinRbm)) return energiesOfHidden(model, v).map((energy) => own - energy);
  const inputs = hiddenInputs(model, v);
  return linearTable(
    inputs,
    1,
    inputs.reduce((sum, x) => sum - logTwoCosh(x), 0),
  );
}

function hiddenInputs({ visible, hidden, weights, hiddenBias }: SpinRbm, v: Int8Array): Float64Array {
  const inputs = hiddenBias.slice();
  for (let i = 0; i < visible; i++) for (let j = 0; j < hidden; j++) inputs[j] += weights[i * hidden + j] * v[i];
  return inputs;
}

/** Σ P(v) [log P(v) - log p_λ(v)]. */
function divergence(energies: Float64Array, own: Float64Array, probabilities: Float64Array): number {
  const logZ = logSum(energies.map((energy) => -energy));
  const ownLogZ = logSum(own.map((energy) => -energy));
  return average(
    probabilities,
    energies.map((energy, s) => -energy - logZ - (-own[s] - ownLogZ)),
  );
}

/** All states of a layer, or as many as can be summed over the other layer, evenly distributed. */
function spreadStates(spins: number, other: number): number[] {
  const all = 2 ** spins;
  const count = Math.min(all, Math.max(1, TERMS / 2 ** other));
  return Array.from({ length: count }, (_, k) => Math.floor((k * all) / count));
}

function largestOf(x: Float64Array): number {
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function checkEnergy(energy: number): number {
  if (!Number.isFinite(energy)) refuse('E(v,h)', 'finite number', energy);
  return energy;
}
