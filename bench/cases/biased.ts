/**
 * Sweeps of the variational Monte Carlo renormalization group: fine spins with a bias on their block spins, 16 lattices
 * together, against the same written plainly: one lattice after the other, the bias looked at only where a block spin
 * would turn. Spins are checked bit for bit against the readable twin, and both by means of the block spins.
 */

import {
  isingHamiltonian,
  type LatticeOperator,
  latticeOperator,
  type OperatorBasis,
  operatorBasis,
  square,
  standardOperators,
} from '../../src/all.js';
import { majorityRule } from '../../src/rg/blocking/rule.js';
import { BiasedWalkers, biasedTables, WALKERS } from '../../src/rg/vmcrg/biasedWalkers.js';
import { type BlockGeometry, blockGeometry } from '../../src/rg/vmcrg/blockGeometry.js';
import { streamKey } from '../../src/util/random.js';
import { makeCalls } from '../../src/wasm/pool.js';
import { type Products, biasedSweeps as twin } from '../../test/reference/biased.js';
import { Stream } from '../../test/reference/streams.js';
import type { Entry } from '../harness.js';
import { agree, same } from './agree.js';
import { type Body, entry } from './entry.js';
import { Uniform } from './uniform.js';

const COUPLING = 0.44;

/** Those with names, and six of four spins. */
const OPERATORS: LatticeOperator[] = [
  ...standardOperators('square', 'even'),
  ...[
    [0, 0, 0, 1, 0, 2, 1, 1],
    [0, 0, 0, 1, 1, -1, 1, 0],
    [0, 0, 1, -2, 1, -1, 2, -1],
    [0, 0, 0, 1, 0, 2, 1, 0],
    [0, 0, 0, 3],
    [0, 0, 1, 3],
  ].map((list) =>
    latticeOperator(
      'square',
      Array.from({ length: list.length / 2 }, (_, k) => [list[2 * k], list[2 * k + 1]]),
    ),
  ),
];

/** Near the minimum of Ω. */
const PARAMETERS = [0.389, 0.07, -0.014, -0.026, -0.011, -0.002, -0.002, 0.009, 0.003, 0.002, 0.002, 0.003, 0.001];

/** One lattice in plain TypeScript. */
class PlainWalker {
  readonly #spins: Int8Array;
  readonly #sums: Int8Array;
  readonly #blockOf: Uint32Array;
  /** Of each block: the others of the products of each operator. */
  readonly #around: { parameter: number; others: number[] }[][];
  readonly #random: Uniform;

