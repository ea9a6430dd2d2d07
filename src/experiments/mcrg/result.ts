/** Parameters and results of the mcrg experiment. */

import { criticalCoupling } from '../../exact/onsager.js';
import {
  type CubicLattice,
  cubic,
  type SquareLattice,
  square,
  type TriangularLattice,
  triangular,
} from '../../ising/models/lattice.js';
import type { BlockFactor } from '../../rg/blocking/blocks.js';
import type { MatchingReport } from '../../rg/mcrg/matching.js';
import type { McrgReport } from '../../rg/mcrg/monteCarloRg.js';
import type { Point } from '../kit/experiment.js';
import type { ValuesOf } from '../kit/parameters.js';
import { choice, integer, seed } from '../kit/specs.js';

export const PARAMETERS = {
  lattice: choice('square, triangular or cubic', ['square', 'triangular', 'cubic']),
  side: integer('side L of the lattice', 64, 6, 1024),
  factor: integer(
    'b of the majority rule on b × b (× b) sites; blocks of the triangular lattice are triangles, b = √3',
    2,
    2,
    8,
  ),
  steps: integer('steps', 3, 1, 12),
  samples: integer('independent configurations per run', 12_800, 300, 10_000_000),
  runs: integer('runs of other seeds, by which the error bars are checked', 20, 2, 1000),
  seed: seed(),
};

export type McrgParameters = ValuesOf<typeof PARAMETERS>;

/** One run of Monte Carlo RG, or two lattices matched. */
export type McrgPoint = Point & ({ kind: 'run'; run: number } | { kind: 'matching' });

export type McrgResult = { kind: 'run'; report: McrgReport } | { kind: 'matching'; report: MatchingReport };

/** What is known of each lattice: K_c, the exponents, and the source. */
export const KNOWN = {
  square: { coupling: criticalCoupling, thermal: 1, magnetic: 15 / 8, source: 'Onsager' },
  triangular: { coupling: Math.log(3) / 4, thermal: 1, magnetic: 15 / 8, source: 'exact' },
  // Monte Carlo of Ferrenberg, Xu & Landau (2018); conformal bootstrap of Kos, Poland, Simmons-Duffin & Vichi (2016)
  cubic: { coupling: 0.22165462, thermal: 1.5874, magnetic: 2.4818, source: 'conformal bootstrap' },
} as const;

export function latticeOfRun({ lattice, side }: McrgParameters): SquareLattice | TriangularLattice | CubicLattice {
  if (lattice === 'cubic') return cubic(side);
  return lattice === 'triangular' ? triangular(side) : square(side);
}

export const factorOf = ({ lattice, factor }: McrgParameters): BlockFactor =>
  lattice === 'triangular' ? 'sqrt3' : factor;
