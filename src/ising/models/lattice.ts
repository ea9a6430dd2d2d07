/** Lattices: kind, shape and number of sites. Their bonds are in bonds.ts. */

import { checkList, integer, knownOptions, oneOf, refuse } from '../../util/check.js';

/** Boundary condition of all sides: periodic (a torus or ring), or open. */
export type Boundary = 'periodic' | 'open';

/** The periodic square lattice. */
export interface SquareLattice {
  readonly kind: 'square';
  readonly boundary: 'periodic';
  /** [rows, columns]; site (row, column) has number row·columns + column. */
  readonly shape: readonly [number, number];
  readonly sites: number;
}

/** The square lattice with open ends. */
export interface OpenSquareLattice extends Omit<SquareLattice, 'boundary'> {
  readonly boundary: 'open';
}

/** A chain of spins; periodic: a ring. */
export interface Chain {
  readonly kind: 'chain';
  readonly boundary: Boundary;
  /** [sites]. */
  readonly shape: readonly [number];
  readonly sites: number;
}

/** The triangular lattice: the square lattice with one diagonal per plaquette. */
export interface TriangularLattice {
  readonly kind: 'triangular';
  readonly boundary: Boundary;
  /** [rows, columns]; site (row, column) has number row·columns + column. */
  readonly shape: readonly [number, number];
  readonly sites: number;
  /**
   * t of a twisted torus, whose rows continue t columns further: (row + rows, column) is the site (row, column + t).
   * Blocks of b = √3 make such lattices. Absent if 0.
   */
  readonly twist?: number;
}

/** The simple cubic lattice. */
export interface CubicLattice {
  readonly kind: 'cubic';
  readonly boundary: Boundary;
  /** [layers, rows, columns]; site (layer, row, column) has number (layer·rows + row)·columns + column. */
  readonly shape: readonly [number, number, number];
  readonly sites: number;
}

/** A graph: sites and edges without sides. */
export interface Graph {
  readonly kind: 'graph';
  /** [sites]. */
  readonly shape: readonly [number];
  readonly sites: number;
  /** Pairs of sites; a pair that is listed twice is a double bond. */
  readonly edges: readonly (readonly [number, number])[];
}

/**
 * A lattice as `square`, `chain`, `triangular`, `cubic` and `graph` return it. The fastest kernels (`Ising`,
 * `IsingReplicas`, `MultiSpin`) take the periodic square lattice only; `Clusters` and `SingleSpin` take a Hamiltonian
 * on any of these.
 */
export type Lattice = SquareLattice | OpenSquareLattice | Chain | TriangularLattice | CubicLattice | Graph;

/** Options of a lattice. */
export interface LatticeOptions<B extends Boundary = Boundary> {
  /** Default periodic. */
  boundary?: B;
}

/** Options of `triangular`. */
export interface TriangularOptions extends LatticeOptions {
  /** t of a twisted torus, see `TriangularLattice`; from 0 to columns - 1. Default 0. */
  twist?: number;
}

const MAX_SITES = 2 ** 28;

/** @throws RangeError if a side is not an integer >= 2 (periodic) or >= 1 (open), or the sites are more than 2^28 */
function checkSides(names: readonly string[], sides: readonly number[], boundary: Boundary): number {
  // a side of 1 on a torus would bond sites with themselves
  names.forEach((name, k) => {
    integer(name, sides[k], boundary === 'periodic' ? 2 : 1);
  });
  const sites = sides.reduce((product, side) => product * side, 1);
  if (!(sites <= MAX_SITES)) {
    const product = names.map((name) => `"${name}"`).join(' × ');
    throw new RangeError(`${product} expected at most 2^28 sites, got ${sides.join(' × ')}`);
  }
  return sites;
}

function boundaryOf(options: LatticeOptions): Boundary {
  if (options === null || typeof options !== 'object') refuse('options', '{ boundary }', options, 'type');
  return oneOf('boundary', options.boundary ?? 'periodic', ['periodic', 'open']);
}

/**
 * The square lattice, by default periodic (a torus). A periodic side of 2 has the double bonds of a torus of that size.
 * @throws TypeError or RangeError if a side is not an integer >= 2 (open: >= 1), the boundary is neither periodic nor
 *   open, or there are more than 2^28 sites
 * @example
 * square(40).sites; // 1600
 * square(8, 16, { boundary: 'open' });
 */
