/** `blockspin/ising`: lattices, Hamiltonians, samplers and what is measured on configurations. */

export type { ChainSnapshot } from './chains/chain.js';
export type { ClusterMethod } from './chains/clusterChain.js';
export type { AllClusters, ClusterSeries } from './chains/clusterSeries.js';
export { type LatticeWindow, REPLICAS } from './chains/planeRows.js';
export type { SpinUpdate } from './chains/planes.js';
export type { SizeClass } from './chains/sizeClasses.js';
export { hamiltonianOfData } from './data/provenance.js';
export type { ExchangeReport, SamplingMethod, SamplingReport } from './data/samplingReport.js';
export { reorderSites, siteOrder } from './data/siteOrder.js';
export { type Provenance, SpinData } from './data/spinData.js';
export {
  connectedCorrelationLength,
  correlationLength,
  type EnergyLevel,
  energyHistogram,
  type StructureFactor,
  structureFactor,
  type TwoPointFunction,
  twoPointFunction,
} from './measure/correlations.js';
export { type ExactAnswer, exactAnswer } from './measure/exactAnswer.js';
export { type ImprovedMeasurements, improvedMeasurements, type SizeDensity } from './measure/improved.js';
export { type EnergyUnit, type Measurements, type MeasureOptions, measure } from './measure/measure.js';
export { isingPseudoLikelihood } from './measure/observables.js';
export {
  linkOverlapSeries,
  measureOverlap,
  type OverlapLevel,
  type OverlapMeasurements,
  type OverlapOptions,
  overlapSeries,
} from './measure/overlap.js';
export {
  type CanonicalSeriesOptions,
  canonicalSeries,
  energySeries,
  magnetisationSeries,
  structureFactorSeries,
  twoPointSeries,
} from './measure/series.js';
export {
  type BlockOptions,
  binderCumulant,
  binderRatio,
  connectedSusceptibility,
  disorderedSusceptibility,
  fieldSusceptibility,
  inverseBinderRatio,
  specificHeat,
} from './measure/thermodynamics.js';
export { bonds } from './models/bonds.js';
export { Hamiltonian, type HamiltonianOptions, hamiltonianFromTerms, type Term } from './models/hamiltonian.js';
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
  type TriangularOptions,
  triangular,
} from './models/lattice.js';
export {
  type EdwardsAndersonOptions,
  edwardsAnderson,
  type IsingModelOptions,
  isingHamiltonian,
} from './models/models.js';
export type { ChainOptions } from './samplers/chainSampler.js';
export { ClippedGaussian, type ClippedGaussianOptions } from './samplers/clippedGaussian.js';
export { Clusters, type ClustersOptions } from './samplers/clusters.js';
export type { Moment, Sampler, SamplerState } from './samplers/contract.js';
export { CouplingFromThePast, type CouplingFromThePastOptions } from './samplers/couplingFromThePast.js';
export { type Growth, type GrowthOptions, growLattice } from './samplers/growth.js';
export { type BurnInOptions, Ising, type IsingOptions } from './samplers/ising.js';
export {
  type BlockSumsOptions,
  MultiSpin,
  type MultiSpinOptions,
  type WindowBitsOptions,
} from './samplers/multiSpin.js';
export { IsingReplicas, type IsingReplicasOptions } from './samplers/replicas.js';
export {
  methodFor,
  SAMPLER_METHODS,
  type SamplerMethod,
  type SamplerOptions,
  sample,
  samplerFor,
} from './samplers/sampler.js';
export { SingleSpin, type SingleSpinOptions } from './samplers/singleSpin.js';
export { Tempering, type TemperingOptions, type TemperingSampleOptions } from './samplers/tempering.js';
export { type TemperingScalesOptions, temperingScales, temperingScalesAsync } from './samplers/temperingScales.js';
