/** Optimal assignment: who does what, so that the sum of the costs is smallest. */

import { finite, integer, lengthOf, objectWith } from '../util/check.js';

/**
 * The permutation with the least Σ_i cost[i, p(i)], by shortest augmenting paths in O(n³) (R. Jonker & A. Volgenant,
 * Computing 38, 325, 1987): 400 by 400 take some 50 ms.
 * @param cost row-major [n, n]
 * @returns p: the column of each row
 * @throws TypeError or RangeError for another length, or a cost that is not finite
 * @example
 * assignment([4, 1, 2, 3], 2); // [1, 0]: 1 + 2 is less than 4 + 3
 */
export function assignment(cost: ArrayLike<number>, n: number): Uint32Array {
  integer('n', n);
  objectWith('cost', cost, ['length'], 'array of numbers');
  lengthOf('cost', cost, n * n);
  for (let k = 0; k < cost.length; k++) finite(`cost[${k}]`, cost[k]);
  // rows and columns are counted from 1: column 0 is where the path of a new row begins
  const [rowPrice, columnPrice] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  const rowOf = new Uint32Array(n + 1);
  const before = new Uint32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(n + 1);
    let column = 0;
    while (rowOf[column] !== 0) {
      used[column] = 1;
      const from = rowOf[column];
      let [step, next] = [Number.POSITIVE_INFINITY, 0];
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const reduced = cost[(from - 1) * n + j - 1] - rowPrice[from] - columnPrice[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          before[j] = column;
        }
        if (least[j] < step) [step, next] = [least[j], j];
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          rowPrice[rowOf[j]] += step;
          columnPrice[j] -= step;
        } else {
          least[j] -= step;
        }
      }
      column = next;
    }
    while (column !== 0) {
      rowOf[column] = rowOf[before[column]];
      column = before[column];
    }
  }
  const result = new Uint32Array(n);
  for (let j = 1; j <= n; j++) result[rowOf[j] - 1] = j - 1;
  return result;
}