export function square(rows: number, columns?: number, options?: LatticeOptions<'periodic'>): SquareLattice;
export function square(rows: number, columns: number, options: LatticeOptions<'open'>): OpenSquareLattice;
export function square(
  rows: number,
  columns: number,
  options: LatticeOptions | undefined,
): SquareLattice | OpenSquareLattice;
export function square(
  rows: number,
  columns: number = rows,
  options: LatticeOptions = {},
): SquareLattice | OpenSquareLattice {
  knownOptions('square', options, ['boundary']);
  const boundary = boundaryOf(options);
  const sites = checkSides(['rows', 'columns'], [rows, columns], boundary);
  return { kind: 'square', boundary, shape: [rows, columns], sites };
}

/**
 * A chain of spins; periodic: a ring. In a ring of two spins they share two bonds.
 * @throws TypeError or RangeError if `sites` is not an integer >= 2 (open: >= 1) or is above 2^28, or the boundary is
 *   neither periodic nor open
 * @example
 * chain(100).boundary; // 'periodic'
 */
export function chain(sites: number, options: LatticeOptions = {}): Chain {
  knownOptions('chain', options, ['boundary']);
  const boundary = boundaryOf(options);
  checkSides(['sites'], [sites], boundary);
  return { kind: 'chain', boundary, shape: [sites], sites };
}

/**
 * The triangular lattice, six neighbours per site: the square lattice with one diagonal, from (row, column) to (row +
 * 1, column + 1). With a twist t, (row + rows, column) is the site (row, column + t); a single row is then allowed if no
 * site becomes its own neighbour.
 * @throws TypeError or RangeError as for `square`, or for a twist that is no integer from 0 to columns - 1, or not 0 with
 *   open ends
 * @example
 * isingHamiltonian({ lattice: triangular(6), coupling: 0.25 });
 */
export function triangular(rows: number, columns: number = rows, options: TriangularOptions = {}): TriangularLattice {
  knownOptions('triangular', options, ['boundary', 'twist']);
  const boundary = boundaryOf(options);
  const twisted = options.twist !== undefined && options.twist !== 0;
  // a twist may keep a single row from being its own neighbour: (1, 0) is t columns further, (1, 1) is t + 1
  const sites = checkSides(['rows', 'columns'], [twisted ? Math.max(2, rows) : rows, columns], boundary);
  if (!twisted) return { kind: 'triangular', boundary, shape: [rows, columns], sites };
  integer('rows', rows);
  const twist = integer('twist', options.twist, 0, columns - 1);
  if (boundary === 'open') refuse('twist', '0 with open ends', twist);
  if (rows === 1 && twist === columns - 1) refuse('twist', `below ${twist} for a single row`, twist);
  return { kind: 'triangular', boundary, shape: [rows, columns], sites: rows * columns, twist };
}

/**
 * The simple cubic lattice, six neighbours per site.
 * @throws TypeError or RangeError as for `square`
 * @example
 * cubic(4).shape; // [4, 4, 4]
 */
export function cubic(
  layers: number,
  rows: number = layers,
  columns: number = rows,
  options: LatticeOptions = {},
): CubicLattice {
  knownOptions('cubic', options, ['boundary']);
  const boundary = boundaryOf(options);
  const sites = checkSides(['layers', 'rows', 'columns'], [layers, rows, columns], boundary);
  return { kind: 'cubic', boundary, shape: [layers, rows, columns], sites };
}

/**
 * Any graph, by its edges; a pair that is listed twice is a double bond.
 * @param edges pairs of different sites, numbered from 0; copied
 * @throws TypeError for a wrong kind; RangeError for a site of an edge that is not an integer or out of range, or an
 *   edge from a site to itself
 */
export function graph(sites: number, edges: readonly (readonly [number, number])[]): Graph {
  integer('sites', sites, 1, MAX_SITES);
  checkList('edges', edges, 'array of [site, site]');
  const copy = edges.map((edge, k): [number, number] => {
    if (!Array.isArray(edge) || edge.length !== 2) refuse(`edges[${k}]`, '[site, site]', edge, 'type');
    const [a, b] = edge;
    integer(`edges[${k}][0]`, a, 0, sites - 1);
    integer(`edges[${k}][1]`, b, 0, sites - 1);
    if (a === b) throw new RangeError(`"edges[${k}]" expected two different sites, got ${a} twice`);
    return [a, b];
  });
  return { kind: 'graph', shape: [sites], sites, edges: copy };
}

