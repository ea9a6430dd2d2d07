/** Tensors of lattice models: exact networks, of one tensor per site, whose contraction is Z. */

import { svd } from '../../linear/index.js';
import { checkList, finite, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { balanced } from './gauge.js';
import type { TensorNetwork } from './network.js';
import { type BlockTensor, dimensionOf, type Leg, zeros } from './tensor.js';

/** Largest |K| and |h|: products of a few e^{4K} stay far from overflow, and T = 0 is no model. */
const MAX_COUPLING = 20;

/** Largest number of states per spin. */
const MAX_STATES = 16;

const SQUARE = { real: 0, imaginary: 1 };
const TRIANGULAR = { real: 0.5, imaginary: Math.sqrt(3) / 2 };

function coupling(name: string, value: unknown): number {
  const K = finite(name, value);
  return Math.abs(K) <= MAX_COUPLING ? K : refuse(name, `number in [-${MAX_COUPLING}, ${MAX_COUPLING}]`, value);
}

/** One coupling for all directions, or a list of one per direction. */
function couplings(value: unknown, directions: number): number[] {
  if (!Array.isArray(value)) return new Array<number>(directions).fill(coupling('coupling', value));
  checkList('coupling', value, `number, or ${directions} numbers`);
  if (value.length !== directions) refuse('coupling', `number, or ${directions} numbers`, value);
  return value.map((each, k) => coupling(`coupling[${k}]`, each));
}

/** Legs left, up, right, down of an untouched network. */
function legsOf(horizontal: readonly number[], vertical: readonly number[]): Leg[] {
  return [
    { sizes: horizontal, arrow: 1 },
    { sizes: vertical, arrow: -1 },
    { sizes: horizontal, arrow: -1 },
    { sizes: vertical, arrow: 1 },
  ];
}

/** A tensor whose entries are a function of the indices left, up, right, down. */
function fill(legs: readonly Leg[], entry: (l: number, u: number, r: number, d: number) => number): BlockTensor {
  const tensor = zeros(legs);
  const [left, up, right, down] = legs.map(dimensionOf);
  let place = 0;
  for (let l = 0; l < left; l++) {
    for (let u = 0; u < up; u++) {
      for (let r = 0; r < right; r++) for (let d = 0; d < down; d++) tensor.values[place++] = entry(l, u, r, d);
    }
  }
  return tensor;
}

/** Options of `isingTensor`. */
export interface IsingTensorOptions {
  /** 'square' (default) or 'triangular'. */
  lattice?: 'square' | 'triangular';
  /**
   * K = J/kT in all directions of bonds, or one number per direction: along a and b, on the triangular lattice also
   * along b - a. Negative for antiferromagnets; at most 20 in absolute value.
   */
  coupling: number | readonly number[];
  /** h = H/kT; default 0. With a field the parity of the spins is not conserved, and the work is 4-8 times more. */
  field?: number;
}

/**
 * The Ising model, Z = Σ exp(Σ K s s' + h Σ s), as a network of one tensor per site with legs of dimension 2. Square:
 * e^{K s s'} = Σ_k λ_k s^k s'^k with λ_0 = cosh K and λ_1 = sinh K is shared by its sites, so T = Σ_s e^{hs} Π_legs
 * √|λ_k| s^k (the sign of λ_1 goes to the legs right and up). Triangular: a tensor is a site with the triangle to its
 * upper right, T(l, u, r, d) = δ(l, d) exp(K_a l r + K_b l u + K_c u r + h l), in the basis of even and odd indices.
 * Without a field it is in blocks of even and odd indices.
 * @throws TypeError for a wrong kind; RangeError for a coupling or field beyond ±20, or an unknown option
 */
export function isingTensor(options: IsingTensorOptions): TensorNetwork {
  knownOptions('isingTensor', options, ['lattice', 'coupling', 'field']);
  const lattice = oneOf('lattice', options.lattice ?? 'square', ['square', 'triangular']);
  const K = couplings(options.coupling, lattice === 'square' ? 2 : 3);
  const h = coupling('field', options.field ?? 0);
  if (lattice === 'triangular') {
    const weight = (s: number, right: number, up: number) =>
      Math.exp(K[0] * s * right + K[1] * s * up + K[2] * right * up + h * s);
    return triangles(weight, h === 0);
  }
  const lambda = K.map((each) => [Math.cosh(each), Math.sinh(each)]);
  const even = 2 * Math.cosh(h);
  const odd = 2 * Math.sinh(h);
  const root = (axis: number, k: number) => Math.sqrt(Math.abs(lambda[axis][k]));
  const signed = (axis: number, k: number) => Math.sign(lambda[axis][k]) * root(axis, k);
  const sizes = h === 0 ? [1, 1] : [2];
  const tensor = fill(
    legsOf(sizes, sizes),
    (l, u, r, d) => ((l + u + r + d) % 2 ? odd : even) * root(0, l) * signed(1, u) * signed(0, r) * root(1, d),
  );
  return { tensor, tau: SQUARE, sites: 1 };
}

/** Sites with the triangle to their upper right, spins ±1; both bases. */
function triangles(weight: (s: number, right: number, up: number) => number, even: boolean): TensorNetwork {
  const spins = [1, -1];
  const legs = legsOf([2], [2]);
  const plain = fill(legs, (l, u, r, d) => (l === d ? weight(spins[l], spins[r], spins[u]) : 0));
  return { tensor: balanced([even ? inParity(plain) : plain], 1, 1)[0], tau: TRIANGULAR, sites: 1 };
}

/**
 * A tensor of legs that carry ±1 spins (index bits, most significant first; bit 0 is +1), in the basis of products of
 * spins: even products first. A function that does not change when all spins are turned has even entries only.
 */
function inParity(plain: BlockTensor): BlockTensor {
  const parity = (k: number) => k.toString(2).replaceAll('0', '').length % 2;
  let values = plain.values;
  for (const n of plain.legs.map(dimensionOf).reverse()) {
    const states = Array.from({ length: n }, (_, k) => k);
    const order = [...states.filter((k) => parity(k) === 0), ...states.filter((k) => parity(k) === 1)];
    // a transformation of the last leg that also rotates the legs by one: after four of them they are as before
    const size = values.length / n;
    const next = new Float64Array(values.length);
    for (let row = 0; row < size; row++) {
      order.forEach((product, k) => {
        let sum = 0;
        for (let s = 0; s < n; s++) sum += (parity(product & s) ? -1 : 1) * values[row * n + s];
        next[k * size + row] = sum / Math.sqrt(n);
      });
    }
    values = next;
  }
  const halves = plain.legs.map((leg) => [dimensionOf(leg) / 2, dimensionOf(leg) / 2]);
  return { legs: legsOf(halves[0], halves[1]), values };
}

/** Options of `pottsTensor`. */
export interface PottsTensorOptions {
  /** q, 2 to 16. */
  states: number;
  /** K = J/kT of the energy -J Σ δ(s, s'), along both axes or [K_a, K_b]; critical at ln(1 + √q). */
  coupling: number | readonly number[];
}

/**
 * The q-state Potts model on the square lattice, Z = Σ exp(K Σ δ(s, s')), as a network of one tensor per site with legs
 * of dimension q in the basis of charges of the cyclic shift s → s + 1: e^{Kδ} has there the eigenvalues e^K + q - 1 and
 * e^K - 1 (q - 1 times), and T(k_l, k_u, k_r, k_d) = q^{-1} Π √|λ| where k_l + k_d = k_u + k_r mod q. For q = 2 it is
 * the Ising model with coupling K/2, times e^{K/2} per bond.
 * @throws TypeError for a wrong kind; RangeError for q outside [2, 16], a coupling beyond ±20, or an unknown option
 */
export function pottsTensor(options: PottsTensorOptions): TensorNetwork {
  knownOptions('pottsTensor', options, ['states', 'coupling']);
  const q = integer('states', options.states, 2, MAX_STATES);
  const K = couplings(options.coupling, 2);
  const lambda = (axis: number, k: number) => Math.expm1(K[axis]) + (k === 0 ? q : 0);
  const root = (axis: number, k: number) => Math.sqrt(Math.abs(lambda(axis, k)));
  const signed = (axis: number, k: number) => Math.sign(lambda(axis, k)) * root(axis, k);
  const sizes = new Array<number>(q).fill(1);
  const tensor = fill(legsOf(sizes, sizes), (l, u, r, d) =>
    (l + d - u - r) % q === 0 ? (root(0, l) * signed(1, u) * signed(0, r) * root(1, d)) / q : 0,
  );
  return { tensor, tau: SQUARE, sites: 1 };
}

/** Options of `weightTensor`. */
export interface WeightTensorOptions {
  /** Number of states of a site, 1 to 16. */
  states: number;
  /** W_a(s, s'), the weight of a site's state and that of its right neighbour; finite and >= 0. */
  horizontal: (here: number, right: number) => number;
  /** W_b(s, s') with the upper neighbour; default as `horizontal`. */
  vertical?: (here: number, up: number) => number;
  /** w(s), the weight of a site's state; default 1. */
  site?: (state: number) => number;
}

/**
 * Any model of nearest neighbours on the square lattice, Z = Σ Π w(s) Π W_a(s, s') Π W_b(s, s''), as a network of one
 * tensor per site: W = Σ_k u_k σ_k v_k is shared by its sites, u √σ at the left or lower one. No symmetry is used.
 * @throws TypeError for a wrong kind; RangeError for states outside [1, 16], or a weight that is negative or not
 *   finite, or if all weights of a kind are 0
 */
export function weightTensor(options: WeightTensorOptions): TensorNetwork {
  knownOptions('weightTensor', options, ['states', 'horizontal', 'vertical', 'site']);
  const q = integer('states', options.states, 1, MAX_STATES);
  const horizontal = halves('horizontal', options.horizontal, q);
  const vertical = options.vertical === undefined ? undefined : halves('vertical', options.vertical, q);
  const [right, left] = horizontal;
  const [up, down] = vertical ?? horizontal;
  const site = weights('site', options.site ?? (() => 1), q, 1);
  const tensor = fill(legsOf([q], [q]), (l, u, r, d) => {
    let sum = 0;
    for (let s = 0; s < q; s++) sum += site[s] * left[s * q + l] * up[s * q + u] * right[s * q + r] * down[s * q + d];
    return sum;
  });
  return { tensor, tau: SQUARE, sites: 1 };
}

/** All values of a function of `count` states, row-major. */
function weights(name: string, weight: unknown, states: number, count: number): Float64Array {
  if (typeof weight !== 'function') refuse(name, `function of ${count} state${count > 1 ? 's' : ''}`, weight, 'type');
  const values = new Float64Array(states ** count);
  for (let place = 0; place < values.length; place++) {
    const state = Array.from({ length: count }, (_, k) => Math.floor(place / states ** (count - 1 - k)) % states);
    const value = finite(`${name}(${state.join(', ')})`, weight(...state));
    values[place] = value >= 0 ? value : refuse(`${name}(${state.join(', ')})`, 'number >= 0', value);
  }
  if (!values.some((value) => value > 0)) refuse(name, 'weight that is not 0 for all states', 0);
  return values;
}

/** W = A Bᵀ with A = u √σ and B = v √σ, each row-major [states, states]. */
function halves(name: string, weight: unknown, q: number): [first: Float64Array, second: Float64Array] {
  const { u, s, v } = svd({ rows: q, columns: q, values: weights(name, weight, q, 2) });
  const share = (values: Float64Array) => values.map((x, place) => x * Math.sqrt(s[place % q]));
  return [share(u.values), share(v.values)];
}

/** Options of `plaquetteTensor`. */
export interface PlaquetteTensorOptions {
  /** Number of states of a site, 2 to 4. */
  states: number;
  /** W(s, right, up, diagonal), the weight of a site and its neighbours along a, b and a + b; finite and >= 0. */
  weight: (here: number, right: number, up: number, diagonal: number) => number;
  /** True if states s and q - 1 - s are the same turned over and W does not change when all four are; q = 2 only. */
  even?: boolean;
}

/**
 * Any model whose weight is a product over the plaquettes of the square lattice, Z = Σ Π W(s, s_a, s_b, s_{a+b}): a
 * tensor per plaquette, T((s s_b), s_b, (s_a s_{a+b}), s) = W, whose horizontal legs carry the two sites of an edge and
 * whose vertical ones the left one of theirs; these reach all four plaquettes of a site. If W does not depend on the
 * site across, T(s, s_b, s_a, s). So fields, bonds to nearest and next-nearest neighbours, and three and four spins can
 * be mixed.
 * @throws TypeError for a wrong kind; RangeError for states outside [2, 4], a weight that is negative or not finite, or
 *   `even` with a weight that changes
 */
export function plaquetteTensor(options: PlaquetteTensorOptions): TensorNetwork {
  knownOptions('plaquetteTensor', options, ['states', 'weight', 'even']);
  const q = integer('states', options.states, 2, 4);
  const values = weights('weight', options.weight, q, 4);
  const { even } = options;
  if (even !== undefined && typeof even !== 'boolean') refuse('even', 'true or false', even, 'type');
  if (even && (q > 2 || values.some((value, state) => value !== values[15 - state]))) {
    refuse('even', 'true only with two states and a weight that stays the same when all are turned', even);
  }
  return { tensor: balanced([plaquetteOf(values, q, even ?? false)], 1, 1)[0], tau: SQUARE, sites: 1 };
}

/** The tensor of a plaquette's weights W(s, s_a, s_b, s_{a+b}), row-major. */
export function plaquetteOf(values: ArrayLike<number>, q: number, even: boolean): BlockTensor {
  const narrow = Array.from(values).every((value, state) => value === values[state - (state % q)]);
  const tensor = narrow
    ? fill(legsOf([q], [q]), (l, u, r, d) => (l === d ? values[((l * q + r) * q + u) * q] : 0))
    : fill(legsOf([q * q], [q]), (l, u, r, d) =>
        l === q * d + u ? values[((d * q + Math.floor(r / q)) * q + u) * q + (r % q)] : 0,
      );
  return even ? inParity(tensor) : tensor;
}
