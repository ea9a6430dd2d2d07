/** `blockspin/exact`: closed forms and exact sums: what simulations are compared with. */

export { torusDensityOfStates } from './beale.js';
export { type CanonicalAnswer, canonicalEnsemble } from './canonical.js';
export {
  type ChainModel,
  type DecimatedChain,
  decimate,
  decimateInField,
  type OpenChainAnswer,
  type RingAnswer,
  solveOpenChain,
  solveRing,
} from './chain.js';
export {
  type CorrelationOptions,
  type LatticeDirection,
  onsagerCorrelation,
  onsagerCorrelationLength,
} from './correlation.js';
export { type DistributionAnswer, exactDistribution } from './distribution.js';
export { type Bond, densityOfStates, type EnumerateAnswer, enumerate, type PairModel } from './enumerate.js';
export { kaufman, type TorusAnswer } from './kaufman.js';
export { type MagnetisationAnswer, type MagnetisationModel, magnetisationDistribution } from './magnetisation.js';
export { enumerateTerms, type NBodyAnswer, type NBodyModel } from './nBody.js';
export {
  criticalCoupling,
  onsagerEnergy,
  onsagerLogPartition,
  onsagerMagnetisation,
  onsagerSpecificHeat,
} from './onsager.js';
export { exactOverlap, type OverlapAnswer } from './overlap.js';
export {
  type FiniteStripModel,
  type InfiniteStripAnswer,
  type StripAnswer,
  type StripModel,
  solveInfiniteStrip,
  solveStrip,
  stripCorrelationLength,
} from './strip.js';
