/**
 * `blockspin/sweep`: the points of experiments on many processes and machines, with the same bytes as on one. For Node.
 */

export { type LoadedExperiment, loadExperiment } from './experimentFile.js';
export { type Failure, readPlan, StoreError, SweepFolder } from './folder.js';
export { type Fetched, fetchResults, folderObjects, type ObjectStore, ObjectSweep } from './objects.js';
export { parquetOf } from './parquet.js';
export {
  combinations,
  decodePlan,
  encodePlan,
  type Plan,
  type PlannedPoint,
  type PlannedRun,
  planOf,
} from './plan.js';
export { csvOf, type Row, type RunResults, resultsOf, rowsOf, summaryOfRun } from './results.js';
export { type Shard, shardOf } from './shard.js';
export { type Simulation, type SimulationOptions, simulateSweep } from './simulate.js';
export { type SweepStatus, statusOf } from './status.js';
export { type JobFileOptions, jobFile, SCHEDULERS, type Scheduler } from './template.js';
export { type PointEvent, type PointOutcome, type WorkOnOptions, type WorkOutcome, workOn } from './work.js';
