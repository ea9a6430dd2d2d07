/** Block spins: the renormalization group in real space on configurations. */

import { SpinData } from '../../ising/data/spinData.js';
import { describeTold, readLatticeName } from '../../ising/models/lattice.js';
import { integer, knownOptions, oneOf, refuse } from '../../util/check.js';
import { checkSeed, type Seed, streamKey } from '../../util/random.js';
import { sha256, version } from '../../wasm/binary.js';
import { BLOCK_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';

/** Size of the blocks, and number of steps. */
export interface BlockShape {
  /** b: blocks are b × b sites, on a chain b sites; or [rows, columns] of a block. */
  factor: number | readonly [number, number];
  /** Number of steps; default 1. The sides must be multiples of b^steps. */
  steps?: number;
}

/** Options of `coarseGrain`. */
export interface CoarseGrainOptions extends BlockShape {
  /** The rule by which a block becomes one spin, see `coarseGrain`. */
  rule: 'majority' | 'decimation';
  /**
   * Majority, blocks of an even number of sites: a tie becomes ±1 by a random bit (default), or the spin of the block's
   * first site (its upper left one).
   */
  ties?: 'random' | 'first';
  /** Decimation: the site [row, column] of a block that is kept; default [0, 0]. */
  site?: readonly [number, number];
  /** Seed of the ties. Default 1. */
  seed?: Seed;
  /**
   * Number of the data's first row in a larger set, default 0. The bit of a tie is a function of (seed, number of
   * earlier steps, number of the row, block): a set in batches gives the same bits as in one call.
   */
  firstRow?: number;
}

/** One step in the provenance of block spins. */
export interface BlockStep {
  rule: 'majority' | 'decimation';
  /** [rows, columns] of a block. */
  factor: [number, number];
  ties?: 'random' | 'first';
  site?: [number, number];
  seed?: Seed;
  firstRow?: number;
  /** [rows, columns] of the coarse lattice. */
  shape: [number, number];
}

/**
 * The model in the provenance of block spins, in place of a Hamiltonian: `measure` throws for data that name a model.
 */
const MODEL = 'block spins';

/** Rows, or strips of rows, per call of the kernel. */
const LANES = 128;
/** Approximate number of planes of a band: 64 kB fit into the cache beside the rows. */
const BAND = 4096;

/**
 * Block spins: each block of b × b sites of a configuration becomes one spin of a coarser lattice, by
 *   majority    the sign of Σ s over the block; ties are random, or take the block's first spin
 *   decimation  one spin of the block; the others are summed over
 * The coarse spins have a Hamiltonian with couplings of every range and order; only a decimated chain keeps a single
 * one (`decimate`). So `measure`, which assumes one nearest-neighbour coupling, throws for them; `blockObservables`
 * takes them. A majority of majorities is not the majority of the larger block: three steps with b = 2 differ from one
 * with b = 8.
 *
 * There is one coarse configuration per row. The provenance names the origin of the data and all steps; of the sampling
 * it keeps which rows are of one chain.
 * @throws TypeError if not SpinData or an option of a wrong kind; RangeError for an option out of range, a side that is
 *   not a multiple of b^steps (the nearest sizes are named), or data of another lattice than chain or square
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.44 }).sample(16);
 * coarseGrain(data, { rule: 'majority', factor: 2 }).shape; // [4, 4]
 */
export function coarseGrain(data: SpinData, options: CoarseGrainOptions): SpinData {
  knownOptions('coarseGrain', options, ['rule', 'ties', 'site', 'seed', 'firstRow', 'factor', 'steps']);
  const { factor, steps } = checkBlocks(data, options);
  const rule = oneOf('rule', options.rule, ['majority', 'decimation']);
  const ties = oneOf('ties', options.ties ?? 'random', ['random', 'first']);
  if (options.site !== undefined && rule !== 'decimation')
    refuse('site', 'nothing for the rule majority', options.site);
  if (options.ties !== undefined && rule === 'decimation') {
    refuse('ties', 'nothing for the rule decimation', options.ties);
  }
  const site: [number, number] = [
    integer('site[0]', options.site?.[0] ?? 0, 0, factor[0] - 1),
    integer('site[1]', options.site?.[1] ?? 0, 0, factor[1] - 1),
  ];
  const seed = checkSeed('seed', options.seed ?? 1);
  const firstRow = integer('firstRow', options.firstRow ?? 0, 0);
  const drawn = rule === 'majority' && ties === 'random' && (factor[0] * factor[1]) % 2 === 0;
  const kind = rule === 'decimation' ? { site } : { ties, ...(drawn && { seed, ...(firstRow > 0 && { firstRow }) }) };
  let rows = data;
  for (let step = 0; step < steps; step++) {
    const shape: [number, number] = [rows.shape[0] / factor[0], rows.shape[1] / factor[1]];
    const history = historyOf(rows);
    const key = streamKey(seed, MODEL, history.length);
    const bytes = blockBytes(rows, factor, shape, { rule, ties, site, key, firstRow });
    const provenance = provenanceOf(rows, [...history, { rule, factor, ...kind, shape }], shape);
    rows = new SpinData(rows.count, shape, bytes, provenance);
  }
  return rows;
}

/**
 * Block averages, (1/b²)Σ s over blocks of b^steps, in [-1, 1]: real numbers, [count, rows/b^steps, columns/b^steps] in
 * a fresh array. Averages of averages are averages; their sign is the majority of the large block.
 * @throws TypeError or RangeError as `coarseGrain`
 */
export function blockMeans(data: SpinData, options: BlockShape): Float32Array {
  knownOptions('blockMeans', options, ['factor', 'steps']);
  const { factor, steps } = checkBlocks(data, options);
  const [high, wide] = factor.map((b) => b ** steps);
  const [rows, columns] = data.shape;
  const blocks = data.width / (high * wide);
  const across = columns / wide;
  const means = new Float32Array(data.count * blocks);
  const sums = new Int32Array(blocks);
  for (let r = 0; r < data.count; r++) {
    sums.fill(0);
    for (let y = 0, i = 0; y < rows; y++) {
      const line = Math.floor(y / high) * across;
      for (let x = 0; x < columns; x++, i++) sums[line + Math.floor(x / wide)] += 2 * data.bit(r, i) - 1;
    }
    for (let k = 0; k < blocks; k++) means[r * blocks + k] = sums[k] / (high * wide);
  }
  return means;
}

/** The steps that produced the data; none for data that are not block spins. */
export function historyOf({ provenance: { parameters } }: SpinData): BlockStep[] {
  return parameters?.model === MODEL ? (parameters.steps as BlockStep[]) : [];
}

function checkBlocks(data: SpinData, options: BlockShape): { factor: [number, number]; steps: number } {
  if (!(data instanceof SpinData)) refuse('data', 'SpinData', data, 'type');
  const { lattice } = data.provenance.parameters ?? {};
  if (lattice !== undefined && !['square', 'chain'].includes(readLatticeName(lattice)?.kind ?? '')) {
    refuse('data', 'data of a chain or a square lattice', describeTold(lattice));
  }
  const factor = factorOf(options.factor, data.shape);
  const steps = integer('steps', options.steps ?? 1);
  data.shape.forEach((side, k) => {
    const block = factor[k] ** steps;
    if (side % block === 0) return;
    const near = [Math.floor(side / block), Math.ceil(side / block)].filter((n) => n > 0).map((n) => n * block);
    const power = steps === 1 ? '' : ` (${factor[k]}^${steps})`;
    refuse(`data.shape[${k}]`, `a multiple of ${block}${power} such as ${near.join(' or ')}`, side);
  });
  return { factor, steps };
}

function factorOf(factor: unknown, [rows, columns]: readonly [number, number]): [number, number] {
  if (Array.isArray(factor)) {
    if (factor.length !== 2) refuse('factor', 'a number or [rows, columns]', factor);
    const block: [number, number] = [integer('factor[0]', factor[0]), integer('factor[1]', factor[1])];
    if (block[0] * block[1] === 1) refuse('factor', 'a block of more than one site', factor);
    return block;
  }
  const b = integer('factor', factor, 2);
  // one row or one column of spins is a chain
  return [rows === 1 && columns > 1 ? 1 : b, columns === 1 && rows > 1 ? 1 : b];
}

function provenanceOf(data: SpinData, steps: BlockStep[], shape: [number, number]): SpinData['provenance'] {
  const { parameters, source, seed, sampling } = data.provenance;
  const origin =
    parameters?.model === MODEL ? parameters.origin : { source, ...(seed !== undefined && { seed }), parameters };
  return {
    source: 'blockspin coarseGrain',
    parameters: {
      ...(parameters?.lattice !== undefined && { lattice: parameters.lattice }),
      shape,
      model: MODEL,
      steps,
      origin,
    },
    ...(seed !== undefined && { seed }),
    version,
    wasm: sha256,
    // the rows of one chain still belong together; the measured quantities are those of other spins
    ...(sampling && {
      sampling: {
        ...sampling,
        tauEnergy: null,
        tauMagnetisation: null,
        effectiveSamples: null,
        energy: null,
        absoluteMagnetisation: null,
      },
    }),
  };
}

interface StepOptions {
  rule: 'majority' | 'decimation';
  ties: 'random' | 'first';
  site: [number, number];
  key: bigint;
  firstRow: number;
}

/**
 * Number of strips of whole block rows that a configuration is cut into, 1 to 128: a power of two, such that each strip
 * is whole bytes before and after, and 128 blocks or more. The kernel takes strips as rows, since it is fastest with
 * many short rows: one large lattice then fills its lanes, and the planes fit into the cache.
 */
function stripsOf(
  [rows, columns]: readonly [number, number],
  [blockRows]: [number, number],
  shape: [number, number],
): number {
  let strips = 1;
  for (let next = 2; next <= LANES; next *= 2) {
    const blocks = (shape[0] / next) * shape[1];
    if (shape[0] % next !== 0 || blocks < 128) break;
    if (blocks % 8 === 0 && ((rows / next) * columns) % 8 === 0 && (rows / next) % blockRows === 0) strips = next;
  }
  return strips;
}

/**
 * One step by the kernel, 128 strips at a time. Strip number n of a larger set (all strips of row 0, of row 1, …) is in
 * lane n mod 128 of group ⌊n/128⌋; each group has a random stream for its ties.
 */
function blockBytes(
  data: SpinData,
  factor: [number, number],
  shape: [number, number],
  { rule, ties, site, key, firstRow }: StepOptions,
): Uint8Array {
  const strips = stripsOf(data.shape, factor, shape);
  const { bytes } = data;
  const [blockRows, blockColumns] = factor;
  const [rows, columns] = [data.shape[0] / strips, data.shape[1]];
  const outRows = shape[0] / strips;
  const count = data.count * strips;
  const stride = data.stride / strips;
  const outStride = Math.ceil((outRows * shape[1]) / 8);
  const result = new Uint8Array(count * outStride);
  const spacing = spacingOf(stride);
  const line = blockRows * columns;
  const band = Math.max(1, Math.min(outRows, Math.floor(BAND / line)));
  const machine = new Machine({
    bits: LANES * spacing + 32,
    planes: Math.ceil((7 + band * line) / 128) * 2048,
    stream: STREAM,
    scratch: BLOCK_SCRATCH,
    out: LANES * outStride,
  });
  const { kernels, at } = machine;
  const choice = rule === 'decimation' ? 2 : ties === 'first' ? 1 : 0;
  const before = firstRow * strips;
  for (let first = 0; first < count; ) {
    const lane = (before + first) % LANES;
    const group = Math.floor((before + first) / LANES);
    const past = Math.min(count, first + LANES - lane);
    const bits = machine.u8('bits');
    if (spacing === stride) bits.set(bytes.subarray(first * stride, past * stride));
    else {
      for (let r = first; r < past; r++) {
        bits.set(bytes.subarray(r * stride, (r + 1) * stride), (r - first) * spacing);
      }
    }
    kernels.seedStreams(at.stream, 1, key, group);
    // biome-ignore format: one call
    kernels.blockSpins(at.bits, spacing, past - first, lane, rows, columns, blockRows, blockColumns, choice, site[0] * columns + site[1], band, at.stream, at.planes, at.scratch, at.out, outStride);
    result.set(machine.u8('out').subarray(0, (past - first) * outStride), first * outStride);
    first = past;
  }
  return result;
}

/**
 * Bytes from row to row: large rows are an odd number of cache lines apart, since otherwise a column of 128 rows would
 * compete for a few lines of the cache.
 */
function spacingOf(stride: number): number {
  if (stride < 1024) return stride;
  const lines = Math.ceil(stride / 64);
  return 64 * (lines + 1 - (lines % 2));
}
