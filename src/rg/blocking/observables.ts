/**
 * Observables along the steps of the renormalization group: field-like ones (powers of m) and energy-like ones
 * (operators even in the spins, averaged over all places and orientations, so that 1 is perfect order and 0 none). They
 * flow away on both sides of a critical point, and to a fixed point at it.
 */

import { couplingOfRing } from '../../exact/chain.js';
import { SpinData } from '../../ising/data/spinData.js';
import { type Chain, describeTold, readLatticeName, square } from '../../ising/models/lattice.js';
import { ensembleMean } from '../../stats/ensemble.js';
import { isConstant } from '../../stats/series.js';
import { refuse } from '../../util/check.js';
import type { Mean } from '../../util/estimate.js';
import { productsOn } from '../operators/basis.js';
import { latticeOperator } from '../operators/latticeOperator.js';
import { ProductSums } from '../operators/productSums.js';
import { historyOf } from './step.js';

/**
 * Observables of block spins:
 *   absoluteMagnetisation, magnetisation2, magnetisation4  ⟨|m|⟩, ⟨m²⟩, ⟨m⁴⟩, m = Σ s/N
 *   nearest, nextNearest, thirdNearest                     ⟨s s'⟩ at distances (0,1), (1,1), (0,2); on a chain 1, 2, 3
 *   plaquette                                              the four spins of a square; on a chain four in a row
 *   diamond                                                the four neighbours of a site; not on a chain
 */
export type BlockObservable =
  | 'absoluteMagnetisation'
  | 'magnetisation2'
  | 'magnetisation4'
  | 'nearest'
  | 'nextNearest'
  | 'thirdNearest'
  | 'plaquette'
  | 'diamond';

/** The observables of the square lattice in words. */
export const OBSERVABLE_NAMES: Readonly<Record<BlockObservable, string>> = {
  absoluteMagnetisation: '⟨|m|⟩',
  magnetisation2: '⟨m²⟩',
  magnetisation4: '⟨m⁴⟩',
  nearest: 'nearest neighbours',
  nextNearest: 'next-nearest (1,1)',
  thirdNearest: 'third (0,2)',
  plaquette: 'plaquette',
  diamond: 'diamond',
};

/** Means of the observables after some block-spin steps. */
export interface BlockObservables {
  /** Number of block-spin steps, by the provenance of the data. */
  step: number;
  /** [rows, columns] of the coarse lattice. */
  shape: readonly [number, number];
  /** Number of configurations. */
  count: number;
  /**
   * In the order of `BlockObservable`; a chain has no diamond. Errors are null where they are unknown: for a single
   * configuration, or if all are equal.
   */
  observables: Partial<Record<BlockObservable, Mean>>;
}

/**
 * Means over configurations of periodic lattices, for any Hamiltonian. The errors include correlation within each chain
 * of the sampling; different chains are independent.
 * @throws TypeError if not SpinData; RangeError for no rows, more than 2^22 sites, or data of a lattice that is not a
 *   periodic chain or square lattice
 */
export function blockObservables(data: SpinData): BlockObservables {
  const series = blockSeries(data);
  const { chains = 1 } = data.provenance.sampling ?? {};
  const observed = (values: Float64Array): Mean =>
    values.length < 2 || isConstant(values)
      ? { mean: values[0], error: null }
      : (({ mean, error }) => ({ mean, error }))(ensembleMean(values, chains));
  return {
    step: historyOf(data).length,
    shape: data.shape,
    count: data.count,
    observables: Object.fromEntries(
      Object.entries(series).map(([name, values]) => [name, observed(values)]),
    ) as BlockObservables['observables'],
  };
}

/**
 * The observables of each configuration.
 * @throws TypeError or RangeError as `blockObservables`
 */
export function blockSeries(data: SpinData): Partial<Record<BlockObservable, Float64Array>> {
  if (!(data instanceof SpinData)) refuse('data', 'SpinData', data, 'type');
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const { lattice } = data.provenance.parameters ?? {};
  const name = readLatticeName(lattice);
  const known = name?.boundary === 'periodic' && (name.kind === 'square' || name.kind === 'chain');
  if (lattice !== undefined && !known)
    refuse('data', 'data of a periodic chain or square lattice', describeTold(lattice));
  if (data.width > MAX_SITES) refuse('data', 'at most 2^22 sites', data.width);
  const isChain = name?.kind === 'chain' || data.shape[0] === 1 || data.shape[1] === 1;
  const { lattice: model, operators } = isChain
    ? { lattice: ringOf(data.width), operators: CHAIN }
    : { lattice: square(...data.shape), operators: SQUARE };
  // on a torus of two rows a product may have a site twice, which is s² = 1
  const products = Object.values(operators).map((own) => productsOn(model, latticeOperator(model.kind, own)));
  const sums = new ProductSums(data.width, products).measure(data);
  const means = products.map(({ sites, order }, k) =>
    Float64Array.from({ length: data.count }, (_, r) => sums[r * products.length + k] / (sites.length / order)),
  );
  const [magnetisations, ...others] = means;
  return {
    absoluteMagnetisation: magnetisations.map(Math.abs),
    magnetisation2: magnetisations.map((m) => m ** 2),
    magnetisation4: magnetisations.map((m) => m ** 4),
    ...Object.fromEntries(
      Object.keys(operators)
        .slice(1)
        .map((own, k) => [own, others[k]]),
    ),
  };
}

/** A ring, of a single site too. */
const ringOf = (sites: number): Chain => ({ kind: 'chain', boundary: 'periodic', shape: [sites], sites });

/** The operators of the observables, the field first. */
const SQUARE = {
  field: 'field',
  nearest: 'nn',
  nextNearest: 'nnn',
  thirdNearest: 'third',
  plaquette: 'plaquette',
  diamond: 'diamond',
};
const CHAIN = { field: 'field', nearest: 'nn', nextNearest: 'nnn', thirdNearest: 'third', plaquette: 'four' };

/** Largest number of sites: 64 MB of planes. */
const MAX_SITES = 2 ** 22;

/** A ring of block spins. */
export interface RingCoupling {
  sites: number;
  /** ⟨s s'⟩ of neighbours. */
  correlation: Mean<number>;
  /** K with that correlation on a ring of this size; its error by the slope. */
  coupling: Mean<number>;
}

/** K of the ring from its configurations. @throws as `blockObservables`, and as `couplingOfRing` */
export function ringCoupling(data: SpinData): RingCoupling {
  const sites = data.width;
  const { mean, error } = blockObservables(data).observables.nearest as Mean<number>;
  const coupling = couplingOfRing(mean, sites);
  const slope = (couplingOfRing(mean + 1e-6, sites) - couplingOfRing(mean - 1e-6, sites)) / 2e-6;
  return { sites, correlation: { mean, error }, coupling: { mean: coupling, error: slope * error } };
}
