/** The training of both stacks side by side. */

import { defaultThreads, threadsAvailable } from '../../wasm/threads.js';
import { Course } from './course.js';
import { type ExperimentData, type Settings, trainingData, trainingOptions } from './experiment.js';
import { hashesOf, type StackHashes } from './hash.js';
import { SIDES, type Side } from './spec.js';
import { workOfLayers } from './work.js';

/** How far a run is. */
export interface Progress {
  stage: 'sampling' | 'training' | 'trained';
  layer: number;
  /** Epochs of this layer that both stacks have done. */
  epoch: number;
  /** Epochs of all layers that both stacks have done. */
  epochs: number;
  /** Share of the work. */
  done: number;
  /** Seconds of work so far, and expected until the end; null while there is nothing to tell it by. */
  seconds: number;
  left: number | null;
  /** Threads at most. */
  threads: number;
}

/** Both stacks, trained in turns: an epoch of the one, then the same epoch of the other. */
export class Run {
  readonly #settings: Settings;
  readonly #signal: AbortSignal;
  #courses: Record<Side, Course> | undefined;
  #seconds = 0;
  #started = 0;

  constructor(settings: Settings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
  }

  /** Samples the data, or does the next epoch of the stack that is behind. */
  async advance(): Promise<void> {
    if (this.#courses === undefined) {
      const data = await trainingData(this.#settings, this.#signal);
      this.#signal.throwIfAborted();
      this.#courses = this.#begin(data);
      return;
    }
    const side = this.#behind;
    if (side === undefined) return;
    this.#started = performance.now();
    try {
      await this.#courses[side].next();
    } finally {
      this.#seconds += (performance.now() - this.#started) / 1000;
      this.#started = 0;
    }
  }

  #begin({ spins, control }: ExperimentData): Record<Side, Course> {
    // by default as many threads as are useful, and one where they cannot be started; they do not change a bit
    const options = { ...trainingOptions(this.#settings), ...(threadsAvailable() ? {} : { threads: 1 }) };
    return { spins: new Course(spins, options), control: new Course(control, options) };
  }

  get #behind(): Side | undefined {
    const at = (side: Side) => this.#epochsOf(side);
    return SIDES.filter((side) => !this.#courses?.[side].ended).sort((a, b) => at(a) - at(b))[0];
  }

  #epochsOf(side: Side): number {
    const course = this.#courses?.[side];
    return course ? (course.layer - 1) * this.#settings.epochs + course.epoch : 0;
  }

  course(side: Side): Course | undefined {
    return this.#courses?.[side];
  }

  get ended(): boolean {
    return this.#courses !== undefined && SIDES.every((side) => this.#courses?.[side].ended);
  }

  /** The hashes of both stacks. */
  async hashes(): Promise<Record<Side, StackHashes>> {
    const of = async (side: Side) => {
      const stack = this.#courses?.[side].stack;
      if (stack === undefined) throw new Error('there is no stack yet');
      return hashesOf(stack);
    };
    return { spins: await of('spins'), control: await of('control') };
  }

  get progress(): Progress {
    const { epochs } = this.#settings;
    const works = workOfLayers(this.#settings);
    const total = 2 * epochs * works.reduce((sum, work) => sum + work);
    const workOf = (side: Side) => {
      const { layer, epoch, within } = this.#courses?.[side] ?? { layer: 1, epoch: 0, within: 0 };
      const next = epoch === epochs ? (works[layer] ?? 0) : works[layer - 1];
      const below = works.slice(0, layer - 1).reduce((sum, work) => sum + work, 0);
      return epochs * below + epoch * works[layer - 1] + within * next;
    };
    const work = workOf('spins') + workOf('control');
    const now = this.#started === 0 ? 0 : (performance.now() - this.#started) / 1000;
    const seconds = this.#seconds + now;
    const done = work / total;
    const both = Math.min(this.#epochsOf('spins'), this.#epochsOf('control'));
    const layer = Math.min(works.length, Math.floor(both / epochs) + 1);
    return {
      stage: this.#courses === undefined ? 'sampling' : this.ended ? 'trained' : 'training',
      layer,
      epoch: both - (layer - 1) * epochs,
      epochs: both,
      done,
      seconds,
      left: work > 0 && seconds > 0.5 ? (seconds * (total - work)) / work : null,
      threads: defaultThreads(),
    };
  }

  close(): void {
    for (const side of SIDES) this.#courses?.[side].close();
  }
}
