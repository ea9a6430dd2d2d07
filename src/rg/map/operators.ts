/**
 * Operators T(v,h) of the variational renormalization group (Kadanoff, Houghton & Yalabik, J. Stat. Phys. 14, 171,
 * 1976):
 *   e^{-H_RG(h)} = Tr_v e^{T(v,h) - H(v)}.
 * T is exact when τ(v) = Tr_h e^{T(v,h)} = 1 for every v.
 *
 * For all operators here except functions of the user, the hidden spins are independent given v: with inputs x_μ = b_μ
 * + Σ_i w_iμ v_i,
 *   T(v,h) = g(v) + Σ_μ t_μ(h_μ, x_μ),
 *   t = hx (open), hx - ln 2cosh x (normalised), or the limit of the latter for x → ±∞ (hard: h is the sign of x,
 *   either sign with probability ½ if x = 0).
 * So τ(v) = e^{g} Π_{open} 2cosh x_μ needs no sum over h. A function of the user is summed state by state.
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { checkAnyLattice, type Lattice } from '../../ising/models/lattice.js';
import { checkList, finite, integer, knownOptions, lengthOf, objectWith, oneOf, refuse } from '../../util/check.js';
import { blockSpin, type CoarseSpin, type InputSpin, probabilityUp } from '../blocking/conditional.js';
import type { BlockingRule } from '../blocking/rule.js';
import { SpinRbm } from './spinRbm.js';

/** One hidden spin with its visible sites and weights: a coarse spin of a blocking rule, or an open one. */
export interface HiddenSpin extends Omit<InputSpin, 'kind'> {
  /** The form of t, as above. */
  kind: 'open' | InputSpin['kind'];
}

/** T(v,h) = g(v) + Σ_μ t_μ(h_μ, x_μ), g(v) = H(v) + c·v - E₀. */
export interface LayerOperator {
  kind: 'layer';
  name: string;
  visible: number;
  hidden: number;
  spins: readonly HiddenSpin[];
  /** H in g(v); default none. */
  hamiltonian?: Hamiltonian;
  /** c in g(v), [visible]; default none. */
  visibleBias?: Float64Array;
  /** E₀ in g(v). */
  constant: number;
  /** The RBM of T = -E + H. */
  rbm?: SpinRbm;
}

/** Any T(v,h). */
export interface FunctionOperator {
  kind: 'function';
  name: string;
  visible: number;
  hidden: number;
  /** T of spins ±1; -∞ where v cannot become h. The arrays are reused for each state and must not be kept. */
  value: (v: Int8Array, h: Int8Array) => number;
}

/** An operator T(v,h) of the variational renormalization group. */
export type Operator = LayerOperator | FunctionOperator;

/**
 * T = -E + H (Mehta & Schwab, arXiv:1410.3831, eq. 18): with it H_RG(h) = H_RBM(h) for any weights; T is exact only if
 * H_RBM(v) = H(v).
 * @throws TypeError for a wrong kind; RangeError if the number of sites is not that of visible units
 */
export function rbmOperator(hamiltonian: Hamiltonian, rbm: SpinRbm): LayerOperator {
  checkHamiltonian(hamiltonian);
  checkRbm(rbm);
  if (rbm.visible !== hamiltonian.sites) refuse('rbm', `${hamiltonian.sites} visible units`, rbm.visible);
  return {
    kind: 'layer',
    name: 'T = -E + H',
    visible: rbm.visible,
    hidden: rbm.hidden,
    spins: spinsOfRbm(rbm, 'open'),
    hamiltonian,
    visibleBias: rbm.visibleBias,
    constant: rbm.constant,
    rbm,
  };
}

/**
 * T = log p(h|v) of an RBM: its hidden layer as a stochastic coarse-graining. Exact for any weights, since conditional
 * probabilities add up to 1; it does not depend on whether the RBM models the data.
 * @throws TypeError if not an RBM of spins
 */
export function conditionalOperator(rbm: SpinRbm): LayerOperator {
  checkRbm(rbm);
  return layer('T = log p(h|v)', rbm.visible, spinsOfRbm(rbm, 'normalised'));
}

/**
 * Majority of each block, of softness w: Π_b e^{w h Σ_b v}/(2cosh(wΣ_b v)). Exact for every w; for w = 0 h is
 * independent of v, w = ∞ is the majority rule with random ties.
 * @param visible number of visible spins
 * @param blocks sites of each block, at least one block; a site may be in several or in none
 * @param w softness, 0 to Infinity
 * @throws TypeError or RangeError for a block that is empty, or has a site twice or out of range
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * variationalStep(hamiltonian, majorityOperator(4, [[0, 1], [2, 3]])).deltaF; // 0 up to rounding
 */
export function majorityOperator(visible: number, blocks: readonly (readonly number[])[], w = Infinity): LayerOperator {
  const soft = softness('w', w);
  const spins = checkBlocks(visible, blocks).map((sites) => blockSpin(sites, soft));
  return layer(`majority, w = ${w}`, visible, spins);
}

