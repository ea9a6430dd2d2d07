/** The inverse of block spins: a finer lattice on which every spin is a block. */

import { refinedRows } from '../../ising/data/refinement.js';
import { SpinData } from '../../ising/data/spinData.js';
import { integer, refuse } from '../../util/check.js';
import { sha256, version } from '../../wasm/binary.js';
import { latticeOfData, toldOf } from './blocks.js';
import { originOf, samplingOfOthers } from './step.js';

/** The model in the provenance of refined spins, in place of a Hamiltonian. */
const MODEL = 'refined spins';

/**
 * Each spin becomes a block of b × b equal spins, on a lattice of b times as many rows and columns: the inverse of blocking,
 * by majority or decimation. The fine spins are no sample of the Hamiltonian of the coarse ones (`measure` throws for
 * them): their walls are straight over b sites. At K_c, where a lattice looks the same at every scale, a few hundred
 * sweeps of single spins make a critical lattice of them, which would take L^2.17 sweeps from disorder.
 *
 * The provenance names the origin of the data and the factor; twice a refinement by 2 is one by 4.
 * @param factor b >= 2
 * @throws TypeError if not SpinData; RangeError for another factor, for data of a lattice that is neither square nor
 *   triangular, or twisted, or if there is no memory for the fine spins
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.44 }).sample(1);
 * refine(data, 2).shape; // [16, 16]
 */
export function refine(data: SpinData, factor: number): SpinData {
  const lattice = latticeOfData(data);
  const b = integer('factor', factor, 2);
  if (lattice.kind !== 'square' && lattice.kind !== 'triangular') {
    refuse('data', 'data of a square or triangular lattice', lattice.kind);
  }
  if (lattice.twist !== 0) refuse('data', 'data of a lattice without a twist', `twist ${lattice.twist}`);
  const { parameters = {}, seed, sampling } = data.provenance;
  const again = parameters.model === MODEL;
  const sides = lattice.sides.map((side) => side * b);
  return new SpinData(data.count, [sides[0], sides[1]], refinedRows(data.bytes, data.count, data.shape, b), {
    source: 'blockspin refine',
    parameters: {
      ...toldOf({ ...lattice, sides }),
      model: MODEL,
      factor: again ? (parameters.factor as number) * b : b,
      origin: again ? parameters.origin : originOf(data),
    },
    ...(seed !== undefined && { seed }),
    version,
    wasm: sha256,
    ...samplingOfOthers(sampling),
  });
}
