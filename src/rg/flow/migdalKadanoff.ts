/**
 * The recursions of Migdal and Kadanoff on the hypercubic lattice: bonds are moved together, which is the
 * approximation, and the chains that remain are decimated, which is exact. Ising and Potts models share the formulas:
 * an Ising coupling K is a Potts coupling 2K at q = 2.
 */

import { finite, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkCouplings, type FlowEquation, type Recursion } from './recursion.js';

/** The model of a Migdal-Kadanoff scheme. */
export interface MigdalKadanoffModel {
  /** d, any real number of at least 1. */
  dimension: number;
  /**
   * q, any real number of at least 2: a Potts model with energy -K δ(s, s') per bond. Default: an Ising model with
   * energy -K s s', s = ±1, which is the Potts model q = 2 at 2K.
   */
  states?: number;
}

/** Options of `migdalKadanoff`. */
export interface MigdalKadanoffOptions extends MigdalKadanoffModel {
  /** b, an integer of at least 2; default 2. */
  factor?: number;
  /**
   * 'move': bonds are moved first, K' = D(b^{d-1} K), D the decimation of a chain; 'decimate': K' = b^{d-1} D(K), the
   * same flow seen between the two halves of a step, with K* larger by b^{d-1} and the same y. Default 'move'.
   */
  order?: 'move' | 'decimate';
}

const NAMES = ['K'];
const MODEL = ['dimension', 'states'] as const;
const SOURCE = 'Migdal, Sov. Phys. JETP 42, 743 (1976); Kadanoff, Ann. Phys. 100, 359 (1976)';

/**
 * The Migdal-Kadanoff recursion, in K = J/kT. With t = tanh K (Ising) or t = (e^K - 1)/(e^K + q - 1) (Potts),
 * decimation is t' = t^b, and b^{d-1} bonds moved together have the coupling b^{d-1} K: for the Ising model
 *   tanh K' = tanh^b(b^{d-1} K).
 * b = 2, d = 2: K' = ½ ln cosh 4K, K* = 0.3046889317, y = 0.7472357189. In d = 1 it is exact decimation. `constant`
 * belongs to the order 'move' at any d: spins without bonds count as free. Then `flowLogPartition` is at least ln Z per
 * site of the hypercubic lattice, a lower bound on the free energy, since the bonds moved have the mean 0 (Kadanoff
 * 1976).
 * @throws TypeError for a wrong kind; RangeError for d < 1, b < 2, q < 2 or an unknown order
 */
export function migdalKadanoff(options: MigdalKadanoffOptions): Recursion {
  knownOptions('migdalKadanoff', options, [...MODEL, 'factor', 'order']);
  const { dimension, states, bond } = checkModel(options);
  const b = integer('factor', options.factor ?? 2, 2);
  const order = oneOf('order', options.order ?? 'move', ['move', 'decimate']);
  const bonds = b ** (dimension - 1);
  const before = order === 'move' ? bonds : 1;
  const after = bonds / before;
  const decimated = (couplings: ArrayLike<number>) => {
    const [coupling] = checkCouplings('couplings', couplings, NAMES);
    return decimatePotts(coupling * before * bond, states, b);
  };
  const free = b ** dimension - 1 - dimension * (b - 1);
  const recursion: Recursion = {
    name: `Migdal-Kadanoff, ${modelName(options)}, b = ${b}${order === 'move' ? '' : ', decimation first'}`,
    couplings: NAMES,
    source: SOURCE,
    factor: b,
    dimension,
    map: (couplings) => [(decimated(couplings).coupling * after) / bond],
    jacobian: (couplings) => [decimated(couplings).derivative * bonds],
  };
  if (order === 'decimate') return recursion;
  return {
    ...recursion,
    constant: (couplings) => {
      const { coupling, constant } = decimated(couplings);
      // K s s' = 2K δ - K: an Ising bond of the old and of the new chain
      const ising = bond === 2 ? coupling / 2 - b * bonds * couplings[0] : 0;
      return (dimension * (constant + ising) + free * Math.log(states)) / b ** dimension;
    },
  };
}

/**
 * The limit b → 1 of the Migdal-Kadanoff recursion, in which the order of the two halves does not matter:
 *   dK/dl = (d-1) K + ½ sinh 2K ln tanh K (Ising),
 *   dK/dl = (d-1) K + q t ln t/((1-t)(1+(q-1)t)), t = (e^K - 1)/(e^K + q - 1) (Potts).
 * In d = 2 its fixed point is the exact critical coupling, sinh 2K = 1 and e^K = 1 + √q, since the limit keeps duality;
 * y = 0.7535495197 for the Ising model. In d = 1 + ε, K* = 1/(2ε) and y = ε to leading order. The rate is odd in K for
 * the Ising model; for K < 0 of a Potts model it is not defined, and NaN.
 * @throws TypeError for a wrong kind; RangeError for d < 1 or q < 2
 */
