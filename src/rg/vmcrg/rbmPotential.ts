/** Bias potentials that are the free energy of an RBM on the block spins. */

import { checkSpins } from '../../ising/models/hamiltonian.js';
import { type Chain, checkAnyLattice, type SquareLattice } from '../../ising/models/lattice.js';
import { BitRows } from '../../util/bits.js';
import { finite, instanceOf, integer, knownOptions, lengthOf, refuse } from '../../util/check.js';
import { kernels } from '../../wasm/scalar.js';
import { SpinRbm } from '../map/spinRbm.js';
import { logTwoCosh } from '../tables/logs.js';
import type { BiasPotential } from './biasPotential.js';
import { fairMeans } from './fairField.js';
import type { HiddenLayout } from './hiddenLayout.js';
import { HiddenMachine, HiddenMemory } from './hiddenMemory.js';

/** Largest |b| + Σ|w| of a hidden unit: e^{2x} and products of four of them stay in the range of 32-bit floats. */
export const MAX_FIELD = 10;
/** Units of a group are filled up to a multiple of this. */
const ALIGNED = 8;

/** Options of `filterPotential`. */
export interface FilterPotentialOptions {
  /** Number of filters. */
  filters: number;
  /** Sides [rows, columns] of a filter, not above those of the lattice; of a chain its length. */
  size: readonly number[];
  /**
   * Whether each filter also stands turned and mirrored, so that V has the symmetries of the lattice: 8 images on a square
   * lattice, 2 on a chain; default true. A filter that is its own image counts as often.
   */
  images?: boolean;
  /** w, [filters, sites of a filter]; default 0, which is a saddle. */
  parameters?: ArrayLike<number>;
}

/**
 * V(S') = +Σ_u ln 2cosh x_u, x_u = b_u + Σ w s', over hidden units u: the free energy of an RBM, so that at the minimum of Ω for a
 * uniform target H' = H_RBM = -V and a constant. Make one by `filterPotential` or `densePotential`.
 */
export class RbmPotential implements BiasPotential {
  readonly parameters: Float64Array;
  #hidden: HiddenMachine | undefined;

  /**
   * @param count of the parameters
   * @throws TypeError or RangeError for parameters of another length, or not finite, or a unit of |b| + Σ|w| above 10
   */
  constructor(
    readonly sites: number,
    readonly layout: HiddenLayout,
    count: number,
    parameters: ArrayLike<number> | undefined,
  ) {
    this.parameters = Float64Array.from(lengthOf('parameters', parameters ?? new Float64Array(count), count));
    this.parameters.forEach((value, k) => {
      finite(`parameters[${k}]`, value);
    });
    this.#checkFields();
  }

