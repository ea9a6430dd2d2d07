/** Couplings of block spins step by step, at every K that the reader chooses. */

import type { Scene } from '../base/scene.js';
import { type CouplingPoint, CouplingRun } from './blockCouplings.js';
import { CONFIGURATIONS } from './rows.js';
import type { FlowValues } from './spec.js';

export interface CouplingsReport {
  view: 'couplings';
  /** Configurations so far, of the present K. */
  count: number;
  /** The lines measured here; the present one is last. */
  lines: { coupling: number; points: CouplingPoint[] }[];
}

/** Lines that are kept. */
const MOST_LINES = 8;

export class CouplingsScene implements Scene<FlowValues, CouplingsReport> {
  #values: FlowValues;
  #runs: CouplingRun[] = [];

  constructor(values: FlowValues) {
    this.#values = values;
    this.#begin();
  }

  readonly calls = {
    /** A set of configurations, at all steps. */
    step: () => {
      const before = this.#run.count;
      while (this.#left && this.#run.count === before) this.#run.advance();
    },
    reset: () => {
      this.#runs = [];
      this.#begin();
    },
  };

  set(values: FlowValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    if (changed.has('seed') || changed.has('size')) this.#runs = [];
    if (['seed', 'size', 'coupling'].some((name) => changed.has(name))) this.#begin();
  }

  /** The next fit, however long it takes. */
  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    while (this.#left && performance.now() < end) this.#run.advance();
    return this.#left;
  }

  draw(): void {}

  report(): CouplingsReport {
    return {
      view: 'couplings',
      count: this.#run.count,
      lines: this.#runs.map((run) => ({ coupling: run.coupling, points: run.points() })),
    };
  }

  get #run(): CouplingRun {
    return this.#runs[this.#runs.length - 1];
  }

  get #left(): boolean {
    return this.#run.count + CONFIGURATIONS <= this.#values.samples;
  }

  /** The run of the present K is the last one; what was only touched on the way of the slider is forgotten. */
  #begin(): void {
    const { coupling, size, seed } = this.#values;
    const others = this.#runs.filter((run) => run.coupling !== coupling && run.count > 0);
    const own = this.#runs.find((run) => run.coupling === coupling) ?? new CouplingRun(coupling, size, seed);
    this.#runs = [...others, own].slice(-MOST_LINES);
  }
}
