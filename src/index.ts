/**
 * `blockspin`: what a first page needs, in Node and in browsers alike. All else has a door of its own:
 * `blockspin/ising`, `blockspin/rbm`, `blockspin/rg`, `blockspin/fields`, `blockspin/exact`, `blockspin/linear`,
 * `blockspin/stats`, `blockspin/formats`, `blockspin/io`, `blockspin/viz`, `blockspin/experiments`; and with files
 * `blockspin/node`.
 */

export { criticalCoupling } from './exact/index.js';
export { type Locality, locality } from './fields/index.js';
export {
  decodeRbm,
  decodeSpinData,
  decodeStack,
  decodeTrainingData,
  encodeRbm,
  encodeSpinData,
  encodeStack,
} from './io/index.js';
export {
  chain,
  cubic,
  exactAnswer,
  Hamiltonian,
  hamiltonianFromTerms,
  Ising,
  type IsingOptions,
  isingHamiltonian,
  type Lattice,
  type Measurements,
  measure,
  type Sampler,
  type SamplerOptions,
  type SamplingReport,
  SpinData,
  samplerFor,
  square,
  triangular,
} from './ising/index.js';
export {
  type AnyRbm,
  hiddenUnits,
  logLikelihood,
  logPartition,
  type Outcome,
  pseudoLikelihood,
  Rbm,
  Stack,
  type StackOptions,
  type TrainedRbm,
  type TrainedStack,
  Training,
  type TrainingOptions,
  type TrainRbmOptions,
  trainRbm,
  trainStack,
} from './rbm/index.js';
export {
  checkMapping,
  coarseGrain,
  describeMapping,
  kadanoffOperator,
  type MappingReport,
  majorityOperator,
  rbmOf,
  SpinRbm,
  spinRbmFromBits,
  trainExactly,
  variationalStep,
} from './rg/index.js';
export { BitRows } from './util/bits.js';
export { DivergenceError, FormatError } from './util/errors.js';
export type { Seed } from './util/random.js';
export { RealRows } from './util/reals.js';
export type { Progress, WorkOptions } from './util/work.js';
export { version } from './wasm/binary.js';
export { type InitOptions, init } from './wasm/init.js';
export { defaultThreads, threadsAvailable } from './wasm/threads.js';
