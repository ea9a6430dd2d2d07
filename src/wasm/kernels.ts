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
  wolff(spins: number, neighbours: number, queue: number, sites: number, coupling: number, stream: number, scratch: number, clusters: number): number;
  // biome-ignore format: one line a kernel
  wolffSeries(spins: number, neighbours: number, queue: number, sites: number, coupling: number, stream: number, scratch: number, interval: number, rows: number, bondSums: number, spinSums: number, bits: number): number;
  bondSum(spins: number, neighbours: number, sites: number): number;
  spinSum(spins: number, sites: number): number;
  packSpins(spins: number, sites: number, bits: number): void;
  // biome-ignore format: one line a kernel
  multispin(planes: number, rows: number, columns: number, coupling: number, stream: number, scratch: number, sweeps: number): void;
  multispinSums(planes: number, rows: number, columns: number, bondSums: number, spinSums: number): void;
  // biome-ignore format: one line a kernel
  singleSpin(spins: number, starts: number, table: number, sites: number, metropolis: number, anyOrder: number, stream: number, scratch: number, sweeps: number): number;
  // biome-ignore format: one line a kernel
  singleSpinSeries(spins: number, starts: number, table: number, sites: number, metropolis: number, anyOrder: number, stream: number, scratch: number, couplings: number, termStarts: number, members: number, terms: number, even: number, interval: number, rows: number, termSums: number, spinSums: number, bits: number): number;
  termSum(spins: number, couplings: number, starts: number, members: number, terms: number): number;
  // biome-ignore format: one line a kernel
  enumerateStates(masks: number, couplings: number, terms: number, sites: number, low: number, first: number, blocks: number, scratch: number, sums: number): void;
  mergeSums(sums: number, part: number): void;
  // biome-ignore format: one line a kernel
  replicaClusters(spins: number, bonds: number, reached: number, flags: number, rows: number, columns: number, coupling: number, seeds: number, stream: number, scratch: number, steps: number): number;
  replicaSums(spins: number, rows: number, columns: number, scratch: number, bondSums: number, spinSums: number): void;
  replicaRows(spins: number, sites: number, stream: number, scratch: number, bits: number): void;

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

  denseProduct(rows: number, count: number, inputs: number, panel: number, out: number): void;
  rectifiedNormals(stream: number, scratch: number, means: number, out: number, n: number): void;
  // biome-ignore format: one line a kernel
  partitionStates(table: number, linear: number, states: number, units: number, stretch: number, weights: number, bias: number, fields: number, high: number, first: number, count: number, scratch: number, sums: number): void;
  annealUnits(panel: number, rows: number, from: number, to: number, logs: number): void;
  // biome-ignore format: one line a kernel
  annealLinear(index: number, rows: number, groups: number, table: number, factor: number, logs: number): void;
  scaleRows(panel: number, rows: number, factor: number, values: number): void;

  learningSize(): number;
  stepSize(): number;
  learn(learning: number, step: number, from: number, to: number, rank: number, threads: number): void;
  // biome-ignore format: one line a kernel
  exchangeReplicas(hiddenIndex: number, groups: number, overlaps: number, panels: number, betas: number, chains: number, replicas: number, odd: number, stream: number, numbers: number, swaps: number): void;
  // biome-ignore format: one line a kernel
  exactModel(own: number, other: number, weights: number, n: number, m: number, joint: number, work: number): number;
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
}

/** Bytes of a random stream. */
export const STREAM = 64;
/** Bytes of scratch memory that the Wolff and multi-spin kernels ask for. */
export const ISING_SCRATCH = 9216;
/** Bytes of scratch memory that enumerateStates asks for. */
export const ENUMERATE_SCRATCH = 16448;
/** Columns of a panel (assembly/rbm/panel.ts). */
export const PANEL = 20;
/** Bytes of the tables of one thread. */
export const TABLES = 25600;
