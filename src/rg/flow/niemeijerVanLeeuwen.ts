/**
 * The cumulant expansion of Niemeijer & van Leeuwen on the triangular Ising lattice: blocks are triangles of three
 * sites, the block spin is their majority, b = √3. H = H₀ + V with H₀ the bonds inside of blocks, and
 *   ln⟨e^V⟩ = ⟨V⟩ + ½ (⟨V²⟩ - ⟨V⟩²) + …
 * where ⟨ ⟩ is over H₀ with the block spins given. In it blocks are independent, ⟨s⟩ = Φ μ, and two spins of one block
 * have ⟨s s'⟩ = 2Φ - 1; so all that is left is to count bonds, which this file does on the lattice itself.
 * Source: Niemeijer & van Leeuwen, Phys. Rev. Lett. 31, 1411 (1973); Physica 71, 17 (1974).
 */

import { finite, knownOptions, refuse } from '../../util/check.js';
import { checkCouplings, type Recursion } from './recursion.js';

/** Options of `niemeijerVanLeeuwen`. */
export interface NiemeijerVanLeeuwenOptions {
  /** 1: the first cumulant, a nearest-neighbour coupling; 2: the second, three couplings. Default 1. */
  order?: 1 | 2;
  /** True to have the field, too, to first order in it. Default false. */
  field?: boolean;
}

/** A site or a block of the triangular lattice in its own basis, whose vectors make an angle of 60°. */
type Place = readonly [number, number];

/** Squared distance in lattice constants. */
const norm = ([i, j]: Place): number => i * i + i * j + j * j;

/** Squared distances of first, second and third neighbours. */
const NEIGHBOURS = [1, 3, 4];

/** Sites of the block at the origin. */
const BLOCK: readonly Place[] = [
  [0, 0],
  [1, 0],
  [0, 1],
];

/** Site at the origin of a block: blocks are a triangular lattice with vectors of length √3. */
const origin = ([i, j]: Place): Place => [i + 2 * j, i - j];

/** Blocks up to the third neighbours of the one at the origin, and it. */
const NEAR_BLOCKS: readonly Place[] = [-2, -1, 0, 1, 2].flatMap((i) => [-2, -1, 0, 1, 2].map((j): Place => [i, j]));

/** Bonds of a squared length between site a of a block and site b of the one displaced by `to`, as pairs (a, b). */
function bondsBetween(to: Place, length: number): Place[] {
  const [i, j] = origin(to);
  return BLOCK.flatMap((first, a) =>
    BLOCK.flatMap((second, b): Place[] =>
      norm([i + second[0] - first[0], j + second[1] - first[1]]) === length ? [[a, b]] : [],
    ),
  );
}

/** What is counted once for all recursions. */
interface Counts {
  /** Bonds between two blocks, [kind of neighbour blocks][kind of bond]. */
  direct: number[][];
  /** Pairs of bonds A-B, B-C over any third block B, with the same site in B or not, [kind of neighbours A, C]. */
  same: number[];
  different: number[];
  /** Pairs of bonds between the same two nearest blocks, by how many of their ends are the same sites: 0, 1, 2. */
  double: number[];
  /** Bonds of a block to outside. */
  outside: number;
}

function countBonds(): Counts {
  const neighbours = NEIGHBOURS.map((length) => NEAR_BLOCKS.find((block) => norm(block) === length) as Place);
  const counts: Counts = {
    direct: neighbours.map((to) => NEIGHBOURS.map((length) => bondsBetween(to, length).length)),
    same: [0, 0, 0],
    different: [0, 0, 0],
    double: [0, 0, 0],
    outside: 6 * bondsBetween(neighbours[0], 1).length,
  };
  neighbours.forEach((to, kind) => {
    for (const via of NEAR_BLOCKS.filter((block) => norm(block) > 0)) {
      for (const [, b] of bondsBetween(via, 1)) {
        for (const [other] of bondsBetween([to[0] - via[0], to[1] - via[1]], 1)) {
          if (via[0] === to[0] && via[1] === to[1]) continue;
          if (b === other) counts.same[kind]++;
          else counts.different[kind]++;
        }
      }
    }
  });
  const bonds = bondsBetween(neighbours[0], 1);
  for (const [a, b] of bonds) {
    for (const [c, d] of bonds) counts.double[(a === c ? 1 : 0) + (b === d ? 1 : 0)]++;
  }
  return counts;
}

const EVEN = ['nearest', 'second', 'third'];

