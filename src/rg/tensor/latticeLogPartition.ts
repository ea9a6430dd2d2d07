/** log Z of an RBM whose visible units are a lattice: by enumeration, by tensors or by annealing, whichever suits it. */

import {
  enumerationCost,
  type LogPartition,
  PARTITION_OPTIONS,
  type PartitionOptions,
  partition,
  QUICK,
} from '../../rbm/likelihood/partition.js';
import type { States } from '../../rbm/model/layers.js';
import { type AnyRbm, Rbm } from '../../rbm/model/rbm.js';
import { instanceOf, integer, knownOptions, oneOf, positiveIntegers, refuse } from '../../util/check.js';
import { finish, finishWithPauses, WORK_OPTIONS, type Work, type WorkOptions } from '../../util/work.js';
import { MAX_SMALL_BOND } from './iteration.js';
import { isTied, localPlaquettes, type Plaquettes, tensorPartition } from './rbm.js';

/** Method of `latticeLogPartition`. */
export type LatticePartitionMethod = 'auto' | 'exact' | 'tensor' | 'annealing';

/** Options of `latticeLogPartition`: those of `logPartition`, and of tensors. */
export interface LatticePartitionOptions<V extends States = States> extends Omit<PartitionOptions<V>, 'method'> {
  /** [rows, columns] of the periodic lattice of visible units, row-major. */
  shape: readonly number[];
  /**
   * 'exact' and 'annealing' are those of `logPartition`, 'tensor' is `rbmTensorLogPartition`. 'auto', the default, is exact
   * up to about ten seconds of work, by tensors if every hidden unit sees one plaquette and they take less than a minute, else annealing.
   */
  method?: LatticePartitionMethod;
  /** χ, largest dimension of a leg of a tensor, 1 to 32; default 16. */
  bond?: number;
}

/** The result of `latticeLogPartition`. */
export interface LatticeLogPartition<V extends States = States> extends LogPartition<V> {
  /** Of method 'tensor': χ, and what `rbmTensorLogPartition` says of the truncation. */
  tensors?: { bond: number; change: number; discarded: number };
  /** Why `auto` did not take tensors, where it fell back on annealing. */
  withoutTensors?: string;
}

/** Sites, at χ = 16, that take about a minute if no two of them are alike. */
const MAX_SITES = 4096;

const OPTIONS = [...PARTITION_OPTIONS, 'shape', 'bond'] as const;

/**
 * log Z of an RBM of a periodic lattice, and by which method: exact where a layer can be enumerated quickly; by tensor
 * renormalization (`rbmTensorLogPartition`) where every hidden unit sees sites of one plaquette of the lattice, with an
 * error that is no statistical one: the `change` of truncation, with twice it as the bracket; else by annealing as `logPartition`. `withoutTensors` says
 * why not by tensors. `logLikelihood`, `trainingOutcome` and others take the result.
 * @throws TypeError for a wrong kind; RangeError for a shape of another number of sites than visible units, an option out
 *   of range or unknown, or a method that was asked for and does not know such an RBM
 * @example
 * const { hidden, weights } = bondRbm(isingHamiltonian({ lattice: square(8), coupling: 0.3 })); // a hidden spin per bond
 * const spins = (n) => spinLayer(new Float32Array(n));
 * const rbm = new Rbm({ visibleLayer: spins(64), hiddenLayer: spins(hidden), weights: Float32Array.from(weights) });
 * const { method, estimate } = latticeLogPartition(rbm, { shape: [8, 8] }); // 'tensor', ln Z of the RBM
 */
export function latticeLogPartition<V extends States>(
  rbm: Rbm<V, States>,
  options: LatticePartitionOptions<V>,
): LatticeLogPartition<V> {
  knownOptions('latticeLogPartition', options, OPTIONS);
  return finish(latticePartition(rbm, options));
}

/**
 * As `latticeLogPartition`, with progress, pauses for the event loop, and a signal that stops it.
 * @throws TypeError or RangeError as `latticeLogPartition`; the reason of the signal if it stops
 */
export async function latticeLogPartitionAsync<V extends States>(
  rbm: Rbm<V, States>,
  options: LatticePartitionOptions<V> & WorkOptions,
): Promise<LatticeLogPartition<V>> {
  knownOptions('latticeLogPartitionAsync', options, [...OPTIONS, ...WORK_OPTIONS]);
  return finishWithPauses(latticePartition(rbm, options), options);
}

function* latticePartition<V extends States>(
  rbm: Rbm<V, States>,
  { shape, method: asked, bond: given, ...options }: LatticePartitionOptions<V>,
): Work<LatticeLogPartition<V>> {
  instanceOf('rbm', rbm, Rbm, 'Rbm');
  const method = oneOf('method', asked ?? 'auto', ['auto', 'exact', 'tensor', 'annealing']);
  const bond = integer('bond', given ?? 16, 1, MAX_SMALL_BOND);
  const sides = positiveIntegers('shape', shape);
  if (sides.length !== 2 || sides[0] * sides[1] !== rbm.visible) {
    refuse('shape', `[rows, columns] of ${rbm.visible} visible units`, shape);
  }
  if (method === 'exact' || method === 'annealing') return yield* partition(rbm, { ...options, method });
  if (method === 'tensor') return yield* byTensors(localPlaquettes(rbm as AnyRbm, sides), bond);
  if (enumerationCost(rbm as AnyRbm) <= QUICK) return yield* partition(rbm, { ...options, method: 'exact' });
  const local = fitting(rbm as AnyRbm, sides, bond);
  if (typeof local !== 'string') return yield* byTensors(local, bond);
  return { ...(yield* partition(rbm, { ...options, method: 'annealing' })), withoutTensors: local };
}

/** The plaquettes of an RBM that tensors know and are quick for, or else why not. */
function fitting(rbm: AnyRbm, shape: readonly number[], bond: number): Plaquettes | string {
  let local: Plaquettes;
  try {
    local = localPlaquettes(rbm, shape);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  const sites = local.rows * local.columns * (bond / 16) ** 7;
  return isTied(local) || sites <= MAX_SITES ? local : `${rbm.visible} sites that differ take more than a minute`;
}

function* byTensors(local: Plaquettes, bond: number): Work<LatticeLogPartition<never>> {
  const { estimate, change, discarded } = yield* tensorPartition(local, bond);
  return {
    method: 'tensor',
    lower: estimate - 2 * change,
    estimate,
    upper: estimate + 2 * change,
    error: change,
    effectiveSize: Infinity,
    tensors: { bond, change, discarded },
  };
}