  #checkFields(): void {
    const most = this.largestField();
    if (!(most <= MAX_FIELD)) refuse('parameters', `|b| + Σ|w| of at most ${MAX_FIELD} for every hidden unit`, most);
  }

  /**
   * The same units with other parameters; null where |b| + Σ|w| of one would be above 10.
   * @throws TypeError or RangeError for parameters of another number
   */
  with(parameters: ArrayLike<number>): RbmPotential | null {
    const next = new RbmPotential(this.sites, this.layout, this.parameters.length, undefined);
    next.parameters.set(lengthOf('parameters', parameters, this.parameters.length));
    next.#hidden = this.#hidden;
    return next.largestField() <= MAX_FIELD ? next : null;
  }

  /** The hidden units in the memory of walkers, with so many rows of measurements per call. */
  memory(rows: number): HiddenMemory {
    return new HiddenMemory(this.layout, this.sites, rows);
  }

  /** Number of hidden units, without those that fill up. */
  get hidden(): number {
    return this.layout.groups * this.layout.unitWeights.length;
  }

  /** The largest |b| + Σ|w| of a unit. */
  largestField(): number {
    const { unitWeights, biasOf } = this.layout;
    return unitWeights.reduce((most, list, unit) => {
      const sum = list.reduce((all, k) => all + Math.abs(this.parameters[k]), 0);
      return Math.max(most, sum + Math.abs(this.#biasOf(biasOf[unit])));
    }, 0);
  }

  /**
   * The RBM: -H_RBM = V, hidden units group by group.
   * @throws RangeError if a parameter is not finite
   */
  rbm(): SpinRbm {
    const { groups, unitWeights, biasOf } = this.layout;
    const own = unitWeights.length;
    const hidden = groups * own;
    const weights = new Float64Array(this.sites * hidden);
    this.#each((block, group, unit, parameter) => {
      weights[block * hidden + group * own + unit] += this.parameters[parameter];
    });
    const hiddenBias = Float64Array.from({ length: hidden }, (_, u) => this.#biasOf(biasOf[u % own]));
    return new SpinRbm({ visible: this.sites, hidden, weights, hiddenBias });
  }

  /**
   * V of block spins ±1.
   * @throws TypeError for a wrong kind; RangeError for a wrong length, or an entry that is not ±1
   */
  energy(coarse: ArrayLike<number>): number {
    return this.#fields(coarse).reduce((sum, x) => sum + logTwoCosh(x), 0);
  }

  /**
   * V of rows of block spins, a set bit being +1; by the kernels, with a relative error of some 1e-7.
   * @throws TypeError if not BitRows; RangeError for another width, or if |b| + Σ|w| of a unit is above 10
   */
  energies(rows: BitRows): Float64Array {
    return this.#machineFor(rows).energies(rows, this.parameters);
  }

  /**
   * ∂V/∂parameters of rows of block spins, [rows, parameters], as `energies` by the kernels.
   * @throws TypeError or RangeError as `energies`
   */
  gradients(rows: BitRows): Float64Array {
    return this.#machineFor(rows).gradients(rows, this.parameters);
  }

  #machineFor(rows: BitRows): HiddenMachine {
    this.#checkFields();
    instanceOf('rows', rows, BitRows, 'BitRows');
    if (rows.width !== this.sites) refuse('rows', `rows of ${this.sites} spins`, `rows of ${rows.width}`);
    this.#hidden ??= new HiddenMachine(this.layout, this.sites);
    return this.#hidden;
  }

  /**
   * V after the spin of `block` is turned, minus V before.
   * @throws TypeError or RangeError as `energy`, or for a block out of range
   */
  change(coarse: ArrayLike<number>, block: number): number {
    checkSpins('coarse', coarse, this.sites);
    integer('block', block, 0, this.sites - 1);
    const turned = Array.from(coarse, (s, k) => (k === block ? -s : s));
    return this.energy(turned) - this.energy(coarse);
  }

  /**
   * ∂V/∂w = Σ s' tanh x over the units with this weight, ∂V/∂b = Σ tanh x.
   * @throws TypeError or RangeError as `energy`
   */
  gradient(coarse: ArrayLike<number>): Float64Array {
    const tanh = this.#fields(coarse).map((x) => 2 * kernels().sigmoid(2 * x) - 1);
    const { biasOf, unitWeights } = this.layout;
    const own = unitWeights.length;
    const out = new Float64Array(this.parameters.length);
    this.#each((block, group, unit, parameter) => {
      out[parameter] += coarse[block] * tanh[group * own + unit];
    });
    tanh.forEach((value, u) => {
      if (biasOf[u % own] >= 0) out[biasOf[u % own]] += value;
    });
    return out;
  }

  /**
   * ⟨V⟩ and ⟨∂V/∂parameters⟩ over independent fair block spins, exactly.
   * @throws RangeError if |b| + Σ|w| of a unit is above 10
   */
  fairMeans(): { energy: number; gradient: Float64Array } {
    this.#checkFields();
    const { groups, unitWeights, biasOf } = this.layout;
    const gradient = new Float64Array(this.parameters.length);
    let energy = 0;
    unitWeights.forEach((list, unit) => {
      const means = fairMeans(
        this.#biasOf(biasOf[unit]),
        list.map((k) => this.parameters[k]),
      );
      energy += groups * means.logTwoCosh;
      list.forEach((k, i) => {
        gradient[k] += groups * means.gradient[i];
      });
      if (biasOf[unit] >= 0) gradient[biasOf[unit]] += groups * means.tanh;
    });
    return { energy, gradient };
  }

  #biasOf(parameter: number): number {
    return parameter < 0 ? 0 : this.parameters[parameter];
  }

  /** x of all units. */
  #fields(coarse: ArrayLike<number>): Float64Array {
    checkSpins('coarse', coarse, this.sites);
    const { groups, unitWeights, biasOf } = this.layout;
    const own = unitWeights.length;
    const fields = Float64Array.from({ length: groups * own }, (_, u) => this.#biasOf(biasOf[u % own]));
    this.#each((block, group, unit, parameter) => {
      fields[group * own + unit] += coarse[block] * this.parameters[parameter];
    });
    return fields;
  }

  /** Every connection of a block spin and a unit of a group. */
  #each(visit: (block: number, group: number, unit: number, parameter: number) => void): void {
    const { seen, width, windows, weightOf, tied, unitWeights } = this.layout;
    for (let block = 0; block < this.sites; block++) {
      for (let k = 0; k < seen; k++) {
        const first = ((tied ? 0 : block * seen) + k) * width;
        for (let unit = 0; unit < unitWeights.length; unit++) {
          visit(block, windows[block * seen + k], unit, weightOf[first + unit]);
        }
      }
    }
  }
}

const rounded = (units: number) => ALIGNED * Math.ceil(units / ALIGNED);

/**
 * V = Σ ln 2cosh(Σ_d w_d s'_{R+d}) over all cells R of a periodic lattice and all filters w with their images: an RBM with tied
 * weights, the symmetries of the lattice, and that of a flip of all spins, since there are no biases.
 * @throws TypeError or RangeError for another lattice, or options out of range
 * @example
 * // neighbours: V = Σ ln 2cosh(0.4 (s' + s'')), each pair four times, by the images
 * filterPotential(square(15), { filters: 1, size: [2, 2], parameters: [0.4, 0.4, 0, 0] }).hidden; // 225 cells × 8 images = 1800
 */
