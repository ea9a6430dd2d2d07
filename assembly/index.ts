// The ABI: every function that TypeScript calls, one line of doc each. scripts/abi.ts makes src/wasm/kernels.ts of this file, of the classes whose blocks the
// kernels read, and of sizes.ts. Pointers are byte offsets into the imported memory, 16-byte aligned; lengths count elements. Kernels trust their arguments:
// the checks are in src/. They allocate nothing, keep nothing between calls and never throw.

/** eˣ within 1 ulp. */
export { exp } from './math';
/** Natural logarithm within 1 ulp. */
export { log } from './math';
/** log(1 + eˣ) within 2.7 ulp. */
export { softplus } from './math';
/** 1/(1 + e^-x) within 2.2 ulp. */
export { sigmoid } from './math';
/** The f32 sigmoid of the kernels, in place. */
export { sigmoidArray } from './math';
/** The f32 exponential of the kernels, in place. */
export { expArray } from './math';

/** Output n of SplitMix64. */
export { splitMix } from './random';
/** Streams first, first + 1, … of a key, 64 bytes each. */
export { seedStreams } from './random';
/** The next `count` vectors of four 32-bit numbers. */
export { fillRandom } from './random';
/** Vectors of 128 bits, each set with probability threshold/2³². */
export { bernoulliBits } from './random';
/** A random permutation of 0..n-1. */
export { shuffle } from './random';
/** n floats from N(0, deviation²). */
export { fillNormal } from './random';

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

/** Bits to table indices. */
export { gather } from './rbm/units';
/** out += bits × weights, one panel. */
export { product } from './rbm/panel';
/** The same 20 values in every row. */
export { fillRows } from './rbm/panel';
/** Inputs to ±probabilities, in place. */
export { meanUnits } from './rbm/units';
/** Inputs to probabilities and bits. */
export { sampleUnits } from './rbm/units';
/** Table indices back to bits. */
export { packIndex } from './rbm/units';
/** Momentum and L1, W and Wᵀ. */
export { updateWeights } from './rbm/update';
/** 20 biases. */
export { updateBias } from './rbm/update';
/** Column sums of a panel. */
export { sumRows } from './rbm/update';
/** Minibatches of CD-1. */
export { trainCd1 } from './rbm/cd1';

/** Real-space RG of rows of bits. */
export { blockSpins } from './rg/block';
/** Every spin becomes a block. */
export { refineSpins } from './rg/refine';
/** Block spins of lists of sites. */
export { cellSpins } from './rg/block';
/** Planes of rows of bits. */
export { rowsToPlanes } from './rg/turn';
/** 128 × 128 bits: rows become columns. */
export { turn } from './rg/turn';
/** Products of spins with an odd number of spins up, counted for 128 configurations. */
export { countOddProducts } from './rg/operators';
/** Units of one filter at many sites of rows of bits, drawn. */
export { filterSpins } from './rg/filter';
/** Bits of given probabilities. */
export { chanceBits } from './rg/filter';
/** One hidden spin of an RBM summed over, for many visible states; inputs become tanh. */
export { spinUnits } from './rg/spinUnits';
/** out += float32 rows × weights in float64, one panel of 8 columns. */
export { denseProduct } from './rbm/dense';
/** out_i ~ N(means_i, 1) given out_i >= 0. */
export { rectifiedNormals } from './rbm/rectified';
/** Part of Z by enumeration. */
export { partitionStates } from './rbm/partition';

/** Steps of annealed importance sampling, log weights and Gibbs sampling. */
export { anneal } from './rbm/annealing';
/** Its chains start in samples of independent units. */
export { annealBase } from './rbm/annealing';
/** One panel of hidden units: bits, and shares of the log weights. */
export { annealUnits } from './rbm/annealing';
/** One panel of visible units: bits. */
export { annealVisible } from './rbm/annealing';
/** logs += delta · Σ d over the units that are 1. */
export { annealLinear } from './rbm/annealing';
/** logs += the shares of all panels. */
export { annealShares } from './rbm/annealing';

