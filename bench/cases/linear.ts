/** Products and the truncated decomposition of float64 matrices, such as tensor renormalization consists of. */

import { type Matrix, Products, svd, truncatedSvd } from '../../src/all.js';
import { Draws } from '../../test/reference/draws.js';
import { multiplyPanels } from '../../test/reference/matrices.js';
import type { Entry } from '../harness.js';
import { close, same } from './agree.js';
import { type Body, entry } from './entry.js';

/** Entries uniform in [-1, 1). */
function randomMatrix(n: number, seed: number): Matrix {
  const draws = new Draws(seed);
  return { rows: n, columns: n, values: Float64Array.from({ length: n * n }, () => draws.uniform(-1, 1)) };
}

export const matrixFactors = (n: number): [Matrix, Matrix] => [randomMatrix(n, n), randomMatrix(n, n + 1)];

/** Products of a round: some 2·10⁸ multiply-adds. */
export const matrixTimes = (n: number): number => Math.max(1, Math.round(2e8 / n ** 3));

export const MATRIX_SIZES = [64, 256, 576];
export const matrixName = (n: number) => `A·B of float64 matrices ${n}×${n}`;

function productCase(n: number, times: number): Body {
  const [a, b] = matrixFactors(n);
  const products = new Products();
  const plain = () => multiplyPanels(a.values, b.values, new Float64Array(n * n), n, n, n);
  return {
    unit: 'multiply-adds',
    work: times * n ** 3,
    contenders: [
      {
        name: 'Products.multiply',
        run: () => {
          for (let k = 0; k < times; k++) products.multiply(a, b);
        },
      },
      { name: 'plain TypeScript, three loops', run: () => void plain(), share: 1 / times },
    ],
    check: () => {
      same('product', products.multiply(a, b).values, plain());
      return 'products equal, to the last bit';
    },
  };
}

export const TRUNCATED = { size: 576, rank: 24, ratio: 0.85 } as const;
export const TRUNCATED_NAME = 'the 24 largest singular values and vectors of 576×576';

/** X diag(1, ratio, ratio², …) Yᵀ with random X and Y: singular values that fall as those of a coarse-grained tensor. */
export function fallingMatrix(size: number, ratio: number): Matrix {
  const [x, y] = matrixFactors(size);
  const weighted = { ...x, values: x.values.map((value, k) => value * ratio ** (k % size)) };
  return new Products().multiply(weighted, y, { transposeB: true });
}

function truncatedCase(size: number, rank: number): Body {
  const a = fallingMatrix(size, TRUNCATED.ratio);
  const ours = () => truncatedSvd(a, rank);
  return {
    unit: 'decompositions',
    work: 1,
    contenders: [{ name: 'truncatedSvd', run: () => void ours() }],
    check: () => {
      const { s, residual } = ours();
      if (!(residual <= 1e-12)) throw new Error(`residual ${residual}`);
      const whole = svd(a).s.slice(0, rank);
      return `singular values ${close('values', s, whole, 1e-12 * whole[0])} of the full decomposition's`;
    },
  };
}

export function linearEntries(): Entry[] {
  const group = 'Dense matrices in float64';
  return [
    ...MATRIX_SIZES.map((n) =>
      entry({ name: matrixName(n), group, series: { name: 'A·B of float64 matrices', x: n } }, (short) =>
        short ? productCase(21, 2) : productCase(n, matrixTimes(n)),
      ),
    ),
    entry({ name: TRUNCATED_NAME, group }, (short) =>
      short ? truncatedCase(60, 5) : truncatedCase(TRUNCATED.size, TRUNCATED.rank),
    ),
  ];
}