export function migdalKadanoffFlow(options: MigdalKadanoffModel): FlowEquation {
  knownOptions('migdalKadanoffFlow', options, MODEL);
  const { dimension, states: q, bond } = checkModel(options);
  const parts = (couplings: ArrayLike<number>) => {
    const [coupling] = checkCouplings('couplings', couplings, NAMES);
    const size = options.states === undefined ? Math.abs(coupling) : coupling;
    const { t, lack } = pottsVariable(size * bond, q);
    // ln t and ln t/(1 - t) without cancellation as t → 1
    const logT = lack < 0.5 ? Math.log1p(-lack) : Math.log(t);
    return { coupling, t, logT, ratio: lack === 0 ? -1 : logT / lack };
  };
  return {
    name: `Migdal-Kadanoff, ${modelName(options)}, b → 1`,
    couplings: NAMES,
    source: SOURCE,
    dimension,
    rate: (couplings) => {
      const { coupling, t, ratio } = parts(couplings);
      if (t === 0) return [0];
      const sign = options.states === undefined ? Math.sign(coupling) : 1;
      return [(dimension - 1) * coupling + (sign * q * t * ratio) / (1 + (q - 1) * t) / bond];
    },
    jacobian: (couplings) => {
      const { t, logT, ratio } = parts(couplings);
      if (t === 0) return [Number.NEGATIVE_INFINITY];
      const slope = q - 2 - 2 * (q - 1) * t;
      return [dimension + logT - (t * ratio * slope) / (1 + (q - 1) * t)];
    },
  };
}

/** d, q, and the Potts coupling per unit of K. */
function checkModel({ dimension, states }: MigdalKadanoffModel): { dimension: number; states: number; bond: number } {
  if (finite('dimension', dimension) < 1) refuse('dimension', 'number >= 1', dimension);
  if (states !== undefined && finite('states', states) < 2) refuse('states', 'number >= 2', states);
  return { dimension, states: states ?? 2, bond: states === undefined ? 2 : 1 };
}

function modelName({ dimension, states }: MigdalKadanoffModel): string {
  return `${states === undefined ? 'Ising' : `${states}-state Potts`} model, d = ${dimension}`;
}

/** t = (e^K - 1)/(e^K + q - 1) and 1 - t = q/(e^K + q - 1), each to full relative precision. */
function pottsVariable(coupling: number, q: number): { t: number; lack: number } {
  if (coupling < 0) {
    const total = Math.exp(coupling) + q - 1;
    return { t: Math.expm1(coupling) / total, lack: q / total };
  }
  const small = Math.exp(-coupling);
  const total = 1 + (q - 1) * small;
  return { t: -Math.expm1(-coupling) / total, lack: (q * small) / total };
}

/** Coupling of e^{-K} that underflows; beyond it K' = K - ln b to rounding. */
const STRONG = 600;

/** A chain of b Potts bonds of coupling K, whose inner spins are summed: e^{constant + K' δ}, and dK'/dK. */
function decimatePotts(
  coupling: number,
  q: number,
  b: number,
): { coupling: number; constant: number; derivative: number } {
  if (coupling > STRONG)
    return { coupling: coupling - Math.log(b), constant: (b - 1) * coupling + Math.log(b), derivative: 1 };
  if (coupling < 0 && q === 2) {
    // every second spin flipped: -k δ = -k + k (1 - δ); an odd chain has its ends flipped against each other
    const flipped = decimatePotts(-coupling, 2, b);
    const constant = flipped.constant + b * coupling;
    if (b % 2 === 0) return { coupling: flipped.coupling, constant, derivative: -flipped.derivative };
    return { ...flipped, coupling: -flipped.coupling, constant: constant + flipped.coupling };
  }
  const { t, lack } = pottsVariable(coupling, q);
  const power = t ** b;
  const powerLack = lack < 0.5 ? -Math.expm1(b * Math.log1p(-lack)) : 1 - power;
  // the largest eigenvalue of the transfer matrix, e^K + q - 1 = q/(1 - t)
  const logEigenvalue =
    Math.max(coupling, 0) + Math.log(coupling < 0 ? Math.exp(coupling) + q - 1 : 1 + (q - 1) * Math.exp(-coupling));
  return {
    coupling: Math.log1p((q * power) / powerLack),
    constant: b * logEigenvalue + Math.log(powerLack / q),
    derivative: (b * t ** (b - 1) * (lack / powerLack) * (1 + (q - 1) * t)) / (1 + (q - 1) * power),
  };
}
