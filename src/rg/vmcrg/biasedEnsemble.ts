/** Machines of biased walkers: their options, and work that all of them do side by side. */

import type { EnsembleWork, Round } from '../../ising/chains/ensemble.js';
import { finishRounds, finishRoundsWithPauses } from '../../ising/chains/ensemble.js';
import { checkHamiltonian, type Hamiltonian } from '../../ising/models/hamiltonian.js';
import type { Chain, SquareLattice } from '../../ising/models/lattice.js';
import { BitRows } from '../../util/bits.js';
import { checkList, integer, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { type Progress, progress, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import type { Call } from '../../wasm/pool.js';
import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import type { BlockingRule } from '../blocking/rule.js';
import { type OperatorBasis, operatorBasis } from '../operators/basis.js';
import type { LatticeOperator } from '../operators/latticeOperator.js';
import { type BiasedModel, BiasedWalkers, biasedTables, WALKERS } from './biasedWalkers.js';
import { type BlockGeometry, blockGeometry } from './blockGeometry.js';

/** The fine spins, their blocks, and the walkers that sample them. */
export interface VmcrgOptions {
  /**
   * Blocks and their spins: a rule of one step whose spins are signs of sums, `majorityRule` or `decimationRule`. Ties at random are decided by a free
   * spin of each block.
   */
  rule: BlockingRule;
  /** Periodic chain or square lattice of the fine spins, without twist. */
  lattice: Chain | SquareLattice;
  /** H of the fine spins, such as `isingHamiltonian` or `operatorHamiltonian` return; of as many sites as the lattice. */
  hamiltonian: Hamiltonian;
  /** Number of independent lattices, a multiple of 16: the walkers of one machine. Default 16. */
  walkers?: number;
  /** Default 1. */
  seed?: Seed;
  /**
   * How single spins are updated, one after the other. Metropolis, the default of the square lattice, forgets about twice
   * as fast. On a chain it is refused, for the heat bath: in a fixed order it moves domain walls in a fixed manner, and
   * from all spins up reaches 18 of the 512 states of a ring of 9.
   */
  update?: 'metropolis' | 'heatBath';
  /** Sweeps before anything is measured; default 200, and 5000 without a bias. */
  burnIn?: number;
}

/** Options of the asynchronous forms. */
export interface VmcrgWorkOptions extends WorkOptions {
  /**
   * Threads, at most one per 16 walkers; results do not depend on it. Default: the number of cores, or 1 where threads
   * cannot be started; a given number above 1 is an error there.
   */
  threads?: number;
}

export const VMCRG_OPTIONS = ['rule', 'lattice', 'hamiltonian', 'walkers', 'seed', 'update', 'burnIn'] as const;

export const VMCRG_WORK_OPTIONS = ['threads', ...WORK_OPTIONS] as const;

/** The options that all functions share, checked. */
export interface EnsemblePlan {
  geometry: BlockGeometry;
  hamiltonian: Hamiltonian;
  machines: number;
  seed: Seed;
  heatBath: boolean;
  burnIn: number;
}

/** The time of a measurement in sweeps, roughly. */
const MEASUREMENT = 4;

/** Max walkers: each machine has a memory of at least 64 KiB. */
const MAX_WALKERS = 2 ** 12;

/** @throws TypeError or RangeError for an option of a wrong kind or value */
export function ensemblePlan(options: VmcrgOptions, burnIn: number): EnsemblePlan {
  const geometry = blockGeometry(options.lattice, options.rule);
  const hamiltonian = checkHamiltonian(options.hamiltonian);
  const { sites } = geometry.fine;
  if (hamiltonian.sites !== sites) refuse('hamiltonian', `${sites} sites, as the lattice has`, hamiltonian.sites);
  const walkers = integer('walkers', options.walkers ?? WALKERS, WALKERS, MAX_WALKERS);
  if (walkers % WALKERS) refuse('walkers', `multiple of ${WALKERS}`, walkers);
  const usual = geometry.fine.kind === 'chain' || geometry.free ? 'heatBath' : 'metropolis';
  const update = oneOf('update', options.update ?? usual, ['metropolis', 'heatBath']);
  if (update === 'metropolis') checkMetropolis(geometry, hamiltonian);
  return {
    geometry,
    hamiltonian,
    machines: walkers / WALKERS,
    seed: checkSeed('seed', options.seed ?? 1),
    heatBath: update === 'heatBath',
    burnIn: integer('burnIn', options.burnIn ?? burnIn, 0),
  };
}

/** @throws RangeError where Metropolis in a fixed order would not reach all states */
function checkMetropolis({ fine, free }: BlockGeometry, { members }: Hamiltonian): void {
  if (free) refuse('update', 'heatBath where ties are decided at random, by free spins', 'metropolis');
  if (fine.kind === 'chain') refuse('update', 'heatBath on a chain, where Metropolis is not ergodic', 'metropolis');
  const bound = new Uint8Array(fine.sites);
  for (const site of members) bound[site] = 1;
  if (bound.includes(0)) {
    const expected = 'an interaction at every site (Metropolis would turn a free spin in every sweep; use heatBath)';
    refuse('hamiltonian', expected, `none at site ${bound.indexOf(0)}`);
  }
}

/** @throws TypeError or RangeError for operators that are none, or that do not fit on the coarse or the fine lattice */
export function basesOf(
  name: string,
  operators: readonly LatticeOperator[],
  { coarse, fine }: BlockGeometry,
): { coarse: OperatorBasis; fine: OperatorBasis } {
  checkList(name, operators, 'list of operators');
  return { coarse: operatorBasis(coarse, operators), fine: operatorBasis(fine, operators) };
}

/** The machines of a plan, with the work that they do together. */
export class BiasedEnsemble {
  readonly machines: readonly BiasedWalkers[];
  readonly #threads: { count: number; asked: boolean };
  readonly #operators: number;
  readonly #blocks: number;
  #sincePause = 0;

  /** @param threads undefined: no threads are wanted */
  constructor(
    plan: EnsemblePlan,
    model: Omit<BiasedModel, 'geometry' | 'hamiltonian' | 'heatBath'>,
    threads?: { threads?: number },
  ) {
    const tables = biasedTables({ ...model, ...plan });
    const asked = threads?.threads !== undefined;
    const count = threads === undefined ? 1 : integer('threads', threads.threads ?? defaultThreads(), 1, 64);
    this.#threads = { count: asked || threadsAvailable() ? Math.min(count, plan.machines) : 1, asked };
    this.#operators = tables.operators.length;
    this.#blocks = plan.geometry.coarse.sites;
    this.machines = Array.from(
      { length: plan.machines },
      (_, k) => new BiasedWalkers(tables, plan.seed, k, this.#threads.count > 1),
    );
  }

  setBias(parameters: ArrayLike<number>): void {
    for (const machine of this.machines) machine.setBias(parameters);
  }

  setHidden(parameters: Float64Array): void {
    for (const machine of this.machines) machine.setHidden(parameters);
  }

  /** Does work on this thread, synchronously. */
  finish<T>(work: EnsembleWork<T>): T {
    return finishRounds(this.#memories, work);
  }

  /** Does work with pauses, on threads. */
  finishWithPauses<T>(work: EnsembleWork<T>, options: WorkOptions): Promise<T> {
    return finishRoundsWithPauses(this.#memories, work, this.#threads, options);
  }

  /** @param report of the sweeps that are done; default those of this stage alone */
  *sweeps(
    stage: string,
    sweeps: number,
    report = (done: number) => progress(stage, done, sweeps, 'sweeps'),
  ): EnsembleWork<void> {
    for (let done = 0; done < sweeps; ) {
      const some = Math.min(this.#perCall, sweeps - done);
      yield this.#round(
        (machine) => [machine.sweeps(some)],
        some,
        () => report(done),
      );
      done += some;
    }
  }

  /** `rows` rows of totals, `interval` sweeps apart: S of each row, machine, operator and walker, in this order. */
  *totals(rows: number, interval: number, report: (rows: number) => Progress): EnsembleWork<Int32Array> {
    const perRow = this.#operators * WALKERS * this.machines.length;
    const all = new Int32Array(rows * perRow);
    const own = this.#operators * WALKERS;
    for (let done = 0; done < rows; ) {
      const some = Math.min(64, Math.max(1, Math.floor(this.#perCall / (interval + MEASUREMENT))), rows - done);
      yield this.#round(
        (machine) => machine.totals(some, interval),
        some * (interval + MEASUREMENT),
        () => report(done),
      );
      this.machines.forEach((machine, k) => {
        const totals = machine.readTotals(some);
        for (let row = 0; row < some; row++) {
          all.set(totals.subarray(row * own, (row + 1) * own), (done + row) * perRow + k * own);
        }
      });
      done += some;
    }
    return all;
  }

  /** `rows` rows of V of the hidden units and its gradient, `interval` sweeps apart, row by row to `take`. */
  *hidden(
    rows: number,
    interval: number,
    report: (rows: number) => Progress,
    take: (energies: Float64Array, gradients: Float32Array, machine: number) => void,
  ): EnsembleWork<void> {
    for (let done = 0; done < rows; ) {
      const some = Math.min(64, Math.max(1, Math.floor(this.#perCall / (interval + MEASUREMENT))), rows - done);
      yield this.#round(
        (machine) => machine.hiddenRows(some, interval),
        some * (interval + MEASUREMENT),
        () => report(done),
      );
      this.machines.forEach((machine, k) => {
        const { energies, gradients } = machine.readHidden(some);
        const own = gradients.length / some;
        for (let row = 0; row < some; row++) {
          take(
            energies.subarray(row * WALKERS, (row + 1) * WALKERS),
            gradients.subarray(row * own, (row + 1) * own),
            k,
          );
        }
      });
      done += some;
    }
  }

  /** Block spins of all walkers at `count` times, `interval` sweeps apart: [count, walkers] rows. */
  *states(
    stage: string,
    count: number,
    interval: number,
    report = (done: number) => progress(stage, done, count * interval, 'sweeps'),
  ): EnsembleWork<BitRows> {
    const walkers = this.machines.length * WALKERS;
    const rows = new BitRows(count * walkers, this.#blocks);
    for (let k = 0; k < count; k++) {
      yield this.#round(
        (machine) => [machine.sweeps(interval)],
        interval,
        () => report(k * interval),
      );
      this.machines.forEach((machine, m) => {
        machine.copyCoarse(rows, k * walkers + m * WALKERS);
      });
    }
    return rows;
  }

  /** Products and means in windows, added over `rows` measurements `interval` sweeps apart and over machines. */
  *products(
    rows: number,
    interval: number,
    report: (rows: number) => Progress,
  ): EnsembleWork<{ products: Float64Array; means: Float64Array }> {
    for (const machine of this.machines) machine.takeProducts();
    for (let done = 0; done < rows; ) {
      const some = Math.min(64, Math.max(1, Math.floor(this.#perCall / (interval + MEASUREMENT))), rows - done);
      yield this.#round(
        (machine) => machine.products(some, interval),
        some * (interval + MEASUREMENT),
        () => report(done),
      );
      done += some;
    }
    const [first, ...others] = this.machines.map((machine) => machine.takeProducts());
    for (const { products, means } of others) {
      products.forEach((value, k) => {
        first.products[k] += value;
      });
      means.forEach((value, k) => {
        first.means[k] += value;
      });
    }
    return first;
  }

  get #perCall(): number {
    return this.machines[0].sweepsPerCall;
  }

  get #memories() {
    return this.machines.map(({ machine }) => machine);
  }

  /** A round of calls; its progress, which costs a pause, after some forty milliseconds of work. */
  #round(calls: (machine: BiasedWalkers) => Call[], sweeps: number, report: () => Progress): Round {
    this.#sincePause += sweeps;
    const pauses = this.#sincePause >= 4 * this.#perCall;
    if (pauses) this.#sincePause = 0;
    return { calls: this.machines.map(calls), ...(pauses && { progress: report() }) };
  }
}
