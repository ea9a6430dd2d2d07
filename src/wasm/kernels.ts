/**
 * The kernels as TypeScript sees them: assembly/index.ts says what each does. Pointers are byte offsets into the machine's memory.
 */
export interface Kernels {
  exp(x: number): number;
  log(x: number): number;
  softplus(x: number): number;
  sigmoid(x: number): number;
  sigmoidArray(x: number, n: number): void;
  expArray(x: number, n: number): void;

  splitMix(key: bigint, n: bigint): bigint;
  seedStreams(streams: number, count: number, key: bigint, first: number): void;
  fillRandom(stream: number, out: number, count: number): void;
  bernoulliBits(stream: number, scratch: number, out: number, count: number, threshold: number): void;
  shuffle(stream: number, scratch: number, order: number, n: number): void;
  fillNormal(stream: number, scratch: number, out: number, n: number, deviation: number): void;

  // biome-ignore format: one line a kernel
  wolff(spins: number, queue: number, rows: number, columns: number, coupling: number, stream: number, scratch: number, clusters: number): number;
  // biome-ignore format: one line a kernel
  wolffSeries(spins: number, queue: number, rows: number, columns: number, coupling: number, stream: number, scratch: number, interval: number, count: number, bondSums: number, spinSums: number, bits: number): number;
  markEdges(spins: number, rows: number, columns: number): void;
  bondSum(spins: number, rows: number, columns: number): number;
  spinSum(spins: number, sites: number): number;
  packSpins(spins: number, sites: number, bits: number): void;
  // biome-ignore format: one line a kernel
  singleSpin(spins: number, starts: number, table: number, sites: number, metropolis: number, anyOrder: number, stream: number, scratch: number, sweeps: number): number;
  // biome-ignore format: one line a kernel
  singleSpinSeries(spins: number, starts: number, table: number, sites: number, metropolis: number, anyOrder: number, stream: number, scratch: number, couplings: number, termStarts: number, members: number, terms: number, even: number, interval: number, rows: number, termSums: number, spinSums: number, bits: number): number;
  termSum(spins: number, couplings: number, starts: number, members: number, terms: number): number;
  // biome-ignore format: one line a kernel
  wolffClusters(spins: number, rows: number, table: number, sites: number, kinds: number, fields: number, queue: number, stream: number, draws: number, clusters: number, sums: number): number;
  // biome-ignore format: one line a kernel
  swendsenWang(spins: number, rows: number, table: number, sites: number, kinds: number, fields: number, queue: number, stream: number, draws: number, steps: number, labels: number, sums: number, sizes: number): number;
  // biome-ignore format: one line a kernel
  clusterTermSum(spins: number, labels: number, couplings: number, starts: number, members: number, terms: number, total: number): number;
  // biome-ignore format: one line a kernel
  clusterSeries(spins: number, rows: number, table: number, sites: number, kinds: number, fields: number, queue: number, stream: number, draws: number, steps: number, couplings: number, termStarts: number, members: number, terms: number, interval: number, count: number, termSums: number, spinSums: number, bits: number, labels: number, sums: number, sizes: number, classes: number): number;

  // biome-ignore format: one line a kernel
  enumerateStates(masks: number, couplings: number, terms: number, sites: number, low: number, first: number, blocks: number, scratch: number, sums: number): void;
  mergeSums(sums: number, part: number): void;
  // biome-ignore format: one line a kernel
  replicaClusters(spins: number, bonds: number, reached: number, flags: number, rows: number, columns: number, coupling: number, seeds: number, stream: number, bondStream: number, scratch: number, steps: number): number;
  replicaSums(spins: number, rows: number, columns: number, scratch: number, bondSums: number, spinSums: number): void;
  replicaRows(spins: number, sites: number, stream: number, scratch: number, bits: number): void;