/**
 * Soft copy of the sites kept, Π e^{w h v}/(2cosh w): decimation at w = ∞. Exact for every w.
 * @throws TypeError or RangeError as `majorityOperator`, for blocks of one site
 */
export function decimationOperator(visible: number, kept: readonly number[], w = Infinity): LayerOperator {
  checkList('kept', kept, 'array of sites');
  const soft = softness('w', w);
  const spins = checkBlocks(
    visible,
    kept.map((site) => [site]),
    'kept',
  ).map((sites) => blockSpin(sites, soft));
  return layer(`decimation, w = ${w}`, visible, spins);
}

/** Options of `kadanoffOperator`. */
export interface KadanoffOptions {
  /** Whether ln 2cosh(pΣσ) is subtracted. Default true. */
  normalised?: boolean;
  /** E₀, subtracted from T: a second variational parameter if T is not normalised. Default 0. */
  constant?: number;
}

/**
 * Kadanoff's T = pΣ_b μ_b Σ_{i∈b} σ_i - Σ_b ln 2cosh(pΣ_{i∈b} σ_i) (Kadanoff, Phys. Rev. Lett. 34, 1005, 1975): exact
 * for every p, and the same operator as a majority of softness p. `normalised: false` omits the second sum: then τ(v) =
 * e^{-E₀} Π 2cosh(pΣσ) and T is not exact.
 * @param visible number of visible spins
 * @param blocks sites of each block
 * @param p any sign, finite
 * @throws TypeError or RangeError as `majorityOperator`
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.5 });
 * const open = kadanoffOperator(4, [[0, 1], [2, 3]], 0.5, { normalised: false });
 * variationalStep(hamiltonian, open).kl; // > 0
 */
export function kadanoffOperator(
  visible: number,
  blocks: readonly (readonly number[])[],
  p: number,
  options: KadanoffOptions = {},
): LayerOperator {
  knownOptions('kadanoffOperator', options, ['normalised', 'constant']);
  finite('p', p);
  const kind = (options.normalised ?? true) ? 'normalised' : 'open';
  const spins = checkBlocks(visible, blocks).map((sites) => ({ ...blockSpin(sites, 1), kind }) as HiddenSpin);
  for (const { weights } of spins) weights.fill(p);
  const constant = finite('constant', options.constant ?? 0);
  return { ...layer(`Kadanoff, p = ${p}`, visible, spins), constant };
}

/** Visible and hidden spins of a rule by a function, at most: its operator is summed over all states of both. */
const MAX_FUNCTION_SPINS = 24;

/**
 * T = ln P(S'|v) of a blocking rule of one step on a lattice, for exact sums: the rules that coarse-grain configurations
 * are the operators of the variational renormalization group that are exact for every v. `majorityOperator(n, blocks, w)`
 * is that of `softRule({ weight: w })` on the same blocks, at w = ∞ that of `majorityRule`.
 * @throws TypeError if not a rule or a lattice; RangeError for a product of rules, whose coarse spins are not independent
 *   given v; for a lattice that the rule does not tile; or for a rule by a function, of more than 24 spins in both layers
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: square(4), coupling: 0.4 });
 * variationalStep(hamiltonian, ruleOperator(majorityRule({ factor: 2 }), square(4))).deltaF; // 0 up to rounding
 */
export function ruleOperator(rule: BlockingRule, lattice: Lattice): Operator {
  objectWith('rule', rule, ['name', 'apply'], 'BlockingRule');
  const { sites } = checkAnyLattice(lattice);
  if (rule.spins === undefined) refuse('rule', 'a rule of one step, with independent coarse spins', rule.name);
  const spins = rule.spins(lattice);
  if (spins.every((spin): spin is InputSpin => spin.kind !== 'function')) return layer(rule.name, sites, spins);
  if (sites + spins.length > MAX_FUNCTION_SPINS) {
    refuse('lattice', `at most ${MAX_FUNCTION_SPINS} fine and coarse spins`, sites + spins.length);
  }
  const tables = spins.map(tabulated);
  return functionOperator(sites, spins.length, (v, h) => logConditional(tables, v, h), rule.name);
}

/** A coarse spin whose function is called once per state of its block: there are far fewer than states of the lattice. */
function tabulated(spin: CoarseSpin): CoarseSpin {
  if (spin.kind !== 'function') return spin;
  const { probability } = spin;
  const table = new Map<number, number>();
  const stateOfBlock = (block: Int8Array) => block.reduce((state, s, i) => (s > 0 ? state | (1 << i) : state), 0);
  return {
    ...spin,
    probability: (block) => {
      const state = stateOfBlock(block);
      const known = table.get(state);
      if (known !== undefined) return known;
      const up = probability(block);
      table.set(state, up);
      return up;
    },
  };
}

/** ln P(h|v) = Σ_k ln P(h_k|v). */
function logConditional(spins: readonly CoarseSpin[], v: Int8Array, h: Int8Array): number {
  let log = 0;
  spins.forEach((spin, k) => {
    const up = probabilityUp(spin, v);
    log += Math.log(h[k] > 0 ? up : 1 - up);
  });
  return log;
}

