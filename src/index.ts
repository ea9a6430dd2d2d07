/** The public face of blockspin: everything here runs in Node and in browsers alike. Files are in `blockspin/node`. */

export { Ising, type IsingOptions, type Estimate, type SamplingReport } from './ising/ising.js';
export { square, type SquareLattice } from './ising/lattice.js';
export { IsingReplicas, REPLICAS } from './ising/replicas.js';
export { SpinData, type Provenance } from './ising/spinData.js';
export { pseudoLikelihood } from './rbm/likelihood.js';
export { Rbm, type RbmParameters } from './rbm/rbm.js';
export { Stack, trainStack, type StackOptions, type StackState, type TrainedStack } from './rbm/stack.js';
export { Training, trainRbm, type EpochRecord, type TrainingOptions, type TrainingState } from './rbm/training.js';
export { BitRows } from './util/bits.js';
export { DivergenceError, FormatError } from './util/errors.js';
export type { Seed } from './util/random.js';
export type { Progress, WorkOptions } from './util/work.js';
export { init } from './wasm/module.js';
export { defaultThreads, threadsAvailable } from './wasm/team.js';
export { version } from './wasm/binary.js';
