/** Exponents of all blocking rules on the same critical lattices, step by step. */

import type { Ising, SpinData } from '../../ising/index.js';
import type { Filter } from '../../rg/index.js';
import type { Scene } from '../base/scene.js';
import { trainLayer } from './layer.js';
import { EPOCHS } from './nulls.js';
import { RULE_IDS, type RuleId } from './rows.js';
import { BATCH, RuleRun, ruleOf, type StepExponents, sampler } from './ruleRun.js';
import type { FlowValues } from './spec.js';

export interface PlaneReport {
  view: 'flow';
  /** Configurations so far. */
  count: number;
  /** What is being trained, and the share that is done; null when measuring. */
  training: { what: string; done: number } | null;
  rules: Partial<Record<RuleId, { steps: StepExponents[]; failure: string | null }>>;
}

export class PlaneScene implements Scene<FlowValues, PlaneReport> {
  #values: FlowValues;
  #ising!: Ising;
  #runs: [RuleId, RuleRun][] = [];
  /** Configurations that some of the rules have not seen, and the next of the rules. */
  #batch: SpinData | undefined;
  #next = 0;
  #count = 0;
  #training: PlaneReport['training'] = null;
  #job: Promise<void> | undefined;
  #failure: Error | undefined;
  #stop = new AbortController();

  constructor(values: FlowValues) {
    this.#values = values;
    this.#begin();
  }

  readonly calls = {
    reset: () => this.#begin(),
    step: async () => {
      await this.#job;
      if (this.#count >= this.#values.samples) return;
      do this.#one();
      while (this.#batch);
      for (const [, run] of this.#runs) run.update(true);
    },
  };

  set(values: FlowValues, changed: ReadonlySet<string>): void {
    this.#values = values;
    if (changed.has('seed') || changed.has('size')) this.#begin();
  }

  async advance(milliseconds: number): Promise<boolean> {
    if (this.#failure) throw this.#failure;
    if (this.#job) {
      await Promise.race([this.#job, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
      return true;
    }
    const end = performance.now() + milliseconds;
    do this.#one();
    while (this.#left && performance.now() < end);
    if (!this.#left) for (const [, run] of this.#runs) run.update(true);
    return this.#left;
  }

  draw(): void {}

  /** Stops what makes its own pauses. */
  end(): void {
    this.#stop.abort();
  }

  report(): PlaneReport {
    const rules = Object.fromEntries(this.#runs.map(([id, { steps, failure }]) => [id, { steps, failure }]));
    return { view: 'flow', count: this.#count, training: this.#training, rules };
  }

  get #left(): boolean {
    return this.#batch !== undefined || this.#count < this.#values.samples;
  }

  #begin(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#runs = [];
    this.#batch = undefined;
    this.#count = 0;
    this.#failure = undefined;
    this.#ising = sampler(this.#values.size, this.#values.seed);
    this.#job = this.#prepare(signal)
      .catch((error: Error) => {
        if (!signal.aborted) this.#failure = error;
      })
      .then(() => {
        if (!signal.aborted) this.#job = undefined;
      });
  }

  /** Trains the layers; all rules are then ready. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { seed } = this.#values;
    const train = (data: 'lattice' | 'shuffled', what: string): Promise<Filter> =>
      trainLayer(
        data,
        seed,
        (epoch) => {
          if (!signal.aborted) this.#training = { what, done: epoch / EPOCHS };
        },
        signal,
      );
    const own = await train('lattice', 'the layer');
    const shuffled = await train('shuffled', 'its null, on shuffled sites');
    signal.throwIfAborted();
    this.#training = null;
    this.#runs = RULE_IDS.map((id) => [id, new RuleRun(ruleOf(id, id === 'sites' ? shuffled : own), seed)]);
  }

  /** Shows the present configurations to the next rule. */
  #one(): void {
    this.#batch ??= this.#ising.sample(Math.min(BATCH, this.#values.samples - this.#count));
    const [, run] = this.#runs[this.#next];
    run.add(this.#batch);
    run.update();
    this.#next++;
    if (this.#next < this.#runs.length) return;
    this.#next = 0;
    this.#count += this.#batch.count;
    this.#batch = undefined;
  }
}