/**
 * Any T(v,h), summed over all states of both layers: visible + hidden <= 24.
 * @param value T of spins ±1, or -Infinity where v cannot become h
 * @throws TypeError or RangeError for a wrong kind or too many spins
 */
export function functionOperator(
  visible: number,
  hidden: number,
  value: FunctionOperator['value'],
  name = 'user function',
): FunctionOperator {
  integer('visible', visible, 1, 23);
  integer('hidden', hidden, 1, 24 - visible);
  if (typeof value !== 'function') refuse('value', 'function of (v, h)', value, 'type');
  return { kind: 'function', name, visible, hidden, value };
}

/**
 * An operator, checked.
 * @throws TypeError if not an operator; TypeError or RangeError for a part that no function here returns
 */
export function checkOperator(operator: Operator): Operator {
  if (operator === null || typeof operator !== 'object' || !['layer', 'function'].includes(operator.kind)) {
    refuse('operator', 'operator, as rbmOperator() or majorityOperator() return', operator, 'type');
  }
  if (operator.kind === 'function') {
    functionOperator(operator.visible, operator.hidden, operator.value);
    return operator;
  }
  const { visible, hidden, spins, hamiltonian, visibleBias, constant } = operator;
  integer('operator.visible', visible);
  checkList('operator.spins', spins, 'array of hidden spins');
  integer('operator.hidden', hidden, spins.length, spins.length);
  for (const [k, spin] of spins.entries()) checkHidden(`operator.spins[${k}]`, spin, visible);
  if (hamiltonian !== undefined) {
    checkHamiltonian(hamiltonian);
    if (hamiltonian.sites !== visible) refuse('operator.hamiltonian', `${visible} sites`, hamiltonian.sites);
  }
  if (visibleBias !== undefined) checkFloats('operator.visibleBias', visibleBias, visible);
  finite('operator.constant', constant);
  return operator;
}

function checkHidden(name: string, spin: HiddenSpin, visible: number): void {
  objectWith(name, spin, ['kind', 'sites', 'weights', 'bias'], 'hidden spin { kind, sites, weights, bias }');
  const { kind, sites, weights, bias } = spin;
  oneOf(`${name}.kind`, kind, ['open', 'normalised', 'hard']);
  if (!(sites instanceof Uint32Array)) refuse(`${name}.sites`, 'Uint32Array', sites, 'type');
  sites.forEach((site, k) => {
    integer(`${name}.sites[${k}]`, site, k === 0 ? 0 : sites[k - 1] + 1, visible - 1);
  });
  checkFloats(`${name}.weights`, weights, sites.length);
  finite(`${name}.bias`, bias);
}

function checkFloats(name: string, values: Float64Array, length: number): void {
  if (!(values instanceof Float64Array)) refuse(name, 'Float64Array', values, 'type');
  lengthOf(name, values, length).forEach((value, k) => {
    finite(`${name}[${k}]`, value);
  });
}

/** @throws TypeError if not an RBM of spins */
export function checkRbm(rbm: unknown): SpinRbm {
  if (!(rbm instanceof SpinRbm)) refuse('rbm', 'SpinRbm', rbm, 'type');
  return rbm;
}

function layer(name: string, visible: number, spins: readonly HiddenSpin[]): LayerOperator {
  return { kind: 'layer', name, visible, hidden: spins.length, spins, constant: 0 };
}

function spinsOfRbm(rbm: SpinRbm, kind: HiddenSpin['kind']): HiddenSpin[] {
  const { visible, hidden, weights, hiddenBias } = rbm;
  return Array.from({ length: hidden }, (_, j) => {
    const sites = Array.from({ length: visible }, (_, i) => i).filter((i) => weights[i * hidden + j] !== 0);
    return {
      kind,
      sites: Uint32Array.from(sites),
      weights: Float64Array.from(sites, (i) => weights[i * hidden + j]),
      bias: hiddenBias[j],
    };
  });
}

function softness(name: string, w: unknown): number {
  if (typeof w !== 'number') refuse(name, 'number in [0, Infinity]', w, 'type');
  if (!(w >= 0)) refuse(name, 'number in [0, Infinity]', w);
  return w;
}

function checkBlocks(visible: number, blocks: readonly (readonly number[])[], name = 'blocks'): number[][] {
  integer('visible', visible);
  if (!Array.isArray(blocks) || blocks.length === 0) refuse(name, 'non-empty array of blocks', blocks, 'type');
  checkList(name, blocks, 'non-empty array of blocks');
  return blocks.map((block, k) => {
    if (!Array.isArray(block) || block.length === 0) refuse(`${name}[${k}]`, 'non-empty array of sites', block, 'type');
    checkList(`${name}[${k}]`, block, 'non-empty array of sites');
    const sorted = block.map((site, i) => integer(`${name}[${k}][${i}]`, site, 0, visible - 1)).sort((a, b) => a - b);
    if (sorted.some((site, i) => i > 0 && site === sorted[i - 1])) refuse(`${name}[${k}]`, 'different sites', block);
    return sorted;
  });
}