/** Minibatches of maximum likelihood by any algorithm. */
export { trainBinary } from './rbm/binary';
/** Parallel tempering. */
export { exchangeReplicas } from './rbm/binary';
/** Sums over a block of the states of a small RBM. */
export { exactBlock } from './rbm/exactModel';
/** Means of all its units from the sums of the blocks; log Z. */
export { exactMeans } from './rbm/exactModel';
/** Each row times its factor. */
export { weighRows } from './rbm/rows';
/** Σ factor·row. */
export { weightedSum } from './rbm/rows';
/** Inputs at inverse temperatures. */
export { temperRows } from './rbm/rows';
/** Σ bit·x of each row, one panel. */
export { overlapRows } from './rbm/rows';
/** Σ factor·bit of each unit. */
export { weightedCounts } from './rbm/rows';
/** One step. */
export { descendPanel } from './rbm/descent';
/** One step of 20 biases. */
export { descendBias } from './rbm/descent';

/** out += bits × weights in 16-bit fixed point, one panel. */
export { fixedProduct } from './rbm/fixed16';
/** Bits to table indices. */
export { fixedGather } from './rbm/fixed16Units';
/** Inputs to probabilities and bits. */
export { fixedSample } from './rbm/fixed16Units';
/** Inputs to ±weight·probabilities. */
export { fixedMeans } from './rbm/fixed16Units';
/** Column sums of a panel of probabilities. */
export { fixedSums } from './rbm/fixed16Units';
/** Momentum and L1; W and both roundings of it. */
export { fixedUpdate } from './rbm/fixed16Update';
/** The same for a centred step. */
export { fixedCentredUpdate } from './rbm/fixed16Update';
/** The scales of 40 hidden units, and what visible ones need for theirs. */
export { fixedHiddenScales } from './rbm/fixed16Scale';
/** The scales of 40 visible units. */
export { fixedVisibleScales } from './rbm/fixed16Scale';
/** Both roundings of W. */
export { fixedRound } from './rbm/fixed16Scale';
/** Minibatches of CD-k, PCD-k and populations in 16-bit fixed point. */
export { trainFixed16 } from './rbm/fixed16Cd1';
/** out += real numbers × panel, rows or columns of x as the steps say. */
export { realProduct } from './rbm/realUnits';
/** Inputs to means of units of any kind, in place. */
export { layerMeans } from './rbm/realUnits';
/** Samples given the inputs of units of any kind. */
export { layerSamples } from './rbm/realUnits';
/** What units of any kind contribute to -F by their inputs. */
export { layerLogSums } from './rbm/realUnits';
/** What units of any kind contribute to -F by their states. */
export { layerOwnSums } from './rbm/realUnits';
/** sums += Σ factor·x, squares += Σ factor·(x - μ)². */
export { weightedMoments } from './rbm/realUnits';
/** Mean of N(t, 1) given that it is not negative. */
export { rectifiedMean } from './rbm/rectified';
/** Log of the integral of e^{tx - x²/2} over x >= 0. */
export { rectifiedLogIntegral } from './rbm/rectified';
/** One step of 20 precisions. */
export { descendPrecision } from './rbm/descent';
/** Minibatches of maximum likelihood for layers of any kind. */
export { trainNumeric } from './rbm/numeric';

/** Panels of four lines of a float64 matrix. */
export { packPanels } from './linear/product';
/** The same of a float32 matrix. */
export { packFloatPanels } from './linear/product';
/** Doubles to the nearest floats, which lie at the same place. */
export { roundToFloats } from './linear/product';
/** out += left × right, both in panels. */
export { multiplyPanels } from './linear/product';
/** The scalar product of a vector and each row. */
export { dotRows } from './linear/rows';
/** Each row - 2 (w·row) w. */
export { reflectRows } from './linear/rows';
/** A - 2 w qᵀ - 2 q wᵀ. */
export { subtractOuter } from './linear/rows';
/** Rotations of neighbours, from the last rows to the first. */
export { turnRows } from './linear/rows';
/** Jacobi rotations of all pairs of rows; how many were rotated. */
export { jacobiSweep } from './linear/rows';
/** Block spins of 16 walkers and the sums they are signs of. */
export { blockSums } from './rg/biased';
/** Sweeps of 16 lattices with a bias on their block spins. */
export { biasedSweeps } from './rg/biased';
/** biasedSweeps with hidden units in the bias. */
export { biasedRbmSweeps } from './rg/biasedRbm';
/** Σ ln 2cosh of the hidden units of a bias. */
export { rbmBiasEnergies } from './rg/biasedRbm';
/** Its derivatives. */
export { rbmBiasGradients } from './rg/biasedRbm';
/** Operators of 16 walkers. */
export { operatorTotals } from './rg/biased';
/** Correlations of operators at short distance. */
export { windowProducts } from './rg/biased';
