/**
 * Eigenvalues of a small real matrix, symmetric or not: balanced, reduced to Hessenberg form by elimination, then the
 * QR algorithm with Francis's double shift, which keeps complex pairs exactly conjugate. Source: Wilkinson & Reinsch,
 * Linear Algebra (1971), algorithms II/11, 13 and 14 (`balance`, `elmhes`, `hqr` of EISPACK).
 */

import { finite, integer, refuse } from '../util/check.js';

/** An eigenvalue; `imaginary` is 0 where it is real. */
export interface Eigenvalue {
  real: number;
  imaginary: number;
}

/** Largest matrix: the time grows as n³, and the accuracy was tested up to here. */
const MAX_SIZE = 100;

/** Double-shift steps per eigenvalue before the search is given up. */
const MAX_STEPS = 60;

/**
 * All eigenvalues of a real matrix, the largest modulus first, each as often as its multiplicity; of a complex pair the
 * one with positive imaginary part comes first. Absolute error about 1e-15 of the matrix's norm times the condition of
 * the eigenvalue: one that belongs to a Jordan block of size m has about the m-th root of the precision.
 * @param matrix row-major [n, n]; read, not kept
 * @param size n, 1 to 100
 * @throws TypeError for a wrong kind; RangeError for a length that is not n², or an entry that is not finite; Error if
 *   the iteration does not converge
 */
export function eigenvalues(matrix: ArrayLike<number>, size: number): Eigenvalue[] {
  const n = integer('size', size, 1, MAX_SIZE);
  if (typeof matrix?.length !== 'number') refuse('matrix', 'array of numbers', matrix, 'type');
  if (matrix.length !== n * n) refuse('matrix', `${n * n} entries`, `${matrix.length} entries`);
  const a = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) => finite(`matrix[${i * n + j}]`, matrix[i * n + j])),
  );
  balance(a);
  reduceToHessenberg(a);
  const found = hessenbergEigenvalues(a);
  const modulus = ({ real, imaginary }: Eigenvalue) => Math.hypot(real, imaginary);
  return found.sort((x, y) => modulus(y) - modulus(x) || y.real - x.real || y.imaginary - x.imaginary);
}

/** Scales rows and columns by powers of two (exactly) until the norms of row i and column i are alike. */
function balance(a: Float64Array[]): void {
  const n = a.length;
  for (let done = false; !done; ) {
    done = true;
    for (let i = 0; i < n; i++) {
      let row = 0;
      let column = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(a[i][j]);
        column += Math.abs(a[j][i]);
      }
      if (row === 0 || column === 0) continue;
      const factor = 2 ** Math.round(Math.log2(row / column) / 2);
      if (!(column * factor + row / factor < 0.95 * (column + row))) continue;
      done = false;
      for (let j = 0; j < n; j++) a[i][j] /= factor;
      for (let j = 0; j < n; j++) a[j][i] *= factor;
    }
  }
}

/** Similarity transformation to zeros below the subdiagonal, with row pivots. */
function reduceToHessenberg(a: Float64Array[]): void {
  const n = a.length;
  for (let m = 1; m < n - 1; m++) {
    let pivot = m;
    for (let i = m + 1; i < n; i++) if (Math.abs(a[i][m - 1]) > Math.abs(a[pivot][m - 1])) pivot = i;
    if (a[pivot][m - 1] === 0) continue;
    [a[pivot], a[m]] = [a[m], a[pivot]];
    for (const row of a) [row[pivot], row[m]] = [row[m], row[pivot]];
    for (let i = m + 1; i < n; i++) {
      const factor = a[i][m - 1] / a[m][m - 1];
      if (factor === 0) continue;
      a[i][m - 1] = 0;
      for (let j = m; j < n; j++) a[i][j] -= factor * a[m][j];
      for (const row of a) row[m] += factor * row[i];
    }
  }
}

