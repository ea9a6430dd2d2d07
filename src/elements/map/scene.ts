/** The map of `<blockspin-map>`, in its worker. */

import type { Hamiltonian } from '../../ising/index.js';
import { type ExactTrainingStep, exactTrainingSteps, type JointModel, SpinRbm } from '../../rg/index.js';
import type { Scene } from '../base/scene.js';
import { checkOf, isQuick, type MapCheck } from './check.js';
import { hamiltonianFor, modelFor } from './models.js';
import type { MapValues } from './spec.js';

/** The training so far. */
export interface TrainingReport {
  steps: number;
  /** Whether no further step is possible: the gradient vanishes, or no step lowers KL. */
  over: boolean;
  converged: boolean;
  gradient: number;
  /** (step, KL, ΔF with the constant of the figure), at most some 300 of them, the last included. */
  history: [step: number, kl: number, deltaF: number][];
}

export interface MapReport {
  /** Why there is no map for these values, as a sentence. */
  problem: string | null;
  /** Whether the values have changed since the check: ask for `compute`. */
  stale: boolean;
  /** Milliseconds that the last check took. */
  milliseconds: number;
  /** The lattice and the model of all that follows: the properties of the element may be newer. */
  lattice: MapValues['lattice'];
  model: MapValues['model'];
  sites: number;
  hidden: number;
  /** The present weights and those at the beginning, row-major [visible, hidden]; empty for an energy without weights. */
  weights: number[];
  start: number[];
  /** E₀ of an RBM, the added constant included; null for another energy. */
  constant: number | null;
  check: MapCheck | null;
  training: TrainingReport;
}

/** Milliseconds between two steps of a training that is watched; after 40 steps it hurries. */
const PACE = 50;
const UNHURRIED = 40;
const POINTS = 300;

class MapScene implements Scene<MapValues, MapReport> {
  #values: MapValues;
  #hamiltonian!: Hamiltonian;
  #model: SpinRbm | JointModel | undefined;
  #problem: string | null = null;
  #start: SpinRbm | undefined;
  #training: Generator<ExactTrainingStep, void> | undefined;
  #last: ExactTrainingStep | undefined;
  #over = false;
  #history: [number, number, number][] = [];
  #due = 0;
  #check: MapCheck | null = null;
  #stale = true;
  #milliseconds = 0;

  constructor(values: MapValues) {
    this.#values = values;
    this.#begin();
  }

  readonly calls = {
    compute: () => this.#compute(),
    /** One step of training; the number of those taken. */
    step: () => {
      if (this.#problem === null) this.#take();
      return this.#taken();
    },
    taken: () => this.#taken(),
    reset: () => this.#begin(),
  };

  bits(): readonly Float64Array[] | undefined {
    if (!(this.#model instanceof SpinRbm)) return undefined;
    return [Float64Array.from(this.#model.weights), Float64Array.of(this.#model.constant)];
  }

  set(values: MapValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    const own = ['steps', 'instant'];
    const fewer = changed.has('steps') && values.steps < this.#taken();
    if (this.#problem === null && !fewer) {
      if ([...changed].every((name) => own.includes(name))) return;
      if (this.#start && [...changed].every((name) => name === 'shift' || own.includes(name))) {
        this.#start = modelFor(values, this.#hamiltonian) as SpinRbm;
        this.#show((this.#model as SpinRbm).withConstant(this.#start.constant));
        return;
      }
    }
    this.#begin();
  }

  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    while (this.#problem === null && !this.#over && this.#taken() < this.#values.steps) {
      const now = performance.now();
      if (now >= end || (!this.#values.instant && now < this.#due)) return true;
      this.#take();
      this.#due = now + (PACE * UNHURRIED) / Math.max(UNHURRIED, this.#taken());
    }
    return false;
  }

  draw(): void {}

  report(): MapReport {
    if (this.#stale && this.#model && isQuick(this.#hamiltonian, this.#model)) this.#compute();
    const model = this.#model;
    const rbm = model instanceof SpinRbm ? model : undefined;
    const history = this.#history;
    const every = Math.ceil(history.length / POINTS);
    // the history counts ΔF with ln 2 per hidden spin
    const added = this.#start ? this.#start.constant - this.#start.hidden * Math.LN2 : 0;
    return {
      problem: this.#problem,
      stale: this.#stale,
      milliseconds: this.#milliseconds,
      lattice: this.#values.lattice,
      model: this.#values.model,
      sites: this.#hamiltonian.sites,
      hidden: model?.hidden ?? this.#values.hiddenSpins,
      weights: [...(rbm?.weights ?? [])],
      start: [...(this.#start?.weights ?? [])],
      constant: rbm?.constant ?? null,
      check: this.#check,
      training: {
        steps: this.#taken(),
        over: this.#over,
        converged: this.#last?.converged ?? false,
        gradient: this.#last?.record.gradient ?? 0,
        history: history
          .filter((_, k) => k % every === 0 || k === history.length - 1)
          .map(([step, kl, deltaF]) => [step, kl, deltaF + added]),
      },
    };
  }

  /** From the values alone. */
  #begin(): void {
    this.#hamiltonian = hamiltonianFor(this.#values);
    this.#problem = null;
    this.#model = undefined;
    this.#start = undefined;
    this.#training = undefined;
    this.#last = undefined;
    this.#over = false;
    this.#history = [];
    this.#due = 0;
    this.#stale = true;
    try {
      this.#model = modelFor(this.#values, this.#hamiltonian);
    } catch (error) {
      this.#problem = (error as Error).message;
      this.#check = null;
      this.#stale = false;
      return;
    }
    if (!(this.#model instanceof SpinRbm)) return;
    this.#start = this.#model;
    this.#training = exactTrainingSteps(this.#hamiltonian, {
      hidden: this.#start.hidden,
      start: this.#start,
      // whoever asks says when to stop
      iterations: Number.MAX_SAFE_INTEGER,
    });
    this.#next(); // the start
  }

  #show(model: SpinRbm): void {
    this.#model = model;
    this.#stale = true;
  }

  #taken(): number {
    return this.#last?.record.iteration ?? 0;
  }

  #take(): void {
    if (!this.#training) throw new Error('Only an RBM can be trained: this energy has no weights');
    if (this.#over) return;
    this.#next();
    if (this.#last && this.#start) this.#show(this.#last.rbm.withConstant(this.#start.constant));
  }

  #next(): void {
    try {
      const { value } = (this.#training as Generator<ExactTrainingStep, void>).next();
      if (value) {
        const { iteration, kl, deltaF } = value.record;
        this.#last = value;
        this.#history.push([iteration, kl, deltaF]);
      }
      // without a value no step has lowered KL
      this.#over = !value || value.converged;
    } catch (error) {
      this.#over = true;
      this.#problem = `Training cannot go on after ${this.#taken()} steps: ${(error as Error).message}`;
    }
  }

  #compute(): void {
    if (!this.#stale || !this.#model) return;
    const started = performance.now();
    this.#check = checkOf(this.#hamiltonian, this.#model);
    this.#milliseconds = performance.now() - started;
    this.#stale = false;
  }
}

export const mapScene = (values: MapValues): MapScene => new MapScene(values);
