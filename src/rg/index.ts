/**
 * `blockspin/rg`: block spins, the variational renormalization group, the exact map to RBMs, couplings of RBMs, and the
 * classical recursions of couplings with their fixed points, exponents and flow lines; tensor renormalization.
 */

export { blockMeans, type CoarseGrainOptions, coarseGrain } from './blocking/block.js';
export type { BlockFactor, BlockShape } from './blocking/blocks.js';
export { type CoarseSpin, type FunctionSpin, type InputSpin, probabilityUp } from './blocking/conditional.js';
export {
  bondCoupling,
  type DecimationLevel,
  type DecimationOptions,
  decimationStack,
  undecimate,
  undecimateInField,
  visibleCouplings,
} from './blocking/decimation.js';
export {
  type Filter,
  type FilterRuleOptions,
  filterRule,
  type TiedFilterOptions,
  tiedFilterOf,
} from './blocking/filter.js';
export { type LayerRuleOptions, layerRule } from './blocking/layers.js';
export {
  type BlockObservable,
  type BlockObservables,
  blockObservables,
} from './blocking/observables.js';
export { type PlacedLayerOptions, type PlacedRule, placedLayerRule } from './blocking/placed.js';
export { refine } from './blocking/refine.js';
export {
  type BlockingRule,
  decimationRule,
  functionRule,
  iteratedRule,
  majorityRule,
  productRule,
  type RuleDraws,
  softRule,
} from './blocking/rule.js';
export type { BlockStep } from './blocking/step.js';
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
} from './couplings/couplings.js';
export { bondRbm, rbmOf } from './couplings/decoration.js';
export { type DescribeOptions, describeHamiltonian, type TermGroup, termGroups } from './couplings/describe.js';
export { type CouplingOrder, couplingOrder } from './couplings/order.js';
export {
  type GroupCouplingOptions,
  type GroupCouplings,
  groupCouplings,
  type Pair,
} from './couplings/pseudoLikelihood.js';
export { type ChainDecimationOptions, chainDecimation } from './flow/decimation.js';
export { type FixedPoint, type FixedPointOptions, fixedPoints } from './flow/fixedPoints.js';
export { flowLine, type SeparatrixOptions, type SeparatrixPoint, separatrix } from './flow/flowLine.js';
export {
  type KadanoffFreeEnergy,
  type KadanoffOptimum,
  type KadanoffVariationalOptions,
  kadanoffFreeEnergy,
  kadanoffOptimum,
  kadanoffVariational,
} from './flow/kadanoff.js';
export { exponents, type LinearisedFlow, linearise } from './flow/linearise.js';
export { flowLogPartition } from './flow/logPartition.js';
export {
  type MigdalKadanoffModel,
  type MigdalKadanoffOptions,
  migdalKadanoff,
  migdalKadanoffFlow,
} from './flow/migdalKadanoff.js';
export { type NiemeijerVanLeeuwenOptions, niemeijerVanLeeuwen } from './flow/niemeijerVanLeeuwen.js';
export type { FlowEquation, Recursion, RenormalizationScheme } from './flow/recursion.js';
export { type SquareDecimationStep, squareDecimation, squareDecimationStep } from './flow/squareDecimation.js';
export { independentHidden, matchFreeEnergy, wrongMarginal } from './map/counterexamples.js';
export {
  type ExactTraining,
  type ExactTrainingOptions,
  type ExactTrainingRecord,
  type ExactTrainingStep,
  exactTrainingSteps,
  trainExactly,
  trainExactlyAsync,
} from './map/exactTraining.js';
export {
  checkMapping,
  describeMapping,
  type JointModel,
  type MappingReport,
  type MappingStatement,
} from './map/mapping.js';
export {
  type MaximumLikelihood,
  type MaximumLikelihoodOptions,
  maximiseLikelihood,
  maximiseLikelihoodAsync,
} from './map/maximumLikelihood.js';
export {
  conditionalOperator,
  decimationOperator,
  functionOperator,
  type KadanoffOptions,
  kadanoffOperator,
  majorityOperator,
  type Operator,
  rbmOperator,
  ruleOperator,
} from './map/operators.js';
export { type SampledStep, sampledVariationalStep } from './map/sampled.js';
export { type BitRbmParameters, SpinRbm, type SpinRbmParameters, spinRbmFromBits } from './map/spinRbm.js';
export {
  mutualInformation,
  type OptimisedOperator,
  type OptimiseOptions,
  optimiseOperator,
  type TauSpread,
  type VariationalResult,
  variationalStep,
} from './map/variational.js';
export type { Sectors } from './mcrg/bases.js';
export type { LevelOptions } from './mcrg/levels.js';
export { type MatchingOptions, type MatchingReport, type MatchingStep, matchLattices } from './mcrg/matching.js';
export { MonteCarloRg, monteCarloRg } from './mcrg/monteCarloRg.js';
export type { McrgReport, McrgSector, McrgStep } from './mcrg/report.js';
export { latticeOf, OperatorBasis, operatorBasis } from './operators/basis.js';
export {
  type LatticeOperator,
  latticeOperator,
  latticeOperators,
  type OperatorLattice,
  standardOperators,
} from './operators/latticeOperator.js';
export { type Edges, graphOperators, neighbourGraph } from './operators/neighbourGraph.js';
export type { SpinOperator } from './operators/productSums.js';
export { type DroppedTerms, energyTable, hamiltonianOf, type TruncatedHamiltonian } from './tables/walsh.js';
export { type TensorEnergyOptions, tensorEnergy } from './tensor/energy.js';
export { hotrg } from './tensor/hotrg.js';
export type { TensorRgOptions } from './tensor/iteration.js';
export {
  type LatticeLogPartition,
  type LatticePartitionMethod,
  type LatticePartitionOptions,
  latticeLogPartition,
  latticeLogPartitionAsync,
} from './tensor/latticeLogPartition.js';
export { loopTnr } from './tensor/loop.js';
export {
  type IsingTensorOptions,
  isingTensor,
  type PlaquetteTensorOptions,
  type PottsTensorOptions,
  plaquetteTensor,
  pottsTensor,
  type WeightTensorOptions,
  weightTensor,
} from './tensor/models.js';
export type { Complex, TensorNetwork } from './tensor/network.js';
export {
  type RbmTensorLogPartitionOptions,
  type RbmTensorOptions,
  rbmTensor,
  rbmTensorLogPartition,
  type TensorLogPartition,
} from './tensor/rbm.js';
export type { DimensionOptions, ScalingDimension, ScalingDimensions, TensorStep } from './tensor/step.js';
export type { BlockTensor, Leg } from './tensor/tensor.js';
export { bondWeightedTrg, trg } from './tensor/trg.js';
export type { VmcrgOptions, VmcrgWorkOptions } from './vmcrg/biasedEnsemble.js';
export { type BiasPotential, OperatorPotential } from './vmcrg/biasPotential.js';
export { type FilterCoupling, filterCouplings } from './vmcrg/filterCouplings.js';
export { type FilterFit, type FitFiltersOptions, fitFilters } from './vmcrg/filterFit.js';
export type { Bias, OperatorBias } from './vmcrg/fixedBias.js';
export {
  type LinearisedSector,
  type LinearisedVmcrg,
  type LinearisedVmcrgOptions,
  linearisedVmcrg,
  linearisedVmcrgAsync,
} from './vmcrg/linearisedVmcrg.js';
export {
  type OmegaDifference,
  type OmegaDifferenceOptions,
  omegaDifference,
  omegaDifferenceAsync,
} from './vmcrg/omegaDifference.js';
export { operatorHamiltonian } from './vmcrg/operatorHamiltonian.js';
export {
  type DensePotentialOptions,
  densePotential,
  type FilterPotentialOptions,
  filterPotential,
  type RbmPotential,
} from './vmcrg/rbmPotential.js';
export {
  type RenormalizedCoupling,
  type RenormalizedCouplings,
  type VariationalMcrgOptions,
  type VariationalMcrgSample,
  variationalMcrg,
  variationalMcrgAsync,
} from './vmcrg/variationalMcrg.js';
export {
  type VariationalRbm,
  type VariationalRbmOptions,
  type VariationalRbmStep,
  variationalRbm,
  variationalRbmAsync,
} from './vmcrg/variationalRbm.js';
export {
  type OperatorAutocorrelation,
  type VmcrgAutocorrelationOptions,
  vmcrgAutocorrelation,
  vmcrgAutocorrelationAsync,
} from './vmcrg/vmcrgAutocorrelation.js';
