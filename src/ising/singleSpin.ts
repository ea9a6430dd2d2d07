/**
 * Single-spin updates of any Hamiltonian: fields, random couplings, any lattice, any order of interaction. Slower than `Ising` near a critical point and
 * stuck in glasses at low temperature, where no honest interval can be had from one chain (`Tempering` has several); but there is nothing it does not take.
 *
 * What each choice satisfies:
 *   heat bath, random order      detailed balance; irreducible and aperiodic, so every start ends in e^{-H}/Z
 *   heat bath, sequential        balance only (a product of updates that each keep e^{-H}/Z); one sweep leads from any state to any other. The default
 *   Metropolis, random order     detailed balance; ergodic as soon as some turn can be rejected. Without any interaction none is: the parity of the spins
 *                                up is then known for ever, and that is refused. Near that limit the parity has a long memory, which energy and
 *                                |m| hardly feel: there, too, take the heat bath
 *   Metropolis, sequential       balance only. A spin without interactions is turned in every sweep, for ever: refused. Ergodicity is proven for none
 *                                and tested for some; where the order does not matter to you, take another
 */

import { integer, oneOf, positive, refuse } from '../util/check.js';
import { checkSeed, type Seed } from '../util/random.js';
import { finish, finishWithPauses, type Work, type WorkOptions } from '../util/work.js';
import { sha256, version } from '../wasm/binary.js';
import { checkHamiltonian, checkSpins, type Hamiltonian } from './hamiltonian.js';
import { collect, pilot } from './sampling.js';
import { SingleSpinChain } from './singleSpinChain.js';
import { type Provenance, SpinData } from './spinData.js';

export interface SingleSpinOptions {
  hamiltonian: Hamiltonian;
  /** How a spin is updated. Default heatBath. */
  method?: 'heatBath' | 'metropolis';
  /** Site after site, or sites drawn at random. Default sequential for the heat bath, random for Metropolis. */
  order?: 'sequential' | 'random';
  seed?: Seed;
  /** Spins ±1 to start from; independent random ones (infinite temperature) when left out. */
  start?: ArrayLike<number>;
  /** Distance of two samples in units of the integrated autocorrelation time (½ = uncorrelated). Default 5. */
  independence?: number;
}

/** Sweeps before the pilot run; it goes on with the burn-in. */
const BURN_IN = 20;

export class SingleSpin {
  readonly hamiltonian: Hamiltonian;
  readonly method: 'heatBath' | 'metropolis';
  readonly order: 'sequential' | 'random';
  readonly seed: Seed;
  readonly #independence: number;
  readonly #chain: SingleSpinChain;
  #interval: number | undefined;

  /** @throws TypeError or RangeError for an option out of range, or for Metropolis with spins that it would turn for ever (see above) */
  constructor(options: SingleSpinOptions) {
    if (options === null || typeof options !== 'object') refuse('options', '{ hamiltonian }', options, 'type');
    this.hamiltonian = checkHamiltonian(options.hamiltonian);
    this.method = oneOf('method', options.method ?? 'heatBath', ['heatBath', 'metropolis']);
    const usual = this.method === 'heatBath' ? 'sequential' : 'random';
    this.order = oneOf('order', options.order ?? usual, ['sequential', 'random']);
    this.seed = checkSeed('seed', options.seed ?? 1);
    this.#independence = positive('independence', options.independence ?? 5);
    const { start } = options;
    if (start !== undefined) checkSpins('start', start, this.hamiltonian.sites);
    if (this.method === 'metropolis') refuseFreeSpins(this.hamiltonian, this.order);
    this.#chain = new SingleSpinChain(this.hamiltonian, this, this.seed, start);
  }

  /** One sweep = as many attempted updates as there are sites. */
  sweep(count = 1): void {
    const work = this.#chain.advance(integer('count', count));
    while (!work.next().done);
  }

  /** Energy per site in units of kT, and magnetisation per site, of the present configuration. */
  measure(): { energy: number; magnetisation: number } {
    const { bondSums, spinSums } = this.#chain.state();
    const { sites } = this.hamiltonian;
    return { energy: (0 - bondSums[0]) / sites, magnetisation: spinSums[0] / sites };
  }

  /** The present configuration, as data of one row. */
  configuration(): SpinData {
    return this.#data(1, this.#chain.state().bits);
  }

  /**
   * `count` configurations, at one go. A second call goes on from the first. Before the first one, a burn-in and a pilot run find the interval from the
   * autocorrelation of energy and magnetisation (of |m| if H is even in the spins: then every sample is turned as a whole with probability ½, which
   * changes no energy). What neither of them feels, such as the valleys of a glass, the interval does not know.
   * @throws Error if the pilot run finds the chain frozen or too slow
   */
  sample(count: number): SpinData {
    return finish(this.#sampling(integer('count', count)));
  }

  /** As `sample`, with progress, pauses for the event loop, and a signal that stops it. */
  async sampleAsync(count: number, options: WorkOptions = {}): Promise<SpinData> {
    return finishWithPauses(this.#sampling(integer('count', count)), options);
  }

  *#sampling(count: number): Work<SpinData> {
    this.#interval ??= yield* this.#calibrate();
    const collected = yield* collect(this.#chain, this.#interval, count);
    const { method, order } = this;
    return this.#data(count, collected.bytes, {
      method,
      order,
      interval: this.#interval,
      independence: this.#independence,
      ...collected.independence,
    });
  }

  *#calibrate(): Work<number> {
    for (const _ of this.#chain.advance(BURN_IN)) yield { stage: 'burn-in', done: 0, total: BURN_IN, unit: 'sweeps' };
    return yield* pilot(this.#chain, 1, this.#independence);
  }

  #data(count: number, bytes: Uint8Array, sampling?: Provenance['sampling']): SpinData {
    return new SpinData(count, planeOf(this.hamiltonian.shape), bytes, {
      source: 'blockspin SingleSpin',
      parameters: { ...this.hamiltonian.parameters, method: this.method, order: this.order },
      seed: this.seed,
      version,
      wasm: sha256,
      ...(sampling && { sampling }),
    });
  }
}

/** [rows, columns] for pictures: a chain or a graph is one row, the layers of a cube lie below each other. */
export function planeOf(shape: readonly number[]): [number, number] {
  const columns = shape[shape.length - 1];
  return [shape.slice(0, -1).reduce((product, side) => product * side, 1), columns];
}

/** @throws RangeError if Metropolis updates in this order would turn some spins for ever */
export function refuseFreeSpins({ sites, members }: Hamiltonian, order: 'sequential' | 'random'): void {
  if (members.length === 0) {
    refuse('hamiltonian', 'interactions (Metropolis would turn free spins for ever; take heatBath)', 'none');
  }
  if (order === 'random') return;
  const bound = new Uint8Array(sites);
  for (const site of members) bound[site] = 1;
  const free = bound.indexOf(0);
  if (free >= 0) {
    refuse(
      'hamiltonian',
      'an interaction at every site (sequential Metropolis would turn a free spin in every sweep; take heatBath)',
      `none at site ${free}`,
    );
  }
}
