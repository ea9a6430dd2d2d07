/** Samplers of any Hamiltonian with an automatic choice of the method: the only file that knows all samplers. */

import { integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import { sha256, version } from '../../wasm/binary.js';
import { kernels } from '../../wasm/scalar.js';
import { checkReplicaSites } from '../chains/clusterReplicas.js';
import { checkIndependence } from '../chains/pilot.js';
import { REPLICAS } from '../chains/planeRows.js';
import { SpinData } from '../data/spinData.js';
import { plainTorusOf } from '../measure/exactAnswer.js';
import { checkPairs } from '../models/bondTable.js';
import { ferromagneticGauge } from '../models/gauge.js';
import { checkHamiltonian, type Hamiltonian } from '../models/hamiltonian.js';
import { type ChainOptions, checkChainOptions } from './chainSampler.js';
import { Clusters } from './clusters.js';
import { checkIdentity, type Moment, type Sampler, type SamplerState } from './contract.js';
import { CouplingFromThePast, updatesFromThePast } from './couplingFromThePast.js';
import { Ising, usualIsingMethod } from './ising.js';
import { refuseFreeSpins, SingleSpin } from './singleSpin.js';
import { Tempering } from './tempering.js';
import { temperingScales, temperingScalesAsync } from './temperingScales.js';

/** The methods of `samplerFor`. */
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

/** A method of `samplerFor`. */
export type SamplerMethod = (typeof SAMPLER_METHODS)[number];

const SAMPLER_OPTIONS = ['method', 'seed', 'independence', 'chains', 'threads'] as const;

/** Options of `samplerFor`. */
export interface SamplerOptions extends ChainOptions {
  /**
   * Default auto, the first of these that is applicable to the Hamiltonian:
   *   replicas, or wolff above 128 × 128   the periodic nearest-neighbour square lattice, K >= 0 (`Ising`)
   *   swendsenWang                         fields and pairs without frustration: ferromagnets, also in another gauge
   *                                        (`Clusters`)
   *   heatBath                             weak interactions: Dobrushin's condition holds, so that single-spin updates
   *                                        decorrelate quickly (`SingleSpin`)
   *   tempering                            all others, at scales from 0 to 1 that `temperingScales` finds (`Tempering`)
   * couplingFromThePast gives exact samples, only if asked for, and ignores `chains` and `independence`. Tempering has
   * one chain.
   */
  method?: SamplerMethod;
}

/**
 * The method by which `samplerFor` samples e^{-H}/Z, without allocating a sampler.
 * @throws TypeError or RangeError for an option of a wrong kind or value, or a Hamiltonian to which the method is not
 *   applicable
 */
export function methodFor(hamiltonian: Hamiltonian, options: SamplerOptions = {}): Exclude<SamplerMethod, 'auto'> {
  knownOptions('methodFor', options, SAMPLER_OPTIONS);
  return choose(hamiltonian, options).method;
}

/** The method, checked, and the plain torus that the Hamiltonian is, if it is one. */
function choose(hamiltonian: Hamiltonian, options: SamplerOptions) {
  checkHamiltonian(hamiltonian);
  const asked = oneOf('method', options.method ?? 'auto', SAMPLER_METHODS);
  const torus = plainTorusOf(hamiltonian);
  const method = asked === 'auto' ? fittingMethod(hamiltonian, torus) : asked;
  if (method === 'replicas' && !torus) {
    refuse(
      'hamiltonian',
      'one coupling >= 0 between neighbours on a periodic square lattice for "replicas"',
      'another',
    );
  }
  if ((method === 'wolff' && !torus) || method === 'swendsenWang') checkPairs(hamiltonian);
  if (method === 'metropolis') refuseFreeSpins(hamiltonian, 'random');
  if (method === 'couplingFromThePast') updatesFromThePast(hamiltonian);
  if (method === 'replicas' && torus) checkReplicaSites(torus.lattice.sites);
  checkChainOptions(options, { groupSize: method === 'replicas' ? REPLICAS : 1, method });
  return { method, torus };
}

/** The method of `auto`. */
function fittingMethod(
  hamiltonian: Hamiltonian,
  torus: ReturnType<typeof plainTorusOf>,
): Exclude<SamplerMethod, 'auto'> {
  if (torus) return usualIsingMethod(torus.lattice, torus.coupling);
  if (typeof ferromagneticGauge(hamiltonian, { fields: true }) !== 'string') return 'swendsenWang';
  return influence(hamiltonian) < 1 ? 'heatBath' : 'tempering';
}

/**
 * A sampler of e^{-H}/Z.
 * @throws TypeError or RangeError for an option of a wrong kind or value, or a Hamiltonian to which the method is not
 *   applicable
 * @example
 * const hamiltonian = hamiltonianFromTerms({ sites: 3, terms: [{ sites: [0, 1, 2], coupling: 0.5 }] });
 * const sampler = samplerFor(hamiltonian, { seed: 1 });
 * sampler.sample(100).provenance.sampling.method; // 'heatBath'
 */
export function samplerFor(hamiltonian: Hamiltonian, options: SamplerOptions = {}): Sampler {
  knownOptions('samplerFor', options, SAMPLER_OPTIONS);
  const { method, torus } = choose(hamiltonian, options);
  const { method: _, ...others } = options;
  switch (method) {
    case 'replicas':
    case 'wolff':
      return torus
        ? new Ising({ ...torus, method, ...others })
        : new Clusters({ hamiltonian, method: 'wolff', ...others });
    case 'swendsenWang':
      return new Clusters({ hamiltonian, method, ...others });
    case 'heatBath':
    case 'metropolis':
      return new SingleSpin({ hamiltonian, method, ...others });
    case 'tempering':
      return new Tempered(hamiltonian, others);
    case 'couplingFromThePast':
      return new CouplingFromThePast({ hamiltonian, seed: others.seed });
  }
}

/**
 * Bound on the influence of all other spins on the distribution of one, max_i Σ_{S∋i} (|S| - 1) tanh|K_S|. Below 1
 * (Dobrushin 1968) single-spin updates lose the memory of the initial state in O(log N) sweeps.
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

/**
 * Parallel tempering that returns scale 1 only. The scales are found in the first call of a method, which takes some
 * time.
 */
class Tempered implements Sampler {
  readonly energyUnit = 'kT';
  readonly seed: Seed;
  readonly #independence: number;
  #tempering: Tempering | undefined;

  constructor(
    readonly hamiltonian: Hamiltonian,
    { seed = 1, independence = 5 }: ChainOptions,
  ) {
    this.seed = checkSeed('seed', seed);
    this.#independence = checkIndependence(independence);
  }

  get identity(): string {
    const { hamiltonian, seed } = this;
    const options = { seed, independence: this.#independence, scales: 'from 0 to 1' };
    const { parameters } = hamiltonian;
    return JSON.stringify({ source: 'blockspin Tempering', ...options, parameters, version, wasm: sha256 });
  }

  sample(count: number): SpinData {
    integer('count', count);
    return this.#found().sample(count, { at: [1] })[0];
  }

  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    knownOptions('sampleAsync', options, WORK_OPTIONS);
    integer('count', count);
    this.#tempering ??= this.#at(await temperingScalesAsync(this.#search(), options));
    const [data] = await this.#tempering.sampleAsync(count, { ...options, at: [1] });
    return data;
  }

  advance(updates = 1): void {
    this.#found().advance(updates);
  }

  measure(): Moment {
    const { energies, magnetisations } = this.#found().measure();
    return { energies: energies.slice(-1), magnetisations: magnetisations.slice(-1) };
  }

  configurations(): SpinData {
    const { hamiltonian, seed } = this;
    const all = this.#found().configurations();
    return new SpinData(1, all.shape, all.bytes.slice(-all.stride), {
      source: 'blockspin Tempering',
      parameters: hamiltonian.parameters,
      seed,
      version,
      wasm: sha256,
    });
  }

  state(): SamplerState {
    const { identity } = this;
    if (!this.#tempering) return { identity, schedule: null, given: 0, chains: [] };
    const state = this.#tempering.state();
    const scales = new Uint8Array(Float64Array.from(this.#tempering.scales).buffer);
    return { ...state, identity, chains: [{ ...state.chains[0], scales }] };
  }

  restore(state: SamplerState): this {
    checkIdentity(state, this.identity, state?.chains?.length ? 1 : 0);
    if (state.chains.length === 0) {
      this.#tempering = undefined;
      return this;
    }
    const { scales, ...chain } = state.chains[0];
    if (!(scales instanceof Uint8Array) || scales.length === 0 || scales.length % 8 !== 0) {
      refuse('state.chains[0].scales', 'bytes of float64 numbers', scales, 'type');
    }
    const tempering = this.#at([...new Float64Array(scales.slice().buffer)]);
    this.#tempering = tempering.restore({ ...state, identity: tempering.identity, chains: [chain] });
    return this;
  }

  #found(): Tempering {
    this.#tempering ??= this.#at(temperingScales(this.#search()));
    return this.#tempering;
  }

  #search() {
    return { hamiltonian: this.hamiltonian, from: 0, seed: this.seed };
  }

  #at(scales: number[]): Tempering {
    const { hamiltonian, seed } = this;
    return new Tempering({ hamiltonian, scales, seed, independence: this.#independence });
  }
}

/**
 * `count` configurations from e^{-H}/Z; the provenance names the method. For further samples, keep a `samplerFor`.
 * @throws TypeError or RangeError as `samplerFor`, or if `count` is not a positive integer; Error if the pilot run
 *   finds a chain frozen or too slow
 * @example
 * const data = sample(isingHamiltonian({ lattice: chain(16), coupling: 0.5 }), { count: 100 });
 * data.count; // 100
 */
export function sample(hamiltonian: Hamiltonian, options: SamplerOptions & { count: number }): SpinData {
  knownOptions('sample', options, ['method', 'seed', 'independence', 'chains', 'threads', 'count']);
  const { count, ...others } = options;
  integer('count', count);
  return samplerFor(hamiltonian, others).sample(count);
}
