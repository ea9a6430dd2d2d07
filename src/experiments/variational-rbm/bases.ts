/** The lists of operators that the RBM is compared with, fixed before the run (docs/experiments/variational-rbm.md). */

import { type LatticeOperator, latticeOperators } from '../../rg/operators/latticeOperator.js';
import { leadingOperators } from '../kit/leadingOperators.js';

/** Even and odd operators for eigenvalues. */
export const EIGENVALUE_OPERATORS = { even: leadingOperators('even'), odd: leadingOperators('odd') };

/** Diameter and number of spins of the operators that lists are filled up with. */
const FILLED = { range: 3.7, order: 4, parity: 'even' } as const;

/** The 13 leading ones, and as many more in the order of their diameter as make `count`. */
export function basisOf(count: number): LatticeOperator[] {
  const first = EIGENVALUE_OPERATORS.even;
  if (count <= first.length) return first.slice(0, count);
  const known = new Set(first.map(({ sites }) => JSON.stringify(sites)));
  const more = latticeOperators('square', FILLED).filter(({ sites }) => !known.has(JSON.stringify(sites)));
  return [...first, ...more].slice(0, count);
}

export const MAX_OPERATORS = 126;
