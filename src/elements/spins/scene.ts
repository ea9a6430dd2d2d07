/** The lattice of `<blockspin-spins>`, in its worker. */

import { kaufman } from '../../exact/index.js';
import { MultiSpin, type SpinData, square } from '../../ising/index.js';
import type { Scene, Stage } from '../base/scene.js';
import type { GivenFile } from '../parts/fileDrop.js';
import { isDoubled } from '../parts/growthPlan.js';
import { liveLattice } from '../parts/lattice.js';
import { clusterMemorySweeps, coarseningSweeps, disorderSweeps, memorySweeps } from '../parts/memory.js';
import { type LiveMean, Series } from '../parts/series.js';
import { blockFor, SpinPicture } from '../parts/spinPicture.js';
import { ClusterLattice } from './clusterLattice.js';
import { type OwnStart, ownStart } from './ownStart.js';
import type { SpinsValues } from './spec.js';

export interface SpinsReport {
  /** Sweeps since the beginning, and since temperature, field or update were last changed. */
  sweeps: number;
  since: number;
  /** Sweeps after which averages begin, and after which their errors can be told; estimates. */
  relaxation: number;
  needed: number;
  /** Of the present configuration, per site: -Σ s s′ over bonds, in units of J without the field; magnetisation. */
  energy: number;
  magnetisation: number;
  /** Kaufman's energy per spin of this lattice, where it is known and soon computed. */
  exact?: number;
  means: { energy: LiveMean; magnetisation: LiveMean } | null;
  /** (sweep, value), at most 240 points each. */
  energies: [number, number][];
  magnetisations: [number, number][];
  /** Updated spins per nanosecond of work; of clusters the spins that a sweep stands for. */
  speed: number;
  /** Name of the file with which it began, if it is one. */
  file?: string;
}

const POINTS = 240;
/** Side of the largest lattice whose exact energy is computed. */
const EXACT_SIZE = 1024;
const QUANTITIES = ['energy', 'magnetisation'] as const;

/** It reports nothing while it waits for a file. */
class SpinsScene implements Scene<SpinsValues, SpinsReport | undefined> {
  readonly #picture = new SpinPicture();
  #values: SpinsValues;
  /** Undefined while it waits for a file, or if the values were refused. */
  #lattice: MultiSpin | ClusterLattice | undefined;
  #file: OwnStart | undefined;
  #series!: Series<'energy' | 'magnetisation'>;
  #sums!: Int16Array;
  #block = 1;
  #exact: { size: number; coupling: number; energy: number } | undefined;
  #sweeps = 0;
  #since = 0;
  #speed = 0;
  /** Whether the beginning is that of the properties: temperature and field were not moved since. */
  #kept = true;
  /** The least coupling of which something may be left in the spins: 0 where they began at random, Infinity in order. */
  #from = 0;

  private constructor(values: SpinsValues) {
    this.#values = values;
  }

  static async of(values: SpinsValues): Promise<SpinsScene> {
    const scene = new SpinsScene(values);
    await scene.#begin();
    return scene;
  }

