/**
 * The lattices of multi-spin coding as rows of bits, windows of them and sums over their blocks: the kernels of
 * assembly/ising/multispin{Rows,Blocks}.ts, a buffer at a time, so that large lattices need little memory beside their
 * spins.
 */

import type { SamplingMachine } from '../../wasm/sampling.js';

/** Replicas per vector, one bit each. */
export const REPLICAS = 128;

/** Blocks of the lattice along columns and rows: bit 8a + b of a vector is block (a, b). */
export const DOWN = 16;
export const ACROSS = 8;

/** Sites in a tile of bits that is turned at once, and its bytes. */
const TILE_SITES = 128;
const TILE = 2048;

/** Bytes of a buffer, unless a single row of the planes needs more, or the lattice less. */
const BUFFER = 2 ** 18;
/** Bytes behind a buffer that kernels may read. */
const SPARE = 64;

/**
 * Share of the lattice from which on a window costs as much as all of it: 128 spins of a tile are turned at once, or 16
 * spins of a window are gathered.
 */
const WHOLE = 1 / 5;

/** The spins of both sublattices, and the memory in which they become rows. */
export interface PlaneView {
  machine: SamplingMachine<'planes' | 'bits' | 'turning'>;
  /** Rows of a plane, and words of a row. */
  rows: number;
  words: number;
}

/** Sides and place of a window, in sites or blocks. */
export interface LatticeWindow {
  /** The first row and column. */
  row: number;
  column: number;
  rows: number;
  columns: number;
}

/** Bytes of the regions `bits` and `turning`. */
export function rowRegions(rows: number, words: number, strips: boolean): { bits: number; turning: number } {
  const sites = 2 * rows * words * (strips ? REPLICAS : 1);
  const tiles = Math.ceil(sites / TILE_SITES);
  // a tile, spare memory to turn it, one row of bits; the turned tiles of one row of the planes
  const row = 16 * Math.ceil((2 * words + SPARE) / 16);
  const turning = 2 * TILE + (strips ? row + Math.ceil((2 * words) / TILE_SITES) * TILE : TILE);
  const least = strips ? DOWN * (2 * words * ACROSS + TILE_SITES) : TILE;
  const most = strips ? sites : tiles * TILE;
  return { bits: Math.max(least, Math.min(most, BUFFER)) + SPARE, turning };
}

/** Rows of the planes at a time, for which the buffer has room; `unit` of them belong together. */
function* batches(
  { machine, rows }: PlaneView,
  rowBytes: number,
  unit: number,
): Generator<{ from: number; count: number }> {
  const most = Math.max(1, Math.floor((machine.u8('bits').length - SPARE) / rowBytes)) * unit;
  for (let from = 0; from < rows; from += most) yield { from, count: Math.min(most, rows - from) };
}

/** The configuration of a lattice of strips, packed, into `out`. */
export function latticeRow(view: PlaneView, out: Uint8Array): void {
  const { machine, rows, words } = view;
  const { kernels, at } = machine;
  const stride = 2 * words;
  for (const { from, count } of batches(view, DOWN * stride, 1)) {
    kernels.multispinRows(at.planes, rows, words, from, count, at.bits, at.turning);
    const bits = machine.u8('bits');
    const length = count * stride;
    for (let a = 0; a < DOWN; a++) out.set(bits.subarray(a * length, (a + 1) * length), (a * rows + from) * stride);
  }
}

/** Sets the spins of a lattice of strips within its edges, from a packed configuration. */
export function setLatticeRow(view: PlaneView, bytes: Uint8Array): void {
  const { machine, rows, words } = view;
  const { kernels, at } = machine;
  const stride = 2 * words;
  for (const { from, count } of batches(view, DOWN * stride, 1)) {
    const bits = machine.u8('bits');
    const length = count * stride;
    for (let a = 0; a < DOWN; a++) {
      const first = (a * rows + from) * stride;
      bits.set(bytes.subarray(first, first + length), a * length);
    }
    kernels.multispinFromRows(at.planes, rows, words, from, count, at.bits, at.turning);
  }
}

/** The spins of a window of a lattice of strips, [rows][ceil(columns/8)] bytes, into `out`. */
export function windowBits(view: PlaneView, window: LatticeWindow, out: Uint8Array): void {
  const { machine, rows, words } = view;
  const { kernels, at } = machine;
  if (window.row === 0 && window.column === 0 && window.rows * window.columns === latticeSites(view)) {
    latticeRow(view, out);
    return;
  }
  const stride = Math.ceil(window.columns / 8);
  const height = DOWN * rows;
  const most = Math.floor((machine.u8('bits').length - SPARE) / stride);
  for (let from = 0; from < window.rows; from += most) {
    const count = Math.min(most, window.rows - from);
    const row = (window.row + from) % height;
    kernels.multispinWindow(
      ...([at.planes, rows, words, row, window.column, count, window.columns, at.bits, at.turning] as const),
    );
    out.set(machine.u8('bits').subarray(0, count * stride), from * stride);
  }
}

