/** The hidden units of a bias in the memory of the walkers, as assembly/rg/biasedRbm.ts reads them. */

import type { BitRows } from '../../util/bits.js';
import { BIASED_WALKERS as WALKERS } from '../../wasm/kernels.js';
import { LEARNING, type LearningMachine } from '../../wasm/learning.js';
import { Machine } from '../../wasm/machine.js';
import type { Call } from '../../wasm/pool.js';
import { kernels } from '../../wasm/scalar.js';
import type { HiddenLayout } from './hiddenLayout.js';

/** Bytes of a unit: y of 16 walkers, as 32-bit floats; of a parameter's gradient likewise. */
const UNIT = 64;
/** Bytes of the energies of 16 walkers. */
const ENERGIES = 128;

type Names = 'units' | 'rest' | 'windows' | 'factors' | 'weightOf' | 'biasOf' | 'energies' | 'gradients';

/** units, count, rest, windows, factors, stride, k, m */
type Units = [number, number, number, number, number, number, number, number];

/** Areas of a machine, and what is in them. */
export class HiddenMemory {
  /** Bytes of each area. */
  readonly areas: Record<Names, number>;
  readonly #layout: HiddenLayout;
  readonly #count: number;
  /** Parameters, and one gradient that gathers those of units that fill up. */
  readonly #parameters: number;
  /** Σ ln 2cosh 0 of the units that fill up. */
  readonly #idle: number;