/**
 * The sites of each block of b^d sites, d the dimension of the lattice: pieces of b sites of a chain, b × b sites of a
 * square or triangular lattice, b × b × b of a cubic one. For site x with coordinates x₁ … x_d the block is the one
 * with coordinates ⌊x₁/b⌋ … ⌊x_d/b⌋; blocks are numbered row by row, as `coarseGrain` orders its block spins, and so
 * are the sites of each block. The result is the `groups` that `majorityOperator` and `kadanoffOperator` take.
 * @param b sites along each side of a block, at least 1
 * @returns [sites/b^d][b^d] site numbers, in fresh arrays
 * @throws TypeError if not a lattice, or `b` is not a number; RangeError for a graph, which has no sides, if `b` is not
 *   an integer >= 1, or for a side that is not a multiple of b
 */
export function blocks(lattice: Exclude<Lattice, Graph>, b: number): number[][] {
  const known = checkAnyLattice(lattice);
  const { kind, shape, sites } = known;
  if (kind === 'graph') refuse('lattice', 'a lattice with sides', 'graph');
  integer('b', b);
  const { twist = 0 } = known as { twist?: number };
  if (twist % b !== 0) refuse('lattice.twist', `a multiple of ${b}`, twist);
  const sides: readonly number[] = shape;
  sides.forEach((side, k) => {
    if (side % b !== 0) refuse(`lattice.shape[${k}]`, `a multiple of ${b}`, side);
  });
  const result: number[][] = Array.from({ length: sites / b ** sides.length }, () => []);
  for (let site = 0; site < sites; site++) {
    let block = 0;
    let rest = site;
    let stride = 1;
    for (let k = sides.length - 1; k >= 0; k--) {
      block += Math.floor((rest % sides[k]) / b) * stride;
      rest = Math.floor(rest / sides[k]);
      stride *= sides[k] / b;
    }
    result[block].push(site);
  }
  return result;
}

/** The name of a lattice in provenance, in addition to its shape (and the edges of a graph). */
export interface LatticeName {
  readonly kind: string;
  readonly boundary?: Boundary;
  /** Of a twisted triangular lattice. */
  readonly twist?: number;
}

/** The name of a lattice, for provenance. */
export function nameOfLattice(lattice: Lattice): LatticeName {
  const { kind } = lattice;
  if (kind === 'graph') return { kind };
  const { boundary } = lattice;
  return kind === 'triangular' && lattice.twist ? { kind, boundary, twist: lattice.twist } : { kind, boundary };
}

/**
 * The lattice name in provenance; a text such as `square, periodic`, of files written before 0.2, is split into its
 * parts; undefined for anything else.
 */
export function readLatticeName(told: unknown): LatticeName | undefined {
  if (typeof told === 'string') {
    const [kind, boundary] = told.split(', ');
    return boundary === 'periodic' || boundary === 'open' ? { kind, boundary } : { kind: told };
  }
  const named = typeof told === 'object' && told !== null && typeof (told as LatticeName).kind === 'string';
  return named ? (told as LatticeName) : undefined;
}

/** Whether provenance names the periodic square lattice. */
export function isSquareTorus(told: unknown): boolean {
  const name = readLatticeName(told);
  return name?.kind === 'square' && name.boundary === 'periodic';
}

/** A lattice in messages: `square, periodic`, or `triangular, periodic, twist 4`. */
export function describeLattice({ kind, boundary, twist }: LatticeName): string {
  return `${kind}${boundary === undefined ? '' : `, ${boundary}`}${twist ? `, twist ${twist}` : ''}`;
}

/** `describeLattice` of a lattice in provenance; other values are returned as they are. */
export function describeTold(told: unknown): unknown {
  const name = readLatticeName(told);
  return name === undefined ? told : describeLattice(name);
}

/**
 * The lattice that provenance names by name, shape and edges; null if it names none, or the spins are too few for one: a
 * periodic side of one site, whose neighbour would be itself, as blocks may leave it.
 */
