/** The lattice behind `<blockspin-zoom>`, in its worker. */

import { type Growth, growLattice, type MultiSpin } from '../../ising/index.js';
import { decimationRule, majorityRule } from '../../rg/index.js';
import { contextOf } from '../base/context.js';
import type { Scene, Stage } from '../base/scene.js';
import { seedlingOf } from '../parts/growthPlan.js';
import { Pyramid } from './pyramid.js';
import type { ZoomValues } from './spec.js';

export interface ZoomReport {
  /** Side of the lattice at present; it grows up to `size`. */
  side: number;
  /** Whether it has its full size. */
  grown: boolean;
  /** Sweeps that are left at this side while it grows; afterwards sweeps since then. */
  sweeps: number;
  /** Level that is shown, and number of levels. */
  level: number;
  levels: number;
}

class ZoomScene implements Scene<ZoomValues, ZoomReport> {
  #values: ZoomValues;
  #growth: AsyncGenerator<Growth, void, void> | undefined;
  #lattice!: MultiSpin;
  #pyramid!: Pyramid;
  #stale = false;
  #sweeps = 0;
  #image: ImageData | undefined;
  #shown = { width: 0, height: 0 };
  readonly calls = {
    step: () => this.#step(),
    reset: () => this.#begin(),
    /** The canvas has this many pixels from now on. */
    resize: (size: { width: number; height: number }) => {
      this.#shown = size;
    },
    configuration: () => {
      const { shape, bytes } = this.#lattice.configurations();
      return { shape, bytes };
    },
  };

  private constructor(values: ZoomValues) {
    this.#values = values;
  }

  static async of(values: ZoomValues): Promise<ZoomScene> {
    const scene = new ZoomScene(values);
    await scene.#begin();
    return scene;
  }

  bits(): readonly Uint8Array[] {
    if (this.#stale) this.#build();
    return this.#pyramid.levels.map(({ bytes }) => bytes);
  }

  async set(values: ZoomValues, changed: ReadonlySet<string>): Promise<void> {
    const before = this.#values;
    this.#values = values;
    if (['size', 'seed', 'temperature'].some((name) => changed.has(name))) await this.#begin();
    if (values.rule !== before.rule) this.#stale = true;
  }

  async advance(milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds;
    do {
      if (this.#growth === undefined && this.#values.still) return false;
      await this.#step();
    } while (performance.now() < end);
    return true;
  }

  draw({ canvases, palette }: Stage): void {
    const canvas = canvases.get('view');
    if (canvas === undefined) return;
    if (this.#stale) this.#build();
    const { width, height } = this.#shown;
    if (width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = new ImageData(width, height);
    this.#pyramid.draw(this.#image, this.#view(), palette);
    contextOf(canvas)?.putImageData(this.#image, 0, 0);
  }

  report(): ZoomReport {
    const perPixel = this.#view().across / Math.max(1, this.#shown.width, this.#shown.height);
    const levels = this.#pyramid.levels.length;
    return {
      side: this.#lattice.lattice.shape[0],
      grown: this.#growth === undefined,
      sweeps: this.#sweeps,
      level: Math.min(levels - 1, Math.max(0, Math.ceil(Math.log2(perPixel)))),
      levels,
    };
  }

  /** While the lattice grows, all of it is seen at any side. */
  #view() {
    const { x, y, zoom } = this.#values;
    return { x, y, across: this.#lattice.lattice.shape[0] / 2 ** zoom };
  }

  async #begin(): Promise<void> {
    const { size, temperature, seed } = this.#values;
    await this.#growth?.return();
    const from = seedlingOf(size);
    this.#growth = growLattice({ size, from, coupling: 1 / temperature, seed, every: 4, threads: 1 });
    await this.#step();
    this.#build();
  }

  async #step(): Promise<void> {
    this.#stale = true;
    if (this.#growth === undefined) {
      this.#lattice.advance(1);
      this.#sweeps++;
      return;
    }
    const { done, value } = await this.#growth.next();
    if (done) {
      this.#growth = undefined;
      this.#sweeps = 0;
    } else {
      this.#lattice = value.spins;
      this.#sweeps = value.sweeps - value.done;
    }
  }

  #build(): void {
    const { rule, seed } = this.#values;
    const blocks = rule === 'majority' ? majorityRule({ factor: 2 }) : decimationRule({ factor: 2 });
    this.#pyramid = new Pyramid(this.#lattice.configurations(), blocks, seed);
    this.#stale = false;
  }
}

export const zoomScene = (values: ZoomValues): Promise<ZoomScene> => ZoomScene.of(values);
