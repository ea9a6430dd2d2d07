/** What all tensor renormalizations have in common: their options, the factors that they take out, and their steps. */

import { largestModulus } from '../../linear/scale.js';
import { integer, knownOptions, objectWith, positive, refuse } from '../../util/check.js';
import { type Complex, DOWN, LEFT, RIGHT, type TensorNetwork, UP } from './network.js';
import { type StepState, TensorStep } from './step.js';
import { type BlockTensor, dimensionOf, scaled } from './tensor.js';

/** Options of `trg`, `hotrg` and the like. */
export interface TensorRgOptions {
  /** χ, largest dimension of a leg: 1 to 64, for `hotrg` and `loopTnr`, which need more memory, 1 to 32. */
  bond: number;
  /** Number of steps, each of which doubles the number of sites per tensor; 0 to 200, default 20. */
  steps?: number;
}

/** Largest χ of what holds χ⁴ numbers, and of what holds χ⁵ or several times χ⁴. */
export const MAX_BOND = 64;
export const MAX_SMALL_BOND = 32;
const MAX_STEPS = 200;

/** Checked options, the defaults put in. */
export function tensorOptions(owner: string, options: TensorRgOptions, most = MAX_BOND): Required<TensorRgOptions> {
  knownOptions(owner, options, ['bond', 'steps']);
  return { bond: integer('bond', options.bond, 1, most), steps: integer('steps', options.steps ?? 20, 0, MAX_STEPS) };
}

/**
 * @throws TypeError unless it is a network of a model; RangeError for entries that are not finite, or right or upper legs
 *   that do not fit to the left or lower ones
 */
export function checkNetwork(network: TensorNetwork): TensorNetwork {
  objectWith('network', network, ['tensor', 'tau', 'sites'], 'network of `isingTensor` and the like');
  if (network instanceof TensorStep)
    refuse('network', 'network of a model, not a step, whose tensor lacks its factor', network);
  const { tensor, tau, sites } = network;
  positive('network.sites', sites);
  objectWith('network.tensor', tensor, ['legs', 'values'], 'tensor with four legs');
  if (!Array.isArray(tensor.legs) || tensor.legs.length !== 4)
    refuse('network.tensor', 'tensor with four legs', tensor, 'type');
  if (!(tensor.values instanceof Float64Array)) refuse('network.tensor.values', 'Float64Array', tensor.values, 'type');
  if (tensor.values.length !== tensor.legs.reduce((size, leg) => size * dimensionOf(leg), 1)) {
    refuse('network.tensor.values', 'one number per tuple of indices', tensor.values);
  }
  for (const [name, from, to] of [
    ['right', LEFT, RIGHT],
    ['lower', UP, DOWN],
  ] as const) {
    const [own, other] = [tensor.legs[from], tensor.legs[to]];
    const fits = own.arrow === -other.arrow && own.sizes.join() === other.sizes.join();
    if (!fits) refuse('network.tensor.legs', `${name} leg that fits to the one on the other side`, other.sizes);
  }
  const wrong = tensor.values.find((x) => !Number.isFinite(x));
  if (wrong !== undefined) refuse('network.tensor.values', 'finite numbers', wrong);
  if (tensor.values.every((x) => x === 0)) refuse('network.tensor.values', 'numbers of which one is not 0', 0);
  objectWith('network.tau', tau, ['real', 'imaginary'], '{ real, imaginary }');
  if (!(tau.imaginary > 0)) refuse('network.tau.imaginary', 'number > 0', tau.imaginary);
  return network;
}

/** A coarse tensor as a step makes it, before a factor is taken out. */
export interface CoarseTensor {
  /** With all bond weights multiplied in. */
  tensor: BlockTensor;
  /** The tensor of the other sublattice, where it is another one. */
  partner?: BlockTensor;
  tau: Complex;
  discarded: number;
}

/** Largest modulus of the entries. */
export function largestEntry({ values }: BlockTensor): number {
  return largestModulus(values);
}

/**
 * The steps 0 to `options.steps` of a renormalization, each made when it is asked for.
 * @param next the coarse tensor that follows a step; `factor` was taken out of the step's tensor
 */
export function* iterate(
  network: TensorNetwork,
  { steps }: Required<TensorRgOptions>,
  next: (before: TensorStep, factor: number) => CoarseTensor,
): IterableIterator<TensorStep> {
  const { tau, sites } = network;
  const start = largestEntry(network.tensor);
  let factor = start;
  let state: StepState = {
    step: 0,
    tensor: scaled(network.tensor, 1 / start),
    partner: null,
    tau,
    sites,
    cell: tau.imaginary / sites,
    logFactors: Math.log(start) / sites,
    logFactor: Math.log(start),
    discarded: 0,
  };
  let step = new TensorStep(state, null);
  yield step;
  while (state.step < steps) {
    const coarse = next(step, factor);
    factor = largestEntry(coarse.tensor);
    if (!(factor > 0))
      throw new Error(`the tensor of step ${state.step + 1} vanishes: the bond dimension is too small`);
    const other = coarse.partner;
    const otherFactor = other === undefined ? factor : largestEntry(other);
    const logFactor = (Math.log(factor) + Math.log(otherFactor)) / 2;
    const sitesNow = 2 * state.sites;
    state = {
      step: state.step + 1,
      tensor: scaled(coarse.tensor, 1 / factor),
      partner: other === undefined ? null : scaled(other, 1 / otherFactor),
      tau: coarse.tau,
      sites: sitesNow,
      cell: state.cell,
      logFactors: state.logFactors + logFactor / sitesNow,
      logFactor,
      discarded: coarse.discarded,
    };
    step = new TensorStep(state, step);
    yield step;
  }
}
