/**
 * Sweeps of the variational Monte Carlo renormalization group: fine spins with a bias on their block spins, 16 lattices
 * together, against the same written plainly: one lattice after the other, the bias looked at only where a block spin
 * would turn. The bias is a list of operators, or the free energy of an RBM. Spins are checked bit for bit against the readable twin, and both by means of
 * the block spins.
 */

import {
  filterPotential,
  isingHamiltonian,
  type LatticeOperator,
  latticeOperator,
  type OperatorBasis,
  operatorBasis,
  type SquareLattice,
  square,
  standardOperators,
} from '../../src/all.js';
import { majorityRule } from '../../src/rg/blocking/rule.js';
import { BiasedWalkers, biasedTables, WALKERS } from '../../src/rg/vmcrg/biasedWalkers.js';
import { type BlockGeometry, blockGeometry } from '../../src/rg/vmcrg/blockGeometry.js';
import type { RbmPotential } from '../../src/rg/vmcrg/rbmPotential.js';
import { streamKey } from '../../src/util/random.js';
import { makeCalls } from '../../src/wasm/pool.js';
import { kernels } from '../../src/wasm/scalar.js';
import { type Products, biasedSweeps as twin } from '../../test/reference/biased.js';
import { type HiddenUnits, hiddenFields } from '../../test/reference/biasedRbm.js';
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

/** The same as an RBM, by `fitFilters`. */
const FILTERS = {
  filters: 2,
  size: [4, 4],
  parameters: [
    -0.003, 0.013, 0.011, 0.007, 0.018, 0.004, 0.23, -0.003, 0.031, -0.209, 0.664, 0.023, 0.023, -0.026, 0.065, 0.036,
    0.003, 0.01, 0.005, 0.001, 0.163, 0.103, 0.003, 0.001, -1.299, -0.155, 0.034, 0, -0.04, -0.171, 0.027, 0.001,
  ],
};

/** What a bias adds: V after a block spin turned less V before, and the turn itself. */
interface PlainBias {
  change(block: number, spin: number, sums: Int8Array): number;
  turned?(block: number, spin: number): void;
}

/** A list of operators. */
function plainList(basis: OperatorBasis): PlainBias {
  // of each block: the others of the products of each operator
  const around: { parameter: number; others: number[] }[][] = Array.from({ length: basis.sites }, () => []);
  basis.operators.forEach(({ order, sites }, operator) => {
    for (let at = 0; at < sites.length; at += order) {
      const own = [...sites.subarray(at, at + order)];
      for (const site of own) {
        around[site].push({ parameter: PARAMETERS[operator], others: own.filter((other) => other !== site) });
      }
    }
  });
  return {
    change: (block, spin, sums) => {
      let change = 0;
      for (const { parameter, others } of around[block]) {
        let product = parameter * spin;
        for (const other of others) product *= sums[other] > 0 ? 1 : -1;
        change -= 2 * product;
      }
      return change;
    },
  };
}

/** Hidden units, with their fields kept. */
function plainHidden({ layout, parameters, sites }: RbmPotential, coarse: ArrayLike<number>): PlainBias {
  const { seen, width, windows, weightOf, unitWeights } = layout;
  const own = unitWeights.length;
  const x = new Float64Array(sites * own);
  const each = (block: number, visit: (unit: number, weight: number) => void) => {
    for (let k = 0; k < seen; k++) {
      const first = windows[block * seen + k] * own;
      for (let unit = 0; unit < own; unit++) visit(first + unit, parameters[weightOf[k * width + unit]]);
    }
  };
  for (let block = 0; block < sites; block++) {
    each(block, (unit, weight) => {
      x[unit] += coarse[block] * weight;
    });
  }
  const logTwoCosh = (field: number) => Math.abs(field) + Math.log1p(Math.exp(-2 * Math.abs(field)));
  return {
    change: (block, spin) => {
      let change = 0;
      each(block, (unit, weight) => {
        change += logTwoCosh(x[unit] - 2 * spin * weight) - logTwoCosh(x[unit]);
      });
      return change;
    },
    turned: (block, spin) =>
      each(block, (unit, weight) => {
        x[unit] -= 2 * spin * weight;
      }),
  };
}

/** One lattice in plain TypeScript. */
class PlainWalker {
  readonly #spins: Int8Array;
  readonly #sums: Int8Array;
  readonly #blockOf: Uint32Array;
  readonly #bias: PlainBias;
  readonly #random: Uniform;

