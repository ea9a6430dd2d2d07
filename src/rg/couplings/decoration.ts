/**
 * RBMs for given couplings, exactly and with real weights: the hidden spins decorate the interactions, and Tr_h
 * e^{-E(v,h)} = e^{-H(v)} for every v.
 *
 * A pair: one hidden spin with weights w and sgn(K)·w, w = ½ arccosh(e^{2|K|}); Tr_h = 2e^{|K|} e^{K s s'} (Syozi's
 * decoration, Phase Transitions and Critical Phenomena 1, 269, 1972).
 *
 * n spins, n >= 3: hidden spins connected to n spins with equal weights, ln 2cosh(w Σ ε_i s_i), ε_i = ±1. Their highest
 * coupling has the sign of Π ε times a sign that depends on n, and grows from 0 without bound with w, so for even n
 * some w and ε give any K. There are also couplings of fewer spins, even in number, which are compensated by decorating
 * those in turn, down to pairs. Odd n: the same with one more spin that is fixed at +1; its weight is the bias of the
 * hidden spin. For four spins w has a closed form: with q = √(1 - e^{-8|K|}), cosh 2w = (1 - q)^{-½}. An n-body term
 * needs one hidden spin, and those of its even subsets: 1 + 6 for four spins, 1 + 3 for three. (Yoshioka, Akagi &
 * Katsura, Phys. Rev. E 99, 032113, 2019, map such terms to RBMs by star-polygon relations; this is the symmetric case
 * of that idea, solved order by order.) The construction of Le Roux & Bengio with one hidden unit per state is exact
 * only in a limit; this one needs no limit.
 */

import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import { refuse } from '../../util/check.js';
import { SpinRbm } from '../map/spinRbm.js';
import { acoshOnePlus, logTwoCosh } from '../tables/logs.js';

/** Largest number of spins of a term. */
const MAX_BODIES = 12;

/** A hidden spin: its visible spins and weights, and its bias. */
interface Decoration {
  sites: number[];
  weights: number[];
  bias: number;
}

/**
 * The RBM of a pairwise Hamiltonian: one hidden spin per bond, in the order of the bonds; fields are visible biases. E₀
 * is such that H_RBM(v) = H(v) exactly, so ln Z_RBM = ln Z; without E₀, ln Z_RBM = ln Z + Σ_bonds (ln 2 + |K|).
 * @throws TypeError if not a Hamiltonian; RangeError for a term of more than two spins (see `rbmOf`), or no bond at all
 */
export function bondRbm(hamiltonian: Hamiltonian): SpinRbm {
  const { starts, couplings } = checkHamiltonian(hamiltonian);
  couplings.forEach((_, t) => {
    const order = starts[t + 1] - starts[t];
    if (order > 2) refuse('hamiltonian', 'terms of at most two spins', `a term of ${order}`);
  });
  return rbmOf(hamiltonian);
}

/**
 * An RBM with H_RBM(v) = H(v) for every v, E₀ included, for a Hamiltonian of any order up to 12 spins per term. It
 * always exists.
 * @throws TypeError if not a Hamiltonian; RangeError for a term of more than 12 spins, or no term of two spins or more,
 *   so that there is no hidden spin
 * @example
 * const hamiltonian = isingHamiltonian({ lattice: chain(4), coupling: 0.4 });
 * checkMapping(hamiltonian, rbmOf(hamiltonian)).exact; // true
 */
export function rbmOf(hamiltonian: Hamiltonian): SpinRbm {
  const { sites, terms } = checkHamiltonian(hamiltonian);
  const residual = new Residual();
  for (const { sites: members, coupling } of terms) {
    if (members.length > MAX_BODIES) refuse('hamiltonian', `terms of at most ${MAX_BODIES} spins`, members.length);
    residual.add(members, coupling);
  }
  const decorations: Decoration[] = [];
  for (let order = residual.highest; order >= 3; order--) {
    for (const { members, coupling } of residual.take(order)) {
      const hidden = decorate(members, coupling);
      decorations.push(hidden);
      takeOff(residual, hidden, members.length);
    }
  }
  let constant = 0;
  for (const { members, coupling } of residual.take(2)) {
    const w = bondWeight(coupling);
    decorations.push({ sites: members, weights: [w, coupling < 0 ? -w : w], bias: 0 });
    constant += Math.LN2 + Math.abs(coupling);
  }
  const visibleBias = new Float64Array(sites);
  for (const { members, coupling } of residual.take(1)) visibleBias[members[0]] = coupling;
  for (const { coupling } of residual.take(0)) constant -= coupling;
  if (decorations.length === 0) refuse('hamiltonian', 'a term of two spins or more', 'none');
  const hidden = decorations.length;
  const weights = new Float64Array(sites * hidden);
  decorations.forEach((decoration, j) => {
    decoration.sites.forEach((site, k) => {
      weights[site * hidden + j] = decoration.weights[k];
    });
  });
  return new SpinRbm({
    visible: sites,
    hidden,
    weights,
    visibleBias,
    hiddenBias: decorations.map(({ bias }) => bias),
    constant,
  });
}

