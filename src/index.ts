/**
 * The public face of blockspin: everything here runs in Node and in browsers alike. Files are in `blockspin/node`, studies in `blockspin/experiments`, pictures in
 * `blockspin/viz`.
 */

export { torusDensityOfStates } from './exact/beale.js';
export { type CanonicalAnswer, canonicalEnsemble } from './exact/canonical.js';
export {
  type ChainModel,
  type DecimatedChain,
  decimate,
  decimateInField,
  type OpenChainAnswer,
  openChain,
  type RingAnswer,
  ring,
} from './exact/chain.js';
export {
  type CorrelationOptions,
  type LatticeDirection,
  onsagerCorrelation,
  onsagerCorrelationLength,
} from './exact/correlation.js';
export { type DistributionAnswer, exactDistribution } from './exact/distribution.js';
export { type Bond, densityOfStates, type EnumerateAnswer, enumerate, type PairModel } from './exact/enumerate.js';
export { kaufman, type TorusAnswer } from './exact/kaufman.js';
export { type MagnetisationAnswer, type MagnetisationModel, magnetisationDistribution } from './exact/magnetisation.js';
export { enumerateTerms, type NBodyAnswer, type NBodyModel } from './exact/nBody.js';
export {
  criticalCoupling,
  onsagerEnergy,
  onsagerLogPartition,
  onsagerMagnetisation,
  onsagerSpecificHeat,
} from './exact/onsager.js';
export { exactOverlap, type OverlapAnswer } from './exact/overlap.js';
export {
  type FiniteStripModel,
  type InfiniteStripAnswer,
  infiniteStrip,
  type StripAnswer,
  type StripModel,
  strip,
  stripCorrelationLength,
} from './exact/strip.js';
export { type Locality, locality } from './fields/locality.js';
export { decodeIdx, encodeIdx } from './formats/idx.js';
export { decodeNpy, encodeNpy, type NpyArray } from './formats/npy.js';
export { decodeNpz, encodeNpz } from './formats/npz.js';
export { decodeSafetensors, encodeSafetensors, type Tensor } from './formats/safetensors.js';
export { exportRbm } from './io/exportRbm.js';
export { type ImportOptions, importRbm } from './io/importRbm.js';
export { decodeRbm, encodeRbm } from './io/rbm.js';
export { decodeSamplerState, encodeSamplerState } from './io/samplerState.js';
export { type SpinArrayOptions, spinDataFromArray, spinDataToArray } from './io/spinArray.js';
export { decodeSpinData, encodeSpinData, readSpins, type SpinReadOptions } from './io/spinData.js';
export { type ByteSource, decodeSpinFile, encodeSpinFile, SpinFile } from './io/spinFile.js';
export { decodeStack, encodeStack } from './io/stack.js';
export {
  type BitRowsOptions,
  bitRowsFromArray,
  bitRowsFromImages,
  type GreyOptions,
  readTrainingData,
  realRowsFromArray,
  type TrainingDataOptions,
} from './io/trainingData.js';
export { decodeStackState, decodeTrainingState, encodeStackState, encodeTrainingState } from './io/trainingState.js';
export type { ChainSnapshot } from './ising/chains/chain.js';
export type { Estimate, ExchangeReport, SamplingMethod, SamplingReport } from './ising/data/samplingReport.js';
export type { ClusterMethod } from './ising/chains/clusterChain.js';
export type { AllClusters, ClusterSeries } from './ising/chains/clusterSeries.js';
export type { SpinUpdate } from './ising/chains/planes.js';
export type { SizeClass } from './ising/chains/sizeClasses.js';
export { hamiltonianOfData } from './ising/data/provenance.js';
export { type Provenance, SpinData } from './ising/data/spinData.js';
export {
  connectedCorrelationLength,
  correlationLength,
  type EnergyLevel,
  energyHistogram,
  type StructureFactor,
  structureFactor,
  type TwoPointFunction,
  twoPointFunction,
} from './ising/measure/correlations.js';
export { type ExactAnswer, exactAnswer } from './ising/measure/exactAnswer.js';
export { type ImprovedMeasurements, improvedMeasurements, type SizeDensity } from './ising/measure/improved.js';
export { type EnergyUnit, type Measurements, type MeasureOptions, measure } from './ising/measure/measure.js';
export { isingPseudoLikelihood } from './ising/measure/observables.js';
export {
  linkOverlapSeries,
  measureOverlap,
  type OverlapLevel,
  type OverlapMeasurements,
  type OverlapOptions,
  overlapSeries,
} from './ising/measure/overlap.js';
export {
  type CanonicalSeriesOptions,
  canonicalSeries,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from './ising/measure/series.js';
export {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  fieldSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './ising/measure/thermodynamics.js';
export { bonds } from './ising/models/bonds.js';
export { Hamiltonian, type HamiltonianOptions, hamiltonian, type Term } from './ising/models/hamiltonian.js';
export {
  type Boundary,
  blocks,
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
} from './ising/models/lattice.js';
export { type EdwardsAndersonOptions, edwardsAnderson, type IsingModelOptions, ising } from './ising/models/models.js';
export type { ChainOptions, SamplerState } from './ising/samplers/chainSampler.js';
export { Clusters, type ClustersOptions } from './ising/samplers/clusters.js';
export { CouplingFromThePast, type CouplingFromThePastOptions } from './ising/samplers/couplingFromThePast.js';
export { Ising, type IsingOptions } from './ising/samplers/ising.js';
export { MultiSpin, type MultiSpinOptions } from './ising/samplers/multiSpin.js';
export { IsingReplicas, type IsingReplicasOptions } from './ising/samplers/replicas.js';
export { REPLICAS } from './ising/chains/planes.js';
export {
  SAMPLER_METHODS,
  type Sampler,
  type SamplerMethod,
  type SamplerOptions,
  sample,
  sampler,
} from './ising/samplers/sampler.js';
export { SingleSpin, type SingleSpinOptions } from './ising/samplers/singleSpin.js';
export { Tempering, type TemperingOptions, type TemperingSampleOptions } from './ising/samplers/tempering.js';
export {
  type TemperingScalesOptions,
  temperingScales,
  temperingScalesAsync,
} from './ising/samplers/temperingScales.js';
export {
  type AutocorrelationOfChainsOptions,
  chainAutocorrelation,
  type Difference,
  type EquilibriumCheck,
  type EquilibriumOptions,
  type EquilibriumSeries,
  equilibriumCheck,
  type HiddenUnit,
  hiddenUnits,
} from './rbm/diagnosis/hiddenUnits.js';
export type { MonitorOptions, MonitorRecord } from './rbm/diagnosis/monitor.js';
export {
  type Drift,
  driftOf,
  type ModeOfRows,
  type Outcome,
  type OutcomeOptions,
  type Seen,
  trainingOutcome,
  trainingOutcomeAsync,
  weightsMoved,
} from './rbm/diagnosis/outcome.js';
export { singularValues } from './rbm/diagnosis/singularValues.js';
export type {
  Algorithm,
  CheckedOptions,
  LayeredTrainingOptions,
  Optimiser,
  Precision,
  Schedule,
  TrainingOptions,
  UnitKinds,
} from './rbm/engines/options.js';
export type { EpochRecord, TrainingState } from './rbm/engines/state.js';
export { type Annealed, type AnnealingOptions, type Bennett, bennett } from './rbm/likelihood/annealing.js';
export { independentLogLikelihood } from './rbm/likelihood/independent.js';
export {
  freeEnergyGap,
  klDivergence,
  type LogLikelihood,
  logLikelihood,
  type PseudoLikelihood,
  pseudoLikelihood,
  unexplained,
} from './rbm/likelihood/likelihood.js';
export {
  annealedImportance,
  type LogPartition,
  logPartition,
  logPartitionAsync,
  type PartitionMethod,
  type PartitionOptions,
  reverseAnnealing,
} from './rbm/likelihood/partition.js';
export { type Converted, toBits, toSpins } from './rbm/model/convert.js';
export { barsAndStripes, labelledShifter } from './rbm/model/datasets.js';
export {
  bitLayer,
  type Floats,
  gaussianLayer,
  type Layer,
  type LayerKind,
  reluLayer,
  type States,
  spinLayer,
} from './rbm/model/layers.js';
export { type AnyRbm, type GibbsOptions, Rbm, type RbmLayers, type RbmParameters } from './rbm/model/rbm.js';
export {
  type FlipSymmetricOptions,
  flipSymmetric,
  type TranslationInvariantOptions,
  Translations,
  translationInvariant,
} from './rbm/model/symmetric.js';
export {
  type StackBound,
  type StackBoundOptions,
  type StackSampleOptions,
  sampleStack,
  sampleStackAsync,
  stackBound,
} from './rbm/stack/beliefNetwork.js';
export { Stack, type StackOptions, type StackState, type TrainedStack, trainStack } from './rbm/stack/stack.js';
export {
  type RunOptions,
  type TrainedRbm,
  Training,
  type TrainLayersOptions,
  type TrainRbmOptions,
  trainRbm,
} from './rbm/training/training.js';
export {
  type BlockShape,
  type BlockStep,
  blockMeans,
  type CoarseGrainOptions,
  coarseGrain,
} from './rg/blocking/block.js';
export {
  bondCoupling,
  type DecimationLevel,
  type DecimationOptions,
  decimationStack,
  undecimate,
  undecimateInField,
  visibleCouplings,
} from './rg/blocking/decimation.js';
export {
  type BlockObservable,
  type BlockObservables,
  blockObservables,
  type Observed,
} from './rg/blocking/observables.js';
export {
  bitCouplings,
  type CouplingEstimate,
  exactCouplings,
  fromBitTerms,
  type QuadratureOptions,
  quadratureCouplings,
  type SampledCouplingOptions,
  sampledCouplings,
  toBitTerms,
} from './rg/couplings/couplings.js';
export { bondRbm, rbmOf } from './rg/couplings/decoration.js';
export { type DescribeOptions, describeHamiltonian, type TermGroup, termGroups } from './rg/couplings/describe.js';
export {
  type GroupCouplingOptions,
  type GroupCouplings,
  groupCouplings,
  type Pair,
} from './rg/couplings/pseudoLikelihood.js';
export { independentHidden, shifted, wrongMarginal } from './rg/map/counterexamples.js';
export {
  type ExactTraining,
  type ExactTrainingOptions,
  type ExactTrainingRecord,
  trainExactly,
  trainExactlyAsync,
} from './rg/map/exactTraining.js';
export { describeMapping, type JointModel, type MappingReport, mapping, type Statement } from './rg/map/mapping.js';
export {
  type MaximumLikelihood,
  type MaximumLikelihoodOptions,
  maximiseLikelihood,
  maximiseLikelihoodAsync,
} from './rg/map/maximumLikelihood.js';
export {
  conditionalOperator,
  decimationOperator,
  functionOperator,
  type KadanoffOptions,
  kadanoffOperator,
  majorityOperator,
  type Operator,
  rbmOperator,
} from './rg/map/operators.js';
export { type SampledStep, sampledVariational } from './rg/map/sampled.js';
export { type BitRbmParameters, SpinRbm, type SpinRbmParameters, spinRbm } from './rg/map/spinRbm.js';
export {
  mutualInformation,
  type OptimisedStep,
  type OptimiseOptions,
  optimise,
  type TauSpread,
  type VariationalStep,
  variational,
} from './rg/map/variational.js';
export { type Dropped, energyTable, hamiltonianOf, type TruncatedHamiltonian } from './rg/tables/walsh.js';
export { type Binning, binning } from './stats/binning.js';
export { type CollapseEstimate, type CollapseFit, type CollapseOptions, fitCollapse } from './stats/collapse.js';
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
export { type CollapseParameters, type CollapseQuality, collapseQuality, type ScalingPoint } from './stats/scaling.js';
export { type Autocorrelation, type AutocorrelationOptions, integratedAutocorrelation } from './stats/series.js';
export { BitRows } from './util/bits.js';
export { DivergenceError, FormatError } from './util/errors.js';
export type { Seed } from './util/random.js';
export { RealRows } from './util/reals.js';
export type { Progress, WorkOptions } from './util/work.js';
export { version } from './wasm/binary.js';
export { init } from './wasm/module.js';
export { defaultThreads, threadsAvailable } from './wasm/threads.js';
