/** A basis of operators on one lattice, measured on configurations. */

import { SpinData } from '../../ising/data/spinData.js';
import type { Lattice } from '../../ising/models/lattice.js';
import {
  chain,
  checkAnyLattice,
  describeTold,
  readLattice,
  readLatticeName,
  square,
} from '../../ising/models/lattice.js';
import { BitRows } from '../../util/bits.js';
import { checkList, instanceOf, integer, objectWith, refuse } from '../../util/check.js';
import { imagesOf, type LatticeOperator } from './latticeOperator.js';
import { ProductSums, type SpinOperator } from './productSums.js';

/** Largest number of sites: 64 MB of planes. */
const MAX_SITES = 2 ** 22;
/** Largest number of entries of all tables together: 512 MB. */
const MAX_ENTRIES = 2 ** 27;

/**
 * Operators S_α = Σ Π s on one set of sites, and their sums over configurations. On a lattice `operatorBasis` makes it;
 * the constructor takes any products.
 * @example
 * const basis = operatorBasis(square(8), standardOperators('square', 'even'));
 * basis.names[0]; // 'nn'
 */
export class OperatorBasis {
  readonly operators: readonly SpinOperator[];
  #sums: ProductSums | undefined;

  /**
   * @throws TypeError or RangeError for an operator without products, with a site twice in one product or out of range,
   *   a name twice, or an operator that is a linear combination of those before it
   */
  constructor(
    /** Number of sites. */
    readonly sites: number,
    operators: readonly SpinOperator[],
  ) {
    integer('sites', sites, 1, MAX_SITES);
    checkList('operators', operators, 'list of operators');
    if (operators.length === 0) refuse('operators', 'one operator or more', operators);
    operators.forEach((operator, k) => {
      checkOperator(`operators[${k}]`, operator, sites);
    });
    const names = operators.map(({ name }) => name);
    const twice = names.find((name, k) => names.indexOf(name) < k);
    if (twice !== undefined) refuse('operators', 'different names', twice);
    const entries = operators.reduce((sum, operator) => sum + operator.sites.length, 0);
    if (entries > MAX_ENTRIES) refuse('operators', `at most ${MAX_ENTRIES} spins in all products`, entries);
    checkIndependence(operators);
    this.operators = [...operators];
  }

  /** In the order of the sums. */
  get names(): string[] {
    return this.operators.map(({ name }) => name);
  }

  /** Number of products of each operator: the sum of the state with all spins up. */
  get products(): number[] {
    return this.operators.map(({ sites, order }) => sites.length / order);
  }

  /**
   * S_α of each configuration.
   * @returns [rows, operators], in a fresh array
   * @throws TypeError if not rows of bits; RangeError for rows of another width
   */
  measure(data: BitRows): Float64Array {
    instanceOf('data', data, BitRows, 'SpinData');
    if (data.width !== this.sites) refuse('data', `${this.sites} spins per row`, data.width);
    this.#sums ??= new ProductSums(this.sites, this.operators);
    return this.#sums.measure(data);
  }
}

/**
 * The basis of operators on a lattice: for each site and each image of an operator under the symmetries of the lattice,
 * one product. On the square lattice nn has 2 products per site, nnn 2, plaquette 1, third 2. With open ends, products
 * that reach over an edge are left out; on a periodic lattice of few sites a product may occur twice, as bonds do.
 * @throws TypeError or RangeError for operators of another kind of lattice, one that does not fit (two of its spins are the
 *   same site of a small periodic lattice, or no product is left with open ends), or that depends linearly on others
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.44 }).sample(16);
 * operatorBasis(square(8), standardOperators('square', 'even')).measure(data).length; // 16 × 7
 */
export function operatorBasis(lattice: Lattice, operators: readonly LatticeOperator[]): OperatorBasis {
  const checked = checkAnyLattice(lattice);
  checkList('operators', operators, 'list of operators');
  const products = operators.map((operator, k) => {
    objectWith(`operators[${k}]`, operator, ['name', 'kind', 'sites'], 'LatticeOperator');
    if (operator.kind !== checked.kind)
      refuse(`operators[${k}]`, `an operator of the ${checked.kind} lattice`, operator.kind);
    const own = productsOn(checked, operator);
    const fits = repeats(own.sites, own.order) < 0;
    const name = `${checked.kind}, ${checked.shape.join(' × ')}`;
    if (!fits) refuse('operators', `operators that fit on ${name}`, `${operator.name}, with a site twice`);
    if (own.sites.length === 0) refuse('operators', `operators that fit on ${name}`, operator.name);
    return own;
  });
  return new OperatorBasis(checked.sites, products);
}

/** Those of the operators that fit on a lattice and do not depend on the ones before. */
export function fittingOperators(lattice: Lattice, operators: readonly LatticeOperator[]): LatticeOperator[] {
  const kept: SpinOperator[] = [];
  return operators.filter((operator) => {
    const own = productsOn(lattice, operator);
    const fits = own.sites.length > 0 && repeats(own.sites, own.order) < 0;
    if (!fits || dependent([...kept, own], false) !== undefined) return false;
    kept.push(own);
    return true;
  });
}

/**
 * The lattice of configurations, by their provenance; without one, a periodic square lattice of their shape, or a ring if
 * they have one row or one column.
 * @throws TypeError if not SpinData; RangeError for configurations of a graph, or on no lattice
 */
