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
export { exportRbm } from './io/exportRbm.js';
export { decodeIdx, encodeIdx } from './io/idx.js';
export { type ImportOptions, importRbm } from './io/importRbm.js';
export { decodeNpy, encodeNpy, type NpyArray } from './io/npy.js';
export { decodeNpz, encodeNpz } from './io/npz.js';
export { decodeRbm, encodeRbm } from './io/rbm.js';
export { decodeSafetensors, encodeSafetensors, type Tensor } from './io/safetensors.js';
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
export { bonds } from './ising/bonds.js';
export type { ChainOptions, SamplerState } from './ising/chainSampler.js';
export type { ClusterMethod } from './ising/clusterChain.js';
export type { AllClusters, ClusterSeries } from './ising/clusterSeries.js';
export { Clusters, type ClustersOptions } from './ising/clusters.js';
export {
  connectedCorrelationLength,
  correlationLength,
  type EnergyLevel,
  energyHistogram,
  type StructureFactor,
  structureFactor,
  type TwoPointFunction,
  twoPointFunction,
} from './ising/correlations.js';
export { CouplingFromThePast, type CouplingFromThePastOptions } from './ising/couplingFromThePast.js';
export { type ExactAnswer, exactAnswer } from './ising/exactAnswer.js';
export { Hamiltonian, type HamiltonianOptions, hamiltonian, type Term } from './ising/hamiltonian.js';
export { type ImprovedMeasurements, improvedMeasurements, type SizeDensity } from './ising/improved.js';
export { Ising, type IsingOptions } from './ising/ising.js';
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
} from './ising/lattice.js';
export { type EnergyUnit, type Measurements, type MeasureOptions, measure } from './ising/measure.js';
export { type EdwardsAndersonOptions, edwardsAnderson, type IsingModelOptions, ising } from './ising/models.js';
export { MultiSpin, type MultiSpinOptions } from './ising/multiSpin.js';
export { isingPseudoLikelihood } from './ising/observables.js';
export {
  linkOverlapSeries,
  measureOverlap,
  type OverlapLevel,
  type OverlapMeasurements,
  type OverlapOptions,
  overlapSeries,
} from './ising/overlap.js';
export type { SpinUpdate } from './ising/planes.js';
export { hamiltonianOfData } from './ising/provenance.js';
export { IsingReplicas, type IsingReplicasOptions, REPLICAS } from './ising/replicas.js';
export {
  SAMPLER_METHODS,
  type Sampler,
  type SamplerMethod,
  type SamplerOptions,
  sample,
  sampler,
} from './ising/sampler.js';
export type { ChainSnapshot, Estimate, ExchangeReport, SamplingMethod, SamplingReport } from './ising/sampling.js';
export {
  type CanonicalSeriesOptions,
  canonicalSeries,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from './ising/series.js';
export { SingleSpin, type SingleSpinOptions } from './ising/singleSpin.js';
export type { SizeClass } from './ising/sizeClasses.js';
export { type Provenance, SpinData } from './ising/spinData.js';
export { Tempering, type TemperingOptions, type TemperingSampleOptions } from './ising/tempering.js';
export { type TemperingScalesOptions, temperingScales, temperingScalesAsync } from './ising/temperingScales.js';
export {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  fieldSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './ising/thermodynamics.js';
export { type Annealed, type AnnealingOptions, type Bennett, bennett } from './rbm/annealing.js';
export {
  type StackBound,
  type StackBoundOptions,
  type StackSampleOptions,
  sampleStack,
  sampleStackAsync,
  stackBound,
} from './rbm/beliefNetwork.js';
export { type Converted, toBits, toSpins } from './rbm/convert.js';
export { barsAndStripes, labelledShifter } from './rbm/datasets.js';
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
} from './rbm/diagnosis.js';
export { independentLogLikelihood } from './rbm/independent.js';
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
  unexplained,
} from './rbm/likelihood.js';
export type { MonitorOptions, MonitorRecord } from './rbm/monitor.js';
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
} from './rbm/outcome.js';
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
export { singularValues } from './rbm/singularValues.js';
export { Stack, type StackOptions, type StackState, type TrainedStack, trainStack } from './rbm/stack.js';
export {
  type FlipSymmetricOptions,
  flipSymmetric,
  type TranslationInvariantOptions,
  Translations,
  translationInvariant,
} from './rbm/symmetric.js';
export {
  type RunOptions,
  type TrainedRbm,
  Training,
  type TrainLayersOptions,
  type TrainRbmOptions,
  trainRbm,
} from './rbm/training.js';
export type {
  Algorithm,
  CheckedOptions,
  LayeredTrainingOptions,
  Optimiser,
  Precision,
  Schedule,
  TrainingOptions,
  UnitKinds,
} from './rbm/trainingOptions.js';
export type { EpochRecord, TrainingState } from './rbm/trainingState.js';
export { type BlockShape, type BlockStep, blockMeans, type CoarseGrainOptions, coarseGrain } from './rg/block.js';
export { independentHidden, shifted, wrongMarginal } from './rg/counterexamples.js';
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
} from './rg/couplings.js';
export {
  bondCoupling,
  type DecimationLevel,
  type DecimationOptions,
  decimationStack,
  undecimate,
  undecimateInField,
  visibleCouplings,
} from './rg/decimation.js';
export { bondRbm, rbmOf } from './rg/decoration.js';
export { type DescribeOptions, describeHamiltonian, type TermGroup, termGroups } from './rg/describe.js';
export {
  type ExactTraining,
  type ExactTrainingOptions,
  type ExactTrainingRecord,
  trainExactly,
  trainExactlyAsync,
} from './rg/exactTraining.js';
export { describeMapping, type JointModel, type MappingReport, mapping, type Statement } from './rg/mapping.js';
export {
  type MaximumLikelihood,
  type MaximumLikelihoodOptions,
  maximiseLikelihood,
  maximiseLikelihoodAsync,
} from './rg/maximumLikelihood.js';
export { type BlockObservable, type BlockObservables, blockObservables, type Observed } from './rg/observables.js';
export {
  conditionalOperator,
  decimationOperator,
  functionOperator,
  type KadanoffOptions,
  kadanoffOperator,
  majorityOperator,
  type Operator,
  rbmOperator,
} from './rg/operators.js';
export { type GroupCouplingOptions, type GroupCouplings, groupCouplings, type Pair } from './rg/pseudoLikelihood.js';
export { type SampledStep, sampledVariational } from './rg/sampled.js';
export { type BitRbmParameters, SpinRbm, type SpinRbmParameters, spinRbm } from './rg/spinRbm.js';
export {
  mutualInformation,
  type OptimisedStep,
  type OptimiseOptions,
  optimise,
  type TauSpread,
  type VariationalStep,
  variational,
} from './rg/variational.js';
export { type Dropped, energyTable, hamiltonianOf, type TruncatedHamiltonian } from './rg/walsh.js';
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