  startShishua(stream: number, scratch: number, seed0: bigint, seed1: bigint, seed2: bigint, seed3: bigint): void;
  seedShishua(streams: number, count: number, key: bigint, first: number, scratch: number): void;
  fillShishua(stream: number, out: number, rounds: number): void;
  multispinMasks(couplings: number, heatBath: number, masks: number): void;
  multispinEdges(planes: number, rows: number, words: number, strips: number): void;
  // biome-ignore format: one line a kernel
  multispin(planes: number, rows: number, words: number, strips: number, heatBath: number, equal: number, masks: number, streams: number, bandRows: number, scratch: number, sweeps: number, rank: number, threads: number): void;
  // biome-ignore format: one line a kernel
  multispinSums(planes: number, rows: number, words: number, scratch: number, bondSums: number, spinSums: number): void;

  // biome-ignore format: one line a kernel
  scaledSpin(spins: number, starts: number, table: number, sites: number, scale: number, metropolis: number, anyOrder: number, stream: number, scratch: number, sweeps: number): number;
  // biome-ignore format: one line a kernel
  tempering(ladder: number, rungs: number, spins: number, stride: number, sites: number, starts: number, table: number, metropolis: number, anyOrder: number, couplings: number, termStarts: number, members: number, terms: number, streams: number, scratch: number, sweeps: number, first: number, rounds: number): void;
  // biome-ignore format: one line a kernel
  temperingRow(ladder: number, rungs: number, spins: number, stride: number, sites: number, even: number, streams: number, scratch: number, spinSums: number, bits: number): void;
  // biome-ignore format: one line a kernel
  coupledSpins(states: number, starts: number, table: number, sites: number, stream: number, scratch: number, sweeps: number): void;
  // biome-ignore format: one line a kernel
  coupledBonds(states: number, ends: number, thresholds: number, count: number, starts: number, entries: number, vertices: number, stream: number, scratch: number, marks: number, queue: number, sweeps: number): number;
  undecided(states: number, n: number): number;
  // biome-ignore format: one line a kernel
  clusterSpins(states: number, starts: number, entries: number, vertices: number, sites: number, random: number, marks: number, queue: number, spins: number): void;
  settleSpins(states: number, gauge: number, sites: number): void;

  // biome-ignore format: one line a kernel
  gather(bits: number, stride: number, order: number, rows: number, index: number, groups: number, from: number, to: number, transposed: number, transposedStride: number, sums: number): void;
  // biome-ignore format: one line a kernel
  product(index: number, entries: number, rows: number, groups: number, panel: number, tables: number, out: number): void;
  fillRows(panel: number, rows: number, values: number): void;
  meanUnits(panel: number, rows: number, sign: number): void;
  // biome-ignore format: one line a kernel
  sampleUnits(panel: number, rows: number, stream: number, scratch: number, index: number, groups: number, transposed: number, transposedStride: number, sums: number): void;
  packIndex(index: number, rows: number, groups: number, bits: number, stride: number): void;
  // biome-ignore format: one line a kernel
  updateWeights(gradient: number, velocity: number, weights: number, mirror: number, rows: number, hidden: number, panel: number, rate: number, momentum: number, lambda: number): void;
  updateBias(plus: number, minus: number, velocity: number, bias: number, rate: number, momentum: number): void;
  sumRows(panel: number, rows: number, out: number): void;
  trainingSize(): number;
  contrastiveDivergence(training: number, from: number, to: number, rank: number, threads: number): void;

  // biome-ignore format: one line a kernel
  blockSpins(bits: number, stride: number, count: number, lane: number, rows: number, columns: number, blockRows: number, blockColumns: number, rule: number, site: number, band: number, stream: number, planes: number, scratch: number, out: number, outStride: number): void;
  // biome-ignore format: one line a kernel
  blockCounts(bits: number, stride: number, count: number, rows: number, columns: number, planes: number, scratch: number, counts: number): void;
  spinUnits(inputs: number, states: number, sums: number, products: number): void;
  denseProduct(rows: number, count: number, inputs: number, panel: number, out: number): void;
  rectifiedNormals(stream: number, scratch: number, means: number, out: number, n: number): void;
  // biome-ignore format: one line a kernel
  partitionStates(table: number, linear: number, states: number, units: number, stretch: number, weights: number, bias: number, fields: number, high: number, first: number, count: number, scratch: number, sums: number): void;

