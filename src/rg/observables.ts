/**
 * What is watched along the steps of the renormalization group: field-like observables (powers of m) and energy-like ones (operators even in the spins, averaged
 * over all places and orientations, so that 1 is perfect order and 0 none). On both sides of a critical point all of them flow away; at it they settle.
 */

import { eachConfiguration } from '../ising/series.js';
import { SpinData } from '../ising/spinData.js';
import { ensembleMean } from '../stats/ensemble.js';
import { isConstant } from '../stats/series.js';
import { refuse } from '../util/check.js';
import { historyOf } from './block.js';

/**
 * absoluteMagnetisation, magnetisation2, magnetisation4   ⟨|m|⟩, ⟨m²⟩, ⟨m⁴⟩, m = Σ s/N
 * nearest, nextNearest, thirdNearest                      ⟨s s'⟩ at distances (0,1), (1,1), (0,2); on a chain 1, 2, 3
 * plaquette                                               the four spins of a square; on a chain four in a row
 * diamond                                                 the four neighbours of a site; not on a chain
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

/** A mean; its error is null where it cannot be told: one configuration, or all alike. */
export interface Observed {
  mean: number;
  error: number | null;
}

export interface BlockObservables {
  /** Block-spin steps behind the data, by their provenance. */
  step: number;
  /** [rows, columns]. */
  shape: readonly [number, number];
  count: number;
  /** In the order of `BlockObservable`; a chain has no diamond. */
  observables: Partial<Record<BlockObservable, Observed>>;
}

/**
 * Means over configurations of periodic lattices, any Hamiltonian, with errors that count what correlation is left within each chain of the sampling and know
 * that there is none between chains.
 * @throws TypeError if not SpinData; RangeError for no rows, or data of a lattice that is not a periodic chain or square lattice
 */
export function blockObservables(data: SpinData): BlockObservables {
  const series = blockSeries(data);
  const { chains = 1 } = data.provenance.sampling ?? {};
  const observed = (values: Float64Array): Observed =>
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

/** The same, one number a configuration. */
export function blockSeries(data: SpinData): Partial<Record<BlockObservable, Float64Array>> {
  if (!(data instanceof SpinData)) refuse('data', 'SpinData', data, 'type');
  if (data.count === 0) throw new RangeError('"data" expected at least one row, got none');
  const { lattice } = data.provenance.parameters ?? {};
  if (lattice !== undefined && lattice !== 'square, periodic' && lattice !== 'chain, periodic') {
    refuse('data', 'data of a periodic chain or square lattice', lattice);
  }
  const magnetisations = new Float64Array(data.count);
  const isChain = lattice === 'chain, periodic' || data.shape[0] === 1 || data.shape[1] === 1;
  const names: BlockObservable[] = ['nearest', 'nextNearest', 'thirdNearest', 'plaquette'];
  if (!isChain) names.push('diamond');
  const operators = names.map(() => new Float64Array(data.count));
  const sums = isChain ? chainSums(data.width) : squareSums(data.shape);
  eachConfiguration(data, (spins, row) => {
    let sum = 0;
    for (let i = 0; i < spins.length; i++) sum += spins[i];
    magnetisations[row] = sum / spins.length;
    sums(spins).forEach((value, k) => {
      operators[k][row] = value / spins.length;
    });
  });
  return {
    absoluteMagnetisation: magnetisations.map(Math.abs),
    magnetisation2: magnetisations.map((m) => m ** 2),
    magnetisation4: magnetisations.map((m) => m ** 4),
    ...Object.fromEntries(names.map((name, k) => [name, operators[k]])),
  };
}

/** Sums over all sites of a torus, each over the number of its orientations. */
function squareSums([rows, columns]: readonly [number, number]): (spins: Int8Array) => number[] {
  const right = Int32Array.from({ length: columns }, (_, x) => (x + 1) % columns);
  return (s) => {
    let [nearest, nextNearest, thirdNearest, plaquette, diamond] = [0, 0, 0, 0, 0];
    for (let y = 0; y < rows; y++) {
      const line = y * columns;
      const below = ((y + 1) % rows) * columns;
      const second = ((y + 2) % rows) * columns;
      for (let x = 0; x < columns; x++) {
        const x1 = right[x];
        const x2 = right[x1];
        const [a, b, c, d] = [s[line + x], s[line + x1], s[below + x], s[below + x1]];
        nearest += a * (b + c);
        nextNearest += a * d + b * c;
        thirdNearest += a * (s[line + x2] + s[second + x]);
        plaquette += a * b * c * d;
        diamond += b * c * s[below + x2] * s[second + x1];
      }
    }
    return [nearest / 2, nextNearest / 2, thirdNearest / 2, plaquette, diamond];
  };
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
