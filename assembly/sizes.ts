// Sizes that TypeScript lays memory out with. scripts/abi.ts writes them to src/wasm/kernels.ts; no kernel is compiled from this file.

/** Bytes of a random stream. */
export const STREAM: usize = 64;
/** Bytes of a stream of SHISHUA. */
export const SHISHUA_STREAM: usize = 192;
/** Bytes of scratch memory of the cluster, single-spin and tempering kernels. */
export const ISING_SCRATCH: usize = 9216;
/** Bytes of the random numbers that the kernels of ising/clusters.ts draw ahead; as a u32 behind the first DRAWN of them: how many are used. */
export const DRAWS: usize = 4100;
/** Bytes of those numbers alone. */
export const DRAWN: usize = 4096;
/** Doubles that clusterSeries measures of the clusters of one moment. */
export const CLUSTER_SUMS: u32 = 10;
/** Bytes of the masks of multi-spin coding. */
export const MULTISPIN_MASKS: usize = 1056;
/** Bytes of scratch memory of a thread of multi-spin coding. */
export { SCRATCH as MULTISPIN_SCRATCH } from './ising/multispin';
/** Bytes of scratch memory of enumerateStates. */
export const ENUMERATE_SCRATCH: usize = 16448;
/** Columns of a panel. */
export { PANEL } from './rbm/panel';
/** Bytes of the tables of a thread. */
export { TABLES } from './rbm/panel';
/** Columns of a panel in fixed point. */
export { COLUMNS as FIXED_PANEL } from './rbm/fixed16';
/** Bits of a group in fixed point. */
export { BITS as FIXED_BITS } from './rbm/fixed16';
/** Groups of a pass in fixed point. */
export { GROUPS as FIXED_GROUPS } from './rbm/fixed16';
/** Bytes of the tables of a thread in fixed point. */
export { FIXED_TABLES } from './rbm/fixed16';
/** Bytes of scratch memory of a thread in fixed point. */
export { FIXED_SCRATCH } from './rbm/fixed16Cd1';
/** Bytes of the scales of a panel in fixed point. */
export { SCALES as FIXED_SCALES } from './rbm/fixed16';
/** Most blocks of states of an enumerated RBM. */
export { BLOCKS as EXACT_BLOCKS } from './rbm/exactModel';
/** Bytes of scratch memory of blockSpins. */
export const BLOCK_SCRATCH: usize = 13376;
/** Walkers of the biased kernels, a byte of each plane. */
export const BIASED_WALKERS: u32 = 16;
