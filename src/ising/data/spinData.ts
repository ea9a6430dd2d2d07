/** Spin configurations and their provenance. */

import { BitRows } from '../../util/bits.js';
import { integer, refuse } from '../../util/check.js';
import { INSPECT, shownAs } from '../../util/inspect.js';
import type { Seed } from '../../util/random.js';
import type { SamplingReport } from './samplingReport.js';

/** Origin of a data set: all that is needed to reproduce it, and its sampling report. */
export interface Provenance {
  /** The program or person that made it. */
  source: string;
  parameters?: Record<string, unknown>;
  seed?: Seed;
  /** Version of this package and SHA-256 of its kernels. */
  version?: string;
  wasm?: string;
  sampling?: SamplingReport;
}

/**
 * Configurations of ±1 spins as rows of bits (see `BitRows`): bit 1 is spin +1, bit 0 is spin -1. As input of an RBM a
 * bit is the value of the unit in {0,1}.
 * @example
 * const data = new Ising({ lattice: square(8), coupling: 0.3 }).sample(4);
 * data.spins(0).length; // 64
 */
export class SpinData extends BitRows {
  /**
   * @throws TypeError for a provenance without a source; RangeError if the shape, the count and the bytes do not fit
   *   together
   */
  constructor(
    count: number,
    /** [rows, columns] of one configuration. */
    readonly shape: readonly [number, number],
    bytes: Uint8Array,
    readonly provenance: Provenance,
  ) {
    if (!Array.isArray(shape) || shape.length !== 2) refuse('shape', '[rows, columns]', shape, 'type');
    super(count, integer('shape[0]', shape[0]) * integer('shape[1]', shape[1]), bytes);
    if (typeof provenance?.source !== 'string') refuse('provenance', '{ source: string }', provenance, 'type');
  }

  /**
  /**
   * Configuration `row` as ±1, in a fresh array [rows·columns].
   * @throws TypeError or RangeError if `row` is not an integer from 0 to count - 1
   */
  spins(row: number): Int8Array {
    return Int8Array.from(this.row(row), (bit) => 2 * bit - 1);
  }

  /**
   * Configurations from … to - 1, as if they were all there are: a copy, whose provenance has no report of the sampling.
   * @throws TypeError or RangeError unless 0 <= from <= to <= count, both integers
   */
  slice(from: number, to: number): SpinData {
    integer('from', from, 0, integer('to', to, 0, this.count));
    const { source, parameters, seed } = this.provenance;
    const bytes = this.bytes.slice(from * this.stride, to * this.stride);
    return new SpinData(to - from, this.shape, bytes, { source, parameters, seed });
  }

  /** How Node prints it: shape, origin and sampling in one line. */
  override [INSPECT](_depth: number, options: object, inspect: Parameters<typeof shownAs>[3]): string {
    const { count, shape } = this;
    const { source, seed, parameters = {}, sampling } = this.provenance;
    const { lattice, coupling } = parameters;
    const { method, effectiveSamples } = sampling ?? {};
    const all = { count, shape, source, lattice, coupling, seed, method, effectiveSamples };
    const known = Object.entries(all).filter(([, value]) => value !== undefined);
    return shownAs('SpinData', Object.fromEntries(known), options, inspect);
  }
}

/**
 * [rows, columns] for pictures: a chain or a graph is one row, the layers of a cubic lattice are placed below each
 * other.
 */
export function planeOf(shape: readonly number[]): [number, number] {
  const columns = shape[shape.length - 1];
  return [shape.slice(0, -1).reduce((product, side) => product * side, 1), columns];
}
