/** Operators of the renormalization group: sums over a lattice of products of spins, one per orbit of its symmetries. */

import { checkList, integer, knownOptions, oneOf, positive, refuse } from '../../util/check.js';

/** Lattices whose symmetries are known. */
export type OperatorLattice = 'chain' | 'square' | 'triangular' | 'cubic';

/** A product of spins; its images under translations and the symmetries of the lattice are summed. */
export interface LatticeOperator {
  /** Such as `nn`, `plaquette`, or the sites, `(0,0) (0,1) (1,2)`. */
  readonly name: string;
  readonly kind: OperatorLattice;
  /** Sites of the product by their displacement from the first one, [order][dimension], as coordinates of the lattice. */
  readonly sites: readonly (readonly number[])[];
}

type Sites = readonly (readonly number[])[];

/** gᵢⱼ: the squared distance of sites at displacement d is Σ gᵢⱼ dᵢ dⱼ; (0,1), (1,0) and (1,1) are neighbours if triangular. */
const METRICS: Readonly<Record<OperatorLattice, readonly (readonly number[])[]>> = {
  chain: [[1]],
  square: [
    [1, 0],
    [0, 1],
  ],
  triangular: [
    [1, -0.5],
    [-0.5, 1],
  ],
  cubic: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

const KINDS = Object.keys(METRICS) as OperatorLattice[];

/** The operators that have names, by one of their images. */
const NAMED: Readonly<Record<OperatorLattice, Readonly<Record<string, Sites>>>> = {
  chain: {
    field: [[0]],
    nn: [[0], [1]],
    nnn: [[0], [2]],
    third: [[0], [3]],
    four: [[0], [1], [2], [3]],
    row: [[0], [1], [2]],
  },
  square: {
    nn: [
      [0, 0],
      [0, 1],
    ],
    nnn: [
      [0, 0],
      [1, 1],
    ],
    plaquette: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    third: [
      [0, 0],
      [0, 2],
    ],
    knight: [
      [0, 0],
      [1, 2],
    ],
    diamond: [
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
    ],
    fifth: [
      [0, 0],
      [2, 2],
    ],
    field: [[0, 0]],
    corner: [
      [0, 0],
      [0, 1],
      [1, 0],
    ],
    row: [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
    wedge: [
      [0, 0],
      [1, 1],
      [0, 2],
    ],
    diagonal: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    star: [
      [1, 1],
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
    ],
  },
  triangular: {
    nn: [
      [0, 0],
      [0, 1],
    ],
    nnn: [
      [0, 0],
      [1, 2],
    ],
    rhombus: [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
    ],
    third: [
      [0, 0],
      [0, 2],
    ],
    fourth: [
      [0, 0],
      [1, 3],
    ],
    field: [[0, 0]],
    triangle: [
      [0, 0],
      [0, 1],
      [1, 1],
    ],
    row: [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
    bend: [
      [0, 0],
      [0, 1],
      [1, 2],
    ],
  },
  cubic: {
    nn: [
      [0, 0, 0],
      [0, 0, 1],
    ],
    nnn: [
      [0, 0, 0],
      [0, 1, 1],
    ],
    plaquette: [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [0, 1, 1],
    ],
    third: [
      [0, 0, 0],
      [1, 1, 1],
    ],
    fourth: [
      [0, 0, 0],
      [0, 0, 2],
    ],
    tetrahedron: [
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ],
    field: [[0, 0, 0]],
    corner: [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ],
    row: [
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 2],
    ],
    tripod: [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
      [1, 1, 1],
    ],
  },
};

/** Those of `standardOperators`, the most important ones first. */
const STANDARD: Readonly<Record<OperatorLattice, { even: readonly string[]; odd: readonly string[] }>> = {
  chain: { even: ['nn', 'nnn', 'third', 'four'], odd: ['field', 'row'] },
  square: {
    even: ['nn', 'nnn', 'plaquette', 'third', 'knight', 'diamond', 'fifth'],
    odd: ['field', 'corner', 'row', 'wedge'],
  },
  triangular: { even: ['nn', 'nnn', 'rhombus', 'third', 'fourth'], odd: ['field', 'triangle', 'row', 'bend'] },
  cubic: {
    even: ['nn', 'nnn', 'plaquette', 'third', 'fourth', 'tetrahedron'],
    odd: ['field', 'corner', 'row', 'tripod'],
  },
};

/** Largest number of spins of a product. */
const MAX_ORDER = 16;

/** Largest number of products that `latticeOperators` looks at. */
const MAX_CANDIDATES = 20_000;

/**
 * An operator by its name, or by the sites of one of its products.
 *
 * Names: chain field, nn, nnn, third, four, row; square nn, nnn, third, knight, fifth (pairs at (0,1), (1,1), (0,2),
 * (1,2), (2,2)), plaquette, diamond (the neighbours of a site), star (with the site), field, corner (three of a
 * plaquette), row (three in a row), wedge, diagonal; triangular nn, nnn, third, fourth, rhombus, field, triangle, row, bend; cubic
 * nn, nnn, third (the body's diagonal), fourth, plaquette, tetrahedron, field, corner, row, tripod.
 * @param sites a name, or [order][dimension] integer coordinates
 * @throws TypeError or RangeError for an unknown lattice or name, a site twice, or more than 16 sites
 * @example
 * latticeOperator('square', [[0, 0], [0, 1], [1, 1]]).name; // 'corner'
 */
export function latticeOperator(kind: OperatorLattice, sites: string | Sites): LatticeOperator {
  oneOf('kind', kind, KINDS);
  if (typeof sites === 'string') {
    const named = NAMED[kind][oneOf('sites', sites, Object.keys(NAMED[kind]))];
    return { name: sites, kind, sites: canonical(kind, named) };
  }
  checkList('sites', sites, 'a name, or a list of sites');
  if (sites.length === 0 || sites.length > MAX_ORDER) refuse('sites', `1 to ${MAX_ORDER} sites`, sites.length);
  const dimension = METRICS[kind].length;
  sites.forEach((site, k) => {
    checkList(`sites[${k}]`, site, 'list of coordinates');
    if (site.length !== dimension) refuse(`sites[${k}]`, `${dimension} coordinates`, site.length);
    site.forEach((x, i) => {
      integer(`sites[${k}][${i}]`, x, -1e6, 1e6);
    });
  });
  const own = canonical(kind, sites);
  if (new Set(own.map(String)).size < own.length) refuse('sites', 'different sites', JSON.stringify(sites));
  return { name: nameOf(kind, own), kind, sites: own };
}

/**
 * All operators up to a range and an order, each orbit once: even or odd in the spins, by the diameter of the product,
 * then the number of spins. On the square lattice with range √2 and order 4: nn, nnn, plaquette.
 * @param options.range largest distance of two spins of a product, in lattice spacings
 * @param options.order largest number of spins
 * @throws TypeError or RangeError for an option out of range, or if there are too many products to look at
 * @example
 * latticeOperators('square', { range: 1.5, order: 4, parity: 'even' }).map(({ name }) => name); // nn, nnn, plaquette
 */
export function latticeOperators(
  kind: OperatorLattice,
  options: { range: number; order: number; parity: 'even' | 'odd' },
): LatticeOperator[] {
  knownOptions('latticeOperators', options, ['range', 'order', 'parity']);
  oneOf('kind', kind, KINDS);
  const range = positive('range', options.range);
  const order = integer('order', options.order, 1, MAX_ORDER);
  const parity = oneOf('parity', options.parity, ['even', 'odd']);
  const limit = range ** 2 + 1e-9;
  const near = displacements(kind, range).filter((d) => squared(kind, d) <= limit && positiveFirst(d));
  const found = new Map<string, Sites>();
  let candidates = 0;
  const grow = (sites: Sites, from: number): void => {
    if (++candidates > MAX_CANDIDATES) refuse('range', 'a smaller range or order', `${range} and order ${order}`);
    if (sites.length % 2 === (parity === 'even' ? 0 : 1)) {
      const own = canonical(kind, sites);
      found.set(JSON.stringify(own), own);
    }
    if (sites.length === order) return;
    for (let k = from; k < near.length; k++) {
      if (sites.every((site) => squared(kind, difference(near[k], site)) <= limit)) grow([...sites, near[k]], k + 1);
    }
  };
  grow([near[0].map(() => 0)], 0);
  return [...found.values()]
    .map((sites) => ({ name: nameOf(kind, sites), kind, sites }))
    .sort(
      (a, b) =>
        diameter(kind, a.sites) - diameter(kind, b.sites) ||
        a.sites.length - b.sites.length ||
        compareSites(a.sites, b.sites),
    );
}

/**
 * The operators with a name that are even or odd, in the order in which they matter near a critical point: on the square
 * lattice the seven even ones of Swendsen (Phys. Rev. B 30, 3866, 1984) nn, nnn, plaquette, third, knight, diamond,
 * fifth, and of the odd ones field, corner, row, wedge.
 * @throws TypeError or RangeError for an unknown lattice or parity
 */
export function standardOperators(kind: OperatorLattice, parity: 'even' | 'odd'): LatticeOperator[] {
  oneOf('kind', kind, KINDS);
  oneOf('parity', parity, ['even', 'odd']);
  return STANDARD[kind][parity].map((name) => latticeOperator(kind, name));
}

/** The products of an operator that start at one site: its images under the symmetries of the lattice, each once. */
export function imagesOf({ kind, sites }: LatticeOperator): Sites[] {
  const images = new Map<string, Sites>();
  for (const symmetry of symmetriesOf(kind)) {
    const image = fromOrigin(
      sites.map((site) => symmetry.map((row) => row.reduce((sum, m, i) => sum + m * site[i], 0))),
    );
    images.set(JSON.stringify(image), image);
  }
  return [...images.values()].sort(compareSites);
}

/** Integer matrices that keep all distances. */
function symmetriesOf(kind: OperatorLattice): number[][][] {
  const known = SYMMETRIES.get(kind);
  if (known) return known;
  const metric = METRICS[kind];
  const n = metric.length;
  const found: number[][][] = [];
  for (let code = 0; code < 3 ** (n * n); code++) {
    const matrix = metric.map((_, i) => metric.map((_, j) => (Math.floor(code / 3 ** (i * n + j)) % 3) - 1));
    const column = (j: number) => matrix.map((row) => row[j]);
    const kept = metric.every((row, i) => row.every((g, j) => product(kind, column(i), column(j)) === g));
    if (kept) found.push(matrix);
  }
  SYMMETRIES.set(kind, found);
  return found;
}

const SYMMETRIES = new Map<OperatorLattice, number[][][]>();

function product(kind: OperatorLattice, a: readonly number[], b: readonly number[]): number {
  return METRICS[kind].reduce((sum, row, i) => sum + row.reduce((part, g, j) => part + g * a[i] * b[j], 0), 0);
}

const squared = (kind: OperatorLattice, d: readonly number[]): number => product(kind, d, d);

const difference = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - b[i]);

function diameter(kind: OperatorLattice, sites: Sites): number {
  return Math.max(...sites.flatMap((a) => sites.map((b) => squared(kind, difference(a, b)))));
}

/** All displacements with coordinates up to 2·range, which holds those within the range on every lattice. */
function displacements(kind: OperatorLattice, range: number): number[][] {
  const reach = Math.ceil(2 * range);
  return METRICS[kind].reduce<number[][]>(
    (all) => all.flatMap((d) => Array.from({ length: 2 * reach + 1 }, (_, k) => [...d, k - reach])),
    [[]],
  );
}

/** Whether it is later than 0 in the order of sites. */
const positiveFirst = (d: readonly number[]): boolean => (d.find((x) => x !== 0) ?? -1) > 0;

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

function compareSites(a: Sites, b: Sites): number {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    const order = compare(a[k], b[k]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** In order, the first one at 0. */
function fromOrigin(sites: Sites): number[][] {
  const sorted = [...sites].sort(compare);
  return sorted.map((site) => difference(site, sorted[0]).map((x) => x + 0));
}

/** The first of its images. */
function canonical(kind: OperatorLattice, sites: Sites): Sites {
  return imagesOf({ name: '', kind, sites: fromOrigin(sites) })[0];
}

function nameOf(kind: OperatorLattice, own: Sites): string {
  const key = JSON.stringify(own);
  const known = Object.entries(NAMED[kind]).find(([, sites]) => JSON.stringify(canonical(kind, sites)) === key);
  return known ? known[0] : own.map((site) => `(${site.join(',')})`).join(' ');
}
