/**
 * The critical two-point function on a periodic square lattice, and how it is measured on packed rows.
 */

import { onsagerCorrelation } from '../../src/exact/correlation.js';
import { criticalCoupling } from '../../src/exact/onsager.js';

/** Nome of a square torus. */
const Q = Math.exp(-Math.PI);

/** Sums of 12 terms: q^{n²} is below 1e-190 then. */
const sum = (term: (n: number) => number) =>
  Array.from({ length: 12 }, (_, n) => term(n)).reduce((all, x) => all + x, 0);

/** θ_ν(z) of the square torus (Whittaker & Watson, chapter 21). */
function theta(nu: 1 | 2 | 3 | 4, z: number): number {
  if (nu === 1) return 2 * sum((n) => (-1) ** n * Q ** ((n + 0.5) ** 2) * Math.sin((2 * n + 1) * z));
  if (nu === 2) return 2 * sum((n) => Q ** ((n + 0.5) ** 2) * Math.cos((2 * n + 1) * z));
  const sign = nu === 3 ? 1 : -1;
  return 1 + 2 * sum((n) => sign ** (n + 1) * Q ** ((n + 1) ** 2) * Math.cos(2 * (n + 1) * z));
}

/**
 * G(r) along a row of the L × L torus at K_c, r/L small or not, up to terms of order 1/L²: that of the infinite lattice times the ratio of the scaling functions,
 *   |θ₁'(0) z/θ₁(z)|^{1/4} Σ_{ν=1}^4 |θ_ν(z/2)| / Σ_{ν=2}^4 |θ_ν(0)|, z = πr/L  (Di Francesco, Saleur & Zuber, Nucl. Phys. B 290, 527, 1987).
 */
export function criticalTorusCorrelation(r: number, L: number): number {
  const z = (Math.PI * r) / L;
  const slope = 2 * sum((n) => (-1) ** n * (2 * n + 1) * Q ** ((n + 0.5) ** 2));
  const around = ([1, 2, 3, 4] as const).reduce((all, nu) => all + Math.abs(theta(nu, z / 2)), 0);
  const norm = ([2, 3, 4] as const).reduce((all, nu) => all + Math.abs(theta(nu, 0)), 0);
  const plane = onsagerCorrelation({ coupling: criticalCoupling, distance: r, direction: 'row' });
  return (plane * Math.abs((slope * z) / theta(1, z)) ** 0.25 * around) / norm;
}

/** G(r) along the rows of a packed L × L configuration, L a multiple of 32. */
export function rowCorrelation(bytes: Uint8Array, L: number, r: number): number {
  const words = new Uint32Array(bytes.slice().buffer);
  const perRow = L / 32;
  const shift = r % 32;
  let unequal = 0;
  for (let start = 0; start < words.length; start += perRow) {
    for (let k = 0; k < perRow; k++) {
      const low = words[start + ((k + (r >> 5)) % perRow)];
      const high = words[start + ((k + (r >> 5) + 1) % perRow)];
      const shifted = shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
      for (let bits = words[start + k] ^ shifted; bits !== 0; bits &= bits - 1) unequal++;
    }
  }
  return 1 - (2 * unequal) / (L * L);
}