/**
 * The cumulant recursion of Niemeijer & van Leeuwen on the triangular lattice, majority of three, b = √3; K₁, K₂, K₃
 * couple first, second and third neighbours. With Φ = (e^{3K₁} + e^{-K₁})/(e^{3K₁} + 3e^{-K₁}) and ψ = 2Φ - 1
 *   order 1: K₁' = 2Φ² K₁, B' = 3Φ B;
 *   order 2: K₁' = 2Φ² K₁ + 4Φ² (1 + ψ - 2Φ²) K₁² + 3Φ² K₂ + 2Φ² K₃,
 *     K₂' = Φ² (1 + 7ψ - 8Φ²) K₁² + Φ² K₃,  K₃' = 4Φ² (ψ - Φ²) K₁²,
 *     B' = 3Φ B + 12Φ (1 + 2ψ - 3Φ²) K₁ B;
 * K₂ and K₃ count as of second order in K₁, so that their squares are left out; the numbers are counted on the lattice.
 * Order 1: K* = ¼ ln(1 + 2√2) = 0.3356, y_T = 0.8822026459, y_h = 1.3690702464. Order 2: K* = (0.2788690550,
 * -0.0142479725, -0.0152312307), which is the published fixed point; y_T = 1.0423781118, y_h = 1.8450134022, and K_c =
 * 0.2574842431 from K₂ = K₃ = 0. (y_T = 1.053 and K_c = 0.2514 are quoted for the second cumulant; the formulas above,
 * which an enumeration of clusters confirms, do not give them.) Exact: K_c = ¼ ln 3 = 0.2747, y_T = 1, y_h = 1.875.
 * With order 1 `flowLogPartition` is at most ln Z per site, an upper bound on the free energy, by Jensen's inequality;
 * with order 2 it is right to second order in K at K₂ = K₃ = 0, and no bound.
 * @throws TypeError for a wrong kind; RangeError for another order
 */
export function niemeijerVanLeeuwen(options: NiemeijerVanLeeuwenOptions = {}): Recursion {
  knownOptions('niemeijerVanLeeuwen', options, ['order', 'field']);
  const order = finite('order', options.order ?? 1);
  if (order !== 1 && order !== 2) refuse('order', '1 or 2', order);
  const field = options.field ?? false;
  if (typeof field !== 'boolean') refuse('field', 'true or false', field, 'type');
  const even = order === 1 ? EVEN.slice(0, 1) : EVEN;
  const names = field ? [...even, 'field'] : even;
  const { direct, same, different, double, outside } = countBonds();
  const means = (couplings: ArrayLike<number>) => {
    const at = checkCouplings('couplings', couplings, names);
    const { mean, logTrace } = blockMeans(at[0]);
    const pair = 2 * mean - 1;
    return { at, mean, pair, own: 1 - mean * mean, other: pair - mean * mean, logTrace };
  };
  return {
    name: `cumulants of the triangular lattice, order ${order}`,
    couplings: names,
    source: 'Niemeijer & van Leeuwen, Phys. Rev. Lett. 31, 1411 (1973)',
    factor: Math.sqrt(3),
    dimension: 2,
    map: (couplings) => {
      const { at, mean, own, other } = means(couplings);
      const [k] = at;
      const next = even.map((_, kind) => {
        const first = even.reduce((sum, _name, bond) => sum + direct[kind][bond] * at[bond], 0);
        const second = order === 1 ? 0 : (same[kind] * own + different[kind] * other) * k * k;
        return mean * mean * (first + second);
      });
      if (!field) return next;
      // a bond to a neighbour block and the field on the sites of that block, of which one is the bond's end
      const second = order === 1 ? 0 : outside * (own + 2 * other) * k;
      return [...next, mean * (3 + second) * at[even.length]];
    },
    constant: (couplings) => {
      const { at, mean, pair, own, other, logTrace } = means(couplings);
      if (order === 1) return logTrace / 3;
      const [k] = at;
      const squares =
        double[0] * pair * pair + double[1] * pair + double[2] - (double[0] + double[1] + double[2]) * mean ** 4;
      const magnetic = field ? (3 * own + 6 * other) * at[even.length] ** 2 : 0;
      // three pairs of neighbour blocks per block
      return (logTrace + (3 * squares * k * k + magnetic) / 2) / 3;
    },
  };
}

/** Φ = ⟨s⟩ in a block of majority +1, and ln Tr e^{-H₀} over its four states, without overflow at any K. */
function blockMeans(coupling: number): { mean: number; logTrace: number } {
  const small = Math.exp(-4 * Math.abs(coupling));
  if (coupling < 0) {
    return { mean: (small + 1) / (small + 3), logTrace: -coupling + Math.log(small + 3) };
  }
  return { mean: (1 + small) / (1 + 3 * small), logTrace: 3 * coupling + Math.log1p(3 * small) };
}
