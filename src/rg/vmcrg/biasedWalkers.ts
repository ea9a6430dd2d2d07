/** Sixteen lattices of fine spins with a bias on their block spins, in one machine. */

import type { Hamiltonian } from '../../ising/models/hamiltonian.js';
import type { BitRows } from '../../util/bits.js';
import { refuse } from '../../util/check.js';
import { type Seed, streamKey } from '../../util/random.js';
import { BIASED_WALKERS, STREAM } from '../../wasm/kernels.js';
import { LEARNING } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';
import type { Call } from '../../wasm/pool.js';
import type { OperatorBasis } from '../operators/basis.js';
import type { SpinOperator } from '../operators/productSums.js';
import type { BlockGeometry } from './blockGeometry.js';
import { type CellOperator, cellOperator, mostProducts } from './cellOperator.js';
import { fieldTable, groupsOf, type ProductGroup, signedCouplings } from './fieldTable.js';
import type { HiddenMemory } from './hiddenMemory.js';

/** Walkers of one machine. */
export const WALKERS = BIASED_WALKERS;

const PLANE = 16;
/** Bytes of a field's cell, and of the totals of one operator. */
const CELL = 32;
const TOTALS = 64;
/** Rows of totals per call, at most. */
const MAX_ROWS = 64;
/** Attempted updates of single walkers per call: some ten milliseconds. */
const UPDATES = 2e6;

/** Time of a hidden unit that sees a block spin, over that of an update of a site. */
const HIDDEN_COST = 1 / 40;

/** Areas of walkers without hidden units. */
const NO_HIDDEN: HiddenMemory['areas'] = {
  units: 0,
  rest: 0,
  windows: 0,
  factors: 0,
  weightOf: 0,
  biasOf: 0,
  energies: 0,
  gradients: 0,
};

/** What the walkers sample, and what is measured on them. */
export interface BiasedModel {
  geometry: BlockGeometry;
  hamiltonian: Hamiltonian;
  /** Operators of V, of the block spins. */
  bias: OperatorBasis | undefined;
  /** Hidden units of V, with so many rows of measurements per call: `RbmPotential.memory`. */
  hidden?: (rows: number) => HiddenMemory;
  heatBath: boolean;
  /** Lists of pairs that are measured: the same operators of block spins and of fine spins. */
  measured: readonly { coarse: readonly SpinOperator[]; fine: readonly SpinOperator[] }[];
  /** Radius of the windows in cells; undefined: totals alone are measured. */
  radius?: number;
}

/** Tables that all machines of a model share. */
export interface BiasedTables {
  model: BiasedModel;
  order: Uint32Array;
  fineGroups: ProductGroup[];
  fineCouplings: Float32Array;
  fineTable: Uint32Array;
  coarseGroups: readonly ProductGroup[];
  coarseTable: Uint32Array;
  operators: { coarse: boolean; operator: CellOperator }[];
}

/**
 * @throws RangeError if sums over windows of this radius do not fit into 16 bits
 */
export function biasedTables(model: BiasedModel): BiasedTables {
  const { geometry, hamiltonian, bias, measured, radius } = model;
  const { coarse, shape, order, blockOf } = geometry;
  const { groups, values } = groupsOf(hamiltonian);
  const coarseGroups = bias?.operators ?? [];
  const fineShape = [shape[0] * geometry.factor[0], shape[1] * geometry.factor[1]] as const;
  const operators = measured.flatMap((list) => [
    ...list.coarse.map((each) => ({ coarse: true, operator: cellOperator(each, shape, coarse.sites, undefined) })),
    ...list.fine.map((each) => ({ coarse: false, operator: cellOperator(each, fineShape, coarse.sites, blockOf) })),
  ]);
  if (radius !== undefined) {
    const cells = Math.min(2 * radius + 1, shape[0]) * Math.min(2 * radius + 1, shape[1]);
    const most = Math.max(0, ...operators.map(({ operator }) => mostProducts(operator)));
    // window sums are 16 bits; four products of a cell and a window are added per cell of a row in 32 bits
    if (cells * most > 32767 || shape[1] * 4 * most * cells * most >= 2 ** 31) {
      refuse('radius', 'windows whose sums fit into 16 bits', radius);
    }
  }
  return {
    model,
    order,
    fineGroups: groups,
    fineCouplings: signedCouplings(groups, values),
    fineTable: fieldTable(order.length, order, groups),
    coarseGroups,
    coarseTable: fieldTable(
      coarse.sites,
      Uint32Array.from({ length: coarse.sites }, (_, k) => k),
      coarseGroups,
    ),
    operators,
  };
}

