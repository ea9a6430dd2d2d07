/** `blockspin/rbm`: restricted Boltzmann machines: layers, likelihoods, training, diagnosis, stacks. */

export { type EpochSeen, type ResidueDrift, residueDrift } from './diagnosis/course.js';
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
} from './diagnosis/hiddenUnits.js';
export type { MonitorOptions, MonitorRecord } from './diagnosis/monitor.js';
export {
  type ModeOfRows,
  type Outcome,
  type OutcomeOptions,
  trainingOutcome,
  trainingOutcomeAsync,
  weightsMoved,
} from './diagnosis/outcome.js';
export { singularValues } from './diagnosis/singularValues.js';
export type { CheckedOptions } from './engines/checkedOptions.js';
export type {
  Algorithm,
  LayeredTrainingOptions,
  Optimiser,
  Precision,
  Schedule,
  StridedTorus,
  TrainingOptions,
  UnitKinds,
} from './engines/options.js';
export type { EpochRecord, TrainingState } from './engines/state.js';
export { type Annealed, type AnnealingOptions, type Bennett, bennett } from './likelihood/annealing.js';
export { independentLogLikelihood } from './likelihood/independent.js';
export {
  freeEnergyGap,
  klDivergence,
  type LogLikelihood,
  logLikelihood,
  type PseudoLikelihood,
  pseudoLikelihood,
  unexplainedVariance,
} from './likelihood/likelihood.js';
export {
  annealedImportance,
  type LogPartition,
  logPartition,
  logPartitionAsync,
  type PartitionMethod,
  type PartitionOptions,
  reverseAnnealing,
} from './likelihood/partition.js';
export { type ConvertedRbm, toBits, toSpins } from './model/convert.js';
export { barsAndStripes, labelledShifter } from './model/datasets.js';
export {
  bitLayer,
  type Floats,
  gaussianLayer,
  type Layer,
  type LayerKind,
  reluLayer,
  type States,
  spinLayer,
} from './model/layers.js';
export { type AnyRbm, type GibbsOptions, Rbm, type RbmLayers, type RbmParameters } from './model/rbm.js';
export {
  type FlipSymmetricOptions,
  flipSymmetric,
  type TranslationInvariantOptions,
  Translations,
  translationInvariant,
} from './model/symmetric.js';
export {
  type StackBound,
  type StackBoundOptions,
  type StackSampleOptions,
  sampleStack,
  sampleStackAsync,
  stackBound,
} from './stack/beliefNetwork.js';
export { Stack, type StackOptions, type StackState, type TrainedStack, trainStack } from './stack/stack.js';
export { Training } from './training/training.js';
export {
  type RunOptions,
  type TrainedRbm,
  type TrainLayersOptions,
  type TrainRbmOptions,
  trainRbm,
} from './training/trainRbm.js';
