// The ABI, second part (common.ts says how it is made): spins that move, and sums over them. A page that only samples carries these.

/** Cluster updates; the number of sites flipped. */
export { wolff } from './ising/wolff';
/** As wolff, measured every `interval` clusters. */
export { wolffSeries } from './ising/wolff';
/** What wolff reads of the lattice beside the spins. */
export { markEdges } from './ising/wolff';
/** Σ s s' over bonds. */
export { bondSum } from './ising/wolff';
/** Σ s. */
export { spinSum } from './ising/wolff';
/** The lowest bit of each byte to bits. */
export { packSpins } from './ising/wolff';
/** Cluster updates of 128 replicas; sites flipped. */
export { replicaClusters } from './ising/replicaClusters';
/** Σ s s' and Σ s of each replica. */
export { replicaSums } from './ising/replicaRows';
/** Replicas to rows of bits, each with a random global flip. */
export { replicaRows } from './ising/replicaRows';
/** Heat bath or Metropolis for any Hamiltonian; the number of spins turned. */
export { singleSpin } from './ising/singleSpin';
/** As singleSpin, measured every `interval` sweeps. */
export { singleSpinSeries } from './ising/singleSpin';
/** Σ K Π s, minus the energy. */
export { termSum } from './ising/singleSpin';
/** Wolff clusters for fields and pairs; sites visited. */
export { wolffClusters } from './ising/clusters';
/** Every cluster turned with probability ½, and the last clusters measured; sites visited. */
export { swendsenWang } from './ising/clusters';
/** Σ K Π s over the terms within one cluster; at `total` over all. */
export { clusterTermSum } from './ising/clusters';
/** wolffClusters or swendsenWang, measured every `interval` updates. */
export { clusterSeries } from './ising/clusters';
/** Exact sums over all states of some blocks. */
export { enumerateStates } from './ising/enumerate';
/** Sums of enumerateStates put together. */
export { mergeSums } from './ising/enumerate';
/** singleSpin for scale·H. */
export { scaledSpin } from './ising/singleSpin';
/** Parallel tempering: sweeps of every rung, then exchanges. */
export { tempering } from './ising/tempering';
/** What every rung holds. */
export { temperingRow } from './ising/tempering';
/** Heat bath of the highest and the lowest chain together. */
export { coupledSpins } from './ising/couplingFromThePast';
/** Single-bond updates of both chains. */
export { coupledBonds } from './ising/couplingFromThePast';
/** Where the two chains differ. */
export { undecided } from './ising/couplingFromThePast';
/** A random spin for each cluster. */
export { clusterSpins } from './ising/couplingFromThePast';
/** What both chains agree on, as spins. */
export { settleSpins } from './ising/couplingFromThePast';

/** A stream of SHISHUA from 256 bits, 192 bytes. */
export { startShishua } from './shishua';
/** Streams first, first + 1, … of a key. */
export { seedShishua } from './shishua';
/** The next rounds of eight vectors. */
export { fillShishua } from './shishua';

/** What multispin compares random bits with. */
export { multispinMasks } from './ising/multispin';
/** The same in a field. */
export { multispinFieldMasks } from './ising/multispinField';
/** Repeats behind the edges what lies there. */
export { multispinEdges } from './ising/multispin';
/** Sweeps of 128 spins a vector. */
export { multispin } from './ising/multispin';
/** Σ s s' and Σ s of the sites of each bit. */
export { multispinSums } from './ising/multispinSums';
/** One lattice to rows of bits, some rows of every strip. */
export { multispinRows } from './ising/multispinRows';
/** Rows of bits to one lattice. */
export { multispinFromRows } from './ising/multispinRows';
/** A window of one lattice as rows of bits. */
export { multispinWindow } from './ising/multispinRows';
/** Replicas to rows of bits. */
export { multispinReplicas } from './ising/multispinRows';
/** Sums of blocks, some rows of every strip. */
export { multispinStripSums } from './ising/multispinBlocks';
/** Sums of blocks of a window. */
export { multispinWindowSums } from './ising/multispinBlocks';

/** Every spin becomes a block. */
export { refineSpins } from './rg/refine';
