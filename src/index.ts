/** The public face of blockspin: everything here runs in Node and in browsers alike. Files are in `blockspin/node`, studies in `blockspin/experiments`. */

export { type ChainModel, decimate, type OpenChainAnswer, openChain, type RingAnswer, ring } from './exact/chain.js';
export {
  type Bond,
  densityOfStates,
  type EnumerateAnswer,
  enumerate,
  type PairModel,
} from './exact/enumerate.js';
export { kaufman, type TorusAnswer } from './exact/kaufman.js';
export {
  criticalCoupling,
  onsagerEnergy,
  onsagerLogPartition,
  onsagerMagnetisation,
  onsagerSpecificHeat,
} from './exact/onsager.js';
export { type Locality, locality } from './fields/locality.js';
export { decodeNpy, encodeNpy, type NpyArray } from './io/npy.js';
export { decodeNpz, encodeNpz } from './io/npz.js';
export { decodeSafetensors, encodeSafetensors, type Tensor } from './io/safetensors.js';
export { decodeSpinData, encodeSpinData } from './io/spinData.js';
export { decodeStack, encodeStack } from './io/stack.js';
export { type Estimate, Ising, type IsingOptions, type SamplingMethod, type SamplingReport } from './ising/ising.js';
export { type SquareLattice, square } from './ising/lattice.js';
export { isingPseudoLikelihood } from './ising/observables.js';
export { IsingReplicas, REPLICAS } from './ising/replicas.js';
export { type Provenance, SpinData } from './ising/spinData.js';
export { pseudoLikelihood } from './rbm/likelihood.js';
export { Rbm, type RbmParameters } from './rbm/rbm.js';
export { Stack, type StackOptions, type StackState, type TrainedStack, trainStack } from './rbm/stack.js';
export { type EpochRecord, Training, type TrainingOptions, type TrainingState, trainRbm } from './rbm/training.js';
export { type Binning, binning } from './stats/binning.js';
export { type Jackknife, jackknife } from './stats/jackknife.js';
export { type Autocorrelation, type AutocorrelationOptions, integratedAutocorrelation } from './stats/series.js';
export { BitRows } from './util/bits.js';
export { DivergenceError, FormatError } from './util/errors.js';
export type { Seed } from './util/random.js';
export type { Progress, WorkOptions } from './util/work.js';
export { version } from './wasm/binary.js';
export { init } from './wasm/module.js';
export { defaultThreads, threadsAvailable } from './wasm/team.js';