/** The walkers: state and kernel calls. */
export class BiasedWalkers {
  readonly machine;
  readonly #hidden: HiddenMemory | undefined;
  readonly #tables: BiasedTables;
  readonly #blocks: number;
  readonly #size: number;

  /**
   * Starts from independent random spins.
   * @param index number of the machine among those of the seed
   */
  constructor(tables: BiasedTables, seed: Seed, index: number, shared: boolean) {
    this.#tables = tables;
    const { geometry, measured, hidden } = tables.model;
    const { order, fineCouplings, fineTable, coarseTable, coarseGroups, operators } = tables;
    this.#blocks = geometry.coarse.sites;
    this.#size = geometry.weights.length;
    const sites = order.length;
    const entries = (of: (operator: CellOperator) => Uint32Array) =>
      operators.reduce((sum, { operator }) => sum + 4 * of(operator).length, 0);
    const fields = Math.max(1, ...measured.map(({ coarse }) => coarse.length + 2));
    this.#hidden = hidden?.(MAX_ROWS);
    this.machine = new Machine(
      LEARNING,
      {
        spins: sites * PLANE,
        coarse: this.#blocks * PLANE,
        sums: this.#blocks * PLANE,
        order: order.byteLength,
        weights: this.#size,
        fineTable: fineTable.byteLength,
        fineCouplings: fineCouplings.byteLength,
        coarseTable: coarseTable.byteLength,
        coarseCouplings: 4 * coarseGroups.length,
        stream: STREAM,
        scratch: 144 + 64 * this.#size + (hidden ? 128 : 0),
        operators: 16 * operators.length,
        starts: entries(({ starts }) => starts),
        offsets: entries(({ sites: members }) => members),
        fields: fields * this.#blocks * CELL,
        totals: Math.max(1, operators.length) * MAX_ROWS * TOTALS,
        products: measured.reduce(
          (sum, { coarse, fine }) => sum + 8 * coarse.length * (coarse.length + fine.length),
          0,
        ),
        means: 8 * operators.length,
        ...(this.#hidden?.areas ?? NO_HIDDEN),
      },
      shared,
    );
    const { machine } = this;
    const { kernels, at } = machine;
    machine.u32('order').set(order.map((site) => PLANE * site));
    machine.u8('weights').set(geometry.weights);
    machine.u32('fineTable').set(fineTable);
    machine.f32('fineCouplings').set(fineCouplings);
    machine.u32('coarseTable').set(coarseTable);
    this.#hidden?.begin(machine);
    let [start, offset] = [0, 0];
    const list = machine.u32('operators');
    operators.forEach(({ coarse, operator }, k) => {
      list.set([coarse ? at.coarse : at.spins, at.starts + 4 * start, at.offsets + 4 * offset, operator.order], 4 * k);
      machine.u32('starts').set(operator.starts, start);
      machine.u32('offsets').set(
        operator.sites.map((site) => PLANE * site),
        offset,
      );
      start += operator.starts.length;
      offset += operator.sites.length;
    });
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'biased start', index), 0);
    const spins = machine.u8('spins');
    const draw = machine.u8('scratch');
    for (let site = 0; site < sites; site++) {
      kernels.fillRandom(at.stream, at.scratch, 1);
      for (let walker = 0; walker < WALKERS; walker++) spins[site * PLANE + walker] = draw[walker] >> 7;
    }
    kernels.seedStreams(at.stream, 1, streamKey(seed, 'biased', index), 0);
    kernels.blockSums(at.spins, at.coarse, at.sums, at.order, at.weights, this.#blocks, this.#size);
  }

