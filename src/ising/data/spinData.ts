/** Spin configurations, with where they came from. */

import { BitRows } from '../../util/bits.js';
import { integer, refuse } from '../../util/check.js';
import { INSPECT, shownAs } from '../../util/inspect.js';
import type { Seed } from '../../util/random.js';
import type { SamplingReport } from './samplingReport.js';

/** What made a data set: enough to make it again, and how good it is. */
export interface Provenance {
  /** The program or the person. */
  source: string;
  parameters?: Record<string, unknown>;
  seed?: Seed;
  /** Version of this package and SHA-256 of its kernels. */
  version?: string;
  wasm?: string;
  sampling?: SamplingReport;
}

/**
 * Configurations of ±1 spins as rows of bits (see BitRows): bit 1 is spin +1, bit 0 is spin -1. As input of an RBM a bit is the unit's value in {0,1}.
 */
export class SpinData extends BitRows {
  /** @throws TypeError for a provenance without a source; RangeError if the shape, the count and the bytes do not fit together */
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

  /** Configuration `row` as ±1, in a fresh array [rows·columns]. */
  spins(row: number): Int8Array {
    return Int8Array.from(this.row(row), (bit) => 2 * bit - 1);
  }

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

/** [rows, columns] for pictures: a chain or a graph is one row, the layers of a cube lie below each other. */
export function planeOf(shape: readonly number[]): [number, number] {
  const columns = shape[shape.length - 1];
  return [shape.slice(0, -1).reduce((product, side) => product * side, 1), columns];
}
