/**
 * Independent configurations from any Markov chain of spins: a pilot run measures how long energy and magnetisation remember (τ_int, uncorrelated = ½),
 * samples are taken `independence` such times apart, and what correlation is left among them is measured again (Γ-method) and reported.
 */

import { type Autocorrelation, integratedAutocorrelation } from '../stats/series.js';
import { sokalTime } from '../stats/sokal.js';
import type { Progress, Work } from '../util/work.js';

/** An estimate with its standard error. */
export interface Estimate {
  mean: number;
  error: number;
}

/** How a set was sampled, and how independent its rows are. */
export interface SamplingReport {
  method: 'wolff' | 'heatBath' | 'metropolis';
  /** Order of the updates of single spins. */
  order?: 'sequential' | 'random';
  /** Updates between two samples: clusters (one more with probability ½), or sweeps of single-spin updates. */
  interval: number;
  /** Wolff: sites flipped by one cluster update, on average. */
  clusterSize?: number;
  /** Integrated autocorrelation times between successive samples, ½ = uncorrelated; null where the set is too short to tell. */
  tauEnergy: number | null;
  /** Of |m|; where the Hamiltonian tells up from down, of m. */
  tauMagnetisation: number | null;
  /** count / 2τ for the slower of the two, at most count; null where τ is. */
  effectiveSamples: number | null;
  /** Energy per site, in units of J (`Ising`: u = -Σ s s'/N) or of kT (a Hamiltonian: H/N); the error counts the correlation. */
  energy: Estimate | null;
  /** |Σ s|/N. */
  absoluteMagnetisation: Estimate | null;
}

/** Measurements after each interval of updates. */
export interface Slice {
  /** Minus the energy, one value a row: Σ s s' over bonds in units of J, or Σ K Π s over terms in units of kT. */
  bondSums: Int32Array | Float64Array;
  /** Σ s, one value a row. */
  spinSums: Int32Array;
  /** Packed configurations, ceil(sites/8) bytes a row; empty unless asked for. */
  bits: Uint8Array;
  /** Spins turned one by one since the slice before, of a chain that may freeze. */
  turned?: number;
}

/** A Markov chain in equilibrium, or on its way. */
export interface SpinChain {
  readonly sites: number;
  /** Whether a configuration and its negative are equally likely, and the chain goes between them freely: then |m| has a memory, m has none. */
  readonly symmetric: boolean;
  /** Measures `rows` times, `interval` updates apart, in slices short enough to keep a page alive. */
  series(rows: number, interval: number, keepBits: boolean): Iterable<Slice>;
}

/** Measurements of the pilot run, and how many there must be to a τ. */
const PILOT = 2000;
const PILOT_PER_TAU = 200;
const PILOT_LIMIT = 2 ** 20;

/**
 * The interval between samples: `independence` times the slower τ. Measures every `step` updates until the series is 200 τ long; that also completes the
 * burn-in.
 * @throws Error if τ is more than some 5000 measurements, or not one spin was turned
 */
export function* pilot(chain: SpinChain, step: number, independence: number): Work<number> {
  const energies: number[] = [];
  const magnetisations: number[] = [];
  let frozen = true;
  for (let wanted = PILOT; ; wanted *= 2) {
    for (const slice of chain.series(wanted - energies.length, step, false)) {
      for (const sum of slice.bondSums) energies.push(sum);
      for (const sum of slice.spinSums) magnetisations.push(chain.symmetric ? Math.abs(sum) : sum);
      frozen &&= slice.turned === 0;
      yield measured('pilot', energies.length, wanted, 'measurements');
    }
    if (frozen) {
      throw new Error(`the chain is frozen: no spin was turned in ${wanted} measurements, ${step} updates apart`);
    }
    // the first tenth still knows the start
    const skip = Math.floor(energies.length / 10);
    const tau = Math.max(sokalTime(energies.slice(skip)), sokalTime(magnetisations.slice(skip)));
    if (wanted >= PILOT_PER_TAU * tau) {
      return Math.max(1, Math.ceil(independence * tau * step));
    }
    if (wanted >= PILOT_LIMIT) {
      throw new Error(`the chain is too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} measurements`);
    }
  }
}

export type Independence = Omit<SamplingReport, 'method' | 'order' | 'interval' | 'clusterSize'>;

/** `count` configurations, `interval` updates apart, as rows of bits, and how independent they are. */
export function* collect(
  chain: SpinChain,
  interval: number,
  count: number,
): Work<{ bytes: Uint8Array; independence: Independence }> {
  const { sites } = chain;
  const bytes = new Uint8Array(count * Math.ceil(sites / 8));
  const energies = new Float64Array(count);
  const magnetisations = new Float64Array(count);
  let rows = 0;
  let filled = 0;
  for (const slice of chain.series(count, interval, true)) {
    bytes.set(slice.bits, filled);
    filled += slice.bits.length;
    slice.bondSums.forEach((sum, k) => {
      energies[rows + k] = -sum / sites;
    });
    slice.spinSums.forEach((sum, k) => {
      magnetisations[rows + k] = sum / sites;
    });
    rows += slice.bondSums.length;
    yield measured('sample', rows, count, 'samples');
  }
  return { bytes, independence: independenceOf(energies, magnetisations, chain.symmetric) };
}

function measured(stage: string, done: number, total: number, unit: string): Progress {
  return { stage, done, total, unit };
}

function independenceOf(energies: Float64Array, magnetisations: Float64Array, symmetric: boolean): Independence {
  const energy = autocorrelation(energies);
  const size = autocorrelation(magnetisations.map(Math.abs));
  const magnetisation = symmetric ? size : autocorrelation(magnetisations);
  const tau = energy && magnetisation ? Math.max(energy.tau, magnetisation.tau) : null;
  return {
    tauEnergy: energy?.tau ?? null,
    tauMagnetisation: magnetisation?.tau ?? null,
    effectiveSamples: tau && Math.min(energies.length, energies.length / (2 * tau)),
    energy: energy && { mean: energy.mean, error: energy.error },
    absoluteMagnetisation: size && { mean: size.mean, error: size.error },
  };
}

/** The series' statistics, or null where it is too short for them. */
function autocorrelation(series: Float64Array): Autocorrelation | null {
  return series.length < 100 ? null : integratedAutocorrelation(series, { allowShort: true });
}