/**
 * Σ s over blocks of b × b sites of a lattice of strips, b a power of two up to 32 that divides its sides, row-major
 * into `out`, which has room for ±b². The window is in blocks.
 */
export function blockSums(view: PlaneView, b: number, window: LatticeWindow, out: Int8Array | Int16Array): void {
  const { rows } = view;
  const share = (window.rows * window.columns * b * b) / latticeSites(view);
  if (share > WHOLE && rows % b === 0) sumStrips(view, b, window, out);
  else sumWindow(view, b, window, out);
}

function latticeSites({ rows, words }: PlaneView): number {
  return 2 * rows * words * DOWN * ACROSS;
}

/** Entries of a row of sums in the buffer. */
function sumsPerRow(width: number, b: number): number {
  return (TILE_SITES / b) * Math.ceil(width / TILE_SITES);
}

/** The sums in the buffer: bytes, or for large blocks two bytes each. */
function sumsOf({ machine }: PlaneView, b: number): Int8Array | Int16Array {
  const { buffer, byteOffset, byteLength } = machine.u8('bits');
  return b > 8 ? new Int16Array(buffer, byteOffset, byteLength >> 1) : new Int8Array(buffer, byteOffset, byteLength);
}

/** All sums, of which those of the window are kept. */
function sumStrips(view: PlaneView, b: number, window: LatticeWindow, out: Int8Array | Int16Array): void {
  const { machine, rows, words } = view;
  const { kernels, at } = machine;
  const columns = 2 * words * ACROSS;
  const stride = sumsPerRow(columns, b);
  const [height, width] = [(DOWN * rows) / b, columns / b];
  const untilEdge = Math.min(window.columns, width - window.column);
  for (const { from, count } of batches(view, DOWN * stride * (b > 8 ? 2 : 1), b)) {
    kernels.multispinStripSums(at.planes, rows, words, from, count, b, at.bits, at.turning);
    const sums = sumsOf(view, b);
    const rowsOfStrip = count / b;
    for (let k = 0; k < DOWN * rowsOfStrip; k++) {
      const row = (Math.floor(k / rowsOfStrip) * rows + from) / b + (k % rowsOfStrip);
      const placed = (row - window.row + height) % height;
      if (placed >= window.rows) continue;
      const first = k * stride;
      const to = placed * window.columns;
      out.set(sums.subarray(first + window.column, first + window.column + untilEdge), to);
      out.set(sums.subarray(first, first + window.columns - untilEdge), to + untilEdge);
    }
  }
}

/** The sums of the window alone. */
function sumWindow(view: PlaneView, b: number, window: LatticeWindow, out: Int8Array | Int16Array): void {
  const { machine, rows, words } = view;
  const { kernels, at } = machine;
  const width = window.columns * b;
  const stride = sumsPerRow(width, b);
  const height = (DOWN * rows) / b;
  const most = Math.floor((machine.u8('bits').length - SPARE) / (stride * (b > 8 ? 2 : 1)));
  for (let from = 0; from < window.rows; from += most) {
    const count = Math.min(most, window.rows - from);
    const row = ((window.row + from) % height) * b;
    kernels.multispinWindowSums(
      ...([at.planes, rows, words, row, window.column * b, count * b, width, b, at.bits, at.turning] as const),
    );
    const sums = sumsOf(view, b);
    for (let k = 0; k < count; k++) {
      out.set(sums.subarray(k * stride, k * stride + window.columns), (from + k) * window.columns);
    }
  }
}

/** The packed configurations of 128 replicas, into `out`. */
export function replicaRows({ machine, rows, words }: PlaneView, out: Uint8Array): void {
  const { kernels, at } = machine;
  const stride = Math.ceil((2 * rows * words) / 8);
  const tiles = Math.ceil((2 * rows * words) / TILE_SITES);
  const most = Math.floor((machine.u8('bits').length - SPARE) / TILE);
  for (let from = 0; from < tiles; from += most) {
    const count = Math.min(most, tiles - from);
    kernels.multispinReplicas(at.planes, rows, words, from, count, at.bits, at.turning);
    const bits = machine.u8('bits');
    const width = Math.min(16 * count, stride - 16 * from);
    for (let r = 0; r < REPLICAS; r++) {
      out.set(bits.subarray(r * 16 * count, r * 16 * count + width), r * stride + 16 * from);
    }
  }
}
