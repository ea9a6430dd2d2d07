/** Parameters and results of the rg-zoo experiment. */

import type { Estimate } from '../../util/estimate.js';
import { integer, seed, type ValuesOf } from '../kit/specs.js';
import type { Point } from '../kit/study.js';

export const PARAMETERS = {
  side: integer('side of the lattices of Monte Carlo renormalization', 64, 16, 512),
  samples: integer('configurations of each of them', 25_600, 400, 10_000_000),
  sweeps: integer('sweeps per walker of variational Monte Carlo renormalization', 20_000, 500, 1_000_000),
  bond: integer('χ of the tensors', 16, 4, 64),
  seed: seed(),
};

export type Values = ValuesOf<typeof PARAMETERS>;

/** A method: its name, what it assumes, and its source. */
export interface MethodNote {
  readonly title: string;
  readonly lattice: 'square' | 'triangular';
  /** What is neglected. */
  readonly approximation: string;
  readonly source: string;
}

export const METHODS = {
  'migdal-kadanoff': {
    title: 'Migdal–Kadanoff, b = 2',
    lattice: 'square',
    approximation: 'bonds are moved',
    source: 'Migdal 1975, Kadanoff 1976',
  },
  'migdal-kadanoff-limit': {
    title: 'Migdal–Kadanoff, b → 1',
    lattice: 'square',
    approximation: 'bonds are moved, infinitesimally; keeps duality',
    source: 'Migdal 1975',
  },
  decimation: {
    title: 'decimation, b = √2',
    lattice: 'square',
    approximation: 'one coupling is kept',
    source: 'Wilson 1975',
  },
  'cumulant-1': {
    title: 'cumulants, first order',
    lattice: 'triangular',
    approximation: 'bonds between triangles to first order',
    source: 'Niemeijer & van Leeuwen 1973',
  },
  'cumulant-2': {
    title: 'cumulants, second order',
    lattice: 'triangular',
    approximation: 'the same to second order',
    source: 'Niemeijer & van Leeuwen 1974',
  },
  kadanoff: {
    title: 'Kadanoff’s variational bound',
    lattice: 'square',
    approximation: 'plaquettes are moved, with the best weight of the blocks',
    source: 'Kadanoff 1975',
  },
  mcrg: {
    title: 'Monte Carlo RG, majority 2 × 2',
    lattice: 'square',
    approximation: 'seven even and four odd couplings, second step',
    source: 'Swendsen 1979',
  },
  'mcrg-soft': {
    title: 'Monte Carlo RG, soft rule of maximum likelihood',
    lattice: 'square',
    approximation: 'the same, by an RBM with one hidden unit per block',
    source: 'Swendsen 1979; Kadanoff 1976',
  },
  'mcrg-triangles': {
    title: 'Monte Carlo RG, triangles, b = √3',
    lattice: 'triangular',
    approximation: 'five even and four odd couplings, fourth step',
    source: 'Swendsen 1979',
  },
  vmcrg: {
    title: 'variational Monte Carlo RG, majority 3 × 3',
    lattice: 'square',
    approximation: 'thirteen even and five odd couplings, first step',
    source: 'Wu & Car 2017',
  },
  trg: {
    title: 'TRG',
    lattice: 'square',
    approximation: 'χ singular values, step 8',
    source: 'Levin & Nave 2007',
  },
  'weighted-trg': {
    title: 'bond-weighted TRG',
    lattice: 'square',
    approximation: 'χ singular values, step 8',
    source: 'Adachi, Okubo & Todo 2022',
  },
  hotrg: {
    title: 'HOTRG',
    lattice: 'square',
    approximation: 'χ singular values, step 8',
    source: 'Xie et al. 2012',
  },
  'loop-tnr': {
    title: 'loop-TNR',
    lattice: 'square',
    approximation: 'χ = 8, rings of correlations removed, step 16',
    source: 'Yang, Gu & Wen 2017',
  },
} as const satisfies Record<string, MethodNote>;

export type MethodName = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];

export type RgZooPoint = Point & { method: MethodName };

/** What a method says of the critical point; null where it says nothing. */
export interface RgZooResult {
  method: MethodName;
  criticalCoupling: Estimate | null;
  thermal: Estimate | null;
  magnetic: Estimate | null;
  /** The work, counted. */
  cost: string;
}
