/**
 * Overlaps of two replicas: configurations s and t sampled independently from one Hamiltonian, row by row. The overlap
 * is the order parameter of spin glasses, whose m is 0 in every phase; for small systems `exactOverlap` gives exact
 * values.
 */

import { blocksOf } from '../../stats/blocks.js';
import { type MeanEstimate, meanEstimate } from '../../stats/estimate.js';
import type { Jackknife } from '../../stats/jackknife.js';
import { integer, knownOptions, refuse } from '../../util/check.js';
import { hamiltonianOfData, sameInteractions } from '../data/provenance.js';
import type { SpinData } from '../data/spinData.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import { BlockMeans } from './correlations.js';
import { checkSpinData } from './series.js';
import { type BlockOptions, binderCumulant, disorderedSusceptibility } from './thermodynamics.js';

/** Options of `measureOverlap`. */
export interface OverlapOptions extends BlockOptions {
  /** The Hamiltonian of both. Default: that of the provenance of the data. */
  hamiltonian?: Hamiltonian;
}

/** One value of q and its frequency. */
export interface OverlapLevel {
  overlap: number;
  probability: number;
  /** Standard error from block means; null if all blocks are equal. */
  error: number | null;
}

/** The result of `measureOverlap`; q = (1/N) Σ s_i t_i. Errors and nulls as in `Measurements`. */
export interface OverlapMeasurements {
  sites: number;
  /** Number of pairs. */
  count: number;
  /** Number of jackknife blocks of consecutive pairs. */
  blocks: number;
  /** ⟨q⟩ with its sign; null if H is even in the spins, so that ⟨q⟩ = 0. */
  overlap: MeanEstimate | null;
  /** ⟨|q|⟩. */
  absoluteOverlap: MeanEstimate;
  /** ⟨q²⟩. */
  overlap2: MeanEstimate;
  /** ⟨q⁴⟩. */
  overlap4: MeanEstimate;
  /** χ_SG = N⟨q²⟩ of this sample of disorder. */
  spinGlassSusceptibility: Jackknife | null;
  /**
   * U4 = 1 - ⟨q⁴⟩/(3⟨q²⟩²); Binder's g = ½(3 - ⟨q⁴⟩/⟨q²⟩²) is 3/2 of it. For a disorder average, average the moments
   * before taking the ratio.
   */
  binderCumulant: Jackknife | null;
  /** ⟨q_l⟩, q_l = (1/B) Σ s_i s_j t_i t_j over the B terms of two sites; null without any. */
  linkOverlap: MeanEstimate | null;
  /** P(q) at q = -1, -1 + 2/N, … 1; without a field P(q) = P(-q), so that the frequencies of ±q are averaged. */
  distribution: OverlapLevel[];
}

/**
 * q of each pair of rows, in their order.
 * @throws TypeError or RangeError as `measureOverlap` for data that are not a pair of replicas
 */
export function overlapSeries(first: SpinData, second: SpinData): Float64Array {
  checkReplicas(first, second);
  const { width, stride } = first;
  const series = new Float64Array(first.count);
  for (let row = 0; row < series.length; row++) {
    let different = 0;
    for (let k = 0; k < stride; k++) {
      for (let bits = first.bytes[row * stride + k] ^ second.bytes[row * stride + k]; bits > 0; bits &= bits - 1) {
        different++;
      }
    }
    series[row] = (width - 2 * different) / width;
  }
  return series;
}

/**
 * q_l of each pair of rows, in their order: the overlap of satisfied bonds, which a domain wall changes by its length
 * only.
 * @throws TypeError or RangeError as `measureOverlap` for data that are not a pair of replicas; RangeError for a
 *   Hamiltonian of another size, or without terms of two sites
 */
export function linkOverlapSeries(first: SpinData, second: SpinData, hamiltonian: Hamiltonian): Float64Array {
  checkReplicas(first, second);
  const { sites } = checkHamiltonian(hamiltonian);
  if (sites !== first.width) refuse('hamiltonian', `a Hamiltonian of ${first.width} sites`, sites);
  const bonds = bondsOf(hamiltonian);
  if (bonds.length === 0) refuse('hamiltonian', 'terms of two sites', 'none');
  return Float64Array.from({ length: first.count }, (_, row) => {
    let same = 0;
    for (let k = 0; k < bonds.length; k += 2) {
      const [a, b] = [bonds[k], bonds[k + 1]];
      same += first.bit(row, a) ^ second.bit(row, a) ^ first.bit(row, b) ^ second.bit(row, b) ? -1 : 1;
    }
    return same / (bonds.length / 2);
  });
}

