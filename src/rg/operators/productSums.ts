/** Sums of products of spins over configurations, by the kernel, 128 configurations at a time. */

import type { BitRows } from '../../util/bits.js';
import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';

/** An operator on one set of sites: S = Σ over its products Π s. */
export interface SpinOperator {
  readonly name: string;
  /** Number of spins of a product. */
  readonly order: number;
  /** Site numbers, [products, order]; a product that is listed twice counts twice. */
  readonly sites: Uint32Array;
}

/** Rows per call of the kernels. */
const LANES = 128;
/** Bytes of 128 vectors. */
const TILE = 2048;
/** Counters that one turn makes into numbers. */
const PER_TILE = 4;

/** The memory of the kernels for rows of one width; nothing is checked. A site twice in a product is s² = 1. */
export class ProductSums {
  readonly #machine: LearningMachine<'bits' | 'planes' | 'tile' | 'spare' | 'counters' | 'counts' | 'tables'>;
  /** Of each operator: its table, number of products, and order. */
  readonly #operators: { table: number; products: number; order: number }[] = [];

  constructor(
    readonly sites: number,
    operators: readonly SpinOperator[],
  ) {
    this.#machine = new Machine(LEARNING, {
      bits: LANES * Math.ceil(sites / 8) + 32,
      planes: Math.ceil(sites / LANES) * TILE,
      tile: TILE,
      spare: TILE,
      counters: TILE,
      counts: TILE,
      tables: operators.reduce((sum, { sites }) => sum + sites.length * 4, 0),
    });
    const tables = this.#machine.u32('tables');
    let end = 0;
    for (const { sites, order } of operators) {
      this.#operators.push({ table: this.#machine.at.tables + 4 * end, products: sites.length / order, order });
      for (const site of sites) tables[end++] = 16 * site;
    }
  }

  /** S of each configuration, [rows, operators]. */
  measure({ count, stride, bytes }: BitRows): Float64Array {
    const n = this.#operators.length;
    const result = new Float64Array(count * n);
    const { kernels, at } = this.#machine;
    for (let first = 0; first < count; first += LANES) {
      const rows = Math.min(LANES, count - first);
      this.#machine.u8('bits').set(bytes.subarray(first * stride, (first + rows) * stride));
      kernels.rowsToPlanes(at.bits, stride, rows, 0, 0, this.sites, at.tile, at.spare, at.planes);
      for (let from = 0; from < n; from += PER_TILE) {
        const some = this.#operators.slice(from, from + PER_TILE);
        some.forEach(({ table, products, order }, k) => {
          kernels.countOddProducts(at.planes, table, products, order, at.counters + (k * TILE) / PER_TILE);
        });
        kernels.turn(at.counters, at.spare, at.counts);
        const counts = this.#machine.u32('counts');
        some.forEach(({ products, order }, k) => {
          for (let r = 0; r < rows; r++) {
            // a product is +1 if the number of spins down is even
            const odd = counts[r * PER_TILE + k];
            result[(first + r) * n + from + k] = order % 2 === 0 ? products - 2 * odd : 2 * odd - products;
          }
        });
      }
    }
    return result;
  }
}
