/**
 * Sixteen biased walkers as assembly/rg/biased.ts moves and measures them, one walker at a time on plain lists of products. Spins are 0 (down) and
 * 1 (up); energies are 32-bit floats.
 */

import { type Stream, uniform } from './streams.js';
import { exp32 } from './units.js';

const { fround } = Math;

/** Walkers that are moved together. */
const WALKERS = 16;

/** Products Π s over each list of sites, with one coupling. */
export interface Products {
  coupling: number;
  products: readonly (readonly number[])[];
}

export interface Blocks {
  /** Sites of each block. */
  sites: readonly (readonly number[])[];
  /** Of the sites of a block. */
  weights: readonly number[];
}

const sign = (bit: number) => (bit ? 1 : -1);

/** Σ w s over a block. */
function sumOf(spins: Uint8Array, sites: readonly number[], weights: readonly number[]): number {
  return sites.reduce((sum, site, k) => sum + weights[k] * sign(spins[site]), 0);
}

/** The sign of each block. */
export function blockSpins(spins: Uint8Array, { sites, weights }: Blocks): Uint8Array {
  return Uint8Array.from(sites, (own) => (sumOf(spins, own, weights) > 0 ? 1 : 0));
}

/** Σ K Π s over the other sites of the products that hold `site`, group by group. */
export function localField(groups: readonly Products[], spins: Uint8Array, site: number): number {
  let field = 0;
  for (const { coupling, products } of groups) {
    const own = products.filter((product) => product.includes(site));
    const sum = own.reduce(
      (all, product) => all + product.reduce((p, j) => (j === site ? p : p * sign(spins[j])), 1),
      0,
    );
    if (own.length > 0) field = fround(field + fround(fround(coupling) * sum));
  }
  return field;
}

/** What hidden units add to the fields of V: one per walker. */
export interface HiddenFields {
  /** Before the sites of a block are updated: v of its spin. */
  field(walker: number, block: number, spin: number): number;
  /** After that, where the spin was turned. */
  turned(walker: number, block: number, before: number): void;
}

/** Sweeps of all walkers, in place: block after block, and site after site of a block. Returns the number of spins turned. */
export function biasedSweeps(
  walkers: readonly Uint8Array[],
  blocks: Blocks,
  fine: readonly Products[],
  coarse: readonly Products[],
  heatBath: boolean,
  stream: Stream,
  sweeps: number,
  hidden?: HiddenFields,
): number {
  let turned = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    blocks.sites.forEach((sites, block) => {
      const before = walkers.map((spins) => blockSpins(spins, blocks)[block]);
      const fields = walkers.map((spins, walker) => {
        const own = localField(coarse, blockSpins(spins, blocks), block);
        return hidden ? fround(own + hidden.field(walker, block, before[walker])) : own;
      });
      sites.forEach((site, k) => {
        // walker 4q + g takes number q of generator g
        const numbers = [0, 1, 2, 3].flatMap(() => stream.next());
        for (let walker = 0; walker < WALKERS; walker++) {
          const spins = walkers[walker];
          const sum = sumOf(spins, sites, blocks.weights);
          const after = sum - 2 * blocks.weights[k] * sign(spins[site]);
          let field = localField(fine, spins, site);
          if (after > 0 !== sum > 0) field = fround(field - fields[walker]);
          const x = exp32(-sign(spins[site]) * fround(2 * field));
          const u = uniform(numbers[walker]);
          if (heatBath ? fround(u * fround(1 + x)) < x : u < x) {
            spins[site] = 1 - spins[site];
            turned++;
          }
        }
      });
      walkers.forEach((spins, walker) => {
        if (blockSpins(spins, blocks)[block] !== before[walker]) hidden?.turned(walker, block, before[walker]);
      });
    });
  }
  return turned;
}

/** Products of an operator, each with the cell it belongs to. */
export interface CellProducts {
  products: readonly { cell: number; sites: readonly number[] }[];
}

/** Σ Π s over the products of each cell. */
export function cellSums({ products }: CellProducts, spins: Uint8Array, cells: number): number[] {
  const sums = new Array<number>(cells).fill(0);
  for (const { cell, sites } of products) sums[cell] += sites.reduce((p, site) => p * sign(spins[site]), 1);
  return sums;
}

/** Sums over the cells within `radius` rows and columns of each cell of a torus, each cell once. */
export function windowSums(field: readonly number[], rows: number, columns: number, radius: number): number[] {
  const near = (side: number) =>
    Array.from({ length: Math.min(side, 2 * radius + 1) }, (_, k) => (((k - radius) % side) + side) % side);
  return field.map((_, cell) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    let sum = 0;
    for (const down of near(rows)) {
      for (const across of near(columns)) sum += field[((row + down) % rows) * columns + ((column + across) % columns)];
    }
    return sum;
  });
}