/**
 * Overlap, link overlap and P(q) of two replicas.
 * @param first rows in the order of time, burn-in removed
 * @param second as many rows of an independent run of the same Hamiltonian (another seed)
 * @throws TypeError for a wrong kind of argument; RangeError for different shapes or counts, the same configurations
 *   twice, different Hamiltonians according to the provenance, a Hamiltonian that is neither there nor in the options,
 *   and for series shorter than 160 τ_int (50 τ_int if `blocks` is given)
 */
export function measureOverlap(first: SpinData, second: SpinData, options: OverlapOptions = {}): OverlapMeasurements {
  knownOptions('measureOverlap', options, ['hamiltonian', 'blocks']);
  const overlaps = overlapSeries(first, second);
  const hamiltonian = hamiltonianOf([first, second], options.hamiltonian);
  const { count, width: sites } = first;
  if (options.blocks !== undefined) integer('blocks', options.blocks, 2, count);
  const { even } = hamiltonian;
  const absolute = overlaps.map(Math.abs);
  const squares = overlaps.map((q) => q ** 2);
  const links = bondsOf(hamiltonian).length === 0 ? null : linkOverlapSeries(first, second, hamiltonian);
  const blocks = options.blocks ?? blocksOf('first', [even ? absolute : overlaps, squares, ...(links ? [links] : [])]);
  const levels = new BlockMeans(count, blocks, sites + 1);
  overlaps.forEach((q, row) => {
    const level = Math.round(((q + 1) * sites) / 2);
    const sums = levels.blockOf(row);
    for (const place of even ? [level, sites - level] : [level]) sums[place] += even ? 0.5 : 1;
  });
  const { values, errors } = levels.estimates();
  return {
    sites,
    count,
    blocks,
    overlap: even ? null : meanEstimate(overlaps),
    absoluteOverlap: meanEstimate(absolute),
    overlap2: meanEstimate(squares),
    overlap4: meanEstimate(overlaps.map((q) => q ** 4)),
    spinGlassSusceptibility: disorderedSusceptibility(overlaps, sites, { blocks }),
    binderCumulant: binderCumulant(overlaps, { blocks }),
    linkOverlap: links && meanEstimate(links),
    distribution: Array.from(values, (probability, k) => ({
      overlap: (2 * k - sites) / sites,
      probability,
      error: errors[k],
    })),
  };
}

/** Sites of the terms of two sites, pair after pair. */
function bondsOf({ starts, members, couplings }: Hamiltonian): number[] {
  return Array.from(couplings).flatMap((_, t) =>
    starts[t + 1] - starts[t] === 2 ? [members[starts[t]], members[starts[t] + 1]] : [],
  );
}

function hamiltonianOf(replicas: readonly SpinData[], given: Hamiltonian | undefined): Hamiltonian {
  const told = replicas.map(hamiltonianOfData).filter((one) => one !== null);
  const hamiltonian = given === undefined ? told[0] : checkHamiltonian(given);
  if (hamiltonian === undefined) {
    refuse('options', '{ hamiltonian }, since the provenance of the data names none', '{}');
  }
  if (told.length === 2 && !sameInteractions(told[0], told[1])) {
    refuse('second', 'data of the same Hamiltonian', 'those of another');
  }
  if (hamiltonian.sites !== replicas[0].width) {
    refuse('hamiltonian', `one of ${replicas[0].width} sites`, hamiltonian.sites);
  }
  if (!told.every((one) => sameInteractions(one, hamiltonian))) {
    refuse('hamiltonian', 'the one that the data were sampled from', 'another');
  }
  return hamiltonian;
}

function checkReplicas(first: SpinData, second: SpinData): void {
  checkSpinData('first', first);
  checkSpinData('second', second);
  if (second.width !== first.width || second.shape[0] !== first.shape[0]) {
    refuse('second', `configurations of the shape ${first.shape.join('×')}`, second.shape.join('×'));
  }
  if (second.count !== first.count) refuse('second', `${first.count} configurations`, second.count);
  const alike = second.provenance.seed === first.provenance.seed;
  if (first === second || (alike && second.bytes.every((byte, k) => byte === first.bytes[k]))) {
    refuse('second', 'configurations of an independent run', 'the same ones');
  }
}