export function readLattice({ lattice, shape, edges }: Record<string, unknown>): Lattice | null {
  const name = readLatticeName(lattice);
  if (name === undefined || !Array.isArray(shape)) return null;
  const { kind, boundary, twist } = name;
  const [a, b, c] = shape as number[];
  // block spins of earlier versions tell [rows, columns] of a chain
  const sides: number[] = kind === 'chain' ? [a * (b ?? 1)] : shape;
  if (kind !== 'graph' && boundary !== 'open' && isSelfBonded(sides, twist)) return null;
  switch (kind) {
    case 'square':
      return square(a, b, { boundary });
    case 'chain':
      return chain(sides[0], { boundary });
    case 'triangular':
      return triangular(a, b, { boundary, twist });
    case 'cubic':
      return cubic(a, b, c, { boundary });
    case 'graph':
      return Array.isArray(edges) ? graph(a, edges) : null;
    default:
      return null;
  }
}

/** Whether a torus of these sides has sites that are their own neighbours; a twist may save a single row from that. */
function isSelfBonded(sides: readonly number[], twist = 0): boolean {
  if (twist === 0) return sides.includes(1);
  const [rows, columns] = sides;
  return columns === 1 || (rows === 1 && twist === columns - 1);
}

/** Neighbours of each site, u32 [sites, 4]: right, down, left, up. The first two columns are all bonds, each once. */
export function neighbours({ shape: [rows, columns] }: SquareLattice): Uint32Array {
  const table = new Uint32Array(rows * columns * 4);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const right = y * columns + ((x + 1) % columns);
      const down = ((y + 1) % rows) * columns + x;
      const left = y * columns + ((x + columns - 1) % columns);
      const up = ((y + rows - 1) % rows) * columns + x;
      table.set([right, down, left, up], (y * columns + x) * 4);
    }
  }
  return table;
}

const DIMENSIONS: ReadonlyMap<unknown, number> = new Map([
  ['chain', 1],
  ['square', 2],
  ['triangular', 2],
  ['cubic', 3],
  ['graph', 1],
]);

/**
 * The lattice of the fast kernels, checked.
 * @throws TypeError if `lattice` is not a periodic square lattice, as `square(40)` returns it; the message names other
 *   lattices
 */
export function checkLattice(lattice: unknown): SquareLattice {
  const { kind, shape, boundary } = (lattice ?? {}) as Partial<SquareLattice>;
  const square2 = kind === 'square' && Array.isArray(shape) && shape.length === 2;
  if (!square2 || (boundary as unknown) === 'open') {
    const what = DIMENSIONS.has(kind)
      ? `a lattice of kind ${describeLattice(lattice as LatticeName)}: Ising, replicas and MultiSpin know the periodic square lattice only; Clusters and SingleSpin take a Hamiltonian on any`
      : lattice === null
        ? 'null'
        : typeof lattice;
    throw new TypeError(`"lattice" expected a lattice such as square(40), got ${what}`);
  }
  checkList('lattice.shape', shape, 'array of sides');
  return square(shape[0], shape[1]);
}

/**
 * A lattice of any kind, checked, as a fresh object.
 * @throws TypeError if not a lattice; TypeError or RangeError if its sides or edges are wrong
 */
export function checkAnyLattice(lattice: unknown): Lattice {
  const { kind, shape, boundary, edges, twist } = (lattice ?? {}) as Partial<
    Graph & { boundary: Boundary; twist: number }
  >;
  const sides = shape as unknown as number[];
  const dimension = DIMENSIONS.get(kind);
  if (dimension === undefined || !Array.isArray(sides) || sides.length !== dimension) {
    refuse('lattice', 'a lattice such as square(40), chain, triangular, cubic or graph', lattice, 'type');
  }
  checkList('lattice.shape', sides, 'array of sides');
  const options = { boundary };
  switch (kind as Lattice['kind']) {
    case 'chain':
      return chain(sides[0], options);
    case 'square':
      return square(sides[0], sides[1], options);
    case 'triangular':
      return triangular(sides[0], sides[1], { boundary, twist });
    case 'cubic':
      return cubic(sides[0], sides[1], sides[2], options);
    case 'graph':
      return graph(sides[0], edges as never);
  }
}