  annealingSize(): number;
  anneal(annealing: number, from: number, to: number, rank: number, threads: number): void;
  annealBase(annealing: number): void;
  // biome-ignore format: one line a kernel
  annealUnits(panel: number, rows: number, from: number, to: number, random: number, index: number, groups: number, shares: number): void;
  // biome-ignore format: one line a kernel
  annealVisible(panel: number, rows: number, to: number, added: number, random: number, index: number, groups: number): void;
  // biome-ignore format: one line a kernel
  annealLinear(index: number, first: number, last: number, groups: number, table: number, delta: number, logs: number): void;
  // biome-ignore format: one line a kernel
  annealShares(shares: number, panels: number, rows: number, first: number, last: number, delta: number, logs: number): void;

  learningSize(): number;
  populationSize(): number;
  proposalsSize(): number;
  stepSize(): number;
  learn(learning: number, step: number, from: number, to: number, rank: number, threads: number): void;
  // biome-ignore format: one line a kernel
  exchangeReplicas(hiddenIndex: number, groups: number, overlaps: number, panels: number, betas: number, chains: number, replicas: number, odd: number, stream: number, numbers: number, swaps: number): void;
  // biome-ignore format: one line a kernel
  exactBlock(own: number, other: number, weights: number, n: number, m: number, block: number, sums: number, work: number): void;
  exactMeans(own: number, other: number, n: number, m: number, joint: number, sums: number): number;
  weighRows(panel: number, rows: number, factors: number): void;
  weightedSum(panel: number, rows: number, factors: number, out: number): void;
  temperRows(panel: number, rows: number, betas: number, base: number, out: number): void;
  overlapRows(x: number, step: number, rows: number, index: number, groups: number, out: number): void;
  // biome-ignore format: one line a kernel
  weightedCounts(transposed: number, entries: number, units: number, groups: number, factors: number, tables: number, out: number): void;
  // biome-ignore format: one line a kernel
  descendPanel(gradient: number, velocity: number, square: number, weights: number, mirror: number, rows: number, hidden: number, panel: number, db: number, dc: number, lambdas: number, mus: number, partial: number, correction: number, norms: number, step: number, rate: number, second: number): void;
  // biome-ignore format: one line a kernel
  descendBias(gradient: number, velocity: number, square: number, bias: number, correction: number, step: number, rate: number, second: number): void;