  constructor(
    readonly side: number,
    { blockOf, coarse }: BlockGeometry,
    basis: OperatorBasis,
    seed: number,
  ) {
    this.#random = new Uniform(seed);
    this.#spins = Int8Array.from({ length: side * side }, () => (this.#random.next() < 0.5 ? 1 : -1));
    this.#sums = new Int8Array(coarse.sites);
    this.#spins.forEach((spin, site) => {
      this.#sums[blockOf[site]] += spin;
    });
    this.#blockOf = blockOf;
    this.#around = Array.from({ length: coarse.sites }, () => []);
    basis.operators.forEach(({ order, sites }, operator) => {
      for (let at = 0; at < sites.length; at += order) {
        const own = [...sites.subarray(at, at + order)];
        for (const site of own) {
          const others = own.filter((other) => other !== site);
          this.#around[site].push({ parameter: PARAMETERS[operator], others });
        }
      }
    });
  }

  sweep(count: number): void {
    const { side } = this;
    const spins = this.#spins;
    const sums = this.#sums;
    for (let sweep = 0; sweep < count; sweep++) {
      for (let y = 0; y < side; y++) {
        const row = y * side;
        const above = (y === 0 ? side - 1 : y - 1) * side;
        const below = (y === side - 1 ? 0 : y + 1) * side;
        for (let x = 0; x < side; x++) {
          const site = row + x;
          const left = row + (x === 0 ? side - 1 : x - 1);
          const right = row + (x === side - 1 ? 0 : x + 1);
          const spin = spins[site];
          const block = this.#blockOf[site];
          let change = 2 * COUPLING * spin * (spins[above + x] + spins[below + x] + spins[left] + spins[right]);
          if (sums[block] === spin) {
            // the block spin turns with this one
            for (const { parameter, others } of this.#around[block]) {
              let product = parameter * spin;
              for (const other of others) product *= sums[other] > 0 ? 1 : -1;
              change -= 2 * product;
            }
          }
          if (change <= 0 || this.#random.next() < Math.exp(-change)) {
            spins[site] = -spin;
            sums[block] -= 2 * spin;
          }
        }
      }
    }
  }

  /** Σ over blocks of the products with the right and the lower neighbour, per product. */
  neighbours(columns: number): number {
    const sign = (block: number) => (this.#sums[block] > 0 ? 1 : -1);
    let sum = 0;
    this.#sums.forEach((_, block) => {
      const [y, x] = [Math.floor(block / columns), block % columns];
      const right = y * columns + ((x + 1) % columns);
      const below = ((y + 1) % (this.#sums.length / columns)) * columns + x;
      sum += sign(block) * (sign(right) + sign(below));
    });
    return sum / (2 * this.#sums.length);
  }
}

function start(side: number, seed: number) {
  const lattice = square(side);
  const geometry = blockGeometry(lattice, majorityRule({ factor: 3 }));
  const bias = operatorBasis(geometry.coarse, OPERATORS);
  const hamiltonian = isingHamiltonian({ lattice, coupling: COUPLING });
  const measured = [{ coarse: bias.operators.slice(0, 1), fine: [] }];
  const tables = biasedTables({ geometry, hamiltonian, bias, heatBath: false, measured });
  const walkers = new BiasedWalkers(tables, seed, 0, false);
  walkers.setBias(PARAMETERS);
  return { geometry, bias, tables, walkers };
}

/** A sweep of 21 × 21 spins, walker by walker. */
function checkTwin(): void {
  const { geometry, tables, walkers } = start(21, 3);
  const spins = Array.from({ length: WALKERS }, (_, k) => walkers.spinsOf(k).fine);
  const bits = spins.map((fine) => Uint8Array.from(fine, (spin) => (spin > 0 ? 1 : 0)));
  const productsOf = ({ order, sites }: { order: number; sites: Uint32Array }) =>
    Array.from({ length: sites.length / order }, (_, p) => [...sites.subarray(p * order, (p + 1) * order)]);
  const coarse = tables.coarseGroups.map(
    (group, k): Products => ({ coupling: PARAMETERS[k], products: productsOf(group) }),
  );
  const fine = tables.fineGroups.map((group): Products => ({ coupling: COUPLING, products: productsOf(group) }));
  const size = geometry.weights.length;
  const blocks = {
    sites: Array.from({ length: geometry.coarse.sites }, (_, b) => [
      ...geometry.order.subarray(b * size, (b + 1) * size),
    ]),
    weights: [...geometry.weights],
  };
  twin(bits, blocks, fine, coarse, false, new Stream(streamKey(3, 'biased', 0)), 1);
  makeCalls(walkers.machine, [walkers.sweeps(1)]);
  bits.forEach((expected, k) => {
    same(
      `walker ${k}`,
      Uint8Array.from(walkers.spinsOf(k).fine, (spin) => (spin > 0 ? 1 : 0)),
      expected,
    );
  });
}

export const BIASED_SIDES = [45, 90];
export const biasedName = (side: number) =>
  `Variational MCRG, Metropolis with a bias, ${side}×${side}, b = 3, 13 operators`;

/** Sweeps of all walkers in a round, one walker after the other. */
export const biasedSweeps = (side: number): number => WALKERS * Math.ceil(4e7 / (side * side * WALKERS));

/** What is sampled: K, and the bias. */
export function biasedModel(side: number) {
  const { coarse } = blockGeometry(square(side), majorityRule({ factor: 3 }));
  return { coupling: COUPLING, parameters: PARAMETERS, operators: operatorBasis(coarse, OPERATORS).operators };
}

/** ⟨S' S'⟩ of neighbouring block spins, of 5000 sweeps of each walker. */
export function biasedMean(side: number): number {
  const { bias, walkers } = start(side, 2);
  makeCalls(walkers.machine, [walkers.sweeps(200)]);
  let sum = 0;
  for (let k = 0; k < 500; k++) {
    makeCalls(walkers.machine, walkers.totals(1, 10));
    sum += walkers.readTotals(1).reduce((all, total) => all + total, 0);
  }
  return sum / (500 * WALKERS * bias.products[0]);
}

function biasedCase(side: number, short: boolean): Body {
  const { geometry, bias, walkers } = start(side, 1);
  const plain = new PlainWalker(side, geometry, bias, 1);
  const sweeps = short ? 4 : biasedSweeps(side) / WALKERS;
  const few = short ? 4 : Math.ceil(sweeps / 2);
  return {
    unit: 'updates',
    work: sweeps * side * side * WALKERS,
    contenders: [
      {
        name: 'Wasm, 16 walkers',
        run: () => {
          makeCalls(walkers.machine, [walkers.sweeps(sweeps)]);
        },
      },
      {
        name: 'plain TypeScript, one after the other',
        run: () => plain.sweep(few),
        share: few / (sweeps * WALKERS),
      },
    ],
    check: () => {
      checkTwin();
      // both sample the same: means of neighbouring block spins, 20 sweeps apart
      makeCalls(walkers.machine, [walkers.sweeps(200)]);
      const products = bias.products[0];
      const ours = Array.from({ length: 50 }, () => {
        makeCalls(walkers.machine, walkers.totals(1, 20));
        return walkers.readTotals(1).reduce((sum, total) => sum + total / (products * WALKERS), 0);
      });
      const mean = ours.reduce((sum, x) => sum + x / ours.length, 0);
      plain.sweep(200);
      const theirs = Array.from({ length: 50 }, () => {
        plain.sweep(20);
        return plain.neighbours(geometry.shape[1]);
      });
      const score = agree('neighbouring block spins', theirs, mean);
      return `spins equal the twin's; neighbouring block spins ${score} standard errors from those of plain TypeScript`;
    },
  };
}

export function biasedEntries(): Entry[] {
  return BIASED_SIDES.map((side) =>
    entry({ name: biasedName(side), group: 'Monte Carlo renormalization' }, (short) =>
      biasedCase(short ? 21 : side, short),
    ),
  );
}
