/** One step of block spins on packed configurations, and what the provenance of block spins says. */

import { SpinData } from '../../ising/data/spinData.js';
import { describeTold, type LatticeName, readLatticeName } from '../../ising/models/lattice.js';
import { integer, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { sha256, version } from '../../wasm/binary.js';
import { BLOCK_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { Machine } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';

/** b: blocks are b × b sites, on a chain b sites; or [rows, columns] of a block. */
export type BlockFactor = number | readonly [number, number];

/** Size of the blocks, and number of steps. */
export interface BlockShape {
  factor: BlockFactor;
  /** Number of steps; default 1. The sides must be multiples of b^steps. */
  steps?: number;
}

/** One step in the provenance of block spins. */
export interface BlockStep {
  /** `function` and `layer` are named by `name`. */
  rule: 'majority' | 'decimation' | 'soft' | 'function' | 'layer';
  name?: string;
  /** [rows, columns] of a block. */
  factor: [number, number];
  ties?: 'random' | 'first';
  site?: [number, number];
  /** Of the soft rule. */
  weight?: number;
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

/** The steps that produced the data; none for data that are not block spins. */
export function historyOf({ provenance: { parameters } }: SpinData): BlockStep[] {
  return parameters?.model === MODEL ? (parameters.steps as BlockStep[]) : [];
}

/** @throws TypeError or RangeError for data or a factor that do not fit, with the nearest sides */
export function checkBlocks(data: SpinData, options: BlockShape): { factor: [number, number]; steps: number } {
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

/** @throws TypeError or RangeError unless it is b >= 2, or a block of more than one site */
export function checkFactor(factor: unknown): BlockFactor {
  if (!Array.isArray(factor)) return integer('factor', factor, 2);
  if (factor.length !== 2) refuse('factor', 'a number or [rows, columns]', factor);
  const block: [number, number] = [integer('factor[0]', factor[0]), integer('factor[1]', factor[1])];
  if (block[0] * block[1] === 1) refuse('factor', 'a block of more than one site', factor);
  return block;
}

function factorOf(factor: unknown, [rows, columns]: readonly [number, number]): [number, number] {
  const b = checkFactor(factor);
  if (typeof b !== 'number') return [b[0], b[1]];
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

/** A rule by which the spin of a block depends on the spins of this block alone, as the kernel takes it. */
export type LocalRule =
  | { rule: 'majority'; ties: 'random' | 'first' }
  | { rule: 'decimation'; site: [number, number] }
  | { rule: 'soft'; weight: number };

/** The random numbers of one step: functions of (seed, number of earlier steps, number of the row, block). */
export interface StepDraws {
  seed: Seed;
  /** Number of the data's first row in a larger set. */
  firstRow: number;
}

/** The number of the kernel for each rule (assembly/rg/block.ts). */
const KERNEL_RULES = { random: 0, first: 1, decimation: 2, soft: 3 } as const;

/** Digits of the random numbers, and the threshold that stands for probability 1. */
const DIGITS = 2 ** 32;
const CERTAIN = DIGITS - 1;

/**
 * 2^32 P(+1) by the number n of spins up in a block of `size` sites, P = 1/(1 + e^{-2wS}), S = 2n - size; u32
 * [size + 1]. P(-S) = 1 - P(S) to the last bit.
 */
export function softThresholds(weight: number, size: number): Uint32Array {
  const { sigmoid } = kernels();
  const of = (sum: number) => Math.min(CERTAIN, Math.round(DIGITS * sigmoid(2 * weight * sum)));
  return Uint32Array.from({ length: size + 1 }, (_, n) => {
    const sum = 2 * n - size;
    if (sum >= 0) return of(sum);
    const mirrored = of(-sum);
    return mirrored === CERTAIN ? 0 : DIGITS - mirrored;
  });
}

/** One step of a local rule, with its provenance. @throws TypeError or RangeError as `checkBlocks` */
export function localStep(data: SpinData, blocks: BlockFactor, rule: LocalRule, draws: StepDraws): SpinData {
  const factor = checkBlocks(data, { factor: blocks }).factor;
  const shape: [number, number] = [data.shape[0] / factor[0], data.shape[1] / factor[1]];
  const bytes = blockBytes(data, factor, shape, rule, draws);
  const size = factor[0] * factor[1];
  const drawn = rule.rule === 'soft' || (rule.rule === 'majority' && rule.ties === 'random' && size % 2 === 0);
  const { seed, firstRow } = draws;
  return coarseData(data, bytes, { ...rule, factor, ...(drawn && { seed, ...(firstRow > 0 && { firstRow }) }), shape });
}

/**
 * Coarse configurations whose provenance names the origin of the data and all steps, this one the last.
 * @param lattice of the coarse spins; default that of the data
 */
export function coarseData(data: SpinData, bytes: Uint8Array, step: BlockStep, lattice?: LatticeName): SpinData {
  const provenance = provenanceOf(data, [...historyOf(data), step], step.shape);
  const parameters = { ...provenance.parameters, ...(lattice && { lattice }) };
  return new SpinData(data.count, step.shape, bytes, { ...provenance, parameters });
}

/** The key of the random numbers of a step. */
export function keyOfStep(data: SpinData, seed: Seed): bigint {
  return streamKey(seed, MODEL, historyOf(data).length);
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
  rule: LocalRule,
  { seed, firstRow }: StepDraws,
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
    thresholds: (blockRows * blockColumns + 1) * 4,
  });
  const { kernels, at } = machine;
  const key = keyOfStep(data, seed);
  const choice = KERNEL_RULES[rule.rule === 'majority' ? rule.ties : rule.rule];
  const site = rule.rule === 'decimation' ? rule.site[0] * columns + rule.site[1] : 0;
  if (rule.rule === 'soft') machine.u32('thresholds').set(softThresholds(rule.weight, blockRows * blockColumns));
  const tails = streamKey(seed, 'block spins, further digits', historyOf(data).length);
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
    kernels.blockSpins(at.bits, spacing, past - first, lane, rows, columns, blockRows, blockColumns, choice, site, band, at.stream, at.planes, at.scratch, at.out, outStride, at.thresholds, tails, group * outRows * shape[1]);
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