  /** J of V, taken as 32-bit floats. */
  setBias(parameters: ArrayLike<number>): void {
    this.machine.f32('coarseCouplings').set(signedCouplings(this.#tables.coarseGroups, parameters));
  }

  /** Weights and biases of the hidden units, taken as 32-bit floats. */
  setHidden(parameters: Float64Array): void {
    this.#hidden?.set(this.machine, parameters);
  }

  /** Sweeps that take some ten milliseconds. */
  get sweepsPerCall(): number {
    const sites = this.#tables.order.length + HIDDEN_COST * this.#blocks * (this.#hidden?.seenUnits ?? 0);
    return Math.max(1, Math.floor(UPDATES / (sites * WALKERS)));
  }

  /** The call that makes `sweeps` sweeps and returns the number of spins turned. */
  sweeps(sweeps: number): Call {
    const { at } = this.machine;
    const { heatBath } = this.#tables.model;
    const blocks = [at.spins, at.coarse, at.sums, at.order, at.weights, this.#blocks, this.#size];
    const fields = [at.fineTable, at.fineCouplings, at.coarseTable, at.coarseCouplings];
    const all = [...blocks, ...fields, heatBath ? 1 : 0, at.stream, at.scratch, sweeps];
    return this.#hidden ? ['biasedRbmSweeps', [...all, ...this.#hidden.units(at)]] : ['biasedSweeps', all];
  }

  /** Calls that write `rows` rows of energies and gradients of the hidden units' V, `interval` sweeps apart, at most 64. */
  hiddenRows(rows: number, interval: number): Call[] {
    const { at } = this.machine;
    const hidden = this.#hidden as HiddenMemory;
    this.machine.f32('gradients').fill(0);
    return Array.from({ length: rows }, (_, row) => [
      this.sweeps(interval),
      ...hidden.measure(at, this.#blocks, row),
    ]).flat();
  }

  /** The rows that were written: V of each walker, [rows, 16], and its gradient, [rows, parameters, 16]. */
  readHidden(rows: number): { energies: Float64Array; gradients: Float32Array } {
    const hidden = this.#hidden as HiddenMemory;
    return {
      energies: hidden.energies(this.machine, rows),
      gradients: hidden.gradients(this.machine, rows),
    };
  }

  /** Calls that write `rows` rows of totals, `interval` sweeps apart, at most 64. */
  totals(rows: number, interval: number): Call[] {
    const { at } = this.machine;
    const count = this.#tables.operators.length;
    return Array.from({ length: rows }, (_, row) => [
      this.sweeps(interval),
      [
        'operatorTotals',
        [at.operators, count, this.#blocks, at.fields, at.totals + row * count * TOTALS],
      ] satisfies Call,
    ]).flat();
  }

  /** The rows that were written: S of each operator and walker, [rows, operators, 16]. */
  readTotals(rows: number): Int32Array {
    return this.machine.i32('totals').slice(0, rows * this.#tables.operators.length * WALKERS);
  }

  /** Calls that add `rows` measurements to products and means, `interval` sweeps apart. */
  products(rows: number, interval: number): Call[] {
    const { at } = this.machine;
    const { geometry, measured, radius = 0 } = this.#tables.model;
    const calls: Call[] = [];
    for (let row = 0; row < rows; row++) {
      calls.push(this.sweeps(interval));
      let [operator, product] = [0, 0];
      for (const { coarse, fine } of measured) {
        const [n, m] = [coarse.length, fine.length];
        const from = [at.operators + 16 * operator, n, m, ...geometry.shape, radius];
        const to = [at.fields, at.totals, at.products + 8 * product, at.means + 8 * operator];
        if (n > 0) calls.push(['windowProducts', [...from, ...to]]);
        operator += n + m;
        product += n * (n + m);
      }
    }
    return calls;
  }

  /** The products and means added up since the last call, which become 0. */
  takeProducts(): { products: Float64Array; means: Float64Array } {
    const [products, means] = [this.machine.f64('products'), this.machine.f64('means')];
    const taken = { products: products.slice(), means: means.slice() };
    products.fill(0);
    means.fill(0);
    return taken;
  }

  /** Writes the block spins of all walkers to 16 rows from `row` on, which are zero. */
  copyCoarse(rows: BitRows, row: number): void {
    const planes = this.machine.u8('coarse');
    for (let block = 0; block < this.#blocks; block++) {
      for (let walker = 0; walker < WALKERS; walker++) {
        const at = (row + walker) * rows.stride + (block >> 3);
        rows.bytes[at] |= planes[block * PLANE + walker] << (block & 7);
      }
    }
  }

  /** Fine and block spins of a walker, ±1. */
  spinsOf(walker: number): { fine: Int8Array; coarse: Int8Array } {
    const of = (name: 'spins' | 'coarse', count: number) => {
      const planes = this.machine.u8(name);
      return Int8Array.from({ length: count }, (_, k) => 2 * planes[k * PLANE + walker] - 1);
    };
    return { fine: of('spins', this.#tables.model.geometry.fine.sites), coarse: of('coarse', this.#blocks) };
  }
}
