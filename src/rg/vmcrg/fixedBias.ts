/** A bias that stays as it is, of any kind. */

import { finite, knownOptions, lengthOf, objectWith, refuse } from '../../util/check.js';
import type { OperatorBasis } from '../operators/basis.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import { BiasedEnsemble, basesOf, type EnsemblePlan } from './biasedEnsemble.js';
import type { BiasedModel } from './biasedWalkers.js';
import type { OperatorPotential } from './biasPotential.js';
import type { RbmPotential } from './rbmPotential.js';

/** A bias V = Σ J_α S'_α. */
export interface OperatorBias {
  operators: readonly LatticeOperator[];
  /** J, one per operator. */
  parameters: ArrayLike<number>;
}

/** A bias: couplings of operators of a lattice, or a potential. */
export type Bias = OperatorBias | OperatorPotential | RbmPotential;

/** A bias, checked. */
interface CheckedBias {
  operators?: OperatorBasis;
  hidden?: RbmPotential;
  parameters: ArrayLike<number>;
}

/** @throws TypeError or RangeError for operators or parameters that do not fit the block spins */
function checked(name: string, bias: Bias, plan: EnsemblePlan): CheckedBias {
  objectWith(name, bias, ['parameters'], '{ operators, parameters } or a potential');
  // by what they have, so that the classes are loaded by those who make potentials alone
  if ('basis' in bias || 'layout' in bias) {
    const { sites } = plan.geometry.coarse;
    if (bias.sites !== sites) refuse(name, `a potential of ${sites} block spins, as the rule makes`, bias.sites);
    const { parameters } = bias;
    return 'basis' in bias ? { operators: bias.basis, parameters } : { hidden: bias, parameters };
  }
  objectWith(name, bias, ['operators', 'parameters'], '{ operators, parameters } or a potential');
  knownOptions(name, bias, ['operators', 'parameters'], name);
  const { coarse } = basesOf(`${name}.operators`, bias.operators, plan.geometry);
  lengthOf(`${name}.parameters`, bias.parameters, bias.operators.length);
  for (let k = 0; k < bias.operators.length; k++) finite(`${name}.parameters[${k}]`, bias.parameters[k]);
  return { operators: coarse, parameters: bias.parameters };
}

/** Whether a flip of all block spins leaves V as it is. */
const isEven = ({ operators, hidden }: CheckedBias): boolean =>
  operators
    ? operators.operators.every(({ order }) => order % 2 === 0)
    : (hidden as RbmPotential).layout.biasOf.every((parameter) => parameter < 0);

/**
 * Walkers with a bias, or without one.
 * @param name of the bias, for messages
 * @returns the walkers, and whether H and V are even in the spins
 * @throws TypeError or RangeError for a bias that does not fit
 */
export function biasedBy(
  name: string,
  bias: Bias | undefined,
  plan: EnsemblePlan,
  measured: Pick<BiasedModel, 'measured' | 'radius'>,
  threads: { threads?: number } | undefined,
): { ensemble: BiasedEnsemble; even: boolean } {
  const own = bias === undefined ? undefined : checked(name, bias, plan);
  const { operators, hidden } = own ?? {};
  const memory = hidden && ((rows: number) => hidden.memory(rows));
  const ensemble = new BiasedEnsemble(plan, { bias: operators, hidden: memory, ...measured }, threads);
  if (own && hidden) ensemble.setHidden(Float64Array.from(own.parameters));
  else if (own) ensemble.setBias(own.parameters);
  return { ensemble, even: plan.hamiltonian.even && (own === undefined || isEven(own)) };
}
