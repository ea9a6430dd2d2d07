/** Two tensor renormalizations side by side, step by step. */

import { bondWeightedTrg, hotrg, isingTensor, loopTnr, type TensorStep, trg } from '../../rg/index.js';
import type { Scene } from '../base/scene.js';
import type { FlowValues, TensorMethod } from './spec.js';

/** What one step says. */
export interface SpectrumStep {
  step: number;
  /** Δ of the leading states, with their charge: 1 is odd under a flip of all spins. */
  dimensions: { dimension: number; charge: number }[];
  centralCharge: number | null;
  x1: number;
  /** ln Z per site. */
  logPartition: number;
}

export interface SpectrumRun {
  method: TensorMethod;
  bond: number;
  steps: SpectrumStep[];
  /** Milliseconds of work so far. */
  milliseconds: number;
  failure: string | null;
}

export interface SpectrumReport {
  view: 'spectrum';
  runs: [SpectrumRun, SpectrumRun];
}

const ITERATIONS = { trg, weighted: bondWeightedTrg, hotrg, loop: loopTnr };

/** How many scaling dimensions are read: 1, σ, ε, two at 9/8, four at 2. */
const COUNT = 9;

/** One method; a step that cannot be made ends it with a sentence. */
class Running {
  readonly result: SpectrumRun;
  #steps: Iterator<TensorStep>;
  ended = false;

  constructor(method: TensorMethod, bond: number, coupling: number, steps: number) {
    this.result = { method, bond, steps: [], milliseconds: 0, failure: null };
    this.#steps = ITERATIONS[method](isingTensor({ coupling }), { bond, steps });
  }

  advance(): void {
    const started = performance.now();
    try {
      const { done, value } = this.#steps.next();
      if (done) this.ended = true;
      else this.result.steps.push(read(value));
    } catch (error) {
      this.result.failure = (error as Error).message;
      this.ended = true;
    }
    this.result.milliseconds += performance.now() - started;
  }
}

function read(step: TensorStep): SpectrumStep {
  const { dimensions } = step.dimensions({ count: COUNT });
  return {
    step: step.step,
    dimensions: dimensions.map(({ dimension, charge }) => ({ dimension, charge })),
    centralCharge: step.centralCharge,
    x1: step.x1,
    logPartition: step.logPartition,
  };
}

export class SpectrumScene implements Scene<FlowValues, SpectrumReport> {
  #values: FlowValues;
  #runs!: [Running, Running];

  constructor(values: FlowValues) {
    this.#values = values;
    this.#begin();
  }

  readonly calls = { reset: () => this.#begin(), step: () => this.#step() };

  set(values: FlowValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    const own = ['coupling', 'method', 'bond', 'other', 'otherBond', 'steps'];
    if (own.some((name) => changed.has(name))) this.#begin();
  }

  /** A step of one of them, however long it takes: a step of tensors cannot be divided. */
  advance(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    do this.#step();
    while (this.#left && performance.now() < end);
    return this.#left;
  }

  draw(): void {}

  report(): SpectrumReport {
    const [first, second] = this.#runs.map(({ result }) => structuredClone(result));
    return { view: 'spectrum', runs: [first, second] };
  }

  get #left(): boolean {
    return this.#runs.some(({ ended }) => !ended);
  }

  #begin(): void {
    const { coupling, method, bond, other, otherBond, steps } = this.#values;
    this.#runs = [new Running(method, bond, coupling, steps), new Running(other, otherBond, coupling, steps)];
  }

  /** The one that is behind goes on. */
  #step(): void {
    const waiting = this.#runs.filter(({ ended }) => !ended);
    if (waiting.length === 0) return;
    waiting.reduce((least, one) => (one.result.steps.length < least.result.steps.length ? one : least)).advance();
  }
}
