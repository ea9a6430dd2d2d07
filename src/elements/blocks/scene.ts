/** The three lattices of `<blockspin-blocks>` and their block spins, in its worker. */

import { criticalCoupling } from '../../exact/index.js';
import { type MultiSpin, type SpinData, square } from '../../ising/index.js';
import {
  type BlockingRule,
  decimationRule,
  latticeOperator,
  majorityRule,
  type OperatorBasis,
  operatorBasis,
  softRule,
} from '../../rg/index.js';
import type { Scene, Stage } from '../base/scene.js';
import { apparentCoupling } from '../parts/apparentCoupling.js';
import { liveLattice } from '../parts/lattice.js';
import { memorySweeps } from '../parts/memory.js';
import { type LiveMean, Series } from '../parts/series.js';
import { drawSpins, SpinPicture } from '../parts/spinPicture.js';
import { type BlocksValues, LATTICES, type LatticeName, pictureName, STEPS, WINDOW } from './spec.js';

export interface BlocksReport {
  sweeps: number;
  /** Of each lattice, its levels after 0, 1, … steps. */
  lattices: Record<LatticeName, { coupling: number; levels: BlockLevel[] }>;
}

export interface BlockLevel {
  /** ⟨s s′⟩ of neighbours, averaged over the run; its error once the run is longer than the lattice remembers. */
  correlation: LiveMean;
  /** The K that it stands for. */
  apparent: { value: number; error: number | null };
}

/** Sweeps between two measurements. */
const EVERY = 4;

const LEVELS = Array.from({ length: STEPS + 1 }, (_, n) => n);
const NAMES = LEVELS.map((n) => `level ${n}` as const);

const bases = new Map<number, OperatorBasis>();

/** Σ s s′ over neighbours of a square lattice of this side; the three lattices share it. */
function neighboursOf(side: number): OperatorBasis {
  const known = bases.get(side) ?? operatorBasis(square(side), [latticeOperator('square', 'nn')]);
  bases.set(side, known);
  return known;
}

/** One lattice with its levels. */
class Column {
  readonly coupling: number;
  readonly #lattice: MultiSpin;
  readonly #series = new Series(NAMES, EVERY);
  #levels: SpinData[] = [];
  #now: number[] = [];

  private constructor(lattice: MultiSpin) {
    this.#lattice = lattice;
    this.coupling = lattice.coupling;
  }

  static async of(size: number, coupling: number, seed: number): Promise<Column> {
    return new Column(await liveLattice({ coupling, seed }, size, 'grown'));
  }

  /** Sweeps, then the block spins of all levels and the correlation of neighbours of each. */
  advance(sweep: number, rule: BlockingRule, seed: number): void {
    this.#lattice.advance(EVERY);
    this.block(sweep, rule, seed);
    this.#series.add(sweep, Object.fromEntries(NAMES.map((name, n) => [name, this.#now[n]])) as never);
  }

  /** Block spins of the present spins; ties depend on the number of the sweep. */
  block(sweep: number, rule: BlockingRule, seed: number): void {
    this.#levels = [this.#lattice.configurations()];
    for (let n = 0; n < STEPS; n++) this.#levels.push(rule.apply(this.#levels[n], { seed, firstRow: sweep }));
    this.#now = this.#levels.map((level, n) => {
      if (n === 0) return -this.#lattice.measure().energies[0] / 2;
      const basis = neighboursOf(level.shape[0]);
      return basis.measure(level)[0] / basis.products[0];
    });
  }

  bits(): readonly Uint8Array[] {
    return this.#levels.map(({ bytes }) => bytes);
  }

  draw(name: LatticeName, { canvases, palette }: Stage, pictures: SpinPicture): void {
    this.#levels.forEach((level, n) => {
      const canvas = canvases.get(pictureName(name, n));
      if (canvas) drawSpins(canvas, level, [0, 0], WINDOW, pictures, palette);
    });
  }

  report(sweeps: number): { coupling: number; levels: BlockLevel[] } {
    // shorter runs do not know how slowly they forget
    const enough = sweeps >= memorySweeps(this.#lattice.lattice.shape[0], this.coupling, 0);
    const levels = NAMES.map((name, n): BlockLevel => {
      const average = sweeps === 0 ? this.#now[n] : this.#series.average(name);
      const mean = enough ? this.#series.mean(name, 0) : null;
      const correlation = mean ?? { value: average, error: null, tau: null };
      const value = apparentCoupling(correlation.value);
      const shifted = correlation.error && apparentCoupling(correlation.value + correlation.error);
      return { correlation, apparent: { value, error: shifted && shifted - value } };
    });
    return { coupling: this.coupling, levels };
  }
}

function ruleOf({ rule, weight }: BlocksValues): BlockingRule {
  if (rule === 'majority') return majorityRule({ factor: 2 });
  return rule === 'decimation' ? decimationRule({ factor: 2 }) : softRule({ factor: 2, weight });
}

class BlocksScene implements Scene<BlocksValues, BlocksReport> {
  #values: BlocksValues;
  #columns!: Map<LatticeName, Column>;
  #rule!: BlockingRule;
  #sweeps = 0;
  readonly #picture = new SpinPicture();
  readonly calls = { step: () => this.#advance(), reset: () => this.#begin() };

  private constructor(values: BlocksValues) {
    this.#values = values;
  }

  static async of(values: BlocksValues): Promise<BlocksScene> {
    const scene = new BlocksScene(values);
    await scene.#begin();
    return scene;
  }

  async set(values: BlocksValues): Promise<void> {
    this.#values = values;
    await this.#begin();
  }

  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    do this.#advance();
    while (performance.now() < end);
    return true;
  }

  bits(): readonly Uint8Array[] {
    return [...this.#columns.values()].flatMap((column) => column.bits());
  }

  draw(stage: Stage): void {
    for (const [name, column] of this.#columns) column.draw(name, stage, this.#picture);
  }

  report(): BlocksReport {
    const lattices = Object.fromEntries(
      [...this.#columns].map(([name, column]) => [name, column.report(this.#sweeps)]),
    );
    return { sweeps: this.#sweeps, lattices: lattices as BlocksReport['lattices'] };
  }

  async #begin(): Promise<void> {
    const { size, distance, seed } = this.#values;
    const temperatures = { below: 1 - distance / 100, at: 1, above: 1 + distance / 100 };
    const columns = new Map<LatticeName, Column>();
    for (const name of LATTICES) {
      columns.set(name, await Column.of(size, criticalCoupling / temperatures[name], seed));
    }
    this.#rule = ruleOf(this.#values);
    this.#sweeps = 0;
    this.#columns = columns;
    for (const column of columns.values()) column.block(0, this.#rule, seed);
  }

  #advance(): void {
    this.#sweeps += EVERY;
    for (const column of this.#columns.values()) column.advance(this.#sweeps, this.#rule, this.#values.seed);
  }
}

export const blocksScene = (values: BlocksValues): Promise<BlocksScene> => BlocksScene.of(values);
