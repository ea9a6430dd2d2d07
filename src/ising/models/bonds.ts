/** Bonds of a lattice: pairs of nearest and next-nearest neighbours, and plaquettes. */

import { refuse } from '../../util/check.js';
import {
  checkAnyLattice,
  describeLattice,
  type Lattice,
  type OpenSquareLattice,
  type SquareLattice,
} from './lattice.js';

/**
 * Steps from a site to its forward neighbours, as [layer, row, column] or fewer coordinates: over all sites, each bond
 * occurs once.
 */
const FORWARD: Record<Exclude<Lattice['kind'], 'graph'>, readonly (readonly number[])[]> = {
  chain: [[1]],
  // right, down
  square: [
    [0, 1],
    [1, 0],
  ],
  triangular: [
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  cubic: [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
};

/** The diagonals of the square lattice: right-down, left-down. */
const DIAGONALS = [
  [1, 1],
  [1, -1],
];

/**
 * Nearest-neighbour pairs, u32 [bonds, 2], site by site: to the right, downwards, along the diagonal (triangular) or to
 * the next layer (cubic). On a periodic side of 2 each pair occurs twice, since the torus has two bonds there. The
 * bonds of a twisted torus continue as its rows do. The bonds of a graph are its edges in their order.
 * @throws TypeError if not a lattice; TypeError or RangeError for sides or edges out of range
 */
export function bonds(lattice: Lattice): Uint32Array {
  const known = checkAnyLattice(lattice);
  return known.kind === 'graph' ? Uint32Array.from(known.edges.flat()) : pairs(known, FORWARD[known.kind]);
}

/**
 * Next-nearest neighbours of the square lattice, u32 [bonds, 2]: both diagonals of every plaquette.
 * @throws RangeError for another lattice
 */
export function diagonals(lattice: Lattice): Uint32Array {
  return pairs(squareOnly(lattice, 'nextNearest'), DIAGONALS);
}

/**
 * Plaquettes of the square lattice, u32 [plaquettes, 4]: (row, column), to the right, below, diagonal.
 * @throws RangeError for another lattice
 */
export function plaquettes(lattice: Lattice): Uint32Array {
  return groups(squareOnly(lattice, 'plaquette'), [
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
  ]);
}

function squareOnly(lattice: Lattice, term: string): SquareLattice | OpenSquareLattice {
  if (lattice.kind !== 'square') {
    refuse('lattice', `a square lattice for "${term}"`, describeLattice(lattice));
  }
  return lattice;
}

function pairs(lattice: Exclude<Lattice, { kind: 'graph' }>, steps: readonly (readonly number[])[]): Uint32Array {
  return groups(
    lattice,
    steps.map((step) => [step.map(() => 0), step]),
  );
}

/** For every site and every pattern, the sites at the pattern's offsets; none if one of them is past an open end. */
function groups(
  lattice: Exclude<Lattice, { kind: 'graph' }>,
  patterns: readonly (readonly (readonly number[])[])[],
): Uint32Array {
  const { shape, sites, boundary } = lattice;
  const twist = lattice.kind === 'triangular' ? (lattice.twist ?? 0) : 0;
  const all = new Uint32Array(sites * patterns.reduce((sum, pattern) => sum + pattern.length, 0));
  const position = shape.map(() => 0);
  let filled = 0;
  for (let site = 0; site < sites; site++) {
    let rest = site;
    for (let k = shape.length - 1; k >= 0; k--) {
      position[k] = rest % shape[k];
      rest = Math.floor(rest / shape[k]);
    }
    for (const pattern of patterns) {
      let size = 0;
      for (const offset of pattern) {
        let member = 0;
        let inside = true;
        for (let k = 0; k < shape.length; k++) {
          // one row past the last is the first, `twist` columns further
          const turned = twist > 0 && k === 1 && position[0] + offset[0] >= shape[0] ? twist : 0;
          const moved = position[k] + offset[k] + turned;
          inside &&= boundary === 'periodic' || (moved >= 0 && moved < shape[k]);
          member = member * shape[k] + ((moved + shape[k]) % shape[k]);
        }
        if (!inside) break;
        all[filled + size++] = member;
      }
      if (size === pattern.length) filled += size;
    }
  }
  return filled === all.length ? all : all.slice(0, filled);
}
