/** The lists of operators that the RBM is compared with, fixed before the run (docs/experiments/variational-rbm.md). */

import { type LatticeOperator, latticeOperator, latticeOperators } from '../../rg/operators/latticeOperator.js';

type Sites = readonly (readonly [number, number])[];

/** The 13 even operators with the largest couplings of 28 tried at L = 45, b = 3. */
const THIRTEEN: readonly (string | Sites)[] = [
  'nn',
  'nnn',
  'third',
  'plaquette',
  'knight',
  'fifth',
  'diamond',
  [
    [0, 0],
    [0, 3],
  ],
  [
    [0, 0],
    [1, -3],
  ],
  [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
  ],
  [
    [0, 0],
    [0, 1],
    [1, -1],
    [1, 0],
  ],
  [
    [0, 0],
    [1, -2],
    [1, -1],
    [2, -1],
  ],
  [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
  ],
];
/** Odd operators for λ_o. */
const ODD: readonly (string | Sites)[] = [
  'field',
  'corner',
  'row',
  'wedge',
  [
    [0, 0],
    [0, 1],
    [1, -1],
  ],
];

const named = (list: readonly (string | Sites)[]): LatticeOperator[] =>
  list.map((sites) => latticeOperator('square', typeof sites === 'string' ? sites : sites.map((site) => [...site])));

/** Even and odd operators for eigenvalues. */
export const EIGENVALUE_OPERATORS = { even: named(THIRTEEN), odd: named(ODD) };

/** Diameter and number of spins of the operators that lists are filled up with. */
const FILLED = { range: 3.7, order: 4, parity: 'even' } as const;

/** The 13, and as many more in the order of their diameter as make `count`. */
export function basisOf(count: number): LatticeOperator[] {
  const first = named(THIRTEEN);
  if (count <= first.length) return first.slice(0, count);
  const known = new Set(first.map(({ sites }) => JSON.stringify(sites)));
  const more = latticeOperators('square', FILLED).filter(({ sites }) => !known.has(JSON.stringify(sites)));
  return [...first, ...more].slice(0, count);
}

export const MAX_OPERATORS = 128;