  /** @param rows of measurements per call, at most */
  constructor(layout: HiddenLayout, blocks: number, rows: number) {
    this.#layout = layout;
    this.#count = layout.groups * layout.width;
    this.#idle = layout.groups * (layout.width - layout.unitWeights.length) * Math.LN2;
    const largest = [layout.weightOf, layout.biasOf].reduce(
      (most, list) => list.reduce((max, parameter) => Math.max(max, parameter), most),
      -1,
    );
    this.#parameters = largest + 1;
    this.areas = {
      units: this.#count * UNIT,
      rest: 4 * this.#count,
      windows: 4 * blocks * layout.seen,
      factors: 8 * layout.weightOf.length,
      weightOf: 4 * layout.weightOf.length,
      biasOf: 4 * this.#count,
      energies: rows * ENERGIES,
      gradients: rows * (this.#parameters + 1) * UNIT,
    };
  }

  /** Units that see a block spin. */
  get seenUnits(): number {
    return this.#layout.seen * this.#layout.width;
  }

  /** Writes what does not change. */
  begin(machine: LearningMachine<Names>): void {
    const { width, windows, weightOf, biasOf } = this.#layout;
    const offset = (parameter: number) => UNIT * (parameter < 0 ? this.#parameters : parameter);
    machine.u32('windows').set(windows.map((group) => group * width * UNIT));
    machine.u32('weightOf').set(Uint32Array.from(weightOf, offset));
    machine.u32('biasOf').set(Uint32Array.from({ length: this.#count }, (_, u) => offset(biasOf[u % width])));
  }

  /** Writes e^{2b} and e^{±2w}. */
  set(machine: LearningMachine<Names>, parameters: Float64Array): void {
    const { width, weightOf, biasOf } = this.#layout;
    const { exp } = kernels();
    const of = (parameter: number) => (parameter < 0 ? 0 : Math.fround(parameters[parameter]));
    machine.f32('rest').set(Float32Array.from({ length: this.#count }, (_, u) => exp(2 * of(biasOf[u % width]))));
    const factors = machine.f32('factors');
    weightOf.forEach((parameter, at) => {
      factors[2 * at] = exp(2 * of(parameter));
      factors[2 * at + 1] = exp(-2 * of(parameter));
    });
  }

  /** Arguments of the kernels from `units` on. */
  units(at: Readonly<Record<Names, number>>): Units {
    const { width, seen, tied } = this.#layout;
    const stride = tied ? 0 : 8 * seen * width;
    return [at.units, this.#count, at.rest, at.windows, at.factors, stride, seen, width];
  }

  /** Calls that write row `row` of energies and gradients; `scratch` has at least 64 bytes. */
  measure(at: Readonly<Record<Names | 'coarse' | 'scratch', number>>, blocks: number, row: number): Call[] {
    const all = [at.coarse, blocks, ...this.units(at), at.scratch];
    const gradients = at.gradients + row * (this.#parameters + 1) * UNIT;
    return [
      ['rbmBiasEnergies', [...all, at.energies + row * ENERGIES]],
      ['rbmBiasGradients', [...all, at.weightOf, at.biasOf, gradients]],
    ];
  }

  /** V of the first rows, [rows, 16]. */
  energies(machine: LearningMachine<Names>, rows: number): Float64Array {
    return machine
      .f64('energies')
      .subarray(0, rows * WALKERS)
      .map((energy) => energy - this.#idle);
  }

  /** The gradients of the first rows, [rows, parameters, 16]. */
  gradients(machine: LearningMachine<Names>, rows: number): Float32Array {
    const own = (this.#parameters * UNIT) / 4;
    const all = machine.f32('gradients');
    const out = new Float32Array(rows * own);
    for (let row = 0; row < rows; row++) {
      const from = row * (own + UNIT / 4);
      out.set(all.subarray(from, from + own), row * own);
    }
    return out;
  }
}

/** Block spins of 16 rows at a time, and the energies of hidden units on them. */
export class HiddenMachine {
  readonly #memory: HiddenMemory;
  readonly #machine: LearningMachine<Names | 'coarse' | 'scratch'>;

  constructor(layout: HiddenLayout, blocks: number) {
    this.#memory = new HiddenMemory(layout, blocks, 1);
    this.#machine = new Machine(LEARNING, { ...this.#memory.areas, coarse: WALKERS * blocks, scratch: 64 });
    this.#memory.begin(this.#machine);
  }

  /** Σ_u ln 2cosh x_u of each row. */
  energies(rows: BitRows, parameters: Float64Array): Float64Array {
    const { kernels, at } = this.#machine;
    const out = new Float64Array(rows.count);
    this.#each(rows, parameters, (first, some) => {
      kernels.rbmBiasEnergies(at.coarse, rows.width, ...this.#memory.units(at), at.scratch, at.energies);
      out.set(this.#memory.energies(this.#machine, 1).subarray(0, some), first);
    });
    return out;
  }

  /** Its derivatives of each row, [rows, parameters]. */
  gradients(rows: BitRows, parameters: Float64Array): Float64Array {
    const { kernels, at } = this.#machine;
    const { weightOf, biasOf } = at;
    const p = parameters.length;
    const out = new Float64Array(rows.count * p);
    this.#each(rows, parameters, (first, some) => {
      this.#machine.f32('gradients').fill(0);
      const shared = [at.coarse, rows.width, ...this.#memory.units(at), at.scratch] as const;
      kernels.rbmBiasGradients(...shared, weightOf, biasOf, at.gradients);
      const own = this.#memory.gradients(this.#machine, 1);
      for (let row = 0; row < some; row++) {
        for (let k = 0; k < p; k++) out[(first + row) * p + k] = own[k * WALKERS + row];
      }
    });
    return out;
  }

  /** Writes 16 rows at a time. */
  #each(rows: BitRows, parameters: Float64Array, visit: (first: number, some: number) => void): void {
    this.#memory.set(this.#machine, parameters);
    for (let first = 0; first < rows.count; first += WALKERS) {
      const some = Math.min(WALKERS, rows.count - first);
      const planes = this.#machine.u8('coarse');
      for (let block = 0; block < rows.width; block++) {
        for (let k = 0; k < some; k++) planes[block * WALKERS + k] = rows.bit(first + k, block);
      }
      visit(first, some);
    }
  }
}
