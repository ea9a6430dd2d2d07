/** Critical lattices grown from small ones. */

import { criticalCoupling } from '../../exact/onsager.js';
import { finite, integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed } from '../../util/random.js';
import { type Progress, WORK_OPTIONS, type WorkOptions } from '../../util/work.js';
import type { SpinUpdate } from '../chains/planes.js';
import { refinedRows } from '../data/refinement.js';
import { SpinData } from '../data/spinData.js';
import { square } from '../models/lattice.js';
import { Ising } from './ising.js';
import { MultiSpin } from './multiSpin.js';

/** Options of `growLattice`. */
export interface GrowthOptions extends WorkOptions {
  /** Side of the lattice: `from` times a power of two. */
  size: number;
  /** Side of the first lattice, an equilibrium configuration by Wolff clusters; a multiple of 32. Default 64. */
  from?: number;
  /** K > 0. Default the critical coupling: away from it blocks of spins are no good start, and need more sweeps. */
  coupling?: number;
  /** Sweeps of single spins after each doubling. Default 400. */
  sweeps?: number;
  /** Sweeps between two looks at the growing lattice. Default all of a level. */
  every?: number;
  /** Update of a spin. Default metropolis. */
  method?: SpinUpdate;
  /** Seed of all random numbers. Default 1. */
  seed?: Seed;
  /** Threads of each level, see `MultiSpin`. */
  threads?: number;
}

/** A look at a growing lattice. */
export interface Growth {
  /** The lattice of this level: it may be looked at, and swept further when the level is done. */
  spins: MultiSpin;
  /** Its side. */
  size: number;
  /** Sweeps made on this level; 0 is the refined lattice before the first. */
  done: number;
  /** Sweeps of this level: 0 for the first lattice. */
  sweeps: number;
}

/** Sweeps after which correlations of 1024 × 1024 are right within 1.3 standard errors of 128 lattices. */
const SWEEPS = 400;

const GROWTH = ['size', 'from', 'coupling', 'sweeps', 'every', 'method', 'seed', 'threads', ...WORK_OPTIONS] as const;

/**
 * Grows a lattice at K_c: an equilibrium configuration of a small one, whose spins become blocks of 2 × 2, then some
 * sweeps of single spins, and so on. Long waves are inherited from the small lattice, where they were in equilibrium; at
 * K_c they look the same at each scale, so that only the short ones must relax: some hundred sweeps per level, where a
 * lattice from disorder needs L^2.17. It is an approximation: of 1024 × 1024 grown from 64 × 64, G(32) is 1.7 % too large
 * after 200 sweeps per level, and right within the error of 0.7 % after 400. For samples of the distribution itself take
 * `Ising`.
 *
 * Yields each level before its first sweep, after every `every` sweeps and when it is done; the last one has the side
 * `size`. Breaking off the loop stops it, and so does the signal, by an error. The threads of a level end with it.
 * @throws TypeError or RangeError for an option out of range; in the loop the reason of the signal if it stops
 * @example
 * for await (const { spins, size, done, sweeps } of growLattice({ size: 256, seed: 1 })) {
 *   if (size === 256 && done === sweeps) console.log(spins.blockSums(8));
 * }
 */
export function growLattice(options: GrowthOptions): AsyncGenerator<Growth, void, void> {
  knownOptions('growLattice', options, GROWTH);
  const { from = 64, coupling = criticalCoupling, sweeps = SWEEPS, seed = 1, ...others } = options;
  integer('from', from, 32);
  if (from % 32) refuse('from', 'a multiple of 32', from);
  const size = integer('size', options.size, from);
  if (!Number.isInteger(Math.log2(size / from))) refuse('size', `${from} times a power of two`, size);
  if (finite('coupling', coupling) <= 0) refuse('coupling', 'number > 0', coupling);
  integer('sweeps', sweeps);
  const every = integer('every', options.every ?? sweeps);
  const method = oneOf('method', options.method ?? 'metropolis', ['metropolis', 'heatBath']);
  checkSeed('seed', seed);
  if (options.threads !== undefined) integer('threads', options.threads, 1, 64);
  return grow({ ...others, size, from, coupling, sweeps, every, method, seed });
}

/** The work of `growLattice`, of checked options. */
async function* grow(options: GrowthOptions & Required<Omit<GrowthOptions, 'threads' | keyof WorkOptions>>) {
  const { size, from, coupling, sweeps, every, method, seed, threads, signal, onProgress } = options;
  // work in units of sweeps of the last level: a quarter of it for each level before
  let total = 0;
  for (let side = 2 * from; side <= size; side *= 2) total += sweeps * (side / size) ** 2;
  let worked = 0;
  const report = (work: number): void =>
    onProgress?.({ stage: 'grow', done: worked + work, total, unit: 'sweeps of the last lattice' } satisfies Progress);

  const first = new Ising({ lattice: square(from), coupling, method: 'wolff', seed, threads: 1 });
  await first.burnInAsync(signal ? { signal } : {});
  let start = first.configurations();
  // a seed for each level: streams of the same key would give the same random numbers
  const levelOf = (side: number, data: SpinData) =>
    new MultiSpin({
      ...{ lattice: square(side), coupling, method, start: data, seed: JSON.stringify([seed, 'growth', side]) },
      ...(threads !== undefined && { threads }),
    });
  yield { spins: levelOf(from, start), size: from, done: 0, sweeps: 0 } satisfies Growth;
  for (let side = 2 * from; side <= size; side *= 2) {
    const spins = levelOf(side, doubled(start));
    const share = (side / size) ** 2;
    try {
      yield { spins, size: side, done: 0, sweeps } satisfies Growth;
      for (let done = 0; done < sweeps; ) {
        const count = Math.min(every, sweeps - done);
        const before = done;
        await spins.advanceAsync(count, {
          ...(signal && { signal }),
          onProgress: (step) => report((before + step.done) * share),
        });
        done += count;
        yield { spins, size: side, done, sweeps } satisfies Growth;
      }
    } finally {
      await spins.close();
    }
    worked += sweeps * share;
    if (side < size) start = spins.configurations();
  }
}

/** The configuration with blocks of 2 × 2 equal spins; its provenance is not seen. */
function doubled({ count, shape, bytes, provenance }: SpinData): SpinData {
  return new SpinData(count, [2 * shape[0], 2 * shape[1]], refinedRows(bytes, count, shape, 2), {
    source: provenance.source,
  });
}
