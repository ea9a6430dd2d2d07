/**
 * Observables along the steps of the renormalization group: field-like ones (powers of m) and energy-like ones
 * (operators even in the spins, averaged over all places and orientations, so that 1 is perfect order and 0 none). They
 * flow away on both sides of a critical point, and to a fixed point at it.
 */

import { SpinData } from '../../ising/data/spinData.js';
import { eachConfiguration } from '../../ising/measure/series.js';
import { describeTold, readLatticeName } from '../../ising/models/lattice.js';
import { ensembleMean } from '../../stats/ensemble.js';
import { isConstant } from '../../stats/series.js';
import { refuse } from '../../util/check.js';
import type { Mean } from '../../util/estimate.js';
import { BLOCK_SCRATCH } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
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
  const isChain = name?.kind === 'chain' || data.shape[0] === 1 || data.shape[1] === 1;
  const { magnetisations, operators } = isChain ? chainSeries(data) : squareSeries(data);
  return {
    absoluteMagnetisation: magnetisations.map(Math.abs),
    magnetisation2: magnetisations.map((m) => m ** 2),
    magnetisation4: magnetisations.map((m) => m ** 4),
    ...operators,
  };
}

interface Series {
  magnetisations: Float64Array;
  operators: Partial<Record<BlockObservable, Float64Array>>;
}

/** Rows per call of the kernel. */
const LANES = 128;
/** Largest number of sites: 64 MB of planes. */
const MAX_SITES = 2 ** 22;

/**
 * Operators of a torus from counts of unlike pairs and odd squares: each sum is its number of terms minus twice the
 * count.
 */
function squareSeries(data: SpinData): Series {
  const { count, width: sites, stride, bytes } = data;
  const [rows, columns] = data.shape;
  if (sites > MAX_SITES) refuse('data', 'at most 2^22 sites', sites);
  const machine = new Machine({
    bits: LANES * stride + 32,
    planes: Math.ceil(sites / 128) * 2048,
    scratch: BLOCK_SCRATCH,
    counts: LANES * 32,
  });
  const { kernels, at } = machine;
  const series = () => new Float64Array(count);
  const magnetisations = series();
  const [nearest, nextNearest, thirdNearest, plaquette, diamond] = [series(), series(), series(), series(), series()];
  const pairs = [nearest, nextNearest, thirdNearest];
  for (let first = 0; first < count; first += LANES) {
    const past = Math.min(count, first + LANES);
    machine.u8('bits').set(bytes.subarray(first * stride, past * stride));
    kernels.blockCounts(at.bits, stride, past - first, rows, columns, at.planes, at.scratch, at.counts);
    const counts = machine.u32('counts');
    for (let row = first; row < past; row++) {
      const own = 8 * (row - first);
      magnetisations[row] = (2 * counts[own] - sites) / sites;
      pairs.forEach((values, k) => {
        values[row] = (sites - counts[own + 1 + k]) / sites;
      });
      plaquette[row] = (sites - 2 * counts[own + 4]) / sites;
      diamond[row] = (sites - 2 * counts[own + 5]) / sites;
    }
  }
  return { magnetisations, operators: { nearest, nextNearest, thirdNearest, plaquette, diamond } };
}

function chainSeries(data: SpinData): Series {
  const magnetisations = new Float64Array(data.count);
  const names: BlockObservable[] = ['nearest', 'nextNearest', 'thirdNearest', 'plaquette'];
  const operators = names.map(() => new Float64Array(data.count));
  const sums = chainSums(data.width);
  eachConfiguration(data, (spins, row) => {
    let sum = 0;
    for (let i = 0; i < spins.length; i++) sum += spins[i];
    magnetisations[row] = sum / spins.length;
    sums(spins).forEach((value, k) => {
      operators[k][row] = value / spins.length;
    });
  });
  return { magnetisations, operators: Object.fromEntries(names.map((name, k) => [name, operators[k]])) };
}

/** Sums over all sites of a ring. */
function chainSums(sites: number): (spins: Int8Array) => number[] {
  return (s) => {
    let [first, second, third, four] = [0, 0, 0, 0];
    for (let x = 0; x < sites; x++) {
      const [a, b, c, d] = [s[x], s[(x + 1) % sites], s[(x + 2) % sites], s[(x + 3) % sites]];
      first += a * b;
      second += a * c;
      third += a * d;
      four += a * b * c * d;
    }
    return [first, second, third, four];
  };
}
