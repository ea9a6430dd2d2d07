/** `blockspin/experiments`: all experiments, and the kit on which they run. */

import { blockSpins } from './block-spins/index.js';
import { couplingsFlow } from './couplings-flow/index.js';
import { decimation1d } from './decimation-1d/index.js';
import { exactMap } from './exact-map/index.js';
import { kernelWeight } from './kernel-weight/index.js';
import type { AnyExperiment } from './kit/experiment.js';
import { mcrg } from './mcrg/index.js';
import { mehtaSchwab } from './mehta-schwab/index.js';
import { rbmThermodynamics } from './rbm-thermodynamics/index.js';
import { rgZoo } from './rg-zoo/index.js';
import { tensorRg } from './tensor-rg/index.js';
import { thermodynamics } from './thermodynamics/index.js';
import { variationalRbmStudy } from './variational-rbm/index.js';
import { verdict } from './verdict/index.js';

/** All experiments, by name. */
export const experiments: Readonly<Record<string, AnyExperiment>> = {
  [mehtaSchwab.name]: mehtaSchwab,
  [blockSpins.name]: blockSpins,
  [decimation1d.name]: decimation1d,
  [exactMap.name]: exactMap,
  [thermodynamics.name]: thermodynamics,
  [rbmThermodynamics.name]: rbmThermodynamics,
  [couplingsFlow.name]: couplingsFlow,
  [mcrg.name]: mcrg,
  [kernelWeight.name]: kernelWeight,
  [tensorRg.name]: tensorRg,
  [rgZoo.name]: rgZoo,
  [variationalRbmStudy.name]: variationalRbmStudy,
  [verdict.name]: verdict,
};

export * from './kit/experiment.js';
export * from './kit/parameters.js';
export type { PointIdentity, PointStore } from './kit/pointStore.js';
export { type Provenance, provenanceOf, runExperiment } from './kit/runner.js';
export { study } from './kit/study.js';
export { type Criterion, judge, type Table, thresholdText, type Verdict, verdictTable } from './kit/verdict.js';