/** w = ½ arccosh(e^{2|K|}), without overflow, and accurate for small K. */
export function bondWeight(coupling: number): number {
  const size = 2 * Math.abs(coupling);
  return size > 300 ? (size + Math.LN2) / 2 : acoshOnePlus(Math.expm1(size)) / 2;
}

/** Remaining couplings by their sets of sites, in the order in which they were added. */
class Residual {
  readonly #orders: Map<string, { members: number[]; coupling: number }>[] = [];

  get highest(): number {
    return this.#orders.length - 1;
  }

  add(members: number[], coupling: number): void {
    while (this.#orders.length <= members.length) this.#orders.push(new Map());
    const terms = this.#orders[members.length];
    const known = terms.get(members.join());
    if (known) known.coupling += coupling;
    else terms.set(members.join(), { members, coupling });
  }

  /** Removes and returns the terms of this order that are not 0. */
  take(order: number): { members: number[]; coupling: number }[] {
    return [...(this.#orders[order]?.values() ?? [])].filter(({ coupling }) => coupling !== 0);
  }
}

/**
 * The hidden spin whose highest coupling is K. With an odd number of spins its bias is the weight of a spin fixed at
 * +1.
 */
function decorate(members: number[], coupling: number): Decoration {
  const bodies = members.length + (members.length % 2);
  const w = bodies === 4 ? fourBodyWeight(coupling) : equalWeight(bodies, Math.abs(coupling));
  const flip = Math.sign(equalCoupling(bodies, bodies, w)) * coupling < 0;
  const weights = members.map((_, k) => (flip && k === 0 ? -w : w));
  return { sites: members, weights, bias: members.length % 2 ? w : 0 };
}

/**
 * Subtracts the lower couplings of the hidden spin from the residual: those of every even subset of its spins, the
 * fixed spin included.
 */
function takeOff(residual: Residual, { sites, weights, bias }: Decoration, order: number): void {
  const bodies = order + (order % 2);
  const w = Math.abs(weights[weights.length - 1]);
  for (let set = 0; set < 2 ** order - 1; set++) {
    const members = sites.filter((_, k) => (set >> k) & 1);
    // a subset of odd size contains the fixed spin
    if (bias === 0 && members.length % 2 === 1) continue;
    const size = members.length + (members.length % 2);
    const sign = set & 1 && weights[0] < 0 ? -1 : 1;
    residual.add(members, -sign * equalCoupling(bodies, size, w));
  }
}

/** The w of four spins, in closed form. */
function fourBodyWeight(coupling: number): number {
  const size = 8 * Math.abs(coupling);
  const q = Math.sqrt(-Math.expm1(-size));
  // ln cosh 2w = -½ ln(1 - q), 1 - q = e^{-8|K|}/(1 + q)
  const logCosh = size > 1 ? (size + Math.log1p(q)) / 2 : -Math.log1p(-q) / 2;
  return logCosh > 300 ? (logCosh + Math.LN2) / 2 : acoshOnePlus(Math.expm1(logCosh)) / 2;
}

/** w > 0 at which n spins with equal weights have an n-body coupling of this size, by bisection. */
function equalWeight(n: number, size: number): number {
  const enough = (w: number) => Math.abs(equalCoupling(n, n, w)) >= size;
  let high = 1;
  while (!enough(high)) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && low < high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Coupling of k of n spins in ln 2cosh(w Σ s): 2^{-n} Σ_{a,b} (-1)^a C(k,a) C(n-k,b) ln 2cosh(w(n - 2a - 2b)), a and b
 * the numbers of spins down inside and outside of the set.
 */
export function equalCoupling(n: number, k: number, w: number): number {
  let sum = 0;
  for (let a = 0; a <= k; a++) {
    let inner = 0;
    for (let b = 0; b <= n - k; b++) inner += binomial(n - k, b) * logTwoCosh(w * (n - 2 * a - 2 * b));
    sum += (a % 2 ? -1 : 1) * binomial(k, a) * inner;
  }
  return sum / 2 ** n;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return Math.round(value);
}
