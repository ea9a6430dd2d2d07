// The ABI: every function that TypeScript calls, one line of doc each. Pointers are byte offsets into the imported memory, 16-byte aligned; lengths
// count elements. Kernels trust their arguments: the checks are in src/. They allocate nothing, keep nothing between calls and never throw.

/** exp(x) → f64: eˣ within 1 ulp. */
export { exp } from './math';
/** log(x) → f64: natural logarithm within 1 ulp. */
export { log } from './math';
/** softplus(x) → f64: log(1 + eˣ) within 2.7 ulp. */
export { softplus } from './math';
/** sigmoid(x) → f64: 1/(1 + e^-x) within 2.2 ulp. */
export { sigmoid } from './math';
/** sigmoidArray(x, n): the f32 sigmoid of the kernels, in place. */
export { sigmoidArray } from './math';
/** expArray(x, n): the f32 exponential of the kernels, in place. */
export { expArray } from './math';

/** splitMix(key, n) → u64: output n of SplitMix64. */
export { splitMix } from './random';
/** seedStreams(streams, count, key, first): streams first, first + 1, … of a key, 64 bytes each. */
export { seedStreams } from './random';
/** fillRandom(stream, out, count): the next `count` vectors of four 32-bit numbers. */
export { fillRandom } from './random';
/** bernoulliBits(stream, scratch, out, count, threshold): vectors of 128 bits, each set with probability threshold/2³². */
export { bernoulliBits } from './random';
/** shuffle(stream, scratch, order, n): a random permutation of 0..n-1. */
export { shuffle } from './random';
/** fillNormal(stream, scratch, out, n, deviation): n floats from N(0, deviation²). */
export { fillNormal } from './random';

/** wolff(spins, queue, rows, columns, coupling, stream, scratch, clusters) → f64: cluster updates; the number of sites flipped. */
export { wolff } from './ising/wolff';
/** wolffSeries(…, interval, count, bondSums, spinSums, bits) → f64: as wolff, measured every `interval` clusters. */
export { wolffSeries } from './ising/wolff';
/** markEdges(spins, rows, columns): what wolff reads of the lattice beside the spins. */
export { markEdges } from './ising/wolff';
/** bondSum(spins, rows, columns) → i32: Σ s s' over bonds. */
export { bondSum } from './ising/wolff';
/** spinSum(spins, sites) → i32: Σ s. */
export { spinSum } from './ising/wolff';
/** packSpins(spins, sites, bits): the lowest bit of each byte to bits. */
export { packSpins } from './ising/wolff';
/** replicaClusters(spins, bonds, reached, flags, rows, columns, coupling, seeds, stream, bondStream, scratch, steps) → f64: cluster updates of 128 replicas; sites flipped. */
export { replicaClusters } from './ising/replicaClusters';
/** replicaSums(spins, rows, columns, scratch, bondSums, spinSums): Σ s s' and Σ s of each replica. */
export { replicaSums } from './ising/replicaRows';
/** replicaRows(spins, sites, stream, scratch, bits): replicas to rows of bits, each with a random global flip. */
export { replicaRows } from './ising/replicaRows';

/** singleSpin(spins, starts, table, sites, metropolis, anyOrder, stream, scratch, sweeps) → f64: any Hamiltonian; the number of spins turned. */
export { singleSpin } from './ising/singleSpin';
/** singleSpinSeries(…, couplings, termStarts, members, terms, even, interval, rows, termSums, spinSums, bits) → f64: measured every `interval` sweeps. */
export { singleSpinSeries } from './ising/singleSpin';
/** termSum(spins, couplings, starts, members, terms) → f64: Σ K Π s, minus the energy. */
export { termSum } from './ising/singleSpin';
/** wolffClusters(spins, rows, table, sites, kinds, fields, queue, stream, draws, clusters, sums) → f64: fields and pairs; sites visited. */
export { wolffClusters } from './ising/clusters';
/** swendsenWang(…, draws, steps, labels, sums, sizes) → f64: every cluster turned with probability ½, and the last clusters measured; sites visited. */
export { swendsenWang } from './ising/clusters';
/** clusterTermSum(spins, labels, couplings, starts, members, terms, total) → f64: Σ K Π s over the terms within one cluster; at `total` over all. */
export { clusterTermSum } from './ising/clusters';
/** clusterSeries(…, draws, steps, couplings, termStarts, members, terms, interval, count, termSums, spinSums, bits, labels, sums, sizes, classes) → f64: either, measured. */
export { clusterSeries } from './ising/clusters';

