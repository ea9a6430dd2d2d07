/** Samples of any Hamiltonian, by whichever sampler suits it: the one place that knows all of them. */

import { integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { kernels } from '../../wasm/scalar.js';
import { checkIndependence } from '../chains/pilot.js';
import type { SpinData } from '../data/spinData.js';
import { plainTorusOf } from '../measure/exactAnswer.js';
import { ferromagneticGauge } from '../models/gauge.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import type { ChainOptions } from './chainSampler.js';
import { Clusters } from './clusters.js';
import { CouplingFromThePast } from './couplingFromThePast.js';
import { Ising } from './ising.js';
import { SingleSpin } from './singleSpin.js';
import { Tempering } from './tempering.js';
import { temperingScales, temperingScalesAsync } from './temperingScales.js';

export const SAMPLER_METHODS = [
  'auto',
  'replicas',
  'wolff',
  'swendsenWang',
  'heatBath',
  'metropolis',
  'tempering',
  'couplingFromThePast',
] as const;

export type SamplerMethod = (typeof SAMPLER_METHODS)[number];

/** What every sampler can do; a second call goes on from the first. */
export interface Sampler {
  sample(count: number): SpinData;
  sampleAsync(count: number, options?: WorkOptions): Promise<SpinData>;
}

export interface SamplerOptions extends ChainOptions {
  /**
   * Default auto, the first of these that takes the Hamiltonian:
   *   replicas, or wolff beyond 128 × 128   the nearest-neighbour square lattice on a torus, K >= 0 (`Ising`)
   *   swendsenWang                          fields and pairs without frustration: ferromagnets, and what is one in other words (`Clusters`)
   *   heatBath                              weak interactions: Dobrushin's condition holds, so that single spins forget quickly (`SingleSpin`)
   *   tempering                             everything else, at scales from 0 to 1 that `temperingScales` finds (`Tempering`)
   * Exact samples by coupling from the past are made where they are asked for; they have neither chains nor independence. Tempering has one chain.
   */
  method?: SamplerMethod;
}

/**
 * A sampler of e^{-H}/Z.
 * @throws TypeError or RangeError for an option of a wrong kind or value, or a Hamiltonian that the method does not take
 */
export function samplerFor(hamiltonian: Hamiltonian, options: SamplerOptions = {}): Sampler {
  knownOptions('sampler', options, ['method', 'seed', 'independence', 'chains', 'threads']);
  checkHamiltonian(hamiltonian);
  const { method: asked = 'auto', ...others } = options;
  const method = oneOf('method', asked, SAMPLER_METHODS);
  const torus = plainTorusOf(hamiltonian);
  switch (method) {
    case 'auto':
      if (torus) return new Ising({ ...torus, ...others });
      if (typeof ferromagneticGauge(hamiltonian, { fields: true }) !== 'string') {
        return new Clusters({ hamiltonian, method: 'swendsenWang', ...others });
      }
      return influence(hamiltonian) < 1
        ? new SingleSpin({ hamiltonian, ...others })
        : new Tempered(hamiltonian, others);
    case 'replicas':
      if (!torus) {
        refuse(
          'hamiltonian',
          'one coupling >= 0 between neighbours on a periodic square lattice for "replicas"',
          'another',
        );
      }
      return new Ising({ ...torus, method, ...others });
    case 'wolff':
      return torus ? new Ising({ ...torus, method, ...others }) : new Clusters({ hamiltonian, method, ...others });
    case 'swendsenWang':
      return new Clusters({ hamiltonian, method, ...others });
    case 'heatBath':
    case 'metropolis':
      return new SingleSpin({ hamiltonian, method, ...others });
    case 'tempering':
      return new Tempered(hamiltonian, others);
    case 'couplingFromThePast':
      return new CouplingFromThePast({ hamiltonian, seed: others.seed as Seed });
  }
}

/**
 * What all other spins together can do to the distribution of one, at most: max_i Σ_{S∋i} (|S| - 1) tanh|K_S|. Below 1 (Dobrushin 1968) single-spin updates
 * forget the start in a number of sweeps that grows as log N.
 */
function influence({ sites, couplings, starts, members }: Hamiltonian): number {
  const { sigmoid } = kernels();
  const sums = new Float64Array(sites);
  couplings.forEach((coupling, t) => {
    const others = starts[t + 1] - starts[t] - 1;
    const tanh = 2 * sigmoid(2 * Math.abs(coupling)) - 1;
    for (let m = starts[t]; m < starts[t + 1]; m++) sums[members[m]] += others * tanh;
  });
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}

/** Parallel tempering of which scale 1 alone is given away; the scales are found before the first sample. */
class Tempered implements Sampler {
  readonly #seed: Seed;
  readonly #independence: number;
  #tempering: Tempering | undefined;

  constructor(
    readonly hamiltonian: Hamiltonian,
    { seed = 1, independence = 5 }: ChainOptions,
  ) {
    this.#seed = checkSeed('seed', seed);
    this.#independence = checkIndependence(independence);
  }

  sample(count: number): SpinData {
    integer('count', count);
    this.#tempering ??= this.#at(temperingScales(this.#search()));
    return this.#tempering.sample(count, { at: [1] })[0];
  }

  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('sampleAsync', options, WORK_OPTIONS);
    integer('count', count);
    this.#tempering ??= this.#at(await temperingScalesAsync(this.#search(), options));
    const [data] = await this.#tempering.sampleAsync(count, { ...options, at: [1] });
    return data;
  }

  #search() {
    return { hamiltonian: this.hamiltonian, from: 0, seed: this.#seed };
  }

  #at(scales: number[]): Tempering {
    return new Tempering({
      hamiltonian: this.hamiltonian,
      scales,
      seed: this.#seed,
      independence: this.#independence,
    });
  }
}

/** `count` configurations from e^{-H}/Z; the provenance says by which method. To go on from them, keep a `sampler`. Throws as `sampler` does. */
export function sample(hamiltonian: Hamiltonian, options: SamplerOptions & { count: number }): SpinData {
  knownOptions('sample', options, ['method', 'seed', 'independence', 'chains', 'threads', 'count']);
  const { count, ...others } = options;
  integer('count', count);
  return samplerFor(hamiltonian, others).sample(count);
}
