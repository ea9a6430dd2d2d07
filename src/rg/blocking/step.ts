/** One step of block spins on packed configurations, and what the provenance of block spins says. */

import type { SamplingReport } from '../../ising/data/samplingReport.js';
import { planeOf, SpinData } from '../../ising/data/spinData.js';
import type { LatticeName } from '../../ising/models/lattice.js';
import { integer, refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { sha256, version } from '../../wasm/binary.js';
import { BLOCK_SCRATCH, STREAM } from '../../wasm/kernels.js';
import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { machineForCall } from '../../wasm/machine.js';
import { kernels } from '../../wasm/scalar.js';
import { type BlockFactor, type Blocks, checkBlocks, offsetsOf, sitesOfBlocks, toldOf } from './blocks.js';

/** One step in the provenance of block spins. */
export interface BlockStep {
  /** `function`, `layer` and `filter` are named by `name`. */
  rule: 'majority' | 'decimation' | 'soft' | 'function' | 'layer' | 'filter';
  name?: string;
  /** Sites of a block in each direction: [rows, columns], or [layers, rows, columns]; of triangles [√3, √3]. */
  factor: number[];
  ties?: 'random' | 'first';
  /** In the block, as many coordinates as `factor` has; of triangles [0], [1] or [2]. */
  site?: number[];
  /** Of the soft rule. */
  weight?: number;
  seed?: Seed;
  firstRow?: number;
  /** [rows, columns] of the coarse lattice, or [layers, rows, columns]. */
  shape: number[];
}

/**
 * The model in the provenance of block spins, in place of a Hamiltonian: `measure` throws for data that name a model.
 */
const MODEL = 'block spins';

/** Rows, or strips of rows, per call of the kernel. */
const LANES = 128;
/** Approximate number of planes of a band: 64 kB fit into the cache beside the rows. */
const BAND = 4096;
/** Largest number of sites for blocks that are no boxes: 64 MB of planes. */
const MAX_SITES = 2 ** 22;

/** The steps that produced the data; none for data that are not block spins. */
export function historyOf({ provenance: { parameters } }: SpinData): BlockStep[] {
  return parameters?.model === MODEL ? (parameters.steps as BlockStep[]) : [];
}

function provenanceOf(data: SpinData, steps: BlockStep[], told: CoarseLattice): SpinData['provenance'] {
  const { parameters, seed, sampling } = data.provenance;
  const origin = parameters?.model === MODEL ? parameters.origin : originOf(data);
  return {
    source: 'blockspin coarseGrain',
    parameters: {
      ...told,
      model: MODEL,
      steps,
      origin,
    },
    ...(seed !== undefined && { seed }),
    version,
    wasm: sha256,
    ...samplingOfOthers(sampling),
  };
}

/** What names the spins of which others were made: who made them, how, and with which version and kernels. */
export function originOf({ provenance }: SpinData): Record<string, unknown> {
  const { sampling: _, ...origin } = provenance;
  return origin;
}

/** The sampling of spins that were made of others: rows of one chain still belong together, what was measured is gone. */
export function samplingOfOthers(sampling?: SamplingReport): { sampling?: SamplingReport } {
  if (!sampling) return {};
  const measured = { tauEnergy: null, tauMagnetisation: null, effectiveSamples: null } as const;
  return { sampling: { ...sampling, ...measured, energy: null, absoluteMagnetisation: null } };
}

/** A rule by which the spin of a block depends on the spins of this block alone, as the kernel takes it. */
export type LocalRule =
  | { rule: 'majority'; ties: 'random' | 'first' }
  | { rule: 'decimation'; site?: number[] }
  | { rule: 'soft'; weight: number };

/** The random numbers of one step: functions of (seed, number of earlier steps, number of the row, block). */
export interface StepDraws {
  seed: Seed;
  /** Number of the data's first row in a larger set. */
  firstRow: number;
}

/** The number of the kernel for each rule (assembly/rg/block.ts). */
const KERNEL_RULES = { random: 0, first: 1, decimation: 2, soft: 3 } as const;

/** Sites of a block of the soft rule, at most: its kernel has so many indicators. */
const MAX_SOFT_SITES = 127;

/** @throws RangeError for a block whose probabilities have no table */
export function checkSoftSize(size: number): void {
  if (size > MAX_SOFT_SITES) refuse('factor', `blocks of at most ${MAX_SOFT_SITES} sites`, size);
}

/** Digits of a random number that every block draws. */
const FIRST_DIGITS = 12;

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
export function localStep(data: SpinData, factor: BlockFactor, rule: LocalRule, draws: StepDraws): SpinData {
  const blocks = checkBlocks(data, { factor });
  const { size } = blocks;
  if (rule.rule === 'soft') checkSoftSize(size);
  const own = rule.rule === 'decimation' ? { ...rule, site: rule.site ?? firstSite(blocks) } : rule;
  const site = keptSite(rule, blocks);
  const bytes =
    blocks.factor === 'sqrt3' ? cellBytes(data, blocks, rule, site, draws) : boxBytes(data, blocks, rule, site, draws);
  const drawn = rule.rule === 'soft' || (rule.rule === 'majority' && rule.ties === 'random' && size % 2 === 0);
  const { seed, firstRow } = draws;
  const told = { ...own, ...(drawn && { seed, ...(firstRow > 0 && { firstRow }) }) };
  return blockData(data, bytes, blocks, told);
}

/** Coarse configurations on the coarse lattice of these blocks, with their provenance. */
export function blockData(
  data: SpinData,
  bytes: Uint8Array,
  { factor, coarse }: Blocks,
  step: Omit<BlockStep, 'factor' | 'shape'>,
): SpinData {
  const sides = factor === 'sqrt3' ? [Math.sqrt(3), Math.sqrt(3)] : factor;
  return coarseData(data, bytes, { ...step, factor: sides, shape: coarse.sides }, toldOf(coarse));
}

function firstSite({ factor }: Blocks): number[] {
  return factor === 'sqrt3' ? [0] : factor.map(() => 0);
}

/** The number in its block of the site that decides: the kept one, or the first. @throws RangeError as `localStep` */
export function keptSite(rule: LocalRule, blocks: Blocks): number {
  return rule.rule === 'decimation' && rule.site ? siteOf(rule.site, blocks) : 0;
}

/** The number of the kept site in its block. @throws RangeError for a site outside of it */
function siteOf(site: readonly number[], { factor }: Blocks): number {
  const sides = factor === 'sqrt3' ? [3] : factor;
  if (site.length !== sides.length) refuse('site', `${sides.length} numbers, the place in a block`, site);
  return site.reduce((number, x, k) => number * sides[k] + integer(`site[${k}]`, x, 0, sides[k] - 1), 0);
}

/** What the provenance of coarse spins says of their lattice. */
export interface CoarseLattice {
  lattice?: LatticeName;
  shape: number[];
  /** Of spins that are no lattice, [row, column] of each on the torus of the fine sites. */
  places?: [number, number][];
  /** [rows, columns] of that torus. */
  torus?: [number, number];
}

/** Coarse configurations whose provenance names their lattice, the origin of the data and all steps, this one the last. */
export function coarseData(data: SpinData, bytes: Uint8Array, step: BlockStep, told: CoarseLattice): SpinData {
  const provenance = provenanceOf(data, [...historyOf(data), step], told);
  return new SpinData(data.count, planeOf(step.shape), bytes, provenance);
}

/** The key of the random numbers of a step. */
export function keyOfStep(data: SpinData, seed: Seed): bigint {
  return streamKey(seed, MODEL, historyOf(data).length);
}

/** A lattice of three dimensions as the kernel takes it; of a plane the rows are the layers, since bands are of layers. */
function boxOf(sides: readonly number[]): [number, number, number] {
  const [layers, rows, columns] = sides.length === 3 ? sides : [sides[0], 1, sides[1]];
  return [layers, rows, columns];
}

/**
 * Number of strips of whole layers of blocks that a configuration is cut into, 1 to 128: a power of two, such that each
 * strip is whole bytes before and after, and 128 blocks or more. The kernel takes strips as rows, since it is fastest with
 * many short rows: one large lattice then fills its lanes, and the planes fit into the cache.
 */
function stripsOf(fine: [number, number, number], coarse: [number, number, number]): number {
  const perLayer = (sides: [number, number, number]) => sides[1] * sides[2];
  let strips = 1;
  for (let next = 2; next <= LANES; next *= 2) {
    const blocks = (coarse[0] / next) * perLayer(coarse);
    if (coarse[0] % next !== 0 || blocks < 128) break;
    if (blocks % 8 === 0 && ((fine[0] / next) * perLayer(fine)) % 8 === 0) strips = next;
  }
  return strips;
}

/** Probabilities at a time: 8 MB. */
const CHUNK = 2 ** 20;

/**
 * Bits that are 1 with given probabilities, some rows at a time: bit k of row r where the first 53 digits of number
 * (firstRow + r)·spins + k of the step are below p·2^53, so each depends on (seed, step, row, spin) alone.
 * @param probabilities writes p of rows from..to, [rows, spins]
 * @param perRow numbers per row that it needs, which bound how many rows it is given
 */
export function drawnBytes(
  data: SpinData,
  spins: number,
  { seed, firstRow }: StepDraws,
  probabilities: (from: number, to: number, p: Float64Array) => void,
  perRow = spins,
): Uint8Array {
  const stride = Math.ceil(spins / 8);
  const rows = Math.max(1, Math.min(data.count, Math.floor(CHUNK / perRow)));
  const p = new Float64Array(rows * spins);
  const key = keyOfStep(data, seed);
  const bytes = new Uint8Array(data.count * stride);
  for (let from = 0; from < data.count; from += rows) {
    const to = Math.min(data.count, from + rows);
    probabilities(from, to, p.subarray(0, (to - from) * spins));
    const machine = machineForCall(LEARNING, { p: p.byteLength, out: rows * stride });
    const { kernels, at } = machine;
    machine.f64('p').set(p);
    kernels.chanceBits(at.p, to - from, spins, key, BigInt(firstRow + from) * BigInt(spins), at.out, stride);
    bytes.set(machine.u8('out').subarray(0, (to - from) * stride), from * stride);
  }
  return bytes;
}

/** One step of boxes. */
function boxBytes(data: SpinData, blocks: Blocks, rule: LocalRule, site: number, draws: StepDraws): Uint8Array {
  const fine = boxOf(blocks.lattice.sides);
  const coarse = boxOf(blocks.coarse.sides);
  const block = boxOf(blocks.factor as number[]);
  const strips = stripsOf(fine, coarse);
  const [, rows, columns] = fine;
  const layers = fine[0] / strips;
  const layer = block[0] * rows * columns;
  const band = Math.max(1, Math.min(coarse[0] / strips, Math.floor(BAND / layer)));
  const offsets = offsetsOf(block, fine);
  const perStrip = { sites: data.width / strips, blocks: (coarse[0] / strips) * coarse[1] * coarse[2] };
  const shape = { ...perStrip, size: blocks.size, strips, planes: 7 + band * layer, offsets };
  return inLanes(data, shape, rule, draws, ({ kernels, at }, stride, outStride, count, lane, choice, key, first) => {
    // biome-ignore format: one call
    kernels.blockSpins(at.bits, stride, count, lane, layers, rows, columns, ...block, at.offsets, choice, site, band, at.stream, at.planes, at.scratch, at.out, outStride, at.thresholds, at.masks, key, first);
  });
}

/** One step of blocks that are no boxes; a row is not cut. */
function cellBytes(data: SpinData, blocks: Blocks, rule: LocalRule, site: number, draws: StepDraws): Uint8Array {
  const { size } = blocks;
  const sites = data.width;
  if (sites > MAX_SITES) refuse('data', 'at most 2^22 sites', sites);
  const offsets = sitesOfBlocks(blocks);
  const cells = offsets.length / size;
  const shape = { sites, blocks: cells, size, strips: 1, planes: sites, offsets };
  return inLanes(data, shape, rule, draws, ({ kernels, at }, stride, outStride, count, lane, choice, key, first) => {
    // biome-ignore format: one call
    kernels.cellSpins(at.bits, stride, count, lane, sites, cells, size, at.offsets, choice, site, at.stream, at.planes, at.scratch, at.out, outStride, at.thresholds, at.masks, key, first);
  });
}

/** Sizes of what the kernel is given at once: strips of configurations. */
interface Strip {
  sites: number;
  blocks: number;
  /** Sites per block. */
  size: number;
  /** Strips per configuration. */
  strips: number;
  /** Planes that are needed. */
  planes: number;
  /** Site numbers of the blocks, as offsets of planes. */
  offsets: ArrayLike<number>;
}

type BlockMachine = LearningMachine<
  'bits' | 'planes' | 'stream' | 'scratch' | 'out' | 'thresholds' | 'masks' | 'offsets'
>;

type KernelCall = (
  machine: BlockMachine,
  stride: number,
  outStride: number,
  count: number,
  lane: number,
  choice: number,
  key: bigint,
  firstBlock: number,
) => void;

/**
 * One step by the kernel, 128 strips at a time. Strip number n of a larger set (all strips of row 0, of row 1, …) is in
 * lane n mod 128 of group ⌊n/128⌋; each group has a random stream for its ties.
 */
function inLanes(data: SpinData, strip: Strip, rule: LocalRule, draws: StepDraws, call: KernelCall): Uint8Array {
  const { strips, blocks, size } = strip;
  const { seed, firstRow } = draws;
  const { bytes } = data;
  const count = data.count * strips;
  const stride = data.stride / strips;
  const outStride = Math.ceil(blocks / 8);
  const result = new Uint8Array(count * outStride);
  const spacing = spacingOf(stride);
  const machine: BlockMachine = machineForCall(LEARNING, {
    bits: LANES * spacing + 32,
    planes: Math.ceil(strip.planes / 128) * 2048,
    stream: STREAM,
    scratch: BLOCK_SCRATCH,
    out: LANES * outStride,
    thresholds: (size + 1) * 4,
    masks: rule.rule === 'soft' ? FIRST_DIGITS * (size + 1) * 16 : 0,
    offsets: strip.offsets.length * 4,
  });
  const { kernels, at } = machine;
  const offsets = machine.u32('offsets');
  // planes are 16 bytes apart
  for (let i = 0; i < offsets.length; i++) offsets[i] = 16 * strip.offsets[i];
  const key = keyOfStep(data, seed);
  const choice = KERNEL_RULES[rule.rule === 'majority' ? rule.ties : rule.rule];
  if (rule.rule === 'soft') machine.u32('thresholds').set(softThresholds(rule.weight, size));
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
    call(machine, spacing, outStride, past - first, lane, choice, tails, group * blocks);
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