/** enumerateStates(masks, couplings, terms, sites, low, first, blocks, scratch, sums): exact sums over all states of some blocks. */
export { enumerateStates } from './ising/enumerate';
/** mergeSums(sums, part): sums of enumerateStates put together. */
export { mergeSums } from './ising/enumerate';

/** scaledSpin(spins, starts, table, sites, scale, metropolis, anyOrder, stream, scratch, sweeps) → f64: singleSpin for scale·H. */
export { scaledSpin } from './ising/singleSpin';
/** tempering(ladder, rungs, spins, stride, …, sweeps, first, rounds): parallel tempering: sweeps of every rung, then exchanges. */
export { tempering } from './ising/tempering';
/** temperingRow(ladder, rungs, spins, stride, sites, even, streams, scratch, spinSums, bits): what every rung holds. */
export { temperingRow } from './ising/tempering';
/** coupledSpins(states, starts, table, sites, stream, scratch, sweeps): heat bath of the highest and the lowest chain together. */
export { coupledSpins } from './ising/couplingFromThePast';
/** coupledBonds(states, ends, thresholds, count, starts, entries, vertices, stream, scratch, marks, queue, sweeps) → f64: single-bond updates of both chains. */
export { coupledBonds } from './ising/couplingFromThePast';
/** undecided(states, n) → u32: where the two chains differ. */
export { undecided } from './ising/couplingFromThePast';
/** clusterSpins(states, starts, entries, vertices, sites, random, marks, queue, spins): a random spin for each cluster. */
export { clusterSpins } from './ising/couplingFromThePast';
/** settleSpins(states, gauge, sites): what both chains agree on, as spins. */
export { settleSpins } from './ising/couplingFromThePast';
/** startShishua(stream, scratch, seed0, seed1, seed2, seed3): a stream of SHISHUA from 256 bits, 192 bytes. */
export { startShishua } from './shishua';
/** seedShishua(streams, count, key, first, scratch): streams first, first + 1, … of a key. */
export { seedShishua } from './shishua';
/** fillShishua(stream, out, rounds): the next rounds of eight vectors. */
export { fillShishua } from './shishua';
/** multispinMasks(couplings, heatBath, masks): what multispin compares random bits with. */
export { multispinMasks } from './ising/multispin';
/** multispinEdges(planes, rows, words, strips): repeats behind the edges what lies there. */
export { multispinEdges } from './ising/multispin';
/** multispin(planes, rows, words, strips, heatBath, equal, masks, streams, bandRows, scratch, sweeps, rank, threads): sweeps of 128 spins a vector. */
export { multispin } from './ising/multispin';
/** multispinSums(planes, rows, words, scratch, bondSums, spinSums): Σ s s' and Σ s of the sites of each bit. */
export { multispinSums } from './ising/multispin';

/** gather(bits, stride, order, rows, index, groups, from, to, transposed, transposedStride, sums): bits to table indices. */
export { gather } from './rbm/units';
/** product(index, entries, rows, groups, panel, tables, out): out += bits × weights, one panel. */
export { product } from './rbm/panel';
/** fillRows(panel, rows, values): the same 20 values in every row. */
export { fillRows } from './rbm/panel';
/** meanUnits(panel, rows, sign): inputs to ±probabilities, in place. */
export { meanUnits } from './rbm/units';
/** sampleUnits(panel, rows, stream, scratch, index, groups, transposed, transposedStride, sums): inputs to probabilities and bits. */
export { sampleUnits } from './rbm/units';
/** packIndex(index, rows, groups, bits, stride): table indices back to bits. */
export { packIndex } from './rbm/units';
/** updateWeights(gradient, velocity, weights, mirror, rows, hidden, panel, rate, momentum, lambda): momentum and L1, W and Wᵀ. */
export { updateWeights } from './rbm/update';
/** updateBias(plus, minus, velocity, bias, rate, momentum): 20 biases. */
export { updateBias } from './rbm/update';
/** sumRows(panel, rows, out): column sums of a panel. */
export { sumRows } from './rbm/update';
/** trainingSize() → u32: bytes of the block that contrastiveDivergence reads. */
export { trainingSize } from './rbm/training';
/** contrastiveDivergence(training, from, to, rank, threads): minibatches of CD-1. */
export { contrastiveDivergence } from './rbm/training';