export function latticeOf(data: SpinData): Exclude<Lattice, { kind: 'graph' }> {
  instanceOf('data', data, SpinData, 'SpinData');
  const { parameters = {} } = data.provenance;
  const [rows, columns] = data.shape;
  if (parameters.lattice === undefined) return rows === 1 || columns === 1 ? chain(data.width) : square(rows, columns);
  const name = readLatticeName(parameters.lattice);
  if (name?.kind === 'chain') return chain(data.width, { boundary: name.boundary });
  const lattice = readLattice({ shape: data.shape, ...parameters });
  if (lattice === null || lattice.kind === 'graph') {
    const told = `${describeTold(parameters.lattice)} of ${data.shape.join(' × ')}`;
    refuse('data', 'configurations of a chain, square, triangular or cubic lattice', told);
  }
  return lattice;
}

/** The products of an operator on a lattice, unchecked: on a small torus one may have a site twice. */
export function productsOn(lattice: Lattice, operator: LatticeOperator): SpinOperator {
  const shape: readonly number[] = lattice.shape;
  const periodic = 'boundary' in lattice && lattice.boundary === 'periodic';
  const twist = (lattice as { twist?: number }).twist ?? 0;
  const site = new Array<number>(shape.length).fill(0);
  const shifted = (d: readonly number[]): number => {
    let number = 0;
    let turn = 0;
    for (let i = 0; i < shape.length; i++) {
      const x = site[i] + d[i] + turn;
      const inside = x - shape[i] * Math.floor(x / shape[i]);
      if (inside !== x && !periodic) return -1;
      // each time around the rows moves a twisted torus along its columns
      turn = i === 0 ? (twist * (x - inside)) / shape[0] : 0;
      number = number * shape[i] + inside;
    }
    return number;
  };
  const order = operator.sites.length;
  const images = imagesOf(operator);
  const table = new Uint32Array(lattice.sites * images.length * order);
  let end = 0;
  for (let k = 0; k < lattice.sites; k++) {
    for (const image of images) {
      let here = end;
      for (const d of image) {
        const other = shifted(d);
        if (other < 0) break;
        table[here++] = other;
      }
      if (here === end + order) end = here;
    }
    for (let i = shape.length - 1; i >= 0; i--) {
      site[i]++;
      if (site[i] < shape[i]) break;
      site[i] = 0;
    }
  }
  return { name: operator.name, order, sites: table.subarray(0, end) };
}

/** The first product with a site twice; -1 if there is none. */
function repeats(sites: Uint32Array, order: number): number {
  for (let at = 0; at < sites.length; at += order) {
    for (let i = 1; i < order; i++) {
      for (let j = 0; j < i; j++) if (sites[at + i] === sites[at + j]) return at / order;
    }
  }
  return -1;
}

function checkOperator(name: string, operator: SpinOperator, count: number): void {
  const { order, sites } = objectWith(name, operator, ['name', 'order', 'sites'], 'SpinOperator');
  if (typeof operator.name !== 'string' || operator.name === '') refuse(`${name}.name`, 'text', operator.name, 'type');
  integer(`${name}.order`, order, 1, 64);
  if (!(sites instanceof Uint32Array)) refuse(`${name}.sites`, 'Uint32Array', sites, 'type');
  if (sites.length === 0 || sites.length % order !== 0) {
    refuse(`${name}.sites`, `one product of ${order} sites or more`, `${sites.length} sites`);
  }
  const outside = sites.find((site) => site >= count);
  if (outside !== undefined) refuse(`${name}.sites`, `sites below ${count}`, outside);
  const twice = repeats(sites, order);
  if (twice >= 0) refuse(`${name}.sites`, 'products of different sites', `a site twice in product ${twice}`);
}

/**
 * Products of different sets of spins are independent functions, so operators are dependent if their coefficients are.
 * Independent coefficients of the products with site 0 are enough, and on a torus not less.
 */
function checkIndependence(operators: readonly SpinOperator[]): void {
  if (dependent(operators, true) === undefined) return;
  const name = dependent(operators, false);
  if (name !== undefined) {
    refuse('operators', 'linearly independent operators', `${name}, a combination of those before it`);
  }
}

/** The first operator that is a combination of earlier ones, in all products or in those with site 0. */
function dependent(operators: readonly SpinOperator[], withSite0: boolean): string | undefined {
  // Gram-Schmidt on sparse vectors
  const kept: ReadonlyMap<string, number>[] = [];
  for (const [k, operator] of operators.entries()) {
    const rest = coefficientsOf(operator, withSite0);
    const norm = dot(rest, rest);
    for (const [j, other] of kept.entries()) {
      if (operators[j].order !== operator.order) continue;
      const share = dot(rest, other) / dot(other, other);
      if (share !== 0) for (const [key, value] of other) rest.set(key, (rest.get(key) ?? 0) - share * value);
    }
    if (!(dot(rest, rest) > 1e-10 * norm)) return operators[k].name;
    kept.push(rest);
  }
  return undefined;
}

/** How often each product occurs, by its sites. */
function coefficientsOf({ sites, order }: SpinOperator, withSite0: boolean): Map<string, number> {
  const coefficients = new Map<string, number>();
  for (let at = 0; at < sites.length; at += order) {
    const own = sites.slice(at, at + order).sort();
    if (withSite0 && own[0] !== 0) continue;
    const key = own.join();
    coefficients.set(key, (coefficients.get(key) ?? 0) + 1);
  }
  return coefficients;
}

function dot(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [key, value] of few) sum += value * (many.get(key) ?? 0);
  return sum;
}
