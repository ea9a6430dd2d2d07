/** The operators with the largest couplings after one step of 3 × 3 blocks at K_c: of the even ones the first 13 of 28 tried at L = 45. */

import { type LatticeOperator, latticeOperator, standardOperators } from '../../rg/operators/latticeOperator.js';

/** Beside the standard operators: pairs (0,3) and (1,-3), four spins of other shapes; and of the odd ones a corner that is stretched. */
const FURTHER = {
  even: [
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
  ],
  odd: [
    [
      [0, 0],
      [0, 1],
      [1, -1],
    ],
  ],
};

/** The standard operators and these, of a parity: 13 even ones, 5 odd ones. */
export function leadingOperators(parity: 'even' | 'odd'): LatticeOperator[] {
  return [...standardOperators('square', parity), ...FURTHER[parity].map((sites) => latticeOperator('square', sites))];
}
