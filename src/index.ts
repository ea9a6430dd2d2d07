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
export { enumerateTerms, type NBodyAnswer, type NBodyModel } from './exact/nBody.js';
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
export { decodeSamplerState, encodeSamplerState } from './io/samplerState.js';
export { type SpinArrayOptions, spinDataFromArray, spinDataToArray } from './io/spinArray.js';
export { decodeSpinData, encodeSpinData, readSpins, type SpinReadOptions } from './io/spinData.js';
export { type ByteSource, decodeSpinFile, encodeSpinFile, SpinFile } from './io/spinFile.js';
export { decodeStack, encodeStack } from './io/stack.js';
export { decodeTrainingState, encodeTrainingState } from './io/trainingState.js';
export { bonds } from './ising/bonds.js';
export type { ChainOptions, SamplerState } from './ising/chainSampler.js';
export {
  correlationLength,
  type EnergyLevel,
  energyHistogram,
  type StructureFactor,
  structureFactor,
  type TwoPointFunction,
  twoPointFunction,
} from './ising/correlations.js';
export { Hamiltonian, type HamiltonianOptions, hamiltonian, type Term } from './ising/hamiltonian.js';
export { Ising, type IsingOptions } from './ising/ising.js';
export {
  type Boundary,
  type Chain,
  type CubicLattice,
  chain,
  cubic,
  type Graph,
  graph,
  type Lattice,
  type LatticeOptions,
  type OpenSquareLattice,
  type SquareLattice,
  square,
  type TriangularLattice,
  triangular,
} from './ising/lattice.js';
export { type Measurements, type MeasureOptions, measure } from './ising/measure.js';
export { type EdwardsAndersonOptions, edwardsAnderson, type IsingModelOptions, ising } from './ising/models.js';
export { isingPseudoLikelihood } from './ising/observables.js';
export { IsingReplicas, REPLICAS } from './ising/replicas.js';
export type { Estimate, SamplingMethod, SamplingReport } from './ising/sampling.js';
export {
  canonicalSeries,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from './ising/series.js';
export { SingleSpin, type SingleSpinOptions } from './ising/singleSpin.js';
export { type Provenance, SpinData } from './ising/spinData.js';
export {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './ising/thermodynamics.js';
export { type Annealed, type AnnealingOptions, type Bennett, bennett } from './rbm/annealing.js';
export { type Converted, toBits, toSpins } from './rbm/convert.js';
export { barsAndStripes, labelledShifter } from './rbm/datasets.js';
export {
  bitLayer,
  type Floats,
  gaussianLayer,
  type Layer,
  type LayerKind,
  reluLayer,
  type States,
  spinLayer,
} from './rbm/layers.js';
export {
  freeEnergyGap,
  klDivergence,
  type LogLikelihood,
  logLikelihood,
  type PseudoLikelihood,
  pseudoLikelihood,
} from './rbm/likelihood.js';
export {
  annealedImportance,
  type LogPartition,
  logPartition,
  logPartitionAsync,
  type PartitionMethod,
  type PartitionOptions,
  reverseAnnealing,
} from './rbm/partition.js';
export { type AnyRbm, type GibbsOptions, Rbm, type RbmLayers, type RbmParameters } from './rbm/rbm.js';
export { Stack, type StackOptions, type StackState, type TrainedStack, trainStack } from './rbm/stack.js';
export {
  type FlipSymmetricOptions,
  flipSymmetric,
  type TranslationInvariantOptions,
  Translations,
  translationInvariant,
} from './rbm/symmetric.js';
export { type TrainedRbm, Training, type TrainRbmOptions, trainRbm } from './rbm/training.js';
export type { Algorithm, CheckedOptions, Optimiser, Schedule, TrainingOptions } from './rbm/trainingOptions.js';
export type { EpochRecord, TrainingState } from './rbm/trainingState.js';
export { type Binning, binning } from './stats/binning.js';
export { binderCrossing, type Crossing, crossing } from './stats/crossing.js';
export { type MeanEstimate, meanEstimate } from './stats/estimate.js';
export { type StraightLine, straightLine } from './stats/fit.js';
export { type Jackknife, jackknife } from './stats/jackknife.js';
export { MultiHistogram, type MultiHistogramOptions } from './stats/multiHistogram.js';
export {
  type Averages,
  type CanonicalSeries,
  type Reweighted,
  type ReweightOptions,
  reweight,
  type Statistic,
} from './stats/reweight.js';
export {
  type CollapseFit,
  type CollapseParameters,
  type CollapseQuality,
  collapseQuality,
  fitCollapse,
  type ScalingPoint,
} from './stats/scaling.js';
export { type Autocorrelation, type AutocorrelationOptions, integratedAutocorrelation } from './stats/series.js';
export { BitRows } from './util/bits.js';
export { DivergenceError, FormatError } from './util/errors.js';
export type { Seed } from './util/random.js';
export type { Progress, WorkOptions } from './util/work.js';
export { version } from './wasm/binary.js';
export { init } from './wasm/module.js';
export { defaultThreads, threadsAvailable } from './wasm/threads.js';