  constructor(
    readonly side: number,
    { blockOf, coarse }: BlockGeometry,
    bias: (coarse: Int8Array) => PlainBias,
    seed: number,
  ) {
    this.#random = new Uniform(seed);
    this.#spins = Int8Array.from({ length: side * side }, () => (this.#random.next() < 0.5 ? 1 : -1));
    this.#sums = new Int8Array(coarse.sites);
    this.#spins.forEach((spin, site) => {
      this.#sums[blockOf[site]] += spin;
    });
    this.#blockOf = blockOf;
    this.#bias = bias(this.#sums.map(Math.sign));
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
          // the block spin turns with this one
          const turns = sums[block] === spin;
          if (turns) change += this.#bias.change(block, spin, sums);
          if (change <= 0 || this.#random.next() < Math.exp(-change)) {
            spins[site] = -spin;
            sums[block] -= 2 * spin;
            if (turns) this.#bias.turned?.(block, spin);
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

function start(side: number, seed: number, hidden = false) {
  const lattice = square(side);
  const geometry = blockGeometry(lattice, majorityRule({ factor: 3 }));
  const basis = operatorBasis(geometry.coarse, OPERATORS);
  const hamiltonian = isingHamiltonian({ lattice, coupling: COUPLING });
  const measured = [{ coarse: basis.operators.slice(0, 1), fine: [] }];
  const potential = filterPotential(geometry.coarse as SquareLattice, FILTERS);
  const bias = hidden ? { bias: undefined, hidden: (rows: number) => potential.memory(rows) } : { bias: basis };
  const tables = biasedTables({ geometry, hamiltonian, ...bias, heatBath: false, measured });
  const walkers = new BiasedWalkers(tables, seed, 0, false);
  if (hidden) walkers.setHidden(potential.parameters);
  else walkers.setBias(PARAMETERS);
  const plain = (seed: number) =>
    new PlainWalker(side, geometry, (coarse) => (hidden ? plainHidden(potential, coarse) : plainList(basis)), seed);
  return { geometry, basis, potential: hidden ? potential : undefined, tables, walkers, plain };
}

/** e^{±2w} of each block, as the twin reads them. */
function hiddenUnits({ layout, parameters, sites }: RbmPotential): HiddenUnits {
  const { seen, width, windows, weightOf } = layout;
  const { exp } = kernels();
  const factor = (sign: number, at: number) =>
    Math.fround(weightOf[at] < 0 ? 1 : exp(sign * 2 * Math.fround(parameters[weightOf[at]])));
  const list = (sign: number) =>
    Array.from({ length: seen }, (_, k) => Array.from({ length: width }, (_, unit) => factor(sign, k * width + unit)));
  const [plus, minus] = [list(1), list(-1)];
  return {
    rest: new Array<number>(sites * width).fill(1),
    windows: Array.from({ length: sites }, (_, block) => [...windows.subarray(block * seen, (block + 1) * seen)]),
    plus: new Array(sites).fill(plus),
    minus: new Array(sites).fill(minus),
    width,
  };
}

/** A sweep of 21 × 21 spins, walker by walker. */
function checkTwin(hidden: boolean): void {
  const { geometry, tables, walkers, potential } = start(21, 3, hidden);
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
  const states = Array.from({ length: WALKERS }, (_, k) => walkers.spinsOf(k).coarse.map((spin) => (spin > 0 ? 1 : 0)));
  const fields = potential && hiddenFields(hiddenUnits(potential), states);
  twin(bits, blocks, fine, coarse, false, new Stream(streamKey(3, 'biased', 0)), 1, fields);
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
export const biasedName = (side: number, hidden = false) =>
  `Variational MCRG, Metropolis with a bias, ${side}×${side}, b = 3, ${hidden ? 'an RBM of two filters of 4×4' : '13 operators'}`;

/** Sweeps of all walkers in a round, one walker after the other. */
export const biasedSweeps = (side: number): number => WALKERS * Math.ceil(4e7 / (side * side * WALKERS));

/** What is sampled: K, and the bias. */
export function biasedModel(side: number) {
  const { coarse } = blockGeometry(square(side), majorityRule({ factor: 3 }));
  return { coupling: COUPLING, parameters: PARAMETERS, operators: operatorBasis(coarse, OPERATORS).operators };
}

/** ⟨S' S'⟩ of neighbouring block spins, of 5000 sweeps of each walker. */
export function biasedMean(side: number): number {
  const { basis, walkers } = start(side, 2);
  makeCalls(walkers.machine, [walkers.sweeps(200)]);
  let sum = 0;
  for (let k = 0; k < 500; k++) {
    makeCalls(walkers.machine, walkers.totals(1, 10));
    sum += walkers.readTotals(1).reduce((all, total) => all + total, 0);
  }
  return sum / (500 * WALKERS * basis.products[0]);
}

function biasedCase(side: number, hidden: boolean, short: boolean): Body {
  const { geometry, basis, walkers, plain: plainOf } = start(side, 1, hidden);
  const plain = plainOf(1);
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
      checkTwin(hidden);
      // both sample the same: means of neighbouring block spins, 20 sweeps apart
      makeCalls(walkers.machine, [walkers.sweeps(200)]);
      const products = basis.products[0];
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
  const cases = [...BIASED_SIDES.map((side) => [side, false] as const), [BIASED_SIDES[0], true] as const];
  return cases.map(([side, hidden]) =>
    entry({ name: biasedName(side, hidden), group: 'Monte Carlo renormalization' }, (short) =>
      biasedCase(short ? 21 : side, hidden, short),
    ),
  );
}