/** blockSpins(bits, stride, count, lane, rows, columns, blockRows, blockColumns, rule, site, …, out, outStride): real-space RG of rows of bits. */
export { blockSpins } from './rg/block';
/** blockCounts(bits, stride, count, rows, columns, planes, scratch, counts): spins up, unlike pairs and odd plaquettes of rows of bits. */
export { blockCounts } from './rg/block';
/** spinUnits(inputs, states, sums, products): one hidden spin of an RBM summed over, for many visible states; inputs become tanh. */
export { spinUnits } from './rg/spinUnits';
/** denseProduct(rows, count, inputs, panel, out): out += float32 rows × weights in float64, one panel of 8 columns. */
export { denseProduct } from './rbm/dense';
/** rectifiedNormals(stream, scratch, means, out, n): out_i ~ N(means_i, 1) given out_i >= 0. */
export { rectifiedNormals } from './rbm/rectified';
/** partitionStates(table, linear, states, units, stretch, weights, bias, fields, high, first, count, scratch, sums): part of Z by enumeration. */
export { partitionStates } from './rbm/partition';

/** annealingSize() → u32: bytes of the block that anneal reads. */
export { annealingSize } from './rbm/annealing';
/** anneal(annealing, from, to, rank, threads): steps of annealed importance sampling, log weights and Gibbs sampling. */
export { anneal } from './rbm/annealing';
/** annealBase(annealing): its chains start in samples of independent units. */
export { annealBase } from './rbm/annealing';
/** annealUnits(panel, rows, from, to, random, index, groups, shares): one panel of hidden units: bits, and shares of the log weights. */
export { annealUnits } from './rbm/annealing';
/** annealVisible(panel, rows, to, added, random, index, groups): one panel of visible units: bits. */
export { annealVisible } from './rbm/annealing';
/** annealLinear(index, first, last, groups, table, delta, logs): logs += delta · Σ d over the units that are 1. */
export { annealLinear } from './rbm/annealing';
/** annealShares(shares, panels, rows, first, last, delta, logs): logs += the shares of all panels. */
export { annealShares } from './rbm/annealing';

/** learningSize() → u32: bytes of the block that learn reads. */
export { learningSize } from './rbm/learning';
/** populationSize() → u32: bytes of the block of a population of chains that learn reads. */
export { populationSize } from './rbm/population';
/** proposalsSize() → u32: bytes of the block of proposed moves that learn reads. */
export { proposalsSize } from './rbm/proposals';
/** stepSize() → u32: bytes of the block of steps that learn reads. */
export { stepSize } from './rbm/learning';
/** learn(learning, step, from, to, rank, threads): minibatches of maximum likelihood by any algorithm. */
export { learn } from './rbm/learning';
/** exchangeReplicas(hiddenIndex, groups, overlaps, panels, betas, chains, replicas, odd, stream, numbers, swaps): parallel tempering. */
export { exchangeReplicas } from './rbm/learning';
/** exactBlock(own, other, weights, n, m, block, sums, work): sums over a block of the states of a small RBM. */
export { exactBlock } from './rbm/exactModel';
/** exactMeans(own, other, n, m, joint, sums) → f64: means of all its units from the sums of the blocks; log Z. */
export { exactMeans } from './rbm/exactModel';
/** weighRows(panel, rows, factors): each row times its factor. */
export { weighRows } from './rbm/rows';
/** weightedSum(panel, rows, factors, out): Σ factor·row. */
export { weightedSum } from './rbm/rows';
/** temperRows(panel, rows, betas, base, out): inputs at inverse temperatures. */
export { temperRows } from './rbm/rows';
/** overlapRows(x, step, rows, index, groups, out): Σ bit·x of each row, one panel. */
export { overlapRows } from './rbm/rows';
/** weightedCounts(transposed, entries, units, groups, factors, tables, out): Σ factor·bit of each unit. */
export { weightedCounts } from './rbm/rows';
/** descendPanel(gradient, velocity, square, weights, mirror, rows, hidden, panel, db, dc, lambdas, mus, partial, correction, norms, step, rate, second): one step. */
export { descendPanel } from './rbm/descent';
/** descendBias(gradient, velocity, square, bias, correction, step, rate, second): one step of 20 biases. */
export { descendBias } from './rbm/descent';

