// The ABI, third part (common.ts says how it is made): RBMs, block spins, matrices.

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
/** -F of rows of two-valued units, by their inputs. */
export { freeSums } from './rbm/dense';
/** Σ factor·bit of each unit. */
export { weightedCounts } from './rbm/rows';
/** One step. */
export { descendPanel } from './rbm/descent';
/** One step of 20 biases. */
export { descendBias } from './rbm/descent';
/** out ← bits × weights in 16-bit fixed point, one panel. */
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
