/** Samples of any Hamiltonian, by whichever sampler suits it: the one place that knows all of them. */

import { integer, oneOf, refuse } from '../util/check.js';
import type { Seed } from '../util/random.js';
import type { WorkOptions } from '../util/work.js';
import type { ChainOptions } from './chainSampler.js';
import { Clusters } from './clusters.js';
import { CouplingFromThePast } from './couplingFromThePast.js';
import { plainTorusOf } from './exactAnswer.js';
import { ferromagneticGauge } from './gauge.js';
import { checkHamiltonian, type Hamiltonian } from './hamiltonian.js';
import { Ising } from './ising.js';
import { SingleSpin } from './singleSpin.js';
import type { SpinData } from './spinData.js';

export const SAMPLER_METHODS = [
  'auto',
  'replicas',
  'wolff',
  'swendsenWang',
  'heatBath',
  'metropolis',
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
   *   heatBath                              everything else (`SingleSpin`); for glasses at low temperature `Tempering` is the better choice
   * Exact samples by coupling from the past are made where they are asked for; they have neither chains nor independence.
   */
  method?: SamplerMethod;
}

/**
 * A sampler of e^{-H}/Z.
 * @throws TypeError or RangeError for an option of a wrong kind or value, or a Hamiltonian that the method does not take
 */
export function sampler(hamiltonian: Hamiltonian, options: SamplerOptions = {}): Sampler {
  checkHamiltonian(hamiltonian);
  if (options === null || typeof options !== 'object') refuse('options', '{ method, seed }', options, 'type');
  const { method: asked = 'auto', ...others } = options;
  const method = oneOf('method', asked, SAMPLER_METHODS);
  const torus = plainTorusOf(hamiltonian);
  switch (method) {
    case 'auto':
      if (torus) return new Ising({ ...torus, ...others });
      return typeof ferromagneticGauge(hamiltonian, { fields: true }) === 'string'
        ? new SingleSpin({ hamiltonian, ...others })
        : new Clusters({ hamiltonian, method: 'swendsenWang', ...others });
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
    case 'couplingFromThePast':
      return new CouplingFromThePast({ hamiltonian, seed: others.seed as Seed });
  }
}

/** `count` configurations from e^{-H}/Z; the provenance says by which method. To go on from them, keep a `sampler`. Throws as `sampler` does. */
export function sample(hamiltonian: Hamiltonian, options: SamplerOptions & { count: number }): SpinData {
  if (options === null || typeof options !== 'object') refuse('options', '{ count }', options, 'type');
  const { count, ...others } = options;
  integer('count', count);
  return sampler(hamiltonian, others).sample(count);
}
