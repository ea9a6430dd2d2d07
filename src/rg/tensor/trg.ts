/**
 * Tensor renormalization group of Levin & Nave, with or without bond weights: every tensor is cut in two along a
 * diagonal, by its leading singular values, and the four halves around a plaquette make a tensor of a lattice turned by
 * 45° with half as many.
 */

import { type CoarseTensor, checkNetwork, iterate, type TensorRgOptions, tensorOptions } from './iteration.js';
import { LEFT, RIGHT, type TensorNetwork, turned, UP } from './network.js';
import type { TensorStep } from './step.js';
import { type BlockTensor, contract, permute, type Split, scaleLeg, split } from './tensor.js';

/**
 * Tensor renormalization group (TRG). Step s has N = 2^s sites per tensor; step 0 is the network itself. With M =
 * T(left up, right down) ≈ Σ u s v for one sublattice and T(up right, left down) for the other, S = u√s and √s v, four
 * S around a plaquette are the next T. At K_c of the square Ising model ln Z/N is right to 4.6e-6 at χ = 16 and 1.1e-6
 * at χ = 24, and the spectrum to step 10 or so, from where on short-ranged loops that TRG does not remove spoil it.
 * Costs O(χ⁶) per step, a quarter of it in two blocks of parity.
 * Source: Levin & Nave, Phys. Rev. Lett. 99, 120601 (2007).
 * @returns the steps 0 to `steps`, each made when it is asked for
 * @throws TypeError for a wrong kind; RangeError for χ outside [1, 64], steps outside [0, 200], a network with entries
 *   that are not finite, or an unknown option
 */
export function trg(network: TensorNetwork, options: TensorRgOptions): IterableIterator<TensorStep> {
  const checked = tensorOptions('trg', options);
  return levinNave(checkNetwork(network), checked, 0);
}

/**
 * Bond-weighted TRG: the halves are u s^{(1-k)/2} with k = -1/2, and the rest s^k stays on the bond as a weight. So no
 * singular value is counted twice, and the fixed point is nearer: at K_c of the square Ising model ln Z/N is right to
 * 3e-7 at χ = 16 and 6e-8 at χ = 24, for the work of TRG.
 * Source: Adachi, Okubo & Todo, Phys. Rev. B 105, L060402 (2022).
 * @returns the steps 0 to `steps`, each made when it is asked for
 * @throws as `trg`
 */
export function bondWeightedTrg(network: TensorNetwork, options: TensorRgOptions): IterableIterator<TensorStep> {
  const checked = tensorOptions('bondWeightedTrg', options);
  return levinNave(checkNetwork(network), checked, -0.5);
}

/** A tensor and the weights on its horizontal and vertical bonds, which are not multiplied in. */
interface Weighted {
  tensor: BlockTensor;
  horizontal: Float64Array | undefined;
  vertical: Float64Array | undefined;
}

/** @param k exponent of the weights that stay on the bonds */
function levinNave(
  network: TensorNetwork,
  options: Required<TensorRgOptions>,
  k: number,
): IterableIterator<TensorStep> {
  let state: Weighted = { tensor: network.tensor, horizontal: undefined, vertical: undefined };
  return iterate(network, options, (before, factor) => {
    // the factor taken out of the tensor with its weights is taken out of the bare one
    const bare = divided(state.tensor, factor);
    const { next, discarded } = coarser({ ...state, tensor: bare }, options.bond, k);
    state = next;
    return { tensor: whole(state), tau: turned(before.tau), discarded } satisfies CoarseTensor;
  });
}

function divided({ legs, values: all }: BlockTensor, divisor: number): BlockTensor {
  const values = new Float64Array(all.length);
  for (let k = 0; k < values.length; k++) values[k] = all[k] / divisor;
  return { legs, values };
}

/** The tensor with half of each weight at both ends of its bond. */
function whole({ tensor, horizontal, vertical }: Weighted): BlockTensor {
  if (horizontal === undefined || vertical === undefined) return tensor;
  const [x, y] = [horizontal.map(Math.sqrt), vertical.map(Math.sqrt)];
  return [x, y, x, y].reduce((product, root, leg) => scaleLeg(product, leg, root), tensor);
}

/** One step. */
function coarser(
  { tensor, horizontal, vertical }: Weighted,
  bond: number,
  k: number,
): { next: Weighted; discarded: number } {
  const falling = split(tensor, [LEFT, UP], bond); // legs l u α, and α r d
  const rising = split(tensor, [UP, RIGHT], bond); // legs u r β, and β l d
  const [upperLeft, lowerRight] = halves(falling, k);
  const [upperRight, lowerLeft] = halves(rising, k);
  // around a plaquette, from its upper left tensor: that one's lower right half, and so on
  const weighted = (half: BlockTensor, leg: number, weights: Float64Array | undefined) =>
    weights === undefined ? half : scaleLeg(half, leg, weights);
  const x = weighted(lowerRight, 1, horizontal);
  const top = contract(weighted(x, 2, vertical), [1], lowerLeft, [1]); // α d β d'
  const y = weighted(upperLeft, 0, horizontal);
  const bottom = contract(weighted(y, 1, vertical), [0], upperRight, [1]); // u α' u' β'
  const square = contract(top, [1, 3], bottom, [2, 0]); // α β α' β'
  const root = (s: Float64Array) => (k === 0 ? undefined : s.map((each) => each ** k));
  return {
    next: { tensor: permute(square, [3, 0, 1, 2]), horizontal: root(rising.s), vertical: root(falling.s) },
    discarded: Math.max(falling.discarded, rising.discarded),
  };
}

/** u s^{(1-k)/2} and s^{(1-k)/2} v. */
function halves({ u, s, v }: Split, k: number): [BlockTensor, BlockTensor] {
  const share = s.map((each) => each ** ((1 - k) / 2));
  return [scaleLeg(u, u.legs.length - 1, share), scaleLeg(v, 0, share)];
}