  // biome-ignore format: one line a kernel
  fixedProduct(index: number, block: number, rows: number, groups: number, panel: number, tables: number, out: number, shift: number): void;
  // biome-ignore format: one line a kernel
  fixedGather(bits: number, stride: number, order: number, rows: number, index: number, height: number, from: number, to: number, transposed: number, block: number, sums: number, scratch: number): void;
  // biome-ignore format: one line a kernel
  fixedSample(inputs: number, bias: number, scales: number, rows: number, stream: number, scratch: number, index: number, transposed: number, block: number, first: number, sums: number, means: number, shift: number): void;
  // biome-ignore format: one line a kernel
  fixedMeans(inputs: number, bias: number, scales: number, rows: number, stream: number, scratch: number, means: number, shift: number, sign: number, weight: number): void;
  fixedSums(means: number, rows: number, factor: number, scratch: number, out: number): void;
  // biome-ignore format: one line a kernel
  fixedUpdate(gradient: number, velocity: number, weights: number, forward: number, mirror: number, rows: number, hidden: number, panel: number, rate: number, momentum: number, lambda: number, scales: number, visibleScales: number): void;
  // biome-ignore format: one line a kernel
  fixedCentredUpdate(gradient: number, velocity: number, weights: number, forward: number, mirror: number, rows: number, hidden: number, panel: number, rate: number, momentum: number, lambda: number, scales: number, visibleScales: number, db: number, dc: number, lambdas: number, mus: number, partial: number, correction: number, scratch: number): void;
  // biome-ignore format: one line a kernel
  fixedHiddenScales(weights: number, velocity: number, rows: number, growth: number, scales: number, shares: number, scratch: number): void;
  fixedVisibleScales(shares: number, rows: number, panels: number, scales: number): void;
  // biome-ignore format: one line a kernel
  fixedRound(weights: number, forward: number, mirror: number, rows: number, hidden: number, panel: number, scales: number, visibleScales: number): void;
  fixedTrainingSize(): number;
  fixedTraining(training: number, from: number, to: number, rank: number, threads: number): void;
  realProduct(x: number, rowStep: number, step: number, rows: number, inner: number, panel: number, out: number): void;
  layerMeans(kind: number, panel: number, rows: number, units: number, widths: number): void;
  // biome-ignore format: one line a kernel
  layerSamples(kind: number, panel: number, rows: number, units: number, widths: number, stream: number, scratch: number, out: number, step: number): void;
  layerLogSums(kind: number, panel: number, rows: number, units: number, out: number): void;
  // biome-ignore format: one line a kernel
  layerOwnSums(x: number, step: number, rows: number, units: number, bias: number, precision: number, out: number): void;
  // biome-ignore format: one line a kernel
  weightedMoments(x: number, step: number, rows: number, factors: number, mus: number, sums: number, squares: number): void;
  rectifiedMean(t: number): number;
  rectifiedLogIntegral(t: number): number;
  // biome-ignore format: one line a kernel
  descendPrecision(spread: number, velocity: number, square: number, precision: number, most: number, widths: number, mus: number, correction: number, step: number, rate: number, second: number): void;
  layeredSize(): number;
  learnLayers(layered: number, step: number, from: number, to: number, rank: number, threads: number): void;
}

/** Bytes of a random stream. */
export const STREAM = 64;
/** Bytes of a stream of SHISHUA. */
export const SHISHUA_STREAM = 192;
/** Bytes of scratch memory that the cluster kernels ask for. */
export const ISING_SCRATCH = 9216;
/** Bytes of the random numbers that the kernels of assembly/ising/clusters.ts draw ahead; as a u32 behind the first DRAWN of them: how many are used. */
export const DRAWS = 4100;
export const DRAWN = 4096;
/** Doubles that they measure of the clusters of one moment. */
export const CLUSTER_SUMS = 10;
/** Bytes of the masks of multi-spin coding, and of the scratch memory of each of its threads. */
export const MULTISPIN_MASKS = 1056;
export const MULTISPIN_SCRATCH = 8320;
/** Bytes of scratch memory that enumerateStates asks for. */
export const ENUMERATE_SCRATCH = 16448;
/** Columns of a panel (assembly/rbm/panel.ts). */
export const PANEL = 20;
/** Bytes of the tables of one thread. */
export const TABLES = 25600;
/** The same in 16-bit fixed point (assembly/rbm/fixedPoint.ts), with bits of a group, groups of a pass, and scratch memory of a thread. */
export const FIXED_PANEL = 40;
export const FIXED_BITS = 5;
export const FIXED_GROUPS = 8;
export const FIXED_TABLES = 20480;
export const FIXED_SCRATCH = 1824;
/** Bytes of the scales of a panel (assembly/rbm/fixedScale.ts). */
export const FIXED_SCALES = 480;
/** Most blocks of states of assembly/rbm/exactModel.ts. */
export const EXACT_BLOCKS = 16;

/** Bytes of scratch memory that blockSpins and blockCounts ask for. */
export const BLOCK_SCRATCH = 10752;
