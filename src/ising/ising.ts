/**
 * The Ising model on a periodic square lattice, H/kT = -K Σ_⟨ij⟩ s_i s_j, s = ±1, and independent samples from it.
 *
 * One chain of Wolff clusters. After the burn-in a pilot run measures how long energy and |magnetisation| remember (τ_int, uncorrelated = ½); samples are
 * then taken `independence` such times apart, and what correlation is left among them is measured again (Γ-method) and reported.
 */

import { type Autocorrelation, integratedAutocorrelation } from '../stats/series.js';
import { sokalTime } from '../stats/sokal.js';
import { finite, integer, positive, refuse } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { finish, finishWithPauses, type Work, type WorkOptions } from '../util/work.js';
import { sha256, version } from '../wasm/binary.js';
import { checkLattice, type SquareLattice } from './lattice.js';
import { SpinData } from './spinData.js';
import { WolffChain } from './wolff.js';

export interface IsingOptions {
  lattice: SquareLattice;
  /** K = J/kT >= 0; the critical value is ½ ln(1 + √2) = 0.4407. */
  coupling: number;
  seed?: Seed;
  /** Distance of two samples in units of the integrated autocorrelation time (½ = uncorrelated). Default 5. */
  independence?: number;
}

/** An estimate with its standard error. */
export interface Estimate {
  mean: number;
  error: number;
}

/** How a set was sampled, and how independent its rows are. */
export interface SamplingReport {
  method: 'wolff';
  /** Cluster updates between two samples; one more with probability ½. */
  interval: number;
  /** Sites flipped by one cluster update, on average. */
  clusterSize: number;
  /** Integrated autocorrelation times between successive samples, ½ = uncorrelated; null where the set is too short to tell. */
  tauEnergy: number | null;
  tauMagnetisation: number | null;
  /** count / 2τ for the slower of the two, at most count; null where τ is. */
  effectiveSamples: number | null;
  /** Energy per site in units of J, u = -Σ s s'/N; the error counts the correlation. */
  energy: Estimate | null;
  /** |Σ s|/N. */
  absoluteMagnetisation: Estimate | null;
}

/** Measurements of the pilot run, and how many there must be to a τ. */
const PILOT = 2000;
const PILOT_PER_TAU = 200;
const PILOT_LIMIT = 2 ** 20;

export class Ising {
  readonly lattice: SquareLattice;
  readonly coupling: number;
  readonly seed: Seed;
  readonly #independence: number;
  readonly #chain: WolffChain;
  #schedule: { interval: number; clusterSize: number } | undefined;

  /** @throws TypeError or RangeError for an option out of range: K < 0 is refused, since clusters of equal spins need a ferromagnet */
  constructor(options: IsingOptions) {
    this.lattice = checkLattice(options.lattice);
    this.coupling = finite('coupling', options.coupling);
    if (this.coupling < 0) refuse('coupling', 'number >= 0 (Wolff clusters need a ferromagnet)', this.coupling);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = positive('independence', options.independence ?? 5);
    this.#chain = new WolffChain(this.lattice, this.coupling, this.seed);
  }

  /** `count` configurations, at one go. A second call goes on from the first. */
  sample(count: number): SpinData {
    return finish(this.#sampling(integer('count', count)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it. */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    return finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  *#sampling(count: number): Work<SpinData> {
    this.#schedule ??= yield* this.#calibrate();
    const { interval, clusterSize } = this.#schedule;
    const sites = this.lattice.sites;
    const bytes = new Uint8Array(count * Math.ceil(sites / 8));
    const energies = new Float64Array(count);
    const magnetisations = new Float64Array(count);
    let rows = 0;
    let filled = 0;
    for (const slice of this.#chain.series(count, interval, true)) {
      bytes.set(slice.bits, filled);
      filled += slice.bits.length;
      slice.bondSums.forEach((sum, k) => {
        energies[rows + k] = -sum / sites;
      });
      slice.spinSums.forEach((sum, k) => {
        magnetisations[rows + k] = Math.abs(sum) / sites;
      });
      rows += slice.bondSums.length;
      yield { stage: 'sample', done: rows, total: count, unit: 'samples' };
    }
    return new SpinData(count, this.lattice.shape, bytes, {
      source: 'blockspin Ising',
      parameters: { lattice: 'square, periodic', shape: [...this.lattice.shape], coupling: this.coupling },
      seed: this.seed,
      version,
      wasm: sha256,
      sampling: { method: 'wolff', interval, clusterSize, ...independenceOf(energies, magnetisations) },
    });
  }

  /** Burn-in and pilot run: the interval between samples. */
  *#calibrate(): Work<{ interval: number; clusterSize: number }> {
    const sites = this.lattice.sites;
    const chain = this.#chain;
    // The first clusters are those of the all-up start, so the size is measured after ten sweeps' worth of flips, and again after the pilot.
    let clusterSize = sites;
    for (let round = 0; round < 2; round++) {
      clusterSize = this.#clusterSizeOver(10);
      yield { stage: 'burn-in', done: round + 1, total: 2, unit: 'rounds' };
    }

    // Measured every eighth of a sweep; the longer of the pilots also completes the burn-in, hundreds of τ from the start.
    const step = Math.max(1, Math.round(sites / (8 * clusterSize)));
    const energies: number[] = [];
    const magnetisations: number[] = [];
    for (let wanted = PILOT; ; wanted *= 2) {
      for (const slice of chain.series(wanted - energies.length, step, false)) {
        for (const sum of slice.bondSums) energies.push(sum);
        for (const sum of slice.spinSums) magnetisations.push(Math.abs(sum));
        yield { stage: 'pilot', done: energies.length, total: wanted, unit: 'measurements' };
      }
      // the first tenth still knows the start
      const skip = Math.floor(energies.length / 10);
      const tau = Math.max(sokalTime(energies.slice(skip)), sokalTime(magnetisations.slice(skip)));
      if (wanted >= PILOT_PER_TAU * tau) {
        const interval = Math.max(1, Math.ceil(this.#independence * tau * step));
        return { interval, clusterSize: this.#clusterSizeOver(20) };
      }
      if (wanted >= PILOT_LIMIT) {
        throw new Error(`the chain is too slow: τ is more than ${Math.round(wanted / PILOT_PER_TAU)} measurements`);
      }
    }
  }

  /** Mean sites a cluster while flips of `sweeps` times the lattice are made. */
  #clusterSizeOver(sweeps: number): number {
    let flipped = 0;
    let clusters = 0;
    while (flipped < sweeps * this.lattice.sites) {
      flipped += this.#chain.advance(16);
      clusters += 16;
    }
    return flipped / clusters;
  }
}

type Independence = Omit<SamplingReport, 'method' | 'interval' | 'clusterSize'>;

function independenceOf(energies: Float64Array, magnetisations: Float64Array): Independence {
  const energy = autocorrelation(energies);
  const magnetisation = autocorrelation(magnetisations);
  const tau = energy && magnetisation ? Math.max(energy.tau, magnetisation.tau) : null;
  return {
    tauEnergy: energy?.tau ?? null,
    tauMagnetisation: magnetisation?.tau ?? null,
    effectiveSamples: tau && Math.min(energies.length, energies.length / (2 * tau)),
    energy: energy && { mean: energy.mean, error: energy.error },
    absoluteMagnetisation: magnetisation && { mean: magnetisation.mean, error: magnetisation.error },
  };
}

/** The series' statistics, or null where it is too short for them. */
function autocorrelation(series: Float64Array): Autocorrelation | null {
  return series.length < 100 ? null : integratedAutocorrelation(series, { allowShort: true });
}