export function filterPotential(lattice: Chain | SquareLattice, options: FilterPotentialOptions): RbmPotential {
  knownOptions('filterPotential', options, ['filters', 'size', 'images', 'parameters']);
  const checked = checkAnyLattice(lattice);
  if (!(checked.kind === 'chain' || checked.kind === 'square') || checked.boundary !== 'periodic') {
    refuse('lattice', 'a periodic chain or square lattice', checked.kind, 'range');
  }
  const isChain = checked.kind === 'chain';
  const [rows, columns] = isChain ? [1, checked.shape[0]] : checked.shape;
  const filters = integer('filters', options.filters, 1, 1000);
  const size = lengthOf('size', options.size, isChain ? 1 : 2);
  const [high, wide] = isChain ? [1, size[0]] : [size[0], size[1]];
  integer('size[0]', isChain ? wide : high, 1, isChain ? columns : rows);
  if (!isChain) integer('size[1]', wide, 1, columns);
  const images = options.images ?? true;
  if (typeof images !== 'boolean') refuse('images', 'true or false', images, 'type');
  if (images && !isChain && high !== wide) refuse('size', 'a square, for turned images', `${high} × ${wide}`);
  const area = high * wide;
  const turns = (images ? (isChain ? CHAIN : SQUARE) : [SQUARE[0]]).map((turn) =>
    Array.from({ length: area }, (_, at) => {
      const [y, x] = turn(Math.floor(at / wide), at % wide, high, wide);
      return y * wide + x;
    }),
  );
  const unitWeights = Array.from({ length: filters }, (_, f) =>
    turns.map((turn) => turn.map((place) => f * area + place)),
  ).flat();
  const width = rounded(unitWeights.length);
  const sites = rows * columns;
  const windows = new Uint32Array(sites * area);
  for (let block = 0; block < sites; block++) {
    for (let d = 0; d < area; d++) {
      const y = (Math.floor(block / columns) - Math.floor(d / wide) + rows) % rows;
      const x = ((block % columns) - (d % wide) + columns) % columns;
      windows[block * area + d] = y * columns + x;
    }
  }
  const weightOf = Int32Array.from({ length: area * width }, (_, at) => {
    const unit = at % width;
    return unit < unitWeights.length ? unitWeights[unit][Math.floor(at / width)] : -1;
  });
  const layout: HiddenLayout = {
    ...{ groups: sites, width, seen: area, windows, weightOf, tied: true, unitWeights },
    biasOf: new Int32Array(width).fill(-1),
    filter: { size: [high, wide], lattice: [rows, columns] },
  };
  return new RbmPotential(sites, layout, filters * area, options.parameters);
}

type Turn = (y: number, x: number, high: number, wide: number) => [number, number];
const CHAIN: readonly Turn[] = [(y, x) => [y, x], (y, x, _, wide) => [y, wide - 1 - x]];
const SQUARE: readonly Turn[] = [
  (y, x) => [y, x],
  (y, x, _, n) => [y, n - 1 - x],
  (y, x, n) => [n - 1 - y, x],
  (y, x, n) => [n - 1 - y, n - 1 - x],
  (y, x) => [x, y],
  (y, x, n) => [x, n - 1 - y],
  (y, x, n) => [n - 1 - x, y],
  (y, x, n) => [n - 1 - x, n - 1 - y],
];

/** Options of `densePotential`. */
export interface DensePotentialOptions {
  /** Number of hidden units. */
  hidden: number;
  /** Whether units have biases, without which V is the same for all spins turned; default false. */
  biases?: boolean;
  /** w, [sites, hidden], then b, [hidden], if there are biases; default 0, which is a saddle. */
  parameters?: ArrayLike<number>;
}

/**
 * V = Σ_j ln 2cosh(b_j + Σ_i w_ij s'_i) with a weight for each pair of a block spin and a hidden unit: for lattices of few blocks.
 * @throws TypeError or RangeError for options out of range
 */
export function densePotential(sites: number, options: DensePotentialOptions): RbmPotential {
  knownOptions('densePotential', options, ['hidden', 'biases', 'parameters']);
  integer('sites', sites, 1, 4096);
  const hidden = integer('hidden', options.hidden, 1, 4096);
  const biases = options.biases ?? false;
  if (typeof biases !== 'boolean') refuse('biases', 'true or false', biases, 'type');
  const width = rounded(hidden);
  const layout: HiddenLayout = {
    groups: 1,
    width,
    seen: 1,
    windows: new Uint32Array(sites),
    weightOf: Int32Array.from({ length: sites * width }, (_, at) =>
      at % width < hidden ? Math.floor(at / width) * hidden + (at % width) : -1,
    ),
    tied: false,
    biasOf: Int32Array.from({ length: width }, (_, j) => (biases && j < hidden ? sites * hidden + j : -1)),
    unitWeights: Array.from({ length: hidden }, (_, j) => Array.from({ length: sites }, (_, i) => i * hidden + j)),
  };
  return new RbmPotential(sites, layout, sites * hidden + (biases ? hidden : 0), options.parameters);
}