/** fixedProduct(index, block, rows, groups, panel, tables, out, shift): out += bits × weights in 16-bit fixed point, one panel. */
export { fixedProduct } from './rbm/fixedPoint';
/** fixedGather(bits, stride, order, rows, index, height, from, to, transposed, block, sums, scratch): bits to table indices. */
export { fixedGather } from './rbm/fixedUnits';
/** fixedSample(inputs, bias, scales, rows, stream, scratch, index, transposed, block, first, sums, means, shift): inputs to probabilities and bits. */
export { fixedSample } from './rbm/fixedUnits';
/** fixedMeans(inputs, bias, scales, rows, stream, scratch, means, shift, sign, weight): inputs to ±weight·probabilities. */
export { fixedMeans } from './rbm/fixedUnits';
/** fixedSums(means, rows, factor, scratch, out): column sums of a panel of probabilities. */
export { fixedSums } from './rbm/fixedUnits';
/** fixedUpdate(gradient, velocity, weights, forward, mirror, rows, hidden, panel, rate, momentum, lambda, scales, visibleScales): momentum and L1; W and both roundings of it. */
export { fixedUpdate } from './rbm/fixedUpdate';
/** fixedCentredUpdate(…, visibleScales, db, dc, lambdas, mus, partial, correction, scratch): the same for a centred step. */
export { fixedCentredUpdate } from './rbm/fixedUpdate';
/** fixedHiddenScales(weights, velocity, rows, growth, scales, shares, scratch): the scales of 40 hidden units, and what visible ones need for theirs. */
export { fixedHiddenScales } from './rbm/fixedScale';
/** fixedVisibleScales(shares, rows, panels, scales): the scales of 40 visible units. */
export { fixedVisibleScales } from './rbm/fixedScale';
/** fixedRound(weights, forward, mirror, rows, hidden, panel, scales, visibleScales): both roundings of W. */
export { fixedRound } from './rbm/fixedScale';
/** fixedTrainingSize() → u32: bytes of the block that fixedTraining reads. */
export { fixedTrainingSize } from './rbm/fixedTraining';
/** fixedTraining(training, from, to, rank, threads): minibatches of CD-k and PCD-k in 16-bit fixed point. */
export { fixedTraining } from './rbm/fixedTraining';
/** realProduct(x, rowStep, step, rows, inner, panel, out): out += real numbers × panel, rows or columns of x as the steps say. */
export { realProduct } from './rbm/realUnits';
/** layerMeans(kind, panel, rows, units, widths): inputs to means of units of any kind, in place. */
export { layerMeans } from './rbm/realUnits';
/** layerSamples(kind, panel, rows, units, widths, stream, scratch, out, step): samples given the inputs of units of any kind. */
export { layerSamples } from './rbm/realUnits';
/** layerLogSums(kind, panel, rows, units, out): what units of any kind contribute to -F by their inputs. */
export { layerLogSums } from './rbm/realUnits';
/** layerOwnSums(x, step, rows, units, bias, precision, out): what units of any kind contribute to -F by their states. */
export { layerOwnSums } from './rbm/realUnits';
/** weightedMoments(x, step, rows, factors, mus, sums, squares): sums += Σ factor·x, squares += Σ factor·(x - μ)². */
export { weightedMoments } from './rbm/realUnits';
/** rectifiedMean(t) → f64: mean of N(t, 1) given that it is not negative. */
export { rectifiedMean } from './rbm/rectified';
/** rectifiedLogIntegral(t) → f64: log of the integral of e^{tx - x²/2} over x >= 0. */
export { rectifiedLogIntegral } from './rbm/rectified';
/** descendPrecision(spread, velocity, square, precision, most, widths, mus, correction, step, rate, second): one step of 20 precisions. */
export { descendPrecision } from './rbm/descent';
/** layeredSize() → u32: bytes of the block that learnLayers reads. */
export { layeredSize } from './rbm/layered';
/** learnLayers(layered, step, from, to, rank, threads): minibatches of maximum likelihood for layers of any kind. */
export { learnLayers } from './rbm/layered';