/** The eigenvalues of a matrix in Hessenberg form, which it overwrites. */
function hessenbergEigenvalues(a: Float64Array[]): Eigenvalue[] {
  const found: Eigenvalue[] = [];
  const norm = a.reduce((sum, row) => row.reduce((rest, x) => rest + Math.abs(x), sum), 0);
  let shifted = 0;
  let steps = 0;
  for (let last = a.length - 1; last >= 0; ) {
    // the block [first, last] is cut off above by a subdiagonal entry that is 0 to rounding
    let first = last;
    for (; first > 0; first--) {
      const beside = Math.abs(a[first - 1][first - 1]) + Math.abs(a[first][first]) || norm;
      if (Math.abs(a[first][first - 1]) <= Number.EPSILON * beside) break;
    }
    if (first > 0) a[first][first - 1] = 0;
    if (first === last) {
      found.push({ real: a[last][last] + shifted, imaginary: 0 });
      last--;
      steps = 0;
    } else if (first === last - 1) {
      found.push(...pairEigenvalues(a, first, shifted));
      last -= 2;
      steps = 0;
    } else {
      if (steps === MAX_STEPS) throw new Error('the eigenvalues did not converge');
      steps++;
      let sum = a[last][last] + a[last - 1][last - 1];
      let product = a[last][last] * a[last - 1][last - 1] - a[last][last - 1] * a[last - 1][last];
      if (steps % 10 === 0) {
        // an exceptional shift, as of `hqr`, breaks a cycle
        const x = a[last][last];
        shifted += x;
        for (let i = 0; i <= last; i++) a[i][i] -= x;
        const size = Math.abs(a[last][last - 1]) + Math.abs(a[last - 1][last - 2]);
        sum = 1.5 * size;
        product = size * size;
      }
      doubleShift(a, first, last, sum, product);
    }
  }
  return found;
}

/** Both eigenvalues of the 2×2 block at `first`. */
function pairEigenvalues(a: Float64Array[], first: number, shifted: number): Eigenvalue[] {
  const [p, q] = [a[first][first], a[first + 1][first + 1]];
  const half = (p - q) / 2;
  const product = a[first + 1][first] * a[first][first + 1];
  const square = half * half + product;
  if (square < 0) {
    const imaginary = Math.sqrt(-square);
    const real = (p + q) / 2 + shifted;
    return [
      { real, imaginary },
      { real, imaginary: -imaginary },
    ];
  }
  // the root without cancellation first; the other by the product of the two distances from q
  const far = half + Math.sign(half || 1) * Math.sqrt(square);
  return [
    { real: q + far + shifted, imaginary: 0 },
    { real: q - (far === 0 ? 0 : product / far) + shifted, imaginary: 0 },
  ];
}

/** One QR step with two shifts of this sum and product, on rows and columns first to last. */
function doubleShift(a: Float64Array[], first: number, last: number, sum: number, product: number): void {
  // first column of (A - s)(A - s'), begun at the lowest row where two small subdiagonal entries follow each other
  let start = last - 2;
  let [p, q, r] = [0, 0, 0];
  for (; ; start--) {
    const x = a[start][start];
    p = (x * (x - sum) + product) / a[start + 1][start] + a[start][start + 1];
    q = x + a[start + 1][start + 1] - sum;
    r = a[start + 2][start + 1];
    const scale = Math.abs(p) + Math.abs(q) + Math.abs(r) || 1;
    p /= scale;
    q /= scale;
    r /= scale;
    if (start === first) break;
    const before = Math.abs(a[start][start - 1]) * (Math.abs(q) + Math.abs(r));
    const beside = Math.abs(a[start - 1][start - 1]) + Math.abs(x) + Math.abs(a[start + 1][start + 1]);
    if (before <= Number.EPSILON * Math.abs(p) * beside) break;
  }
  for (let i = start + 2; i <= last; i++) {
    a[i][i - 2] = 0;
    if (i > start + 2) a[i][i - 3] = 0;
  }
  // a Householder reflection of three rows and columns each moves the bulge down by one
  for (let k = start; k < last; k++) {
    const three = k < last - 1;
    let scale = 1;
    if (k > start) {
      p = a[k][k - 1];
      q = a[k + 1][k - 1];
      r = three ? a[k + 2][k - 1] : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const s = Math.sign(p || 1) * Math.hypot(p, q, r);
    if (s === 0) continue;
    if (k > start) a[k][k - 1] = -s * scale;
    else if (first !== start) a[k][k - 1] = -a[k][k - 1];
    p += s;
    const [x, y, z] = [p / s, q / s, r / s];
    q /= p;
    r /= p;
    for (let j = k; j <= last; j++) {
      const dot = a[k][j] + q * a[k + 1][j] + (three ? r * a[k + 2][j] : 0);
      a[k][j] -= dot * x;
      a[k + 1][j] -= dot * y;
      if (three) a[k + 2][j] -= dot * z;
    }
    for (let i = first; i <= Math.min(last, k + 3); i++) {
      const dot = x * a[i][k] + y * a[i][k + 1] + (three ? z * a[i][k + 2] : 0);
      a[i][k] -= dot;
      a[i][k + 1] -= dot * q;
      if (three) a[i][k + 2] -= dot * r;
    }
  }
}
