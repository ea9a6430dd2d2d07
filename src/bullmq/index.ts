/**
 * `blockspin/bullmq`: the points of a sweep as jobs of a queue of BullMQ, in Redis, for workers on any number of machines.
 * For Node, with the packages bullmq and ioredis beside this one. See docs/sweeps-queue.md.
 */

export { type Enqueued, type EnqueueOptions, enqueue } from './enqueue.js';
export type { PointJob } from './job.js';
export { type QueueWorkers, type StartWorkersOptions, startWorkers } from './workers.js';