  readonly calls = {
    step: () => this.#advance(1),
    reset: () => this.#begin(),
    configuration: () => {
      if (this.#lattice === undefined) throw new Error('there are no spins yet');
      const { shape, bytes } = this.#lattice.configurations();
      return { shape, bytes };
    },
    /** Takes a file; the side of its lattice. */
    load: async ({ name, bytes, greys }: GivenFile) => {
      this.#file = ownStart(name, bytes, greys);
      const { side } = this.#file;
      if (this.#values.start === 'file' && this.#values.size === side) await this.#begin();
      return side;
    },
  };

  bits(): readonly Uint8Array[] {
    return this.#lattice === undefined ? [] : [this.#lattice.configurations().bytes];
  }

  async set(values: SpinsValues, changed: ReadonlySet<string>): Promise<void> {
    const { coupling: before } = this.#model();
    const settled = this.#sweeps - this.#since >= this.#relaxation();
    this.#values = values;
    if (this.#lattice === undefined || ['size', 'seed', 'start', 'method'].some((name) => changed.has(name))) {
      await this.#begin();
      return;
    }
    if (!changed.has('temperature') && !changed.has('field')) return;
    this.#checkField();
    const { coupling, field } = this.#model();
    this.#lattice.coupling = coupling;
    if (this.#lattice instanceof MultiSpin) this.#lattice.field = field;
    this.#from = settled ? before : Math.min(this.#from, before);
    this.#since = this.#sweeps;
    this.#kept = false;
    this.#series = new Series(QUANTITIES, this.#series.every);
  }

  advance(milliseconds: number): boolean {
    if (this.#lattice === undefined) return true;
    const end = performance.now() + milliseconds;
    do this.#advance(1);
    while (performance.now() < end);
    return true;
  }

  draw({ canvases, palette }: Stage): void {
    const canvas = canvases.get('lattice');
    if (canvas === undefined || this.#lattice === undefined) return;
    const { size } = this.#values;
    const side = size / this.#block;
    this.#lattice.blockSums(this.#block, { out: this.#sums });
    this.#picture.draw(canvas, this.#sums, side, side, this.#block, palette);
  }

  report(): SpinsReport | undefined {
    if (this.#lattice === undefined) return undefined;
    const { energies, magnetisations } = this.#lattice.measure();
    const series = this.#series;
    const relaxation = this.#relaxation();
    const needed = relaxation + this.#memory();
    const first = this.#since + relaxation;
    const enough = this.#sweeps - this.#since >= needed;
    const energy = enough ? series.mean('energy', first) : null;
    const magnetisation = enough ? series.mean('magnetisation', first, Math.abs) : null;
    return {
      sweeps: this.#sweeps,
      since: this.#sweeps - this.#since,
      relaxation,
      needed,
      energy: energies[0],
      magnetisation: magnetisations[0],
      ...this.#exactEnergy(),
      means: energy && magnetisation && { energy, magnetisation },
      energies: series.trace('energy', POINTS),
      magnetisations: series.trace('magnetisation', POINTS),
      speed: this.#speed,
      ...(this.#values.start === 'file' && { file: this.#file?.name }),
    };
  }

  async #begin(): Promise<void> {
    const { size } = this.#values;
    this.#lattice = undefined; // where the next lines throw, nothing is left of the old one
    this.#lattice = await this.#beginning();
    this.#block = blockFor(size);
    this.#sums = new Int16Array((size / this.#block) ** 2);
    this.#sweeps = 0;
    this.#since = 0;
    this.#kept = true;
    const { start } = this.#values;
    this.#from = start === 'up' ? Infinity : start === 'grown' ? this.#model().coupling : 0;
    // a measurement costs as much as two or three sweeps
    this.#series = new Series(QUANTITIES, Math.max(1, 2 ** Math.round(Math.log2(size ** 2 / 2 ** 18))));
  }

  /**
   * The lattice that the properties name; undefined if they name a file and there is none.
   * @throws RangeError for clusters in a field, and for a file with a lattice of another size
   */
  async #beginning(): Promise<MultiSpin | ClusterLattice | undefined> {
    const { size, method, start, seed } = this.#values;
    this.#checkField();
    const first = start === 'file' ? this.#givenStart() : start;
    if (first === undefined) return undefined;
    const { coupling, field } = this.#model();
    if (method !== 'wolff') return liveLattice({ coupling, field, method, seed }, size, first);
    const own = { lattice: square(size), coupling, seed };
    if (first === 'up') return new ClusterLattice(own);
    if (first === 'grown' && !isDoubled(size)) return ClusterLattice.inEquilibrium(own);
    const spins = typeof first === 'string' ? await liveLattice({ coupling, seed }, size, first) : undefined;
    return new ClusterLattice({ ...own, start: spins?.configurations() ?? (first as SpinData) });
  }

  /** The spins of the reader's file. */
  #givenStart(): SpinData | undefined {
    if (this.#file === undefined) return undefined;
    const { name, side, start } = this.#file;
    const { size } = this.#values;
    if (side === size) return start;
    throw new RangeError(
      `${name} holds a lattice of ${side} × ${side} spins, and the figure is to show ${size} × ${size}: choose that size, or another beginning.`,
    );
  }

  #checkField(): void {
    const { method, field } = this.#values;
    if (method !== 'wolff' || field === 0) return;
    throw new RangeError(
      'Clusters are flipped as a whole, which is right without a field only: set the field to 0, or choose Metropolis or heat bath.',
    );
  }

  #exactEnergy(): { exact?: number } {
    const { size, field } = this.#values;
    if (field !== 0 || size > EXACT_SIZE) return {};
    const { coupling } = this.#model();
    if (this.#exact?.size !== size || this.#exact.coupling !== coupling) {
      this.#exact = { size, coupling, energy: kaufman(size, size, coupling).energy };
    }
    return { exact: this.#exact.energy };
  }

  #model(): { coupling: number; field: number } {
    const { temperature, field } = this.#values;
    return { coupling: 1 / temperature, field: field / temperature };
  }

  /** Sweeps until the beginning, or temperature and field of before, are forgotten. */
  #relaxation(): number {
    const { start, field } = this.#values;
    if (this.#kept && start === 'grown' && field === 0) return 0;
    const cold = this.#kept && start === 'up';
    return Math.ceil(this.#memory() + (cold ? 0 : this.#ordering()));
  }

  /** Sweeps over which a lattice in equilibrium remembers. */
  #memory(): number {
    const { coupling, field } = this.#model();
    const { size, method } = this.#values;
    return method === 'wolff' ? clusterMemorySweeps(size, coupling) : memorySweeps(size, coupling, field);
  }

  /** Sweeps until disorder has become order, where there is any. */
  #ordering(): number {
    const { coupling, field } = this.#model();
    const { size, method } = this.#values;
    return method === 'wolff' ? disorderSweeps(size, coupling, this.#from) : coarseningSweeps(size, coupling, field);
  }

  /** Sweeps, and what is measured where one is due. */
  #advance(sweeps: number): void {
    if (this.#lattice === undefined) return;
    const { every } = this.#series;
    const started = performance.now();
    this.#lattice.advance(sweeps);
    const milliseconds = performance.now() - started;
    this.#sweeps += sweeps;
    const speed = (sweeps * this.#values.size ** 2) / (milliseconds * 1e6);
    this.#speed += (Number.isFinite(speed) ? speed - this.#speed : 0) * 0.05;
    if (this.#sweeps % every !== 0) return;
    const { energies, magnetisations } = this.#lattice.measure();
    this.#series.add(this.#sweeps, { energy: energies[0], magnetisation: magnetisations[0] });
  }
}

export const spinsScene = (values: SpinsValues): Promise<SpinsScene> => SpinsScene.of(values);
